/* SPDX-License-Identifier: MIT */
/*
 * What a curve earned, period by period: r = equity at the period's end / equity at the end of the
 * one before - 1, the first against what the curve began with. Their product is the whole growth.
 * None comes from an equity of 0 or less.
 *
 * Skewness and kurtosis are the moments of the sample (over n): a normal one has 0 and 3. The
 * Sharpe ratio is that of one period, the deviation over n - 1, as research/metrics.h has it; times
 * the root of the periods a year it is the annual one.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "research/metrics.h"

/*
 * Of periods that are cut at the multiples of period_ns since 1970 (NS_PER_DAY: by UTC days), 0:
 * of each bar. Returns their count, at most the curve's; periods without a bar have none. `out` may
 * hold fewer, `room`: it then keeps the first of them.
 */
size_t returns_of_curve(const struct curve *curve, int64_t period_ns, double *out, size_t room);

struct moments {
    size_t count;
    double mean, deviation; /* NAN where there are too few: none, one */
    double sharpe;          /* NAN where nothing moves */
    double skewness, kurtosis;
};

void moments_measure(const double *returns, size_t count, struct moments *ret);
