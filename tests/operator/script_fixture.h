/* SPDX-License-Identifier: MIT */
/*
 * A script under test: its text on a shelf, its parameters at their defaults, and a market that
 * feeds it candles, as the engine would.
 */
#pragma once

#include "core/base/prng.h"
#include "core/base/timestamp.h"
#include "operator/script/shelf.h"

#include "test.h"

struct trial {
    struct shelf *shelf;
    struct script *script;
    const struct strategy *strategy;
    _Alignas(16) unsigned char params[STRATEGY_PARAMS_SIZE];
    double notes[STRATEGY_STATE_MAX];
    uint32_t slots[STRATEGY_SLOT_MAX];
    struct panel_plan plan;
    struct panel panel;
    struct series series;
    struct pair pair;
    double fee;
};

/* The texts that strategies' options have as defaults. */
static inline void trial_default(struct trial *trial, const struct option *option)
{
    unsigned char *field = trial->params + option->offset;
    const char *text = option->initial;
    int64_t duration = 0;
    if (option->type == OPTION_CHOICE) {
        int32_t choice = 0;
        while (strcmp(option->choices[choice], text) != 0)
            choice++;
        memcpy(field, &choice, sizeof choice);
    } else if (option->type == OPTION_DURATION) {
        EXPECT(duration_parse(text, strlen(text), &duration));
        memcpy(field, &duration, sizeof duration);
    } else if (option->type == OPTION_BOOL) {
        *field = strcmp(text, "true") == 0;
    } else if (option->type == OPTION_INT) {
        memcpy(field, &(int64_t){strtoll(text, NULL, 10)}, sizeof(int64_t));
    } else {
        memcpy(field, &(double){strtod(text, NULL)}, sizeof(double));
    }
}

static inline void trial_take(struct trial *trial, const char *name, const char *text, bool fresh)
{
    const struct event event = {
        .kind = EVENT_STRATEGY,
        .strategy = {.type = strategy_built_in, .fresh = fresh, .name = name, .text = text},
    };
    EXPECT(shelf_take(trial->shelf, &event));
    trial->script = shelf_script(trial->shelf, 0);
    trial->strategy = script_strategy(trial->script);
}

/* A script from its text; it may have failed to load. */
static inline void trial_begin(struct trial *trial, const char *text)
{
    *trial = (struct trial){.shelf = shelf_new(), .pair = {.symbol = "BTC/USD"}};
    shelf_use(trial->shelf);
    trial_take(trial, "trial", text, false);
    for (uint32_t i = 0; i < trial->strategy->option_count; i++)
        trial_default(trial, &trial->strategy->options[i]);
    ((struct strategy_params *)(void *)trial->params)->type = strategy_built_in;
}

/* Once the parameters are as they shall be. */
static inline void trial_plan(struct trial *trial)
{
    assert_null(trial->strategy->check(trial->params));
    panel_plan_init(&trial->plan);
    trial->strategy->plan(trial->params, &trial->plan, trial->slots);
    const struct strategy_params *params = (const void *)trial->params;
    series_init(&trial->series, (enum timeframe)params->timeframe, 0);
    panel_init(&trial->panel, &trial->plan);
}

static inline struct signal trial_ask(struct trial *trial)
{
    const struct strategy_view view = {
        .pair = &trial->pair,
        .series = &trial->series,
        .cells = trial->panel.cells,
        .slots = trial->slots,
        .timeframe = trial->series.base,
        .round_trip_fee = trial->fee,
    };
    struct signal signal = {0};
    trial->strategy->step(trial->params, &view, trial->notes, &signal);
    return signal;
}

static inline struct signal trial_candle(struct trial *trial, const struct candle *candle)
{
    const uint32_t closed = series_push(&trial->series, candle);
    panel_update(&trial->panel, &trial->plan, &trial->series, closed);
    return trial_ask(trial);
}

static inline struct signal trial_close(struct trial *trial, double close)
{
    const int64_t step = timeframe_ns[trial->series.base];
    const int64_t before = trial->series.time_last_ns;
    return trial_candle(trial, &(struct candle){before == INT64_MIN ? 0 : before + step, close,
                                                close + 1, close - 1, close, 1});
}

static inline void trial_end(struct trial *trial)
{
    shelf_free(trial->shelf);
}

/* A whole text round the body of its step. */
static inline const char *trial_step(const char *body)
{
    static char text[SCRIPT_TEXT_MAX];
    snprintf(text, sizeof text,
             "return {help = \"a trial\", notes = {\"count\", \"sum\"}, history = 1,\n"
             "step = function(p, state)\n%s\nend}",
             body);
    return text;
}

/* Steps once on a candle that closes at 100, its third line being the body's first; the script is
 * then stopped by that very fault, or by none. */
static inline struct signal trial_of(const char *body, const char *fault)
{
    static struct trial trial;
    trial_begin(&trial, trial_step(body));
    EXPECT_TEXT(script_fault(trial.script), "");
    trial_plan(&trial);
    const struct signal signal = trial_close(&trial, 100);
    EXPECT_TEXT(script_fault(trial.script), fault);
    EXPECT(script_stopped(trial.script) == (fault[0] != '\0'));
    trial_end(&trial);
    return signal;
}
