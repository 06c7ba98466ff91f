/* SPDX-License-Identifier: MIT */
#include "store/journal.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "core/base/prng.h"
#include "core/base/timestamp.h"
#include "journal_fixture.h"

/* In place of the C library's: what a disk that fails once tells, and a success ever after. */
static int sync_failures;

static int sync_or_fail(long call, int fd)
{
    if (sync_failures > 0 && sync_failures--) {
        errno = EIO;
        return -1;
    }
    return (int)syscall(call, fd);
}

int fdatasync(int fd)
{
    return sync_or_fail(SYS_fdatasync, fd);
}

int fsync(int fd)
{
    return sync_or_fail(SYS_fsync, fd);
}

TEST(what_is_recorded_is_read_back_in_order)
{
    const char *dir = scratch("round");
    struct journal_found found;
    struct journal *journal = open_journal(dir, &found);
    EXPECT_INT(found.segment_count, 0);
    begin(journal, 100, "first");
    append(journal, 101, "a");
    append(journal, 99, "b");
    EXPECT_INT(journal_commit(journal, true), 0);
    append(journal, 105, "");
    begin(journal, 200, "second");
    append(journal, 201, "c");
    EXPECT_INT(journal_close(journal), 0);
    EXPECT_TEXT(read_all(dir), "1[first] a@101 b@99 @105 2[second] c@201 end");

    journal = open_journal(dir, &found);
    EXPECT_INT(found.segment_count, 2);
    EXPECT_TEXT(found.note, "");
    begin(journal, 300, "third");
    EXPECT_INT(journal_close(journal), 0);
    EXPECT_TEXT(read_all(dir), "1[first] a@101 b@99 @105 2[second] c@201 3[third] end");

    struct journal_reader *reader;
    struct journal_item item;
    EXPECT_INT(journal_reader_open(dir, 2, &reader, error, sizeof error), 0);
    EXPECT_INT(journal_next(reader, &item), JOURNAL_SNAPSHOT);
    EXPECT_INT(item.segment, 2);
    EXPECT_INT(item.version, 7);
    EXPECT_INT(item.fingerprint[31], 0xab);
    journal_reader_close(reader);
}

TEST(records_of_any_size_come_back_byte_for_byte)
{
    enum { COUNT = 3000 };
    struct prng prng;
    prng_init(&prng, test_seed());
    struct prng again = prng;
    const char *dir = scratch("property");
    struct journal_found found;
    struct journal *journal = open_journal(dir, &found);
    uint8_t *bytes = malloc(JOURNAL_BLOCK_SIZE);
    begin(journal, 0, "");
    for (int pass = 0; pass < 2; pass++) {
        struct prng *random = pass == 0 ? &prng : &again;
        struct journal_reader *reader = NULL;
        struct journal_item item;
        if (pass == 1)
            EXPECT_INT(journal_reader_open(dir, 0, &reader, error, sizeof error), 0);
        for (int i = 0; i < COUNT; i++) {
            size_t len =
                prng_below(random, 100) == 0 ? prng_below(random, 900000) : prng_below(random, 200);
            int64_t time_ns = (int64_t)prng_next(random);
            uint32_t kind = (uint32_t)prng_next(random);
            uint8_t mask = prng_below(random, 2) ? 0xff : 0x03; /* packs badly or well */
            for (size_t b = 0; b < len; b += 8) {
                uint64_t word = prng_next(random);
                for (size_t k = 0; k < 8 && b + k < len; k++)
                    bytes[b + k] = (uint8_t)(word >> 8 * k) & mask;
            }
            bool commits = prng_below(random, 20) == 0;
            bool begins = prng_below(random, 500) == 0;
            if (pass == 0) {
                EXPECT_INT(journal_append(journal, kind, time_ns, bytes, len), 0);
                if (commits)
                    EXPECT_INT(journal_commit(journal, false), 0);
                if (begins)
                    begin(journal, time_ns, "again");
                continue;
            }
            enum journal_step step;
            while ((step = journal_next(reader, &item)) == JOURNAL_SNAPSHOT)
                continue;
            EXPECT_INT(step, JOURNAL_RECORD);
            EXPECT_INT(item.kind, kind);
            EXPECT_INT(item.time_ns, time_ns);
            EXPECT_INT((int64_t)item.len, (int64_t)len);
            EXPECT(memcmp(item.bytes, bytes, len) == 0);
        }
        if (pass == 0)
            EXPECT_INT(journal_close(journal), 0);
        else
            EXPECT(journal_next(reader, &item) == JOURNAL_END);
        journal_reader_close(reader);
    }
    free(bytes);
}

