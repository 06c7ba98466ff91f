/* SPDX-License-Identifier: MIT */
/*
 * The resting orders of a pair as price levels: a seeded book round the trades of the tape. Before
 * a trade the touch comes to its price (liquidity_shape), the trade takes from it
 * (liquidity_take), and between trades levels come, go and change (liquidity_stir).
 *
 * A `view` is what a subscriber of one depth holds. view_update gives the changes that bring it up
 * to date, in Kraken's way: quantity 0 deletes; a level that only falls off the depth is not
 * mentioned, since the client cuts; one that re-enters is sent again.
 */
#pragma once

#include <stdint.h>

#include "core/base/prng.h"
#include "core/market/book.h"
#include "core/market/pair.h"
#include "core/market/trade.h"

#define LIQUIDITY_LEVELS_MAX 128

struct liquidity_side {
    uint32_t count;
    struct level levels[LIQUIDITY_LEVELS_MAX]; /* best first */
};

struct liquidity {
    struct prng prng;
    int64_t tick_step;
    int64_t gap_steps;    /* usual distance between levels */
    int64_t spread_steps; /* usual distance between best bid and ask */
    int64_t qty_usual_lots;
    struct liquidity_side sides[2]; /* by enum side */
};

/* A book round a price, for a pair that sees day_qty_lots on a usual day. */
void liquidity_init(struct liquidity *liquidity, const struct pair *terms, int64_t price_ticks,
                    int64_t day_qty_lots, uint64_t seed);

/* The touch moves to where `trade` will happen, with enough there for it. */
void liquidity_shape(struct liquidity *liquidity, const struct trade *trade);

/* The trade takes what it takes. */
void liquidity_take(struct liquidity *liquidity, const struct trade *trade);

/* A few levels change without a trade. */
void liquidity_stir(struct liquidity *liquidity);

struct view {
    uint32_t depth;
    struct liquidity_side sides[2];
};

/* At most four times the levels: each may be deleted and another come, on both sides. */
#define VIEW_CHANGES_MAX (4 * LIQUIDITY_LEVELS_MAX)

/* Changes into out[VIEW_CHANGES_MAX], deletes of a side before its other changes. */
uint32_t view_update(struct view *view, const struct liquidity_side sides[2],
                     struct level_change *out);

/* Kraken's checksum of the best ten asks, then bids. */
uint32_t view_checksum(const struct view *view);
