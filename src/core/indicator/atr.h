/* SPDX-License-Identifier: MIT */
/*
 * Average True Range (J. W. Wilder, 1978), in price.
 *
 * The first value arrives with candle number period + 1: the mean of `period` true ranges
 * (core/indicator/true_range.h); then each is smoothed in by 1/period.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/indicator/true_range.h"

struct atr {
    uint32_t period;
    uint32_t count;    /* true ranges seen; saturates at period */
    double weight;     /* 1 / period */
    double close_last; /* 0 until the first candle */
    double value;      /* a sum while count < period */
};

void atr_init(struct atr *atr, uint32_t period);

/* Returns false while warming up; *ret_value is then untouched. Prices are positive. Inline: a
 * panel has several, some of them inside other indicators. */
static inline bool atr_update(struct atr *atr, double high, double low, double close,
                              double *ret_value)
{
    double close_before = atr->close_last;
    atr->close_last = close;
    if (close_before <= 0)
        return false;

    double range = true_range_of(high, low, close_before);
    if (atr->count == atr->period) {
        atr->value += (range - atr->value) * atr->weight;
    } else {
        atr->value += range;
        if (++atr->count < atr->period)
            return false;
        atr->value /= atr->period;
    }
    *ret_value = atr->value;
    return true;
}
