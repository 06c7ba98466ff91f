/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "core/market/candle.h"
#include "core/market/timeframe.h"

TEST(a_sensible_candle_is_valid)
{
    EXPECT(candle_valid(&(struct candle){0, 10, 12, 9, 11, 5}));
    EXPECT(candle_valid(&(struct candle){0, 10, 10, 10, 10, 0}));
}

TEST(a_candle_that_contradicts_itself_is_not)
{
    const struct candle bad[] = {
        {0, 13, 12, 9, 11, 5},         {0, 10, 12, 9, 13, 5},       {0, 8, 12, 9, 11, 5},
        {0, 10, 12, 9, 8, 5},          {0, 10, 9, 12, 10, 5},       {0, 10, 12, 0, 11, 5},
        {0, 10, 12, -1, 11, 5},        {0, 10, 12, 9, 11, -1},      {0, NAN, 12, 9, 11, 5},
        {0, 10, NAN, 9, 11, 5},        {0, 10, 12, NAN, 11, 5},     {0, 10, 12, 9, NAN, 5},
        {0, 10, 12, 9, 11, NAN},       {0, 10, INFINITY, 9, 11, 5}, {0, 10, 12, 9, 11, INFINITY},
        {0, 10, 12, -INFINITY, 11, 5},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        EXPECT(!candle_valid(&bad[i]));
}

TEST(a_flat_candle_is_valid_and_holds_one_price)
{
    const struct candle flat = candle_flat(60, 42.5);
    EXPECT(candle_valid(&flat));
    EXPECT_INT(flat.time_ns, 60);
    EXPECT(flat.open == 42.5 && flat.high == 42.5 && flat.low == 42.5 && flat.close == 42.5);
    EXPECT(flat.volume == 0);
}

TEST(merging_keeps_the_open_and_takes_the_close)
{
    struct candle candle = {0, 10, 12, 9, 11, 5};
    candle_merge(&candle, &(struct candle){60, 11, 15, 10, 14, 2});
    candle_merge(&candle, &(struct candle){120, 14, 14, 7, 8, 1});
    EXPECT_INT(candle.time_ns, 0);
    EXPECT(candle.open == 10 && candle.high == 15 && candle.low == 7 && candle.close == 8);
    EXPECT(candle.volume == 8);
}

TEST(a_timeframe_has_one_name_and_that_name_is_read)
{
    const int64_t minutes[TIMEFRAME_COUNT] = {1, 5, 15, 60, 240, 1440};
    for (uint32_t i = 0; i < TIMEFRAME_COUNT; i++) {
        enum timeframe timeframe = TIMEFRAME_COUNT;
        EXPECT(timeframe_parse(timeframe_names[i], strlen(timeframe_names[i]), &timeframe));
        EXPECT_INT(timeframe, i);
        EXPECT_INT(timeframe_minutes(timeframe), minutes[i]);
    }
    EXPECT(timeframe_names[TIMEFRAME_COUNT] == NULL);
    enum timeframe timeframe = TIMEFRAME_COUNT;
    const char *const wrong[] = {"", "1", "m", "1M", "2m", "1mm", "15", "60m", " 1m"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        EXPECT(!timeframe_parse(wrong[i], strlen(wrong[i]), &timeframe));
    EXPECT_INT(timeframe, TIMEFRAME_COUNT);
}

TEST(a_bucket_opens_at_a_multiple_of_its_length)
{
    const int64_t minute = timeframe_ns[TIMEFRAME_1M];
    EXPECT_INT(timeframe_floor(TIMEFRAME_5M, 7 * minute), 5 * minute);
    EXPECT_INT(timeframe_floor(TIMEFRAME_5M, 5 * minute), 5 * minute);
    EXPECT_INT(timeframe_floor(TIMEFRAME_5M, 5 * minute - 1), 0);
    EXPECT_INT(timeframe_floor(TIMEFRAME_5M, -1), -5 * minute);
    EXPECT_INT(timeframe_floor(TIMEFRAME_5M, -5 * minute), -5 * minute);
}

TEST(the_first_candle_at_or_after_a_time_is_found)
{
    struct candle rows[4] = {{.time_ns = 10}, {.time_ns = 20}, {.time_ns = 30}, {.time_ns = 50}};
    EXPECT_INT((int64_t)candle_find(rows, 4, INT64_MIN), 0);
    EXPECT_INT((int64_t)candle_find(rows, 4, 10), 0);
    EXPECT_INT((int64_t)candle_find(rows, 4, 11), 1);
    EXPECT_INT((int64_t)candle_find(rows, 4, 50), 3);
    EXPECT_INT((int64_t)candle_find(rows, 4, 51), 4);
    EXPECT_INT((int64_t)candle_find(rows, 0, 10), 0);
}
