/* SPDX-License-Identifier: MIT */
#include "core/indicator/wma.h"

#include "core/base/check.h"

/* Between two fresh starts, 1,024 candles, the sums gather some 1e-12 of their reach: 16 times the
 * price is still well within 1e-9 of it. */
#define WORN_REACH 16

void wma_init(struct wma *wma, uint32_t period)
{
    CHECK(period >= 1);
    *wma = (struct wma){.period = period, .divisor = 0.5 * period * (period + 1.0)};
}

bool wma_worn(const struct wma *wma, double close)
{
    return wma->reach > WORN_REACH * close;
}
