/* SPDX-License-Identifier: MIT */
/*
 * Relative Strength Index (J. W. Wilder, 1978).
 *
 * Feed one close per candle. The first value arrives with close number period + 1: the averages of
 * the first `period` gains and losses; then each is smoothed by 1/period.
 * A market that has not moved at all reads 50: neither side is stronger.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct rsi {
    uint32_t period;
    uint32_t move_count; /* saturates at period */
    double weight;       /* 1 / period */
    double close_last;   /* 0 until the first close */
    double gain_avg;     /* a sum while move_count < period */
    double loss_avg;
};

void rsi_init(struct rsi *rsi, uint32_t period);

/* Returns false while warming up; *ret_value (0..100) is then untouched. Closes are positive. */
bool rsi_update(struct rsi *rsi, double close, double *ret_value);
