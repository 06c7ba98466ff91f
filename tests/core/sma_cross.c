/* SPDX-License-Identifier: MIT */
#include "story.h"

enum {
    SMA,
    ATR,
};

struct line {
    double close_before, sma_before, close, sma, atr;
    int32_t direction;
    enum signal_reason reason;
    double strength, confidence;
};

TEST(sma_cross_tells_its_story)
{
    static struct story story;
    story_init(&story, "sma_cross");
    story_plan(&story);
    const struct line lines[] = {
        /* Crosses up, 4 above with ATR 10: 0.3 + 0.7 * 0.4. The average rises 1 of 2: half of 0.4.
         */
        {99, 100, 105, 101, 10, 1, REASON_SMA_CROSS_UP, 0.58, 0.7},
        /* Against a falling average: doubted as much as the other was trusted. */
        {98, 101, 104, 100, 10, 1, REASON_SMA_CROSS_UP, 0.58, 0.3},
        /* From the average itself. */
        {100, 100, 105, 101, 10, 1, REASON_SMA_CROSS_UP, 0.58, 0.7},
        {101, 100, 95, 99, 10, -1, REASON_SMA_CROSS_DOWN, 0.58, 0.7},
        {100, 100, 95, 99, 10, -1, REASON_SMA_CROSS_DOWN, 0.58, 0.7},
        /* As far as it goes: an ATR or more, a slope of 0.2 or more. */
        {99, 100, 130, 104, 10, 1, REASON_SMA_CROSS_UP, 1, 0.9},
        {99, 104, 130, 100, 10, 1, REASON_SMA_CROSS_UP, 1, 0.1},
        /* Stays above, stays below, only touches. */
        {101, 100, 105, 101, 10, 0, REASON_NONE, 0, 0},
        {99, 100, 98, 101, 10, 0, REASON_NONE, 0, 0},
        {99, 100, 101, 101, 10, 0, REASON_NONE, 0, 0},
        {101, 100, 99, 99, 10, 0, REASON_NONE, 0, 0},
    };
    for (uint32_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        const struct line *line = &lines[i];
        story_ready(&story, true, true);
        story_closes(&story, line->close_before, line->close);
        story_cell(&story, SMA)->before[0] = line->sma_before;
        story_cell(&story, SMA)->now[0] = line->sma;
        story_cell(&story, ATR)->now[0] = line->atr;
        struct signal signal = story_step(&story);
        EXPECT_INT(signal.direction, line->direction);
        EXPECT_INT(signal.reason, line->reason);
        EXPECT_NEAR(signal.strength, line->strength, 1e-12);
        EXPECT_NEAR(signal.confidence, line->confidence, 1e-12);
        if (signal.direction == 0)
            continue;
        EXPECT_NEAR(signal.figures[0], line->close, 0);
        EXPECT_NEAR(signal.figures[1], line->sma, 0);
        EXPECT_NEAR(signal.figures[2], line->close_before, 0);
        EXPECT_NEAR(signal.figures[3], line->sma_before, 0);
        EXPECT_NEAR(signal.stop, line->close - line->direction * 2 * line->atr, 1e-9);
        EXPECT_NEAR(signal.target, line->close + line->direction * 3 * line->atr, 1e-9);
    }
}

TEST(sma_cross_counts_fees_in_its_exits)
{
    static struct story story;
    story_init(&story, "sma_cross");
    story_plan(&story);
    story.round_trip_fee = 0.008;
    story_ready(&story, true, true);
    story_closes(&story, 990, 1000);
    story_cell(&story, SMA)->before[0] = story_cell(&story, SMA)->now[0] = 995;
    story_cell(&story, ATR)->now[0] = 10;
    struct signal signal = story_step(&story);
    EXPECT_NEAR(signal.stop, 988, 1e-9);
    EXPECT_NEAR(signal.target, 1038, 1e-9);
}

TEST(sma_cross_is_silent_until_its_average_has_a_value_before)
{
    static struct story story;
    story_init(&story, "sma_cross");
    story_plan(&story);
    story_closes(&story, 99, 105);
    story_cell(&story, SMA)->before[0] = story_cell(&story, SMA)->now[0] = 100;
    story_cell(&story, ATR)->now[0] = 10;
    story_ready(&story, true, false);
    EXPECT_INT(story_step(&story).reason, REASON_WARMING_UP);
    story_ready(&story, true, true);
    EXPECT_INT(story_step(&story).direction, 1);
    story_cell(&story, ATR)->ready = false;
    EXPECT_INT(story_step(&story).reason, REASON_WARMING_UP);
}

/* The same counts came from a model of its own, with exact integer sums. */
TEST(sma_cross_over_half_a_year_of_ether)
{
    static struct story story;
    story_init(&story, "sma_cross");
    story_plan(&story);
    struct story_tally tally =
        story_run(&story, test_shared("data/candles/KRAKEN_ETHUSD_5m.csv.gz"));
    EXPECT_INT(tally.candles, 52942);
    EXPECT_INT(tally.warming_up, 20);
    EXPECT_INT(tally.longs, 3114);
    EXPECT_INT(tally.shorts, 3114);
}
