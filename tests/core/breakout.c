/* SPDX-License-Identifier: MIT */
#include "story.h"

enum {
    LEVELS,
    VOLUME,
    ATR,
};

struct line {
    double close_before, close, touches, volume;
    int32_t direction;
    enum signal_reason reason;
    double strength, confidence;
};

/* Support at 980, resistance at 1020, and an ATR of 8: with the margin of a quarter of it a close
 * is beyond them above 1022 and below 978. What the levels are with this candle does not count. */
static void tell(struct story *story, const struct line *line)
{
    story_ready(story, true, true);
    story_closes(story, line->close_before, line->close);
    memcpy(story_cell(story, LEVELS)->before, (double[]){980, 1020, line->touches, line->touches},
           4 * sizeof(double));
    memcpy(story_cell(story, LEVELS)->now, (double[]){500, 2000, 50, 50}, 4 * sizeof(double));
    story_cell(story, VOLUME)->now[0] = line->volume;
    story_cell(story, ATR)->now[0] = 8;
}

TEST(breakout_tells_its_story)
{
    static struct story story;
    story_init(&story, "breakout");
    story_plan(&story);
    const struct line lines[] = {
        /* 4 beyond the line: half an ATR of the two that are full. Volume 4 is half of its way,
         * 6 touches are half of theirs. */
        {1015, 1026, 6, 4, 1, REASON_BREAKOUT_UP, 0.475, 0.6},
        {985, 974, 6, 4, -1, REASON_BREAKOUT_DOWN, 0.475, 0.6},
        /* From the line itself it is a break; on to the line itself it is none. */
        {1022, 1026, 6, 4, 1, REASON_BREAKOUT_UP, 0.475, 0.6},
        {1015, 1022, 6, 4, 0, REASON_NONE, 0, 0},
        {978, 974, 6, 4, -1, REASON_BREAKOUT_DOWN, 0.475, 0.6},
        {985, 978, 6, 4, 0, REASON_NONE, 0, 0},
        /* Between the level and the line is not yet broken. */
        {1019, 1021, 6, 4, 0, REASON_NONE, 0, 0},
        {1021, 1026, 6, 4, 1, REASON_BREAKOUT_UP, 0.475, 0.6},
        /* Three touches and twice the volume are enough; less of either is not. */
        {1015, 1026, 3, 2, 1, REASON_BREAKOUT_UP, 0.475, 0.35},
        {1015, 1026, 2, 4, 0, REASON_NONE, 0, 0},
        {1015, 1026, 3, 1.999, 0, REASON_BREAKOUT_QUIET, 0, 0},
        {985, 974, 3, 2, -1, REASON_BREAKOUT_DOWN, 0.475, 0.35},
        {985, 974, 2, 4, 0, REASON_NONE, 0, 0},
        {985, 974, 3, 1.999, 0, REASON_BREAKOUT_QUIET, 0, 0},
        /* As far as it goes. */
        {1000, 1100, 30, 90, 1, REASON_BREAKOUT_UP, 1, 0.85},
        {1000, 900, 30, 90, -1, REASON_BREAKOUT_DOWN, 1, 0.85},
        /* Broken before, inside, or on the way back in from beyond. */
        {1026, 1040, 6, 9, 0, REASON_NONE, 0, 0},
        {974, 960, 6, 9, 0, REASON_NONE, 0, 0},
        {990, 1010, 6, 9, 0, REASON_NONE, 0, 0},
        {1040, 1000, 6, 9, 0, REASON_NONE, 0, 0},
        {960, 1000, 6, 9, 0, REASON_NONE, 0, 0},
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
        EXPECT_NEAR(signal.figures[0], said * line->close, 0);
        EXPECT_NEAR(signal.figures[1], said * (line->close > 1000 ? 1020 : 980), 0);
        EXPECT_NEAR(signal.figures[2], said * line->volume, 0);
        EXPECT_NEAR(signal.figures[3], said * 2, 0);
        int32_t direction = line->direction;
        EXPECT_NEAR(signal.stop, direction ? line->close - direction * 12 : 0, 1e-9);
        EXPECT_NEAR(signal.target, direction ? line->close + direction * 24 : 0, 1e-9);
    }
}

/* A window without a swing has no level: price 0 and no touches. */
TEST(breakout_of_no_level_is_none)
{
    static struct story story;
    story_init(&story, "breakout");
    story_set(&story, "touches_min", "1");
    story_plan(&story);
    tell(&story, &(struct line){0.5, 900, 0, 9});
    memset(story_cell(&story, LEVELS)->before, 0, 4 * sizeof(double));
    EXPECT_INT(story_step(&story).reason, REASON_NONE);
}

TEST(breakout_is_silent_until_everything_it_asked_for_is_there)
{
    static struct story story;
    const struct line line = {1015, 1026, 6, 4};
    story_init(&story, "breakout");
    story_plan(&story);
    for (uint32_t ask = LEVELS; ask <= ATR; ask++) {
        tell(&story, &line);
        EXPECT_INT(story_step(&story).direction, 1);
        story_expect_wait_for(&story, ask);
    }
    tell(&story, &line);
    story_cell(&story, LEVELS)->ready_before = false;
    EXPECT_INT(story_step(&story).reason, REASON_WARMING_UP);
}

/* Through the indicators: waves between 1000 and 1010 for two windows; then a candle leaves them on
 * a burst of volume, the next goes on, one comes back in, and one leaves again on no more volume
 * than usual. */
TEST(breakout_fires_once_on_the_candle_that_leaves_the_waves)
{
    static const double wave[] = {1000, 1005, 1010, 1005};
    const struct {
        double close, volume;
        enum signal_reason reason;
    } tail[] = {
        {1020, 50, REASON_BREAKOUT_UP},
        {1030, 50, REASON_NONE},
        {1005, 50, REASON_NONE},
        {1025, 10, REASON_BREAKOUT_QUIET},
    };
    static struct story story;
    story_init(&story, "breakout");
    story_plan(&story);
    for (int64_t i = 0; i < 240 + 4; i++) {
        double close = i < 240 ? wave[i % 4] : tail[i - 240].close;
        double volume = i < 240 ? 10 : tail[i - 240].volume;
        struct candle candle = {i * NS_PER_MIN, close, close, close, close, volume};
        struct signal signal = story_candle(&story, &candle);
        story_expect_sound(&signal, close);
        if (i >= 240)
            EXPECT_INT(signal.reason, tail[i - 240].reason);
        else
            EXPECT_INT(signal.reason, i < 120 ? REASON_WARMING_UP : REASON_NONE);
        if (i == 240)
            EXPECT_NEAR(signal.figures[1], 1010, 1e-9);
    }
}

TEST(breakout_over_six_weeks_of_bitcoin_minutes)
{
    struct story_tally tally = story_of_bitcoin("breakout");
    EXPECT_INT(tally.candles, 66086);
    EXPECT_INT(tally.warming_up, 120);
    EXPECT_INT(tally.longs, 291);
    EXPECT_INT(tally.shorts, 337);
    EXPECT_INT(tally.unconfirmed, 2408);
}
