/* SPDX-License-Identifier: MIT */
/*
 * Bollinger bands: the mean of the last `period` closes, and that many (`factor`) population
 * standard deviations above and below it. The first value arrives with close number `period`.
 *
 * Holds no window: each update is told the close that leaves. The mean and the sum of squared
 * distances from it are moved along (Welford's update for a sliding window), never a difference of
 * two large sums, so prices near 1e-5 keep their digits. What rounding cannot survive is a spike
 * that leaves the window and takes nearly all of the sum with it: then bollinger_worn says so, and
 * the caller rebuilds from the window at once, as it does anyway at fixed candle times.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct bollinger {
    uint32_t period;
    uint32_t count; /* closes seen; saturates at period */
    double factor;
    double mean;
    double square_sum;      /* of the distances from the mean */
    double square_sum_peak; /* its highest since the last restart */
};

void bollinger_init(struct bollinger *bollinger, uint32_t period, double factor);

/* Rebuilds from the window's `period` closes, oldest first, in two passes. */
void bollinger_restart(struct bollinger *bollinger, const double *window);

/* `leaving` is the close `period` candles before this one; ignored until the window is full.
 * Returns whether the window is full, that is: whether bollinger_read may be called. */
bool bollinger_update(struct bollinger *bollinger, double close, double leaving);

/* True when the window has calmed down so far that the running sum has lost digits: restart. */
bool bollinger_worn(const struct bollinger *bollinger);

/* Writes middle, upper, lower. */
void bollinger_read(const struct bollinger *bollinger, double ret_values[3]);
