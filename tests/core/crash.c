/* SPDX-License-Identifier: MIT */
/* The market's circuit breaker: what is a crash, and how trading comes back from it. */
#include "core/risk/crash.h"

#include "core/base/prng.h"
#include "desk_fixture.h"

static const struct crash_config tenth = {
    .fall = 0.1, .window_ns = NS_PER_HOUR, .pause_ns = 30 * NS_PER_MIN};

static const struct matching_config candles_free = {.fills = FILLS_CANDLES};

/* A minute of every pair's candles, each at its own price. */
struct minutes {
    struct crash crash;
    struct crash_window windows[4];
    uint32_t count;
    int64_t now_ns;
};

static enum crash_turn minute(struct minutes *minutes, const double *prices)
{
    for (uint32_t i = 0; i < minutes->count; i++) {
        const double price = prices[i];
        const struct candle candle = {minutes->now_ns, price, price, price, price, 1};
        crash_push(&minutes->crash, &minutes->windows[i], &tenth, &candle);
    }
    minutes->now_ns += NS_PER_MIN;
    return crash_judge(&minutes->crash, &tenth, minutes->now_ns);
}

static enum crash_turn minutes_of(struct minutes *minutes, double price, int count)
{
    enum crash_turn last = CRASH_NOTHING;
    for (int i = 0; i < count; i++) {
        const enum crash_turn turn = minute(minutes, (double[]){price, price, price, price});
        last = turn != CRASH_NOTHING ? turn : last;
    }
    return last;
}

static struct minutes minutes_new(uint32_t count)
{
    return (struct minutes){.count = count, .now_ns = FIXTURE_START_NS};
}

TEST(a_fall_of_the_fraction_is_a_crash_and_a_hair_less_is_none)
{
    struct minutes minutes = minutes_new(1);
    minutes_of(&minutes, 100, 5);
    EXPECT_INT(minute(&minutes, (double[]){90.01}), CRASH_NOTHING);
    EXPECT(crash_admits(&minutes.crash));
    EXPECT_INT(minute(&minutes, (double[]){90}), CRASH_OPENED);
    EXPECT(!crash_admits(&minutes.crash));
}

TEST(half_of_the_pairs_are_the_market_and_fewer_are_not)
{
    struct minutes minutes = minutes_new(4);
    minutes_of(&minutes, 100, 5);
    EXPECT_INT(minute(&minutes, (double[]){50, 100, 100, 100}), CRASH_NOTHING);
    EXPECT_INT(minute(&minutes, (double[]){50, 80, 100, 100}), CRASH_OPENED);
    EXPECT_INT(minutes.crash.fallen, 2);
}

TEST(the_same_fall_over_more_than_the_window_is_no_crash)
{
    struct minutes minutes = minutes_new(1);
    minutes_of(&minutes, 100, 5);
    for (double price = 100; price > 85; price -= 0.15) { /* 10 of 100 in 67 minutes */
        EXPECT_INT(minute(&minutes, &price), CRASH_NOTHING);
    }
}

TEST(a_high_is_forgotten_with_its_part_of_the_window)
{
    struct minutes minutes = minutes_new(1);
    minutes_of(&minutes, 200, 1);
    minutes_of(&minutes, 185, 66);
    EXPECT_INT(minute(&minutes, (double[]){175}), CRASH_NOTHING); /* 12.5 % below 200 */
    EXPECT_INT(minute(&minutes, (double[]){166}), CRASH_OPENED);  /* 10.3 % below 185 */
}

/* The slow model: of every candle in the newest part of the window and the eleven before it. */
static double highest_exact(const struct candle *candles, uint32_t newest, int64_t part_ns)
{
    const int64_t last = candles[newest].time_ns / part_ns;
    double highest = 0;
    for (uint32_t i = newest + 1; i-- > 0;) {
        const bool within = candles[i].time_ns / part_ns > last - CRASH_PARTS;
        highest = within && candles[i].high > highest ? candles[i].high : highest;
    }
    return highest;
}

