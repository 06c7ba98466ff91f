/* SPDX-License-Identifier: MIT */
/* The panel's rows of what the market did: volume, extremes, levels, patterns. */
#include "core/base/timestamp.h"
#include "core/indicator/panel_row.h"

static void volume_ratio_begin(struct panel_cell *cell, const struct panel_ask *ask)
{
    volume_ratio_init(&cell->state.volume_ratio, ask->period);
}

static bool volume_ratio_feed(struct panel_cell *cell, const struct panel_feed *feed)
{
    return volume_ratio_update(&cell->state.volume_ratio, feed->candle->volume,
                               panel_feed_leaving(feed)->volume, cell->now);
}

static bool volume_ratio_is_worn(const struct panel_cell *cell, const struct panel_feed *feed)
{
    (void)feed;
    return volume_ratio_worn(&cell->state.volume_ratio);
}

const struct panel_row panel_row_volume_ratio = {
    .name = "volume_ratio",
    .help = "volume over the average of the candles before",
    .parameters = {"PERIOD"},
    .periods = 1,
    .period_min = 1,
    .columns = {"volume_ratio_*"},
    .windowed = true,
    .warmup = panel_warmup_period_and_one,
    .init = volume_ratio_begin,
    .update = volume_ratio_feed,
    .worn = volume_ratio_is_worn,
};

static void obv_begin(struct panel_cell *cell, const struct panel_ask *ask)
{
    (void)ask;
    obv_init(&cell->state.obv);
}

static bool obv_feed(struct panel_cell *cell, const struct panel_feed *feed)
{
    const struct candle *c = feed->candle;
    cell->now[0] = obv_update(&cell->state.obv, c->close, c->volume);
    return true;
}

const struct panel_row panel_row_obv = {
    .name = "obv",
    .help = "on-balance volume, from the first candle on",
    .columns = {"obv"},
    .warmup = panel_warmup_one,
    .init = obv_begin,
    .update = obv_feed,
};

static uint32_t vwap_room(const struct panel_ask *ask)
{
    return vwap_store(ask->period);
}

static void vwap_begin(struct panel_cell *cell, const struct panel_ask *ask)
{
    vwap_init(&cell->state.vwap, ask->period);
}

static bool vwap_feed(struct panel_cell *cell, const struct panel_feed *feed)
{
    const struct candle *c = feed->candle;
    return vwap_update(&cell->state.vwap, feed->store, candle_typical(c), c->volume, cell->now);
}

const struct panel_row panel_row_vwap = {
    .name = "vwap",
    .help = "volume-weighted average price of so many candles",
    .parameters = {"PERIOD"},
    .periods = 1,
    .period_min = 1,
    .columns = {"vwap_*"},
    .windowed = true,
    .warmup = panel_warmup_period,
    .store = vwap_room,
    .init = vwap_begin,
    .update = vwap_feed,
};

static uint32_t vwap_day_warmup(const struct panel_ask *ask)
{
    const int64_t day = NS_PER_DAY / timeframe_ns[ask->timeframe];
    return day < SERIES_CAPACITY ? (uint32_t)day : SERIES_CAPACITY;
}

static void vwap_day_begin(struct panel_cell *cell, const struct panel_ask *ask)
{
    (void)ask;
    vwap_day_init(&cell->state.vwap_day);
}

static bool vwap_day_feed(struct panel_cell *cell, const struct panel_feed *feed)
{
    const struct candle *c = feed->candle;
    return vwap_day_update(&cell->state.vwap_day, c->time_ns, candle_typical(c), c->volume,
                           cell->now);
}

const struct panel_row panel_row_vwap_day = {
    .name = "vwap_day",
    .help = "volume-weighted average price since midnight UTC",
    .columns = {"vwap_day"},
    .warmup = vwap_day_warmup,
    .init = vwap_day_begin,
    .update = vwap_day_feed,
};

static uint32_t extremes_room(const struct panel_ask *ask)
{
    return extremes_store(ask->period);
}

static void extremes_begin(struct panel_cell *cell, const struct panel_ask *ask)
{
    extremes_init(&cell->state.extremes, ask->period);
}

static bool extremes_feed(struct panel_cell *cell, const struct panel_feed *feed)
{
    const struct candle *c = feed->candle;
    return extremes_update(&cell->state.extremes, feed->store, c->high, c->low, cell->now);
}

const struct panel_row panel_row_extremes = {
    .name = "extremes",
    .help = "highest high and lowest low",
    .parameters = {"PERIOD"},
    .periods = 1,
    .period_min = 1,
    .columns = {"highest_*", "lowest_*"},
    .windowed = true,
    .warmup = panel_warmup_period,
    .store = extremes_room,
    .init = extremes_begin,
    .update = extremes_feed,
};

static uint32_t levels_room(const struct panel_ask *ask)
{
    return levels_store(ask->period);
}

static void levels_begin(struct panel_cell *cell, const struct panel_ask *ask)
{
    levels_init(&cell->state.levels, ask->period, ask->factor);
}

static bool levels_feed(struct panel_cell *cell, const struct panel_feed *feed)
{
    const struct candle *c = feed->candle;
    return levels_update(&cell->state.levels, feed->store, c->high, c->low, cell->now);
}

const struct panel_row panel_row_levels = {
    .name = "levels",
    .help = "support and resistance, and how often each was touched",
    .parameters = {"PERIOD", "TOLERANCE"},
    .periods = 1,
    .period_min = 2 * LEVELS_REACH + 1,
    .factor_max = 0.5,
    .columns = {"support_*", "resistance_*", "support_*_touches", "resistance_*_touches"},
    .warmup = panel_warmup_period,
    .store = levels_room,
    .init = levels_begin,
    .update = levels_feed,
};

static uint32_t patterns_warmup_all(const struct panel_ask *ask)
{
    (void)ask;
    return PATTERNS_WARMUP;
}

static uint32_t patterns_column_warmup(const struct panel_ask *ask, uint32_t column)
{
    (void)ask;
    return patterns_warmup(column);
}

static uint32_t patterns_room(const struct panel_ask *ask)
{
    (void)ask;
    return patterns_store();
}

static void patterns_begin(struct panel_cell *cell, const struct panel_ask *ask)
{
    (void)ask;
    patterns_init(&cell->state.patterns);
}

static bool patterns_feed(struct panel_cell *cell, const struct panel_feed *feed)
{
    return patterns_update(&cell->state.patterns, feed->store, feed->candle, cell->now);
}

static double patterns_column(const struct panel_cell *cell, uint32_t column)
{
    return patterns_figure(cell->now, column);
}

const struct panel_row panel_row_patterns = {
    .name = "cdl",
    .help = "candle patterns: 100 where one rises, -100 where it falls, else 0",
    .columns = {"cdl_engulfing", "cdl_hammer", "cdl_shooting_star", "cdl_doji", "cdl_morning_star",
                "cdl_evening_star", "cdl_piercing", "cdl_dark_cloud_cover"},
    .windowed = true,
    .warmup = patterns_warmup_all,
    .column_warmup = patterns_column_warmup,
    .store = patterns_room,
    .init = patterns_begin,
    .update = patterns_feed,
    .column = patterns_column,
};
