/* SPDX-License-Identifier: MIT */
/*
 * True range (J. W. Wilder, 1978), in price: a candle's high less its low, with the close before it
 * counted in, so that a gap is part of the range. The first candle has none; the first value
 * arrives with candle number 2.
 */
#pragma once

#include <stdbool.h>

struct true_range {
    double close_last; /* 0 until the first candle */
};

static inline double true_range_of(double high, double low, double close_before)
{
    const double above = high > close_before ? high : close_before;
    const double below = low < close_before ? low : close_before;
    return above - below;
}

/* Starts as zeros. Returns false for the first candle; *ret_value is then untouched. Prices are
 * positive. */
static inline bool true_range_update(struct true_range *range, double high, double low,
                                     double close, double *ret_value)
{
    const double close_before = range->close_last;
    range->close_last = close;
    if (close_before <= 0)
        return false;
    *ret_value = true_range_of(high, low, close_before);
    return true;
}
