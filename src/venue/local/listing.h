/* SPDX-License-Identifier: MIT */
/*
 * A pair as the running exchange keeps it: how far along its tape it is, the candles being
 * filled, the last 24 hours, the book and the recent spreads.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "venue/local/history.h"
#include "venue/local/liquidity.h"

#define LISTING_WINDOW_MAX 1440 /* steps in 24 hours; no step is shorter than a minute */
#define LISTING_SPREADS 200

struct spread {
    int64_t time_ns, bid_ticks, ask_ticks;
};

struct listing {
    struct market *market;
    uint32_t index;
    const struct market_pair *pair;

    bool alive; /* a price is known, so there is a book */
    struct trade last;
    struct liquidity liquidity;
    const struct liquidity_side *shown; /* NULL: the liquidity's; else with clients' orders */

    struct trade trades[MARKET_TRADES_MAX]; /* of the bar that is being told */
    uint32_t trade_count, trade_at;
    int64_t bar_from_ns; /* where the next bar is looked for */

    struct bucket candles[INTERVAL_COUNT];

    uint32_t window_size; /* a ring by step number */
    struct bucket window[LISTING_WINDOW_MAX];
    struct bucket closed; /* sum of the window before the step closed_step_ns */
    int64_t closed_step_ns;

    struct spread spreads[LISTING_SPREADS];
    uint64_t spread_count;
};

/* Stands the pair at now_ns, with everything before it as history. */
void listing_init(struct listing *listing, struct market *market, uint32_t index, int64_t now_ns);

/* Time of the next trade if it is not after until_ns, else INT64_MAX. */
int64_t listing_next_ns(struct listing *listing, int64_t until_ns);

/* The trade listing_next_ns told of, before it has happened. */
const struct trade *listing_peek(const struct listing *listing);

/* It happens: last price, candles, window and book. */
void listing_take(struct listing *listing);

/* Sum of the last 24 hours at now_ns; its open is the first price in them. */
struct bucket listing_day(struct listing *listing, int64_t now_ns);

/* Sum of what lies after from_ns (today's, since midnight) in the window. */
struct bucket listing_since(const struct listing *listing, int64_t from_ns);

/* Notes the touch for the Spread call when it has changed. */
void listing_note_spread(struct listing *listing, int64_t now_ns);

/* A side of the book as the public sees it. */
const struct liquidity_side *listing_side(const struct listing *listing, enum side side);

/* Best bid or ask; quantity and price 0 when there is none. */
struct level listing_touch(const struct listing *listing, enum side side);
