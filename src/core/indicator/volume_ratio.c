/* SPDX-License-Identifier: MIT */
#include "core/indicator/volume_ratio.h"

#include "core/base/check.h"

void volume_ratio_init(struct volume_ratio *ratio, uint32_t period)
{
    CHECK(period >= 1);
    *ratio = (struct volume_ratio){.period = period};
}

static double volume_ratio_of(double volume, double average)
{
    if (volume < VOLUME_RATIO_MAX * average)
        return volume / average;
    return volume > 0 ? VOLUME_RATIO_MAX : 1;
}

bool volume_ratio_update(struct volume_ratio *ratio, double volume, double leaving,
                         double *ret_value)
{
    bool ready = ratio->count == ratio->period;
    if (ready) {
        *ret_value = volume_ratio_of(volume, ratio->sum / ratio->period);
        ratio->sum += volume - leaving;
    } else {
        ratio->count++;
        ratio->sum += volume;
    }
    if (ratio->sum > ratio->sum_peak)
        ratio->sum_peak = ratio->sum;
    return ready;
}
