/* SPDX-License-Identifier: MIT */
#include "story.h"

enum {
    LEVELS,
    ADX,
};

struct line {
    double close, support_touches, resistance_touches, adx, fee;
    int32_t direction;
    enum signal_reason reason;
    double strength, confidence, reward_risk;
};

/* A range of 1000 to 1100. */
static void tell(struct story *story, const struct line *line)
{
    story_ready(story, true, false);
    story_closes(story, 1050, line->close);
    memcpy(story_cell(story, LEVELS)->now,
           (double[]){1000, 1100, line->support_touches, line->resistance_touches},
           LEVELS_OUTPUTS * sizeof(double));
    story_cell(story, ADX)->now[0] = line->adx;
    story->round_trip_fee = line->fee;
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
    EXPECT_INT(signal.direction, direction);
    EXPECT_INT(signal.reason, line->reason);
    EXPECT_NEAR(signal.strength, line->strength, 1e-12);
    EXPECT_NEAR(signal.confidence, direction ? line->confidence : 0, 1e-12);
    EXPECT_NEAR(signal.trail, 0, 0);
    EXPECT_INT(signal.hold_ns, 0);
    const double near = direction > 0 ? 1000 : 1100, far = direction > 0 ? 1100 : 1000;
    EXPECT_NEAR(signal.stop, direction ? near - direction * 15 : 0, 1e-9);
    EXPECT_NEAR(signal.broken, direction ? near - direction * 5 : 0, 1e-9);
    EXPECT_NEAR(signal.target, direction ? far - direction * line->fee * line->close : 0, 1e-9);
    if (direction != 0)
        expect_figures(&signal, (double[]){line->close, 1000, 1100, line->reward_risk});
    else if (line->reason == REASON_CHANNEL_POOR)
        expect_figures(&signal, (double[]){1000, 1100, line->reward_risk, 1.5});
    else if (line->reason == REASON_CHANNEL_UNSURE)
        expect_figures(&signal, (double[]){1000, 1100, line->confidence, 0.3});
    else
        expect_figures(&signal, (double[]){0, 0, 0, 0});
}

static void expect_stories(const struct line *lines, uint32_t count)
{
    static struct story story;
    story_init(&story, "channel");
    story_plan(&story);
    for (uint32_t i = 0; i < count; i++)
        expect_story(&story, &lines[i]);
}

TEST(channel_tells_its_story)
{
    const struct line lines[] = {
        /* 10 of the zone's 30 in: 0.3 + 0.7 * 20 / 30. 90 to the target and 25 to the stop at 985
         * are 3.6, above twice 1.5: 0.2 + 0.3. */
        {1010, 3, 3, 25, 0, 1, REASON_CHANNEL_LOW, 0.76666666666666667, 0.5, 3.6},
        {1090, 3, 3, 25, 0, -1, REASON_CHANNEL_HIGH, 0.76666666666666667, 0.5, 3.6},
        /* The zone ends at 1030, that included: 70 / 45. It takes more touches to trust that: three
         * of six. */
        {1030, 6, 7, 25, 0, 1, REASON_CHANNEL_LOW, 0.3, 0.36111111111111111, 70.0 / 45},
        {1070, 7, 6, 25, 0, -1, REASON_CHANNEL_HIGH, 0.3, 0.36111111111111111, 70.0 / 45},
        {1030, 3, 3, 25, 0, 0, REASON_CHANNEL_UNSURE, 0, 0.21111111111111111, 70.0 / 45},
        {1030.01, 9, 9, 0, 0, 0, REASON_NONE, 0, 0, 0},
        {1069.99, 9, 9, 0, 0, 0, REASON_NONE, 0, 0, 0},
        {1050, 9, 9, 0, 0, 0, REASON_NONE, 0, 0, 0},
        /* At the side itself, and beyond it by 5, the most. */
        {1000, 3, 3, 25, 0, 1, REASON_CHANNEL_LOW, 1, 0.5, 100.0 / 15},
        {995, 3, 3, 25, 0, 1, REASON_CHANNEL_LOW, 1, 0.5, 10.5},
        {1105, 3, 3, 25, 0, -1, REASON_CHANNEL_HIGH, 1, 0.5, 10.5},
        {994.99, 9, 9, 0, 0, 0, REASON_NONE, 0, 0, 0},
        {1105.01, 9, 9, 0, 0, 0, REASON_NONE, 0, 0, 0},
        /* One side too few touches, either; the less touched counts. */
        {1000, 2, 9, 0, 0, 0, REASON_NONE, 0, 0, 0},
        {1000, 9, 2, 0, 0, 0, REASON_NONE, 0, 0, 0},
        {1000, 3, 9, 25, 0, 1, REASON_CHANNEL_LOW, 1, 0.5, 100.0 / 15},
        /* As far as it goes. */
        {1000, 9, 12, 0, 0, 1, REASON_CHANNEL_LOW, 1, 1, 100.0 / 15},
        {1100, 30, 9, 0, 0, -1, REASON_CHANNEL_HIGH, 1, 1, 100.0 / 15},
    };
    expect_stories(lines, sizeof lines / sizeof lines[0]);
}

