/* SPDX-License-Identifier: MIT */
/*
 * Keltner channel in Linda Raschke's form (C. Keltner, 1960), in price: the EMA of the closes, and
 * `factor` ATRs above and below it. The first value arrives when both are there: with candle number
 * period or atr_period + 1, whichever is later. In a flat market all three are its price.
 */
#pragma once

#include "core/indicator/atr.h"
#include "core/indicator/ema.h"

struct keltner {
    struct ema middle;
    struct atr range;
    double factor;
};

void keltner_init(struct keltner *keltner, uint32_t period, uint32_t atr_period, double factor);

/* Writes middle, upper, lower; false while warming up, ret_values is then untouched. */
bool keltner_update(struct keltner *keltner, double high, double low, double close,
                    double ret_values[3]);
