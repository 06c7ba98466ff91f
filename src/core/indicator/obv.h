/* SPDX-License-Identifier: MIT */
/*
 * On Balance Volume (J. Granville, 1963), in volume: the first candle's, then each candle's added
 * when its close is above the one before, taken away when below. There from the first candle on.
 *
 * It runs from wherever it began, so only its changes mean anything: two programs started apart
 * differ by a constant. The sum is compensated (D. Knuth's TwoSum), so years leave no drift.
 */
#pragma once

struct obv {
    double close_last; /* 0 until the first candle */
    double sum;
    double rest; /* what rounding took from the sum */
};

void obv_init(struct obv *obv);

/* Without a branch: which way a candle went cannot be predicted. */
static inline double obv_update(struct obv *obv, double close, double volume)
{
    const double before = obv->close_last;
    const double flow = ((close > before) - (close < before)) * volume;
    const double sum = obv->sum + flow;
    const double added = sum - obv->sum;
    obv->rest += (obv->sum - (sum - added)) + (flow - added);
    obv->sum = sum;
    obv->close_last = close;
    return obv->sum + obv->rest;
}
