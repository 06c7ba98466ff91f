/* SPDX-License-Identifier: MIT */
#include "core/base/timestamp.h"
#include "story.h"

enum {
    EXTREMES,
    RSI,
    VOLUME,
};

struct line {
    double close, rsi, volume;
    int32_t direction;
    enum signal_reason reason;
    double strength, confidence;
};

/* After a high of 1000. */
static void tell(struct story *story, const struct line *line)
{
    story_ready(story, true, false);
    story_closes(story, 1000, line->close);
    memcpy(story_cell(story, EXTREMES)->now, (double[]){1000, 700}, 2 * sizeof(double));
    story_cell(story, RSI)->now[0] = line->rsi;
    story_cell(story, VOLUME)->now[0] = line->volume;
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
    const bool fires = line->direction != 0;
    const double percent = (1000 - line->close) / 10;
    EXPECT_INT(signal.direction, line->direction);
    EXPECT_INT(signal.reason, line->reason);
    EXPECT_NEAR(signal.strength, line->strength, 1e-12);
    EXPECT_NEAR(signal.confidence, fires ? line->confidence : 0, 1e-12);
    EXPECT_NEAR(signal.stop, fires ? line->close * 0.92 : 0, 1e-9);
    EXPECT_NEAR(signal.target, fires ? line->close * 1.1 : 0, 1e-9);
    EXPECT_INT(signal.hold_ns, fires ? 72 * NS_PER_HOUR : 0);
    EXPECT_INT(signal.ladder.rungs, fires ? 5 : 0);
    EXPECT_NEAR(signal.ladder.high, fires ? 1000 : 0, 0);
    EXPECT_NEAR(signal.ladder.first, fires ? 0.05 : 0, 0);
    EXPECT_NEAR(signal.ladder.step, fires ? 0.01 : 0, 0);
    EXPECT_NEAR(signal.trail, 0, 0);
    EXPECT_NEAR(signal.broken, 0, 0);
    if (line->reason == REASON_NONE)
        expect_figures(&signal, (double[]){0, 0, 0, 0});
    else if (line->reason == REASON_DIP_UNSURE)
        expect_figures(&signal, (double[]){percent, 1000, line->confidence, 0.6});
    else
        expect_figures(&signal, (double[]){percent, 1000, line->rsi, 30});
}

