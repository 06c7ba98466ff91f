/* SPDX-License-Identifier: MIT */
#include "store/candle_file.h"

#include <errno.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include "core/base/prng.h"
#include "core/base/timestamp.h"
#include "scratch.h"
#include "store/npy.h"

static char error[512];

static struct candle_key key_of(const char *symbol, enum timeframe timeframe)
{
    struct candle_key key = {.venue = "KRAKEN", .timeframe = timeframe};
    snprintf(key.symbol, sizeof key.symbol, "%s", symbol);
    return key;
}

static struct candle candle_at(int64_t minute, double price)
{
    return (struct candle){minute * NS_PER_MIN, price, price + 2, price - 2, price + 1, 5.5};
}

static struct candle_merge_result merge(const char *store, const struct candle_key *key,
                                        const struct candle *rows, size_t count, bool replace)
{
    struct candle_merge_result result = {99, 99, 99};
    int code = candle_file_merge(store, key, rows, count, replace, &result, error, sizeof error);
    if (code != 0)
        print_error("%s\n", error);
    EXPECT_INT(code, 0);
    return result;
}

static void expect_rows(const char *store, const struct candle_key *key, const struct candle *rows,
                        size_t count)
{
    struct candle_file *file = NULL;
    EXPECT_INT(candle_file_open(store, key, &file, error, sizeof error), 0);
    size_t held;
    const struct candle *got = candle_file_rows(file, &held);
    EXPECT_INT((int64_t)held, (int64_t)count);
    EXPECT(memcmp(got, rows, count * sizeof *rows) == 0);
    EXPECT_INT(candle_file_verify(file, error, sizeof error), 0);
    candle_file_close(file);
}

TEST(what_is_merged_is_read_back_bit_for_bit)
{
    const char *store = scratch("round");
    struct candle_key key = key_of("BTC/USD", TIMEFRAME_1M);
    struct candle rows[] = {candle_at(10, 100.1), candle_at(11, 0.1 + 0.2), candle_at(15, 3e9)};
    rows[1].low = 0.3;
    struct candle_merge_result result = merge(store, &key, rows, 3, false);
    EXPECT_INT((int64_t)result.added, 3);
    expect_rows(store, &key, rows, 3);
}

TEST(a_merge_adds_drops_counts_and_replaces)
{
    const char *store = scratch("merge");
    struct candle_key key = key_of("ETH/USD", TIMEFRAME_1M);
    struct candle first[] = {candle_at(10, 100), candle_at(12, 120), candle_at(14, 140)};
    merge(store, &key, first, 3, false);

    /* 9 and 13 are new, 12 is the same, 14 differs. */
    struct candle second[] = {candle_at(9, 90), candle_at(12, 120), candle_at(13, 130),
                              candle_at(14, 141)};
    struct candle_merge_result kept = merge(store, &key, second, 4, false);
    EXPECT_INT((int64_t)kept.added, 2);
    EXPECT_INT((int64_t)kept.equal, 1);
    EXPECT_INT((int64_t)kept.different, 1);
    struct candle want[] = {candle_at(9, 90), candle_at(10, 100), candle_at(12, 120),
                            candle_at(13, 130), candle_at(14, 140)};
    expect_rows(store, &key, want, 5);

    struct candle_merge_result replaced = merge(store, &key, second, 4, true);
    EXPECT_INT((int64_t)replaced.added, 0);
    EXPECT_INT((int64_t)replaced.different, 1);
    want[4] = candle_at(14, 141);
    expect_rows(store, &key, want, 5);
}

TEST(appending_leaves_the_file_in_place_and_what_was_mapped_stays)
{
    const char *store = scratch("append");
    struct candle_key key = key_of("SOL/USD", TIMEFRAME_1M);
    struct candle rows[] = {candle_at(1, 10), candle_at(2, 20), candle_at(3, 30), candle_at(4, 40)};
    merge(store, &key, rows, 2, false);
    struct stat before, after;
    EXPECT_INT(stat(scratch("append/KRAKEN/SOL-USD/1m.npy"), &before), 0);
    struct candle_file *file = NULL;
    EXPECT_INT(candle_file_open(store, &key, &file, error, sizeof error), 0);

    merge(store, &key, rows + 1, 3, false); /* the first of them is stored already */
    EXPECT_INT(stat(scratch("append/KRAKEN/SOL-USD/1m.npy"), &after), 0);
    EXPECT(before.st_ino == after.st_ino);
    expect_rows(store, &key, rows, 4);

    struct candle older = candle_at(0, 5);
    merge(store, &key, &older, 1, false);
    size_t held;
    EXPECT(candle_file_rows(file, &held)[1].open == 20);
    EXPECT_INT((int64_t)held, 2);
    candle_file_close(file);
}

