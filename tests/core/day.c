/* SPDX-License-Identifier: MIT */
#include "core/risk/day.h"

#include "chain_fixture.h"
#include "command_fixture.h"

static struct day_config day(void)
{
    struct day_config config;
    memset(&config, 0, sizeof config);
    options_default(day_options, day_option_count, &config);
    return config;
}

TEST(a_pair_with_too_few_trades_needs_less_confidence_down_to_the_floor)
{
    const struct pair btc = fixture_pair("BTC/USD");
    struct day_config config = day();
    EXPECT_NEAR(day_gate(&config, &btc, 0, 0.5), 0.5, 0); /* off */
    config.trades = 2;
    EXPECT_NEAR(day_gate(&config, &btc, 1, 0.6), 0.55, 1e-12);
    EXPECT_NEAR(day_gate(&config, &btc, 2, 0.6), 0.6, 0);
    EXPECT_NEAR(day_gate(&config, &btc, 0, 0.48), 0.45, 1e-12);
    EXPECT_NEAR(day_gate(&config, &btc, 0, 0.4), 0.4, 0); /* never more than without it */
}

TEST(the_other_reading_relaxes_once_as_many_were_made)
{
    const struct pair btc = fixture_pair("BTC/USD");
    struct day_config config = day();
    config.trades = 2;
    config.relax_when = RELAX_REACHED;
    EXPECT_NEAR(day_gate(&config, &btc, 1, 0.6), 0.6, 0);
    EXPECT_NEAR(day_gate(&config, &btc, 2, 0.6), 0.55, 1e-12);
}

TEST(a_pair_may_have_a_number_of_its_own)
{
    const struct pair btc = fixture_pair("BTC/USD"), eth = fixture_pair("ETH/USD");
    struct day_config config = day();
    config.trades = 1;
    snprintf(config.pair_trades, sizeof config.pair_trades, "BTC 3 | SOL 2 | ETH/USD 0");
    EXPECT(day_fault(&config) == NULL);
    EXPECT_NEAR(day_gate(&config, &btc, 2, 0.6), 0.55, 1e-12);
    EXPECT_NEAR(day_gate(&config, &eth, 0, 0.6), 0.6, 0);
    const char *const wrong[] = {"BTC", "BTC three", "BTC -1", "BTC 1 2", "BTC 10001"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        snprintf(config.pair_trades, sizeof config.pair_trades, "%s", wrong[i]);
        EXPECT(day_fault(&config) != NULL);
    }
}

TEST(whatever_the_numbers_the_gate_lies_between_the_floor_and_what_it_was)
{
    const struct pair btc = fixture_pair("BTC/USD");
    struct prng prng;
    prng_init(&prng, test_seed());
    for (int i = 0; i < 10000; i++) {
        struct day_config config = day();
        config.trades = (int64_t)prng_below(&prng, 5);
        config.relax = prng_real(&prng) / 2;
        config.relax_floor = prng_real(&prng);
        config.relax_when = (int32_t)prng_below(&prng, 2);
        const double asked = prng_real(&prng);
        const double gate = day_gate(&config, &btc, (uint32_t)prng_below(&prng, 5), asked);
        EXPECT(gate <= asked && gate >= fmin(asked, config.relax_floor));
    }
}

/* A turn upwards is bought, and what was bought rises. */
static struct fixture *rising(struct engine_config *config)
{
    struct fixture *fixture = fixture_new(config, &by_candles);
    fixture_turn_up(fixture);
    fixture_closes(fixture, (const double[]){100, 104, 110, 116}, 4);
    return fixture;
}

