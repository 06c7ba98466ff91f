/* SPDX-License-Identifier: MIT */
#include "core/indicator/window_sum.h"

#include "core/base/check.h"

void window_sum_init(struct window_sum *sum, uint32_t period)
{
    CHECK(period >= 1);
    *sum = (struct window_sum){.period = period};
}

/* The block is complete: each place gets the sum from there to the end. */
void window_sum_turn(struct window_sum *sum, double *store)
{
    double tail = 0;
    for (uint32_t i = sum->period; i-- > 0;)
        store[i] = tail += store[i];
    sum->at = 0;
    sum->full = true;
}
