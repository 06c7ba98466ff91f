/* SPDX-License-Identifier: MIT */
/*
 * SMA cross: the close of a candle crosses its simple moving average.
 *
 * Fires long on the candle whose close is above the average when the close before was at or below
 * the average of then; short mirrored. Once per crossing.
 *
 *   strength    0.3 + 0.7 * d        d: the close's distance beyond the average in ATR, at most 1
 *   confidence  0.5 + 0.4 * s / 0.2  s: how far the average itself moved in the signal's direction
 *                                    on this candle, in ATR, held within -0.2..0.2
 *
 * So a bare crossing may be acted on by strength, and a crossing against an average that still
 * points the other way (most of them are noise) is one to doubt.
 */
#include "core/strategy/rule.h"
#include "core/strategy/table.h"

#define SLOPE_FULL                                                                                 \
    0.2 /* ATR a candle: a 20-period average moves so fast only in a steep market                  \
         */

struct sma_cross_params {
    struct strategy_params base;
    int64_t sma_period;
    int64_t atr_period;
    double stop_atr;
    double target_atr;
};

enum slot {
    SLOT_SMA,
    SLOT_ATR,
    SLOT_COUNT,
};

static const struct option sma_cross_options[] = {
    {"timeframe", OPTION_CHOICE, "", "5m", 0, 0, timeframe_names,
     OPTION_FIELD(struct sma_cross_params, base.timeframe), "candles it looks at"},
    {"sma_period", OPTION_INT, "candles", "20", 2, 500, NULL,
     OPTION_FIELD(struct sma_cross_params, sma_period), "the average that the close must cross"},
    {"atr_period", OPTION_INT, "candles", "14", 2, 200, NULL,
     OPTION_FIELD(struct sma_cross_params, atr_period), "the ATR that distances are measured by"},
    {"stop_atr", OPTION_REAL, "ATR", "2", 0.1, 20, NULL,
     OPTION_FIELD(struct sma_cross_params, stop_atr), "loss at the stop, fees included"},
    {"target_atr", OPTION_REAL, "ATR", "3", 0.1, 50, NULL,
     OPTION_FIELD(struct sma_cross_params, target_atr), "gain at the target, after fees"},
};

static uint32_t sma_cross_plan(const void *params, struct panel_plan *plan, uint32_t *slots)
{
    const struct sma_cross_params *p = params;
    enum timeframe timeframe = (enum timeframe)p->base.timeframe;
    slots[SLOT_SMA] = panel_plan_ask(
        plan, &(struct panel_ask){INDICATOR_SMA, timeframe, (uint32_t)p->sma_period, 0});
    slots[SLOT_ATR] = panel_plan_ask(
        plan, &(struct panel_ask){INDICATOR_ATR, timeframe, (uint32_t)p->atr_period, 0});
    return SLOT_COUNT;
}

/* Each range stands alone: no two of its parameters can contradict each other. */
static const char *sma_cross_check(const void *params)
{
    (void)params;
    return NULL;
}

static void sma_cross_step(const void *params, const struct strategy_view *view, double *state,
                           struct signal *signal)
{
    (void)state;
    const struct sma_cross_params *p = params;
    const struct panel_cell *sma = &view->cells[view->slots[SLOT_SMA]];
    const struct panel_cell *atr = &view->cells[view->slots[SLOT_ATR]];
    if (!sma->ready_before || !atr->ready) {
        signal->reason = REASON_WARMING_UP;
        return;
    }

    double close = series_at(view->series, view->timeframe, 0)->close;
    double close_before = series_at(view->series, view->timeframe, 1)->close;
    int32_t cross = rule_cross(close_before, sma->before[0], close, sma->now[0]);
    if (cross == 0)
        return;

    double distance = rule_in_atr(cross * (close - sma->now[0]), atr->now[0]);
    double slope = rule_in_atr(cross * (sma->now[0] - sma->before[0]), atr->now[0]);
    *signal = (struct signal){
        .direction = cross,
        .reason = cross > 0 ? REASON_SMA_CROSS_UP : REASON_SMA_CROSS_DOWN,
        .strength = 0.3 + 0.7 * rule_clamp(distance, 0, 1),
        .confidence = 0.5 + 0.4 * rule_clamp(slope / SLOPE_FULL, -1, 1),
        .figures = {close, sma->now[0], close_before, sma->before[0]},
    };
    strategy_place_exits(signal, close, atr->now[0], p->stop_atr, p->target_atr,
                         view->round_trip_fee);
}

const struct strategy strategy_sma_cross = {
    .name = "sma_cross",
    .help = "close crosses its moving average on a closed candle; ATR stop and target",
    .options = sma_cross_options,
    .option_count = sizeof sma_cross_options / sizeof sma_cross_options[0],
    .params_size = sizeof(struct sma_cross_params),
    .plan = sma_cross_plan,
    .check = sma_cross_check,
    .step = sma_cross_step,
};
