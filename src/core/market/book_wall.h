/* SPDX-License-Identifier: MIT */
/*
 * Whales and spoofing: levels of a book that are far larger than their peers, and those of them
 * that were taken away before anybody could trade with them.
 *
 * The whales of a side are its k largest levels, k the greatest, at most a quarter of the levels,
 * for which even the k-th is `times` the mean of the levels that are not among them. A side of
 * fewer than four levels has none.
 *
 * A whale is followed as a *wall* from when it is first seen. It is gone when less than half of its
 * peak is left. The quantity is held against the trades at its price for WALL_GRACE_NS more,
 * because a trade and the book it leaves come in either order; then it was spoofed, unless half of
 * what is missing was traded, it stood longer than `life_ns`, it was further from the side's best
 * price than `near` (a fraction of the price), or the best price had not come nearer since it was
 * put up, or within the grace a whale of at least half its size stands as near or nearer: it was
 * moved. A wall that falls out of the levels looked at is forgotten: nothing is known of it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/base/limits.h"
#include "core/market/book.h"
#include "core/market/trade.h"

#define WALL_GRACE_NS INT64_C(1000000000)

/* The best levels of a side as they were last seen. */
struct ladder {
    uint32_t count;
    bool whole; /* there is nothing below them */
    struct level levels[BOOK_SCORE_LEVELS_MAX];
};

struct wall {
    int64_t price_ticks;
    int64_t peak_lots;
    int64_t left_lots;    /* once it is gone */
    int64_t traded_lots;  /* at its price since it is followed */
    int64_t behind_ticks; /* its distance from the best price when it was put up */
    int64_t born_ns;
    int64_t gone_ns; /* INT64_MIN while it stands */
};

struct walls {
    uint32_t count; /* of list; one more than fit is not followed */
    uint32_t spoof_count;
    int64_t least_lots; /* of a whale, by the newest ladder; INT64_MAX: there is none */
    struct wall list[BOOK_WALLS_MAX];
    int64_t spoofs_ns[BOOK_SPOOFS_MAX]; /* when, a ring: spoof_count % BOOK_SPOOFS_MAX is next */
};

struct wall_rule {
    double times;
    double near;
    int64_t life_ns;
};

/* How far a price of `side` stands behind its best price; negative: before it. */
static inline int64_t ladder_behind(const struct ladder *ladder, enum side side,
                                    int64_t price_ticks)
{
    const int64_t best = ladder->levels[0].price_ticks;
    return side == SIDE_BUY ? best - price_ticks : price_ticks - best;
}

/* The side is now as `ladder` says, which has a level at least. */
void walls_update(struct walls *walls, const struct wall_rule *rule, enum side side,
                  const struct ladder *ladder, int64_t now_ns);

/* A trade that took from this side. */
void walls_trade(struct walls *walls, const struct trade *trade);

/* Judges the walls whose grace is over. Called as time passes, before walls_update. */
void walls_settle(struct walls *walls, int64_t now_ns);

/* What was seen is no longer followed; what was found stays. */
void walls_forget(struct walls *walls);

/* The spoofs of the last memory_ns, each counting 1 when it was found and linearly less until 0. */
double walls_spoofing(const struct walls *walls, int64_t memory_ns, int64_t now_ns);
