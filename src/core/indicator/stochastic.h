/* SPDX-License-Identifier: MIT */
/*
 * Stochastic oscillator (G. Lane, 1957), 0..100, as TA-Lib's STOCH with simple averages: where the
 * close stands between the lowest low and the highest high of the last `period` candles, averaged
 * over `slow` candles (k), and k averaged over `signal` candles (d). Both arrive with candle number
 * period + slow + signal - 2. Where there was no range at all it stands at 0.
 */
#pragma once

#include "core/indicator/extremes.h"
#include "core/indicator/window_sum.h"

struct stochastic {
    struct extremes extremes;
    struct window_sum slow;
    struct window_sum signal;
};

static inline uint32_t stochastic_store(uint32_t period, uint32_t slow, uint32_t signal)
{
    return extremes_store(period) + window_sum_store(slow) + window_sum_store(signal);
}

void stochastic_init(struct stochastic *stochastic, uint32_t period, uint32_t slow,
                     uint32_t signal);

/* Writes k, d. Returns false while warming up; ret_values is then untouched. */
bool stochastic_update(struct stochastic *stochastic, double *store, double high, double low,
                       double close, double ret_values[2]);