TEST(random_merges_equal_a_slow_model)
{
    enum { SPAN = 400 };
    struct prng prng;
    prng_init(&prng, test_seed());
    for (int round = 0; round < 6; round++) {
        char name[32];
        snprintf(name, sizeof name, "model%d", round);
        const char *store = scratch(name);
        struct candle_key key = key_of("BTC/USD", TIMEFRAME_1M);
        struct candle model[SPAN] = {0}; /* by minute; time 0 is absent */
        for (int step = 0; step < 12; step++) {
            struct candle rows[SPAN];
            size_t count = 0, added = 0, equal = 0, different = 0;
            bool replace = prng_below(&prng, 2);
            int64_t from = 1 + (int64_t)prng_below(&prng, SPAN - 1);
            for (int64_t minute = from; minute < SPAN; minute++) {
                if (prng_below(&prng, 3) != 0)
                    continue;
                rows[count] = candle_at(minute, 100 + (double)prng_below(&prng, 2));
                struct candle *slot = &model[minute];
                bool absent = slot->time_ns == 0;
                bool same = !absent && memcmp(slot, &rows[count], sizeof *slot) == 0;
                added += absent;
                equal += same;
                different += !absent && !same;
                if (absent || (!same && replace))
                    *slot = rows[count];
                count++;
            }
            struct candle_merge_result result = merge(store, &key, rows, count, replace);
            EXPECT_INT((int64_t)result.added, (int64_t)added);
            EXPECT_INT((int64_t)result.equal, (int64_t)equal);
            EXPECT_INT((int64_t)result.different, (int64_t)different);
        }
        struct candle want[SPAN];
        size_t want_count = 0;
        for (int minute = 0; minute < SPAN; minute++)
            if (model[minute].time_ns != 0)
                want[want_count++] = model[minute];
        expect_rows(store, &key, want, want_count);
    }
}

TEST(find_gives_the_first_row_at_or_after)
{
    const char *store = scratch("find");
    struct candle_key key = key_of("BTC/USD", TIMEFRAME_1M);
    struct candle rows[] = {candle_at(10, 1e2), candle_at(11, 1e2), candle_at(15, 1e2)};
    merge(store, &key, rows, 3, false);
    struct candle_file *file = NULL;
    EXPECT_INT(candle_file_open(store, &key, &file, error, sizeof error), 0);
    EXPECT_INT((int64_t)candle_file_find(file, INT64_MIN), 0);
    EXPECT_INT((int64_t)candle_file_find(file, 10 * NS_PER_MIN), 0);
    EXPECT_INT((int64_t)candle_file_find(file, 10 * NS_PER_MIN + 1), 1);
    EXPECT_INT((int64_t)candle_file_find(file, 15 * NS_PER_MIN), 2);
    EXPECT_INT((int64_t)candle_file_find(file, 15 * NS_PER_MIN + 1), 3);
    candle_file_close(file);
}

TEST(a_file_cut_at_any_byte_gives_the_rows_that_are_whole_and_heals)
{
    const char *store = scratch("torn");
    struct candle_key key = key_of("BTC/USD", TIMEFRAME_1M);
    struct candle rows[4];
    for (int i = 0; i < 4; i++)
        rows[i] = candle_at(i + 1, 100 + i);
    merge(store, &key, rows, 4, false);
    const char *path = scratch("torn/KRAKEN/BTC-USD/1m.npy");
    size_t len;
    char *whole = scratch_read(path, &len);
    EXPECT_INT((int64_t)len, NPY_HEADER_SIZE + 4 * 48);
    for (size_t cut = 0; cut < len; cut++) {
        scratch_write(path, whole, cut);
        struct candle_file *file = NULL;
        int code = candle_file_open(store, &key, &file, error, sizeof error);
        if (cut < NPY_HEADER_SIZE) {
            EXPECT_INT(code, -EINVAL);
            EXPECT(strstr(error, path) && strstr(error, "import the data again"));
            continue;
        }
        EXPECT_INT(code, 0);
        size_t held;
        const struct candle *got = candle_file_rows(file, &held);
        EXPECT_INT((int64_t)held, (int64_t)((cut - NPY_HEADER_SIZE) / 48));
        EXPECT_INT((int64_t)candle_file_torn(file), (int64_t)(4 - held));
        EXPECT(memcmp(got, rows, held * sizeof *rows) == 0);
        candle_file_close(file);
        if (cut % 16 != 0)
            continue;
        merge(store, &key, rows, 4, false);
        expect_rows(store, &key, rows, 4);
    }
    free(whole);
}

