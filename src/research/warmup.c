/* SPDX-License-Identifier: MIT */
#include "research/warmup.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/check.h"

/* Each try has this part more candles than the one before. */
#define LADDER 1.15
#define LADDER_MAX 128

struct warmer {
    const struct warmup_config *config;
    struct warmup *out;
    struct series series;
    struct panel panel;
    struct panel_plan plan; /* the one ask, of a base of its own timeframe */
    struct candle candles[WARMUP_REFERENCE];
};

/* What one indicator is at one time of one pair. */
struct moment {
    const struct candle *newest; /* behind the last candle */
    size_t count;                /* before it */
    double reference[PANEL_OUTPUT_MAX];
};

/* The indicator from the newest `count` candles; false when it says nothing yet. */
static bool work_out(struct warmer *warmer, const struct moment *moment, size_t count,
                     double *ret_values)
{
    const enum timeframe timeframe = warmer->plan.asks[0].timeframe;
    memset(&warmer->panel, 0, sizeof warmer->panel);
    series_init(&warmer->series, timeframe, 1u << timeframe);
    panel_init(&warmer->panel, &warmer->plan);
    for (const struct candle *at = moment->newest - count; at < moment->newest; at++) {
        const uint32_t closed = series_push(&warmer->series, at);
        panel_update(&warmer->panel, &warmer->plan, &warmer->series, closed);
    }
    memcpy(ret_values, warmer->panel.cells[0].now, PANEL_OUTPUT_MAX * sizeof *ret_values);
    return warmer->panel.cells[0].ready;
}

/* How much an output moves about over the moments: its mean deviation. */
static double spread_of(const struct moment *moments, size_t count, uint32_t output)
{
    double mean = 0, spread = 0;
    for (size_t i = 0; i < count; i++) {
        mean += moments[i].reference[output] / (double)count;
    }
    for (size_t i = 0; i < count; i++) {
        spread += fabs(moments[i].reference[output] - mean) / (double)count;
    }
    return spread;
}

/* What the short history is off by over all moments; NAN when one of them says nothing. */
static double off_by(struct warmer *warmer, const struct moment *moments, size_t moment_count,
                     size_t count)
{
    double worst[PANEL_OUTPUT_MAX] = {0}, off = 0;
    for (size_t i = 0; i < moment_count; i++) {
        double values[PANEL_OUTPUT_MAX];
        if (!work_out(warmer, &moments[i], count, values)) {
            return NAN;
        }
        for (uint32_t k = 0; k < PANEL_OUTPUT_MAX; k++) {
            worst[k] = fmax(worst[k], fabs(values[k] - moments[i].reference[k]));
        }
    }
    for (uint32_t k = 0; k < PANEL_OUTPUT_MAX; k++) {
        off = worst[k] > 0 ? fmax(off, worst[k] / spread_of(moments, moment_count, k)) : off;
    }
    return off;
}

/* Histories to try, ascending, from what it needs to `most`. */
static size_t make_ladder(uint32_t needs, size_t most, size_t *ladder)
{
    size_t count = 0;
    for (size_t size = needs; size <= most && count < LADDER_MAX; count++) {
        ladder[count] = size;
        const size_t next = (size_t)((double)size * LADDER);
        size = next > size ? next : size + 1;
    }
    return count;
}

/* Sets what a row says, from the pair whose moments these are; the worst pair's stays. */
static void try_row(struct warmer *warmer, struct warmup_row *row, const struct moment *moments,
                    size_t moment_count, size_t most)
{
    size_t ladder[LADDER_MAX];
    const size_t steps = make_ladder(row->needs, most, ladder);
    size_t settles = 0;
    for (size_t i = steps; i-- > 0;) {
        const double off = off_by(warmer, moments, moment_count, ladder[i]);
        if (!(off <= warmer->config->tolerance)) {
            break;
        }
        settles = ladder[i];
    }
    const size_t has = row->has < most ? row->has : most;
    const double off = has == 0 ? NAN : off_by(warmer, moments, moment_count, has);
    const bool first = row->tried == 0;
    row->off = first || isnan(off) || off > row->off ? off : row->off;
    row->settles = first                               ? (uint32_t)settles
                   : row->settles == 0 || settles == 0 ? 0
                   : settles > row->settles            ? (uint32_t)settles
                                                       : row->settles;
    row->tried = first || most < row->tried ? (uint32_t)most : row->tried;
}

