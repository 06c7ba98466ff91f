/* SPDX-License-Identifier: MIT */
#include "research/backtest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/check.h"
#include "research/hold.h"

/* Boundaries between two looks at the clock. */
#define PROGRESS_EVERY 4096

#define BARS_FIRST 65536

/* What a run needs beside its result. */
struct runner {
    const struct backtest_config *config;
    int64_t start_ns; /* on the grid of the base; INT64_MIN: what there is */
    struct backtest *out;
    struct matching *matching;
    struct hold *hold;
    struct matching *hold_matching;
    struct matching_reports *hold_reports;
    struct boundaries *boundaries;
    struct batch_entry *entries;
    struct candle *history;
    struct flow flow;              /* where config has one */
    const struct event *happening; /* of it: what comes next */
    int64_t first_ns, last_ns;     /* of all candles of the run */
};

static bool allocate(struct runner *run)
{
    struct backtest *out = run->out;
    out->desk = malloc(sizeof *out->desk);
    out->engine = calloc(1, engine_size(run->config->engine->pair_count));
    run->matching = malloc(sizeof *run->matching);
    run->hold = malloc(sizeof *run->hold);
    run->hold_matching = malloc(sizeof *run->hold_matching);
    run->hold_reports = malloc(sizeof *run->hold_reports);
    run->boundaries = malloc(sizeof *run->boundaries);
    run->entries = malloc(PAIR_MAX * sizeof *run->entries);
    run->history = malloc((run->config->history + 1) * sizeof *run->history);
    return out->desk != NULL && out->engine != NULL && run->matching != NULL && run->hold != NULL &&
           run->hold_matching != NULL && run->hold_reports != NULL && run->boundaries != NULL &&
           run->entries != NULL && run->history != NULL &&
           (run->config->flow == NULL ||
            run->config->flow->open(run->config->flow->self, run->start_ns, &run->flow));
}

static void release(struct runner *run)
{
    free(run->matching), free(run->hold), free(run->hold_matching), free(run->hold_reports);
    free(run->boundaries), free(run->entries), free(run->history);
    if (run->flow.self != NULL) {
        run->flow.close(run->flow.self);
    }
}

static bool grow(struct backtest *out)
{
    const size_t room = out->room == 0 ? BARS_FIRST : 2 * out->room;
    int64_t **const columns[] = {&out->times_ns, &out->equity, &out->hold};
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        int64_t *column = realloc(*columns[i], room * sizeof *column);
        if (column == NULL) {
            return false;
        }
        *columns[i] = column;
    }
    out->room = room;
    return true;
}

/* Candles before the start teach the indicators; nothing is decided on them. */
static void warm_up(struct runner *run)
{
    const struct backtest_config *config = run->config;
    if (run->start_ns == INT64_MIN) {
        return;
    }
    for (uint32_t i = 0; i < config->engine->pair_count; i++) {
        const size_t count =
            boundaries_history(&config->rows[i], (enum timeframe)config->engine->base,
                               run->start_ns, config->history, run->history);
        run->out->pairs[i].warmed = count;
        if (count > 0) {
            const struct event event = {
                .kind = EVENT_WARM,
                .time_ns = run->start_ns,
                .warm = {.pair = i, .count = (uint32_t)count, .candles = run->history}};
            desk_step(run->out->desk, &event);
        }
    }
}

static void see_span(struct runner *run, int64_t end_ns)
{
    run->first_ns = INT64_MAX;
    run->last_ns = INT64_MIN;
    for (uint32_t i = 0; i < run->config->engine->pair_count; i++) {
        const struct candle_rows *rows = &run->config->rows[i];
        const size_t first = candle_rows_find(rows, run->start_ns);
        const size_t last = candle_rows_find(rows, end_ns);
        if (first >= last) {
            continue;
        }
        struct backtest_pair *pair = &run->out->pairs[i];
        pair->first_ns = rows->rows[first].time_ns;
        pair->last_ns = rows->rows[last - 1].time_ns;
        run->first_ns = pair->first_ns < run->first_ns ? pair->first_ns : run->first_ns;
        run->last_ns = pair->last_ns > run->last_ns ? pair->last_ns : run->last_ns;
    }
}

