/* SPDX-License-Identifier: MIT */
/*
 * What the operator may ask of a running engine. Every command leaves a record that says what was
 * asked and what came of it: done, or the verdict that stood against it. An entry by hand passes
 * the gate that a strategy's entry passes, and may be no larger than a strategy's could be.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/base/limits.h"
#include "core/strategy/setup.h"

enum command {
    COMMAND_PAUSE = 1, /* no new entries, resting ones are taken back; exits and stops go on */
    COMMAND_RESUME,
    COMMAND_CLOSE,   /* the position of `pair`, and what would enter it */
    COMMAND_FLATTEN, /* pause, and sell everything, until nothing is held or RESUME comes */
    COMMAND_HOLD,    /* nothing can be kept on disk: like paused; at a venue exits wait, too */
    COMMAND_RELEASE,
    COMMAND_BUY,      /* qty_lots, or as much as `cash` buys; neither: it came too late */
    COMMAND_SELL,     /* qty_lots of the position, 0 all of it */
    COMMAND_CANCEL,   /* order_id: an entry, an exit or the last try of one; no bracket */
    COMMAND_BRACKET,  /* another stop or target for the position; 0 leaves it as it is */
    COMMAND_STRATEGY, /* `strategy` takes another part: it votes, is only watched, or is silent */
    COMMAND_LIMIT,    /* a limit of risk takes another value, or the configuration's again */
};

struct instruction {
    enum command command;
    uint32_t pair;
    uint64_t ask; /* the asker's number for it, given back in the record; 0: nobody waits */
    uint64_t order_id;
    int64_t qty_lots;
    int64_t cash;        /* money, the fee included */
    int64_t limit_ticks; /* BUY: the most to pay, resting for execution.entry_life; 0 at market */
    int64_t stop_ticks;
    int64_t target_ticks;
    uint32_t strategy; /* in strategy_table */
    uint32_t part;     /* enum strategy_part */
    uint32_t dial;     /* LIMIT: which, risk/dial.h */
    bool configured;   /* as the configuration says; else `value` */
    double value;
    char origin[ORIGIN_SIZE]; /* who asks, in the shell's words, given back in the record; "" */
};
