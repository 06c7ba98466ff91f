/* SPDX-License-Identifier: MIT */
/*
 * One simulated world: a session of cuttle with feed and gateway, its store, and the local Kraken,
 * on one network in one process. The clock is the network's; nothing waits. A seed says all: the
 * market, what goes wrong and when, which of the readings of Kraken's documents holds, and how the
 * session is set up. The same seed does the same.
 *
 *     session -- feed, gateway --> lan --> exchange
 *        `--> store                          `--> truth: what the invariants are held against
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "app/session.h"
#include "lan.h"
#include "store.h"
#include "truth.h"
#include "venue/local/faults.h"

#define WORLD_PAIRS 3

/* How long a world lives, and how much of that is quiet, after the last fault: every deadline, the
 * lag, a resting entry's life, and some listings. One in twenty may be a long one. */
#define WORLD_MINUTES_MIN 30
#define WORLD_MINUTES_USUAL 54
#define WORLD_MINUTES_MAX 200
#define WORLD_CALM_MINUTES 14

/* What a seed has drawn. */
struct plan {
    int64_t minutes; /* until all is quiet */
    struct lan_faults line;
    struct disk_faults disk;
    uint64_t variant;
    bool faulty; /* the venue itself is */
    struct faults_config faults;
    double kill, kill_sending, unplug, stall; /* chances a minute */
    int64_t skew_ns;
    enum rate_tier tier;
    double operate;    /* chance a minute that the operator asks for something */
    int64_t failures;  /* entries that fail before the breaker opens */
    double spread_max; /* a book that is wider is no market: often so where this is small */
    bool disk_store;   /* the store that ships, on a faulty disk; else a log in memory */
};

struct world {
    uint64_t seed;
    struct prng prng;
    struct plan plan;
    struct lan *lan;
    struct clock clock, server_clock;
    struct transport transport;
    struct exchange *exchange;
    struct recorder store;
    struct session *session; /* NULL between two lives */
    struct engine *kept_engine;
    struct broker *kept_broker;
    uint32_t tag;
    uint64_t nonce;
    int64_t reborn_ns;  /* when the next life begins */
    int64_t plugged_ns; /* when the line is mended; 0: it is whole */
    int64_t minute_ns;
    bool calm; /* nothing goes wrong any more */
    bool verbose;
    struct truth truth;
    int64_t capital;
    uint32_t kill_count, unplug_count;
    uint64_t fill_count, unknown_count, absent_count, emergency_count, bare_count;
};

/* Runs a seed to its end. False when a rule was broken; then `error` says which and when. */
bool world_run(uint64_t seed, bool verbose, struct world *world);

/* The options every session has: made once, costly. One seed in `disk_share` has the real store. */
void world_setup(uint32_t disk_share);
void world_teardown(void);
