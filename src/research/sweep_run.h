/* SPDX-License-Identifier: MIT */
/*
 * Many parameter sets of one strategy over one pair's candles by its sweep kernel
 * (core/strategy/sweep.h), on the candles, boundaries and fill prices of a backtest. What comes out
 * is what backtest_run would say of each set, up to `rounding`; whoever settles on a set runs it
 * through the engine.
 *
 * Nothing is shared between two runs: several threads may each take a part of the sets.
 */
#pragma once

#include "core/strategy/sweep.h"
#include "research/backtest.h"

/* NULL where a kernel does what the engine does with this configuration, or the reason why not: the
 * engine has to run each set. */
const char *sweep_refusal(const struct backtest_config *config);

struct sweep_run_config {
    /* engine: its one strategy, whose parameters stand for each set's. on_progress too. */
    const struct backtest_config *backtest;
    struct sweep_sets sets; /* at least one */

    /* The equity at the end of each UTC day that has a bar, money: day_room (sweep_days is enough)
     * of set 0, then of set 1, ... NULL: nobody asks. */
    double *daily;
    size_t day_room;

    sweep_on_trade *on_trade; /* each closed trade, set after set and block after block; or NULL */
    void *context;
};

/* Days that daily may need. */
size_t sweep_days(const struct backtest_config *config);

struct sweep_outcome {
    struct curve_metrics curve; /* but for the drawdown's times, which are 0 */
    struct trade_tally trades;
    int64_t equity;  /* at the end, money */
    double exposure; /* the part of all bars with a position at their end */
    double rounding; /* the part of the equity by which the engine's may differ: where it is no
                        longer small, the account cannot buy many lots any more */
};

struct sweep_span {
    int64_t start_ns, end_ns;
    size_t bar_count;
    size_t day_count;
    bool stopped; /* by on_progress */
};

/* 0, or -errno with the reason in `error`. CHECKs that nothing is refused. `out` has sets.count
 * elements. */
int sweep_run(const struct sweep_run_config *config, struct sweep_outcome *out,
              struct sweep_span *ret_span, char *error, size_t error_size);