TEST(rows_written_without_their_header_are_as_if_never_written)
{
    const char *store = scratch("headless");
    struct candle_key key = key_of("BTC/USD", TIMEFRAME_1M);
    struct candle rows[] = {candle_at(1, 100), candle_at(2, 200), candle_at(3, 300)};
    merge(store, &key, rows, 1, false);
    const char *path = scratch("headless/KRAKEN/BTC-USD/1m.npy");
    FILE *file = fopen(path, "ab");
    fwrite(&rows[2], 1, sizeof rows[2], file);
    fclose(file);
    expect_rows(store, &key, rows, 1);
    merge(store, &key, rows + 1, 2, false);
    expect_rows(store, &key, rows, 3);
}

static void expect_refused(const char *store, const struct candle_key *key, const char *why)
{
    struct candle_file *file = NULL;
    EXPECT_INT(candle_file_open(store, key, &file, error, sizeof error), -EINVAL);
    if (!strstr(error, why))
        print_error("\"%s\" does not say \"%s\"\n", error, why);
    EXPECT(strstr(error, why) != NULL);
    EXPECT(strstr(error, ".npy") != NULL);
}

TEST(a_damaged_file_is_refused_with_what_is_wrong)
{
    const char *store = scratch("damaged");
    struct candle_key key = key_of("BTC/USD", TIMEFRAME_1M);
    struct candle rows[] = {candle_at(1, 100), candle_at(2, 200), candle_at(3, 300)};
    merge(store, &key, rows, 3, false);
    const char *path = scratch("damaged/KRAKEN/BTC-USD/1m.npy");
    size_t len;
    char *whole = scratch_read(path, &len);
    char *bad = malloc(len);

    memcpy(bad, whole, len);
    bad[1] = 'X';
    scratch_write(path, bad, len);
    expect_refused(store, &key, "not a NumPy .npy file");

    memcpy(bad, whole, len);
    *strstr(bad + 10, "<f8") = '>';
    scratch_write(path, bad, len);
    expect_refused(store, &key, "its rows are not (time i8");

    memcpy(bad, whole, len); /* unsorted: row 1 takes the time of row 2 */
    memcpy(bad + NPY_HEADER_SIZE + 48, &rows[2].time_ns, 8);
    scratch_write(path, bad, len);
    expect_refused(store, &key, "row 2 is not later than the row before it");

    memcpy(bad, whole, len);
    memset(bad + NPY_HEADER_SIZE + 96, 0, 48);
    scratch_write(path, bad, len);
    expect_refused(store, &key, "row 2 is not a candle");

    int64_t odd = rows[2].time_ns + 1;
    memcpy(bad, whole, len);
    memcpy(bad + NPY_HEADER_SIZE + 96, &odd, 8);
    scratch_write(path, bad, len);
    expect_refused(store, &key, "row 2 does not begin on its timeframe's grid");

    /* And no merge touches it. */
    struct candle_merge_result result;
    EXPECT_INT(candle_file_merge(store, &key, rows, 3, true, &result, error, sizeof error),
               -EINVAL);
    free(bad);
    free(whole);
}

TEST(rows_that_are_no_candles_are_not_stored)
{
    const char *store = scratch("input");
    struct candle_key key = key_of("BTC/USD", TIMEFRAME_5M);
    struct candle rows[] = {candle_at(5, 100), candle_at(5, 100)};
    struct candle_merge_result result;
    EXPECT_INT(candle_file_merge(store, &key, rows, 2, false, &result, error, sizeof error),
               -EINVAL);
    rows[1] = candle_at(6, 100);
    EXPECT_INT(candle_file_merge(store, &key, rows, 2, false, &result, error, sizeof error),
               -EINVAL);
    EXPECT(strstr(error, "candle 1 to be stored does not begin on its timeframe's grid") != NULL);
    rows[1] = candle_at(10, NAN);
    EXPECT_INT(candle_file_merge(store, &key, rows, 2, false, &result, error, sizeof error),
               -EINVAL);
    struct candle_file *file;
    EXPECT_INT(candle_file_open(store, &key, &file, error, sizeof error), -ENOENT);
}

