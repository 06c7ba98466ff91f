/* SPDX-License-Identifier: MIT */
#include "story.h"

enum {
    BAND,
    RSI,
    ATR,
};

struct line {
    double close, rsi;
    int32_t direction;
    enum signal_reason reason;
    double strength, confidence;
};

/* Bands at 980, 1000, 1020. */
static void tell(struct story *story, const struct line *line)
{
    story_ready(story, true, false);
    story_closes(story, 1000, line->close);
    memcpy(story_cell(story, BAND)->now, (double[]){1000, 1020, 980}, 3 * sizeof(double));
    story_cell(story, RSI)->now[0] = line->rsi;
    story_cell(story, ATR)->now[0] = 10;
}

TEST(mean_reversion_tells_its_story)
{
    static struct story story;
    story_init(&story, "mean_reversion");
    story_plan(&story);
    const struct line lines[] = {
        /* 5 below the band of 20: half of the 0.5 that is full. RSI 24 is a fifth of the way. */
        {975, 24, 1, REASON_BELOW_BAND, 0.65, 0.6},
        {1025, 76, -1, REASON_ABOVE_BAND, 0.65, 0.6},
        /* RSI at its threshold is enough; a hair inside is not. */
        {975, 30, 1, REASON_BELOW_BAND, 0.65, 0.5},
        {975, 30.001, 0, REASON_BAND_UNCONFIRMED, 0, 0},
        {1025, 70, -1, REASON_ABOVE_BAND, 0.65, 0.5},
        {1025, 69.999, 0, REASON_BAND_UNCONFIRMED, 0, 0},
        /* On the band is not beyond it. */
        {980, 5, 0, REASON_NONE, 0, 0},
        {1020, 95, 0, REASON_NONE, 0, 0},
        {1000, 5, 0, REASON_NONE, 0, 0},
        /* As far as it goes. */
        {960, 0, 1, REASON_BELOW_BAND, 1, 1},
        {1040, 100, -1, REASON_ABOVE_BAND, 1, 1},
        /* The wrong extreme confirms nothing. */
        {975, 90, 0, REASON_BAND_UNCONFIRMED, 0, 0},
        {1025, 10, 0, REASON_BAND_UNCONFIRMED, 0, 0},
    };
    for (uint32_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        const struct line *line = &lines[i];
        tell(&story, line);
        struct signal signal = story_step(&story);
        EXPECT_INT(signal.direction, line->direction);
        EXPECT_INT(signal.reason, line->reason);
        EXPECT_NEAR(signal.strength, line->strength, 1e-12);
        EXPECT_NEAR(signal.confidence, line->confidence, 1e-12);
        bool below = line->close < 1000;
        double said = signal.reason == REASON_NONE ? 0 : 1;
        EXPECT_NEAR(signal.figures[0], said * line->close, 0);
        EXPECT_NEAR(signal.figures[1], said * (below ? 980 : 1020), 0);
        EXPECT_NEAR(signal.figures[2], said * line->rsi, 0);
        EXPECT_NEAR(signal.figures[3], said * (below ? 30 : 70), 0);
        int32_t direction = line->direction;
        EXPECT_NEAR(signal.stop, direction ? line->close - direction * 15 : 0, 1e-9);
        EXPECT_NEAR(signal.target, direction ? line->close + direction * 20 : 0, 1e-9);
    }
}

TEST(mean_reversion_is_silent_until_everything_it_asked_for_is_there)
{
    static struct story story;
    const struct line line = {975, 24};
    story_init(&story, "mean_reversion");
    story_plan(&story);
    for (uint32_t ask = BAND; ask <= ATR; ask++) {
        tell(&story, &line);
        EXPECT_INT(story_step(&story).direction, 1);
        story_cell(&story, ask)->ready = false;
        EXPECT_INT(story_step(&story).reason, REASON_WARMING_UP);
        EXPECT_INT(story_step(&story).direction, 0);
    }
}

TEST(mean_reversion_refuses_thresholds_that_overlap)
{
    static struct story story;
    story_init(&story, "mean_reversion");
    story_set(&story, "oversold", "50");
    story_set(&story, "overbought", "50");
    EXPECT(story.strategy->check(story.params) != NULL);
    story_set(&story, "overbought", "50.5");
    EXPECT(story.strategy->check(story.params) == NULL);
}

TEST(mean_reversion_over_six_weeks_of_bitcoin_minutes)
{
    struct story_tally tally = story_of_bitcoin("mean_reversion");
    EXPECT_INT(tally.candles, 66086);
    EXPECT_INT(tally.warming_up, 19);
    EXPECT_INT(tally.longs, 1410);
    EXPECT_INT(tally.shorts, 1432);
    EXPECT_INT(tally.unconfirmed, 4838);
}
