/* SPDX-License-Identifier: MIT */
#include "bench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/timestamp.h"
#include "core/engine/desk.h"

#define WALK_COUNT 1000000
#define WALK_CLOSED 11197      /* round trips at fee 0; the peers agree */
#define WALK_EQUITY 9350.96067 /* dollars, from 10,000 */

struct run {
    struct desk *desk;
    const struct candle *candles;
    struct batch_entry *entries;
    struct bench_floor_result floor;
};

struct pair_params {
    int32_t timeframe;
    int64_t fast, slow;
};

static struct engine_config walk_config(void)
{
    struct engine_config config = {
        .base = TIMEFRAME_1M,
        .pair_count = 1,
        .strategy_count = 1,
        .capital = INT64_C(10000) * 100000000,
        .decision = {.actionable = 0.3,
                     .agree = 2,
                     .alone = 0.55,
                     .confidence = 0.5,
                     .imbalance_threshold = 0.2,
                     .imbalance_levels = 10},
        .risk = {.sizing = SIZING_ALL, .max_positions = 5},
        .execution = {.slack = 0.005},
    };
    struct strategy_setup *setup = &config.strategies[0];
    strategy_find("sma_pair", &setup->type);
    setup->weight = 1;
    memcpy(setup->params, &(struct pair_params){TIMEFRAME_1M, 20, 50}, sizeof(struct pair_params));
    return config;
}

static const struct pair walk_pair = {
    .symbol = "BTC/USD",
    .base = "BTC",
    .quote = "USD",
    .price_decimals = 4,
    .qty_decimals = 8,
    .tick_step = 1,
};

/*
 * A million candles through desk and engine_step: risk, fills, equity, records, all of it. Timed is
 * all that happens to an event; the batches stand in memory before the clock starts, as the floor's
 * candles do.
 */
static void run_engine(void *context)
{
    struct run *run = context;
    const struct engine_config config = walk_config();
    engine_init(run->desk->engine, &config);
    matching_init(run->desk->matching, &(struct matching_config){.fills = FILLS_CANDLES});
    engine_set_terms(run->desk->engine, 0, &walk_pair);
    struct event event = {.kind = EVENT_BATCH, .batch = {.count = 1}};
    for (size_t i = 0; i < WALK_COUNT; i++) {
        const int64_t time_ns = run->entries[i].candle.time_ns;
        event.time_ns = time_ns + NS_PER_MIN;
        event.batch.boundary_ns = time_ns;
        event.batch.entries = &run->entries[i];
        desk_step(run->desk, &event);
    }
}

static void run_floor(void *context)
{
    struct run *run = context;
    run->floor = bench_sma_floor(run->candles, WALK_COUNT, 0);
}

static bool right(const struct run *run, struct bench_row *row)
{
    const struct portfolio *portfolio = &run->desk->engine->portfolio;
    const double equity = (double)portfolio_equity(portfolio) / 1e8;
    if (portfolio->trade_count == WALK_CLOSED && run->floor.closed == WALK_CLOSED &&
        portfolio->open_count == 1 && fabs(equity / WALK_EQUITY - 1) < 1e-4) {
        return true;
    }
    snprintf(row->note, sizeof row->note, "%llu trades (floor %llu), equity %.5f: not %d and %.5f",
             (unsigned long long)portfolio->trade_count, (unsigned long long)run->floor.closed,
             equity, WALK_CLOSED, WALK_EQUITY);
    return false;
}

bool bench_engine_sma_cross(struct bench_row *row)
{
    row->unit = "candle";
    struct candle *candles = malloc(WALK_COUNT * sizeof *candles);
    struct desk *desk = malloc(sizeof *desk);
    struct engine *engine = malloc(engine_size(1));
    struct matching *matching = malloc(sizeof *matching);
    struct batch_entry *entries = malloc(WALK_COUNT * sizeof *entries);
    if (candles == NULL || desk == NULL || engine == NULL || matching == NULL || entries == NULL) {
        snprintf(row->note, sizeof row->note, "out of memory");
        free(candles), free(desk), free(engine), free(matching), free(entries);
        return false;
    }
    bench_walk(candles, WALK_COUNT);
    for (size_t i = 0; i < WALK_COUNT; i++) {
        entries[i] = (struct batch_entry){.candle = candles[i]};
    }
    desk_init(desk, engine, matching, NULL, NULL);
    struct run run = {.desk = desk, .candles = candles, .entries = entries};
    bench_time(row, &(struct bench_work){run_engine, run_floor, &run, WALK_COUNT});
    const bool ok = right(&run, row);
    free(candles), free(desk), free(engine), free(matching), free(entries);
    return ok;
}
