/* SPDX-License-Identifier: MIT */
/*
 * Standard deviation of the last `period` closes, in price: the root of the mean squared distance
 * from their mean (the population's, as TA-Lib's). The first value arrives with close number
 * `period`. A flat market's is exactly 0.
 *
 * Holds no window: each update is told the close that leaves. The mean and the sum of squared
 * distances from it are moved along (Welford's update for a sliding window), never a difference of
 * two large sums, so prices near 1e-5 keep their digits; TA-Lib takes a variance below 1e-14 for 0
 * there. What rounding cannot survive is a spike that leaves the window and takes nearly all of the
 * sum with it: then stddev_worn asks to be begun anew on the window, as is also done at fixed
 * candle times.
 */
#pragma once

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

/* The running sum carries an error of about 1e-14 of its peak. Below this part of the peak that
 * error would show in the tenth digit, so the sum is rebuilt. */
#define STDDEV_WORN 1e-4

struct stddev {
    uint32_t period;
    uint32_t count; /* closes seen; saturates at period */
    double weight;  /* 1 / period */
    double mean;
    double square_sum;      /* of the distances from the mean */
    double square_sum_peak; /* its highest */
};

void stddev_init(struct stddev *stddev, uint32_t period);

/* `leaving` is the close `period` candles before this one; ignored until the window is full.
 * Returns whether the window is full; then `mean` is the mean, and stddev_read may be called. */
static inline bool stddev_update(struct stddev *stddev, double close, double leaving)
{
    const double mean_before = stddev->mean;
    if (stddev->count == stddev->period) {
        const double move = close - leaving;
        stddev->mean += move * stddev->weight;
        stddev->square_sum += move * ((close - stddev->mean) + (leaving - mean_before));
    } else {
        stddev->count++;
        stddev->mean += (close - mean_before) / stddev->count;
        stddev->square_sum += (close - mean_before) * (close - stddev->mean);
    }
    if (stddev->square_sum > stddev->square_sum_peak)
        stddev->square_sum_peak = stddev->square_sum;
    return stddev->count == stddev->period;
}

/* True when the window has calmed down so far that the running sum has lost digits. */
static inline bool stddev_worn(const struct stddev *stddev)
{
    return stddev->square_sum < stddev->square_sum_peak * STDDEV_WORN;
}

static inline double stddev_read(const struct stddev *stddev)
{
    const double variance = stddev->square_sum * stddev->weight;
    return variance > 0 ? sqrt(variance) : 0;
}