TEST(dca_tells_its_story)
{
    static struct story story;
    story_init(&story, "dca");
    story_plan(&story);
    const struct line lines[] = {
        /* 7.5 % down is half of the way from 5 to 10 %, RSI 24 a fifth of that from 30 to 0, volume
         * 2 half of that from 1 to 3: 0.5 + 0.1 + 0.04 + 0.05. */
        {925, 24, 2, 1, REASON_DIP, 0.65, 0.69},
        /* 5 % is enough; so is a confidence of 0.6: 0.5 + 0.1. */
        {950, 15, 1, 1, REASON_DIP, 0.3, 0.6},
        {950.01, 0, 9, 0, REASON_NONE, 0, 0},
        {950, 15.3, 1, 0, REASON_DIP_UNSURE, 0, 0.598},
        {950, 29, 1, 0, REASON_DIP_UNSURE, 0, 0.50666666666666667},
        /* RSI must be below 30. */
        {910, 29.7, 1, 1, REASON_DIP, 0.86, 0.662},
        {910, 30, 1, 0, REASON_DIP_UNCONFIRMED, 0, 0},
        {950, 30, 9, 0, REASON_DIP_UNCONFIRMED, 0, 0},
        {910, 70, 9, 0, REASON_DIP_UNCONFIRMED, 0, 0},
        /* Less volume than usual takes nothing away. */
        {925, 24, 0, 1, REASON_DIP, 0.65, 0.64},
        /* As far as it goes. */
        {900, 0, 3, 1, REASON_DIP, 1, 1},
        {710, 0, 1000, 1, REASON_DIP, 1, 1},
        /* At the high, and in a market that stands still: never short. */
        {1000, 100, 9, 0, REASON_NONE, 0, 0},
        {1000, 50, 1, 0, REASON_NONE, 0, 0},
        {1000, 0, 9, 0, REASON_NONE, 0, 0},
    };
    for (uint32_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        expect_story(&story, &lines[i]);
}

TEST(dca_counts_fees_in_its_exits)
{
    static struct story story;
    story_init(&story, "dca");
    story_plan(&story);
    story.round_trip_fee = 0.008;
    tell(&story, &(struct line){900, 20, 1});
    const struct signal signal = story_step(&story);
    EXPECT_NEAR(signal.stop, 900 * (1 - 0.08 + 0.008), 1e-9);
    EXPECT_NEAR(signal.target, 900 * (1 + 0.1 + 0.008), 1e-9);
}

/* In binary some prices that are 5 % down are a little less. */
TEST(dca_fires_at_its_drop_whatever_the_price)
{
    static struct story story;
    story_init(&story, "dca");
    story_plan(&story);
    for (int cents = 100; cents < 100000; cents += 20) {
        const double high = (double)cents / 100, low = (double)(cents / 20 * 19) / 100;
        const double above = (double)(cents / 20 * 19 + 1) / 100;
        tell(&story, &(struct line){low, 0, 9});
        story_cell(&story, EXTREMES)->now[0] = high;
        EXPECT_INT(story_step(&story).reason, REASON_DIP);
        story_closes(&story, high, above);
        EXPECT_INT(story_step(&story).reason, REASON_NONE);
    }
}

TEST(dca_is_silent_until_everything_it_asked_for_is_there)
{
    static struct story story;
    const struct line line = {925, 24, 2};
    story_init(&story, "dca");
    story_plan(&story);
    for (uint32_t ask = EXTREMES; ask <= VOLUME; ask++) {
        tell(&story, &line);
        EXPECT_INT(story_step(&story).direction, 1);
        story_cell(&story, ask)->ready = false;
        EXPECT_INT(story_step(&story).reason, REASON_WARMING_UP);
        EXPECT_INT(story_step(&story).direction, 0);
    }
}

TEST(dca_refuses_a_stop_that_its_last_rung_would_not_live_to_see)
{
    static struct story story;
    story_init(&story, "dca");
    /* Rungs at 5 to 9 %, so 0.91 of the high; a stop at 0.04 is at 0.912, one at 0.05 at 0.9025. */
    story_set(&story, "stop", "0.04");
    EXPECT(story.strategy->check(story.params) != NULL);
    story_set(&story, "stop", "0.05");
    EXPECT(story.strategy->check(story.params) == NULL);
    story_set(&story, "rungs", "6");
    EXPECT(story.strategy->check(story.params) != NULL);
    story_set(&story, "rungs", "5");
    story_set(&story, "step", "0.012");
    EXPECT(story.strategy->check(story.params) != NULL);
    story_set(&story, "rungs", "4");
    EXPECT(story.strategy->check(story.params) == NULL);
}

TEST(dca_may_be_held_for_ever)
{
    static struct story story;
    story_init(&story, "dca");
    story_set(&story, "hold", "0s");
    story_plan(&story);
    tell(&story, &(struct line){925, 24, 2});
    EXPECT_INT(story_step(&story).hold_ns, 0);
    story_set(&story, "hold", "12h");
    EXPECT_INT(story_step(&story).hold_ns, 12 * NS_PER_HOUR);
}

/* Falls from 1000 by 10 a candle; nobody buys until it has fallen far enough. */
TEST(dca_buys_a_market_that_falls_and_lets_go_when_the_high_is_forgotten)
{
    static struct story story;
    story_init(&story, "dca");
    story_plan(&story);
    const int64_t length = timeframe_ns[TIMEFRAME_5M];
    for (int64_t i = 0; i < 160; i++) {
        const double close = i < 60   ? 1000 + (double)(i % 2)
                             : i < 70 ? 1000 - 10 * (double)(i - 59)
                                      : 900;
        const struct signal signal =
            story_candle(&story, &(struct candle){i * length, close, close, close, close, 1});
        if (i < 47)
            EXPECT_INT(signal.reason, REASON_WARMING_UP);
        else if (close > 950) /* 950 is 5.1 % below 1001 */
            EXPECT_INT(signal.reason, REASON_NONE);
        else if (i < 112) /* of the 48 candles the first closed at 950, or higher */
            EXPECT_INT(signal.reason, REASON_DIP);
        else
            EXPECT_INT(signal.reason, REASON_NONE);
    }
}

/* The same counts came from a model of its own. */
TEST(dca_over_half_a_year_of_pepe)
{
    static struct story story;
    story_init(&story, "dca");
    story_plan(&story);
    struct story_tally tally =
        story_run(&story, test_shared("data/candles/KRAKEN_PEPEUSD_5m.csv.gz"));
    EXPECT_INT(tally.candles, 47722);
    EXPECT_INT(tally.warming_up, 47);
    EXPECT_INT(tally.longs, 512);
    EXPECT_INT(tally.shorts, 0);
    EXPECT_INT(tally.unconfirmed, 3079);
}
