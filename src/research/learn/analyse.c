/* SPDX-License-Identifier: MIT */
#include "research/learn/analyse.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/prng.h"
#include "core/base/timestamp.h"
#include "research/learn/analyse_internal.h"

/* What is asked of two at once, if `support` trades have both. */
static const enum analyse_split pairs_of_splits[][2] = {
    {ANALYSE_WEEKEND, ANALYSE_SIDE},     {ANALYSE_WEEKEND, ANALYSE_PAIR},
    {ANALYSE_WEEKEND, ANALYSE_STRATEGY}, {ANALYSE_SESSION, ANALYSE_PAIR},
    {ANALYSE_SESSION, ANALYSE_STRATEGY}, {ANALYSE_PAIR, ANALYSE_STRATEGY},
    {ANALYSE_REGIME, ANALYSE_STRATEGY},
};
#define PAIRS_OF_SPLITS (sizeof pairs_of_splits / sizeof pairs_of_splits[0])

static bool sound(const struct analyse_config *config, const struct analyse_trade *trade)
{
    return isfinite(trade->earned) && trade->pair < config->pair_count &&
           trade->closed_ns >= trade->opened_ns;
}

static int by_opening(const void *a, const void *b)
{
    const struct analyse_trade *x = a, *y = b;
    return x->opened_ns != y->opened_ns
               ? (x->opened_ns > y->opened_ns) - (x->opened_ns < y->opened_ns)
               : (x->pair > y->pair) - (x->pair < y->pair);
}

static int by_closing(const void *a, const void *b)
{
    const struct analyse_trade *x = a, *y = b;
    return (x->closed_ns > y->closed_ns) - (x->closed_ns < y->closed_ns);
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void work_free(struct analyse_work *work)
{
    free(work->trades);
    free(work->off);
    free(work->block);
    free(work->places);
    free(work->key);
    free(work->member);
    free(work->said);
}

static bool work_new(struct analyse_work *work, size_t count)
{
    const size_t room = count + 1;
    work->trades = calloc(room, sizeof *work->trades);
    work->off = calloc(room, sizeof *work->off);
    work->block = calloc(room, sizeof *work->block);
    work->places = calloc(room, sizeof *work->places);
    work->key = calloc(room, sizeof *work->key);
    work->member = calloc(room, sizeof *work->member);
    work->said = calloc(room, sizeof *work->said);
    return work->trades && work->off && work->block && work->places && work->key && work->member &&
           work->said;
}

/* As many days as all but a tenth of the trades are held for, one at least. `work->off` lends its
 * room. */
static uint32_t days_of_block(const struct analyse_work *work)
{
    for (size_t i = 0; i < work->count; i++) {
        const struct analyse_trade *trade = &work->trades[i];
        work->off[i] = (double)(trade->closed_ns - trade->opened_ns) / (double)NS_PER_DAY;
    }
    qsort(work->off, work->count, sizeof *work->off, by_value);
    const double days = work->count > 0 ? ceil(work->off[(work->count - 1) * 9 / 10]) : 1;
    return days < 1 ? 1 : days > 3650 ? 3650 : (uint32_t)days;
}

static void put_blocks(struct analyse_work *work, struct analysis *analysis)
{
    analysis->block_days = days_of_block(work);
    for (size_t i = 0; i < work->count; i++) {
        const int64_t day = timestamp_day(work->trades[i].opened_ns) / NS_PER_DAY;
        work->block[i] = (uint32_t)(day / analysis->block_days);
    }
}

/* Deciles by rank among those that have a probability; equal probabilities lie in one decile. */
static void put_places(struct analyse_work *work, struct analysis *analysis)
{
    size_t n = 0;
    for (size_t i = 0; i < work->count; i++) {
        if (isfinite(work->trades[i].probability)) {
            work->off[n++] = work->trades[i].probability;
        }
    }
    qsort(work->off, n, sizeof *work->off, by_value);
    for (size_t i = 0; i <= ANALYSE_DECILES; i++) {
        const size_t at = n * i / ANALYSE_DECILES;
        analysis->deciles[i] = n > 0 ? work->off[at < n ? at : n - 1] : NAN;
    }
    for (size_t i = 0; i < work->count; i++) {
        const double probability = work->trades[i].probability;
        uint32_t decile = 0;
        while (decile < ANALYSE_DECILES - 1 && probability >= analysis->deciles[decile + 1]) {
            decile++;
        }
        decile = isfinite(probability) ? decile : ANALYSE_DECILES;
        analyse_place(work->config, &work->trades[i], decile, &work->places[i]);
    }
}

static void put_returns(struct analyse_work *work)
{
    double sum = 0, squares = 0;
    const double n = (double)work->count;
    for (size_t i = 0; i < work->count; i++) {
        sum += work->trades[i].earned;
    }
    work->mean = n > 0 ? sum / n : NAN;
    for (size_t i = 0; i < work->count; i++) {
        work->off[i] = work->trades[i].earned - work->mean;
        squares += work->off[i] * work->off[i];
        work->key[i] = prng_mix(i, 0x616e616c797365);
        work->key_all ^= work->key[i];
    }
    work->deviation = n > 1 ? sqrt(squares / (n - 1)) : NAN;
}

static void prepare(struct analyse_work *work, const struct analyse_trade *trades, size_t count,
                    struct analysis *analysis)
{
    for (size_t i = 0; i < count; i++) {
        if (sound(work->config, &trades[i])) {
            work->trades[work->count++] = trades[i];
        }
    }
    analysis->count = work->count;
    analysis->left_out = count - work->count;
    qsort(work->trades, work->count, sizeof *work->trades, by_opening);
    put_blocks(work, analysis);
    put_places(work, analysis);
    put_returns(work);
}

/* The sum of all trades in the order in which they closed, and how deep it fell. */
static void follow_money(const struct analyse_trade *closed, size_t count,
                         struct analyse_whole *whole)
{
    int64_t peak = 0;
    uint32_t run = 0;
    for (size_t i = 0; i < count; i++) {
        whole->profit += closed[i].pnl;
        peak = whole->profit > peak ? whole->profit : peak;
        const int64_t fall = peak - whole->profit;
        whole->drawdown = fall > whole->drawdown ? fall : whole->drawdown;
        run = closed[i].pnl < 0 ? run + 1 : 0;
        whole->losing_run = run > whole->losing_run ? run : whole->losing_run;
    }
}

static int measure_whole(struct analyse_work *work, struct analyse_whole *whole)
{
    struct trade_tally tally = {0};
    struct analyse_trade *closed = calloc(work->count + 1, sizeof *closed);
    if (closed == NULL) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < work->count; i++) {
        const struct analyse_trade *trade = &work->trades[i];
        closed[i] = *trade;
        trade_tally_add(&tally, trade->pnl, trade->cost, trade->closed_ns - trade->opened_ns);
    }
    qsort(closed, work->count, sizeof *closed, by_closing);
    follow_money(closed, work->count, whole);
    free(closed);
    trade_tally_measure(&tally, &whole->money);
    whole->all.cell = (struct analyse_cell){{ANALYSE_SPLIT_COUNT, ANALYSE_SPLIT_COUNT}, {0, 0}};
    analyse_mark(work, &whole->all.cell);
    analyse_measure(work, &whole->all);
    whole->deviation = work->deviation;
    whole->sharpe = metrics_ratio(work->mean, whole->deviation);
    whole->first_ns = work->count > 0 ? work->trades[0].opened_ns : 0;
    whole->last_ns = work->count > 0 ? work->trades[work->count - 1].opened_ns : 0;
    return 0;
}

