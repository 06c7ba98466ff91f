/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "core/base/timestamp.h"
#include "sparse_market.h"
#include "world_inner.h"

/* Most faults are absent from most seeds: what two or three do together is seen more clearly. */
static double some(struct world *world, double share, double most)
{
    const bool there = prng_real(&world->prng) < share;
    const double much = prng_real(&world->prng);
    return there ? most * much * much : 0;
}

static void plan_line(struct world *world)
{
    struct lan_faults *line = &world->plan.line;
    line->latency_min_ns = NS_PER_MS;
    line->latency_max_ns = 10 * NS_PER_MS + (int64_t)prng_below(&world->prng, 150 * NS_PER_MS);
    line->slow = some(world, 0.4, 0.05);
    line->slow_ns = (int64_t)prng_below(&world->prng, 15 * NS_PER_S);
    line->cut = some(world, 0.5, 0.01);
    line->call_lost = some(world, 0.4, 0.15);
    line->reply_lost = some(world, 0.4, 0.15);
}

/* Of its own numbers, so that a seed with the real store is otherwise the seed it was; and there
 * the disk fails more often, since much of that store is for nothing else. */
static void plan_disk(struct world *world)
{
    struct prng prng;
    prng_init(&prng, prng_mix(world->seed, 78));
    world->plan.disk_store = prng_below(&prng, world_disk_share) == 0;
    if (world->plan.disk_store && prng_below(&prng, 2) == 0) {
        world->plan.disk.fails = 0.1 * prng_real(&prng) * prng_real(&prng);
    }
}

/* Of its own numbers too. */
static double draw_spread_max(const struct world *world)
{
    struct prng prng;
    prng_init(&prng, prng_mix(world->seed, 80));
    const bool often_wide = prng_below(&prng, 3) == 0;
    return often_wide ? 0.0004 + 0.003 * prng_real(&prng) * prng_real(&prng) : 0.01;
}

void world_plan(struct world *world)
{
    struct plan *plan = &world->plan;
    const bool long_one = prng_below(&world->prng, 20) == 0;
    const int64_t most = long_one ? WORLD_MINUTES_MAX : WORLD_MINUTES_USUAL;
    plan->minutes = WORLD_MINUTES_MIN - WORLD_CALM_MINUTES +
                    (int64_t)prng_below(&world->prng, (uint64_t)(most - WORLD_MINUTES_MIN + 1));
    plan_line(world);
    plan->disk.wait_ns = (1 + (int64_t)prng_below(&world->prng, 80)) * NS_PER_MS;
    plan->disk.slow = some(world, 0.4, 0.2);
    plan->disk.slow_ns = 6 * NS_PER_S;
    plan->disk.fails = some(world, 0.3, 0.05);
    plan->disk.fail_ns = 60 * NS_PER_S;
    plan->variant = prng_below(&world->prng, 3) == 0 ? 0 : prng_below(&world->prng, 1000000);
    plan->faulty = prng_below(&world->prng, 2) == 0;
    plan->faults = faults_drawn(prng_next(&world->prng));
    plan_disk(world);
    plan->kill = some(world, 0.5, 0.15);
    plan->kill_sending = some(world, 0.5, 0.3);
    plan->unplug = some(world, 0.4, 0.15);
    plan->stall = some(world, 0.4, 0.2);
    plan->skew_ns = (int64_t)(some(world, 0.4, 600) * (double)NS_PER_S);
    plan->tier = (enum rate_tier)prng_below(&world->prng, RATE_TIER_COUNT);
    sparse_market = (struct sparse_market){
        .sigma = 0.0005 + 0.004 * prng_real(&world->prng),
        .jump = some(world, 0.5, 0.1),
        .jump_size = 0.05,
        .quiet = 0.3 * prng_real(&world->prng),
        .depth = 5e6 + 6e7 * prng_real(&world->prng) * prng_real(&world->prng),
    };
    plan->operate = some(world, 0.3, 0.8);
    plan->failures = (int64_t)prng_below(&world->prng, 4); /* 0: never */
    plan->spread_max = draw_spread_max(world);
}

/* The settings of sma_cross: timeframe, periods, and how far stop and target stand. */
struct cross_params {
    int32_t timeframe;
    int64_t sma_period, atr_period;
    double stop_atr, target_atr;
};

