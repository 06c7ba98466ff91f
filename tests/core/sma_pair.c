/* SPDX-License-Identifier: MIT */
#include "core/base/prng.h"
#include "story.h"

enum {
    FAST,
    SLOW,
};

TEST(sma_pair_tells_its_story)
{
    static struct story story;
    story_init(&story, "sma_pair");
    story_plan(&story);
    const struct {
        double fast_before, slow_before, fast, slow;
        int32_t direction;
        enum signal_reason reason;
    } lines[] = {
        {99, 100, 101, 100, 1, REASON_PAIR_CROSS_UP},
        {100, 100, 101, 100, 1, REASON_PAIR_CROSS_UP},
        {101, 100, 99, 100, -1, REASON_PAIR_CROSS_DOWN},
        {100, 100, 99, 100, -1, REASON_PAIR_CROSS_DOWN},
        {101, 100, 102, 100, 0, REASON_NONE},
        {99, 100, 98, 100, 0, REASON_NONE},
        {99, 100, 100, 100, 0, REASON_NONE},
        {101, 100, 100, 100, 0, REASON_NONE},
        {100, 100, 100, 100, 0, REASON_NONE},
    };
    for (uint32_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        story_ready(&story, true, true);
        story_cell(&story, FAST)->before[0] = lines[i].fast_before;
        story_cell(&story, FAST)->now[0] = lines[i].fast;
        story_cell(&story, SLOW)->before[0] = lines[i].slow_before;
        story_cell(&story, SLOW)->now[0] = lines[i].slow;
        struct signal signal = story_step(&story);
        double said = lines[i].direction ? 1 : 0;
        EXPECT_INT(signal.direction, lines[i].direction);
        EXPECT_INT(signal.reason, lines[i].reason);
        EXPECT_NEAR(signal.strength, said, 0);
        EXPECT_NEAR(signal.confidence, said, 0);
        EXPECT_NEAR(signal.figures[0], said * lines[i].fast, 0);
        EXPECT_NEAR(signal.figures[1], said * lines[i].slow, 0);
        EXPECT_NEAR(signal.stop, 0, 0);
        EXPECT_NEAR(signal.target, 0, 0);
    }
}

TEST(sma_pair_is_silent_until_both_averages_have_a_value_before)
{
    static struct story story;
    story_init(&story, "sma_pair");
    story_plan(&story);
    story_cell(&story, FAST)->now[0] = 1;
    for (uint32_t ask = FAST; ask <= SLOW; ask++) {
        story_ready(&story, true, true);
        EXPECT_INT(story_step(&story).direction, 1);
        story_cell(&story, ask)->ready_before = false;
        EXPECT_INT(story_step(&story).reason, REASON_WARMING_UP);
        EXPECT_INT(story_step(&story).direction, 0);
    }
}

TEST(sma_pair_refuses_a_fast_average_that_is_not_faster)
{
    static struct story story;
    story_init(&story, "sma_pair");
    story_set(&story, "fast", "50");
    EXPECT(story.strategy->check(story.params) != NULL);
    story_set(&story, "fast", "49");
    EXPECT(story.strategy->check(story.params) == NULL);
}

/* The slow model: both averages anew for each candle, in long double, and the bare comparison. */
static int32_t plain_rule(const double *closes, uint32_t newest)
{
    long double fast[2] = {0}, slow[2] = {0};
    for (uint32_t before = 0; before < 2; before++) {
        for (uint32_t i = 0; i < 20; i++)
            fast[before] += closes[newest - before - i];
        for (uint32_t i = 0; i < 50; i++)
            slow[before] += closes[newest - before - i];
        fast[before] /= 20;
        slow[before] /= 50;
    }
    if (fast[1] <= slow[1] && fast[0] > slow[0])
        return 1;
    return fast[1] >= slow[1] && fast[0] < slow[0] ? -1 : 0;
}

TEST(sma_pair_gives_the_signals_of_the_plain_rule_on_a_random_walk)
{
    static struct story story;
    static double closes[50000];
    struct prng prng;
    prng_init(&prng, test_seed());
    story_init(&story, "sma_pair");
    story_plan(&story);
    uint32_t signals = 0;
    for (uint32_t i = 0; i < 50000; i++) {
        double close = closes[i] = (i ? closes[i - 1] : 30000) * (1 + 5e-4 * prng_normal(&prng));
        struct candle candle = {i * NS_PER_MIN, close, close, close, close, 1};
        uint32_t closed = series_push(&story.series, &candle);
        panel_update(&story.panel, &story.plan, &story.series, closed);
        int32_t direction = story_step(&story).direction;
        EXPECT_INT(direction, i >= 50 ? plain_rule(closes, i) : 0);
        signals += direction != 0;
    }
    EXPECT(signals > 500);
}

/* The same counts came from a model of its own, with exact integer sums. */
TEST(sma_pair_over_half_a_year_of_ether)
{
    static struct story story;
    story_init(&story, "sma_pair");
    story_set(&story, "timeframe", "5m");
    story_plan(&story);
    struct story_tally tally =
        story_run(&story, test_shared("data/candles/KRAKEN_ETHUSD_5m.csv.gz"));
    EXPECT_INT(tally.candles, 52942);
    EXPECT_INT(tally.warming_up, 50);
    EXPECT_INT(tally.longs, 617);
    EXPECT_INT(tally.shorts, 618);
}