TEST(the_highest_price_of_the_window_is_that_of_a_look_at_all_its_candles)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    const struct crash_config config = {.fall = 0.03, .window_ns = NS_PER_HOUR};
    for (uint32_t round = 0; round < 20; round++) {
        struct crash crash = {0};
        struct crash_window window = {0};
        struct candle candles[500];
        int64_t time_ns = FIXTURE_START_NS;
        uint32_t fallen = 0;
        for (uint32_t i = 0; i < 500; i++) {
            const double close = 100 + (double)prng_below(&prng, 8);
            const double high = close + (double)prng_below(&prng, 3);
            candles[i] = (struct candle){time_ns, close, high, close, close, 1};
            crash_push(&crash, &window, &config, &candles[i]);
            const double highest = highest_exact(candles, i, NS_PER_HOUR / CRASH_PARTS);
            EXPECT_INT(window.fallen, close <= highest * (1 - config.fall));
            EXPECT_NEAR(fmax(window.before, window.highs[window.newest]), highest, 0);
            fallen += window.fallen;
            /* Some parts have one candle, some several; now and then some are skipped. */
            const uint64_t skipped = prng_below(&prng, 20) == 0 ? prng_below(&prng, 90) : 0;
            time_ns += (int64_t)(1 + prng_below(&prng, round < 10 ? 2 : 9) + skipped) * NS_PER_MIN;
        }
        EXPECT(fallen > 0 && fallen < 500);
    }
}

TEST(a_silence_longer_than_the_window_leaves_nothing_of_it)
{
    struct minutes minutes = minutes_new(1);
    minutes_of(&minutes, 100, 30);
    minutes.now_ns += 3 * NS_PER_HOUR;
    EXPECT_INT(minute(&minutes, (double[]){80}), CRASH_NOTHING);
    EXPECT_INT(minute(&minutes, (double[]){72}), CRASH_OPENED);
}

TEST(a_market_that_holds_is_tried_once_and_then_trusted)
{
    struct minutes minutes = minutes_new(1);
    minutes_of(&minutes, 100, 1);
    EXPECT_INT(minutes_of(&minutes, 85, 1), CRASH_OPENED);
    EXPECT_INT(minutes_of(&minutes, 95, 29), CRASH_NOTHING);
    EXPECT_INT(minutes_of(&minutes, 95, 1), CRASH_TRIAL);
    EXPECT(crash_admits(&minutes.crash));
    minutes.crash.tried = true; /* an entry is made */
    EXPECT(!crash_admits(&minutes.crash));
    EXPECT_INT(minutes_of(&minutes, 95, 29), CRASH_NOTHING);
    EXPECT_INT(minutes_of(&minutes, 95, 1), CRASH_OVER);
    EXPECT(crash_admits(&minutes.crash));
}

TEST(each_crash_before_it_is_over_doubles_the_pause_up_to_32_times)
{
    struct minutes minutes = minutes_new(1);
    minutes_of(&minutes, 100, 1);
    int64_t pause_ns = tenth.pause_ns;
    for (int i = 0; i < 8; i++) {
        EXPECT_INT(minutes_of(&minutes, 80, 1), CRASH_OPENED);
        EXPECT_INT(minutes.crash.until_ns - minutes.now_ns, pause_ns);
        EXPECT_INT(minutes_of(&minutes, 100, (int)(pause_ns / NS_PER_MIN)), CRASH_TRIAL);
        pause_ns = pause_ns < 32 * tenth.pause_ns ? 2 * pause_ns : pause_ns;
    }
}

TEST(a_market_still_down_when_the_pause_is_over_waits_again)
{
    struct minutes minutes = minutes_new(1);
    minutes_of(&minutes, 100, 1);
    EXPECT_INT(minutes_of(&minutes, 85, 1), CRASH_OPENED);
    EXPECT_INT(minutes_of(&minutes, 85, 30), CRASH_OPENED);
    EXPECT_INT(minutes.crash.until_ns - minutes.now_ns, 2 * tenth.pause_ns);
}

/* ---- In the engine ---- */

static struct engine_config crash_config(bool flatten)
{
    struct engine_config config = fixture_averages_config();
    config.risk.crash = tenth;
    config.risk.crash.flatten = flatten;
    config.risk.max_daily_loss = 0;
    return config;
}

