/* SPDX-License-Identifier: MIT */
/* The panel's rows that swing between bounds or round zero: oscillators, rates, percentiles. */
#include "core/indicator/panel_row.h"

static void rsi_begin(struct panel_cell *cell, const struct panel_ask *ask)
{
    rsi_init(&cell->state.rsi, ask->period);
}

static bool rsi_feed(struct panel_cell *cell, const struct panel_feed *feed)
{
    return rsi_update(&cell->state.rsi, feed->candle->close, cell->now);
}

const struct panel_row panel_row_rsi = {
    .name = "rsi",
    .help = "relative strength index",
    .parameters = {"PERIOD"},
    .periods = 1,
    .period_min = 1,
    .columns = {"rsi_*"},
    .warmup = panel_warmup_period_and_one,
    .init = rsi_begin,
    .update = rsi_feed,
};

static uint32_t macd_warmup(const struct panel_ask *ask)
{
    return ask->second + ask->third - 1;
}

static void macd_begin(struct panel_cell *cell, const struct panel_ask *ask)
{
    macd_init(&cell->state.macd, ask->period, ask->second, ask->third);
}

static bool macd_feed(struct panel_cell *cell, const struct panel_feed *feed)
{
    return macd_update(&cell->state.macd, feed->candle->close, cell->now);
}

const struct panel_row panel_row_macd = {
    .name = "macd",
    .help = "moving average convergence divergence: line, signal, histogram",
    .parameters = {"FAST", "SLOW", "SIGNAL"},
    .periods = 3,
    .period_min = 1,
    .columns = {"macd_*", "macd_*_signal", "macd_*_histogram"},
    .warmup = macd_warmup,
    .init = macd_begin,
    .update = macd_feed,
};

static uint32_t stochastic_warmup(const struct panel_ask *ask)
{
    return ask->period + ask->second + ask->third - 2;
}

static uint32_t stochastic_room(const struct panel_ask *ask)
{
    return stochastic_store(ask->period, ask->second, ask->third);
}

static void stochastic_begin(struct panel_cell *cell, const struct panel_ask *ask)
{
    stochastic_init(&cell->state.stochastic, ask->period, ask->second, ask->third);
}

static bool stochastic_feed(struct panel_cell *cell, const struct panel_feed *feed)
{
    const struct candle *c = feed->candle;
    return stochastic_update(&cell->state.stochastic, feed->store, c->high, c->low, c->close,
                             cell->now);
}

const struct panel_row panel_row_stochastic = {
    .name = "stoch",
    .help = "stochastic oscillator: k and d",
    .parameters = {"PERIOD", "SLOW", "SIGNAL"},
    .periods = 3,
    .period_min = 1,
    .columns = {"stoch_*_k", "stoch_*_d"},
    .windowed = true,
    .warmup = stochastic_warmup,
    .store = stochastic_room,
    .init = stochastic_begin,
    .update = stochastic_feed,
};

static uint32_t williams_room(const struct panel_ask *ask)
{
    return extremes_store(ask->period);
}

static void williams_begin(struct panel_cell *cell, const struct panel_ask *ask)
{
    williams_init(&cell->state.williams, ask->period);
}

static bool williams_feed(struct panel_cell *cell, const struct panel_feed *feed)
{
    const struct candle *c = feed->candle;
    return williams_update(&cell->state.williams, feed->store, c->high, c->low, c->close,
                           cell->now);
}

const struct panel_row panel_row_williams = {
    .name = "willr",
    .help = "Williams %R",
    .parameters = {"PERIOD"},
    .periods = 1,
    .period_min = 1,
    .columns = {"willr_*"},
    .windowed = true,
    .warmup = panel_warmup_period,
    .store = williams_room,
    .init = williams_begin,
    .update = williams_feed,
};

static uint32_t cci_room(const struct panel_ask *ask)
{
    return cci_store(ask->period);
}

static void cci_begin(struct panel_cell *cell, const struct panel_ask *ask)
{
    cci_init(&cell->state.cci, ask->period);
}

static bool cci_feed(struct panel_cell *cell, const struct panel_feed *feed)
{
    return cci_update(&cell->state.cci, feed->store, candle_typical(feed->candle), cell->now);
}

const struct panel_row panel_row_cci = {
    .name = "cci",
    .help = "commodity channel index",
    .parameters = {"PERIOD"},
    .periods = 1,
    .period_min = 1,
    .columns = {"cci_*"},
    .windowed = true,
    .warmup = panel_warmup_period,
    .store = cci_room,
    .init = cci_begin,
    .update = cci_feed,
};

