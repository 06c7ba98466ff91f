/* SPDX-License-Identifier: MIT */
/* A desk whose one strategy buys dips by a ladder. */
#pragma once

#include "command_fixture.h"
#include "dip.h"

static const struct dip_params five = {.timeframe = TIMEFRAME_1M,
                                       .high_period = 3,
                                       .drop = 0.05,
                                       .step = 0.01,
                                       .rungs = 5,
                                       .rsi_period = 2,
                                       .oversold = 60,
                                       .volume_period = 2,
                                       .stop = 0.08,
                                       .target = 0.1,
                                       .hold_ns = NS_PER_HOUR};

static const struct matching_config by_candles = {.fills = FILLS_CANDLES,
                                                  .fees = {.maker_ppm = 2500, .taker_ppm = 4000}};
static inline struct engine_config dips(const struct dip_params *params)
{
    struct engine_config config = fixture_config();
    fixture_strategy(&config, "dca", params, sizeof *params);
    config.decision.alone = config.decision.confidence = 0;
    config.risk.max_position = 0.5;
    config.risk.max_exposure = 1;
    return config;
}

static inline const struct portfolio *own(const struct fixture *fixture)
{
    return &fixture->engine->portfolio;
}
