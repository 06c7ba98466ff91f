/* SPDX-License-Identifier: MIT */
/* A session and its re-run by hand, on one pair and the averages of 2 and 3. */
#pragma once

#include "core/desk_fixture.h"
#include "research/drift.h"
#include "research/rerun.h"

/*
 * A session and its re-run, event by event. The session's orders are filled by its matching, or,
 * where `by_hand`, by what the test says a venue reported.
 */
struct pair_of_runs {
    struct engine *engine;
    struct matching *matching; /* NULL: by hand */
    struct desk desk;
    struct rerun rerun;
    struct drift *drift;
    struct order order; /* the newest that the session placed */
    uint64_t trade_next;
    int64_t now_ns, time_ns;
};

static inline void session_step(void *context, const struct event *event,
                                const struct actions *actions)
{
    struct pair_of_runs *runs = context;
    for (uint32_t i = 0; i < actions->count; i++) {
        if (actions->list[i].kind == ACTION_PLACE) {
            runs->order = actions->list[i].place;
        }
    }
    drift_step(runs->drift, DRIFT_SESSION, event, actions, runs->engine);
}

static const struct matching_config plain = {.fills = FILLS_CANDLES, .fees = {2500, 4000}};

static inline struct pair_of_runs *runs_new(const struct engine_config *config,
                                            const struct matching_config *session,
                                            const struct rerun_config *rerun)
{
    struct pair_of_runs *runs = calloc(1, sizeof *runs);
    const struct pair terms = fixture_pair("BTC/USD");
    runs->engine = calloc(1, engine_size(config->pair_count));
    runs->drift = calloc(1, sizeof *runs->drift);
    runs->matching = session != NULL ? malloc(sizeof *runs->matching) : NULL;
    runs->now_ns = FIXTURE_START_NS;
    engine_init(runs->engine, config);
    engine_set_terms(runs->engine, 0, &terms);
    if (session != NULL) {
        matching_init(runs->matching, session);
    }
    desk_init(&runs->desk, runs->engine, runs->matching, session_step, runs);
    drift_init(runs->drift, config, session != NULL && session->fills == FILLS_CANDLES);
    EXPECT(rerun_possible(runs->engine));
    EXPECT(rerun_begin(&runs->rerun, rerun, runs->engine, runs->drift));
    return runs;
}

static inline void runs_free(struct pair_of_runs *runs)
{
    rerun_free(&runs->rerun);
    free(runs->engine), free(runs->matching), free(runs->drift);
    free(runs);
}

static inline void give(struct pair_of_runs *runs, const struct event *event)
{
    rerun_event(&runs->rerun, event);
    desk_step(&runs->desk, event);
    drift_settle(runs->drift, runs->rerun.engine);
    runs->time_ns = event->time_ns;
}

/* A closed minute, told a second after its end. */
static inline void minute(struct pair_of_runs *runs, double open, double high, double low,
                          double close)
{
    const struct batch_entry entry = {.candle = {runs->now_ns, open, high, low, close, 1}};
    const struct event event = {
        .kind = EVENT_BATCH,
        .time_ns = runs->now_ns + NS_PER_MIN + NS_PER_S,
        .batch = {.boundary_ns = runs->now_ns, .count = 1, .entries = &entry},
    };
    runs->now_ns += NS_PER_MIN;
    give(runs, &event);
}

static inline void closes(struct pair_of_runs *runs, const double *prices, int count)
{
    for (int i = 0; i < count; i++) {
        minute(runs, prices[i], prices[i], prices[i], prices[i]);
    }
}

/* The averages of 2 and 3 cross upwards at its last minute, and downwards. */
static inline void turn_up(struct pair_of_runs *runs)
{
    closes(runs, (const double[]){100, 100, 100, 98, 97, 100}, 6);
}

static inline void turn_down(struct pair_of_runs *runs)
{
    closes(runs, (const double[]){103, 103, 99}, 3);
}

/* The venue's word, so long after the newest minute was told. */
static inline void report(struct pair_of_runs *runs, int64_t after_ns, struct report said)
{
    const int64_t time_ns = runs->now_ns + NS_PER_S + after_ns;
    said.order_id = runs->order.id;
    said.side = runs->order.side;
    said.trade_id = ++runs->trade_next;
    give(runs, &(struct event){.kind = EVENT_TIME, .time_ns = time_ns});
    desk_step(&runs->desk,
              &(struct event){.kind = EVENT_REPORT, .time_ns = time_ns, .report = said});
    drift_settle(runs->drift, runs->rerun.engine);
}

static inline void fill(struct pair_of_runs *runs, int64_t after_ns, int64_t price_ticks,
                        int64_t lots)
{
    const int64_t cost =
        pair_notional(&runs->engine->pairs[0].terms, price_ticks, lots, ROUND_NEAREST);
    report(runs, after_ns,
           (struct report){.kind = REPORT_FILL,
                           .price_ticks = price_ticks,
                           .qty_lots = lots,
                           .fee = fee_of(cost, 4000)});
}

static inline void end(struct pair_of_runs *runs)
{
    drift_end(runs->drift, runs->engine, runs->rerun.engine);
}

/* By hand, on the averages. */
static inline struct pair_of_runs *venue_runs(void)
{
    const struct engine_config config = fixture_averages_config();
    return runs_new(&config, NULL, &(struct rerun_config){.matching = plain});
}

static inline int64_t sum_of_parts(const struct drift_totals *totals)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < DRIFT_PART_COUNT; i++) {
        sum += totals->parts[i];
    }
    return sum;
}

static inline void walk(struct pair_of_runs *runs, struct prng *prng, int count)
{
    double price = 100;
    for (int i = 0; i < count; i++) {
        const double open = price;
        price = round((price + (prng_real(prng) - 0.5) * 2) * 100) / 100;
        price = price < 50 ? 50 : price;
        const double high = (open > price ? open : price) + 0.2;
        const double low = (open < price ? open : price) - 0.2;
        minute(runs, open, high, low, price);
    }
}
