/* SPDX-License-Identifier: MIT */
/*
 * The row `engine.full_stack.candle`: every strategy, six timeframes, and every part of the chain
 * and of the sizes switched on, on one pair with a book.
 */
#include <stdio.h>
#include <stdlib.h>

#include "bench_desk.h"
#include "core/base/timestamp.h"

#define MINUTES 200000
#define BOOK_MINUTES 15 /* so often the whole book is told anew */

/* What the walk came to when it was first run; another figure is another program. */
#define SIGNALS 40181
#define DECISIONS 31183
#define TRADES 82

struct run {
    struct desk *desk;
    struct engine_config config;
    const struct batch_entry *entries;
    uint64_t signals, decisions, trades;
    volatile double sum;
};

/* Nothing that costs a candle anything is left off. */
static void all_on(struct options *options)
{
    struct chain_config *chain = &options->chain;
    chain->filters.enabled = chain->regime.enabled = chain->mood.enabled = true;
    chain->cooldown.enabled = chain->model.enabled = true;
    for (int t = TIMEFRAME_15M; t <= TIMEFRAME_1D; t++) {
        chain->agreement.asked[t] = true;
    }
    chain->agreement.period = 5;
    options->risk.scale.confidence = true;
    options->risk.scale.volatility = 0.01;
    options->exits.trail = 0.02;
    options->exits.trail_atr = 3;
    options->decision.book = DECISION_BOOK_SCORE;
    options->decision.agree = 1;
}

static void on_step(void *context, const struct event *event, const struct actions *actions)
{
    struct run *run = context;
    (void)event;
    for (uint32_t i = 0; i < actions->record_count; i++) {
        const struct record *record = &actions->records[i];
        run->decisions += record->kind == RECORD_DECISION;
        for (uint32_t v = 0; record->kind == RECORD_DECISION && v < record->vote_count; v++) {
            run->signals += record->votes[v].direction != 0;
        }
    }
}

static void give_book(struct run *run, double price, int64_t time_ns)
{
    struct level_change changes[20];
    for (int64_t i = 0; i < 10; i++) {
        const int64_t ticks = (int64_t)(price * 1e4);
        changes[i] = (struct level_change){SIDE_BUY, {ticks - 1 - i * 100, 100000000 + i}};
        changes[10 + i] = (struct level_change){SIDE_SELL, {ticks + 1 + i * 100, 100000000 - i}};
    }
    const struct event event = {
        .kind = EVENT_BOOK,
        .time_ns = time_ns,
        .book = {.pair = 0, .snapshot = true, .depth = 10, .count = 20, .changes = changes}};
    desk_step(run->desk, &event);
}

static void run_all(void *context)
{
    struct run *run = context;
    static const struct pair terms = {.symbol = "BTC/USD",
                                      .base = "BTC",
                                      .quote = "USD",
                                      .price_decimals = 4,
                                      .qty_decimals = 8,
                                      .tick_step = 1};
    engine_init(run->desk->engine, &run->config);
    matching_init(run->desk->matching, &(struct matching_config){.fills = FILLS_CANDLES});
    engine_set_terms(run->desk->engine, 0, &terms);
    run->signals = run->decisions = 0;
    struct event event = {.kind = EVENT_BATCH, .batch = {.count = 1}};
    for (size_t i = 0; i < MINUTES; i++) {
        event.batch.boundary_ns = run->entries[i].candle.time_ns;
        event.time_ns = event.batch.boundary_ns + NS_PER_MIN;
        event.batch.entries = &run->entries[i];
        desk_step(run->desk, &event);
        if (i % BOOK_MINUTES == 0) {
            give_book(run, run->entries[i].candle.close, event.time_ns);
        }
    }
    run->trades = run->desk->engine->portfolio.trade_count;
}

/* The same candles read and summed: what no engine can do without. */
static void run_floor(void *context)
{
    struct run *run = context;
    double sum = 0;
    for (size_t i = 0; i < MINUTES; i++) {
        const struct candle *candle = &run->entries[i].candle;
        sum += candle->open + candle->high + candle->low + candle->close + candle->volume;
    }
    run->sum = sum;
}

static bool right(const struct run *run, struct bench_row *row)
{
    const bool good =
        run->signals == SIGNALS && run->decisions == DECISIONS && run->trades == TRADES;
    if (!good) {
        snprintf(row->note, sizeof row->note,
                 "%llu signals, %llu decisions, %llu trades: not %d, %d and %d",
                 (unsigned long long)run->signals, (unsigned long long)run->decisions,
                 (unsigned long long)run->trades, SIGNALS, DECISIONS, TRADES);
    }
    return good;
}

bool bench_engine_full(struct bench_row *row)
{
    static struct run run;
    struct broker_config broker;
    row->unit = "candle";
    if (!bench_options(all_on, 1, &run.config, &broker, row->note, sizeof row->note)) {
        return false;
    }
    struct candle *candles = malloc(MINUTES * sizeof *candles);
    struct batch_entry *entries = malloc(MINUTES * sizeof *entries);
    struct desk *desk = malloc(sizeof *desk);
    struct engine *engine = calloc(1, engine_size(1));
    struct matching *matching = malloc(sizeof *matching);
    bool good =
        candles != NULL && entries != NULL && desk != NULL && engine != NULL && matching != NULL;
    if (good) {
        bench_walk(candles, MINUTES);
        for (size_t i = 0; i < MINUTES; i++) {
            entries[i] = (struct batch_entry){.candle = candles[i]};
        }
        run.desk = desk;
        run.entries = entries;
        desk_init(desk, engine, matching, on_step, &run);
        bench_time(row, &(struct bench_work){run_all, run_floor, &run, MINUTES});
        good = right(&run, row);
    } else {
        snprintf(row->note, sizeof row->note, "out of memory");
    }
    free(candles), free(entries), free(desk), free(engine), free(matching);
    return good;
}
