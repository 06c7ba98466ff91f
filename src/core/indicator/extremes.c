/* SPDX-License-Identifier: MIT */
#include "core/indicator/extremes.h"

#include "core/base/check.h"

static double larger(double a, double b)
{
    return a > b ? a : b;
}

static double smaller(double a, double b)
{
    return a < b ? a : b;
}

void extremes_init(struct extremes *extremes, uint32_t period)
{
    CHECK(period >= 1);
    *extremes = (struct extremes){.period = period};
}

/* The block is complete: each place gets the extremes from there to the end. */
static void extremes_turn(struct extremes *extremes, double *highs, double *lows)
{
    double high = highs[extremes->period - 1], low = lows[extremes->period - 1];
    for (uint32_t i = extremes->period - 1; i-- > 0;) {
        highs[i] = high = larger(high, highs[i]);
        lows[i] = low = smaller(low, lows[i]);
    }
    extremes->at = 0;
    extremes->full = true;
}

bool extremes_update(struct extremes *extremes, double *store, double high, double low,
                     double ret_values[2])
{
    double *highs = store, *lows = store + extremes->period;
    const uint32_t at = extremes->at;
    extremes->high = at == 0 ? high : larger(extremes->high, high);
    extremes->low = at == 0 ? low : smaller(extremes->low, low);
    highs[at] = high;
    lows[at] = low;
    extremes->at = at + 1;
    if (extremes->at == extremes->period) {
        extremes_turn(extremes, highs, lows);
        ret_values[0] = extremes->high;
        ret_values[1] = extremes->low;
        return true;
    }
    if (!extremes->full)
        return false;
    ret_values[0] = larger(highs[at + 1], extremes->high);
    ret_values[1] = smaller(lows[at + 1], extremes->low);
    return true;
}
