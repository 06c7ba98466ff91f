/* SPDX-License-Identifier: MIT */
/*
 * Reversal: an extreme RSI, and a candle pattern that turns it.
 *
 * Fires long on the candle that completes a rising pattern (engulfing, hammer, morning star,
 * piercing) while RSI is at or below `oversold`; short on a falling one (engulfing, shooting star,
 * evening star, dark cloud cover) while RSI is at or above `overbought`. RSI counts as it is, or as
 * it was on the candle before, whichever is further out: the pattern's own last candle has already
 * pulled it back. A doji alone turns nothing. An extreme RSI without a pattern is neutral, and says
 * that it waits.
 *
 *   strength    0.3 + 0.7 * h / 5    h: from the lowest low to the highest high of the last three
 *                                    candles (no pattern has more), in ATR, at most 5
 *   confidence  0.5 + 0.4 * r        r: RSI's way from its threshold to its end: for a long
 *                                    (oversold - rsi) / oversold
 *                   + 0.1            for a star, the pattern of three candles
 *
 * The stop stands stop_margin ATRs beyond the end of those three candles, where the turn would be
 * refuted; but no further than stop_atr, and no nearer than the fees of the round trip.
 */
#include "core/strategy/rule.h"
#include "core/strategy/table.h"

#define PATTERN_CANDLES 3
#define HEIGHT_FULL 5.0 /* ATR: three candles of the usual range have at most 3 */

struct reversal_params {
    struct strategy_params base;
    int64_t rsi_period;
    double oversold;
    double overbought;
    int64_t atr_period;
    double stop_margin;
    double stop_atr;
    double target_atr;
};

enum slot {
    SLOT_PATTERNS,
    SLOT_RSI,
    SLOT_ATR,
    SLOT_COUNT,
};

static const struct option reversal_options[] = {
    {"timeframe", OPTION_CHOICE, "", "1m", 0, 0, timeframe_names,
     OPTION_FIELD(struct reversal_params, base.timeframe), "candles it looks at"},
    {"rsi_period", OPTION_INT, "candles", "14", 2, 200, NULL,
     OPTION_FIELD(struct reversal_params, rsi_period), "the RSI that must be extreme"},
    {"oversold", OPTION_REAL, "", "30", 1, 60, NULL, OPTION_FIELD(struct reversal_params, oversold),
     "RSI at or below this lets a long fire"},
    {"overbought", OPTION_REAL, "", "70", 40, 99, NULL,
     OPTION_FIELD(struct reversal_params, overbought),
     "RSI at or above this lets a short fire; above oversold"},
    {"atr_period", OPTION_INT, "candles", "14", 2, 200, NULL,
     OPTION_FIELD(struct reversal_params, atr_period), "the ATR that distances are measured by"},
    {"stop_margin", OPTION_REAL, "ATR", "0.25", 0, 10, NULL,
     OPTION_FIELD(struct reversal_params, stop_margin),
     "how far beyond the pattern's low or high the stop stands"},
    {"stop_atr", OPTION_REAL, "ATR", "2", 0.1, 20, NULL,
     OPTION_FIELD(struct reversal_params, stop_atr), "the most lost at the stop, fees included"},
    {"target_atr", OPTION_REAL, "ATR", "2.5", 0.1, 50, NULL,
     OPTION_FIELD(struct reversal_params, target_atr), "gain at the target, after fees"},
};

static uint32_t reversal_plan(const void *params, struct panel_plan *plan, uint32_t *slots)
{
    const struct reversal_params *p = params;
    enum timeframe timeframe = (enum timeframe)p->base.timeframe;
    slots[SLOT_PATTERNS] =
        panel_plan_ask(plan, &(struct panel_ask){INDICATOR_PATTERNS, timeframe, 0, 0});
    slots[SLOT_RSI] = panel_plan_ask(
        plan, &(struct panel_ask){INDICATOR_RSI, timeframe, (uint32_t)p->rsi_period, 0});
    slots[SLOT_ATR] = panel_plan_ask(
        plan, &(struct panel_ask){INDICATOR_ATR, timeframe, (uint32_t)p->atr_period, 0});
    return SLOT_COUNT;
}

static const char *reversal_check(const void *params)
{
    const struct reversal_params *p = params;
    if (p->oversold >= p->overbought)
        return "oversold must be below overbought, as 30 is below 70";
    return NULL;
}

