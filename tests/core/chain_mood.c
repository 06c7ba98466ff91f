/* SPDX-License-Identifier: MIT */
/* What the mood of the whole market does to entries, by story. */
#include "chain_fixture.h"

TEST(panic_stops_entries_and_says_so_when_it_comes_and_when_it_goes)
{
    struct engine_config config = averages();
    config.chain.mood.enabled = true;
    config.chain.mood.period = 5;
    struct fixture *fixture = fixture_new(&config, &by_candles);
    fixture_closes(fixture, (const double[]){120, 120, 120, 98, 97, 100}, 6);
    const struct record *mood = fixture_last(fixture, RECORD_MOOD);
    EXPECT(mood != NULL && mood->chained && mood->pair == 0);
    EXPECT_INT(mood->findings.mood.kind, MOOD_PANIC);
    EXPECT_NEAR(mood->findings.mood.leader, 100.0 / 120 - 1, 1e-12);
    EXPECT_INT(mood->findings.mood.span_ns, 5 * NS_PER_MIN);
    EXPECT_INT(decision(fixture)->verdict, VERDICT_MOOD);
    EXPECT_INT(decision(fixture)->findings.mood.kind, MOOD_PANIC);
    EXPECT_INT(fixture->place_count, 0);
    fixture_closes(fixture, (const double[]){99, 98, 98, 98}, 4);
    EXPECT_INT(fixture_last(fixture, RECORD_MOOD)->findings.mood.kind, MOOD_NORMAL);
    fixture_closes(fixture, (const double[]){100}, 1);
    EXPECT_INT(decision(fixture)->verdict, VERDICT_ENTER);
    EXPECT_INT(fixture_count(fixture, RECORD_MOOD), 2);
    fixture_free(fixture);
}

TEST(a_market_that_was_never_anything_but_normal_is_no_news)
{
    struct engine_config config = averages();
    config.chain.mood.enabled = true;
    config.chain.mood.period = 5;
    struct fixture *fixture = fixture_new(&config, &by_candles);
    fixture_closes(fixture, (const double[]){100, 100, 100, 98, 97, 100, 101, 102}, 8);
    EXPECT_INT(fixture->engine->mood.kind, MOOD_NORMAL);
    EXPECT_INT(fixture_count(fixture, RECORD_MOOD), 0);
    fixture_free(fixture);
}

TEST(caution_halves_an_entry_in_every_way_of_sizing)
{
    const enum sizing ways[] = {SIZING_STAKE, SIZING_ALL};
    for (uint32_t i = 0; i < 2; i++) {
        struct engine_config config = averages();
        config.risk.sizing = ways[i];
        config.chain.mood.enabled = true;
        config.chain.mood.period = 5;
        struct fixture *half = fixture_new(&config, &by_candles);
        config.chain.mood.enabled = false;
        struct fixture *whole = fixture_new(&config, &by_candles);
        const double closes[] = {106, 106, 106, 98, 97, 100}; /* 5.7 % below */
        fixture_closes(half, closes, 6);
        fixture_closes(whole, closes, 6);
        EXPECT_INT(half->engine->mood.kind, MOOD_CAUTION);
        EXPECT_INT(decision(half)->verdict, VERDICT_ENTER);
        EXPECT_INT(decision(half)->cost * 2, decision(whole)->cost);
        EXPECT_NEAR(decision(half)->gate, 0.55, 1e-12);
        EXPECT(2 * half->engine->portfolio.orders[0].cash <=
               whole->engine->portfolio.orders[0].cash + 1);
        fixture_free(half);
        fixture_free(whole);
    }
}

/* Two pairs; the first leads. */
static void both(struct fixture *fixture, double leader, double other)
{
    const struct candle candles[] = {{0, leader, leader, leader, leader, 1},
                                     {0, other, other, other, other, 1}};
    fixture_batch(fixture, candles, 2);
}

TEST(panic_takes_back_what_strategies_wanted_and_leaves_the_operators_order)
{
    struct engine_config config = averages();
    config.pair_count = 2;
    config.execution.entry = 1;
    config.chain.mood.enabled = true;
    config.chain.mood.period = 2;
    struct fixture *fixture = fixture_new(&config, &by_candles);
    const double others[] = {100, 100, 100, 98, 97, 100};
    for (uint32_t i = 0; i < 6; i++) {
        both(fixture, 50, others[i]);
    }
    const struct order by_hand = {.pair = 0,
                                  .kind = ORDER_LIMIT,
                                  .side = SIDE_BUY,
                                  .qty_lots = 10,
                                  .limit_ticks = 100,
                                  .cash = USD(1)};
    const uint64_t hand_id = portfolio_add_order(&fixture->engine->portfolio, &by_hand)->id;
    EXPECT_INT(fixture->engine->portfolio.order_count, 2);
    both(fixture, 40, 103);
    EXPECT_INT(fixture->engine->mood.kind, MOOD_PANIC);
    EXPECT_INT(fixture->engine->portfolio.order_count, 1);
    EXPECT_INT((int64_t)fixture->engine->portfolio.orders[0].id, (int64_t)hand_id);
    fixture_free(fixture);
}

TEST(a_leader_that_goes_silent_in_a_panic_does_not_end_it_and_no_silent_pair_is_counted)
{
    struct engine_config config = averages();
    config.pair_count = 2;
    config.chain.mood.enabled = true;
    config.chain.mood.period = 2;
    struct fixture *fixture = fixture_new(&config, &by_candles);
    const struct event second = {.kind = EVENT_HEALTH, .health = {.pair = 1, .stale = true}};
    const struct event leader = {.kind = EVENT_HEALTH, .health = {.pair = 0, .stale = true}};
    for (uint32_t i = 0; i < 3; i++) {
        both(fixture, 50, 100);
    }
    EXPECT_INT(fixture->engine->mood.counted, 2);
    desk_step(&fixture->desk, &second);
    both(fixture, 40, 100);
    EXPECT(fixture->engine->mood.kind == MOOD_PANIC && fixture->engine->mood.counted == 1);
    desk_step(&fixture->desk, &leader);
    for (uint32_t i = 0; i < 5; i++) {
        both(fixture, 40, 100);
    }
    EXPECT_INT(fixture->engine->mood.kind, MOOD_PANIC);
    fixture_free(fixture);
}
