/* SPDX-License-Identifier: MIT */
/* The panel's rows in price: averages, ranges, bands, slope. */
#include "core/indicator/panel_row.h"

static void sma_begin(struct panel_cell *cell, const struct panel_ask *ask)
{
    sma_init(&cell->state.sma, ask->period);
}

static bool sma_feed(struct panel_cell *cell, const struct panel_feed *feed)
{
    return sma_update(&cell->state.sma, feed->candle->close, panel_feed_leaving(feed)->close,
                      cell->now);
}

const struct panel_row panel_row_sma = {
    .name = "sma",
    .help = "simple moving average of closes",
    .parameters = {"PERIOD"},
    .periods = 1,
    .period_min = 1,
    .columns = {"sma_*"},
    .windowed = true,
    .warmup = panel_warmup_period,
    .init = sma_begin,
    .update = sma_feed,
};

static void ema_begin(struct panel_cell *cell, const struct panel_ask *ask)
{
    ema_init(&cell->state.ema, ask->period);
}

static bool ema_feed(struct panel_cell *cell, const struct panel_feed *feed)
{
    return ema_update(&cell->state.ema, feed->candle->close, cell->now);
}

const struct panel_row panel_row_ema = {
    .name = "ema",
    .help = "exponential moving average of closes",
    .parameters = {"PERIOD"},
    .periods = 1,
    .period_min = 1,
    .columns = {"ema_*"},
    .warmup = panel_warmup_period,
    .init = ema_begin,
    .update = ema_feed,
};

static void wma_begin(struct panel_cell *cell, const struct panel_ask *ask)
{
    wma_init(&cell->state.wma, ask->period);
}

static bool wma_feed(struct panel_cell *cell, const struct panel_feed *feed)
{
    return wma_update(&cell->state.wma, feed->candle->close, panel_feed_leaving(feed)->close,
                      cell->now);
}

static bool wma_is_worn(const struct panel_cell *cell, const struct panel_feed *feed)
{
    return wma_worn(&cell->state.wma, feed->candle->close);
}

const struct panel_row panel_row_wma = {
    .name = "wma",
    .help = "linearly weighted moving average of closes",
    .parameters = {"PERIOD"},
    .periods = 1,
    .period_min = 1,
    .columns = {"wma_*"},
    .windowed = true,
    .warmup = panel_warmup_period,
    .init = wma_begin,
    .update = wma_feed,
    .worn = wma_is_worn,
};

static uint32_t true_range_warmup(const struct panel_ask *ask)
{
    (void)ask;
    return 2;
}

static void true_range_begin(struct panel_cell *cell, const struct panel_ask *ask)
{
    (void)ask;
    cell->state.true_range = (struct true_range){0};
}

static bool true_range_feed(struct panel_cell *cell, const struct panel_feed *feed)
{
    const struct candle *c = feed->candle;
    return true_range_update(&cell->state.true_range, c->high, c->low, c->close, cell->now);
}

const struct panel_row panel_row_true_range = {
    .name = "true_range",
    .help = "the candle's range, the gap before it included",
    .columns = {"true_range"},
    .windowed = true,
    .warmup = true_range_warmup,
    .init = true_range_begin,
    .update = true_range_feed,
};

static void atr_begin(struct panel_cell *cell, const struct panel_ask *ask)
{
    atr_init(&cell->state.atr, ask->period);
}

static bool atr_feed(struct panel_cell *cell, const struct panel_feed *feed)
{
    const struct candle *c = feed->candle;
    if (!atr_update(&cell->state.atr, c->high, c->low, c->close, cell->now))
        return false;
    cell->now[1] = 100 * (cell->now[0] / c->close);
    return true;
}

const struct panel_row panel_row_atr = {
    .name = "atr",
    .help = "average true range, in price and in percent of the close",
    .parameters = {"PERIOD"},
    .periods = 1,
    .period_min = 1,
    .columns = {"atr_*", "natr_*"},
    .warmup = panel_warmup_period_and_one,
    .init = atr_begin,
    .update = atr_feed,
};

static uint32_t adx_warmup(const struct panel_ask *ask)
{
    return 2 * ask->period;
}

static uint32_t adx_column_warmup(const struct panel_ask *ask, uint32_t column)
{
    return column == 0 ? 2 * ask->period : ask->period + 1;
}

static void adx_begin(struct panel_cell *cell, const struct panel_ask *ask)
{
    adx_init(&cell->state.adx, ask->period);
}

/* The directions are in their places before ADX itself is there. */
static bool adx_feed(struct panel_cell *cell, const struct panel_feed *feed)
{
    const struct candle *c = feed->candle;
    if (adx_update(&cell->state.adx, c->high, c->low, c->close, cell->now))
        return true;
    adx_directions(&cell->state.adx, &cell->now[1], &cell->now[2]);
    return false;
}

