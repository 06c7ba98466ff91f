/* SPDX-License-Identifier: MIT */
#include "research/sweep_run.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/check.h"
#include "core/base/timestamp.h"

#define MONEY 1e8

/* Blocks between two looks at the clock. */
#define PROGRESS_EVERY 64

struct runner {
    const struct sweep_run_config *config;
    const struct backtest_config *backtest;
    struct sweep_outcome *out;
    struct sweep_span *span;
    enum timeframe base;
    int64_t start_ns; /* on the grid of the base; INT64_MIN: what there is */
    int64_t first_ns, last_ns;
    struct sweep sweep;
    struct sweep_account *accounts;
    void *work;
    struct boundaries *boundaries;
    struct candle *history;
    struct sweep_block block;
    int64_t times_ns[SWEEP_BLOCK];
    double close[SWEEP_BLOCK], buy[SWEEP_BLOCK], sell[SWEEP_BLOCK];
};

/* What the engine would ask beside the strategy before it lets an entry through. */
static const char *refusal_of_entries(const struct engine_config *engine)
{
    const struct risk_config *risk = &engine->risk;
    const struct limit_config *limits = &risk->limits;
    struct panel_plan plan;
    struct chain_plan chain;
    panel_plan_init(&plan);
    chain_plan(&engine->chain, &plan, &chain);
    if (chain.any) {
        return "filters, regime, mood, cooldown, agreement or the model are on";
    }
    if (risk->sizing != SIZING_ALL) {
        return "risk.sizing is not all";
    }
    if (risk->stop_required) {
        return "risk.stop_required is on";
    }
    if (risk->max_daily_loss != 0 || risk->crash.fall != 0 || limits->max_drawdown != 0 ||
        limits->max_at_risk != 0 || limits->cool_off_losses != 0 || limits->pairs[0] != '\0' ||
        limits->strategies[0] != '\0') {
        return "limits of loss or size are on";
    }
    if (engine->day.profit_target != 0 || engine->day.trades != 0 ||
        engine->day.pair_trades[0] != '\0') {
        return "a day's target or number of trades is set";
    }
    return NULL;
}

static const char *refusal_of_orders(const struct backtest_config *config)
{
    const struct pair *terms = &config->terms[0];
    if (exit_config_asks(&config->engine->exits)) {
        return "exits are configured";
    }
    if (config->engine->execution.entry != 0) {
        return "entries are limit orders";
    }
    if (terms->status != PAIR_ONLINE || terms->qty_min_lots != 0 || terms->cost_min != 0) {
        return "the pair has a smallest order";
    }
    if (config->flow != NULL) {
        return "recorded trades or books fill the orders";
    }
    return NULL;
}

const char *sweep_refusal(const struct backtest_config *config)
{
    const struct engine_config *engine = config->engine;
    const struct strategy_setup *setup = &engine->strategies[0];
    if (engine->pair_count != 1) {
        return "a kernel sweeps one pair";
    }
    if (engine->strategy_count != 1 || setup->shadow || !(setup->weight > 0)) {
        return "a kernel sweeps one strategy that votes";
    }
    if (strategy_table[setup->type]->sweep == NULL) {
        return "the strategy has no kernel";
    }
    if (((const struct strategy_params *)(const void *)setup->params)->timeframe != engine->base) {
        return "orders are filled on finer candles than the strategy looks at";
    }
    const char *refusal = refusal_of_entries(engine);
    return refusal != NULL ? refusal : refusal_of_orders(config);
}

static int64_t end_of(const struct backtest_config *config)
{
    return config->end_ns != 0 ? config->end_ns : INT64_MAX;
}

/* The first and the last candle of the run; false: there is none. */
static bool see_span(const struct backtest_config *config, int64_t start_ns, int64_t *ret_first_ns,
                     int64_t *ret_last_ns)
{
    const size_t first = candle_rows_find(config->rows, start_ns);
    const size_t last = candle_rows_find(config->rows, end_of(config));
    if (first >= last) {
        return false;
    }
    *ret_first_ns = config->rows->rows[first].time_ns;
    *ret_last_ns = config->rows->rows[last - 1].time_ns;
    return true;
}

