/* SPDX-License-Identifier: MIT */
/*
 * Volume ratio: a candle's volume over the average volume of the `period` candles before it. 1 is
 * usual, 3 a burst. The first value arrives with candle number period + 1.
 *
 * After a window without any trade a candle without trades reads 1, and any volume reads
 * VOLUME_RATIO_MAX, which no ratio exceeds: infinitely more than nothing is not a figure.
 * Holds the sum, not the window: each update is told the volume that leaves. Volumes differ by many
 * orders of magnitude, so when the sum has fallen far below its peak volume_ratio_worn asks to be
 * begun anew on the window, as is also done at fixed candle times.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define VOLUME_RATIO_MAX 1000.0

/* The running sum carries an error of about 1e-14 of its peak; below this part of it, rebuild. */
#define VOLUME_RATIO_WORN 1e-4

struct volume_ratio {
    uint32_t period;
    uint32_t count; /* volumes in the sum; saturates at period */
    double sum;
    double sum_peak; /* its highest */
};

void volume_ratio_init(struct volume_ratio *ratio, uint32_t period);

/* `leaving` is the volume `period` candles before this one; ignored until the window is full.
 * Returns false while warming up; *ret_value is then untouched. */
bool volume_ratio_update(struct volume_ratio *ratio, double volume, double leaving,
                         double *ret_value);

/* True when the running sum has lost digits: begin anew on the window. */
static inline bool volume_ratio_worn(const struct volume_ratio *ratio)
{
    return ratio->sum < ratio->sum_peak * VOLUME_RATIO_WORN;
}
