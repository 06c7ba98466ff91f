/* SPDX-License-Identifier: MIT */
/* An engine whose strategy crosses two averages, with every part of the chain at its defaults. */
#pragma once

#include "core/decision/chain.h"

#include "desk_fixture.h"
#include "options_fixture.h"

static const struct matching_config by_candles = {.fills = FILLS_CANDLES};

/* Every part at its defaults, which are off, and on candles of a minute. */
static inline struct chain_config chain_defaults(void)
{
    struct chain_config chain;
    memset(&chain, 0, sizeof chain);
    options_default(cooldown_options, cooldown_option_count, &chain.cooldown);
    options_default(regime_options, regime_option_count, &chain.regime);
    options_default(filters_options, filters_option_count, &chain.filters);
    options_default(mood_options, mood_option_count, &chain.mood);
    options_default(agreement_options, agreement_option_count, &chain.agreement);
    options_default(blend_options, blend_option_count, &chain.model);
    chain.regime.timeframe = chain.filters.timeframe = TIMEFRAME_1M;
    chain.mood.timeframe = chain.model.timeframe = TIMEFRAME_1M;
    return chain;
}

static inline struct engine_config averages(void)
{
    struct engine_config config = fixture_averages_config();
    config.chain = chain_defaults();
    return config;
}

static inline const struct record *decision(const struct fixture *fixture)
{
    return fixture_last(fixture, RECORD_DECISION);
}