TEST(a_record_longer_than_a_block_is_refused)
{
    struct journal_found found;
    struct journal *journal = open_journal(scratch("long"), &found);
    begin(journal, 0, "");
    char *bytes = calloc(1, JOURNAL_BLOCK_SIZE);
    EXPECT_INT(journal_append(journal, 1, 0, bytes, JOURNAL_BLOCK_SIZE), -EMSGSIZE);
    EXPECT(strstr(journal_error(journal), "longer than a journal block") != NULL);
    append(journal, 1, "still here");
    EXPECT_INT(journal_close(journal), 0);
    EXPECT_TEXT(read_all(scratch("long")), "1[] still here@1 end");
    free(bytes);
}

/* Two segments; the second holds three blocks. */
TEST(a_missing_or_foreign_segment_is_found)
{
    struct journal_found found;
    struct journal *journal = open_journal(scratch("hole"), &found);
    const char *const names[] = {"one", "two", "three", "four"};
    for (int i = 0; i < 4; i++)
        begin(journal, i, names[i]);
    EXPECT_INT(journal_close(journal), 0);
    size_t len;
    char *two = scratch_read(segment_path("hole", 2), &len);
    unlink(segment_path("hole", 2));
    EXPECT_TEXT(read_all(scratch("hole")), "1[one] damaged");
    EXPECT(strstr(error, "the segment before this one is missing") != NULL);

    /* The same words at the same place, but from another history. */
    write_story("other");
    scratch_write(segment_path("hole", 2), "", 0);
    size_t other_len;
    char *other = scratch_read(segment_path("other", 2), &other_len);
    scratch_write(segment_path("hole", 2), other, other_len);
    EXPECT_TEXT(read_all(scratch("hole")), "1[one] damaged");
    EXPECT(strstr(error, "does not continue the segment before it") != NULL);
    scratch_write(segment_path("hole", 2), two, len);
    EXPECT_TEXT(read_all(scratch("hole")), "1[one] 2[two] 3[three] 4[four] end");
    free(other);
    free(two);
}

TEST(the_oldest_go_first_and_the_current_one_stays)
{
    struct journal_found found;
    struct journal *journal = open_journal(scratch("retain"), &found);
    uint32_t removed;
    for (int i = 1; i <= 5; i++)
        begin(journal, i * 100, "s");
    /* Segment 1 ends at 200, segment 2 at 300. */
    EXPECT_INT(journal_retain(journal, 250, 0, &removed), 0);
    EXPECT_INT(removed, 1);
    EXPECT_TEXT(read_all(scratch("retain")), "2[s] 3[s] 4[s] 5[s] end");
    uint64_t two = 2 * journal_segment_bytes(journal);
    EXPECT_INT(journal_retain(journal, 0, two, &removed), 0);
    EXPECT_INT(removed, 2);
    EXPECT_TEXT(read_all(scratch("retain")), "4[s] 5[s] end");
    EXPECT_INT(journal_retain(journal, INT64_MAX, 1, &removed), 0);
    EXPECT_TEXT(read_all(scratch("retain")), "5[s] end");
    EXPECT_INT(journal_segment_began_ns(journal), 500);
    uint32_t segment;
    begin(journal, 600, "s");
    EXPECT_INT(journal_locate(scratch("retain"), 599, &segment, error, sizeof error), 0);
    EXPECT_INT(segment, 5);
    EXPECT_INT(journal_locate(scratch("retain"), 600, &segment, error, sizeof error), 0);
    EXPECT_INT(segment, 6);
    EXPECT_INT(journal_locate(scratch("retain"), 1, &segment, error, sizeof error), 0);
    EXPECT_INT(segment, 5);
    EXPECT_INT(journal_close(journal), 0);
}

/* Runs in a child, whose file size limit stands for a full disk. */
static int write_until_full(const char *dir)
{
    struct rlimit small = {20000, RLIM_INFINITY}, large = {RLIM_INFINITY, RLIM_INFINITY};
    struct journal_found found;
    struct journal *journal;
    struct journal_snapshot snapshot = {.version = 1, .bytes = "s", .len = 1};
    struct prng prng;
    char noise[3000];
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    prng_init(&prng, 1);
    if (journal_open(dir, &journal, &found, error, sizeof error) != 0 ||
        journal_begin_segment(journal, &snapshot) != 0)
        return 1;
    int failures = 0;
    for (int i = 0; i < 20; i++) {
        for (size_t b = 0; b < sizeof noise; b++)
            noise[b] = (char)prng_next(&prng);
        noise[0] = (char)i;
        if (i == 15)
            setrlimit(RLIMIT_FSIZE, &large); /* somebody made room */
        if (journal_append(journal, 1, i, noise, sizeof noise) != 0)
            return 2;
        int code = journal_commit(journal, true);
        failures += code == -EFBIG;
        if (code != 0 && (code != -EFBIG || !strstr(journal_error(journal), "write a block")))
            return 3;
    }
    return journal_close(journal) != 0 ? 4 : failures == 9 ? 0 : 5;
}

