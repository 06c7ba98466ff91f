/* SPDX-License-Identifier: MIT */
#include "research/rerun.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/check.h"

bool rerun_possible(const struct engine *snapshot)
{
    return snapshot->portfolio.open_count == 0 && snapshot->portfolio.order_count == 0;
}

static void on_step(void *context, const struct event *event, const struct actions *actions)
{
    struct rerun *rerun = context;
    drift_step(rerun->drift, DRIFT_RERUN, event, actions, rerun->engine);
}

static struct engine *copy_of(const struct engine *snapshot)
{
    struct engine *engine = malloc(snapshot->size);
    if (engine != NULL) {
        memcpy(engine, snapshot, snapshot->size);
    }
    return engine;
}

static struct engine *begun_with(const struct engine_config *config)
{
    struct engine *engine = calloc(1, engine_size(config->pair_count));
    if (engine != NULL) {
        engine_init(engine, config);
    }
    return engine;
}

/* Learns anew from here, and owns what `before` does. */
static void take_over(struct engine *engine, const struct engine *before)
{
    uint32_t map[PAIR_MAX];
    CHECK(engine->config.pair_count == before->config.pair_count);
    for (uint32_t i = 0; i < before->config.pair_count; i++) {
        map[i] = i;
    }
    CHECK(engine_adopt(engine, before, map));
}

bool rerun_begin(struct rerun *rerun, const struct rerun_config *config,
                 const struct engine *snapshot, struct drift *drift)
{
    CHECK(rerun_possible(snapshot) && config->matching.fills == FILLS_CANDLES);
    *rerun = (struct rerun){.config = *config, .drift = drift};
    rerun->matching = malloc(sizeof *rerun->matching);
    rerun->desk = malloc(sizeof *rerun->desk);
    rerun->entries = malloc(PAIR_MAX * sizeof *rerun->entries);
    const bool other = config->engine != NULL;
    rerun->engine = other ? begun_with(config->engine) : copy_of(snapshot);
    if (rerun->matching == NULL || rerun->desk == NULL || rerun->entries == NULL ||
        rerun->engine == NULL) {
        return false;
    }
    if (other) {
        take_over(rerun->engine, snapshot);
    }
    matching_init(rerun->matching, &config->matching);
    desk_init(rerun->desk, rerun->engine, rerun->matching, on_step, rerun);
    return true;
}

void rerun_free(struct rerun *rerun)
{
    free(rerun->engine), free(rerun->matching), free(rerun->desk), free(rerun->entries);
    *rerun = (struct rerun){0};
}

bool rerun_renew(struct rerun *rerun, const struct engine *snapshot)
{
    const struct engine_config *other = rerun->config.engine;
    struct engine *engine = other != NULL ? begun_with(other) : copy_of(snapshot);
    if (engine == NULL) {
        return false;
    }
    take_over(engine, rerun->engine);
    free(rerun->engine);
    rerun->engine = engine;
    memset(rerun->close_last, 0, sizeof rerun->close_last);
    desk_init(rerun->desk, rerun->engine, rerun->matching, on_step, rerun);
    return true;
}

static int64_t step_of(const struct rerun *rerun)
{
    return timeframe_ns[rerun->engine->config.base];
}

static bool within(const struct candle_rows *rows, int64_t time_ns)
{
    return rows->count > 0 && time_ns >= rows->rows[0].time_ns &&
           time_ns <= rows->rows[rows->count - 1].time_ns;
}

/* The store's candle of the base timeframe, of finer ones where it has those. */
static bool stored(const struct rerun *rerun, uint32_t pair, int64_t time_ns, struct candle *ret)
{
    const struct candle_rows *rows = &rerun->config.rows[pair];
    const struct pair_state *state = &rerun->engine->pairs[pair];
    size_t i = candle_rows_find(rows, time_ns);
    if (i == rows->count || rows->rows[i].time_ns >= time_ns + step_of(rerun)) {
        return false;
    }
    *ret = rows->rows[i];
    ret->time_ns = time_ns;
    for (i++; i < rows->count && rows->rows[i].time_ns < time_ns + step_of(rerun); i++) {
        candle_merge(ret, &rows->rows[i]);
    }
    if (state->listed) {
        struct candle rounded = *ret; /* as a venue gives it */
        *ret = pair_quantise(&state->terms, &rounded) ? rounded : *ret;
    }
    return true;
}

/* No trades, or none that the file knows of. */
static bool is_flat(const struct candle *candle)
{
    return candle->volume == 0 && candle->high == candle->low;
}

