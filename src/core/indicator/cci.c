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
    double a = 0, b = 0, c = 0, d = 0;
    uint32_t i = 0;
    for (; i + 4 <= period; i += 4) {
        a += window[i] - from;
        b += window[i + 1] - from;
        c += window[i + 2] - from;
        d += window[i + 3] - from;
    }
    for (; i < period; i++)
        a += window[i] - from;
    return ((a + b) + (c + d)) / period;
}

/* From the mean, which lies `distance` from `from`: that far apart the prices keep every digit,
 * even where they differ in their last one alone. */
static double cci_mean_deviation(const double *window, uint32_t period, double from,
                                 double distance)
{
    double a = 0, b = 0, c = 0, d = 0;
    uint32_t i = 0;
    for (; i + 4 <= period; i += 4) {
        a += fabs((window[i] - from) - distance);
        b += fabs((window[i + 1] - from) - distance);
        c += fabs((window[i + 2] - from) - distance);
        d += fabs((window[i + 3] - from) - distance);
    }
    for (; i < period; i++)
        a += fabs((window[i] - from) - distance);
    return ((a + b) + (c + d)) / period;
}

bool cci_update(struct cci *cci, double *store, double typical, double *ret_value)
{
    store[cci->at] = typical;
    cci->at = cci->at + 1 == cci->period ? 0 : cci->at + 1;
    if (cci->count < cci->period && ++cci->count < cci->period)
        return false;
    const double distance = cci_mean_distance(store, cci->period, typical);
    const double deviation = cci_mean_deviation(store, cci->period, typical, distance);
    *ret_value = deviation > 0 ? -distance / (0.015 * deviation) : 0;
    return true;
}
