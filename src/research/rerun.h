/* SPDX-License-Identifier: MIT */
/*
 * A recorded session once more as a backtest: from a snapshot that holds nothing, the engine beside
 * a matching that fills by candles, told what the session was told of the market; what became of
 * its orders comes from the matching. Commands are left out, because a backtest has no operator;
 * money that came or went is told, so that sizes stay comparable.
 *
 *     event --> drift, and our desk --steps--> drift
 *
 * With candles from a store it is told those instead, and where they differ the drift is told so.
 * Outside the store's span the session's own are taken.
 */
#pragma once

#include "core/engine/desk.h"
#include "research/boundary.h"
#include "research/drift.h"

struct rerun_config {
    struct matching_config matching;    /* its fills: FILLS_CANDLES */
    const struct engine_config *engine; /* other options; NULL: the session's */
    const struct candle_rows *rows;     /* by pair, with none: count 0; NULL: the session's own */
};

struct rerun {
    struct rerun_config config;
    struct engine *engine;
    struct matching *matching;
    struct desk *desk;
    struct drift *drift;
    struct batch_entry *entries;
    double close_last[PAIR_MAX]; /* of the candles it was told; 0 none */
};

/* True when the snapshot holds no position and no order. */
bool rerun_possible(const struct engine *snapshot);

/* False when memory is short. To be given to rerun_free either way. */
bool rerun_begin(struct rerun *rerun, const struct rerun_config *config,
                 const struct engine *snapshot, struct drift *drift);
void rerun_free(struct rerun *rerun);

/* The session ended, and another one of the same pairs goes on from it, learning anew, as its first
 * snapshot has it: so do we, with our own options or else with its. False when memory is short. */
bool rerun_renew(struct rerun *rerun, const struct engine *snapshot);

/* Before the session has the event. */
void rerun_event(struct rerun *rerun, const struct event *event);
