/* SPDX-License-Identifier: MIT */
#include "story.h"

enum {
    FAST,
    SLOW,
    ADX,
    ATR,
};

struct line {
    double fast_before, slow_before, fast, slow;
    double adx, plus, minus;
    int32_t direction;
    enum signal_reason reason;
    double strength, confidence;
};

static void tell(struct story *story, const struct line *line)
{
    story_ready(story, true, true);
    story_closes(story, 1000, 1000);
    story_cell(story, FAST)->before[0] = line->fast_before;
    story_cell(story, FAST)->now[0] = line->fast;
    story_cell(story, SLOW)->before[0] = line->slow_before;
    story_cell(story, SLOW)->now[0] = line->slow;
    memcpy(story_cell(story, ADX)->now, (double[]){line->adx, line->plus, line->minus},
           3 * sizeof(double));
    story_cell(story, ATR)->now[0] = 10;
}

TEST(trend_tells_its_story)
{
    static struct story story;
    story_init(&story, "trend");
    story_plan(&story);
    const struct line lines[] = {
        /* Crosses up; the averages part by 1 of 2 (0.2 ATR of 10): 0.3 + 0.7 / 2. ADX 35 is 10 of
         * 25 above the threshold: 0.3 + 0.16 + 0.2 for the direction. */
        {999.5, 1000, 1000.5, 1000, 35, 30, 10, 1, REASON_TREND_UP, 0.65, 0.66},
        {1000, 1000, 1001, 1000, 35, 30, 10, 1, REASON_TREND_UP, 0.65, 0.66},
        /* ADX at the threshold is enough; just below is not. */
        {999.5, 1000, 1000.5, 1000, 25, 30, 10, 1, REASON_TREND_UP, 0.65, 0.5},
        {999.5, 1000, 1000.5, 1000, 24.999, 30, 10, 0, REASON_TREND_WEAK, 0, 0},
        /* A strong trend, but so far the other way. */
        {999.5, 1000, 1000.5, 1000, 35, 10, 30, 1, REASON_TREND_UP, 0.65, 0.46},
        {1000.5, 1000, 999.5, 1000, 35, 10, 30, -1, REASON_TREND_DOWN, 0.65, 0.66},
        {1000, 1000, 999, 1000, 35, 30, 10, -1, REASON_TREND_DOWN, 0.65, 0.46},
        {1000.5, 1000, 999.5, 1000, 10, 10, 30, 0, REASON_TREND_WEAK, 0, 0},
        /* As far as it goes. */
        {990, 1000, 1010, 1000, 80, 60, 5, 1, REASON_TREND_UP, 1, 0.9},
        /* No crossing, however strong. */
        {1001, 1000, 1002, 1000, 60, 60, 5, 0, REASON_NONE, 0, 0},
        {998, 1000, 999, 1000, 60, 5, 60, 0, REASON_NONE, 0, 0},
        {999, 1000, 1000, 1000, 60, 60, 5, 0, REASON_NONE, 0, 0},
    };
    for (uint32_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        const struct line *line = &lines[i];
        tell(&story, line);
        struct signal signal = story_step(&story);
        EXPECT_INT(signal.direction, line->direction);
        EXPECT_INT(signal.reason, line->reason);
        EXPECT_NEAR(signal.strength, line->strength, 1e-12);
        EXPECT_NEAR(signal.confidence, line->confidence, 1e-12);
        double said = signal.reason == REASON_NONE ? 0 : 1;
        EXPECT_NEAR(signal.figures[0], said * line->fast, 0);
        EXPECT_NEAR(signal.figures[1], said * line->slow, 0);
        EXPECT_NEAR(signal.figures[2], said * line->adx, 0);
        EXPECT_NEAR(signal.figures[3], said * 25, 0);
        EXPECT_NEAR(signal.stop, line->direction ? 1000 - line->direction * 15 : 0, 1e-9);
        EXPECT_NEAR(signal.target, line->direction ? 1000 + line->direction * 30 : 0, 1e-9);
    }
}

TEST(trend_is_silent_until_everything_it_asked_for_is_there)
{
    static struct story story;
    const struct line line = {999.5, 1000, 1000.5, 1000, 35, 30, 10};
    story_init(&story, "trend");
    story_plan(&story);
    tell(&story, &line);
    EXPECT_INT(story_step(&story).direction, 1);
    for (uint32_t ask = FAST; ask <= ATR; ask++) {
        tell(&story, &line);
        story_expect_wait_for(&story, ask);
    }
    tell(&story, &line);
    story_cell(&story, SLOW)->ready_before = false;
    EXPECT_INT(story_step(&story).reason, REASON_WARMING_UP);
}

TEST(trend_refuses_a_fast_average_that_is_not_faster)
{
    static struct story story;
    story_init(&story, "trend");
    story_set(&story, "fast_period", "26");
    EXPECT(story.strategy->check(story.params) != NULL);
    story_set(&story, "fast_period", "25");
    EXPECT(story.strategy->check(story.params) == NULL);
}

TEST(trend_over_six_weeks_of_bitcoin_minutes)
{
    struct story_tally tally = story_of_bitcoin("trend");
    EXPECT_INT(tally.candles, 66086);
    EXPECT_INT(tally.warming_up, 27);
    EXPECT_INT(tally.longs, 267);
    EXPECT_INT(tally.shorts, 221);
    EXPECT_INT(tally.unconfirmed, 2002);
}
