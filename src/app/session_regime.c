/* SPDX-License-Identifier: MIT */
#include "app/session.h"

/*
 * The kind of market a pair is in, for people to look at. Where the decision asks for it the engine
 * knows; where it does not (regime.enabled is off), it is read here from the same candles by the
 * same rule, and moves nothing.
 */

/* Candles of a pair that one publication looks at: what warm-up has fetched is read within two
 * seconds, and afterwards there is one a candle's time. */
#define CANDLES_A_TIME 64

static int32_t way_of(const struct regime_config *config, const double values[3])
{
    static const uint32_t slots[REGIME_SLOT_COUNT] = {[REGIME_ADX] = 0, [REGIME_ATR] = 1};
    struct regime_config asked = *config;
    struct panel_cell cells[REGIME_SLOT_COUNT] = {
        {.ready = true, .now = {values[0], values[1], values[2]}}};
    asked.enabled = true;
    return (int32_t)regime_read(&asked, cells, slots).way;
}

static void follow(struct session_regime *regime, const struct regime_config *config,
                   const struct series_ring *ring)
{
    if (regime->count == 0) {
        adx_init(&regime->adx, (uint32_t)config->adx_period);
    }
    if (ring->count - regime->count > SERIES_CAPACITY) {
        regime->count = ring->count - SERIES_CAPACITY;
    }
    for (int i = 0; i < CANDLES_A_TIME && regime->count < ring->count; i++) {
        const struct candle *candle = &ring->ring[regime->count++ % SERIES_CAPACITY];
        double values[3];
        if (adx_update(&regime->adx, candle->high, candle->low, candle->close, values)) {
            regime->way = way_of(config, values);
        }
    }
}

int32_t session_regime(struct session *session, uint32_t pair)
{
    const struct engine *engine = session->engine;
    const struct regime_config *config = &engine->config.chain.regime;
    const struct pair_state *state = &engine->pairs[pair];
    if (config->enabled) {
        return (int32_t)regime_read(config, state->panel.cells, engine->chain.regime).way;
    }
    const enum timeframe base = state->series.base;
    const enum timeframe timeframe =
        config->timeframe > (int32_t)base ? (enum timeframe)config->timeframe : base;
    follow(&session->regimes[pair], config, &state->series.rings[timeframe]);
    return session->regimes[pair].way;
}
