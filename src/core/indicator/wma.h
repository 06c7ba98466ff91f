/* SPDX-License-Identifier: MIT */
/*
 * Weighted moving average: of the last `period` closes the oldest counts once, the next twice, the
 * newest `period` times; over period * (period + 1) / 2. In price. The first value arrives with
 * close number `period`.
 *
 * Holds no window: each update is told the close that leaves. Sums are of the distances from the
 * first close, so a flat market gives its price exactly; when a spike has passed they have lost
 * digits, and wma_worn asks to be begun anew on the window, as is also done at fixed candle times.
 */
#pragma once

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

struct wma {
    uint32_t period;
    uint32_t count;  /* closes seen; saturates at period */
    double divisor;  /* the sum of the weights */
    double origin;   /* the first close */
    double sum;      /* of the distances from it */
    double weighted; /* the same, each as often as it counts */
    double reach;    /* the largest distance since the first close */
};

void wma_init(struct wma *wma, uint32_t period);

/* `leaving` is the close `period` candles before this one; ignored until the window is full.
 * Returns false while warming up; *ret_value is then untouched. When a full window moves on, every
 * weight in it falls by one, which takes the old sum away. */
static inline bool wma_update(struct wma *wma, double close, double leaving, double *ret_value)
{
    if (wma->count == 0)
        wma->origin = close;
    const double distance = close - wma->origin;
    if (wma->count == wma->period) {
        wma->weighted += wma->period * distance - wma->sum;
        wma->sum += close - leaving;
    } else {
        wma->count++;
        wma->weighted += wma->count * distance;
        wma->sum += distance;
    }
    if (fabs(distance) > wma->reach)
        wma->reach = fabs(distance);
    if (wma->count < wma->period)
        return false;
    *ret_value = wma->origin + wma->weighted / wma->divisor;
    return true;
}

/* True when the sums have been so much larger than the price that rounding shows. */
bool wma_worn(const struct wma *wma, double close);
