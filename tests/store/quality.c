/* SPDX-License-Identifier: MIT */
#include "store/quality.h"

#include "core/base/timestamp.h"
#include "test.h"

static struct candle at(int64_t minute, double open, double close)
{
    double top = open > close ? open : close;
    double bottom = open > close ? close : open;
    return (struct candle){minute * NS_PER_MIN, open, top, bottom, close, 1.0};
}

TEST(gaps_are_counted_and_the_longest_is_dated)
{
    /* Minutes 0 1 | 4 5 | 9: two gaps, of 2 and 3 candles; 10 expected, 5 there. */
    struct candle rows[] = {at(0, 10, 10), at(1, 10, 10), at(4, 10, 10), at(5, 10, 10),
                            at(9, 10, 10)};
    struct quality quality;
    quality_measure(rows, 5, TIMEFRAME_1M, 0.25, &quality);
    EXPECT_INT((int64_t)quality.expected, 10);
    EXPECT_INT((int64_t)quality.missing, 5);
    EXPECT_INT((int64_t)quality.gap_count, 2);
    EXPECT_INT(quality.gap_longest_ns, 3 * NS_PER_MIN);
    EXPECT_INT(quality.gap_longest_from_ns, 6 * NS_PER_MIN);
    EXPECT_INT(quality.gap_first_ns, 2 * NS_PER_MIN);
    EXPECT_INT(quality.worst_gap_count, 2);
    EXPECT_INT(quality.worst_gaps[0].time_ns, 6 * NS_PER_MIN);
    EXPECT_NEAR(quality.worst_gaps[0].size, 3, 0);
    EXPECT_NEAR(quality.worst_gaps[1].size, 2, 0);
    EXPECT_NEAR(quality_missing_share(&quality), 0.5, 0);
}

TEST(wicks_jumps_and_empty_candles_are_found_largest_first)
{
    struct candle rows[8];
    for (int i = 0; i < 8; i++)
        rows[i] = at(i, 100, 100);
    rows[2].low = 50;          /* 1 - 50/100 = 0.5 */
    rows[3].high = 400;        /* 400/100 - 1 = 3 */
    rows[4].high = 120;        /* 0.2: within the limit */
    rows[5] = at(5, 200, 100); /* opens 100 % above the close before */
    rows[6].volume = 0;
    struct quality quality;
    quality_measure(rows, 8, TIMEFRAME_1M, 0.25, &quality);
    EXPECT_INT((int64_t)quality.wick_count, 2);
    EXPECT_INT(quality.wick_first_ns, 2 * NS_PER_MIN);
    EXPECT_INT(quality.jump_first_ns, 5 * NS_PER_MIN);
    EXPECT_INT((int64_t)quality.worst_wick_count, 2);
    EXPECT_NEAR(quality.worst_wicks[0].size, 3.0, 1e-12);
    EXPECT_INT(quality.worst_wicks[0].time_ns, 3 * NS_PER_MIN);
    EXPECT_NEAR(quality.worst_wicks[1].size, 0.5, 1e-12);
    EXPECT_INT((int64_t)quality.jump_count, 1);
    EXPECT_NEAR(quality.worst_jumps[0].size, 1.0, 1e-12);
    EXPECT_INT((int64_t)quality.zero_volume_count, 1);
    EXPECT_INT(quality.zero_volume_first_ns, 6 * NS_PER_MIN);
}

TEST(a_candle_in_all_figures_the_one_before_was_copied)
{
    struct candle rows[6];
    for (int i = 0; i < 6; i++)
        rows[i] = at(i, 100, 101);
    rows[1].volume = 2;
    rows[2].volume = 2; /* 2 is 1 again */
    rows[4].time_ns += NS_PER_MIN;
    rows[5].time_ns += NS_PER_MIN; /* 4 follows a gap; 5 is 4 again */
    rows[0].volume = 0;
    struct quality quality;
    quality_measure(rows, 6, TIMEFRAME_1M, 0.25, &quality);
    EXPECT_INT((int64_t)quality.repeat_count, 2);
    EXPECT_INT(quality.repeat_first_ns, 2 * NS_PER_MIN);
    rows[4].volume = rows[5].volume = 0; /* where nobody traded all are alike */
    quality_measure(rows, 6, TIMEFRAME_1M, 0.25, &quality);
    EXPECT_INT((int64_t)quality.repeat_count, 1);
}

TEST(time_is_cut_into_cells_that_count_what_is_there)
{
    /* Ten minutes of which 0 1 4 5 9 are there, in four cells: 0-1, 2-4, 5-6, 7-9. */
    struct candle rows[] = {at(0, 10, 12), at(1, 8, 9), at(4, 7, 7), at(5, 5, 6), at(9, 3, 3)};
    struct quality_cell cells[20];
    EXPECT_INT((int64_t)quality_cells(rows, 5, TIMEFRAME_1M, 4, cells), 4);
    const struct {
        int64_t from, until, expected, held;
        double low, high;
    } answers[] = {
        {0, 2, 2, 2, 8, 12}, {2, 5, 3, 1, 7, 7}, {5, 7, 2, 1, 5, 6}, {7, 10, 3, 1, 3, 3}};
    for (int i = 0; i < 4; i++) {
        EXPECT_INT(cells[i].from_ns, answers[i].from * NS_PER_MIN);
        EXPECT_INT(cells[i].until_ns, answers[i].until * NS_PER_MIN);
        EXPECT_INT((int64_t)cells[i].expected, answers[i].expected);
        EXPECT_INT((int64_t)cells[i].held, answers[i].held);
        EXPECT_NEAR(cells[i].low, answers[i].low, 0);
        EXPECT_NEAR(cells[i].high, answers[i].high, 0);
    }
    EXPECT_INT((int64_t)quality_cells(rows, 5, TIMEFRAME_1M, 20, cells), 10);
    EXPECT_INT((int64_t)cells[2].held, 0);
    EXPECT_INT((int64_t)quality_cells(rows, 0, TIMEFRAME_1M, 20, cells), 0);
}

TEST(only_the_worst_few_are_kept)
{
    struct candle rows[9];
    for (int i = 0; i < 9; i++) {
        rows[i] = at(i, 100, 100);
        rows[i].high = 200 + 10 * ((i * 5) % 9);
    }
    struct quality quality;
    quality_measure(rows, 9, TIMEFRAME_1M, 0.25, &quality);
    EXPECT_INT((int64_t)quality.wick_count, 9);
    EXPECT_INT(quality.worst_wick_count, QUALITY_WORST_MAX);
    for (int i = 0; i < QUALITY_WORST_MAX; i++)
        EXPECT_NEAR(quality.worst_wicks[i].size, 1.8 - 0.1 * i, 1e-12);
}

TEST(nothing_at_all_is_measured_as_nothing)
{
    struct quality quality;
    quality_measure(NULL, 0, TIMEFRAME_1M, 0.25, &quality);
    EXPECT_INT((int64_t)quality.expected, 0);
    EXPECT_NEAR(quality_missing_share(&quality), 0, 0);
}
