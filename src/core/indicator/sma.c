/* SPDX-License-Identifier: MIT */
#include "core/indicator/sma.h"

#include "core/base/check.h"

void sma_init(struct sma *sma, uint32_t period)
{
    CHECK(period >= 1);
    *sma = (struct sma){.period = period};
}

void sma_restart(struct sma *sma, const double *window)
{
    double sum = 0;
    for (uint32_t i = 0; i < sma->period; i++)
        sum += window[i];
    sma->count = sma->period;
    sma->sum = sum;
}
