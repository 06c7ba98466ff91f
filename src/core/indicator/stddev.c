/* SPDX-License-Identifier: MIT */
#include "core/indicator/stddev.h"

#include <math.h>

#include "core/base/check.h"

/* The running sum carries an error of about 1e-14 of its peak. Below this part of the peak that
 * error would show in the tenth digit, so the sum is rebuilt. */
#define WORN_RATIO 1e-4

void stddev_init(struct stddev *stddev, uint32_t period)
{
    CHECK(period >= 1);
    *stddev = (struct stddev){.period = period};
}

bool stddev_update(struct stddev *stddev, double close, double leaving)
{
    const double mean_before = stddev->mean;
    if (stddev->count == stddev->period) {
        const double move = close - leaving;
        stddev->mean += move / stddev->period;
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

bool stddev_worn(const struct stddev *stddev)
{
    return stddev->square_sum < stddev->square_sum_peak * WORN_RATIO;
}

double stddev_read(const struct stddev *stddev)
{
    const double variance = stddev->square_sum / stddev->period;
    return variance > 0 ? sqrt(variance) : 0;
}
