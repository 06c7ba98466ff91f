/* SPDX-License-Identifier: MIT */
#include "core/indicator/keltner.h"

#include "core/base/check.h"

void keltner_init(struct keltner *keltner, uint32_t period, uint32_t atr_period, double factor)
{
    CHECK(factor > 0);
    keltner->factor = factor;
    ema_init(&keltner->middle, period);
    atr_init(&keltner->range, atr_period);
}

bool keltner_update(struct keltner *keltner, double high, double low, double close,
                    double ret_values[3])
{
    double middle, range;
    const bool middle_ready = ema_update(&keltner->middle, close, &middle);
    const bool range_ready = atr_update(&keltner->range, high, low, close, &range);
    if (!middle_ready || !range_ready)
        return false;
    ret_values[0] = middle;
    ret_values[1] = middle + keltner->factor * range;
    ret_values[2] = middle - keltner->factor * range;
    return true;
}