/* With somebody who looks on. */
static void on_watched_step(void *context, const struct event *event, const struct actions *actions)
{
    struct runner *run = context;
    const struct backtest_watch *watch = run->config->watch;
    account_on_step(&run->out->account, event, actions);
    watch->on_step(watch->context, event, actions);
}

static void begin(struct runner *run)
{
    const struct backtest_config *config = run->config;
    struct backtest *out = run->out;
    const uint32_t pair_count = config->engine->pair_count;
    engine_init(out->engine, config->engine);
    matching_init(run->matching, config->matching);
    for (uint32_t i = 0; i < pair_count; i++) {
        engine_set_terms(out->engine, i, &config->terms[i]);
    }
    account_init(&out->account, out->engine);
    const bool watched = config->watch != NULL;
    desk_init(out->desk, out->engine, run->matching, watched ? on_watched_step : account_on_step,
              watched ? (void *)run : &out->account);
    out->account.by_flow = config->flow != NULL;
    if (run->flow.tapes != NULL) {
        desk_play(out->desk, run->flow.tapes);
    }
    hold_init(run->hold, run->hold_matching, run->hold_reports, config->matching, pair_count,
              config->engine->capital);
    warm_up(run);
    if (config->model != NULL) {
        struct event told = {.kind = EVENT_MODEL, .time_ns = run->first_ns};
        memcpy(told.model.hash, config->model->hash, sizeof told.model.hash);
        told.model.unfit = config->unfit;
        desk_step(out->desk, &told);
    }
    const struct event start = {.kind = EVENT_START, .time_ns = run->first_ns};
    desk_step(out->desk, &start);
}

static inline bool put_bar(struct backtest *out, int64_t time_ns, const struct hold *hold)
{
    const struct portfolio *portfolio = &out->engine->portfolio;
    if (out->bar_count == out->room && !grow(out)) {
        return false;
    }
    const int64_t equity = portfolio_equity(portfolio);
    out->times_ns[out->bar_count] = time_ns;
    out->equity[out->bar_count] = equity;
    out->hold[out->bar_count] = hold_equity(hold);
    out->bar_count++;
    out->bars_held += portfolio->open_count > 0;
    out->equity_sum += (double)equity;
    return true;
}

static bool tell_progress(const struct runner *run, int64_t boundary_ns)
{
    const double span_ns = (double)(run->last_ns - run->first_ns) + 1;
    return run->config->on_progress == NULL ||
           run->config->on_progress(run->config->context,
                                    (double)(boundary_ns - run->first_ns) / span_ns);
}

/* What the flow tells before a boundary's end, to the desk: a position is filled then and there. */
static void play(struct runner *run, int64_t until_ns)
{
    const struct flow *flow = &run->flow;
    struct account *account = &run->out->account;
    while (run->happening != NULL && run->happening->time_ns < until_ns) {
        account->boundary_ns = run->happening->time_ns;
        account->happening = run->happening;
        desk_step(run->out->desk, run->happening);
        run->happening = flow->next(flow->self);
    }
    account->boundary_ns = until_ns;
    account->happening = NULL;
}

