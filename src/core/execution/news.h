/* SPDX-License-Identifier: MIT */
/*
 * What is heard of our orders from outside: answers to requests, the venue's own words on orders
 * and trades, and the disk's word that an intent is safe. Rows are complete (a shell merges sparse
 * ones); they may come twice, late, or out of order, and from a listing that lags by a minute.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/execution/request.h"
#include "core/market/pair.h"
#include "core/portfolio/order.h"

enum news_kind {
    NEWS_DURABLE = 1, /* every request up to `sequence` is on disk */
    NEWS_ACCEPTED,    /* the venue took the request; txid: of an order added */
    NEWS_REFUSED,     /* it said no, in so many words: nothing happened */
    NEWS_LOST,        /* sent, and no answer that settles it */
    NEWS_UNSENT,      /* no byte left: nothing happened */
    NEWS_ORDER,
    NEWS_TRADE,
    NEWS_LISTED, /* REQUEST_LIST or _QUERY: all its rows were told */
    NEWS_LINK,   /* the venue's private side can be reached, or not */
    NEWS_FLOW,   /* money came into the account or left it, other than by trade */
    NEWS_SYSTEM, /* what the venue as a whole takes: maintenance is PAIR_OFFLINE */
};

enum news_state {
    NEWS_PENDING, /* received, not yet in the book */
    NEWS_OPEN,
    NEWS_FILLED,
    NEWS_CANCELLED,
    NEWS_EXPIRED,
};

/* An order as the venue has it. */
struct news_order {
    struct venue_id txid;
    struct venue_id parent; /* the order whose conditional close it is; none */
    uint64_t client;        /* under our tag; 0: not ours by name */
    uint32_t pair;          /* UINT32_MAX: a pair we do not watch */
    enum news_state state;
    enum side side;
    enum request_order kind;
    bool other_instance; /* of another cuttle on this account */
    bool listed;         /* from a listing: it may lag */
    int64_t qty_lots;
    int64_t filled_lots;
    int64_t limit_ticks;
    int64_t trigger_ticks;
    int64_t time_ns;
};

struct news_trade {
    struct venue_id exec; /* the fill's own id: one counts once */
    struct venue_id txid;
    uint64_t client;
    uint32_t pair;
    enum side side;
    bool maker;
    bool listed;
    int64_t price_ticks;
    int64_t qty_lots;
    int64_t fee; /* money */
    int64_t time_ns;
};

struct news {
    enum news_kind kind;
    uint64_t sequence;         /* of the request answered; DURABLE: the newest one kept */
    enum reject_reason reject; /* REFUSED */
    struct venue_id txid;      /* ACCEPTED */
    int64_t begun_ns;          /* LISTED: the venue's clock before the first query */
    int64_t money;             /* FLOW */
    bool up;                   /* LINK */
    enum pair_status system;   /* SYSTEM */
    bool whole;                /* LISTED: nothing failed on the way */
    union {
        struct news_order order;
        struct news_trade trade;
    };
};
