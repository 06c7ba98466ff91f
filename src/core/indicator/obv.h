/* SPDX-License-Identifier: MIT */
/*
 * On Balance Volume (J. Granville, 1963), in volume: the first candle's, then each candle's added
 * when its close is above the one before, taken away when below. There from the first candle on.
 *
 * It runs from wherever it began, so only its changes mean anything: two programs started apart
 * differ by a constant. The sum is compensated (A. Neumaier, 1974), so years leave no drift.
 */
#pragma once

struct obv {
    double close_last; /* 0 until the first candle */
    double sum;
    double rest; /* what rounding took from the sum */
};

void obv_init(struct obv *obv);
double obv_update(struct obv *obv, double close, double volume);
