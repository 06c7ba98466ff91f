/* SPDX-License-Identifier: MIT */
/*
 * The highest high and the lowest low of the last `period` candles, in price. The first values
 * arrive with candle number `period`.
 *
 * A monotonic queue, laid out flat, in blocks of `period` candles (van Herk 1992, Gil and Werman
 * 1993). Of the block before it keeps from each place the highest up to that block's end; of its
 * own the highest so far:
 *
 *     block before          this block
 *     . . . 7 5 5 4 4     | 3 6 _ _ _ _ _ _      window: from the 7 to the 6
 *           ^ suffix        ^ so far: 6          highest: max(7, 6)
 *
 * One comparison a candle, and one more when a block is turned round; no branch depends on the
 * prices, which a queue that drops and keeps by comparison pays for with a misprediction a candle.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct extremes {
    uint32_t period;
    uint32_t at; /* place in the block, 0..period - 1 */
    bool full;   /* there is a block before */
    double high; /* of the block so far */
    double low;
};

/* Doubles that extremes_update is given to keep; what is in them at the start does not matter. */
static inline uint32_t extremes_store(uint32_t period)
{
    return 2 * period;
}

void extremes_init(struct extremes *extremes, uint32_t period);

/* For extremes_update alone: a block is complete. */
void extremes_turn(struct extremes *extremes, double *store);

static inline double extremes_higher(double a, double b)
{
    return a > b ? a : b;
}

static inline double extremes_lower(double a, double b)
{
    return a < b ? a : b;
}

/* Writes highest, lowest. Returns false while warming up; ret_values is then untouched. */
static inline bool extremes_update(struct extremes *extremes, double *store, double high,
                                   double low, double ret_values[2])
{
    double *highs = store, *lows = store + extremes->period;
    const uint32_t at = extremes->at;
    extremes->high = at == 0 ? high : extremes_higher(extremes->high, high);
    extremes->low = at == 0 ? low : extremes_lower(extremes->low, low);
    highs[at] = high;
    lows[at] = low;
    extremes->at = at + 1;
    if (extremes->at == extremes->period) {
        extremes_turn(extremes, store);
        ret_values[0] = extremes->high;
        ret_values[1] = extremes->low;
        return true;
    }
    if (!extremes->full)
        return false;
    ret_values[0] = extremes_higher(highs[at + 1], extremes->high);
    ret_values[1] = extremes_lower(lows[at + 1], extremes->low);
    return true;
}
