/* SPDX-License-Identifier: MIT */
/* What a crash leaves of a journal, and what time does to it: one is cut off, the other is said. */
#include "journal_fixture.h"

TEST(a_segment_torn_at_any_byte_gives_its_longest_whole_part_and_goes_on)
{
    char path[512];
    snprintf(path, sizeof path, "%s", write_story("torn"));
    size_t len;
    char *whole = scratch_read(path, &len);
    const char *seen = "";
    int kinds = 0;
    for (size_t cut = len; cut-- > 0;) {
        scratch_write(path, whole, cut);
        char before[256];
        snprintf(before, sizeof before, "%s", read_all(scratch("torn")));
        bool whole_blocks = strstr(before, "end") != NULL;
        const char *const parts[] = {"1[one] a@101 2[two] b@201 ", "1[one] a@101 2[two] ",
                                     "1[one] a@101 "};
        const char *prefix = NULL;
        for (int i = 0; i < 3 && !prefix; i++)
            if (strncmp(before, parts[i], strlen(parts[i])) == 0)
                prefix = parts[i];
        EXPECT(prefix != NULL);
        EXPECT(whole_blocks || strcmp(before + strlen(prefix), "torn") == 0);
        kinds += prefix != seen;
        seen = prefix;
        if (cut % 5 != 0)
            continue;

        struct journal_found found;
        struct journal *journal = open_journal(scratch("torn"), &found);
        EXPECT(!found.damaged);
        EXPECT((found.torn_bytes > 0) == !whole_blocks || cut == 48 || cut == 0);
        begin(journal, 300, "next");
        EXPECT_INT(journal_close(journal), 0);
        bool began = strstr(prefix, "[two]") != NULL;
        char want[256];
        snprintf(want, sizeof want, "%s%d[next] end", prefix, began ? 3 : 2);
        EXPECT_TEXT(read_all(scratch("torn")), want);
        unlink(segment_path("torn", 3));
    }
    EXPECT_INT(kinds, 3);
    free(whole);
}

/* Where the segment's last block begins. */
static size_t last_block(const char *bytes, size_t len)
{
    size_t at = len - 4;
    while (memcmp(bytes + at, "CJB1", 4) != 0)
        at--;
    return at;
}

TEST(a_flipped_bit_anywhere_is_found_with_segment_and_place)
{
    char path[512];
    write_story("flip");
    for (int segment = 1; segment <= 2; segment++) {
        snprintf(path, sizeof path, "%s", segment_path("flip", segment));
        size_t len;
        char *bytes = scratch_read(path, &len);
        const size_t unsure = last_block(bytes, len);
        for (size_t i = 0; i < len * 8; i += 3) {
            bytes[i / 8] ^= (char)(1 << i % 8);
            scratch_write(path, bytes, len);
            const char *text = read_all(scratch("flip"));
            /* Nothing says that the disk ever had the very last block. */
            const bool last = segment == 2 && i / 8 >= unsure;
            EXPECT(strstr(text, last ? "b@201 torn" : "damaged") != NULL);
            EXPECT(strstr(error, "journal: at byte ") != NULL);
            bytes[i / 8] ^= (char)(1 << i % 8);
        }
        scratch_write(path, bytes, len);
        free(bytes);
    }
    EXPECT_TEXT(read_all(scratch("flip")), "1[one] a@101 2[two] b@201 c@202 d@203 end");
}

