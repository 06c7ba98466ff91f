/* SPDX-License-Identifier: MIT */
/*
 * The rows of the indicators: each module's update over the candles of a walk, beside a plain loop
 * that looks at its whole window again each candle. Both give the sum of all that they computed.
 */
#pragma once

#include <stddef.h>

#include "core/market/candle.h"

typedef double bench_indicator_function(const struct candle *candles, size_t count);

struct bench_indicator_case {
    const char *name; /* the row's, behind "indicator." */
    bench_indicator_function *run;
    bench_indicator_function *plain;
};

/* The plain loops, in bench_indicator_plain.c. */
bench_indicator_function plain_sma, plain_ema, plain_wma, plain_rsi, plain_true_range, plain_atr,
    plain_bollinger, plain_keltner, plain_macd, plain_adx, plain_stochastic, plain_williams,
    plain_cci, plain_mfi, plain_obv, plain_roc, plain_stddev, plain_slope, plain_extremes,
    plain_percentile_rank, plain_volume_ratio, plain_vwap, plain_levels, plain_patterns;
