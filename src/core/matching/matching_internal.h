/* SPDX-License-Identifier: MIT */
/* What matching's files share among themselves; nobody else includes this. */
#pragma once

#include "core/matching/matching.h"

struct matching_fill_terms {
    int64_t price_ticks;
    int64_t qty_lots;
    bool maker;
    bool stop_hit;
};

/*
 * Fills a part or all of a resting order; a buy never beyond its cash. Returns true while the order
 * goes on resting; false when it has ended and its place in the list was given away.
 */
bool matching_fill(struct matching *matching, struct matching_order *resting,
                   const struct matching_market *market, const struct matching_fill_terms *terms,
                   struct matching_reports *out);

/* Ends a resting order without a fill. */
void matching_end(struct matching *matching, struct matching_order *resting, enum report_kind kind,
                  struct matching_reports *out);

/* A newly accepted order meets the book: takes what it may, rests with its place in the queue. */
void matching_arrive(struct matching *matching, struct matching_order *resting,
                     const struct matching_market *market, struct matching_reports *out);

/* FILLS_TRADES: an order that came, and what a trade does to all of the pair's. */
void matching_tape_arrive(struct matching_order *resting, const struct matching_market *market);
void matching_tape_trade(struct matching *matching, const struct matching_market *market,
                         const struct trade *trade, struct matching_reports *out);

/* A trade meets an order that waits: through its limit or its target; at the limit, the queue. */
void matching_limit_trade(struct matching *matching, struct matching_order *resting,
                          const struct matching_market *market, const struct trade *trade,
                          struct matching_reports *out);
void matching_target_trade(struct matching *matching, struct matching_order *resting,
                           const struct matching_market *market, const struct trade *trade,
                           struct matching_reports *out);

/* A price moved against the taker by so many ppm, on the pair's price steps. */
int64_t matching_slip(const struct pair *pair, int64_t price_ticks, int64_t ppm, enum side side);

/* Lots still to fill; an order by cash alone takes what it can. */
static inline int64_t order_left(const struct order *order)
{
    return order->qty_lots == 0 ? INT64_MAX : order->qty_lots - order->filled_lots;
}