/* The candles of one pair before the last moment, and the moments in their second half. */
static void try_pair(struct warmer *warmer, struct warmup_row *row, const struct candle_rows *rows)
{
    struct moment moments[WARMUP_TIMES];
    const int64_t last_ns = rows->count > 0 ? rows->rows[rows->count - 1].time_ns : 0;
    const size_t count =
        boundaries_history(rows, row->ask.timeframe, timeframe_floor(row->ask.timeframe, last_ns),
                           WARMUP_REFERENCE, warmer->candles);
    size_t moment_count = 0;
    for (size_t i = 1; i <= WARMUP_TIMES; i++) {
        struct moment *moment = &moments[moment_count];
        moment->count = count / 2 + count / 2 * i / WARMUP_TIMES;
        moment->newest = warmer->candles + moment->count;
        moment_count += work_out(warmer, moment, moment->count, moment->reference);
    }
    /* With less than twice what it needs there is nothing to hold it against. */
    if (moment_count == WARMUP_TIMES && count / 2 > 2 * (size_t)row->needs) {
        try_row(warmer, row, moments, moment_count, count / 2);
    }
}

/* The strategies that find the plan's slot among theirs when they ask again. */
static uint32_t who_asks(const struct engine *engine, uint32_t slot)
{
    uint32_t mask = 0;
    for (uint32_t i = 0; i < engine->config.strategy_count; i++) {
        const struct strategy_setup *setup = &engine->config.strategies[i];
        struct panel_plan plan = engine->plan;
        uint32_t slots[STRATEGY_SLOT_MAX];
        const uint32_t count = strategy_table[setup->type]->plan(setup->params, &plan, slots);
        for (uint32_t k = 0; k < count; k++) {
            mask |= slots[k] == slot ? 1u << i : 0;
        }
    }
    return mask;
}

static int try_all(struct warmer *warmer, const struct engine *engine)
{
    const struct warmup_config *config = warmer->config;
    struct warmup *out = warmer->out;
    for (uint32_t slot = 0; slot < engine->plan.count; slot++) {
        struct warmup_row *row = &out->rows[out->count++];
        *row = (struct warmup_row){.ask = engine->plan.asks[slot], .off = NAN};
        row->needs = panel_ask_warmup(&row->ask);
        row->has = (uint32_t)(config->history_ns / timeframe_ns[row->ask.timeframe]);
        row->strategies = who_asks(engine, slot);
        panel_plan_init(&warmer->plan);
        panel_plan_ask(&warmer->plan, &row->ask);
        for (uint32_t pair = 0; pair < config->engine->pair_count; pair++) {
            try_pair(warmer, row, &config->rows[pair]);
        }
        if (config->on_progress != NULL &&
            !config->on_progress(config->context, (slot + 1.0) / engine->plan.count)) {
            out->stopped = true;
            return 0;
        }
    }
    return 0;
}

int warmup_check(const struct warmup_config *config, struct warmup *ret, char *error,
                 size_t error_size)
{
    *ret = (struct warmup){0};
    struct warmer *warmer = calloc(1, sizeof *warmer);
    struct engine *engine = calloc(1, engine_size(config->engine->pair_count));
    int code = -ENOMEM;
    if (warmer != NULL && engine != NULL) {
        warmer->config = config;
        warmer->out = ret;
        engine_init(engine, config->engine);
        code = try_all(warmer, engine);
    } else {
        snprintf(error, error_size, "out of memory");
    }
    free(warmer), free(engine);
    return code;
}

bool warmup_row_holds(const struct warmup_row *row, double tolerance)
{
    return row->off <= tolerance;
}
