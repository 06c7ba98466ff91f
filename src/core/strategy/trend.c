/* SPDX-License-Identifier: MIT */
/*
 * Trend: the fast EMA of closes crosses the slow one while ADX says that the market is going
 * somewhere.
 *
 * Fires long on the candle on which the fast average comes to stand above the slow one, having been
 * at or below it on the candle before, if ADX is at or above adx_min; short mirrored. A crossing
 * with a weaker ADX is neutral, and says so. Once per crossing: an ADX that rises later does not
 * make up for it.
 *
 *   strength    0.3 + 0.7 * v / 0.2  v: how far the averages moved apart in the signal's direction
 *                                    on this candle, in ATR, at most 0.2 (on the candle of the
 *                                    crossing their distance itself is always next to nothing)
 *   confidence  0.3 + 0.4 * x / 25   x: ADX above adx_min, at most 25
 *                   + 0.2            when the directional index agrees: +DI > -DI for a long
 */
#include "core/strategy/rule.h"
#include "core/strategy/table.h"

#define SPEED_FULL 0.2 /* ATR a candle: EMA 12 and 26 part so fast with the close 2.5 ATR away */
#define ADX_ABOVE_FULL 25.0 /* ADX 50 on the default threshold: among the strongest trends */

struct trend_params {
    struct strategy_params base;
    int64_t fast_period;
    int64_t slow_period;
    int64_t adx_period;
    double adx_min;
    int64_t atr_period;
    double stop_atr;
    double target_atr;
};

enum slot {
    SLOT_FAST,
    SLOT_SLOW,
    SLOT_ADX,
    SLOT_ATR,
    SLOT_COUNT,
};

static const struct option trend_options[] = {
    {"timeframe", OPTION_CHOICE, "", "1m", 0, 0, timeframe_names,
     OPTION_FIELD(struct trend_params, base.timeframe), "candles it looks at"},
    {"fast_period", OPTION_INT, "candles", "12", 2, 400, NULL,
     OPTION_FIELD(struct trend_params, fast_period), "the fast EMA"},
    {"slow_period", OPTION_INT, "candles", "26", 3, 500, NULL,
     OPTION_FIELD(struct trend_params, slow_period), "the slow EMA; above fast_period"},
    {"adx_period", OPTION_INT, "candles", "14", 2, 200, NULL,
     OPTION_FIELD(struct trend_params, adx_period), "the ADX that measures the trend"},
    {"adx_min", OPTION_REAL, "", "25", 0, 90, NULL, OPTION_FIELD(struct trend_params, adx_min),
     "ADX below this is no trend, and a crossing is not acted on"},
    {"atr_period", OPTION_INT, "candles", "14", 2, 200, NULL,
     OPTION_FIELD(struct trend_params, atr_period), "the ATR that distances are measured by"},
    {"stop_atr", OPTION_REAL, "ATR", "1.5", 0.1, 20, NULL,
     OPTION_FIELD(struct trend_params, stop_atr), "loss at the stop, fees included"},
    {"target_atr", OPTION_REAL, "ATR", "3", 0.1, 50, NULL,
     OPTION_FIELD(struct trend_params, target_atr), "gain at the target, after fees"},
};

static uint32_t trend_plan(const void *params, struct panel_plan *plan, uint32_t *slots)
{
    const struct trend_params *p = params;
    enum timeframe timeframe = (enum timeframe)p->base.timeframe;
    slots[SLOT_FAST] = panel_plan_ask(
        plan, &(struct panel_ask){INDICATOR_EMA, timeframe, (uint32_t)p->fast_period, 0});
    slots[SLOT_SLOW] = panel_plan_ask(
        plan, &(struct panel_ask){INDICATOR_EMA, timeframe, (uint32_t)p->slow_period, 0});
    slots[SLOT_ADX] = panel_plan_ask(
        plan, &(struct panel_ask){INDICATOR_ADX, timeframe, (uint32_t)p->adx_period, 0});
    slots[SLOT_ATR] = panel_plan_ask(
        plan, &(struct panel_ask){INDICATOR_ATR, timeframe, (uint32_t)p->atr_period, 0});
    return SLOT_COUNT;
}

static const char *trend_check(const void *params)
{
    const struct trend_params *p = params;
    if (p->fast_period >= p->slow_period)
        return "fast_period must be below slow_period, as 12 is below 26";
    return NULL;
}

static double trend_confidence(const double adx[3], double adx_min, int32_t direction)
{
    double above = rule_clamp((adx[0] - adx_min) / ADX_ABOVE_FULL, 0, 1);
    bool agrees = direction * (adx[1] - adx[2]) > 0;
    return 0.3 + 0.4 * above + (agrees ? 0.2 : 0);
}

static void trend_step(const void *params, const struct strategy_view *view, double *state,
                       struct signal *signal)
{
    (void)state;
    const struct trend_params *p = params;
    const struct panel_cell *fast = &view->cells[view->slots[SLOT_FAST]];
    const struct panel_cell *slow = &view->cells[view->slots[SLOT_SLOW]];
    const struct panel_cell *adx = &view->cells[view->slots[SLOT_ADX]];
    const struct panel_cell *atr = &view->cells[view->slots[SLOT_ATR]];
    if (!fast->ready_before || !slow->ready_before || !adx->ready || !atr->ready) {
        signal->reason = REASON_WARMING_UP;
        return;
    }

    int32_t cross = rule_cross(fast->before[0], slow->before[0], fast->now[0], slow->now[0]);
    if (cross == 0)
        return;
    *signal = (struct signal){
        .reason = REASON_TREND_WEAK,
        .figures = {fast->now[0], slow->now[0], adx->now[0], p->adx_min},
    };
    if (adx->now[0] < p->adx_min)
        return;

    double moved = (fast->now[0] - slow->now[0]) - (fast->before[0] - slow->before[0]);
    double speed = rule_in_atr(cross * moved, atr->now[0]);
    signal->direction = cross;
    signal->reason = cross > 0 ? REASON_TREND_UP : REASON_TREND_DOWN;
    signal->strength = 0.3 + 0.7 * rule_clamp(speed / SPEED_FULL, 0, 1);
    signal->confidence = trend_confidence(adx->now, p->adx_min, cross);
    strategy_place_exits(signal, series_at(view->series, view->timeframe, 0)->close, atr->now[0],
                         p->stop_atr, p->target_atr, view->round_trip_fee);
}

const struct strategy strategy_trend = {
    .name = "trend",
    .help = "fast EMA crosses slow EMA while ADX shows a trend; ATR stop and target",
    .options = trend_options,
    .option_count = sizeof trend_options / sizeof trend_options[0],
    .params_size = sizeof(struct trend_params),
    .taste = TASTE_RISING | TASTE_FALLING,
    .plan = trend_plan,
    .check = trend_check,
    .step = trend_step,
};