TEST(the_profit_target_stops_entries_and_draws_stops_in_until_the_next_day)
{
    struct engine_config config = averages();
    config.risk.max_position = config.risk.max_exposure = 1;
    config.risk.risk_per_trade = 0.5;
    config.day = day();
    config.day.profit_target = 0.05;
    config.day.profit_trail = 0.02;
    config.exits.step = 0.001;
    struct fixture *fixture = rising(&config);
    EXPECT_INT(fixture_count(fixture, RECORD_DAY_TARGET), 1);
    EXPECT_NEAR(fixture_last(fixture, RECORD_DAY_TARGET)->gate, 0.05, 0);
    EXPECT(fixture_last(fixture, RECORD_DAY_TARGET)->pnl >= USD(500));
    const struct position *position = &fixture->engine->portfolio.positions[0];
    EXPECT_INT(position->plan.trail_ppm, 20000);
    fixture_candle(fixture, 116, 118, 116, 118);
    EXPECT_INT(position->stop_ticks, 11564); /* 2 % below 118 */
    fixture_closes(fixture, (const double[]){112, 112, 100, 98, 97, 100}, 6);
    EXPECT_INT(position->qty_lots, 0);
    EXPECT_INT(decision(fixture)->verdict, VERDICT_DAY_TARGET);
    EXPECT_NEAR(decision(fixture)->limit, 0.05, 0);
    fixture->now_ns = timestamp_day(fixture->now_ns) + NS_PER_DAY;
    fixture_closes(fixture, (const double[]){100, 98, 97, 100}, 4);
    EXPECT_INT(decision(fixture)->verdict, VERDICT_ENTER);
    fixture_free(fixture);
}

TEST(the_operator_buys_nothing_either_when_the_target_is_reached)
{
    struct engine_config config = averages();
    config.risk.risk_per_trade = 0.5;
    config.risk.max_position = config.risk.max_exposure = 1;
    config.day = day();
    config.day.profit_target = 0.05;
    struct fixture *fixture = rising(&config);
    EXPECT_INT(verdict_of(fixture, &(struct instruction){.command = COMMAND_CLOSE}), VERDICT_DONE);
    fixture_closes(fixture, (const double[]){116, 116}, 2);
    EXPECT_INT(verdict_of(fixture, &ten), VERDICT_DAY_TARGET);
    EXPECT(fixture_last(fixture, RECORD_COMMAND)->figure >= 0.05);
    EXPECT_NEAR(fixture_last(fixture, RECORD_COMMAND)->limit, 0.05, 0);
    fixture_free(fixture);
}

TEST(trades_are_counted_by_the_day)
{
    struct engine_config config = averages();
    config.day = day();
    struct fixture *fixture = rising(&config);
    EXPECT_INT(fixture->engine->pairs[0].traded, 1);
    fixture->now_ns = timestamp_day(fixture->now_ns) + NS_PER_DAY;
    fixture_closes(fixture, (const double[]){116}, 1);
    EXPECT_INT(fixture->engine->pairs[0].traded, 0);
    fixture_free(fixture);
}

TEST(too_few_trades_ease_an_entry_and_not_its_close)
{
    struct engine_config config = averages();
    struct fixture *fixture = fixture_new(&config, &by_candles);
    fixture_turn_up(fixture);
    config.decision.confidence = decision(fixture)->confidence + 0.02;
    fixture_free(fixture);
    fixture = fixture_new(&config, &by_candles);
    fixture_turn_up(fixture);
    EXPECT_INT(decision(fixture)->verdict, VERDICT_UNSURE);
    fixture_free(fixture);
    config.day = day();
    config.day.trades = 5;
    fixture = fixture_new(&config, &by_candles);
    fixture_turn_up(fixture);
    EXPECT_INT(decision(fixture)->verdict, VERDICT_ENTER);
    fixture_closes(fixture, (const double[]){101, 102, 90}, 3);
    EXPECT_INT(decision(fixture)->direction, -1);
    EXPECT_INT(decision(fixture)->verdict, VERDICT_UNSURE);
    EXPECT(fixture->engine->portfolio.positions[0].qty_lots > 0);
    fixture_free(fixture);
}

TEST(a_target_switched_off_stops_nothing_after_a_restart)
{
    struct engine_config config = averages();
    config.day = day();
    struct fixture *fixture = fixture_new(&config, &by_candles);
    fixture->engine->target_told = true;
    fixture_turn_up(fixture);
    EXPECT_INT(decision(fixture)->verdict, VERDICT_ENTER);
    fixture_free(fixture);
}
