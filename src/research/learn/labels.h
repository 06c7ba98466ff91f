/* SPDX-License-Identifier: MIT */
/*
 * The labels of all candidates of a run: what became of each (learn/barrier.h), by the run's own
 * candles, spread, slippage, fees and exits. A pair's candles are made again as the engine was told
 * them, flat ones and warm-up included, one pair at a time, so that no more than one pair's are in
 * memory. Whatever filled the run's orders, a label is filled by candles.
 */
#pragma once

#include "research/learn/barrier.h"

struct labels {
    size_t count;
    struct barrier_label *list; /* by row of the candidates */
    uint64_t fates[STRATEGY_MAX][BARRIER_FATE_COUNT];
};

/* `run`: what the candidates were collected from; horizon_ns as in struct barrier_terms. 0,
 * -ENOMEM. `ret` is to be given to labels_free either way. */
int labels_make(const struct backtest_config *run, int64_t horizon_ns,
                const struct candidates *candidates, struct labels *ret);
void labels_free(struct labels *labels);