TEST(a_full_disk_loses_nothing_and_recording_resumes_when_there_is_room)
{
    char dir[512];
    snprintf(dir, sizeof dir, "%s", scratch("full"));
    pid_t child = fork();
    if (child == 0)
        _exit(write_until_full(dir));
    int status;
    EXPECT(waitpid(child, &status, 0) == child);
    EXPECT_INT(WEXITSTATUS(status), 0);
    struct journal_reader *reader;
    struct journal_item item;
    EXPECT_INT(journal_reader_open(dir, 0, &reader, error, sizeof error), 0);
    EXPECT_INT(journal_next(reader, &item), JOURNAL_SNAPSHOT);
    for (int i = 0; i < 20; i++) {
        EXPECT_INT(journal_next(reader, &item), JOURNAL_RECORD);
        EXPECT_INT(*(const char *)item.bytes, i);
    }
    EXPECT_INT(journal_next(reader, &item), JOURNAL_END);
    journal_reader_close(reader);
}

TEST(a_directory_that_cannot_be_used_is_refused_in_words)
{
    struct journal *journal;
    struct journal_found found;
    EXPECT(journal_open("/proc/cuttle", &journal, &found, error, sizeof error) < 0);
    EXPECT(strstr(error, "/proc/cuttle: cannot use it as a journal") != NULL);
    struct journal_reader *reader;
    EXPECT_INT(journal_reader_open("/nowhere", 0, &reader, error, sizeof error), -ENOENT);
}

TEST(what_a_disk_did_not_keep_ends_its_segment_and_is_said)
{
    struct journal_found found;
    struct journal *journal = open_journal(scratch("unkept"), &found);
    begin(journal, 100, "one");
    append(journal, 101, "kept");
    EXPECT_INT(journal_commit(journal, true), 0);
    append(journal, 102, "a");
    EXPECT_INT(journal_commit(journal, false), 0);
    append(journal, 103, "b");
    sync_failures = 1;
    EXPECT_INT(journal_commit(journal, true), -EIO);
    EXPECT(journal_is_lost(journal));
    EXPECT(strstr(journal_error(journal), "the last 2 records are cut off") != NULL);

    /* The disk says all is well now: that is about other pages. */
    EXPECT_INT(journal_commit(journal, true), -EIO);
    EXPECT_INT(journal_append(journal, 3, 104, "c", 1), -EIO);
    begin(journal, 200, "two");
    EXPECT(!journal_is_lost(journal));
    append(journal, 201, "d");
    EXPECT_INT(journal_close(journal), 0);
    EXPECT_TEXT(read_all(scratch("unkept")), "1[one] kept@101 2[two] d@201 end");
}

TEST(a_segment_begun_on_a_disk_that_loses_the_one_before_begins_when_asked_again)
{
    struct journal_found found;
    struct journal *journal = open_journal(scratch("again"), &found);
    begin(journal, 100, "one");
    append(journal, 101, "a");
    struct journal_snapshot snapshot = {.version = 7, .time_ns = 200, .bytes = "two", .len = 3};
    sync_failures = 1;
    EXPECT_INT(journal_begin_segment(journal, &snapshot), -EIO);
    EXPECT_INT(journal_begin_segment(journal, &snapshot), 0);
    EXPECT_INT(journal_close(journal), 0);
    EXPECT_TEXT(read_all(scratch("again")), "1[one] 2[two] end");
}

TEST(a_torn_tail_is_cut_only_when_the_disk_has_done_it)
{
    const char *path = write_story("uncut");
    EXPECT(truncate(path, 200) == 0);
    struct journal *journal;
    struct journal_found found;
    sync_failures = 1;
    EXPECT_INT(journal_open(scratch("uncut"), &journal, &found, error, sizeof error), -EIO);
    EXPECT(strstr(error, "cannot cut its torn end") != NULL);
}

TEST(a_journal_is_its_owners_alone)
{
    struct stat status;
    write_story("private");
    EXPECT(stat(scratch("private"), &status) == 0);
    EXPECT_INT((int)(status.st_mode & 0777), 0700);
    EXPECT(stat(segment_path("private", 1), &status) == 0);
    EXPECT_INT((int)(status.st_mode & 0777), 0600);
}