/* Every boundary there is; false when memory gave out. */
static bool run_all(struct runner *run)
{
    struct backtest *out = run->out;
    const struct backtest_watch *watch = run->config->watch;
    const int64_t step_ns = run->boundaries->step_ns;
    const bool by_flow = run->config->flow != NULL;
    run->happening = by_flow ? run->flow.next(run->flow.self) : NULL;
    struct event event = {.kind = EVENT_BATCH, .batch = {.entries = run->entries}};
    int64_t boundary_ns = 0;
    for (uint32_t count, turn = 1;
         (count = boundaries_next(run->boundaries, &boundary_ns, run->entries)) > 0; turn++) {
        event.batch.boundary_ns = boundary_ns;
        event.batch.count = count;
        event.time_ns = boundary_ns + step_ns;
        out->account.boundary_ns = boundary_ns;
        if (by_flow) {
            play(run, event.time_ns);
        }
        desk_step(out->desk, &event);
        for (uint32_t i = 0; i < count; i++) {
            const uint32_t pair = run->entries[i].pair;
            hold_candle(run->hold, pair, &run->config->terms[pair], &run->entries[i].candle);
        }
        if (!put_bar(out, event.time_ns, run->hold)) {
            return false;
        }
        if ((turn % PROGRESS_EVERY == 0 && !tell_progress(run, boundary_ns)) ||
            (watch != NULL && !watch->on_boundary(watch->context, boundary_ns))) {
            out->stopped = true;
            break;
        }
    }
    return !out->account.out_of_memory;
}

static void measure(struct runner *run)
{
    struct backtest *out = run->out;
    struct curve curve = {.start_ns = out->start_ns,
                          .start = run->config->engine->capital,
                          .count = out->bar_count,
                          .times_ns = out->times_ns,
                          .money = out->equity};
    curve_measure(&curve, &out->ours);
    curve.money = out->hold;
    curve_measure(&curve, &out->held);
    trade_tally_measure(&out->account.all, &out->trades);
    const double bars = (double)out->bar_count;
    out->exposure = metrics_ratio((double)out->bars_held, bars);
    out->turnover = metrics_ratio(out->account.traded, metrics_ratio(out->equity_sum, bars));
    for (uint32_t i = 0; i < run->config->engine->pair_count; i++) {
        const struct boundary_pair *pair = &run->boundaries->pairs[i];
        out->pairs[i].candle_count = pair->candle_count;
        out->pairs[i].flat_count = pair->flat_count;
        out->pairs[i].gap_count = pair->gap_count;
    }
}

int backtest_run(const struct backtest_config *config, struct backtest *ret, char *error,
                 size_t error_size)
{
    CHECK((config->flow == NULL) == (config->matching->fills == FILLS_CANDLES));
    CHECK(config->engine->pair_count > 0);
    struct runner run = {.config = config, .out = ret};
    const enum timeframe base = (enum timeframe)config->engine->base;
    const int64_t end_ns = config->end_ns != 0 ? config->end_ns : INT64_MAX;
    *ret = (struct backtest){0};
    run.start_ns = boundary_from(base, config->start_ns != 0 ? config->start_ns : INT64_MIN);
    see_span(&run, end_ns);
    if (run.first_ns > run.last_ns) {
        snprintf(error, error_size, "there is not one candle between start and end");
        return -ENOENT;
    }
    int result = -ENOMEM;
    if (allocate(&run)) {
        begin(&run);
        boundaries_init(run.boundaries, base, config->engine->pair_count, config->rows,
                        run.start_ns, end_ns);
        ret->start_ns = timeframe_floor(base, run.first_ns);
        result = run_all(&run) ? 0 : -ENOMEM;
        ret->end_ns = ret->bar_count > 0 ? ret->times_ns[ret->bar_count - 1] : ret->start_ns;
        measure(&run);
    }
    if (result == 0 && run.flow.torn != NULL && run.flow.torn(run.flow.self)) {
        snprintf(error, error_size, "a file of what was recorded could not be read to its end");
        release(&run);
        return -EIO;
    }
    if (result != 0) {
        snprintf(error, error_size, "out of memory after %zu candles: take a shorter span",
                 ret->bar_count);
    }
    release(&run);
    return result;
}

void backtest_free(struct backtest *backtest)
{
    account_deinit(&backtest->account);
    free(backtest->engine), free(backtest->desk);
    free(backtest->times_ns), free(backtest->equity), free(backtest->hold);
    *backtest = (struct backtest){0};
}