static int64_t start_of(const struct backtest_config *config)
{
    return boundary_from((enum timeframe)config->engine->base,
                         config->start_ns != 0 ? config->start_ns : INT64_MIN);
}

size_t sweep_days(const struct backtest_config *config)
{
    int64_t first_ns, last_ns;
    return see_span(config, start_of(config), &first_ns, &last_ns)
               ? (size_t)((last_ns - first_ns) / NS_PER_DAY) + 2
               : 0;
}

static void on_trade(void *context, uint32_t set, const struct sweep_trade *trade)
{
    struct runner *run = context;
    trade_tally_add(&run->out[set].trades, llround(trade->pnl), llround(trade->cost),
                    trade->closed_ns - trade->opened_ns);
    if (run->config->on_trade != NULL) {
        run->config->on_trade(run->config->context, set, trade);
    }
}

static void put(struct runner *run, const struct candle *candle)
{
    const struct pair *terms = run->backtest->terms;
    const struct matching_config *matching = run->backtest->matching;
    const uint32_t at = run->block.count++;
    run->times_ns[at] = candle->time_ns;
    run->close[at] = candle->close;
    run->buy[at] =
        pair_price_to_double(terms, matching_taker_ticks(matching, terms, candle->open, SIDE_BUY));
    run->sell[at] =
        pair_price_to_double(terms, matching_taker_ticks(matching, terms, candle->open, SIDE_SELL));
}

static void warm_up(struct runner *run)
{
    const size_t count = run->start_ns == INT64_MIN
                             ? 0
                             : boundaries_history(run->backtest->rows, run->base, run->start_ns,
                                                  run->backtest->history, run->history);
    for (size_t i = 0; i < count; i++) {
        put(run, &run->history[i]);
        if (run->block.count == SWEEP_BLOCK || i + 1 == count) {
            sweep_warm(&run->sweep, &run->block);
            run->block.count = 0;
        }
    }
}

static void put_day(struct runner *run)
{
    const struct sweep_run_config *config = run->config;
    const size_t day = run->span->day_count++;
    CHECK(day < config->day_room);
    for (uint32_t set = 0; set < config->sets.count; set++) {
        config->daily[set * config->day_room + day] = sweep_equity(&run->sweep, set);
    }
}

static void feed(struct runner *run)
{
    sweep_feed(&run->sweep, &run->block);
    run->block.count = 0;
}

static bool tell_progress(const struct runner *run, int64_t boundary_ns)
{
    const double span_ns = (double)(run->last_ns - run->first_ns) + 1;
    return run->backtest->on_progress == NULL ||
           run->backtest->on_progress(run->backtest->context,
                                      (double)(boundary_ns - run->first_ns) / span_ns);
}

/* Block after block; where days are asked for, one ends with each of them. */
static void run_all(struct runner *run)
{
    struct batch_entry entry;
    struct sweep_span *span = run->span;
    const int64_t step_ns = run->boundaries->step_ns;
    int64_t boundary_ns = 0;
    uint32_t turn = 1;
    while (!span->stopped && boundaries_next(run->boundaries, &boundary_ns, &entry) > 0) {
        const int64_t day_ns = timestamp_day(boundary_ns);
        const bool turns = run->config->daily != NULL && span->bar_count > 0 &&
                           day_ns != timestamp_day(span->end_ns - step_ns);
        if (run->block.count == SWEEP_BLOCK || (turns && run->block.count > 0)) {
            feed(run);
            span->stopped = turn++ % PROGRESS_EVERY == 0 && !tell_progress(run, boundary_ns);
        }
        if (turns) {
            put_day(run);
        }
        put(run, &entry.candle);
        span->bar_count++;
        span->end_ns = boundary_ns + step_ns;
        if (span->bar_count == 1) {
            run->first_ns = boundary_ns;
        }
    }
    feed(run);
    if (run->config->daily != NULL) {
        put_day(run);
    }
}

