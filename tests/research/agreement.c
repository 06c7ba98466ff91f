/* SPDX-License-Identifier: MIT */
/*
 * The case that the peers were timed with, to the trade and to the cent: a random walk of a million
 * one-minute candles, SMA 20 over 50, all cash into each entry. The figures are those on which
 * vectorbt, backtrader, numpy and a plain loop agree.
 */
#include "bench.h"
#include "fixture.h"

static void walk(size_t count, int64_t fee_ppm, struct backtest *ret)
{
    struct candle *candles = malloc(count * sizeof *candles);
    EXPECT(candles != NULL);
    bench_walk(candles, count);
    struct engine_config engine = sma_config(TIMEFRAME_1M, 20, 50);
    struct matching_config matching = {.fills = FILLS_CANDLES};
    set_fee(&engine, &matching, fee_ppm);
    const struct candle_rows rows = {candles, count, TIMEFRAME_1M};
    const struct backtest_config config = {
        .engine = &engine, .matching = &matching, .terms = &fine_pair, .rows = &rows};
    must_run(&config, ret);
    free(candles);
}

static double last_equity(const struct backtest *backtest)
{
    return (double)backtest->equity[backtest->bar_count - 1] / 1e8;
}

TEST(twenty_thousand_candles_at_a_fee_of_0_26_percent_give_202_trades_and_3620_98)
{
    struct backtest backtest;
    walk(20000, 2600, &backtest);
    EXPECT_INT((int64_t)backtest.account.trade_count, 202);
    EXPECT_NEAR(last_equity(&backtest) / 3620.9805671105, 1, 1e-5);
    backtest_free(&backtest);
}

TEST(a_hundred_thousand_candles_give_1101_trades_and_34_10)
{
    struct backtest backtest;
    walk(100000, 2600, &backtest);
    EXPECT_INT((int64_t)backtest.account.trade_count, 1101);
    EXPECT_NEAR(last_equity(&backtest) / 34.1041267711445, 1, 1e-4);
    backtest_free(&backtest);
}

TEST(a_million_candles_without_a_fee_give_11197_trades_and_9350_96)
{
    struct backtest backtest;
    walk(1000000, 0, &backtest);
    EXPECT_INT((int64_t)backtest.account.trade_count, 11197);
    EXPECT_INT((int64_t)backtest.bar_count, 1000000);
    EXPECT_INT(backtest.engine->portfolio.open_count, 1);
    EXPECT_NEAR(last_equity(&backtest) / 9350.9606674456663, 1, 1e-4);
    backtest_free(&backtest);
}

/* The walk goes from 30,000 to its last close. */
TEST(to_hold_from_the_first_open_is_the_walk_itself_less_one_fee)
{
    struct backtest free_of_charge, charged;
    walk(1000, 0, &free_of_charge);
    walk(1000, 2600, &charged);
    struct candle candles[1000];
    bench_walk(candles, 1000);
    const double grew = candles[999].close / candles[0].open;
    EXPECT_NEAR(free_of_charge.held.total_return, grew - 1, 1e-9);
    EXPECT_NEAR(charged.held.total_return, grew / 1.0026 - 1, 1e-9);
    backtest_free(&free_of_charge);
    backtest_free(&charged);
}