const struct panel_row panel_row_adx = {
    .name = "adx",
    .help = "how strong the trend is, and the part of the range that went up and down",
    .parameters = {"PERIOD"},
    .periods = 1,
    .period_min = 1,
    .columns = {"adx_*", "plus_di_*", "minus_di_*"},
    .warmup = adx_warmup,
    .column_warmup = adx_column_warmup,
    .init = adx_begin,
    .update = adx_feed,
};

static void stddev_begin(struct panel_cell *cell, const struct panel_ask *ask)
{
    stddev_init(&cell->state.stddev, ask->period);
}

static bool stddev_feed(struct panel_cell *cell, const struct panel_feed *feed)
{
    if (!stddev_update(&cell->state.stddev, feed->candle->close, panel_feed_leaving(feed)->close))
        return false;
    cell->now[0] = stddev_read(&cell->state.stddev);
    return true;
}

static bool stddev_is_worn(const struct panel_cell *cell, const struct panel_feed *feed)
{
    (void)feed;
    return stddev_worn(&cell->state.stddev);
}

const struct panel_row panel_row_stddev = {
    .name = "stddev",
    .help = "standard deviation of closes",
    .parameters = {"PERIOD"},
    .periods = 1,
    .period_min = 1,
    .columns = {"stddev_*"},
    .windowed = true,
    .warmup = panel_warmup_period,
    .init = stddev_begin,
    .update = stddev_feed,
    .worn = stddev_is_worn,
};

static void bollinger_begin(struct panel_cell *cell, const struct panel_ask *ask)
{
    bollinger_init(&cell->state.bollinger, ask->period, ask->factor);
}

static bool bollinger_feed(struct panel_cell *cell, const struct panel_feed *feed)
{
    return bollinger_update(&cell->state.bollinger, feed->candle->close,
                            panel_feed_leaving(feed)->close, cell->now);
}

static bool bollinger_is_worn(const struct panel_cell *cell, const struct panel_feed *feed)
{
    (void)feed;
    return stddev_worn(&cell->state.bollinger.stddev);
}

const struct panel_row panel_row_bollinger = {
    .name = "bb",
    .help = "Bollinger bands",
    .parameters = {"PERIOD", "DEVIATIONS"},
    .periods = 1,
    .period_min = 1,
    .factor_max = 100,
    .columns = {"bb_*_middle", "bb_*_upper", "bb_*_lower"},
    .windowed = true,
    .warmup = panel_warmup_period,
    .init = bollinger_begin,
    .update = bollinger_feed,
    .worn = bollinger_is_worn,
};

static uint32_t keltner_warmup(const struct panel_ask *ask)
{
    return ask->period > ask->second ? ask->period : ask->second + 1;
}

static void keltner_begin(struct panel_cell *cell, const struct panel_ask *ask)
{
    keltner_init(&cell->state.keltner, ask->period, ask->second, ask->factor);
}

static bool keltner_feed(struct panel_cell *cell, const struct panel_feed *feed)
{
    const struct candle *c = feed->candle;
    return keltner_update(&cell->state.keltner, c->high, c->low, c->close, cell->now);
}

const struct panel_row panel_row_keltner = {
    .name = "keltner",
    .help = "Keltner channel: EMA, and so many ATRs around it",
    .parameters = {"EMA_PERIOD", "ATR_PERIOD", "ATRS"},
    .periods = 2,
    .period_min = 1,
    .factor_max = 100,
    .columns = {"keltner_*_middle", "keltner_*_upper", "keltner_*_lower"},
    .warmup = keltner_warmup,
    .init = keltner_begin,
    .update = keltner_feed,
};

static void slope_begin(struct panel_cell *cell, const struct panel_ask *ask)
{
    slope_init(&cell->state.slope, ask->period);
}

static bool slope_feed(struct panel_cell *cell, const struct panel_feed *feed)
{
    return slope_update(&cell->state.slope, feed->candle->close, panel_feed_leaving(feed)->close,
                        cell->now);
}

static bool slope_is_worn(const struct panel_cell *cell, const struct panel_feed *feed)
{
    return slope_worn(&cell->state.slope, feed->candle->close);
}

const struct panel_row panel_row_slope = {
    .name = "linreg_slope",
    .help = "slope of the straight line through the closes, a candle",
    .parameters = {"PERIOD"},
    .periods = 1,
    .period_min = 2,
    .columns = {"linreg_slope_*"},
    .windowed = true,
    .warmup = panel_warmup_period,
    .init = slope_begin,
    .update = slope_feed,
    .worn = slope_is_worn,
};
