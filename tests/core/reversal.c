/* SPDX-License-Identifier: MIT */
#include "story.h"

enum {
    PATTERNS,
    RSI,
    ATR,
};

#define BIT(pattern) (1u << PATTERN_##pattern)
#define TURNS_UP (BIT(ENGULFING) | BIT(HAMMER) | BIT(MORNING_STAR) | BIT(PIERCING))
#define TURNS_DOWN (BIT(ENGULFING) | BIT(SHOOTING_STAR) | BIT(EVENING_STAR) | BIT(DARK_CLOUD_COVER))

struct line {
    uint32_t rising, falling;
    double rsi_before, rsi;
    int32_t direction;
    enum signal_reason reason;
    enum pattern pattern;
    double extreme; /* the RSI that it says */
    double confidence;
};

/* The last three candles reach from 980 to 1005, their ends not in the newest; the close is 995. */
static void tell(struct story *story, const struct line *line)
{
    struct candle candles[] = {
        {0, 900, 2000, 100, 1000, 1},
        {0, 1000, 1005, 985, 990, 1},
        {0, 990, 1000, 980, 985, 1},
        {0, 985, 1000, 984, 995, 1},
    };
    story_ready(story, true, true);
    story_candles(story, candles, 4);
    story_cell(story, PATTERNS)->now[0] = line->rising;
    story_cell(story, PATTERNS)->now[1] = line->falling;
    story_cell(story, RSI)->before[0] = line->rsi_before;
    story_cell(story, RSI)->now[0] = line->rsi;
    story_cell(story, ATR)->now[0] = 10;
}

static void expect_line(const struct line *line, const struct signal *signal)
{
    bool low = line->extreme < 50;
    double threshold = low ? 30 : 70;
    EXPECT_INT(signal->direction, line->direction);
    EXPECT_INT(signal->reason, line->reason);
    /* 25 high: half of the five ATRs that are full. */
    EXPECT_NEAR(signal->strength, line->direction ? 0.65 : 0, 1e-12);
    EXPECT_NEAR(signal->confidence, line->confidence, 1e-12);
    EXPECT_NEAR(signal->stop, line->direction == 0 ? 0 : low ? 977.5 : 1007.5, 1e-9);
    EXPECT_NEAR(signal->target, line->direction == 0 ? 0 : low ? 1020 : 970, 1e-9);
    if (line->direction != 0) {
        EXPECT_NEAR(signal->figures[0], line->pattern, 0);
        EXPECT_NEAR(signal->figures[1], low ? 980 : 1005, 0);
        EXPECT_NEAR(signal->figures[2], line->extreme, 0);
        EXPECT_NEAR(signal->figures[3], threshold, 0);
    } else if (line->reason == REASON_REVERSAL_AWAITED) {
        EXPECT_NEAR(signal->figures[0], line->extreme, 0);
        EXPECT_NEAR(signal->figures[1], threshold, 0);
    }
}

static void expect_lines(const struct line *lines, uint32_t count)
{
    static struct story story;
    story_init(&story, "reversal");
    story_plan(&story);
    for (uint32_t i = 0; i < count; i++) {
        tell(&story, &lines[i]);
        struct signal signal = story_step(&story);
        expect_line(&lines[i], &signal);
    }
}

