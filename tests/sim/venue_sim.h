/* SPDX-License-Identifier: MIT */
/*
 * A small Kraken on the simulated network, for tests of the adapter alone: random trades on a few
 * pairs, candles, books with checksums, REST, and every liberty that the reference leaves a venue.
 * It knows the truth: each candle that had trades. Rows are sparse and order of members varies.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/market/book.h"
#include "core/market/candle.h"
#include "net_sim.h"

#define VENUE_PAIRS 4
#define VENUE_CANDLES 8192
#define VENUE_CLIENTS 8

struct venue_pair {
    const char *key, *altname, *wsname, *symbol;
    uint32_t price_decimals;
    int64_t gap_ns; /* mean time between trades */
    int64_t trade_next_ns;
    int64_t price_ticks;
    uint64_t trade_count;
    struct book book;
    uint32_t candle_count;
    struct candle candles[VENUE_CANDLES]; /* with trades, ascending; the last may be forming */
};

struct venue_client {
    connection_id id; /* 0 free */
    bool ohlc[VENUE_PAIRS], trade[VENUE_PAIRS], ticker[VENUE_PAIRS], book[VENUE_PAIRS];
    int64_t heard_ns; /* sim time of the last thing sent to it */
};

struct venue_sim {
    struct net_sim *net;
    struct prng prng;
    int64_t span_ns;
    int64_t origin_ns; /* market time at sim time 0 */
    struct venue_pair pairs[VENUE_PAIRS];
    struct venue_client clients[VENUE_CLIENTS];

    /* What the reference leaves open, or what breaks. */
    bool local; /* its status has a market */
    bool lockstep;
    double speed;
    int64_t step_ns;        /* market time, in lock-step */
    uint32_t snapshot_rows; /* of the ohlc snapshot; 0 none */
    bool no_trade_rows;     /* REST fills empty intervals */
    int64_t rest_lag_ns;    /* REST shows the market as it was */
    int64_t wait_ns;        /* of every reply */
    bool quoted;            /* numbers in quotes */
    bool nameless;          /* refusals do not say their symbol */
    bool no_status;
    bool no_pong;
    bool mute[VENUE_PAIRS];      /* acknowledged, but nothing is sent */
    bool mute_ohlc[VENUE_PAIRS]; /* the same of that channel alone */
    bool dead;
    int64_t dead_ns; /* market time at which it stands while dead */
    const char *system;
    const char *refuse_once;  /* the error of the next subscribe */
    uint32_t break_checksums; /* so many book updates carry a wrong one */
    int http_status;          /* 0: as it should be */
    const char *rest_error;

    /* What was asked. */
    uint32_t ohlc_calls, all_calls, subscribes, unsubscribes, pings;
};

void venue_sim_init(struct venue_sim *venue, struct net_sim *net, uint64_t seed, int64_t span_ns,
                    int64_t origin_ns);
extern const struct net_sim_server venue_sim_server;

int64_t venue_sim_time(const struct venue_sim *venue);

/* Lets the market trade up to now, and sends what follows. Call it often. */
void venue_sim_tick(struct venue_sim *venue);

/* The venue's process dies; another takes its place, whose market goes on from where the first
 * one's stood. */
void venue_sim_die(struct venue_sim *venue);
void venue_sim_live(struct venue_sim *venue);

/* Sends a text to every client. */
void venue_sim_say(struct venue_sim *venue, const char *text);

/* Says its status again: a change of system, or the local market's end. */
void venue_sim_status(struct venue_sim *venue, bool ended);
