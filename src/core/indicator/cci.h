/* SPDX-License-Identifier: MIT */
/*
 * Commodity Channel Index (D. Lambert, 1980): the newest typical price's distance from the mean of
 * the last `period` of them, over 0.015 times their mean absolute distance from it. Mostly within
 * +-100. The first value arrives with candle number `period`. In a flat market it is 0.
 *
 * Each distance changes when the mean does, so an update costs O(period). Prices count as distances
 * from the newest, which keeps a flat market flat where TA-Lib divides one rounding by another.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/market/candle.h"

struct cci {
    uint32_t period;
    uint32_t count; /* prices seen; saturates at period */
    uint32_t at;    /* where the next one goes */
};

/* Doubles that cci_update is given to keep: the window. */
static inline uint32_t cci_store(uint32_t period)
{
    return period;
}

void cci_init(struct cci *cci, uint32_t period);

/* `typical` is candle_typical. Returns false while warming up; *ret_value is then untouched. */
bool cci_update(struct cci *cci, double *store, double typical, double *ret_value);
