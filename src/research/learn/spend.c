/* SPDX-License-Identifier: MIT */
#include "research/learn/spend.h"

#include <math.h>
#include <stdbool.h>

#include "core/base/timestamp.h"

#define WEEK_NS (7 * NS_PER_DAY)
#define MONDAY_NS (3 * NS_PER_DAY) /* 1970-01-01 was a Thursday */

int64_t spend_week(int64_t time_ns)
{
    return (time_ns + MONDAY_NS) / WEEK_NS;
}

int64_t spend_week_ns(int64_t week)
{
    return week * WEEK_NS - MONDAY_NS;
}

double spend_training(struct spend *spend, int64_t time_ns)
{
    const int64_t week = spend_week(time_ns);
    if (week > spend->week) {
        *spend = (struct spend){.week = week};
    }
    spend->trainings += spend->trainings < UINT32_MAX;
    return SPEND_WEEK * exp2(-(double)spend->trainings);
}

void spend_holm(const double *p, size_t count, double *ret_adjusted)
{
    size_t left = 0;
    double least = 0; /* what is judged later has no smaller one */
    for (size_t i = 0; i < count; i++) {
        ret_adjusted[i] = NAN;
        left += !isnan(p[i]);
    }
    for (; left > 0; left--) {
        size_t at = count;
        for (size_t i = 0; i < count; i++) {
            if (!isnan(p[i]) && isnan(ret_adjusted[i]) && (at == count || p[i] < p[at])) {
                at = i;
            }
        }
        least = fmin(fmax(least, (double)left * p[at]), 1);
        ret_adjusted[at] = least;
    }
}
