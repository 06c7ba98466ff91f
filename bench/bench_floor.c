/* SPDX-License-Identifier: MIT */
#include "bench.h"

/*
 * The naive loop of the peers' comparison: 2.3 ns a candle there. It has no orders, no records, no
 * limits and no integers: it is what the arithmetic alone costs.
 */
static inline __attribute__((always_inline)) struct bench_floor_result sma_loop(
    const struct candle *candles, size_t count, size_t fast_period, size_t slow_period, double fee)
{
    double cash = 10000, qty = 0, fast_sum = 0, slow_sum = 0, fast_before = 0, slow_before = 0;
    uint64_t closed = 0;
    int pending = 0;
    for (size_t i = 0; i < count; i++) {
        if (pending > 0) {
            qty = cash / (candles[i].open * (1 + fee));
            cash = 0;
        } else if (pending < 0) {
            cash = qty * candles[i].open * (1 - fee);
            qty = 0;
            closed++;
        }
        pending = 0;
        fast_sum += candles[i].close - (i >= fast_period ? candles[i - fast_period].close : 0);
        slow_sum += candles[i].close - (i >= slow_period ? candles[i - slow_period].close : 0);
        const double fast = fast_sum / (double)fast_period, slow = slow_sum / (double)slow_period;
        if (i >= slow_period) {
            if (qty == 0 && fast_before <= slow_before && fast > slow) {
                pending = 1;
            } else if (qty > 0 && fast_before >= slow_before && fast < slow) {
                pending = -1;
            }
        }
        fast_before = fast;
        slow_before = slow;
    }
    return (struct bench_floor_result){closed, cash + qty * candles[count - 1].close};
}

struct bench_floor_result bench_sma_floor(const struct candle *candles, size_t count, double fee)
{
    return sma_loop(candles, count, 20, 50, fee);
}

struct bench_floor_result bench_sma_pair_floor(const struct candle *candles, size_t count,
                                               size_t fast, size_t slow, double fee)
{
    return sma_loop(candles, count, fast, slow, fee);
}
