/* SPDX-License-Identifier: MIT */
/*
 * The sum of the last `period` values, whatever they are, without drift: nothing is ever taken away
 * from a sum, so a burst leaves no rounding behind when it has gone. The first sum arrives with
 * value number `period`.
 *
 * In blocks, as core/indicator/extremes.h draws them: the sum from a place of the block before to
 * that block's end, and the sum of this block so far.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct window_sum {
    uint32_t period;
    uint32_t at; /* place in the block, 0..period - 1 */
    bool full;   /* there is a block before */
    double so_far;
};

/* Doubles that window_sum_update is given to keep. */
static inline uint32_t window_sum_store(uint32_t period)
{
    return period;
}

void window_sum_init(struct window_sum *sum, uint32_t period);

/* For window_sum_update alone: a block is complete. */
void window_sum_turn(struct window_sum *sum, double *store);

/* Returns false until the window is full; *ret_value is then untouched. */
static inline bool window_sum_update(struct window_sum *sum, double *store, double value,
                                     double *ret_value)
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