/* The pattern that turns the market in that direction, the most telling first; PATTERN_COUNT where
 * none does. */
static enum pattern reversal_pattern(const double masks[2], int32_t direction)
{
    static const enum pattern turns[2][4] = {
        {PATTERN_MORNING_STAR, PATTERN_PIERCING, PATTERN_ENGULFING, PATTERN_HAMMER},
        {PATTERN_EVENING_STAR, PATTERN_DARK_CLOUD_COVER, PATTERN_ENGULFING, PATTERN_SHOOTING_STAR},
    };
    const enum pattern *turn = turns[direction < 0];
    for (uint32_t i = 0; i < 4; i++)
        if (patterns_figure(masks, turn[i]) * direction > 0)
            return turn[i];
    return PATTERN_COUNT;
}

struct span {
    double low;
    double high;
};

static struct span reversal_span(const struct strategy_view *view)
{
    const struct candle *newest = series_at(view->series, view->timeframe, 0);
    struct span span = {newest->low, newest->high};
    for (uint32_t back = 1; back < PATTERN_CANDLES; back++) {
        const struct candle *candle = series_at(view->series, view->timeframe, back);
        span.low = candle->low < span.low ? candle->low : span.low;
        span.high = candle->high > span.high ? candle->high : span.high;
    }
    return span;
}

static void reversal_place_exits(const struct reversal_params *p, const struct strategy_view *view,
                                 struct signal *signal, double atr, double end)
{
    double close = series_at(view->series, view->timeframe, 0)->close;
    strategy_place_exits(signal, close, atr, p->stop_atr, p->target_atr, view->round_trip_fee);
    strategy_draw_stop(signal, close, end - signal->direction * p->stop_margin * atr,
                       view->round_trip_fee);
}

static void reversal_step(const void *params, const struct strategy_view *view, double *state,
                          struct signal *signal)
{
    (void)state;
    const struct reversal_params *p = params;
    const struct panel_cell *patterns = &view->cells[view->slots[SLOT_PATTERNS]];
    const struct panel_cell *rsi = &view->cells[view->slots[SLOT_RSI]];
    const struct panel_cell *atr = &view->cells[view->slots[SLOT_ATR]];
    if (!patterns->ready || !rsi->ready_before || !atr->ready) {
        signal->reason = REASON_WARMING_UP;
        return;
    }

    double lowest = rsi->now[0] < rsi->before[0] ? rsi->now[0] : rsi->before[0];
    double highest = rsi->now[0] > rsi->before[0] ? rsi->now[0] : rsi->before[0];
    bool low = lowest <= p->oversold, high = highest >= p->overbought;
    if (low == high) /* at neither end, or within one candle from end to end */
        return;
    int32_t direction = low ? 1 : -1;
    double extreme = low ? lowest : highest;
    double threshold = low ? p->oversold : p->overbought;
    *signal = (struct signal){.reason = REASON_REVERSAL_AWAITED, .figures = {extreme, threshold}};
    enum pattern pattern = reversal_pattern(patterns->now, direction);
    if (pattern == PATTERN_COUNT)
        return;

    struct span span = reversal_span(view);
    double end = low ? span.low : span.high;
    double height = rule_in_atr(span.high - span.low, atr->now[0]);
    bool star = pattern == PATTERN_MORNING_STAR || pattern == PATTERN_EVENING_STAR;
    *signal = (struct signal){
        .direction = direction,
        .reason = low ? REASON_REVERSAL_UP : REASON_REVERSAL_DOWN,
        .strength = 0.3 + 0.7 * rule_clamp(height / HEIGHT_FULL, 0, 1),
        .confidence = 0.5 + 0.4 * rule_way(extreme, threshold, low ? 0 : 100) + (star ? 0.1 : 0),
        .figures = {pattern, end, extreme, threshold},
    };
    reversal_place_exits(p, view, signal, atr->now[0], end);
}

const struct strategy strategy_reversal = {
    .name = "reversal",
    .help = "a candle pattern turns an extreme RSI; stop beyond the pattern, ATR target",
    .options = reversal_options,
    .option_count = sizeof reversal_options / sizeof reversal_options[0],
    .params_size = sizeof(struct reversal_params),
    .plan = reversal_plan,
    .check = reversal_check,
    .step = reversal_step,
};
