/* SPDX-License-Identifier: MIT */
#include "research/learn/labels.h"

#include <errno.h>
#include <stdlib.h>

#define CANDLES_FIRST 65536

/* A pair's candles as the engine was told them. */
struct told {
    struct boundaries boundaries;
    struct batch_entry entries[PAIR_MAX];
    struct candle *candles;
    size_t count, room;
};

static bool make_room(struct told *told, size_t count)
{
    if (count <= told->room) {
        return true;
    }
    const size_t doubled = told->room == 0 ? CANDLES_FIRST : 2 * told->room;
    const size_t room = doubled > count ? doubled : count;
    struct candle *candles = realloc(told->candles, room * sizeof *candles);
    if (candles == NULL) {
        return false;
    }
    told->candles = candles;
    told->room = room;
    return true;
}

/* As backtest_run tells them: those before the start, then boundary after
 * boundary. */
static bool read_candles(struct told *told, const struct backtest_config *run, uint32_t pair)
{
    const enum timeframe base = (enum timeframe)run->engine->base;
    const int64_t start_ns = boundary_from(base, run->start_ns != 0 ? run->start_ns : INT64_MIN);
    const int64_t end_ns = run->end_ns != 0 ? run->end_ns : INT64_MAX;
    int64_t boundary_ns;
    told->count = 0;
    if (!make_room(told, run->history)) {
        return false;
    }
    if (start_ns != INT64_MIN) {
        told->count =
            boundaries_history(&run->rows[pair], base, start_ns, run->history, told->candles);
    }
    boundaries_init(&told->boundaries, base, 1, &run->rows[pair], start_ns, end_ns);
    while (boundaries_next(&told->boundaries, &boundary_ns, told->entries) > 0) {
        if (!make_room(told, told->count + 1)) {
            return false;
        }
        told->candles[told->count++] = told->entries[0].candle;
    }
    return true;
}

static bool label_pair(struct barrier *barrier, struct told *told,
                       const struct backtest_config *run, const struct candidates *candidates,
                       uint32_t pair, struct labels *ret)
{
    if (!read_candles(told, run, pair)) {
        return false;
    }
    const struct barrier_market market = {&run->terms[pair], told->candles, told->count};
    if (barrier_enter(barrier, &market) != 0) {
        return false;
    }
    for (size_t i = 0; i < candidates->count; i++) {
        const struct candidate_row *row = &candidates->rows[i];
        if (row->pair == pair) {
            barrier_label(barrier, row, &ret->list[i]);
            ret->fates[row->strategy][ret->list[i].fate]++;
        }
    }
    return true;
}

static struct barrier_terms terms_of(const struct backtest_config *run, int64_t horizon_ns)
{
    struct barrier_terms terms = {
        .base = (enum timeframe)run->engine->base,
        .matching = *run->matching,
        .exits = run->engine->exits,
        .slack = run->engine->execution.slack,
        .horizon_ns = horizon_ns,
    };
    terms.matching.fills = FILLS_CANDLES;
    return terms;
}

int labels_make(const struct backtest_config *run, int64_t horizon_ns,
                const struct candidates *candidates, struct labels *ret)
{
    const struct barrier_terms terms = terms_of(run, horizon_ns);
    struct barrier *barrier = barrier_new(&terms);
    struct told *told = calloc(1, sizeof *told);
    *ret = (struct labels){.count = candidates->count};
    ret->list = malloc((candidates->count + 1) * sizeof *ret->list);
    bool done = barrier != NULL && told != NULL && ret->list != NULL;
    for (uint32_t pair = 0; pair < run->engine->pair_count && done; pair++) {
        done = label_pair(barrier, told, run, candidates, pair, ret);
    }
    barrier_free(barrier);
    if (told != NULL) {
        free(told->candles);
    }
    free(told);
    return done ? 0 : -ENOMEM;
}

void labels_free(struct labels *labels)
{
    free(labels->list);
    *labels = (struct labels){0};
}
