/* SPDX-License-Identifier: MIT */
/*
 * Breakout: the close leaves a support or a resistance that held before, with volume.
 *
 * The levels are those of the candles before this one: prices at which swings of the last
 * level_period candles turned, touches_min times or more (indicator/levels.h). Fires long on the
 * candle that closes more than margin_atr ATRs above resistance, when the close before was not yet
 * so far, if its volume is volume_min times the average of the candles before or more; short
 * mirrored, below support. A break on less volume is neutral, and says so. Once per break: the
 * close must have come back before the same level can break again.
 *
 *   strength    0.3 + 0.7 * d / 2    d: the close's distance beyond level and margin in ATR, at
 *                                    most 2
 *   confidence  0.35 + 0.3 * v / 4   v: volume ratio above volume_min, at most 4
 *                    + 0.2 * t / 6   t: touches of the level above touches_min, at most 6
 */
#include "core/strategy/rule.h"
#include "core/strategy/table.h"

#define DISTANCE_FULL 2.0 /* ATR: about half of the breaks with volume go one or more */
#define VOLUME_FULL 4.0   /* on the defaults, six times the usual volume */
#define TOUCHES_FULL 6.0  /* on the defaults, nine touches within two hours */

struct breakout_params {
    struct strategy_params base;
    int64_t level_period;
    double tolerance;
    int64_t touches_min;
    double margin_atr;
    int64_t volume_period;
    double volume_min;
    int64_t atr_period;
    double stop_atr;
    double target_atr;
};

enum slot {
    SLOT_LEVELS,
    SLOT_VOLUME,
    SLOT_ATR,
    SLOT_COUNT,
};

static const struct option breakout_options[] = {
    {"timeframe", OPTION_CHOICE, "", "1m", 0, 0, timeframe_names,
     OPTION_FIELD(struct breakout_params, base.timeframe), "candles it looks at"},
    {"level_period", OPTION_INT, "candles", "120", 5, 500, NULL,
     OPTION_FIELD(struct breakout_params, level_period),
     "how far back support and resistance are looked for"},
    {"tolerance", OPTION_REAL, "of price", "0.0005", 0.0001, 0.1, NULL,
     OPTION_FIELD(struct breakout_params, tolerance),
     "swings that lie so near to each other touch the same level"},
    {"touches_min", OPTION_INT, "touches", "3", 1, 50, NULL,
     OPTION_FIELD(struct breakout_params, touches_min),
     "a level that fewer swings touched is none"},
    {"margin_atr", OPTION_REAL, "ATR", "0.25", 0, 10, NULL,
     OPTION_FIELD(struct breakout_params, margin_atr),
     "the close must be further beyond the level than this"},
    {"volume_period", OPTION_INT, "candles", "20", 1, 500, NULL,
     OPTION_FIELD(struct breakout_params, volume_period), "the volume's average"},
    {"volume_min", OPTION_REAL, "times", "2", 0, 100, NULL,
     OPTION_FIELD(struct breakout_params, volume_min),
     "a break on less than this many times the average volume is not acted on"},
    {"atr_period", OPTION_INT, "candles", "14", 2, 200, NULL,
     OPTION_FIELD(struct breakout_params, atr_period), "the ATR that distances are measured by"},
    {"stop_atr", OPTION_REAL, "ATR", "1.5", 0.1, 20, NULL,
     OPTION_FIELD(struct breakout_params, stop_atr), "loss at the stop, fees included"},
    {"target_atr", OPTION_REAL, "ATR", "3", 0.1, 50, NULL,
     OPTION_FIELD(struct breakout_params, target_atr), "gain at the target, after fees"},
};

