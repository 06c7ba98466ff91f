/* SPDX-License-Identifier: MIT */
#include "core/indicator/cci.h"

#include <math.h>

#include "core/base/check.h"

void cci_init(struct cci *cci, uint32_t period)
{
    CHECK(period >= 1);
    *cci = (struct cci){.period = period};
}

/* Four sums at once: a single one waits for each addition. */
static double cci_mean_distance(const double *window, uint32_t period, double from)
{
    double sums[4] = {0};
    uint32_t i = 0;
    for (; i + 4 <= period; i += 4)
        for (uint32_t k = 0; k < 4; k++)
            sums[k] += window[i + k] - from;
    for (; i < period; i++)
        sums[0] += window[i] - from;
    return ((sums[0] + sums[1]) + (sums[2] + sums[3])) / period;
}

static double cci_mean_deviation(const double *window, uint32_t period, double mean)
{
    double sums[4] = {0};
    uint32_t i = 0;
    for (; i + 4 <= period; i += 4)
        for (uint32_t k = 0; k < 4; k++)
            sums[k] += fabs(window[i + k] - mean);
    for (; i < period; i++)
        sums[0] += fabs(window[i] - mean);
    return ((sums[0] + sums[1]) + (sums[2] + sums[3])) / period;
}

bool cci_update(struct cci *cci, double *store, double typical, double *ret_value)
{
    store[cci->at] = typical;
    cci->at = cci->at + 1 == cci->period ? 0 : cci->at + 1;
    if (cci->count < cci->period && ++cci->count < cci->period)
        return false;
    const double distance = cci_mean_distance(store, cci->period, typical);
    const double deviation = cci_mean_deviation(store, cci->period, typical + distance);
    *ret_value = deviation > 0 ? -distance / (0.015 * deviation) : 0;
    return true;
}
