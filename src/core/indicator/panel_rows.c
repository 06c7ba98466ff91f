/* SPDX-License-Identifier: MIT */
#include "core/indicator/panel_row.h"

const struct panel_row *const panel_rows[INDICATOR_COUNT] = {
    [INDICATOR_SMA] = &panel_row_sma,
    [INDICATOR_EMA] = &panel_row_ema,
    [INDICATOR_RSI] = &panel_row_rsi,
    [INDICATOR_ATR] = &panel_row_atr,
    [INDICATOR_ADX] = &panel_row_adx,
    [INDICATOR_BOLLINGER] = &panel_row_bollinger,
    [INDICATOR_VOLUME_RATIO] = &panel_row_volume_ratio,
    [INDICATOR_WMA] = &panel_row_wma,
    [INDICATOR_TRUE_RANGE] = &panel_row_true_range,
    [INDICATOR_KELTNER] = &panel_row_keltner,
    [INDICATOR_MACD] = &panel_row_macd,
    [INDICATOR_STOCHASTIC] = &panel_row_stochastic,
    [INDICATOR_WILLIAMS] = &panel_row_williams,
    [INDICATOR_CCI] = &panel_row_cci,
    [INDICATOR_MFI] = &panel_row_mfi,
    [INDICATOR_OBV] = &panel_row_obv,
    [INDICATOR_ROC] = &panel_row_roc,
    [INDICATOR_STDDEV] = &panel_row_stddev,
    [INDICATOR_SLOPE] = &panel_row_slope,
    [INDICATOR_EXTREMES] = &panel_row_extremes,
    [INDICATOR_CLOSE_PERCENTILE] = &panel_row_close_percentile,
    [INDICATOR_VOLUME_PERCENTILE] = &panel_row_volume_percentile,
    [INDICATOR_ATR_PERCENTILE] = &panel_row_atr_percentile,
    [INDICATOR_VWAP] = &panel_row_vwap,
    [INDICATOR_VWAP_DAY] = &panel_row_vwap_day,
    [INDICATOR_LEVELS] = &panel_row_levels,
    [INDICATOR_PATTERNS] = &panel_row_patterns,
};

uint32_t panel_warmup_one(const struct panel_ask *ask)
{
    (void)ask;
    return 1;
}

uint32_t panel_warmup_period(const struct panel_ask *ask)
{
    return ask->period;
}

uint32_t panel_warmup_period_and_one(const struct panel_ask *ask)
{
    return ask->period + 1;
}