TEST(after_damage_recording_goes_on_and_the_reader_can_step_over)
{
    const char *path = write_story("step");
    size_t len;
    char *bytes = scratch_read(path, &len);
    bytes[last_block(bytes, len) - 1] ^= 1;
    scratch_write(path, bytes, len);
    free(bytes);
    struct journal_found found;
    struct journal *journal = open_journal(scratch("step"), &found);
    EXPECT(found.damaged && strstr(found.note, "left as it is") != NULL);
    begin(journal, 300, "three");
    append(journal, 301, "e");
    EXPECT_INT(journal_close(journal), 0);
    EXPECT_TEXT(read_all(scratch("step")), "1[one] a@101 2[two] damaged");

    struct journal_reader *reader;
    struct journal_item item;
    EXPECT_INT(journal_reader_open(scratch("step"), 2, &reader, error, sizeof error), 0);
    EXPECT_INT(journal_next(reader, &item), JOURNAL_SNAPSHOT);
    EXPECT_INT(journal_next(reader, &item), JOURNAL_DAMAGED);
    EXPECT_INT(journal_next(reader, &item), JOURNAL_DAMAGED);
    journal_reader_skip(reader);
    EXPECT_INT(journal_next(reader, &item), JOURNAL_SNAPSHOT);
    EXPECT_INT(item.segment, 3);
    EXPECT_INT(journal_next(reader, &item), JOURNAL_RECORD);
    EXPECT_INT(journal_next(reader, &item), JOURNAL_END);
    journal_reader_close(reader);
}

/* A segment of three blocks of records, of which a sync stands between the first and the others;
 * `lost` of them is zeros. */
static const char *with_lost_block(const char *name, int lost)
{
    static char text[256];
    struct journal_found found;
    struct journal *journal = open_journal(scratch(name), &found);
    begin(journal, 100, "one");
    append(journal, 101, "a");
    EXPECT_INT(journal_commit(journal, true), 0);
    append(journal, 102, "b");
    EXPECT_INT(journal_commit(journal, false), 0);
    append(journal, 103, "c");
    EXPECT_INT(journal_commit(journal, false), 0);
    size_t len, begins[5] = {0}, count = 0;
    char *bytes = scratch_read(segment_path(name, 1), &len);
    for (size_t at = 0; at + 4 <= len; at++)
        if (memcmp(bytes + at, "CJB1", 4) == 0)
            begins[count++] = at;
    EXPECT_INT(count, 4);
    begins[4] = len;
    memset(bytes + begins[lost], 0, begins[lost + 1] - begins[lost]);
    EXPECT_INT(journal_close(journal), 0);
    scratch_write(segment_path(name, 1), bytes, len);
    free(bytes);
    snprintf(text, sizeof text, "%s", read_all(scratch(name)));
    return text;
}

TEST(a_page_that_the_power_took_from_among_others_is_a_torn_tail_unless_it_was_synced)
{
    EXPECT_TEXT(with_lost_block("page_b", 2), "1[one] a@101 torn");
    EXPECT_TEXT(with_lost_block("page_a", 1), "1[one] damaged");
    EXPECT_TEXT(with_lost_block("page_snapshot", 0), "damaged");
    struct journal_found found;
    struct journal *journal = open_journal(scratch("page_b"), &found);
    EXPECT(!found.damaged && found.torn_bytes > 0);
    begin(journal, 200, "two");
    EXPECT_INT(journal_close(journal), 0);
    EXPECT_TEXT(read_all(scratch("page_b")), "1[one] a@101 2[two] end");
}

TEST(a_segment_whose_opening_came_to_the_disk_in_part_never_began)
{
    struct journal_found found;
    struct journal *journal = open_journal(scratch("opening"), &found);
    begin(journal, 100, "one");
    begin(journal, 200, "two");
    EXPECT_INT(journal_close(journal), 0);
    size_t len;
    char *bytes = scratch_read(segment_path("opening", 2), &len);
    memset(bytes, 0, 60);
    scratch_write(segment_path("opening", 2), bytes, len);
    free(bytes);
    EXPECT_TEXT(read_all(scratch("opening")), "1[one] torn");
    journal = open_journal(scratch("opening"), &found);
    EXPECT(!found.damaged);
    begin(journal, 300, "again");
    EXPECT_INT(journal_close(journal), 0);
    EXPECT_TEXT(read_all(scratch("opening")), "1[one] 2[again] end");
}
