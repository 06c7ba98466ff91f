/* SPDX-License-Identifier: MIT */
/*
 * Rate of change, in percent: the close over the one `period` candles before, less one. The first
 * value arrives with close number period + 1. In a flat market it is 0.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct roc {
    uint32_t period;
    uint32_t count; /* closes seen; saturates at period */
};

void roc_init(struct roc *roc, uint32_t period);

/* `before` is the close `period` candles before this one; ignored while warming up, when it returns
 * false and *ret_value is untouched. Closes are positive. */
static inline bool roc_update(struct roc *roc, double close, double before, double *ret_value)
{
    if (roc->count < roc->period) {
        roc->count++;
        return false;
    }
    *ret_value = 100 * ((close - before) / before);
    return true;
}
