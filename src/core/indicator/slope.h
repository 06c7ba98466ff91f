/* SPDX-License-Identifier: MIT */
/*
 * Slope of the straight line through the last `period` closes by least squares, in price a candle:
 *
 *     sum of (i - c) * close[i]  /  sum of (i - c)^2      i = 0 .. period - 1, c their middle
 *
 * The first value arrives with close number `period`, which is at least 2. A flat market's slope is
 * exactly 0. Holds no window: each update is told the close that leaves; closes count as distances
 * from the first one, and slope_worn is what wma_worn is.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct slope {
    uint32_t period;
    uint32_t count; /* closes seen; saturates at period */
    double middle;  /* c */
    double divisor; /* the sum of (i - c)^2 */
    double origin;  /* the first close */
    double sum;     /* of the distances from it */
    double moment;  /* each times its place from the middle */
    double reach;   /* the largest distance since the first close */
};

void slope_init(struct slope *slope, uint32_t period);

/* `leaving` is the close `period` candles before this one; ignored until the window is full.
 * Returns false while warming up; *ret_value is then untouched. */
bool slope_update(struct slope *slope, double close, double leaving, double *ret_value);

/* True when the sums have been so much larger than the price that rounding shows: begin anew. */
bool slope_worn(const struct slope *slope, double close);
