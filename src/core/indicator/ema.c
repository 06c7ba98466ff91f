/* SPDX-License-Identifier: MIT */
#include "core/indicator/ema.h"

#include "core/base/check.h"

void ema_init(struct ema *ema, uint32_t period)
{
    CHECK(period >= 1);
    *ema = (struct ema){.period = period, .weight = 2.0 / (period + 1.0)};
}
