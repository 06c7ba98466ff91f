/* SPDX-License-Identifier: MIT */
#include "core/indicator/extremes.h"

#include "core/base/check.h"

void extremes_init(struct extremes *extremes, uint32_t period)
{
    CHECK(period >= 1);
    *extremes = (struct extremes){.period = period};
}

/* Each place gets the extremes from there to the block's end. */
void extremes_turn(struct extremes *extremes, double *store)
{
    double *highs = store, *lows = store + extremes->period;
    double high = highs[extremes->period - 1], low = lows[extremes->period - 1];
    for (uint32_t i = extremes->period - 1; i-- > 0;) {
        highs[i] = high = extremes_higher(high, highs[i]);
        lows[i] = low = extremes_lower(low, lows[i]);
    }
    extremes->at = 0;
    extremes->full = true;
}