TEST(reversal_turns_up)
{
    const enum signal_reason up = REASON_REVERSAL_UP, awaited = REASON_REVERSAL_AWAITED;
    const struct line lines[] = {
        /* RSI 24 is a fifth of the way from 30 to 0, now or on the candle before. */
        {BIT(HAMMER), 0, 26, 24, 1, up, PATTERN_HAMMER, 24, 0.58},
        {BIT(HAMMER), 0, 24, 33, 1, up, PATTERN_HAMMER, 24, 0.58},
        {BIT(PIERCING), 0, 24, 33, 1, up, PATTERN_PIERCING, 24, 0.58},
        {BIT(ENGULFING), 0, 24, 33, 1, up, PATTERN_ENGULFING, 24, 0.58},
        {BIT(ENGULFING) | BIT(ENGULFING_TOUCHING), 0, 24, 33, 1, up, PATTERN_ENGULFING, 24, 0.58},
        {BIT(MORNING_STAR), 0, 24, 33, 1, up, PATTERN_MORNING_STAR, 24, 0.68},
        /* Of several the most telling; a doji beside them is nothing, and neither is one alone. */
        {TURNS_UP | BIT(DOJI), 0, 24, 33, 1, up, PATTERN_MORNING_STAR, 24, 0.68},
        {BIT(HAMMER) | BIT(DOJI), 0, 24, 33, 1, up, PATTERN_HAMMER, 24, 0.58},
        {BIT(DOJI), 0, 24, 33, 0, awaited, 0, 24, 0},
        /* RSI at its threshold is enough; a hair inside is not. */
        {BIT(HAMMER), 0, 35, 30, 1, up, PATTERN_HAMMER, 30, 0.5},
        {BIT(HAMMER), 0, 30, 35, 1, up, PATTERN_HAMMER, 30, 0.5},
        {BIT(HAMMER), 0, 30.001, 35, 0, REASON_NONE, 0, 0, 0},
        {BIT(HAMMER), 0, 35, 30.001, 0, REASON_NONE, 0, 0, 0},
        /* As far as it goes. */
        {BIT(MORNING_STAR), 0, 0, 20, 1, up, PATTERN_MORNING_STAR, 0, 1},
        /* No pattern, or one that turns the other way. */
        {0, 0, 26, 24, 0, awaited, 0, 24, 0},
        {0, TURNS_DOWN, 26, 24, 0, awaited, 0, 24, 0},
        {BIT(SHOOTING_STAR), 0, 26, 24, 0, awaited, 0, 24, 0},
        /* A pattern without an extreme RSI; an RSI that was at both ends within a candle. */
        {TURNS_UP, 0, 45, 50, 0, REASON_NONE, 0, 0, 0},
        {TURNS_UP, 0, 24, 76, 0, REASON_NONE, 0, 0, 0},
    };
    expect_lines(lines, sizeof lines / sizeof lines[0]);
}

TEST(reversal_turns_down)
{
    const enum signal_reason down = REASON_REVERSAL_DOWN, awaited = REASON_REVERSAL_AWAITED;
    const struct line lines[] = {
        {0, BIT(SHOOTING_STAR), 74, 76, -1, down, PATTERN_SHOOTING_STAR, 76, 0.58},
        {0, BIT(SHOOTING_STAR), 76, 66, -1, down, PATTERN_SHOOTING_STAR, 76, 0.58},
        {0, BIT(DARK_CLOUD_COVER), 76, 66, -1, down, PATTERN_DARK_CLOUD_COVER, 76, 0.58},
        {0, BIT(ENGULFING), 76, 66, -1, down, PATTERN_ENGULFING, 76, 0.58},
        {0, BIT(EVENING_STAR), 76, 66, -1, down, PATTERN_EVENING_STAR, 76, 0.68},
        {0, TURNS_DOWN, 76, 66, -1, down, PATTERN_EVENING_STAR, 76, 0.68},
        {0, BIT(SHOOTING_STAR), 65, 70, -1, down, PATTERN_SHOOTING_STAR, 70, 0.5},
        {0, BIT(SHOOTING_STAR), 65, 69.999, 0, REASON_NONE, 0, 0, 0},
        {0, BIT(EVENING_STAR), 100, 80, -1, down, PATTERN_EVENING_STAR, 100, 1},
        {0, 0, 74, 76, 0, awaited, 0, 76, 0},
        {TURNS_UP | BIT(DOJI), 0, 74, 76, 0, awaited, 0, 76, 0},
        {0, BIT(HAMMER), 74, 76, 0, awaited, 0, 76, 0},
        {0, TURNS_DOWN, 55, 50, 0, REASON_NONE, 0, 0, 0},
        {0, TURNS_DOWN, 24, 76, 0, REASON_NONE, 0, 0, 0},
    };
    expect_lines(lines, sizeof lines / sizeof lines[0]);
}