static uint32_t mfi_room(const struct panel_ask *ask)
{
    return mfi_store(ask->period);
}

static void mfi_begin(struct panel_cell *cell, const struct panel_ask *ask)
{
    mfi_init(&cell->state.mfi, ask->period);
}

static bool mfi_feed(struct panel_cell *cell, const struct panel_feed *feed)
{
    const struct candle *c = feed->candle;
    return mfi_update(&cell->state.mfi, feed->store, candle_typical(c), c->volume, cell->now);
}

const struct panel_row panel_row_mfi = {
    .name = "mfi",
    .help = "money flow index",
    .parameters = {"PERIOD"},
    .periods = 1,
    .period_min = 1,
    .columns = {"mfi_*"},
    .windowed = true,
    .warmup = panel_warmup_period_and_one,
    .store = mfi_room,
    .init = mfi_begin,
    .update = mfi_feed,
};

static void roc_begin(struct panel_cell *cell, const struct panel_ask *ask)
{
    roc_init(&cell->state.roc, ask->period);
}

static bool roc_feed(struct panel_cell *cell, const struct panel_feed *feed)
{
    return roc_update(&cell->state.roc, feed->candle->close, panel_feed_leaving(feed)->close,
                      cell->now);
}

const struct panel_row panel_row_roc = {
    .name = "roc",
    .help = "rate of change, in percent",
    .parameters = {"PERIOD"},
    .periods = 1,
    .period_min = 1,
    .columns = {"roc_*"},
    .windowed = true,
    .warmup = panel_warmup_period_and_one,
    .init = roc_begin,
    .update = roc_feed,
};

static uint32_t percentile_room(const struct panel_ask *ask)
{
    return percentile_rank_store(ask->period);
}

static void percentile_begin(struct panel_cell *cell, const struct panel_ask *ask)
{
    percentile_rank_init(&cell->state.percentile.rank, ask->period);
}

static bool close_percentile_feed(struct panel_cell *cell, const struct panel_feed *feed)
{
    return percentile_rank_update(&cell->state.percentile.rank, feed->store, feed->candle->close,
                                  cell->now);
}

const struct panel_row panel_row_close_percentile = {
    .name = "percentile_rank",
    .help = "percentile rank of the close among those before it",
    .parameters = {"PERIOD"},
    .periods = 1,
    .period_min = 1,
    .columns = {"percentile_rank_*"},
    .windowed = true,
    .warmup = panel_warmup_period_and_one,
    .store = percentile_room,
    .init = percentile_begin,
    .update = close_percentile_feed,
};

static bool volume_percentile_feed(struct panel_cell *cell, const struct panel_feed *feed)
{
    return percentile_rank_update(&cell->state.percentile.rank, feed->store, feed->candle->volume,
                                  cell->now);
}

const struct panel_row panel_row_volume_percentile = {
    .name = "volume_percentile",
    .help = "percentile rank of the volume among those before it",
    .parameters = {"PERIOD"},
    .periods = 1,
    .period_min = 1,
    .columns = {"volume_percentile_*"},
    .windowed = true,
    .warmup = panel_warmup_period_and_one,
    .store = percentile_room,
    .init = percentile_begin,
    .update = volume_percentile_feed,
};

static uint32_t atr_percentile_warmup(const struct panel_ask *ask)
{
    return ask->period + 1 + ask->second;
}

static uint32_t atr_percentile_room(const struct panel_ask *ask)
{
    return percentile_rank_store(ask->second);
}

static void atr_percentile_begin(struct panel_cell *cell, const struct panel_ask *ask)
{
    atr_init(&cell->state.percentile.atr, ask->period);
    percentile_rank_init(&cell->state.percentile.rank, ask->second);
}

static bool atr_percentile_feed(struct panel_cell *cell, const struct panel_feed *feed)
{
    const struct candle *c = feed->candle;
    double range;
    return atr_update(&cell->state.percentile.atr, c->high, c->low, c->close, &range) &&
           percentile_rank_update(&cell->state.percentile.rank, feed->store, range, cell->now);
}

const struct panel_row panel_row_atr_percentile = {
    .name = "atr_percentile",
    .help = "percentile rank of the ATR among those before it",
    .parameters = {"ATR_PERIOD", "PERIOD"},
    .periods = 2,
    .period_min = 1,
    .columns = {"atr_percentile_*"},
    .warmup = atr_percentile_warmup,
    .store = atr_percentile_room,
    .init = atr_percentile_begin,
    .update = atr_percentile_feed,
};