/* Those of dca: a ladder below the high of the last minutes. */
struct dip_params {
    int32_t timeframe;
    int64_t high_period;
    double drop, step;
    int64_t rungs, rsi_period;
    double oversold;
    int64_t volume_period;
    double stop, target;
    int64_t hold_ns;
    double confidence;
};

static void add_strategy(struct engine_config *config, const char *name, const void *params,
                         size_t size)
{
    struct strategy_setup *setup = &config->strategies[config->strategy_count++];
    CHECK(strategy_find(name, &setup->type) != NULL && size <= sizeof setup->params);
    setup->weight = 1;
    memcpy(setup->params, params, size);
}

/* In every third world, alone or beside the averages. Of its own numbers: the others are as they
 * would be without. True: alone. */
static bool draw_ladder(const struct world *world, struct engine_config *config)
{
    struct prng prng;
    prng_init(&prng, prng_mix(world->seed, 79));
    const uint64_t kind = prng_below(&prng, 6);
    const double drop = 0.001 + 0.006 * prng_real(&prng), step = 0.0005 + 0.003 * prng_real(&prng);
    const int64_t rungs = 1 + (int64_t)prng_below(&prng, LADDER_RUNG_MAX);
    const struct dip_params params = {
        .timeframe = TIMEFRAME_1M,
        .high_period = 3 + (int64_t)prng_below(&prng, 10),
        .drop = drop,
        .step = step,
        .rungs = rungs,
        .rsi_period = 3,
        .oversold = 90,
        .volume_period = 3,
        .stop = drop + step * (double)rungs + 0.02 * prng_real(&prng) + 0.01,
        .target = 0.002 + 0.02 * prng_real(&prng),
        .hold_ns = (int64_t)prng_below(&prng, 15) * NS_PER_MIN,
    };
    if (kind < 2) {
        add_strategy(config, "dca", &params, sizeof params);
    }
    return kind == 0;
}

/* Sizes that move, and limits that are met, in most worlds. */
static void draw_limits(struct prng *prng, struct risk_config *risk)
{
    risk->kelly = (struct kelly_config){(int32_t)prng_below(prng, 3), 0.25, 3, 0.25};
    risk->ruin = (struct ruin_config){0.01, 0.2, 3, 0.25};
    risk->scale = (struct scale_config){.confidence = prng_below(prng, 2) == 0,
                                        .confidence_full = 0.9,
                                        .volatility = prng_below(prng, 2) == 0 ? 0.002 : 0,
                                        .volatility_period = 5,
                                        .volatility_timeframe = TIMEFRAME_1M,
                                        .drawdown_from = 0.001,
                                        .drawdown_to = 0.01,
                                        .drawdown_floor = 0.5,
                                        .least = 0.25,
                                        .most = 1.5};
    risk->limits.max_drawdown = prng_below(prng, 6) == 0 ? 0.005 : 0;
    risk->limits.max_at_risk = 0.02 + 0.1 * prng_real(prng);
    risk->limits.cool_off_losses = (int64_t)prng_below(prng, 4);
    risk->limits.cool_off_ns = 5 * NS_PER_MIN;
}

void world_engine_config(const struct world *world, struct engine_config *ret)
{
    struct prng prng;
    prng_init(&prng, prng_mix(world->seed, 77));
    *ret = (struct engine_config){
        .base = TIMEFRAME_1M,
        .pair_count = WORLD_PAIRS,
        .capital = world->capital,
        .fees = {.maker_ppm = 2500, .taker_ppm = 4000},
        .decision = {.agree = 2},
        .risk = {.sizing = SIZING_RISK,
                 .risk_per_trade = 0.005 + 0.03 * prng_real(&prng),
                 .max_position = 0.2,
                 .max_exposure = 0.5,
                 .max_positions = 5,
                 .stop_required = true},
        .execution = {.entry = (int32_t)prng_below(&prng, 2),
                      .entry_life_ns = (60 + (int64_t)prng_below(&prng, 540)) * NS_PER_S,
                      .slack = 0.005},
    };
    const struct cross_params params = {TIMEFRAME_1M, 3, 3, 1 + 2 * prng_real(&prng),
                                        1 + 3 * prng_real(&prng)};
    if (!draw_ladder(world, ret)) {
        add_strategy(ret, "sma_cross", &params, sizeof params);
    }
    draw_limits(&prng, &ret->risk);
}
