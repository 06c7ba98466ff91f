/* SPDX-License-Identifier: MIT */
/*
 * Simple moving average: the mean of the last `period` closes.
 *
 * Holds the sum, not the window: each update is told the close that leaves, and the caller keeps
 * the candles. A sum that is only ever moved along gathers rounding, so the caller begins anew on
 * the window at fixed candle times; from one to the next the mean stays within about 1e-13 of the
 * true one.
 * The first value arrives with close number `period`.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct sma {
    uint32_t period;
    uint32_t count; /* closes seen; saturates at period */
    double sum;
};

void sma_init(struct sma *sma, uint32_t period);

/*
 * `leaving` is the close `period` candles before this one; ignored until the window is full.
 * Returns false while warming up; *ret_value is then untouched. Inline: it is the engine's hottest
 * leaf, and the one addition on `sum` is all that a candle has to wait for.
 */
static inline bool sma_update(struct sma *sma, double close, double leaving, double *ret_value)
{
    if (sma->count == sma->period) {
        sma->sum += close - leaving;
    } else {
        sma->sum += close;
        if (++sma->count < sma->period)
            return false;
    }
    *ret_value = sma->sum / sma->period;
    return true;
}
