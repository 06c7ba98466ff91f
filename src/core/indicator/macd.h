/* SPDX-License-Identifier: MIT */
/*
 * Moving Average Convergence Divergence (G. Appel, 1979), in price: the line is the fast EMA of the
 * closes less the slow one, the signal is the line's own EMA, the histogram is line less signal.
 *
 * As TA-Lib has it, both averages give their first value with the same close, number `slow`: the
 * fast one is seeded with the `fast` closes up to there. All three arrive with close number
 * slow + signal - 1. In a flat market all are 0.
 */
#pragma once

#include "core/indicator/ema.h"

struct macd {
    struct ema fast, slow, signal;
    uint32_t wait; /* closes until the fast average begins */
};

/* fast < slow. */
void macd_init(struct macd *macd, uint32_t fast, uint32_t slow, uint32_t signal);

/* Writes line, signal, histogram; false while warming up, ret_values is then untouched. */
bool macd_update(struct macd *macd, double close, double ret_values[3]);
