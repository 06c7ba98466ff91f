/* SPDX-License-Identifier: MIT */
#include "core/indicator/stddev.h"

#include "core/base/check.h"

/* The running sum carries an error of about 1e-14 of its peak. Below this part of the peak that
 * error would show in the tenth digit, so the sum is rebuilt. */
#define WORN_RATIO 1e-4

void stddev_init(struct stddev *stddev, uint32_t period)
{
    CHECK(period >= 1);
    *stddev = (struct stddev){.period = period, .weight = 1.0 / period};
}

bool stddev_worn(const struct stddev *stddev)
{
    return stddev->square_sum < stddev->square_sum_peak * WORN_RATIO;
}
