/* SPDX-License-Identifier: MIT */
/*
 * Swing: the close breaks a level that held, on a burst of volume; the move is ridden with a stop
 * that follows.
 *
 * The level is the resistance, or support, with the most touches within the last `period` candles,
 * as it stood before this candle, with at least `touches` of them. Fires long on the candle whose
 * close is above the resistance when the close before was at or below it, if its volume is at least
 * volume_ratio times the average of the volume_period candles before; short mirrored, at the
 * support. On less volume it is neutral, and says so. Once per break: a volume that comes later
 * does not make up for it.
 *
 *   stop, target  at parts of the price, net of fees; and the stop follows the best price at
 * `trail` strength      0.3 + 0.7 * d  d: how far the close is beyond the level, in ATR, at most 1
 *   confidence    0.3 + 0.3 * v  v: volume above what is needed, as a part of that, 1 at most
 *                     + 0.1 * t  t: touches above `touches`, 6 at most
 *                     + 0.2      when the trend agrees: the fast EMA above the slow one for a long
 *                     + 0.1 * m  m: RSI's way from 50 to 80, for a short to 20
 *
 * With a confidence below `confidence` it is neutral, and says so.
 */
#include "core/strategy/rule.h"
#include "core/strategy/table.h"

#define TOUCHES_FULL 6.0 /* above those that are needed */
#define RSI_MIDDLE 50.0
#define RSI_FULL 30.0 /* from the middle: 80 and 20 are extremes by anybody's reckoning */

struct swing_params {
    struct strategy_params base;
    int64_t period;
    double tolerance;
    int64_t touches;
    int64_t volume_period;
    double volume_ratio;
    int64_t fast_period;
    int64_t slow_period;
    int64_t rsi_period;
    int64_t atr_period;
    double stop;
    double target;
    double trail;
    double confidence;
};

enum slot {
    SLOT_LEVELS,
    SLOT_VOLUME,
    SLOT_FAST,
    SLOT_SLOW,
    SLOT_RSI,
    SLOT_ATR,
    SLOT_COUNT,
};

static const struct option swing_options[] = {
    {"timeframe", OPTION_CHOICE, "", "5m", 0, 0, timeframe_names,
     OPTION_FIELD(struct swing_params, base.timeframe), "candles it looks at"},
    {"period", OPTION_INT, "candles", "288", 20, 511, NULL,
     OPTION_FIELD(struct swing_params, period), "where support and resistance are looked for"},
    {"tolerance", OPTION_REAL, "of price", "0.004", 0.0001, 0.1, NULL,
     OPTION_FIELD(struct swing_params, tolerance),
     "so near to each other touches are of one level"},
    {"touches", OPTION_INT, "touches", "2", 1, 50, NULL, OPTION_FIELD(struct swing_params, touches),
     "a level worth breaking has at least so many"},
    {"volume_period", OPTION_INT, "candles", "20", 2, 500, NULL,
     OPTION_FIELD(struct swing_params, volume_period), "the average that a burst is measured by"},
    {"volume_ratio", OPTION_REAL, "times", "2", 0.1, 100, NULL,
     OPTION_FIELD(struct swing_params, volume_ratio), "the volume a break needs, of the average"},
    {"fast_period", OPTION_INT, "candles", "50", 2, 400, NULL,
     OPTION_FIELD(struct swing_params, fast_period), "the trend's fast EMA"},
    {"slow_period", OPTION_INT, "candles", "200", 3, 500, NULL,
     OPTION_FIELD(struct swing_params, slow_period), "the trend's slow EMA; above fast_period"},
    {"rsi_period", OPTION_INT, "candles", "14", 2, 200, NULL,
     OPTION_FIELD(struct swing_params, rsi_period), "the RSI that tells the momentum"},
    {"atr_period", OPTION_INT, "candles", "14", 2, 200, NULL,
     OPTION_FIELD(struct swing_params, atr_period), "the ATR that the break is measured by"},
    {"stop", OPTION_REAL, "of price", "0.05", 0.001, 0.5, NULL,
     OPTION_FIELD(struct swing_params, stop), "loss at the stop, fees included"},
    {"target", OPTION_REAL, "of price", "0.15", 0.001, 5, NULL,
     OPTION_FIELD(struct swing_params, target), "gain at the target, after fees"},
    {"trail", OPTION_REAL, "of price", "0.07", 0, 0.5, NULL,
     OPTION_FIELD(struct swing_params, trail),
     "the stop follows the best price so far away; 0: it does not"},
    {"confidence", OPTION_REAL, "0..1", "0.65", 0, 1, NULL,
     OPTION_FIELD(struct swing_params, confidence), "with less it is neutral"},
};

