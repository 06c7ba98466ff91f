/* SPDX-License-Identifier: MIT */
/* The peers' case: SMA 20/50 on the random walk, all cash each time, and nothing in its way. */
#pragma once

#include <string.h>

#include "research/backtest.h"
#include "test.h"

#define MONEY INT64_C(100000000)

static const struct pair fine_pair = {
    .symbol = "BTC/USD",
    .base = "BTC",
    .quote = "USD",
    .price_decimals = 4,
    .qty_decimals = 8,
    .tick_step = 1,
};

struct pair_params {
    int32_t timeframe;
    int64_t fast, slow;
};

static inline struct engine_config sma_config(enum timeframe timeframe, int64_t fast, int64_t slow)
{
    struct engine_config config = {
        .base = (int32_t)timeframe,
        .pair_count = 1,
        .strategy_count = 1,
        .capital = 10000 * MONEY,
        .decision = {.actionable = 0.3,
                     .agree = 1,
                     .imbalance_threshold = 0.2,
                     .imbalance_levels = 10},
        .risk = {.sizing = SIZING_ALL, .max_positions = 5},
        .execution = {.slack = 0.005},
    };
    struct strategy_setup *setup = &config.strategies[0];
    EXPECT(strategy_find("sma_pair", &setup->type) != NULL);
    setup->weight = 1;
    memcpy(setup->params, &(struct pair_params){(int32_t)timeframe, fast, slow},
           sizeof(struct pair_params));
    return config;
}

/* Both sides of the fee from one figure, in ppm. */
static inline void set_fee(struct engine_config *engine, struct matching_config *matching,
                           int64_t ppm)
{
    matching->fees = engine->fees = (struct fee_rates){ppm, ppm};
}

static inline void must_run(const struct backtest_config *config, struct backtest *ret)
{
    char error[256] = "";
    if (backtest_run(config, ret, error, sizeof error) != 0) {
        print_error("%s\n", error);
        EXPECT(false);
    }
}