TEST(a_crash_stops_entries_and_says_so_and_the_trial_is_one_entry)
{
    const struct engine_config config = crash_config(false);
    struct fixture *fixture = fixture_new(&config, &candles_free);
    fixture_closes(fixture, (const double[]){100, 100, 100, 88, 87, 99}, 6);
    EXPECT_INT(fixture_count(fixture, RECORD_CRASH), 1);
    EXPECT_INT(fixture_last(fixture, RECORD_DECISION)->verdict, VERDICT_CRASH);
    for (int i = 0; i < 30; i++) {
        fixture_candle(fixture, 99, 99, 99, 99);
    }
    EXPECT_INT(fixture_count(fixture, RECORD_CRASH_TRIAL), 1);
    fixture_closes(fixture, (const double[]){98, 97, 99, 99}, 4);
    EXPECT_INT(fixture_last(fixture, RECORD_DECISION)->verdict, VERDICT_ENTER);
    fixture_closes(fixture, (const double[]){98, 97, 97, 96.5, 99}, 5); /* out, and in again? */
    EXPECT_INT(fixture_last(fixture, RECORD_DECISION)->verdict, VERDICT_CRASH);
    for (int i = 0; i < 30; i++) {
        fixture_candle(fixture, 99, 99, 99, 99);
    }
    EXPECT_INT(fixture_count(fixture, RECORD_CRASH_OVER), 1);
    fixture_free(fixture);
}

TEST(a_crash_leaves_what_is_held_to_its_exits_unless_it_is_to_be_sold)
{
    for (int flatten = 0; flatten < 2; flatten++) {
        const struct engine_config config = crash_config(flatten);
        struct fixture *fixture = fixture_new(&config, &candles_free);
        fixture_turn_up(fixture);
        fixture_closes(fixture, (const double[]){110, 121}, 2);
        EXPECT(fixture->engine->portfolio.positions[0].qty_lots > 0);
        fixture_candle(fixture, 121, 121, 108, 108.8); /* the averages stay up */
        EXPECT_INT(fixture_count(fixture, RECORD_CRASH), 1);
        EXPECT(fixture->engine->portfolio.positions[0].exit_wanted == flatten);
        fixture_free(fixture);
    }
}

TEST(a_restart_does_not_forget_a_crash)
{
    const struct engine_config config = crash_config(false);
    struct fixture *fixture = fixture_new(&config, &candles_free);
    fixture_closes(fixture, (const double[]){100, 100, 100, 88}, 4);
    struct fixture *next = fixture_new(&config, &candles_free);
    EXPECT(engine_adopt(next->engine, fixture->engine, &(uint32_t){0}));
    const struct candle past[] = {{fixture->now_ns - 2 * NS_PER_MIN, 100, 100, 100, 100, 1},
                                  {fixture->now_ns - NS_PER_MIN, 88, 88, 88, 88, 1}};
    const struct event warm = {
        .kind = EVENT_WARM, .time_ns = fixture->now_ns, .warm = {0, 2, past}};
    desk_step(&next->desk, &warm);
    next->now_ns = fixture->now_ns;
    fixture_closes(next, (const double[]){87, 86, 99}, 3);
    EXPECT_INT(fixture_last(next, RECORD_DECISION)->verdict, VERDICT_CRASH);
    EXPECT_INT(next->engine->crash.known, 1);
    fixture_free(next);
    fixture_free(fixture);
}

TEST(a_pair_gone_silent_for_the_window_is_no_part_of_the_market)
{
    struct engine_config config = crash_config(false);
    config.pair_count = 2;
    struct fixture *fixture = fixture_new(&config, &candles_free);
    const struct crash *crash = &fixture->engine->crash;
    const struct candle high = {0, 100, 100, 100, 100, 1}, low = {0, 80, 80, 80, 80, 1};
    fixture_batch(fixture, (const struct candle[]){high, high}, 2);
    fixture_batch(fixture, (const struct candle[]){high, low}, 2);
    EXPECT_INT(crash->known, 2);
    EXPECT_INT(crash->fallen, 1);
    EXPECT_INT(fixture_count(fixture, RECORD_CRASH), 1);
    for (int i = 0; i < 10; i++) {
        fixture_candle(fixture, 100, 100, 100, 100); /* of the first alone */
    }
    EXPECT_INT(crash->fallen, 1);
    for (int i = 0; i < 120; i++) {
        fixture_candle(fixture, 100, 100, 100, 100);
    }
    EXPECT_INT(crash->known, 1);
    EXPECT_INT(crash->fallen, 0);
    fixture_batch(fixture, (const struct candle[]){high, low}, 2); /* heard again: no crash */
    EXPECT_INT(crash->known, 2);
    EXPECT_INT(crash->fallen, 0);
    fixture_free(fixture);
}
