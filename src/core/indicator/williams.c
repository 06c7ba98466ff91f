/* SPDX-License-Identifier: MIT */
#include "core/indicator/williams.h"

void williams_init(struct williams *williams, uint32_t period)
{
    extremes_init(&williams->extremes, period);
}

bool williams_update(struct williams *williams, double *store, double high, double low,
                     double close, double *ret_value)
{
    double range[2];
    if (!extremes_update(&williams->extremes, store, high, low, range))
        return false;
    const double reach = range[0] - range[1];
    *ret_value = reach > 0 ? -100 * ((range[0] - close) / reach) : 0;
    return true;
}
