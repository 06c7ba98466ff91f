/* SPDX-License-Identifier: MIT */
/*
 * One trade by itself, candle by candle, as the engine would lead it if nothing else were in the
 * world: its entry, its bracket, its exit plan, its rungs. Matching, portfolio, exits and ladder
 * are the core's own; what the engine does between them (core/engine/engine_exits.c, _orders.c,
 * _ladder.c) is done here without an engine, because thousands of trades that overlap cannot share
 * one. tests/research/learn/barrier.c holds both to the same trades.
 *
 * Where one candle cannot change anything, by a look at its high and low, nobody is asked.
 */
#pragma once

#include "core/matching/matching.h"
#include "core/risk/exits.h"
#include "research/account.h"

struct trial_terms {
    struct matching_config matching; /* FILLS_CANDLES */
    struct exit_config exits;        /* what every position gets beside its own plan */
    int64_t step_ns;                 /* of a candle */
};

/* The orders that enter, as core/portfolio/order.h has them: one, or the rungs of a ladder. */
struct trial_entry {
    const struct pair *pair;
    int64_t time_ns; /* when they are placed: the end of the candle decided on */
    uint32_t count;
    struct order orders[LADDER_RUNG_MAX];
};

enum trial_state {
    TRIAL_WAITS, /* nothing is bought yet */
    TRIAL_HOLDS,
    TRIAL_OVER,     /* all is sold */
    TRIAL_UNFILLED, /* its orders ended, and nothing was bought */
};

struct trial_result {
    enum trade_end end;
    bool maker;                   /* the sale was the maker's */
    int64_t opened_ns, closed_ns; /* the open times of the candles that filled it */
    int64_t cost;                 /* money of what was bought, before fees */
    int64_t pnl;                  /* money, net of all fees */
    double entry_price, exit_price;
};

struct trial;

/* NULL: memory is short. */
struct trial *trial_new(const struct trial_terms *terms);
void trial_free(struct trial *trial);

/* A new trade; one that was under way is forgotten. The pair must live as long. */
void trial_begin(struct trial *trial, const struct trial_entry *entry);

/* The next candle after the one decided on; atr_ticks is the ATR of the newest candle of
 * exits.atr_timeframe that is closed with it, 0 not known. Not to be called once it is over. */
enum trial_state trial_candle(struct trial *trial, const struct candle *candle, double atr_ticks);

/* Of a trade that is over. */
const struct trial_result *trial_result(const struct trial *trial);
