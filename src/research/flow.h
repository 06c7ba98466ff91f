/* SPDX-License-Identifier: MIT */
/*
 * What a market told between the closes of its candles: trades, and books where they were recorded.
 * A backtest gives it to the desk as a session gives what its sockets bring. A source is read by
 * any number of runs at once, each by a flow of its own.
 */
#pragma once

#include "core/engine/event.h"
#include "core/market/tape.h"

struct flow {
    void *self;

    /* The next EVENT_TRADE or EVENT_BOOK, never earlier than the one before; valid until the next
     * call, which says that it is over. NULL at the end. */
    const struct event *(*next)(void *self);
    void (*close)(void *self);
    bool (*torn)(const void *self); /* something that should have come did not; NULL: never */
    const struct tape *tapes;       /* FILLS_TRADES: what each pair has traded so far; else NULL */
};

struct flow_source {
    const void *self;
    const struct tape *queues; /* FILLS_TRADES: what is supposed of each pair's; else NULL */

    /* From start_ns on. False when memory gave out. */
    bool (*open)(const void *self, int64_t start_ns, struct flow *ret);
};
