/* SPDX-License-Identifier: MIT */
/*
 * Where orders go: a venue's private side behind one face, as feed.h is its public side. It writes
 * requests in the venue's words and tells what comes back as news, one call each, on the loop's
 * thread; pointers are valid during the call. It decides nothing: what to send again, and when, is
 * the broker's to say (core/execution/broker.h), and no order is ever sent twice by itself.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/execution/news.h"
#include "core/execution/request.h"
#include "core/market/pair.h"

#define GATEWAY_ASSET_MAX 24
#define GATEWAY_BALANCE_MAX 64

/* What the account holds, as the venue says it: for the operator's eyes and for flows. */
struct gateway_balance {
    char asset[GATEWAY_ASSET_MAX]; /* "BTC", "USD" */
    int64_t total;                 /* 1e-8 of the asset, what open orders hold included */
    int64_t held;                  /* by open orders, as last told; no more than there is */
};

struct gateway_events {
    /* time_ns: the venue's; 0 while it has not told it. */
    void (*on_news)(void *context, int64_t time_ns, const struct news *news);
    void (*on_balances)(void *context, const struct gateway_balance *balances, uint32_t count);
    /* Needs a human: keys refused, withdrawal allowed, account locked. In words, with the remedy.
     * `final`: it will not get better by trying. */
    void (*on_trouble)(void *context, const char *what, bool final);
};

struct gateway_stats {
    uint64_t request_count, order_count;
    uint64_t refused_count, lost_count;
    uint64_t reconnect_count, sequence_gap_count, malformed_count;
    uint64_t fallback_count; /* orders that went over REST because the socket was down */
    uint64_t held_count;     /* rows that said too little; their orders were looked up */
    double rate_used; /* of what the counter of calls admits, a fraction, as of the last tick */
};

struct gateway {
    void *self;
    void (*close)(void *self);
    void (*tick)(void *self); /* about 20 times a second */

    /* The pair's precision and name, before any request on it; again when they change. */
    void (*set_terms)(void *self, uint32_t pair, const struct pair *terms);

    /* Takes a request; the answer comes later as news, never from inside this call. */
    void (*send)(void *self, const struct request *request);

    int64_t (*time)(void *self); /* the venue's; 0 while it has not told it */

    /* A snapshot was heard on this connection and orders can be sent. */
    bool (*ready)(void *self);
    const struct gateway_stats *(*stats)(void *self);
};
