/* SPDX-License-Identifier: MIT */
#include "core/indicator/wma.h"

#include <math.h>

#include "core/base/check.h"

/* Between two fresh starts, 1,024 candles, the sums gather some 1e-12 of their reach: 16 times the
 * price is still well within 1e-9 of it. */
#define WORN_REACH 16

void wma_init(struct wma *wma, uint32_t period)
{
    CHECK(period >= 1);
    *wma = (struct wma){.period = period};
}

/* A full window moves on: every weight in it falls by one, which takes the old sum away. */
bool wma_update(struct wma *wma, double close, double leaving, double *ret_value)
{
    if (wma->count == 0)
        wma->origin = close;
    const double distance = close - wma->origin;
    if (wma->count == wma->period) {
        wma->weighted += wma->period * distance - wma->sum;
        wma->sum += close - leaving;
    } else {
        wma->count++;
        wma->weighted += wma->count * distance;
        wma->sum += distance;
    }
    wma->reach = fmax(wma->reach, fabs(distance));
    if (wma->count < wma->period)
        return false;
    *ret_value = wma->origin + wma->weighted / (0.5 * wma->period * (wma->period + 1.0));
    return true;
}

bool wma_worn(const struct wma *wma, double close)
{
    return wma->reach > WORN_REACH * close;
}
