/* SPDX-License-Identifier: MIT */
/* Who is not listened to after a close, by story. */
#include "chain_fixture.h"

/* Bought at 100, sold at a loss; then the averages cross again. */
static void lose_and_turn_up(struct fixture *fixture)
{
    fixture_turn_up(fixture);
    fixture_closes(fixture, (const double[]){100, 95, 94}, 3);
    EXPECT(fixture_last(fixture, RECORD_EXIT)->pnl < 0);
    fixture_closes(fixture, (const double[]){94, 97}, 2);
}

TEST(after_a_loss_a_strategy_is_not_listened_to_for_its_candles)
{
    struct engine_config config = averages();
    config.chain.cooldown.enabled = true;
    config.chain.cooldown.loss = 8;
    struct fixture *fixture = fixture_new(&config, &by_candles);
    lose_and_turn_up(fixture);
    const struct record *record = decision(fixture);
    EXPECT_INT(record->verdict, VERDICT_COOLDOWN);
    EXPECT(record->votes[0].cooling && !record->votes[0].actionable);
    EXPECT(record->findings.cooling == 1 && record->findings.cooling_lost);
    const struct record *exit = fixture_last(fixture, RECORD_EXIT);
    const int64_t until_ns = exit->time_ns + 8 * NS_PER_MIN;
    EXPECT_INT(record->findings.cooling_left_ns, until_ns - record->time_ns);
    EXPECT_INT(fixture->place_count, 2); /* one entry, one exit */
    /* It crosses down, which a cooldown of longs does not silence, and up again when it is over. */
    fixture_closes(fixture, (const double[]){94, 93}, 2);
    EXPECT_INT(decision(fixture)->verdict, VERDICT_NO_SHORT);
    while (fixture->now_ns < until_ns) {
        fixture_closes(fixture, (const double[]){93}, 1);
    }
    fixture_closes(fixture, (const double[]){97}, 1);
    EXPECT_INT(decision(fixture)->verdict, VERDICT_ENTER);
    fixture_free(fixture);
}

TEST(a_gain_cools_by_its_own_length_and_another_strategy_may_enter_meanwhile)
{
    struct engine_config config = averages();
    config.chain.cooldown.enabled = true;
    config.chain.cooldown.win = 30;
    config.chain.cooldown.loss = 0;
    struct fixture *fixture = fixture_new(&config, &by_candles);
    fixture_turn_up(fixture);
    fixture_closes(fixture, (const double[]){100, 110, 120, 115, 112, 111, 118}, 7);
    EXPECT(fixture_last(fixture, RECORD_EXIT)->pnl > 0);
    EXPECT_INT(decision(fixture)->verdict, VERDICT_COOLDOWN);
    EXPECT(!decision(fixture)->findings.cooling_lost);
    fixture_free(fixture);
    config.chain.cooldown.win = 0;
    config.chain.cooldown.loss = 30;
    fixture = fixture_new(&config, &by_candles);
    fixture_turn_up(fixture);
    fixture_closes(fixture, (const double[]){100, 110, 120, 115, 112, 111, 118}, 7);
    EXPECT_INT(decision(fixture)->verdict, VERDICT_ENTER);
    fixture_free(fixture);
}

/* The same candles, each heard so much after its end. */
static int64_t cooled_until(int64_t heard_after_ns)
{
    struct engine_config config = averages();
    config.chain.cooldown.enabled = true;
    struct fixture *fixture = fixture_new(&config, &by_candles);
    const double closes[] = {100, 100, 100, 98, 97, 100, 100, 95, 94, 94, 97};
    for (uint32_t i = 0; i < sizeof closes / sizeof closes[0]; i++) {
        const double close = closes[i];
        const struct batch_entry entry = {
            .candle = {fixture->now_ns, close, close, close, close, 1}};
        const struct event event = {
            .kind = EVENT_BATCH,
            .time_ns = fixture->now_ns + NS_PER_MIN + heard_after_ns,
            .batch = {.boundary_ns = fixture->now_ns, .count = 1, .entries = &entry}};
        desk_step(&fixture->desk, &event);
        fixture->now_ns += NS_PER_MIN;
    }
    EXPECT_INT(decision(fixture)->verdict, VERDICT_COOLDOWN);
    const int64_t until_ns = fixture->engine->pairs[0].cooldowns[0][0].until_ns;
    EXPECT_INT(decision(fixture)->findings.cooling_left_ns, until_ns - fixture->now_ns);
    fixture_free(fixture);
    return until_ns;
}

