/* SPDX-License-Identifier: MIT */
#include "story.h"

enum {
    RSI,
    VOLUME,
    ATR,
};

struct line {
    double rsi_before, rsi, volume;
    int32_t direction;
    enum signal_reason reason;
    double strength, confidence;
};

static void tell(struct story *story, const struct line *line)
{
    story_ready(story, true, true);
    story_closes(story, 1000, 1000);
    story_cell(story, RSI)->before[0] = line->rsi_before;
    story_cell(story, RSI)->now[0] = line->rsi;
    story_cell(story, VOLUME)->now[0] = line->volume;
    story_cell(story, ATR)->now[0] = 10;
}

TEST(momentum_tells_its_story)
{
    static struct story story;
    story_init(&story, "momentum");
    story_plan(&story);
    const struct line lines[] = {
        /* Up through 60 by 11 points, 3 of 15 above the 8 needed; volume 3 is 1 of 4 above 2. */
        {52, 63, 3, 1, REASON_MOMENTUM_UP, 0.44, 0.5},
        {48, 37, 3, -1, REASON_MOMENTUM_DOWN, 0.44, 0.5},
        /* From the level itself is through it; on to the level itself is not. */
        {60, 71, 3, 1, REASON_MOMENTUM_UP, 0.44, 0.5},
        {49, 60, 3, 0, REASON_NONE, 0, 0},
        {40, 29, 3, -1, REASON_MOMENTUM_DOWN, 0.44, 0.5},
        {51, 40, 3, 0, REASON_NONE, 0, 0},
        /* Eight points and twice the volume are enough; a hair less of either is not. */
        {53, 61, 2, 1, REASON_MOMENTUM_UP, 0.3, 0.4},
        {53, 60.999, 2, 0, REASON_NONE, 0, 0},
        {53, 61, 1.999, 0, REASON_MOMENTUM_QUIET, 0, 0},
        {47, 39, 2, -1, REASON_MOMENTUM_DOWN, 0.3, 0.4},
        {47, 39.001, 2, 0, REASON_NONE, 0, 0},
        {47, 39, 1.999, 0, REASON_MOMENTUM_QUIET, 0, 0},
        /* As far as it goes. */
        {20, 95, 40, 1, REASON_MOMENTUM_UP, 1, 0.8},
        {80, 5, 1000, -1, REASON_MOMENTUM_DOWN, 1, 0.8},
        /* A thrust that begins beyond the level, that does not reach it, or that leads back. */
        {61, 90, 5, 0, REASON_NONE, 0, 0},
        {39, 10, 5, 0, REASON_NONE, 0, 0},
        {41, 59, 5, 0, REASON_NONE, 0, 0},
        {80, 45, 5, 0, REASON_NONE, 0, 0},
        {20, 55, 5, 0, REASON_NONE, 0, 0},
        /* Nothing at all. */
        {50, 50, 1, 0, REASON_NONE, 0, 0},
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
        EXPECT_NEAR(signal.figures[0], said * line->rsi_before, 0);
        EXPECT_NEAR(signal.figures[1], said * line->rsi, 0);
        EXPECT_NEAR(signal.figures[2], said * line->volume, 0);
        EXPECT_NEAR(signal.figures[3], said * 2, 0);
        EXPECT_NEAR(signal.stop, line->direction ? 1000 - line->direction * 15 : 0, 1e-9);
        EXPECT_NEAR(signal.target, line->direction ? 1000 + line->direction * 30 : 0, 1e-9);
    }
}

TEST(momentum_at_a_level_of_fifty_knows_which_way_it_went)
{
    static struct story story;
    story_init(&story, "momentum");
    story_set(&story, "rsi_level", "50");
    story_plan(&story);
    tell(&story, &(struct line){45, 55, 3});
    EXPECT_INT(story_step(&story).direction, 1);
    tell(&story, &(struct line){55, 45, 3});
    EXPECT_INT(story_step(&story).direction, -1);
}

TEST(momentum_is_silent_until_everything_it_asked_for_is_there)
{
    static struct story story;
    const struct line line = {52, 63, 3};
    story_init(&story, "momentum");
    story_plan(&story);
    for (uint32_t ask = RSI; ask <= ATR; ask++) {
        tell(&story, &line);
        EXPECT_INT(story_step(&story).direction, 1);
        story_expect_wait_for(&story, ask);
    }
    tell(&story, &line);
    story_cell(&story, RSI)->ready_before = false;
    EXPECT_INT(story_step(&story).reason, REASON_WARMING_UP);
}

/* Through the indicators: 40 candles that go nowhere, one that leaps, and one that goes on. */
TEST(momentum_fires_once_on_the_candle_that_leaps)
{
    static struct story story;
    story_init(&story, "momentum");
    story_plan(&story);
    for (int64_t i = 0; i < 43; i++) {
        double close = i < 40 ? 1000 + (double)(i % 2) : 1000 + 6 * (double)(i - 39);
        struct candle candle = {i * NS_PER_MIN, close, close, close, close, i < 40 ? 10 : 40};
        struct signal signal = story_candle(&story, &candle);
        story_expect_sound(&signal, close);
        EXPECT_INT(signal.reason, i < 20    ? REASON_WARMING_UP
                                  : i == 40 ? REASON_MOMENTUM_UP
                                            : REASON_NONE);
        if (i == 40)
            EXPECT_NEAR(signal.figures[2], 4, 1e-12);
    }
}

TEST(momentum_over_six_weeks_of_bitcoin_minutes)
{
    struct story_tally tally = story_of_bitcoin("momentum");
    EXPECT_INT(tally.candles, 66086);
    EXPECT_INT(tally.warming_up, 20);
    EXPECT_INT(tally.longs, 248);
    EXPECT_INT(tally.shorts, 262);
    EXPECT_INT(tally.unconfirmed, 604);
}
