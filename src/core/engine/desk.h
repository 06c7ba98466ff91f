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
 * Every event the engine gets, the matching's reports included, is shown to `on_step` with what
 * came of it: that is what the journal keeps and the ledger is written from.
 */
#pragma once

#include <stdint.h>

#include "core/engine/engine.h"
#include "core/matching/matching.h"

typedef void desk_on_step(void *context, const struct event *event, const struct actions *actions);

struct desk {
    struct engine *engine;
    struct matching *matching; /* NULL: orders go elsewhere, the desk only steps the engine */
    desk_on_step *on_step;     /* may be NULL */
    void *context;
    struct actions actions;
    struct matching_reports reports;
};

void desk_init(struct desk *desk, struct engine *engine, struct matching *matching,
               desk_on_step *on_step, void *context);

void desk_step(struct desk *desk, const struct event *event);