static void measure(struct runner *run)
{
    const struct sweep_span *span = run->span;
    for (uint32_t set = 0; set < run->config->sets.count; set++) {
        const struct sweep_account *account = &run->accounts[set];
        const struct sweep_returns returns = sweep_returns(&run->sweep, set);
        struct sweep_outcome *out = &run->out[set];
        const struct curve_sums sums = {
            .start_ns = span->start_ns,
            .first_ns = run->first_ns + run->boundaries->step_ns,
            .last_ns = span->end_ns,
            .count = span->bar_count,
            .start = run->backtest->engine->capital,
            .end = llround(sweep_equity(&run->sweep, set)),
            .returns = {returns.count, returns.mean, returns.squares, returns.below},
            .drawdown = account->drawdown,
        };
        curve_measure_sums(&sums, &out->curve);
        out->equity = sums.end;
        out->exposure = metrics_ratio((double)account->bars_held, (double)span->bar_count);
        out->rounding = account->rounding;
    }
}

static bool allocate(struct runner *run, const struct sweep_kernel *kernel)
{
    run->accounts = malloc(run->config->sets.count * sizeof *run->accounts);
    run->work = malloc(kernel->size(&run->config->sets));
    run->boundaries = malloc(sizeof *run->boundaries);
    run->history = malloc((run->backtest->history + 1) * sizeof *run->history);
    return run->accounts != NULL && run->work != NULL && run->boundaries != NULL &&
           run->history != NULL;
}

static void begin(struct runner *run, const struct sweep_kernel *kernel)
{
    const struct backtest_config *backtest = run->backtest;
    const struct sweep_config config = {
        .capital = (double)backtest->engine->capital,
        .fee = (double)backtest->matching->fees.taker_ppm / (double)PPM,
        .lot = pair_qty_to_double(backtest->terms, 1),
        .money = MONEY,
        .on_trade = on_trade,
        .context = run,
    };
    for (uint32_t set = 0; set < run->config->sets.count; set++) {
        run->out[set] = (struct sweep_outcome){0};
    }
    run->block = (struct sweep_block){
        .times_ns = run->times_ns, .close = run->close, .buy = run->buy, .sell = run->sell};
    sweep_init(&run->sweep, kernel, &run->config->sets, &config, run->work, run->accounts);
    warm_up(run);
    boundaries_init(run->boundaries, run->base, 1, backtest->rows, run->start_ns, end_of(backtest));
    run->span->start_ns = timeframe_floor(run->base, run->first_ns);
}

int sweep_run(const struct sweep_run_config *config, struct sweep_outcome *out,
              struct sweep_span *ret_span, char *error, size_t error_size)
{
    const struct backtest_config *backtest = config->backtest;
    CHECK(sweep_refusal(backtest) == NULL && config->sets.count > 0);
    *ret_span = (struct sweep_span){0};
    int64_t first_ns, last_ns;
    const int64_t start_ns = start_of(backtest);
    if (!see_span(backtest, start_ns, &first_ns, &last_ns)) {
        snprintf(error, error_size, "there is not one candle between start and end");
        return -ENOENT;
    }
    int result = -ENOMEM;
    struct runner *run = calloc(1, sizeof *run);
    if (run != NULL) {
        const struct sweep_kernel *kernel =
            strategy_table[backtest->engine->strategies[0].type]->sweep;
        run->config = config, run->backtest = backtest, run->out = out, run->span = ret_span;
        run->base = (enum timeframe)backtest->engine->base;
        run->start_ns = start_ns, run->first_ns = first_ns, run->last_ns = last_ns;
        if (allocate(run, kernel)) {
            begin(run, kernel);
            run_all(run);
            measure(run);
            result = 0;
        }
        free(run->accounts), free(run->work), free(run->boundaries), free(run->history);
    }
    free(run);
    if (result != 0) {
        snprintf(error, error_size, "out of memory for %u sets: take fewer at a time",
                 config->sets.count);
    }
    return result;
}
