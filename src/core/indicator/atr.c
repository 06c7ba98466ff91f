/* SPDX-License-Identifier: MIT */
#include "core/indicator/atr.h"

#include "core/base/check.h"
#include "core/indicator/true_range.h"

void atr_init(struct atr *atr, uint32_t period)
{
    CHECK(period >= 1);
    *atr = (struct atr){.period = period, .weight = 1.0 / period};
}

bool atr_update(struct atr *atr, double high, double low, double close, double *ret_value)
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
