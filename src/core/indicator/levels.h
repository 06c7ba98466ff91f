/* SPDX-License-Identifier: MIT */
/*
 * Support and resistance by touches, in price.
 *
 * A swing high (B. Williams' fractal, 1995) is a candle whose high is at or above the highs of the
 * LEVELS_REACH candles before it and above those of the LEVELS_REACH after it, so it is known that
 * many candles late; a swing low is its mirror. Swing highs within the last `period` candles, their
 * neighbours included, that lie within `tolerance` (a part of the price) of the highest among them
 * are touches of one level, whose price is their mean. Resistance is the level with the most
 * touches, of equals the highest; support the same of swing lows, of equals the lowest.
 *
 * Neither knows where the market stands now: a resistance that the close has broken is still the
 * one it broke. A window without a swing has no level there: price 0 and no touches. The first
 * values arrive with candle number `period`. A candle that brings or ends no swing costs a few
 * comparisons; one that does costs O(swings), at most a third of the period, mostly far less.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define LEVELS_REACH 2

/* The swings of one side; prices are kept with the sign that makes a resistance of both. */
struct levels_side {
    uint32_t count;
    uint32_t touches;
    double price;  /* of the level; 0 none */
    double top;    /* the highest of its touches */
    double oldest; /* the first candle that has a swing here */
};

struct levels {
    uint32_t period;
    uint32_t candle_count;
    double tolerance;
    struct levels_side support;
    struct levels_side resistance;
};

enum {
    LEVELS_SUPPORT,
    LEVELS_RESISTANCE,
    LEVELS_SUPPORT_TOUCHES,
    LEVELS_RESISTANCE_TOUCHES,
    LEVELS_OUTPUTS,
};

/* Swings of one side that a window can hold: they are more than LEVELS_REACH candles apart. */
static inline uint32_t levels_swings(uint32_t period)
{
    return period / (LEVELS_REACH + 1) + 1;
}

/* Doubles that levels_update is given to keep: a side has its newest highs, its swings' prices in
 * order, and the candle of each. */
static inline uint32_t levels_store(uint32_t period)
{
    return 2 * (2 * LEVELS_REACH + 1 + 2 * levels_swings(period));
}

/* period > 2 * LEVELS_REACH, 0 <= tolerance < 1. */
void levels_init(struct levels *levels, uint32_t period, double tolerance);

/* Returns false while warming up; ret_values is then untouched. */
bool levels_update(struct levels *levels, double *store, double high, double low,
                   double ret_values[LEVELS_OUTPUTS]);
