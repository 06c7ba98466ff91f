/* SPDX-License-Identifier: MIT */
/*
 * The table behind the panel: of each indicator its name, parameters and outputs, and how it is
 * begun and fed from a ring of candles. The rows stand in panel_price.c, panel_swing.c and
 * panel_market.c, each beside its functions; panel_rows.c puts them in the order of enum indicator.
 */
#pragma once

#include "core/indicator/panel.h"

#define PANEL_PARAMETER_MAX 3
#define PANEL_COLUMN_MAX 8

/* What an update is given: the candle to be added, which is the one `back` before the ring's
 * newest. It is found once for all slots of its timeframe. */
struct panel_feed {
    const struct panel_ask *ask;
    const struct series_ring *ring;
    const struct candle *candle;
    uint32_t back;
    double *store; /* the slot's own part */
};

struct panel_row {
    const char *name;
    const char *help;

    /* The first `periods` are whole numbers: period, second, third; then comes the factor, if there
     * is one. */
    const char *parameters[PANEL_PARAMETER_MAX];
    uint32_t periods;
    uint32_t period_min;
    double factor_max; /* 0: it has no factor */

    /* The outputs' names, `*` for the parameters: as TA-Lib's users write them. */
    const char *columns[PANEL_COLUMN_MAX];

    bool windowed; /* its value hangs on its last `warmup` candles alone, but for rounding */
    uint32_t (*warmup)(const struct panel_ask *ask);
    uint32_t (*column_warmup)(const struct panel_ask *ask, uint32_t column); /* NULL: the same */
    uint32_t (*store)(const struct panel_ask *ask);                          /* NULL: none */
    void (*init)(struct panel_cell *cell, const struct panel_ask *ask);
    bool (*update)(struct panel_cell *cell, const struct panel_feed *feed);
    bool (*worn)(const struct panel_cell *cell, const struct panel_feed *feed); /* NULL: never */
    double (*column)(const struct panel_cell *cell, uint32_t column); /* NULL: now[column] */
};

extern const struct panel_row *const panel_rows[INDICATOR_COUNT];

/* panel_price.c */
extern const struct panel_row panel_row_sma, panel_row_ema, panel_row_wma, panel_row_true_range,
    panel_row_atr, panel_row_adx, panel_row_stddev, panel_row_bollinger, panel_row_keltner,
    panel_row_slope;

/* panel_swing.c */
extern const struct panel_row panel_row_rsi, panel_row_macd, panel_row_stochastic,
    panel_row_williams, panel_row_cci, panel_row_mfi, panel_row_roc, panel_row_close_percentile,
    panel_row_volume_percentile, panel_row_atr_percentile;

/* panel_market.c */
extern const struct panel_row panel_row_volume_ratio, panel_row_obv, panel_row_vwap,
    panel_row_vwap_day, panel_row_extremes, panel_row_levels, panel_row_patterns;

uint32_t panel_warmup_one(const struct panel_ask *ask);
uint32_t panel_warmup_period(const struct panel_ask *ask);
uint32_t panel_warmup_period_and_one(const struct panel_ask *ask);

/* The candle that leaves a window of `period` with this one. */
static inline const struct candle *panel_feed_leaving(const struct panel_feed *feed)
{
    return panel_candle(feed->ring, feed->back + feed->ask->period);
}