TEST(a_name_that_would_leave_the_store_is_refused)
{
    const char *const symbols[] = {"..", "../BTC", "BTC/..", "BTC", "B-C/USD", "BTC/USD/EUR", "/"};
    for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
        struct candle_key key = key_of(symbols[i], TIMEFRAME_1M);
        struct candle_file *file;
        EXPECT_INT(candle_file_open(scratch("names"), &key, &file, error, sizeof error), -EINVAL);
    }
    struct candle_key key;
    EXPECT(candle_key_parse("kraken:btc/usd", &key));
    EXPECT_TEXT(key.venue, "KRAKEN");
    EXPECT_TEXT(key.symbol, "BTC/USD");
    EXPECT(!candle_key_parse("BTC/USD", &key));
    EXPECT(!candle_key_parse("..:BTC/USD", &key));
    EXPECT(!candle_key_parse("KRAKEN:BTCUSD", &key));
}

TEST(a_second_writer_is_told_to_wait)
{
    const char *store = scratch("lock");
    struct candle_key key = key_of("BTC/USD", TIMEFRAME_1M);
    struct candle row = candle_at(1, 100);
    merge(store, &key, &row, 1, false);
    int fd = open(scratch("lock/KRAKEN/BTC-USD/1m.npy.lock"), O_RDWR);
    EXPECT(fd >= 0);
    EXPECT_INT(flock(fd, LOCK_EX), 0);
    struct candle_merge_result result;
    EXPECT_INT(candle_file_merge(store, &key, &row, 1, false, &result, error, sizeof error),
               -EBUSY);
    EXPECT(strstr(error, "another process is writing this file") != NULL);
    close(fd);
}

TEST(a_directory_that_cannot_be_written_is_refused_in_one_sentence)
{
    struct candle_key key = key_of("BTC/USD", TIMEFRAME_1M);
    struct candle row = candle_at(1, 100);
    struct candle_merge_result result;
    EXPECT(candle_file_merge("/proc/cuttle", &key, &row, 1, false, &result, error, sizeof error) <
           0);
    EXPECT(strstr(error, "/proc/cuttle") && strstr(error, "cannot write here"));

    const char *store = scratch("plain");
    scratch_write(store, "x", 1);
    EXPECT(candle_file_merge(store, &key, &row, 1, false, &result, error, sizeof error) < 0);
    EXPECT(strstr(error, "cannot write here") != NULL);
}

TEST(a_full_disk_keeps_what_was_stored)
{
    const char *store = scratch("full");
    struct candle_key key = key_of("BTC/USD", TIMEFRAME_1M);
    struct candle rows[1000];
    for (int i = 0; i < 1000; i++)
        rows[i] = candle_at(i + 1, 100);
    merge(store, &key, rows, 10, false);
    pid_t child = fork(); /* the file size limit stands for a full disk; it must not be ours */
    if (child == 0) {
        struct rlimit limit = {8192, 8192};
        struct candle_merge_result result;
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &limit);
        int append = candle_file_merge(store, &key, rows + 10, 900, false, &result, error, 512);
        rows[0].volume = 6;
        int rewrite = candle_file_merge(store, &key, rows, 900, true, &result, error, 512);
        _exit(append == -EFBIG && rewrite == -EFBIG && strstr(error, "are kept") ? 0 : 1);
    }
    int status;
    EXPECT(waitpid(child, &status, 0) == child);
    EXPECT_INT(WEXITSTATUS(status), 0);
    expect_rows(store, &key, rows, 10);
    EXPECT(access(scratch("full/KRAKEN/BTC-USD/1m.npy.new"), F_OK) != 0);
    merge(store, &key, rows, 1000, false);
    expect_rows(store, &key, rows, 1000);
}

static int note_key(void *context, const struct candle_key *key)
{
    char *list = context;
    size_t len = strlen(list);
    snprintf(list + len, 512 - len, "%s:%s %s;", key->venue, key->symbol,
             timeframe_names[key->timeframe]);
    return 0;
}

