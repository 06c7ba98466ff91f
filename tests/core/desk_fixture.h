/* SPDX-License-Identifier: MIT */
/*
 * A desk on one or more made-up pairs for tests: 2 price decimals, 4 quantity decimals, no
 * minimums, and the strategies the test names. Money is written in whole dollars.
 */
#pragma once

#include "core/base/prng.h"
#include "core/base/timestamp.h"
#include "core/engine/desk.h"

#include "test.h"

#define USD(x) ((int64_t)((x)*1e8 + ((x) < 0 ? -0.5 : 0.5)))
#define FIXTURE_START_NS INT64_C(1700000000000000000 / 60000000000 * 60000000000)

struct fixture {
    struct desk desk;
    struct matching *matching;
    struct engine *engine;
    enum timeframe base;
    int64_t now_ns;
    uint32_t record_count;
    struct record records[256];
    uint32_t event_count;
    uint32_t place_count;
};

static inline struct pair fixture_pair(const char *symbol)
{
    struct pair pair = {.price_decimals = 2, .qty_decimals = 4, .tick_step = 1};
    snprintf(pair.symbol, sizeof pair.symbol, "%s", symbol);
    snprintf(pair.base, sizeof pair.base, "%.3s", symbol);
    snprintf(pair.quote, sizeof pair.quote, "USD");
    return pair;
}

static inline void fixture_seen(void *context, const struct event *event,
                                const struct actions *actions)
{
    struct fixture *fixture = context;
    fixture->event_count++;
    (void)event;
    for (uint32_t i = 0; i < actions->count; i++) {
        fixture->place_count += actions->list[i].kind == ACTION_PLACE;
    }
    for (uint32_t i = 0; i < actions->record_count && fixture->record_count < 256; i++) {
        fixture->records[fixture->record_count++] = actions->records[i];
    }
}

static inline void fixture_strategy(struct engine_config *config, const char *name,
                                    const void *params, size_t size)
{
    struct strategy_setup *setup = &config->strategies[config->strategy_count++];
    EXPECT(strategy_find(name, &setup->type) != NULL);
    setup->weight = 1;
    memcpy(setup->params, params, size);
}

static inline struct engine_config fixture_config(void)
{
    return (struct engine_config){
        .base = TIMEFRAME_1M,
        .pair_count = 1,
        .capital = USD(10000),
        .fees = {.maker_ppm = 2500, .taker_ppm = 4000},
        .decision = {.actionable = 0.3,
                     .agree = 2,
                     .alone = 0.55,
                     .confidence = 0.5,
                     .imbalance_bonus = 0.05,
                     .imbalance_threshold = 0.2,
                     .imbalance_levels = 10},
        .risk = {.sizing = SIZING_RISK,
                 .risk_per_trade = 0.02,
                 .max_position = 0.2,
                 .max_exposure = 0.5,
                 .max_positions = 5,
                 .max_daily_loss = 0.05,
                 .stop_required = true},
        .execution = {.entry_life_ns = 600 * NS_PER_S, .slack = 0.005},
    };
}

/* The pair of averages 2 and 3, which cross when the market turns; a tenth of equity, no stop. */
struct fixture_averages {
    int32_t timeframe;
    int64_t fast, slow;
};

static inline struct engine_config fixture_averages_config(void)
{
    struct engine_config config = fixture_config();
    fixture_strategy(&config, "sma_pair", &(struct fixture_averages){TIMEFRAME_1M, 2, 3},
                     sizeof(struct fixture_averages));
    config.risk.sizing = SIZING_STAKE;
    config.risk.risk_per_trade = 0.1;
    config.risk.stop_required = false;
    return config;
}

static inline struct fixture *fixture_new(const struct engine_config *config,
                                          const struct matching_config *matching)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    fixture->engine = calloc(1, engine_size(config->pair_count));
    fixture->matching = malloc(sizeof *fixture->matching);
    fixture->base = (enum timeframe)config->base;
    fixture->now_ns = FIXTURE_START_NS;
    engine_init(fixture->engine, config);
    matching_init(fixture->matching, matching);
    for (uint32_t i = 0; i < config->pair_count; i++) {
        char symbol[SYMBOL_MAX];
        snprintf(symbol, sizeof symbol, "%c%c%c/USD", 'A' + i % 26, 'A' + i % 26, 'A' + i / 26);
        const struct pair pair = fixture_pair(symbol);
        engine_set_terms(fixture->engine, i, &pair);
    }
    desk_init(&fixture->desk, fixture->engine, fixture->matching, fixture_seen, fixture);
    return fixture;
}

static inline void fixture_free(struct fixture *fixture)
{
    free(fixture->matching);
    free(fixture->engine);
    free(fixture);
}

/* One closed base candle for every pair given, at the fixture's present boundary. */
static inline void fixture_batch(struct fixture *fixture, const struct candle *candles,
                                 uint32_t count)
{
    struct batch_entry entries[PAIR_MAX];
    for (uint32_t i = 0; i < count; i++) {
        entries[i] = (struct batch_entry){.pair = i, .candle = candles[i]};
        entries[i].candle.time_ns = fixture->now_ns;
    }
    const int64_t boundary_ns = fixture->now_ns;
    fixture->now_ns += timeframe_ns[fixture->base];
    const struct event event = {
        .kind = EVENT_BATCH,
        .time_ns = fixture->now_ns,
        .batch = {.boundary_ns = boundary_ns, .count = count, .entries = entries},
    };
    desk_step(&fixture->desk, &event);
}

static inline void fixture_candle(struct fixture *fixture, double open, double high, double low,
                                  double close)
{
    fixture_batch(fixture, &(struct candle){0, open, high, low, close, 1}, 1);
}

static inline void fixture_closes(struct fixture *fixture, const double *closes, int count)
{
    for (int i = 0; i < count; i++) {
        fixture_candle(fixture, closes[i], closes[i], closes[i], closes[i]);
    }
}

/* Flat, down, up: the fast average crosses the slow one at the last candle. */
static inline void fixture_turn_up(struct fixture *fixture)
{
    fixture_closes(fixture, (const double[]){100, 100, 100, 98, 97, 100}, 6);
}

static inline const struct record *fixture_last(const struct fixture *fixture,
                                                enum record_kind kind)
{
    for (uint32_t i = fixture->record_count; i-- > 0;) {
        if (fixture->records[i].kind == kind) {
            return &fixture->records[i];
        }
    }
    return NULL;
}

static inline uint32_t fixture_count(const struct fixture *fixture, enum record_kind kind)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < fixture->record_count; i++) {
        count += fixture->records[i].kind == kind;
    }
    return count;
}
