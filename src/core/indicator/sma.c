/* SPDX-License-Identifier: MIT */
#include "core/indicator/sma.h"

#include "core/base/check.h"

void sma_init(struct sma *sma, uint32_t period)
{
    CHECK(period >= 1);
    *sma = (struct sma){.period = period};
}
