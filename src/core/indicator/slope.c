/* SPDX-License-Identifier: MIT */
#include "core/indicator/slope.h"

#include <math.h>

#include "core/base/check.h"

#define WORN_REACH 16 /* as in wma.c */

void slope_init(struct slope *slope, uint32_t period)
{
    CHECK(period >= 2);
    const double n = period;
    *slope = (struct slope){
        .period = period,
        .middle = 0.5 * (n - 1),
        .divisor = n * (n * n - 1) / 12,
    };
}

/* A full window moves on: each place falls by one, which takes the sum of those that stay away;
 * the newest comes at +middle, and the one that leaves stood at -middle. */
bool slope_update(struct slope *slope, double close, double leaving, double *ret_value)
{
    if (slope->count == 0)
        slope->origin = close;
    const double distance = close - slope->origin;
    if (slope->count == slope->period) {
        const double gone = leaving - slope->origin;
        slope->moment += slope->middle * (distance + gone) - (slope->sum - gone);
        slope->sum += close - leaving;
    } else {
        slope->moment += (slope->count - slope->middle) * distance;
        slope->sum += distance;
        slope->count++;
    }
    if (fabs(distance) > slope->reach)
        slope->reach = fabs(distance);
    if (slope->count < slope->period)
        return false;
    *ret_value = slope->moment / slope->divisor;
    return true;
}

bool slope_worn(const struct slope *slope, double close)
{
    return slope->reach > WORN_REACH * close;
}
