/* SPDX-License-Identifier: MIT */
/* Ladders on markets of chance: the limits hold, the reserve is what the orders may spend, and no
 * rung stands at its position's stop. */
#include "ladder_fixture.h"

static void expect_bounds(const struct fixture *fixture, const struct engine_config *config)
{
    const struct portfolio *portfolio = own(fixture);
    int64_t reserved = 0;
    uint32_t taken = 0;
    uint32_t rungs[3] = {0};
    for (uint32_t i = 0; i < portfolio->order_count; i++) {
        const struct order *order = &portfolio->orders[i];
        if (order->purpose == PURPOSE_ENTRY) {
            const int64_t left = order->cash - order->cost - order->fee;
            reserved += left > 0 ? left : 0;
            rungs[order->pair]++;
            EXPECT(order->limit_ticks > portfolio->positions[order->pair].stop_ticks);
        }
    }
    for (uint32_t i = 0; i < config->pair_count; i++) {
        taken += portfolio->positions[i].qty_lots != 0 || rungs[i] > 0;
        EXPECT(rungs[i] <= LADDER_RUNG_MAX);
    }
    EXPECT_INT(portfolio->reserved, reserved);
    EXPECT(portfolio_free(portfolio) >= 0);
    EXPECT(taken <= config->risk.max_positions);
    for (uint32_t i = 0; i < fixture->record_count; i++) {
        const struct record *record = &fixture->records[i];
        const struct risk_config *risk = &config->risk;
        if (record->kind == RECORD_DECISION && record->verdict == VERDICT_ENTER) {
            EXPECT(record->cost <= money_share(record->equity, risk->max_position));
            EXPECT((risk->sizing == SIZING_RISK ? record->risk : record->cost) <=
                   money_share(record->equity, risk->risk_per_trade) + 10);
        }
    }
}

TEST(whatever_the_market_does_a_ladder_never_takes_more_than_the_limits_allow)
{
    for (uint64_t seed = 1; seed <= 40; seed++) {
        struct prng prng;
        prng_init(&prng, prng_mix(test_seed(), seed));
        struct dip_params params = five;
        params.drop = 0.002 + 0.02 * prng_real(&prng);
        params.step = 0.001 + 0.01 * prng_real(&prng);
        params.rungs = 1 + (int64_t)prng_below(&prng, LADDER_RUNG_MAX);
        params.stop = params.drop + params.step * (double)params.rungs + 0.02;
        params.target = 0.01 + 0.05 * prng_real(&prng);
        params.oversold = 90;
        params.hold_ns = (int64_t)prng_below(&prng, 30) * NS_PER_MIN;
        struct engine_config config = dips(&params);
        config.pair_count = 3;
        config.risk.max_positions = 2;
        config.risk.max_daily_loss = 0;
        config.risk.sizing = (int32_t)prng_below(&prng, 2);
        config.risk.risk_per_trade = 0.5 * prng_real(&prng);
        config.execution.entry = (int32_t)prng_below(&prng, 2);
        struct fixture *fixture = fixture_new(&config, &by_candles);
        double price[3] = {100, 100, 100};
        for (int minute = 0; minute < 1500; minute++) {
            struct candle candles[3];
            for (uint32_t i = 0; i < 3; i++) {
                const double open = price[i], close = open * (1 + 0.01 * prng_normal(&prng));
                const double high = (open > close ? open : close) * (1 + 0.003 * prng_real(&prng));
                const double low = (open < close ? open : close) * (1 - 0.003 * prng_real(&prng));
                candles[i] = (struct candle){0, open, high, low, close, 1};
                price[i] = close < 50 ? 100 : close;
            }
            fixture->record_count = 0;
            fixture_batch(fixture, candles, 3);
            expect_bounds(fixture, &config);
        }
        EXPECT(own(fixture)->trade_count > 20);
        fixture_free(fixture);
    }
}