static int add_row(struct analysis *analysis, struct analyse_cell cell)
{
    struct analyse_row *rows =
        realloc(analysis->rows, (analysis->row_count + 1) * sizeof *analysis->rows);
    if (rows == NULL) {
        return -ENOMEM;
    }
    analysis->rows = rows;
    rows[analysis->row_count++] = (struct analyse_row){.cell = cell};
    return 0;
}

/* How many trades each value of both has; the caller frees it. */
static uint32_t *count_cells(const struct analyse_work *work, const enum analyse_split splits[2])
{
    const uint32_t across = analyse_value_count(work->config, splits[1]);
    uint32_t *counts =
        calloc((size_t)analyse_value_count(work->config, splits[0]) * across + 1, sizeof *counts);
    for (size_t i = 0; counts != NULL && i < work->count; i++) {
        uint32_t a[VALUES_MAX], b[VALUES_MAX];
        const uint32_t a_count = analyse_values(&work->places[i], splits[0], a);
        const uint32_t b_count = analyse_values(&work->places[i], splits[1], b);
        for (uint32_t j = 0; j < a_count * b_count; j++) {
            counts[a[j / b_count] * across + b[j % b_count]]++;
        }
    }
    return counts;
}

/* A row for each value, or each two, that has `least` trades. */
static int add_split(struct analyse_work *work, struct analysis *analysis,
                     const enum analyse_split splits[2], uint32_t least)
{
    const uint32_t across = analyse_value_count(work->config, splits[1]);
    const uint32_t cells = analyse_value_count(work->config, splits[0]) * across;
    uint32_t *counts = count_cells(work, splits);
    int code = counts == NULL ? -ENOMEM : 0;
    for (uint32_t i = 0; code == 0 && i < cells; i++) {
        if (counts[i] >= least) {
            const struct analyse_cell cell = {{splits[0], splits[1]}, {i / across, i % across}};
            code = add_row(analysis, cell);
        }
    }
    free(counts);
    return code;
}

static int add_rows(struct analyse_work *work, struct analysis *analysis)
{
    int code = 0;
    for (int i = 0; code == 0 && i < ANALYSE_SPLIT_COUNT; i++) {
        const enum analyse_split splits[] = {(enum analyse_split)i, ANALYSE_SPLIT_COUNT};
        code = add_split(work, analysis, splits, 1);
    }
    for (size_t i = 0; code == 0 && i < PAIRS_OF_SPLITS; i++) {
        code = add_split(work, analysis, pairs_of_splits[i], work->config->support);
    }
    return code;
}

int analyse(const struct analyse_config *config, const struct analyse_trade *trades, size_t count,
            struct analysis *ret)
{
    struct analyse_work work = {.config = config};
    *ret = (struct analysis){.config = *config};
    int code = work_new(&work, count) ? 0 : -ENOMEM;
    if (code == 0) {
        prepare(&work, trades, count, ret);
        code = measure_whole(&work, &ret->whole);
    }
    if (code == 0) {
        code = add_rows(&work, ret);
    }
    if (code == 0) {
        code = analyse_find(&work, ret);
    }
    work_free(&work);
    return code;
}

void analysis_free(struct analysis *analysis)
{
    free(analysis->rows);
    analysis->rows = NULL;
}
