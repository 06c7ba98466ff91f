/* SPDX-License-Identifier: MIT */
/*
 * A strategy under test: its parameters from their declared defaults, and a view whose indicator
 * cells and closes a story sets by hand, or that real candles fill.
 */
#pragma once

#include "core/base/timestamp.h"
#include "core/strategy/strategy.h"
#include "csv.h"

struct story {
    const struct strategy *strategy;
    _Alignas(16) unsigned char params[STRATEGY_PARAMS_SIZE];
    double state[STRATEGY_STATE_MAX];
    uint32_t slots[STRATEGY_SLOT_MAX];
    struct panel_plan plan;
    struct panel panel;
    struct series series;
    double round_trip_fee;
};

static inline const struct option *story_option(const struct strategy *strategy, const char *name)
{
    for (uint32_t i = 0; i < strategy->option_count; i++)
        if (strcmp(strategy->options[i].name, name) == 0)
            return &strategy->options[i];
    fail_msg("%s has no option %s", strategy->name, name);
    return NULL;
}

/* Reads a parameter's text as its type says; the types that strategies use. */
static inline void story_set(struct story *story, const char *name, const char *text)
{
    const struct option *option = story_option(story->strategy, name);
    unsigned char *field = story->params + option->offset;
    int64_t duration = 0;
    char *end = NULL;
    double real = strtod(text, &end);
    if (option->type == OPTION_CHOICE) {
        int32_t choice = 0;
        while (option->choices[choice] && strcmp(option->choices[choice], text) != 0)
            choice++;
        assert_non_null(option->choices[choice]);
        memcpy(field, &choice, sizeof choice);
        return;
    }
    if (option->type == OPTION_DURATION) {
        assert_true(duration_parse(text, strlen(text), &duration));
        memcpy(field, &duration, sizeof duration);
        return;
    }
    assert_true(*text && !*end);
    assert_true(real >= option->min && real <= option->max);
    if (option->type == OPTION_INT)
        memcpy(field, &(int64_t){(int64_t)real}, sizeof(int64_t));
    else if (option->type == OPTION_REAL)
        memcpy(field, &real, sizeof real);
    else
        fail_msg("%s: a type that story_set does not read", name);
}

static inline enum timeframe story_timeframe(const struct story *story)
{
    return (enum timeframe)((const struct strategy_params *)(const void *)story->params)->timeframe;
}

/* All parameters at their defaults; change them with story_set, then story_plan. */
static inline void story_init(struct story *story, const char *name)
{
    *story = (struct story){.strategy = strategy_find(name, NULL)};
    assert_non_null(story->strategy);
    for (uint32_t i = 0; i < story->strategy->option_count; i++)
        story_set(story, story->strategy->options[i].name, story->strategy->options[i].initial);
}

static inline void story_plan(struct story *story)
{
    assert_null(story->strategy->check(story->params));
    panel_plan_init(&story->plan);
    uint32_t count = story->strategy->plan(story->params, &story->plan, story->slots);
    assert_true(count <= STRATEGY_SLOT_MAX);
    series_init(&story->series, story_timeframe(story), 0);
    panel_init(&story->panel, &story->plan);
}

static inline struct signal story_step(struct story *story)
{
    const struct strategy_view view = {
        .series = &story->series,
        .cells = story->panel.cells,
        .slots = story->slots,
        .timeframe = story_timeframe(story),
        .round_trip_fee = story->round_trip_fee,
    };
    struct signal signal = {0};
    story->strategy->step(story->params, &view, story->state, &signal);
    return signal;
}

/* What it says when a candle has closed and the panel has seen it. */
static inline struct signal story_candle(struct story *story, const struct candle *candle)
{
    uint32_t closed = series_push(&story->series, candle);
    panel_update(&story->panel, &story->plan, &story->series, closed);
    return story_step(story);
}

/* The cell of the strategy's slot `ask`, in the order it asked; ready when a story begins. */
static inline struct panel_cell *story_cell(struct story *story, uint32_t ask)
{
    return &story->panel.cells[story->slots[ask]];
}

static inline void story_ready(struct story *story, bool ready, bool ready_before)
{
    for (uint32_t slot = 0; slot < story->plan.count; slot++) {
        story->panel.cells[slot].ready = ready;
        story->panel.cells[slot].ready_before = ready_before;
    }
}

/* Without what it asked for at `ask`, now and on the candle before, it warms up and says so. */
static inline void story_expect_wait_for(struct story *story, uint32_t ask)
{
    story_cell(story, ask)->ready = story_cell(story, ask)->ready_before = false;
    const struct signal signal = story_step(story);
    EXPECT_INT(signal.reason, REASON_WARMING_UP);
    EXPECT_INT(signal.direction, 0);
}

/* The newest candles, oldest first; their times are set. */
static inline void story_candles(struct story *story, struct candle *candles, uint32_t count)
{
    series_init(&story->series, story_timeframe(story), 0);
    for (uint32_t i = 0; i < count; i++) {
        candles[i].time_ns = i * timeframe_ns[story_timeframe(story)];
        series_push(&story->series, &candles[i]);
    }
}

/* The two newest candles, by their closes alone. */
static inline void story_closes(struct story *story, double before, double now)
{
    struct candle candles[] = {{0, before, before, before, before, 1}, {0, now, now, now, now, 1}};
    story_candles(story, candles, 2);
}

/* What a strategy said over real candles. Each signal must be one that may be believed. */
struct story_tally {
    uint32_t candles;
    uint32_t warming_up;
    uint32_t longs;
    uint32_t shorts;
    uint32_t unconfirmed; /* neutral, with a reason */
};

static inline void story_expect_sound(const struct signal *signal, double close)
{
    EXPECT(signal->direction >= -1 && signal->direction <= 1);
    EXPECT(signal->strength >= 0 && signal->strength <= 1);
    EXPECT(signal->confidence >= 0 && signal->confidence <= 1);
    EXPECT(signal->reason < REASON_COUNT);
    for (int i = 0; i < SIGNAL_FIGURE_MAX; i++)
        EXPECT(isfinite(signal->figures[i]));
    EXPECT(signal->direction != 0 || (signal->stop == 0 && signal->target == 0));
    if (signal->stop != 0)
        EXPECT(signal->direction * (close - signal->stop) > 0);
    if (signal->target != 0)
        EXPECT(signal->direction * (signal->target - close) > 0);
}

static inline struct story_tally story_run(struct story *story, const char *path)
{
    static struct csv csv;
    struct story_tally tally = {0};
    csv_open(&csv, path);
    while (csv_next(&csv)) {
        struct candle candle = csv_candle(&csv);
        struct signal signal = story_candle(story, &candle);
        story_expect_sound(&signal, candle.close);
        tally.candles++;
        tally.longs += signal.direction > 0;
        tally.shorts += signal.direction < 0;
        tally.warming_up += signal.reason == REASON_WARMING_UP;
        tally.unconfirmed += signal.direction == 0 && signal.reason > REASON_WARMING_UP;
    }
    return tally;
}

/* What a strategy, at its defaults, says of six weeks of one market's minutes. */
static inline struct story_tally story_of_bitcoin(const char *strategy)
{
    static struct story story;
    story_init(&story, strategy);
    story_plan(&story);
    return story_run(&story,
                     test_shared("data/candles/BINANCE_BTCUSDT_1m_20230316-20230501.csv.gz"));
}
