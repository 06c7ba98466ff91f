/* SPDX-License-Identifier: MIT */
/*
 * Mean reversion: the close lies beyond a Bollinger band and RSI agrees that the move is overdone.
 *
 * Fires long when the close is below the lower band and RSI is at or below `oversold`; short when
 * it is above the upper band and RSI at or above `overbought`; on every candle for which that
 * holds. Beyond the band without RSI's word is neutral, and says so.
 *
 *   strength    0.3 + 0.7 * b / 0.5  b: distance beyond the band as a part of the distance from
 *                                    the middle to the band, at most 0.5 (3 deviations, if the
 *                                    bands stand at 2)
 *   confidence  0.5 + 0.5 * r        r: RSI's way from its threshold to its end: for a long
 *                                    (oversold - rsi) / oversold
 */
#include "core/strategy/rule.h"
#include "core/strategy/table.h"

#define BEYOND_FULL 0.5

struct mean_reversion_params {
    struct strategy_params base;
    int64_t band_period;
    double band_deviations;
    int64_t rsi_period;
    double oversold;
    double overbought;
    int64_t atr_period;
    double stop_atr;
    double target_atr;
};

enum slot {
    SLOT_BAND,
    SLOT_RSI,
    SLOT_ATR,
    SLOT_COUNT,
};

static const struct option mean_reversion_options[] = {
    {"timeframe", OPTION_CHOICE, "", "1m", 0, 0, timeframe_names,
     OPTION_FIELD(struct mean_reversion_params, base.timeframe), "candles it looks at"},
    {"band_period", OPTION_INT, "candles", "20", 2, 500, NULL,
     OPTION_FIELD(struct mean_reversion_params, band_period), "the Bollinger bands' average"},
    {"band_deviations", OPTION_REAL, "deviations", "2", 0.5, 5, NULL,
     OPTION_FIELD(struct mean_reversion_params, band_deviations),
     "how far from the average the bands stand"},
    {"rsi_period", OPTION_INT, "candles", "14", 2, 200, NULL,
     OPTION_FIELD(struct mean_reversion_params, rsi_period), "the RSI that must agree"},
    {"oversold", OPTION_REAL, "", "30", 1, 60, NULL,
     OPTION_FIELD(struct mean_reversion_params, oversold), "RSI at or below this lets a long fire"},
    {"overbought", OPTION_REAL, "", "70", 40, 99, NULL,
     OPTION_FIELD(struct mean_reversion_params, overbought),
     "RSI at or above this lets a short fire; above oversold"},
    {"atr_period", OPTION_INT, "candles", "14", 2, 200, NULL,
     OPTION_FIELD(struct mean_reversion_params, atr_period),
     "the ATR that stop and target are measured by"},
    {"stop_atr", OPTION_REAL, "ATR", "1.5", 0.1, 20, NULL,
     OPTION_FIELD(struct mean_reversion_params, stop_atr), "loss at the stop, fees included"},
    {"target_atr", OPTION_REAL, "ATR", "2", 0.1, 50, NULL,
     OPTION_FIELD(struct mean_reversion_params, target_atr), "gain at the target, after fees"},
};

static uint32_t mean_reversion_plan(const void *params, struct panel_plan *plan, uint32_t *slots)
{
    const struct mean_reversion_params *p = params;
    enum timeframe timeframe = (enum timeframe)p->base.timeframe;
    slots[SLOT_BAND] =
        panel_plan_ask(plan, &(struct panel_ask){INDICATOR_BOLLINGER, timeframe,
                                                 (uint32_t)p->band_period, p->band_deviations});
    slots[SLOT_RSI] = panel_plan_ask(
        plan, &(struct panel_ask){INDICATOR_RSI, timeframe, (uint32_t)p->rsi_period, 0});
    slots[SLOT_ATR] = panel_plan_ask(
        plan, &(struct panel_ask){INDICATOR_ATR, timeframe, (uint32_t)p->atr_period, 0});
    return SLOT_COUNT;
}

static const char *mean_reversion_check(const void *params)
{
    const struct mean_reversion_params *p = params;
    if (p->oversold >= p->overbought)
        return "oversold must be below overbought, as 30 is below 70";
    return NULL;
}

/* What is the same for both sides: how far the close lies beyond its band, and how far RSI is past
 * its threshold on the way to its end. */
static void mean_reversion_judge(struct signal *signal, double beyond, double half_width,
                                 double rsi_way)
{
    double part = half_width > 0 ? beyond / half_width : 0;
    signal->strength = 0.3 + 0.7 * rule_clamp(part / BEYOND_FULL, 0, 1);
    signal->confidence = 0.5 + 0.5 * rsi_way;
}

static void mean_reversion_step(const void *params, const struct strategy_view *view, double *state,
                                struct signal *signal)
{
    (void)state;
    const struct mean_reversion_params *p = params;
    const struct panel_cell *band = &view->cells[view->slots[SLOT_BAND]];
    const struct panel_cell *rsi_cell = &view->cells[view->slots[SLOT_RSI]];
    const struct panel_cell *atr = &view->cells[view->slots[SLOT_ATR]];
    if (!band->ready || !rsi_cell->ready || !atr->ready) {
        signal->reason = REASON_WARMING_UP;
        return;
    }

    double close = series_at(view->series, view->timeframe, 0)->close;
    double rsi = rsi_cell->now[0];
    double middle = band->now[0], upper = band->now[1], lower = band->now[2];
    double touch = middle * RULE_TOUCH;
    bool below = close < lower - touch;
    bool above = close > upper + touch;
    if (!below && !above)
        return;

    *signal = (struct signal){
        .reason = REASON_BAND_UNCONFIRMED,
        .figures = {close, below ? lower : upper, rsi, below ? p->oversold : p->overbought},
    };
    if (below ? rsi > p->oversold : rsi < p->overbought)
        return;

    signal->direction = below ? 1 : -1;
    signal->reason = below ? REASON_BELOW_BAND : REASON_ABOVE_BAND;
    if (below)
        mean_reversion_judge(signal, lower - close, middle - lower, rule_way(rsi, p->oversold, 0));
    else
        mean_reversion_judge(signal, close - upper, upper - middle,
                             rule_way(rsi, p->overbought, 100));
    strategy_place_exits(signal, close, atr->now[0], p->stop_atr, p->target_atr,
                         view->round_trip_fee);
}

const struct strategy strategy_mean_reversion = {
    .name = "mean_reversion",
    .help = "close beyond a Bollinger band with an extreme RSI; ATR stop and target",
    .options = mean_reversion_options,
    .option_count = sizeof mean_reversion_options / sizeof mean_reversion_options[0],
    .params_size = sizeof(struct mean_reversion_params),
    .taste = TASTE_RANGING,
    .plan = mean_reversion_plan,
    .check = mean_reversion_check,
    .step = mean_reversion_step,
};
