/* SPDX-License-Identifier: MIT */
/*
 * The ladder: one stake, split into equal shares of money that are bought at equal steps below a
 * high.
 *
 *     a high of 100.00, the first rung 5 % below, a step of 1 %, five rungs; the market at 93.40
 *
 *       95.00, 94.00  reached: resting there they would fill at once, and elsewhere
 *       93.40   2/5   so the first order, at the market's price, has their shares
 *       93.00   1/5   \
 *       92.00   1/5    > these rest
 *       91.00   1/5   /
 *
 * Where none is reached the first order rests like the others. A rung stands at its part of the
 * high, reckoned in millionths, rounded down to the pair's tick_step; rungs that coarse ticks bring
 * to one price are one order with their shares, and one at the stop or below it, or below the
 * smallest price, is left out, its money with it: of a high of a tick or two there may be no order
 * at all.
 */
#pragma once

#include <stdint.h>

#include "core/base/limits.h"
#include "core/market/pair.h"
#include "core/strategy/strategy.h"

struct ladder_order {
    int64_t price_ticks;
    int64_t shares;
};

struct ladder_plan {
    int64_t shares;  /* that the stake is split into */
    int64_t reached; /* rungs at or above the market: orders[0] has them, and does not rest */
    uint32_t count;
    struct ladder_order orders[LADDER_RUNG_MAX]; /* prices fall */
};

/* price_ticks is what a buy of now would pay; stop_ticks 0: none. A high that no ticks can count
 * has no orders. */
void ladder_init(struct ladder_plan *ladder, const struct ladder_terms *terms,
                 const struct pair *pair, int64_t price_ticks, int64_t stop_ticks);

/* The part of the stake that order `index` may spend. Rounded down, but so that all of them
 * together are the stake. */
int64_t ladder_cash(const struct ladder_plan *ladder, uint32_t index, int64_t stake);

/* What a unit costs on average when the first `count` (at least one) of the orders have filled at
 * their prices: each share buys for the same money, so it is the harmonic mean. Rounded up to a
 * tick: who sizes by it reckons with no less than can be lost. */
int64_t ladder_average(const struct ladder_plan *ladder, uint32_t count);
