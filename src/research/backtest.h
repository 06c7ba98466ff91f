/* SPDX-License-Identifier: MIT */
/*
 * A backtest: candle files through the desk, engine and matching, on one clock and one account, as
 * a session runs them, without a session: no journal, no thread, no socket. What comes out is the
 * engine's own; nothing here knows a fee or a fill.
 *
 *     candle files --> boundaries --> desk_step --> account: trades
 *                                              `--> equity at each boundary
 *
 * Orders are filled by candles: at the next open, limits when traded through, stop before target
 * (core/matching/matching.h); or, where trades or books were recorded, by what they tell between
 * the boundaries, each before the batch of the candle that it belongs to. Positions that are open
 * at the end are valued at the last close.
 */
#pragma once

#include <stddef.h>

#include "core/engine/desk.h"
#include "research/account.h"
#include "research/boundary.h"
#include "research/flow.h"
#include "research/metrics.h"

/* Who looks on while a run goes: each step of the engine, and the end of each boundary; false ends
 * the run. */
struct backtest_watch {
    desk_on_step *on_step;
    bool (*on_boundary)(void *context, int64_t boundary_ns);
    void *context;
};

struct backtest_config {
    const struct engine_config *engine; /* its base: the timeframe of the boundaries */
    const struct matching_config *matching;
    const struct pair *terms; /* engine->pair_count of each */
    const struct candle_rows *rows;
    int64_t start_ns, end_ns;  /* candles in [start, end) are decided on; 0: from the first, to the
                                  last */
    size_t history;            /* candles before the start that warm each pair up */
    const struct model *model; /* in force (model_use) while it runs; NULL: none */
    uint32_t unfit;            /* mask of the strategies that it was trained otherwise for */
    const struct flow_source *flow; /* what fills orders; NULL: candles, and FILLS_CANDLES */

    /* Called some times a second with the part done, 0..1, or NULL; false ends the run. */
    bool (*on_progress)(void *context, double done);
    void *context;

    const struct backtest_watch *watch; /* or NULL */
};

struct backtest_pair {
    int64_t first_ns, last_ns; /* of its candles in the run; 0 none */
    uint64_t candle_count, flat_count, gap_count;
    size_t warmed; /* candles before the start */
};

struct backtest {
    struct engine *engine; /* as the run left it: what is still held */
    struct desk *desk;
    struct account account;
    bool stopped;     /* by on_progress or the watch */
    int64_t start_ns; /* when the first bar begins */
    int64_t end_ns;   /* when the last bar ends */
    size_t bar_count, room;
    int64_t *times_ns;      /* the end of each bar */
    int64_t *equity, *hold; /* money: ours, and buy and hold's */
    uint64_t bars_held;     /* with a position at their end */
    double equity_sum;      /* over the bars, money */
    struct backtest_pair pairs[PAIR_MAX];
    struct curve_metrics ours, held; /* of the two curves */
    struct trade_metrics trades;
    double exposure; /* the part of all bars with a position at their end */
    double turnover; /* bought and sold, over the mean equity */
};

/* 0, or -errno with the reason in `error`. `ret` is to be given to backtest_free either way. */
int backtest_run(const struct backtest_config *config, struct backtest *ret, char *error,
                 size_t error_size);
void backtest_free(struct backtest *backtest);