static uint32_t breakout_plan(const void *params, struct panel_plan *plan, uint32_t *slots)
{
    const struct breakout_params *p = params;
    enum timeframe timeframe = (enum timeframe)p->base.timeframe;
    slots[SLOT_LEVELS] =
        panel_plan_ask(plan, &(struct panel_ask){INDICATOR_LEVELS, timeframe,
                                                 (uint32_t)p->level_period, p->tolerance});
    slots[SLOT_VOLUME] = panel_plan_ask(plan, &(struct panel_ask){INDICATOR_VOLUME_RATIO, timeframe,
                                                                  (uint32_t)p->volume_period, 0});
    slots[SLOT_ATR] = panel_plan_ask(
        plan, &(struct panel_ask){INDICATOR_ATR, timeframe, (uint32_t)p->atr_period, 0});
    return SLOT_COUNT;
}

/* Each range stands alone: no two of its parameters can contradict each other. */
static const char *breakout_check(const void *params)
{
    (void)params;
    return NULL;
}

/* A level as it stood before this candle, and the line beyond it that a close must leave. */
struct border {
    int32_t direction; /* of the break: +1 a resistance, -1 a support */
    double level;
    double touches;
    double line;
};

static struct border breakout_border(int32_t direction, const double levels[LEVELS_OUTPUTS],
                                     double margin)
{
    double level = levels[direction > 0 ? LEVELS_RESISTANCE : LEVELS_SUPPORT];
    return (struct border){
        .direction = direction,
        .level = level,
        .touches = levels[direction > 0 ? LEVELS_RESISTANCE_TOUCHES : LEVELS_SUPPORT_TOUCHES],
        .line = level + direction * margin,
    };
}

static bool breakout_broken(const struct border *border, double close_before, double close,
                            int64_t touches_min)
{
    return border->touches >= (double)touches_min &&
           rule_cross(close_before, border->line, close, border->line) == border->direction;
}

static void breakout_step(const void *params, const struct strategy_view *view, double *state,
                          struct signal *signal)
{
    (void)state;
    const struct breakout_params *p = params;
    const struct panel_cell *levels = &view->cells[view->slots[SLOT_LEVELS]];
    const struct panel_cell *volume = &view->cells[view->slots[SLOT_VOLUME]];
    const struct panel_cell *atr = &view->cells[view->slots[SLOT_ATR]];
    if (!levels->ready_before || !volume->ready || !atr->ready) {
        signal->reason = REASON_WARMING_UP;
        return;
    }

    double close = series_at(view->series, view->timeframe, 0)->close;
    double close_before = series_at(view->series, view->timeframe, 1)->close;
    struct border border = breakout_border(1, levels->before, p->margin_atr * atr->now[0]);
    if (!breakout_broken(&border, close_before, close, p->touches_min)) {
        border = breakout_border(-1, levels->before, p->margin_atr * atr->now[0]);
        if (!breakout_broken(&border, close_before, close, p->touches_min))
            return;
    }
    *signal = (struct signal){
        .reason = REASON_BREAKOUT_QUIET,
        .figures = {close, border.level, volume->now[0], p->volume_min},
    };
    if (volume->now[0] < p->volume_min)
        return;

    double distance = rule_in_atr(border.direction * (close - border.line), atr->now[0]);
    double volume_above = (volume->now[0] - p->volume_min) / VOLUME_FULL;
    double touches_above = (border.touches - (double)p->touches_min) / TOUCHES_FULL;
    signal->direction = border.direction;
    signal->reason = border.direction > 0 ? REASON_BREAKOUT_UP : REASON_BREAKOUT_DOWN;
    signal->strength = 0.3 + 0.7 * rule_clamp(distance / DISTANCE_FULL, 0, 1);
    signal->confidence =
        0.35 + 0.3 * rule_clamp(volume_above, 0, 1) + 0.2 * rule_clamp(touches_above, 0, 1);
    strategy_place_exits(signal, close, atr->now[0], p->stop_atr, p->target_atr,
                         view->round_trip_fee);
}

const struct strategy strategy_breakout = {
    .name = "breakout",
    .help = "close beyond support or resistance with volume; ATR stop and target",
    .options = breakout_options,
    .option_count = sizeof breakout_options / sizeof breakout_options[0],
    .params_size = sizeof(struct breakout_params),
    .plan = breakout_plan,
    .check = breakout_check,
    .step = breakout_step,
};