static uint32_t swing_plan(const void *params, struct panel_plan *plan, uint32_t *slots)
{
    const struct swing_params *p = params;
    const enum timeframe timeframe = (enum timeframe)p->base.timeframe;
    const struct panel_ask asks[SLOT_COUNT] = {
        [SLOT_LEVELS] = {INDICATOR_LEVELS, timeframe, (uint32_t)p->period, p->tolerance},
        [SLOT_VOLUME] = {INDICATOR_VOLUME_RATIO, timeframe, (uint32_t)p->volume_period, 0},
        [SLOT_FAST] = {INDICATOR_EMA, timeframe, (uint32_t)p->fast_period, 0},
        [SLOT_SLOW] = {INDICATOR_EMA, timeframe, (uint32_t)p->slow_period, 0},
        [SLOT_RSI] = {INDICATOR_RSI, timeframe, (uint32_t)p->rsi_period, 0},
        [SLOT_ATR] = {INDICATOR_ATR, timeframe, (uint32_t)p->atr_period, 0},
    };
    for (uint32_t slot = 0; slot < SLOT_COUNT; slot++)
        slots[slot] = panel_plan_ask(plan, &asks[slot]);
    return SLOT_COUNT;
}

static const char *swing_check(const void *params)
{
    const struct swing_params *p = params;
    if (p->fast_period >= p->slow_period)
        return "fast_period must be below slow_period, as 50 is below 200";
    return NULL;
}

/* A level that the newest close broke; direction 0: none. Where there is no level its price is 0,
 * and no close crosses that. */
struct broken {
    int32_t direction;
    double price;
    double touches;
};

static struct broken swing_broken(const struct strategy_view *view,
                                  const double levels[LEVELS_OUTPUTS])
{
    const double close = series_at(view->series, view->timeframe, 0)->close;
    const double before = series_at(view->series, view->timeframe, 1)->close;
    const double support = levels[LEVELS_SUPPORT], resistance = levels[LEVELS_RESISTANCE];
    if (rule_cross(before, resistance, close, resistance) > 0)
        return (struct broken){1, resistance, levels[LEVELS_RESISTANCE_TOUCHES]};
    if (rule_cross(before, support, close, support) < 0)
        return (struct broken){-1, support, levels[LEVELS_SUPPORT_TOUCHES]};
    return (struct broken){0};
}

static double swing_confidence(const struct swing_params *p, const struct strategy_view *view,
                               const struct broken *level)
{
    const double volume = view->cells[view->slots[SLOT_VOLUME]].now[0];
    const double fast = view->cells[view->slots[SLOT_FAST]].now[0];
    const double slow = view->cells[view->slots[SLOT_SLOW]].now[0];
    const double rsi = view->cells[view->slots[SLOT_RSI]].now[0];
    const double least = (double)p->touches;
    const bool agrees = level->direction * (fast - slow) > slow * RULE_TOUCH;
    return 0.3 + 0.3 * rule_way(volume, p->volume_ratio, 2 * p->volume_ratio) +
           0.1 * rule_way(level->touches, least, least + TOUCHES_FULL) + (agrees ? 0.2 : 0) +
           0.1 * rule_way(rsi, RSI_MIDDLE, RSI_MIDDLE + level->direction * RSI_FULL);
}

static bool swing_ready(const struct strategy_view *view)
{
    for (uint32_t slot = 0; slot < SLOT_COUNT; slot++)
        if (!view->cells[view->slots[slot]].ready)
            return false;
    return view->cells[view->slots[SLOT_LEVELS]].ready_before;
}

static void swing_step(const void *params, const struct strategy_view *view, double *state,
                       struct signal *signal)
{
    (void)state;
    const struct swing_params *p = params;
    if (!swing_ready(view)) {
        signal->reason = REASON_WARMING_UP;
        return;
    }

    const struct broken level = swing_broken(view, view->cells[view->slots[SLOT_LEVELS]].before);
    if (level.direction == 0 || level.touches < (double)p->touches)
        return;
    const double close = series_at(view->series, view->timeframe, 0)->close;
    const double volume = view->cells[view->slots[SLOT_VOLUME]].now[0];
    *signal = (struct signal){
        .reason = REASON_SWING_QUIET,
        .figures = {close, level.price, volume, p->volume_ratio},
    };
    if (volume < p->volume_ratio)
        return;
    const double confidence = swing_confidence(p, view, &level);
    if (!rule_enough(confidence, p->confidence)) {
        *signal = (struct signal){
            .reason = REASON_SWING_UNSURE,
            .figures = {level.price, volume, confidence, p->confidence},
        };
        return;
    }

    const double atr = view->cells[view->slots[SLOT_ATR]].now[0];
    const double beyond = rule_in_atr(level.direction * (close - level.price), atr);
    signal->direction = level.direction;
    signal->reason = level.direction > 0 ? REASON_SWING_UP : REASON_SWING_DOWN;
    signal->strength = 0.3 + 0.7 * rule_clamp(beyond, 0, 1);
    signal->confidence = confidence;
    signal->trail = p->trail;
    strategy_place_at(signal, close, p->stop * close, p->target * close, view->round_trip_fee);
}

const struct strategy strategy_swing = {
    .name = "swing",
    .help = "a level is broken on twice the usual volume; the stop follows the price",
    .options = swing_options,
    .option_count = sizeof swing_options / sizeof swing_options[0],
    .params_size = sizeof(struct swing_params),
    .taste = TASTE_RISING,
    .plan = swing_plan,
    .check = swing_check,
    .step = swing_step,
};