TEST(channel_counts_fees_against_its_reward_and_on_its_risk)
{
    const double five = 5.0 / 1024;
    const struct line lines[] = {
        /* Fees of 5: the target comes in to 1095, so 71 - 5 against 39 + 5, which is 1.5. Half the
         * way of ADX from 25 to 0 brings the 0.3 that it needs. */
        {1024, 3, 3, 12.5, five, 1, REASON_CHANNEL_LOW, 0.44, 0.3, 1.5},
        {1024, 3, 3, 12.6, five, 0, REASON_CHANNEL_UNSURE, 0, 0.2992, 1.5},
        {1024, 9, 9, 0, 5.001 / 1024, 0, REASON_CHANNEL_POOR, 0, 0, 65.998 / 44.001},
        /* 1076 is as far from the other side, and its fees are a little more. */
        {1076, 9, 9, 0, five, 0, REASON_CHANNEL_POOR, 0, 0, 65.4921875 / 44.25390625},
        {1076, 3, 3, 12.5, 5.0 / 1076, -1, REASON_CHANNEL_HIGH, 0.44, 0.3, 1.5},
        /* Fees of 60 from either end leave nothing. */
        {1000, 9, 9, 0, 0.06, 0, REASON_CHANNEL_POOR, 0, 0, 0},
        {1000, 9, 9, 0, 0.05, 0, REASON_CHANNEL_POOR, 0, 0, 0},
    };
    expect_stories(lines, sizeof lines / sizeof lines[0]);
}

TEST(channel_sees_no_range_where_no_two_levels_are_apart)
{
    static struct story story;
    story_init(&story, "channel");
    story_plan(&story);
    const struct line line = {1000, 9, 9, 0, 0};
    const double levels[][2] = {
        {0, 0}, {0, 1100}, {1000, 0}, {1000, 1000}, {1000, 1000 * (1 + 4e-13)}, {1100, 1000}};
    for (uint32_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        tell(&story, &line);
        EXPECT_INT(story_step(&story).direction, 1);
        struct panel_cell *cell = story_cell(&story, LEVELS);
        for (uint32_t side = 0; side < 2; side++) {
            cell->now[side] = levels[i][side];
            cell->now[side + 2] = levels[i][side] > 0 ? 9 : 0;
        }
        EXPECT_INT(story_step(&story).reason, REASON_NONE);
    }
}

TEST(channel_gives_no_price_at_or_below_zero)
{
    static struct story story;
    story_init(&story, "channel");
    story_plan(&story);
    tell(&story, &(struct line){4, 9, 9, 0, 0});
    memcpy(story_cell(&story, LEVELS)->now, (double[]){4, 104}, 2 * sizeof(double));
    const struct signal signal = story_step(&story);
    EXPECT_INT(signal.reason, REASON_CHANNEL_LOW);
    EXPECT_NEAR(signal.stop, 0, 0);   /* 4 - 15 */
    EXPECT_NEAR(signal.broken, 0, 0); /* 4 - 5 */
    EXPECT_NEAR(signal.target, 104, 0);
}

