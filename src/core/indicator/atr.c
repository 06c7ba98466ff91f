/* SPDX-License-Identifier: MIT */
#include "core/indicator/atr.h"

#include "core/base/check.h"

void atr_init(struct atr *atr, uint32_t period)
{
    CHECK(period >= 1);
    *atr = (struct atr){.period = period, .weight = 1.0 / period};
}