/* What the store has in the place of the session's candle; where it has none though it is about
 * that time, nobody traded. */
static struct candle instead(struct rerun *rerun, uint32_t pair, const struct candle *told,
                             bool count)
{
    struct candle candle = *told;
    const struct pair *terms = &rerun->engine->pairs[pair].terms;
    if (rerun->config.rows == NULL) {
        return candle;
    }
    if (!within(&rerun->config.rows[pair], told->time_ns)) {
        rerun->drift->totals.candle_beyond_count += count;
        return candle;
    }
    const bool has = stored(rerun, pair, told->time_ns, &candle);
    if (!has && rerun->close_last[pair] > 0) {
        candle = candle_flat(told->time_ns, rerun->close_last[pair]);
    }
    if (count) {
        const bool lacks = !has && !is_flat(told);
        drift_candle(rerun->drift, pair, terms, told, lacks ? NULL : &candle);
    }
    return candle;
}

static void learn(struct rerun *rerun, const struct event *event)
{
    const uint32_t pair = event->warm.pair;
    for (uint32_t i = 0; i < event->warm.count; i++) {
        const struct candle candle = instead(rerun, pair, &event->warm.candles[i], true);
        if (candle.time_ns > rerun->engine->pairs[pair].series.time_last_ns) {
            const struct event one = {
                .kind = EVENT_WARM,
                .time_ns = event->time_ns,
                .warm = {.pair = pair, .count = 1, .candles = &candle},
            };
            rerun->close_last[pair] = candle.close;
            desk_step(rerun->desk, &one);
        }
    }
}

/* A candle that the session never had, of a pair that it follows. */
static bool missed(struct rerun *rerun, uint32_t pair, int64_t boundary_ns, struct candle *ret)
{
    const struct pair_state *state = &rerun->engine->pairs[pair];
    if (rerun->config.rows == NULL || rerun->close_last[pair] == 0 ||
        state->series.time_last_ns != boundary_ns - step_of(rerun) ||
        !stored(rerun, pair, boundary_ns, ret)) {
        return false;
    }
    drift_candle(rerun->drift, pair, &state->terms, NULL, ret);
    return true;
}

static void decide(struct rerun *rerun, const struct event *event)
{
    uint32_t count = 0, next = 0;
    struct event batch = *event;
    for (uint32_t pair = 0; pair < rerun->engine->config.pair_count; pair++) {
        struct batch_entry *entry = &rerun->entries[count];
        const struct batch_entry *told = &event->batch.entries[next];
        if (next < event->batch.count && told->pair == pair) {
            *entry = *told;
            entry->candle = instead(rerun, pair, &told->candle, true);
            entry->flags = is_flat(&entry->candle) ? told->flags : told->flags & ~CANDLE_FLAT;
            next++;
        } else if (missed(rerun, pair, event->batch.boundary_ns, &entry->candle)) {
            entry->pair = pair;
            entry->flags = 0;
        } else {
            continue;
        }
        rerun->close_last[pair] = entry->candle.close;
        count++;
    }
    batch.batch.entries = rerun->entries;
    batch.batch.count = count;
    desk_step(rerun->desk, &batch);
}

/* Only that time passed. */
static void pass(struct rerun *rerun, int64_t time_ns)
{
    desk_step(rerun->desk, &(struct event){.kind = EVENT_TIME, .time_ns = time_ns});
}

void rerun_event(struct rerun *rerun, const struct event *event)
{
    struct event changed = *event;
    drift_event(rerun->drift, event);
    switch (event->kind) {
    case EVENT_WARM:
        learn(rerun, event);
        return;
    case EVENT_BATCH:
        decide(rerun, event);
        return;
    case EVENT_CANDLE:
        changed.candle.candle = instead(rerun, event->candle.pair, &event->candle.candle, false);
        desk_step(rerun->desk, &changed);
        return;
    case EVENT_NEWS:
        if (event->news.kind == NEWS_FLOW || event->news.kind == NEWS_LINK) {
            desk_step(rerun->desk, event);
            return;
        }
        pass(rerun, event->time_ns);
        return;
    case EVENT_COMMAND:
    case EVENT_REPORT:
        pass(rerun, event->time_ns);
        return;
    case EVENT_BOOK:
    case EVENT_TRADE:
    case EVENT_HEALTH:
    case EVENT_START:
    case EVENT_PAIR:
    case EVENT_TIME:
    case EVENT_STRATEGY:
    case EVENT_MODEL:
        desk_step(rerun->desk, event);
        return;
    }
}
