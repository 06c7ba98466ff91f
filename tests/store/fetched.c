/* SPDX-License-Identifier: MIT */
#include "store/fetched.h"

#include <errno.h>

#include "scratch.h"
#include "store/candle_origin.h"
#include "store/disk.h"

static char error[512];
static const struct candle_key key = {"KRAKEN", "BTC/USD", TIMEFRAME_1M};

static const char *spans_of(const struct fetched *fetched)
{
    static char text[256];
    size_t len = 0;
    text[0] = '\0';
    for (size_t i = 0; i < fetched->count; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%d-%d", i ? " " : "",
                                (int)fetched->spans[i].from_ns, (int)fetched->spans[i].until_ns);
    return text;
}

TEST(spans_that_touch_become_one)
{
    static struct fetched fetched;
    const struct {
        int from, until;
        const char *after;
    } story[] = {
        {20, 30, "20-30"},
        {50, 60, "20-30 50-60"},
        {5, 10, "5-10 20-30 50-60"},
        {30, 40, "5-10 20-40 50-60"},
        {22, 25, "5-10 20-40 50-60"},
        {9, 20, "5-40 50-60"},
        {70, 80, "5-40 50-60 70-80"},
        {1, 75, "1-80"},
    };
    for (size_t i = 0; i < sizeof story / sizeof story[0]; i++) {
        EXPECT(fetched_add(&fetched, story[i].from, story[i].until));
        EXPECT_TEXT(spans_of(&fetched), story[i].after);
    }
}

TEST(a_hole_is_the_first_time_of_no_span)
{
    static struct fetched fetched;
    struct fetched_span hole;
    EXPECT(fetched_hole(&fetched, 1, 9, &hole) && hole.from_ns == 1 && hole.until_ns == 9);
    fetched_add(&fetched, 10, 20);
    fetched_add(&fetched, 30, 40);
    EXPECT(fetched_hole(&fetched, 5, 50, &hole) && hole.from_ns == 5 && hole.until_ns == 10);
    EXPECT(fetched_hole(&fetched, 12, 50, &hole) && hole.from_ns == 20 && hole.until_ns == 30);
    EXPECT(fetched_hole(&fetched, 35, 50, &hole) && hole.from_ns == 40 && hole.until_ns == 50);
    EXPECT(fetched_hole(&fetched, 20, 25, &hole) && hole.from_ns == 20 && hole.until_ns == 25);
    EXPECT(!fetched_hole(&fetched, 10, 20, &hole) && !fetched_hole(&fetched, 32, 40, &hole));
    EXPECT(!fetched_hole(&fetched, 7, 7, &hole));
}

TEST(more_spans_than_there_is_room_for_are_refused)
{
    static struct fetched fetched;
    for (int64_t i = 0; i < FETCHED_SPANS_MAX; i++)
        EXPECT(fetched_add(&fetched, i * 10 + 1, i * 10 + 5));
    EXPECT(!fetched_add(&fetched, 100000, 100001));
    EXPECT(fetched_add(&fetched, 5, 11) && fetched.count == FETCHED_SPANS_MAX - 1);
}

static void store_one(const char *store)
{
    const struct candle row = {0, 1, 1, 1, 1, 1};
    struct candle_merge_result merged;
    EXPECT_INT(candle_file_merge(store, &key, &row, 1, false, &merged, error, sizeof error), 0);
}

TEST(what_is_written_is_read_back_and_what_is_damaged_is_told)
{
    static struct fetched fetched, back;
    const char *store = scratch("store");
    store_one(store);
    EXPECT_INT(fetched_read(store, &key, &back, error, sizeof error), 0);
    EXPECT_INT((int64_t)back.count, 0);
    for (int64_t i = 0; i < FETCHED_SPANS_MAX; i++)
        fetched_add(&fetched, INT64_MAX - 10000 + i * 10, INT64_MAX - 9999 + i * 10);
    fetched.walk = (struct fetched_walk){1, INT64_MAX, 3, 4, 5, 6, 7, 8, 9, 10, INT64_MAX};
    EXPECT_INT(fetched_write(store, &key, &fetched, error, sizeof error), 0);
    EXPECT_INT(fetched_read(store, &key, &back, error, sizeof error), 0);
    EXPECT(memcmp(&fetched, &back, sizeof back) == 0);

    const char *path = scratch("store/KRAKEN/BTC-USD/1m.fetched");
    static const char *const wrongs[] = {
        "",
        "cuttle fetched 2\n",
        "cuttle fetched 1\nspan 1 2",
        "cuttle fetched 1\nspan 1\n",
        "cuttle fetched 1\nspan 2 2\n",
        "cuttle fetched 1\nspan 1 2 3\n",
        "cuttle fetched 1\nspan 1 x\n",
        "cuttle fetched 1\nspan -1 2\n",
        "cuttle fetched 1\nspan 1 2\nspan 2 3\n",
        "cuttle fetched 1\nwalk 1 2 3 4 5 6 7 8 9 10\n",
        "cuttle fetched 1\nwalk 1 2 3 19 5 6 7 8 9 10 11\n",
        "cuttle fetched 1\nword\n",
        "cuttle fetched 1\n\n",
    };
    for (size_t i = 0; i < sizeof wrongs / sizeof wrongs[0]; i++) {
        scratch_write(path, wrongs[i], strlen(wrongs[i]));
        EXPECT_INT(fetched_read(store, &key, &back, error, sizeof error), -EINVAL);
        EXPECT(strstr(error, "1m.fetched: it is damaged; delete it") != NULL);
    }

    /* Without candles it says nothing: somebody has begun anew. */
    EXPECT_INT(remove(scratch("store/KRAKEN/BTC-USD/1m.npy")), 0);
    EXPECT_INT(fetched_read(store, &key, &back, error, sizeof error), 0);
    EXPECT_INT((int64_t)back.count, 0);
}

TEST(an_origin_is_told_with_all_that_it_brought)
{
    const char *store = scratch("origins");
    char text[CANDLE_ORIGINS_TEXT_MAX];
    const int64_t day = INT64_C(86400000000000);
    store_one(store);
    EXPECT_INT(candle_origin_tell(store, &key, text, error, sizeof error), 0);
    EXPECT_TEXT(text, "");
    EXPECT_INT(
        candle_origin_add(store, &key, "BINANCE:BTC/USDT", 10 * day, 20 * day, error, sizeof error),
        0);
    EXPECT_INT(candle_origin_add(store, &key, "?:BTC/EUR", 0, day, error, sizeof error), 0);
    EXPECT_INT(
        candle_origin_add(store, &key, "BINANCE:BTC/USDT", 15 * day, 30 * day, error, sizeof error),
        0);
    EXPECT_INT(candle_origin_tell(store, &key, text, error, sizeof error), 0);
    EXPECT_TEXT(text, "BINANCE:BTC/USDT from 1970-01-11 to 1970-01-31, ?:BTC/EUR from 1970-01-01 "
                      "to 1970-01-02");
    scratch_write(scratch("origins/KRAKEN/BTC-USD/1m.origin"), "BINANCE soon\n", 13);
    EXPECT_INT(candle_origin_tell(store, &key, text, error, sizeof error), -EINVAL);
    EXPECT(strstr(error, "1m.origin: line 1 is not NAME FIRST LAST") != NULL);
}
