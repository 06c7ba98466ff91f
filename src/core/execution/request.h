/* SPDX-License-Identifier: MIT */
/*
 * What is asked of a venue that trades: complete in itself, so that a shell only has to write it in
 * the venue's words. A REQUEST_ADD is an intent: it leaves this machine only after the disk has it
 * (NEWS_DURABLE); the others change nothing that is not known already, and go at once.
 *
 * Each request is answered exactly once, by NEWS_ACCEPTED, _REFUSED, _LOST or _UNSENT with its
 * sequence; REQUEST_LIST and REQUEST_QUERY by the rows they found and then NEWS_LISTED.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/market/book.h"
#include "core/portfolio/venue_id.h"

enum request_kind {
    REQUEST_ADD = 1,
    REQUEST_AMEND, /* in place: whole quantity, limit, trigger; 0: as it is */
    REQUEST_CANCEL,
    REQUEST_LIST,  /* everything: open, closed since `since_ns`, trades since, a fresh snapshot */
    REQUEST_QUERY, /* one order by its ids, with its trades */
    REQUEST_TIMER, /* cancel_all_orders_after `life_ns`; 0 disarms */
};

enum request_order {
    VENUE_LIMIT = 1,
    VENUE_MARKET,
    VENUE_STOP,  /* stop-loss: a market order once the last price touches the trigger */
    VENUE_OTHER, /* in news only: a kind that we never place */
};

enum request_life {
    LIFE_GTC,
    LIFE_GTD, /* until expire_ns */
    LIFE_IOC,
};

struct request {
    uint64_t sequence; /* ascending, never used twice */
    enum request_kind kind;
    uint32_t pair;
    uint64_t client;      /* the order's number under our tag; 0: the venue made it (a child) */
    struct venue_id txid; /* the venue's id, none until it told us */
    enum request_order order;
    enum side side;
    enum request_life life;
    bool post_only;
    int64_t qty_lots; /* whole quantity */
    int64_t limit_ticks;
    int64_t trigger_ticks;
    int64_t close_ticks; /* REQUEST_ADD of a buy: trigger of its conditional stop-loss; 0 none */
    int64_t expire_ns;   /* LIFE_GTD */
    int64_t deadline_ns; /* ADD, AMEND: the venue refuses it after this (market time) */
    int64_t since_ns;    /* LIST */
    int64_t life_ns;     /* TIMER */
};

/* One event's requests: a restart may tidy every pair. */
#define REQUEST_MAX 1024

struct requests {
    uint32_t count;
    struct request list[REQUEST_MAX];
};
