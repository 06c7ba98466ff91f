/* SPDX-License-Identifier: MIT */
/*
 * Momentum: RSI thrusts through a level on a burst of volume.
 *
 * Fires long on the candle on which RSI comes to stand above rsi_level, having been at or below it
 * on the candle before, if it rose by thrust_min points or more on this candle, and the candle's
 * volume is volume_min times the average of those before it or more; short mirrored: RSI falls
 * below 100 - rsi_level. A thrust on less volume is neutral, and says so. Once per crossing: RSI
 * that creeps through the level is no thrust, and one that goes on rising above it is none either.
 *
 *   strength    0.3 + 0.7 * t / 15   t: points that RSI moved beyond thrust_min, at most 15
 *   confidence  0.4 + 0.4 * v / 4    v: volume ratio above volume_min, at most 4
 */
#include "core/strategy/rule.h"
#include "core/strategy/table.h"

#define THRUST_FULL                                                                                \
    15.0                /* points beyond thrust_min: on the defaults, from 45 to 68 in a candle    \
                         */
#define VOLUME_FULL 4.0 /* on the defaults, six times the usual volume */

struct momentum_params {
    struct strategy_params base;
    int64_t rsi_period;
    double rsi_level;
    double thrust_min;
    int64_t volume_period;
    double volume_min;
    int64_t atr_period;
    double stop_atr;
    double target_atr;
};

enum slot {
    SLOT_RSI,
    SLOT_VOLUME,
    SLOT_ATR,
    SLOT_COUNT,
};

static const struct option momentum_options[] = {
    {"timeframe", OPTION_CHOICE, "", "1m", 0, 0, timeframe_names,
     OPTION_FIELD(struct momentum_params, base.timeframe), "candles it looks at"},
    {"rsi_period", OPTION_INT, "candles", "14", 2, 200, NULL,
     OPTION_FIELD(struct momentum_params, rsi_period), "the RSI that must thrust"},
    {"rsi_level", OPTION_REAL, "", "60", 50, 95, NULL,
     OPTION_FIELD(struct momentum_params, rsi_level),
     "RSI must rise through this for a long, fall through 100 less this for a short"},
    {"thrust_min", OPTION_REAL, "points", "8", 0.5, 50, NULL,
     OPTION_FIELD(struct momentum_params, thrust_min),
     "RSI that moved less on the candle has crept through, and is not acted on"},
    {"volume_period", OPTION_INT, "candles", "20", 1, 500, NULL,
     OPTION_FIELD(struct momentum_params, volume_period), "the volume's average"},
    {"volume_min", OPTION_REAL, "times", "2", 0, 100, NULL,
     OPTION_FIELD(struct momentum_params, volume_min),
     "volume below this many times its average is no burst, and a thrust is not acted on"},
    {"atr_period", OPTION_INT, "candles", "14", 2, 200, NULL,
     OPTION_FIELD(struct momentum_params, atr_period),
     "the ATR that stop and target are measured by"},
    {"stop_atr", OPTION_REAL, "ATR", "1.5", 0.1, 20, NULL,
     OPTION_FIELD(struct momentum_params, stop_atr), "loss at the stop, fees included"},
    {"target_atr", OPTION_REAL, "ATR", "3", 0.1, 50, NULL,
     OPTION_FIELD(struct momentum_params, target_atr), "gain at the target, after fees"},
};

static uint32_t momentum_plan(const void *params, struct panel_plan *plan, uint32_t *slots)
{
    const struct momentum_params *p = params;
    enum timeframe timeframe = (enum timeframe)p->base.timeframe;
    slots[SLOT_RSI] = panel_plan_ask(
        plan, &(struct panel_ask){INDICATOR_RSI, timeframe, (uint32_t)p->rsi_period, 0});
    slots[SLOT_VOLUME] = panel_plan_ask(plan, &(struct panel_ask){INDICATOR_VOLUME_RATIO, timeframe,
                                                                  (uint32_t)p->volume_period, 0});
    slots[SLOT_ATR] = panel_plan_ask(
        plan, &(struct panel_ask){INDICATOR_ATR, timeframe, (uint32_t)p->atr_period, 0});
    return SLOT_COUNT;
}

/* Each range stands alone: no two of its parameters can contradict each other. */
static const char *momentum_check(const void *params)
{
    (void)params;
    return NULL;
}

/* +1 where RSI rose through the level, -1 where it fell through the level's mirror, else 0. */
static int32_t momentum_cross(double before, double now, double level)
{
    if (rule_cross(before, level, now, level) > 0)
        return 1;
    return rule_cross(before, 100 - level, now, 100 - level) < 0 ? -1 : 0;
}

static void momentum_step(const void *params, const struct strategy_view *view, double *state,
                          struct signal *signal)
{
    (void)state;
    const struct momentum_params *p = params;
    const struct panel_cell *rsi = &view->cells[view->slots[SLOT_RSI]];
    const struct panel_cell *volume = &view->cells[view->slots[SLOT_VOLUME]];
    const struct panel_cell *atr = &view->cells[view->slots[SLOT_ATR]];
    if (!rsi->ready_before || !volume->ready || !atr->ready) {
        signal->reason = REASON_WARMING_UP;
        return;
    }

    int32_t cross = momentum_cross(rsi->before[0], rsi->now[0], p->rsi_level);
    double thrust = cross * (rsi->now[0] - rsi->before[0]);
    if (cross == 0 || thrust < p->thrust_min)
        return;
    *signal = (struct signal){
        .reason = REASON_MOMENTUM_QUIET,
        .figures = {rsi->before[0], rsi->now[0], volume->now[0], p->volume_min},
    };
    if (volume->now[0] < p->volume_min)
        return;

    double above = volume->now[0] - p->volume_min;
    signal->direction = cross;
    signal->reason = cross > 0 ? REASON_MOMENTUM_UP : REASON_MOMENTUM_DOWN;
    signal->strength = 0.3 + 0.7 * rule_clamp((thrust - p->thrust_min) / THRUST_FULL, 0, 1);
    signal->confidence = 0.4 + 0.4 * rule_clamp(above / VOLUME_FULL, 0, 1);
    strategy_place_exits(signal, series_at(view->series, view->timeframe, 0)->close, atr->now[0],
                         p->stop_atr, p->target_atr, view->round_trip_fee);
}

const struct strategy strategy_momentum = {
    .name = "momentum",
    .help = "RSI thrusts through a level on a burst of volume; ATR stop and target",
    .options = momentum_options,
    .option_count = sizeof momentum_options / sizeof momentum_options[0],
    .params_size = sizeof(struct momentum_params),
    .taste = TASTE_RISING | TASTE_FALLING,
    .plan = momentum_plan,
    .check = momentum_check,
    .step = momentum_step,
};
