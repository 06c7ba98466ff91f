/* SPDX-License-Identifier: MIT */
#include "bench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/strategy/sma_pair.h"

#define WALK_COUNT 1000000
#define SIDE 10 /* fast 5, 10 .. 50, slow 60, 80 .. 240 */
#define SET_COUNT (SIDE * SIDE)
#define FEE 0.0026
#define CAPITAL 1e12  /* money: 10,000 */
#define TRADES 616364 /* closed, of all pairs; the peers agree */

/*
 * Sum of the logarithms of what is left of 10,000. Where two averages are equal to the last digit
 * a plain loop sees the rounding of its sums, and crosses a candle sooner or later; whole numbers
 * in the place of doubles give the first figure to all its digits.
 */
#define LOG_EQUITY -2294.79871073
#define LOG_EQUITY_PEERS -2294.79832836

struct work {
    const struct candle *candles;
    int64_t *times_ns;
    double *close, *open;
    struct sweep *sweep;
    struct sweep_sets sets;
    void *memory;
    struct sweep_account accounts[SET_COUNT];
    struct sma_pair_params params[SET_COUNT];
    uint64_t floor_closed;
    double floor_log;
};

/* The candles come in the rows that a file has: to take them apart is a part of the work. Without
 * slippage an order is filled at the open. */
static void run_kernel(void *context)
{
    struct work *work = context;
    const struct sweep_config config = {
        .capital = CAPITAL, .fee = FEE, .lot = 1e-8, .money = CAPITAL / 10000};
    sweep_init(work->sweep, &sma_pair_sweep, &work->sets, &config, work->memory, work->accounts);
    for (size_t at = 0; at < WALK_COUNT; at += SWEEP_BLOCK) {
        const size_t left = WALK_COUNT - at, count = left < SWEEP_BLOCK ? left : SWEEP_BLOCK;
        for (size_t i = 0; i < count; i++) {
            work->times_ns[i] = work->candles[at + i].time_ns;
            work->close[i] = work->candles[at + i].close;
            work->open[i] = work->candles[at + i].open;
        }
        sweep_feed(work->sweep, &(struct sweep_block){.count = (uint32_t)count,
                                                      .times_ns = work->times_ns,
                                                      .close = work->close,
                                                      .buy = work->open,
                                                      .sell = work->open});
    }
}

static void run_floor(void *context)
{
    struct work *work = context;
    work->floor_closed = 0;
    work->floor_log = 0;
    for (uint32_t i = 0; i < SET_COUNT; i++) {
        const struct bench_floor_result one =
            bench_sma_pair_floor(work->candles, WALK_COUNT, (size_t)work->params[i].fast,
                                 (size_t)work->params[i].slow, FEE);
        work->floor_closed += one.closed;
        work->floor_log += log(one.equity);
    }
}

static bool right(const struct work *work, struct bench_row *row)
{
    uint64_t closed = 0;
    double logs = 0;
    for (uint32_t i = 0; i < SET_COUNT; i++) {
        closed += work->accounts[i].closed;
        logs += log(sweep_equity(work->sweep, i) / CAPITAL * 10000);
    }
    if (closed == TRADES && work->floor_closed == TRADES && fabs(logs - LOG_EQUITY) < 1e-6 &&
        fabs(work->floor_log - LOG_EQUITY_PEERS) < 1e-3) {
        return true;
    }
    snprintf(row->note, sizeof row->note, "%llu trades, %.8f (floor %llu, %.8f): not %d, %.8f",
             (unsigned long long)closed, logs, (unsigned long long)work->floor_closed,
             work->floor_log, TRADES, LOG_EQUITY);
    return false;
}

bool bench_sweep_sma_pairs(struct bench_row *row)
{
    row->unit = "candle";
    struct candle *candles = malloc(WALK_COUNT * sizeof *candles);
    struct work *work = calloc(1, sizeof *work);
    bool ok = false;
    if (candles != NULL && work != NULL) {
        for (uint32_t i = 0; i < SET_COUNT; i++) {
            work->params[i] = (struct sma_pair_params){.base = {TIMEFRAME_1M, 0},
                                                       .fast = 5 + 5 * (i / SIDE),
                                                       .slow = 60 + 20 * (i % SIDE)};
        }
        work->sets = (struct sweep_sets){work->params, sizeof work->params[0], SET_COUNT};
        work->candles = candles;
        work->memory = malloc(sma_pair_sweep.size(&work->sets));
        work->sweep = malloc(sizeof *work->sweep);
        work->times_ns = malloc(SWEEP_BLOCK * sizeof *work->times_ns);
        work->close = malloc(SWEEP_BLOCK * sizeof *work->close);
        work->open = malloc(SWEEP_BLOCK * sizeof *work->open);
        ok = work->memory != NULL && work->sweep != NULL && work->times_ns != NULL &&
             work->close != NULL && work->open != NULL;
    }
    if (ok) {
        bench_walk(candles, WALK_COUNT);
        bench_time(
            row, &(struct bench_work){run_kernel, run_floor, work, (double)WALK_COUNT * SET_COUNT});
        ok = right(work, row);
    } else {
        snprintf(row->note, sizeof row->note, "out of memory");
    }
    if (work != NULL) {
        free(work->memory), free(work->sweep), free(work->times_ns);
        free(work->close), free(work->open);
    }
    free(candles), free(work);
    return ok;
}
