/* SPDX-License-Identifier: MIT */
/*
 * The desk: the engine with the matching at its side instead of a venue. Market events go to the
 * matching first, its reports to the engine, the engine's orders back to the matching, until
 * nothing moves. Paper, backtest and benchmark run this and nothing else.
 *
 *     event --> matching --reports--> engine_step --orders--.
 *                  ^                                        |
 *                  `----------------------------------------'
 *
 * At a venue that trades, the broker stands in the matching's place: its reports come from the
 * venue's news, and what it wants of the venue goes out as requests, by `on_request`, once the
 * event is through.
 *
 * Every event the engine gets, the matching's reports included, is shown to `on_step` with what
 * came of it: that is what the journal keeps and the ledger is written from.
 */
#pragma once

#include <stdint.h>

#include "core/engine/engine.h"
#include "core/execution/broker.h"
#include "core/matching/matching.h"

typedef void desk_on_step(void *context, const struct event *event, const struct actions *actions);
typedef void desk_on_request(void *context, const struct request *request);

struct desk {
    struct engine *engine;
    struct matching *matching;   /* NULL: no paper */
    const struct tape *tapes;    /* by pair, for FILLS_TRADES; else NULL */
    struct broker *broker;       /* NULL: no venue. Never both */
    desk_on_step *on_step;       /* may be NULL */
    desk_on_request *on_request; /* with a broker */
    void *context;
    struct actions actions;
    struct matching_reports reports;
    struct requests requests;
};

void desk_init(struct desk *desk, struct engine *engine, struct matching *matching,
               desk_on_step *on_step, void *context);

/* A tape is played back: what each pair has traded so far. Before the first event. */
void desk_play(struct desk *desk, const struct tape *tapes);

/* Orders go to a venue from now on. Before the first event. */
void desk_trade(struct desk *desk, struct broker *broker, desk_on_request *on_request);

void desk_step(struct desk *desk, const struct event *event);