TEST(a_cooldown_is_the_same_however_late_the_candles_are_heard)
{
    EXPECT_INT(cooled_until(0), cooled_until(200 * NS_PER_MS));
    EXPECT_INT(cooled_until(0), cooled_until(1900 * NS_PER_MS));
}

TEST(a_trade_that_ends_while_no_candle_comes_cools_from_when_it_ended)
{
    struct engine_config config = averages();
    config.chain.cooldown.enabled = true;
    struct fixture *fixture = fixture_new(&config, &by_candles);
    fixture_turn_up(fixture);
    fixture_candle(fixture, 100, 100, 100, 100);
    const struct order sale = {.pair = 0,
                               .purpose = PURPOSE_EXIT,
                               .side = SIDE_SELL,
                               .qty_lots = fixture->engine->portfolio.positions[0].qty_lots};
    const struct order *order = portfolio_add_order(&fixture->engine->portfolio, &sale);
    const int64_t hour_ns = fixture->now_ns + NS_PER_HOUR;
    const struct event fill = {.kind = EVENT_REPORT,
                               .time_ns = hour_ns + 30 * NS_PER_S,
                               .report = {.order_id = order->id,
                                          .kind = REPORT_FILL,
                                          .side = SIDE_SELL,
                                          .trade_id = 1,
                                          .price_ticks = 9900,
                                          .qty_lots = sale.qty_lots}};
    static struct actions actions;
    engine_step(fixture->engine, &fill, &actions);
    EXPECT_INT(fixture->engine->portfolio.open_count, 0);
    EXPECT_INT(fixture->engine->pairs[0].cooldowns[0][0].until_ns, hour_ns + 12 * NS_PER_MIN);
    fixture_free(fixture);
}

TEST(a_cooldown_is_of_one_pair_and_goes_on_in_the_next_session)
{
    struct engine_config config = averages();
    config.chain.cooldown.enabled = true;
    struct fixture *before = fixture_new(&config, &by_candles);
    lose_and_turn_up(before);
    struct engine_config wider = config;
    wider.pair_count = 2;
    struct fixture *after = fixture_new(&wider, &by_candles);
    EXPECT(engine_adopt(after->engine, before->engine, (const uint32_t[]){1}));
    after->now_ns = before->now_ns;
    const double list[] = {100, 100, 100, 98, 97, 100};
    for (int i = 0; i < 6; i++) {
        const struct candle candle = {0, list[i], list[i], list[i], list[i], 1};
        fixture_batch(after, (const struct candle[]){candle, candle}, 2);
    }
    const struct record *second = decision(after);
    EXPECT(second->pair == 1 && second->verdict == VERDICT_COOLDOWN);
    const struct record *first = second - 1;
    while (first->kind != RECORD_DECISION) {
        first--;
    }
    EXPECT(first->pair == 0 && first->verdict == VERDICT_ENTER);
    fixture_free(before);
    fixture_free(after);
}

TEST(an_operators_trade_cools_nobody)
{
    struct engine_config config = averages();
    config.chain.cooldown.enabled = true;
    struct fixture *fixture = fixture_new(&config, &by_candles);
    fixture_turn_up(fixture);
    fixture_candle(fixture, 100, 100, 100, 100);
    fixture->engine->portfolio.positions[0].strategies = 0; /* as if bought by hand */
    fixture_closes(fixture, (const double[]){95, 94, 94, 97}, 4);
    EXPECT_INT(fixture_count(fixture, RECORD_EXIT), 1);
    EXPECT_INT(decision(fixture)->verdict, VERDICT_ENTER);
    fixture_free(fixture);
}