TEST(reversal_sets_its_stop_beyond_the_pattern_within_reason)
{
    static struct story story;
    const struct {
        const char *margin, *stop_atr;
        double fee, stop, target;
    } cases[] = {
        {"0", "2", 0, 980, 1020},
        {"0.25", "2", 0, 977.5, 1020},
        /* Further than two ATRs is too far. */
        {"0.75", "2", 0, 975, 1020},
        {"0.25", "1.5", 0, 980, 1020},
        /* The fees of 995 are 4.975: they count in the widest stop, and in the target. */
        {"0.25", "2", 0.005, 979.975, 1024.975},
        {"0.25", "4", 0.005, 977.5, 1024.975},
        /* Fees of 19.9 reach beyond the pattern: nearer than they are no stop stands. */
        {"0.25", "4", 0.02, 975.1, 1039.9},
    };
    for (uint32_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        story_init(&story, "reversal");
        story_set(&story, "stop_margin", cases[i].margin);
        story_set(&story, "stop_atr", cases[i].stop_atr);
        story_plan(&story);
        story.round_trip_fee = cases[i].fee;
        tell(&story, &(struct line){BIT(HAMMER), 0, 26, 24});
        struct signal signal = story_step(&story);
        EXPECT_NEAR(signal.stop, cases[i].stop, 1e-9);
        EXPECT_NEAR(signal.target, cases[i].target, 1e-9);
    }
}

TEST(reversal_is_silent_until_everything_it_asked_for_is_there)
{
    static struct story story;
    const struct line line = {BIT(HAMMER), 0, 26, 24};
    story_init(&story, "reversal");
    story_plan(&story);
    for (uint32_t ask = PATTERNS; ask <= ATR; ask++) {
        tell(&story, &line);
        EXPECT_INT(story_step(&story).direction, 1);
        story_expect_wait_for(&story, ask);
    }
    tell(&story, &line);
    story_cell(&story, RSI)->ready_before = false;
    EXPECT_INT(story_step(&story).reason, REASON_WARMING_UP);
}

TEST(reversal_refuses_thresholds_that_overlap)
{
    static struct story story;
    story_init(&story, "reversal");
    story_set(&story, "oversold", "50");
    story_set(&story, "overbought", "50");
    EXPECT(story.strategy->check(story.params) != NULL);
    story_set(&story, "overbought", "50.5");
    EXPECT(story.strategy->check(story.params) == NULL);
}

/* Through the indicators: a fall of two a candle, and a candle whose body covers the last one's. */
TEST(reversal_fires_on_the_candle_that_engulfs_the_end_of_a_fall)
{
    static struct story story;
    story_init(&story, "reversal");
    story_plan(&story);
    for (int64_t i = 0; i < 31; i++) {
        double open = 1000 - 2 * (double)i;
        struct candle fall = {i * NS_PER_MIN, open, open, open - 2, open - 2, 10};
        struct candle turn = {i * NS_PER_MIN, open, open + 5, open - 1, open + 4, 10};
        struct signal signal = story_candle(&story, i < 30 ? &fall : &turn);
        EXPECT_INT(signal.reason, i < 15   ? REASON_WARMING_UP
                                  : i < 30 ? REASON_REVERSAL_AWAITED
                                           : REASON_REVERSAL_UP);
        if (i < 30)
            continue;
        story_expect_sound(&signal, turn.close);
        EXPECT_NEAR(signal.figures[0], PATTERN_ENGULFING, 0);
        EXPECT_NEAR(signal.figures[1], 939, 0);
        EXPECT_NEAR(signal.figures[2], 0, 1e-9);
    }
}

TEST(reversal_over_six_weeks_of_bitcoin_minutes)
{
    struct story_tally tally = story_of_bitcoin("reversal");
    EXPECT_INT(tally.candles, 66086);
    EXPECT_INT(tally.warming_up, 15);
    EXPECT_INT(tally.longs, 472);
    EXPECT_INT(tally.shorts, 392);
    EXPECT_INT(tally.unconfirmed, 6354);
}
