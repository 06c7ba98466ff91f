/* SPDX-License-Identifier: MIT */
/*
 * Exponential moving average with the weight 2 / (period + 1) on the newest close, seeded with the
 * simple average of the first `period` closes, as TA-Lib does.
 *
 * The first value arrives with close number `period`. The seed fades by 1 - weight a candle: after
 * three more periods less than 0.3 % of it is left.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct ema {
    uint32_t period;
    uint32_t count; /* saturates at period */
    double weight;
    double value; /* the sum of the closes while count < period */
};

void ema_init(struct ema *ema, uint32_t period);

/* Returns false while warming up; *ret_value is then untouched. */
static inline bool ema_update(struct ema *ema, double close, double *ret_value)
{
    if (ema->count == ema->period) {
        ema->value += (close - ema->value) * ema->weight;
    } else {
        ema->value += close;
        if (++ema->count < ema->period)
            return false;
        ema->value /= ema->period;
    }
    *ret_value = ema->value;
    return true;
}
