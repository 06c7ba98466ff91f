/* SPDX-License-Identifier: MIT */
/*
 * One figure for an order book, -1 (it leans to sellers) to 1 (to buyers), of five parts, each in
 * -1..1 and kept beside it. Level i of a side, 0 the best, weighs decay^i.
 *
 *   imbalance  (B - A) / (B + A), the weighted quantities of bids and asks.
 *   delta      (b - a) / (resting quantity of both sides), b and a what was added to bids and asks
 *              less what was taken or cancelled, over the last `window`; cut at -1 and 1. A level
 *              that only comes into view, or leaves it, is no flow.
 *   whales     (Wb - Wa) / (B + A), the weighted quantities of the whales (book_wall.h).
 *   voids      Va - Vb: of a side, decay^i of the void nearest to the touch, 0 without one. The gap
 *              behind level i is a void when it is `void_times` the mean of all other gaps of both
 *              sides, of which there must be four, and `void_min` of the price. Nothing above the
 *              price lets it rise.
 *   spoofing   (Sa - Sb) / spoof_full, cut at -1 and 1: the spoofs of each side (book_wall.h), each
 *              fading over `spoof_memory`. Bids that were a sham speak for a fall.
 *   score      the mean of the five by their weights.
 *
 * Fed with each state of the book and, for the spoofing, the trades, in order of time; time that
 * goes back stands still. A book that is empty, one-sided or crossed has zeros for figures; the
 * next sound one is a new beginning, what changed between is not flow. The window's parts begin at
 * fixed times, so of its oldest twentieth anything from nothing to all is in it.
 *
 * Zeros are one that has seen nothing.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/base/option.h"
#include "core/market/book_wall.h"

struct book_score_config {
    int64_t levels;
    double decay;
    int64_t window_ns;
    double whale_times;
    double void_times;
    double void_min;
    int64_t spoof_life_ns;
    double spoof_near;
    int64_t spoof_memory_ns;
    double spoof_full;
    double imbalance_weight;
    double delta_weight;
    double whales_weight;
    double voids_weight;
    double spoofing_weight;
};

extern const struct option book_score_options[];
extern const uint32_t book_score_option_count;

struct book_flow {
    int64_t number; /* of the part of time */
    double net_lots[2];
};

struct book_score {
    int64_t time_ns;          /* of the newest event */
    struct ladder ladders[2]; /* by enum side; both empty unless the book was sound */
    struct walls walls[2];
    struct book_flow flows[BOOK_FLOW_PARTS]; /* number % BOOK_FLOW_PARTS */
};

struct book_figures {
    double imbalance;
    double delta;
    double whales;
    double voids;
    double spoofing;
    double score;
};

/* The book is now so. */
void book_score_update(struct book_score *score, const struct book_score_config *config,
                       const struct book *book, int64_t time_ns);

void book_score_trade(struct book_score *score, const struct trade *trade);

/* The next book is a snapshot: what changed since the last is not known. */
void book_score_forget(struct book_score *score);

/* Every figure as of `now_ns`. */
void book_score_read(const struct book_score *score, const struct book_score_config *config,
                     int64_t now_ns, struct book_figures *ret);
