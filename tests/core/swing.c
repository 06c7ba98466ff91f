/* SPDX-License-Identifier: MIT */
#include "story.h"

enum {
    LEVELS,
    VOLUME,
    FAST,
    SLOW,
    RSI,
    ATR,
};

struct line {
    double close_before, close, touches, volume, fast, rsi;
    int32_t direction;
    enum signal_reason reason;
    double strength, confidence;
};

/* Before this candle a support at 900 and a resistance at 1000; on it the levels moved on. */
static void tell(struct story *story, const struct line *line)
{
    story_ready(story, true, true);
    story_closes(story, line->close_before, line->close);
    struct panel_cell *levels = story_cell(story, LEVELS);
    memcpy(levels->before, (double[]){900, 1000, line->touches, line->touches},
           LEVELS_OUTPUTS * sizeof(double));
    memcpy(levels->now, (double[]){800, 1200, 9, 9}, LEVELS_OUTPUTS * sizeof(double));
    story_cell(story, VOLUME)->now[0] = line->volume;
    story_cell(story, FAST)->now[0] = line->fast;
    story_cell(story, SLOW)->now[0] = 950;
    story_cell(story, RSI)->now[0] = line->rsi;
    story_cell(story, ATR)->now[0] = 10;
}

static void expect_figures(const struct signal *signal, const double figures[SIGNAL_FIGURE_MAX])
{
    for (int i = 0; i < SIGNAL_FIGURE_MAX; i++)
        EXPECT_NEAR(signal->figures[i], figures[i], 1e-12);
}

static void expect_story(struct story *story, const struct line *line)
{
    tell(story, line);
    const struct signal signal = story_step(story);
    const int32_t direction = line->direction;
    const double level = line->close > 950 ? 1000 : 900;
    EXPECT_INT(signal.direction, direction);
    EXPECT_INT(signal.reason, line->reason);
    EXPECT_NEAR(signal.strength, line->strength, 1e-12);
    EXPECT_NEAR(signal.confidence, direction ? line->confidence : 0, 1e-12);
    EXPECT_NEAR(signal.stop, direction ? line->close * (1 - direction * 0.05) : 0, 1e-9);
    EXPECT_NEAR(signal.target, direction ? line->close * (1 + direction * 0.15) : 0, 1e-9);
    EXPECT_NEAR(signal.trail, direction ? 0.07 : 0, 0);
    EXPECT_NEAR(signal.broken, 0, 0);
    EXPECT_INT(signal.hold_ns, 0);
    if (line->reason == REASON_NONE)
        expect_figures(&signal, (double[]){0, 0, 0, 0});
    else if (line->reason == REASON_SWING_UNSURE)
        expect_figures(&signal, (double[]){level, line->volume, line->confidence, 0.65});
    else
        expect_figures(&signal, (double[]){line->close, level, line->volume, 2});
}

