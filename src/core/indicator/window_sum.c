/* SPDX-License-Identifier: MIT */
#include "core/indicator/window_sum.h"

#include "core/base/check.h"

void window_sum_init(struct window_sum *sum, uint32_t period)
{
    CHECK(period >= 1);
    *sum = (struct window_sum){.period = period};
}

/* The block is complete: each place gets the sum from there to the end. */
static void window_sum_turn(struct window_sum *sum, double *store)
{
    double tail = 0;
    for (uint32_t i = sum->period; i-- > 0;)
        store[i] = tail += store[i];
    sum->at = 0;
    sum->full = true;
}

bool window_sum_update(struct window_sum *sum, double *store, double value, double *ret_value)
{
    const uint32_t at = sum->at;
    sum->so_far = at == 0 ? value : sum->so_far + value;
    store[at] = value;
    sum->at = at + 1;
    if (sum->at == sum->period) {
        window_sum_turn(sum, store);
        *ret_value = sum->so_far;
        return true;
    }
    if (!sum->full)
        return false;
    *ret_value = store[at + 1] + sum->so_far;
    return true;
}