TEST(channel_is_silent_until_everything_it_asked_for_is_there)
{
    static struct story story;
    const struct line line = {1000, 9, 9, 0, 0};
    story_init(&story, "channel");
    story_plan(&story);
    for (uint32_t ask = LEVELS; ask <= ADX; ask++) {
        tell(&story, &line);
        EXPECT_INT(story_step(&story).direction, 1);
        story_cell(&story, ask)->ready = false;
        EXPECT_INT(story_step(&story).reason, REASON_WARMING_UP);
        EXPECT_INT(story_step(&story).direction, 0);
    }
}

TEST(channel_looks_for_levels_as_its_parameters_say)
{
    static struct story story;
    story_init(&story, "channel");
    story_set(&story, "period", "100");
    story_set(&story, "tolerance", "0.01");
    story_plan(&story);
    const struct panel_ask *levels = &story.plan.asks[story.slots[LEVELS]];
    EXPECT_INT(levels->timeframe, TIMEFRAME_5M);
    EXPECT_INT(levels->period, 100);
    EXPECT_NEAR(levels->factor, 0.01, 0);
}

TEST(channel_refuses_a_break_farther_out_than_its_stop)
{
    static struct story story;
    story_init(&story, "channel");
    story_set(&story, "broken_margin", "0.15");
    EXPECT(story.strategy->check(story.params) != NULL);
    story_set(&story, "broken_margin", "0.14");
    EXPECT(story.strategy->check(story.params) == NULL);
}

/* To and fro between 1000 and 1100, then down and out of it. */
TEST(channel_trades_a_market_that_swings_until_it_breaks_out)
{
    static struct story story;
    story_init(&story, "channel");
    story_set(&story, "period", "40");
    story_plan(&story);
    const int64_t length = timeframe_ns[TIMEFRAME_5M];
    double last = 1000;
    uint32_t longs = 0, shorts = 0;
    for (int64_t i = 0; i < 120; i++) {
        const double turn = 25.0 * (double)(i % 8 < 4 ? i % 8 : 8 - i % 8);
        const double close = i <= 100 ? 1000 + turn : last - 30;
        const double high = close > last ? close : last, low = close < last ? close : last;
        const struct signal signal =
            story_candle(&story, &(struct candle){i * length, last, high, low, close, 1});
        last = close;
        longs += signal.direction > 0;
        shorts += signal.direction < 0;
        if (i < 39)
            EXPECT_INT(signal.reason, REASON_WARMING_UP);
        else if (i > 103) /* 980, and on down: outside */
            EXPECT_INT(signal.direction, 0);
        else if (close == 1000)
            EXPECT_INT(signal.reason, REASON_CHANNEL_LOW);
        else if (close == 1100)
            EXPECT_INT(signal.reason, REASON_CHANNEL_HIGH);
        else if (close == 1050)
            EXPECT_INT(signal.reason, REASON_NONE);
    }
    EXPECT(longs >= 8 && shorts >= 8);
}

/* With the fees of two takers; the same counts came from a model of its own. */
TEST(channel_over_half_a_year_of_solana)
{
    static struct story story;
    story_init(&story, "channel");
    story_plan(&story);
    story.round_trip_fee = 0.008;
    struct story_tally tally =
        story_run(&story, test_shared("data/candles/KRAKEN_SOLUSD_5m.csv.gz"));
    EXPECT_INT(tally.candles, 52935);
    EXPECT_INT(tally.warming_up, 287);
    EXPECT_INT(tally.longs, 312);
    EXPECT_INT(tally.shorts, 201);
    EXPECT_INT(tally.unconfirmed, 7724);
}