TEST(the_store_lists_what_it_holds_in_order)
{
    const char *store = scratch("list");
    char list[512] = "";
    EXPECT_INT(candle_store_each(store, note_key, list, error, sizeof error), 0);
    EXPECT_TEXT(list, "");
    struct candle row = candle_at(1440, 100);
    const struct candle_key keys[] = {
        key_of("ETH/USD", TIMEFRAME_1H),
        key_of("BTC/USD", TIMEFRAME_1D),
        key_of("BTC/USD", TIMEFRAME_5M),
        {"BINANCE", "BTC/USDT", TIMEFRAME_1M},
    };
    for (int i = 0; i < 4; i++)
        merge(store, &keys[i], &row, 1, false);
    scratch_write(scratch("list/notes.txt"), "x", 1);
    EXPECT_INT(candle_store_each(store, note_key, list, error, sizeof error), 0);
    EXPECT_TEXT(list, "BINANCE:BTC/USDT 1m;KRAKEN:BTC/USD 5m;KRAKEN:BTC/USD 1d;KRAKEN:ETH/USD 1h;");
}

/* The exit status of the system's Python for a script; its complaints go nowhere when quiet. */
static int run_python(const char *script, bool quiet)
{
    pid_t child = fork();
    if (child == 0) {
        if (quiet)
            dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
        execl("/usr/bin/python3", "python3", "-c", script, (char *)NULL);
        _exit(127);
    }
    int status;
    EXPECT(waitpid(child, &status, 0) == child);
    return WEXITSTATUS(status);
}

TEST(numpy_opens_it_and_we_open_what_numpy_saves)
{
    if (run_python("import numpy", true) != 0) {
        print_message("skipped: no python3 with numpy on this machine\n");
        skip();
    }
    const char *store = scratch("numpy");
    struct candle_key key = key_of("BTC/USD", TIMEFRAME_1M);
    struct candle rows[] = {candle_at(1, 100.25), candle_at(2, 0.3e2), candle_at(9, 7e4)};
    merge(store, &key, rows, 3, false);
    const char *path = scratch("numpy/KRAKEN/BTC-USD/1m.npy");
    char script[2048];
    snprintf(script, sizeof script,
             "import numpy as n\n"
             "a = n.load('%s', mmap_mode='r')\n"
             "assert a.shape == (3,) and list(a['time'] // 60000000000) == [1, 2, 9]\n"
             "assert list(a['open']) == [100.25, 30.0, 7e4] and a['volume'][2] == 5.5\n"
             "assert a.dtype.names == ('time', 'open', 'high', 'low', 'close', 'volume')\n"
             "n.save('%s', n.array(a))",
             path, path);
    EXPECT_INT(run_python(script, false), 0);
    expect_rows(store, &key, rows, 3);
    struct candle more = candle_at(10, 7e4); /* numpy's header is not ours: a new file is written */
    merge(store, &key, &more, 1, false);
    struct candle all[] = {rows[0], rows[1], rows[2], more};
    expect_rows(store, &key, all, 4);
}

TEST(opening_does_not_read_the_rows)
{
    enum { COUNT = 1000000 };
    struct candle *rows = malloc(COUNT * sizeof *rows);
    for (int64_t i = 0; i < COUNT; i++)
        rows[i] = candle_at(i, 100);
    const char *store = scratch("large");
    struct candle_key key = key_of("BTC/USD", TIMEFRAME_1M);
    merge(store, &key, rows, COUNT, false);
    int64_t best_ns = INT64_MAX;
    for (int i = 0; i < 50; i++) {
        struct timespec a, b;
        struct candle_file *file = NULL;
        clock_gettime(CLOCK_MONOTONIC, &a);
        EXPECT_INT(candle_file_open(store, &key, &file, error, sizeof error), 0);
        clock_gettime(CLOCK_MONOTONIC, &b);
        int64_t took = (b.tv_sec - a.tv_sec) * NS_PER_S + b.tv_nsec - a.tv_nsec;
        best_ns = took < best_ns ? took : best_ns;
        candle_file_close(file);
    }
    print_message("a million candles opened in %lld us at best\n", (long long)best_ns / 1000);
    EXPECT(best_ns < 2 * NS_PER_MS); /* reading 48 MB takes longer than that, anywhere */
    free(rows);
}