TEST(swing_tells_its_story)
{
    static struct story story;
    story_init(&story, "swing");
    story_plan(&story);
    const struct line lines[] = {
        /* 5 beyond the level is half an ATR: 0.3 + 0.35. Volume 3 is half of twice the needed 2,
         * 5 touches are 3 of 6 above 2, RSI 65 is half of the way to 80, and the trend agrees:
         * 0.3 + 0.15 + 0.05 + 0.2 + 0.05. */
        {995, 1005, 5, 3, 960, 65, 1, REASON_SWING_UP, 0.65, 0.75},
        {905, 895, 5, 3, 940, 35, -1, REASON_SWING_DOWN, 0.65, 0.75},
        /* From the level itself; to the level is no break. */
        {1000, 1005, 5, 3, 960, 65, 1, REASON_SWING_UP, 0.65, 0.75},
        {900, 895, 5, 3, 940, 35, -1, REASON_SWING_DOWN, 0.65, 0.75},
        {995, 1000, 5, 9, 960, 80, 0, REASON_NONE, 0, 0},
        {905, 900, 5, 9, 940, 20, 0, REASON_NONE, 0, 0},
        /* Above it already, or back below it. */
        {1001, 1005, 5, 9, 960, 80, 0, REASON_NONE, 0, 0},
        {1005, 995, 5, 9, 960, 80, 0, REASON_NONE, 0, 0},
        {895, 905, 5, 9, 960, 80, 0, REASON_NONE, 0, 0},
        /* Two touches make a level, one does not. */
        {995, 1005, 2, 4, 960, 50, 1, REASON_SWING_UP, 0.65, 0.8},
        {995, 1005, 1, 9, 960, 80, 0, REASON_NONE, 0, 0},
        /* Twice the volume, and a hair less. */
        {995, 1005, 8, 2, 960, 80, 1, REASON_SWING_UP, 0.65, 0.7},
        {995, 1005, 8, 1.999, 960, 80, 0, REASON_SWING_QUIET, 0, 0},
        {905, 895, 8, 1.999, 940, 20, 0, REASON_SWING_QUIET, 0, 0},
        /* A confidence of 0.65 is enough: 0.3 + 0.15 + 0.2. */
        {995, 1005, 2, 3, 960, 50, 1, REASON_SWING_UP, 0.65, 0.65},
        {995, 1005, 2, 2.99, 960, 50, 0, REASON_SWING_UNSURE, 0, 0.6485},
        {905, 895, 2, 2.99, 940, 50, 0, REASON_SWING_UNSURE, 0, 0.6485},
        /* Against the trend, or with none, the rest must do. */
        {995, 1005, 8, 4, 940, 80, 1, REASON_SWING_UP, 0.65, 0.8},
        {995, 1005, 5, 3, 940, 65, 0, REASON_SWING_UNSURE, 0, 0.55},
        {995, 1005, 5, 3, 950, 65, 0, REASON_SWING_UNSURE, 0, 0.55},
        {905, 895, 5, 3, 950, 35, 0, REASON_SWING_UNSURE, 0, 0.55},
        /* Momentum the other way adds nothing. */
        {995, 1005, 5, 3, 960, 20, 1, REASON_SWING_UP, 0.65, 0.7},
        /* As far as it goes. */
        {990, 1030, 20, 1000, 960, 100, 1, REASON_SWING_UP, 1, 1},
        {910, 870, 20, 1000, 940, 0, -1, REASON_SWING_DOWN, 1, 1},
    };
    for (uint32_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        expect_story(&story, &lines[i]);
}

TEST(swing_counts_fees_in_its_exits)
{
    static struct story story;
    story_init(&story, "swing");
    story_plan(&story);
    story.round_trip_fee = 0.008;
    tell(&story, &(struct line){990, 1010, 5, 3, 960, 65});
    const struct signal signal = story_step(&story);
    EXPECT_NEAR(signal.stop, 1010 * (1 - 0.05 + 0.008), 1e-9);
    EXPECT_NEAR(signal.target, 1010 * (1 + 0.15 + 0.008), 1e-9);
}

TEST(swing_breaks_no_level_where_there_is_none)
{
    static struct story story;
    story_init(&story, "swing");
    story_plan(&story);
    const struct line lines[] = {{995, 1005, 5, 3, 960, 65}, {905, 895, 5, 3, 940, 35}};
    for (uint32_t i = 0; i < 2; i++) {
        tell(&story, &lines[i]);
        EXPECT(story_step(&story).direction != 0);
        memset(story_cell(&story, LEVELS)->before, 0, sizeof story_cell(&story, LEVELS)->before);
        EXPECT_INT(story_step(&story).reason, REASON_NONE);
    }
}

TEST(swing_counts_the_touches_of_the_level_that_is_broken)
{
    static struct story story;
    story_init(&story, "swing");
    story_plan(&story);
    const struct line lines[] = {{995, 1005, 5, 3, 960, 65}, {905, 895, 5, 3, 940, 35}};
    const uint32_t touches[] = {LEVELS_RESISTANCE_TOUCHES, LEVELS_SUPPORT_TOUCHES};
    for (uint32_t i = 0; i < 2; i++) {
        tell(&story, &lines[i]);
        story_cell(&story, LEVELS)->before[touches[1 - i]] = 1;
        EXPECT(story_step(&story).direction != 0);
        story_cell(&story, LEVELS)->before[touches[i]] = 1;
        EXPECT_INT(story_step(&story).reason, REASON_NONE);
    }
}

TEST(swing_looks_for_levels_as_its_parameters_say)
{
    static struct story story;
    story_init(&story, "swing");
    story_set(&story, "period", "100");
    story_set(&story, "tolerance", "0.01");
    story_plan(&story);
    const struct panel_ask *levels = &story.plan.asks[story.slots[LEVELS]];
    EXPECT_INT(levels->timeframe, TIMEFRAME_5M);
    EXPECT_INT(levels->period, 100);
    EXPECT_NEAR(levels->factor, 0.01, 0);
}

/* Of 1000 and of 900 the difference is rounding: the price stands on them. */
TEST(swing_takes_no_rounding_for_a_break)
{
    static struct story story;
    story_init(&story, "swing");
    story_plan(&story);
    tell(&story, &(struct line){1000, 1000 * (1 + 4e-13), 5, 3, 960, 65});
    EXPECT_INT(story_step(&story).reason, REASON_NONE);
    tell(&story, &(struct line){900, 900 * (1 - 4e-13), 5, 3, 940, 35});
    EXPECT_INT(story_step(&story).reason, REASON_NONE);
}

TEST(swing_is_silent_until_everything_it_asked_for_is_there)
{
    static struct story story;
    const struct line line = {995, 1005, 5, 3, 960, 65};
    story_init(&story, "swing");
    story_plan(&story);
    for (uint32_t ask = LEVELS; ask <= ATR; ask++) {
        tell(&story, &line);
        EXPECT_INT(story_step(&story).direction, 1);
        story_cell(&story, ask)->ready = story_cell(&story, ask)->ready_before = false;
        EXPECT_INT(story_step(&story).reason, REASON_WARMING_UP);
        EXPECT_INT(story_step(&story).direction, 0);
    }
    tell(&story, &line);
    story_cell(&story, LEVELS)->ready_before = false;
    EXPECT_INT(story_step(&story).reason, REASON_WARMING_UP);
}

TEST(swing_refuses_a_fast_average_that_is_not_faster)
{
    static struct story story;
    story_init(&story, "swing");
    story_set(&story, "fast_period", "200");
    EXPECT(story.strategy->check(story.params) != NULL);
    story_set(&story, "fast_period", "199");
    EXPECT(story.strategy->check(story.params) == NULL);
}

/* The same counts came from a model of its own. */
TEST(swing_over_half_a_year_of_ether)
{
    static struct story story;
    story_init(&story, "swing");
    story_plan(&story);
    struct story_tally tally =
        story_run(&story, test_shared("data/candles/KRAKEN_ETHUSD_5m.csv.gz"));
    EXPECT_INT(tally.candles, 52942);
    EXPECT_INT(tally.warming_up, 288);
    EXPECT_INT(tally.longs, 152);
    EXPECT_INT(tally.shorts, 139);
    EXPECT_INT(tally.unconfirmed, 1543);
}
