/* SPDX-License-Identifier: MIT */
/*
 * Channel: the price goes to and fro between a support and a resistance, and stands near one.
 *
 * A range is a support and a resistance above it, each touched at least `touches` times within the
 * last `period` candles. Fires long when the close is in the lowest `zone` of the range, its inner
 * end included; short when it is in the highest; on every candle for which that holds. A close
 * farther outside than broken_margin of the range's width is in no range, and nothing is said.
 *
 *   target      the far side, drawn in by the fees of the round trip
 *   stop        outside the near side by stop_margin of the width
 *   broken      outside the near side by broken_margin of it
 *   reward/risk (way to the target - fees) / (way to the stop + fees)
 *   strength    0.3 + 0.7 * e  e: the close's way from the zone's inner end to the near side
 *   confidence  0.2 + 0.3 * t  t: touches of the less touched side above `touches`, 6 at most
 *                   + 0.3 * r  r: reward/risk above reward_risk, as a part of that, 1 at most
 *                   + 0.2 * c  c: ADX's way from 25 down to 0: a trend ends ranges
 *
 * With a reward/risk below reward_risk, or a confidence below `confidence`, it is neutral and says
 * so.
 */
#include <string.h>

#include "core/strategy/rule.h"
#include "core/strategy/table.h"

#define TOUCHES_FULL 6.0 /* above those that are needed */
#define ADX_TREND 25.0   /* Wilder's line between a trend and none */

struct channel_params {
    struct strategy_params base;
    int64_t period;
    double tolerance;
    int64_t touches;
    double zone;
    double stop_margin;
    double broken_margin;
    double reward_risk;
    int64_t adx_period;
    double confidence;
};

enum slot {
    SLOT_LEVELS,
    SLOT_ADX,
    SLOT_COUNT,
};

static const struct option channel_options[] = {
    {"timeframe", OPTION_CHOICE, "", "5m", 0, 0, timeframe_names,
     OPTION_FIELD(struct channel_params, base.timeframe), "candles it looks at"},
    {"period", OPTION_INT, "candles", "288", 20, 511, NULL,
     OPTION_FIELD(struct channel_params, period), "where support and resistance are looked for"},
    {"tolerance", OPTION_REAL, "of price", "0.004", 0.0001, 0.1, NULL,
     OPTION_FIELD(struct channel_params, tolerance),
     "so near to each other touches are of one level"},
    {"touches", OPTION_INT, "touches", "3", 1, 50, NULL,
     OPTION_FIELD(struct channel_params, touches), "each side of a range has at least so many"},
    {"zone", OPTION_REAL, "of range", "0.3", 0.05, 0.45, NULL,
     OPTION_FIELD(struct channel_params, zone), "the part at either side where it fires"},
    {"stop_margin", OPTION_REAL, "of range", "0.15", 0.01, 1, NULL,
     OPTION_FIELD(struct channel_params, stop_margin), "how far outside the range the stop stands"},
    {"broken_margin", OPTION_REAL, "of range", "0.05", 0, 0.9, NULL,
     OPTION_FIELD(struct channel_params, broken_margin),
     "a close farther outside has broken the range; below stop_margin"},
    {"reward_risk", OPTION_REAL, "", "1.5", 0.1, 20, NULL,
     OPTION_FIELD(struct channel_params, reward_risk),
     "gain at the target over loss at the stop, both after fees, that is needed"},
    {"adx_period", OPTION_INT, "candles", "14", 2, 200, NULL,
     OPTION_FIELD(struct channel_params, adx_period), "the ADX that tells how calm the market is"},
    {"confidence", OPTION_REAL, "0..1", "0.3", 0, 1, NULL,
     OPTION_FIELD(struct channel_params, confidence), "with less it is neutral"},
};

static uint32_t channel_plan(const void *params, struct panel_plan *plan, uint32_t *slots)
{
    const struct channel_params *p = params;
    enum timeframe timeframe = (enum timeframe)p->base.timeframe;
    slots[SLOT_LEVELS] = panel_plan_ask(
        plan, &(struct panel_ask){INDICATOR_LEVELS, timeframe, (uint32_t)p->period, p->tolerance});
    slots[SLOT_ADX] = panel_plan_ask(
        plan, &(struct panel_ask){INDICATOR_ADX, timeframe, (uint32_t)p->adx_period, 0});
    return SLOT_COUNT;
}

static const char *channel_check(const void *params)
{
    const struct channel_params *p = params;
    if (p->broken_margin >= p->stop_margin)
        return "broken_margin must be below stop_margin, as 0.05 is below 0.15";
    return NULL;
}

static double touches_of(const double levels[LEVELS_OUTPUTS])
{
    const double support = levels[LEVELS_SUPPORT_TOUCHES];
    const double resistance = levels[LEVELS_RESISTANCE_TOUCHES];
    return support < resistance ? support : resistance;
}

/* Places what ends the trade, and returns reward/risk; 0 where the fees leave no reward. */
static double channel_place(struct signal *signal, const struct channel_params *p,
                            const double levels[LEVELS_OUTPUTS], double close, double fee)
{
    const int32_t direction = signal->direction;
    const double support = levels[LEVELS_SUPPORT], resistance = levels[LEVELS_RESISTANCE];
    const double near = direction > 0 ? support : resistance;
    const double far = direction > 0 ? resistance : support;
    const double width = resistance - support;
    const double stop = near - direction * p->stop_margin * width;
    const double target = far - direction * fee;
    signal->stop = rule_price(stop);
    signal->broken = rule_price(near - direction * p->broken_margin * width);
    signal->target = target;
    const double reward = direction * (target - close) - fee;
    return reward > 0 ? reward / (direction * (close - stop) + fee) : 0;
}

/* +1 in the lowest zone, -1 in the highest, else 0; *ret_into: how far the near side is, as a part
 * of the range. */
static int32_t channel_side(const struct channel_params *p, const double levels[LEVELS_OUTPUTS],
                            double close, double *ret_into)
{
    const double support = levels[LEVELS_SUPPORT], resistance = levels[LEVELS_RESISTANCE];
    const double width = resistance - support;
    if (touches_of(levels) < (double)p->touches || width <= resistance * RULE_TOUCH)
        return 0;
    const double above = (close - support) / width, below = (resistance - close) / width;
    const int32_t side = above <= p->zone ? 1 : below <= p->zone ? -1 : 0;
    *ret_into = side > 0 ? above : below;
    return *ret_into < -p->broken_margin ? 0 : side;
}

static double channel_confidence(const struct channel_params *p,
                                 const double levels[LEVELS_OUTPUTS], double reward_risk,
                                 double adx)
{
    const double least = (double)p->touches;
    return 0.2 + 0.3 * rule_way(touches_of(levels), least, least + TOUCHES_FULL) +
           0.3 * rule_way(reward_risk, p->reward_risk, 2 * p->reward_risk) +
           0.2 * rule_way(adx, ADX_TREND, 0);
}

static void channel_step(const void *params, const struct strategy_view *view, double *state,
                         struct signal *signal)
{
    (void)state;
    const struct channel_params *p = params;
    const struct panel_cell *levels = &view->cells[view->slots[SLOT_LEVELS]];
    const struct panel_cell *adx = &view->cells[view->slots[SLOT_ADX]];
    if (!levels->ready || !adx->ready) {
        signal->reason = REASON_WARMING_UP;
        return;
    }

    const double close = series_at(view->series, view->timeframe, 0)->close;
    double into = 0;
    const int32_t side = channel_side(p, levels->now, close, &into);
    if (side == 0)
        return;
    const double support = levels->now[LEVELS_SUPPORT], resistance = levels->now[LEVELS_RESISTANCE];
    struct signal trade = {
        .direction = side,
        .reason = side > 0 ? REASON_CHANNEL_LOW : REASON_CHANNEL_HIGH,
        .strength = 0.3 + 0.7 * rule_way(into, p->zone, 0),
    };
    const double reward_risk =
        channel_place(&trade, p, levels->now, close, close * view->round_trip_fee);
    trade.confidence = channel_confidence(p, levels->now, reward_risk, adx->now[0]);
    if (!rule_enough(reward_risk, p->reward_risk)) {
        *signal = (struct signal){
            .reason = REASON_CHANNEL_POOR,
            .figures = {support, resistance, reward_risk, p->reward_risk},
        };
        return;
    }
    if (!rule_enough(trade.confidence, p->confidence)) {
        *signal = (struct signal){
            .reason = REASON_CHANNEL_UNSURE,
            .figures = {support, resistance, trade.confidence, p->confidence},
        };
        return;
    }
    *signal = trade;
    memcpy(signal->figures, (double[]){close, support, resistance, reward_risk},
           sizeof signal->figures);
}

const struct strategy strategy_channel = {
    .name = "channel",
    .help = "buys low and sells high in a range of many touches; a close outside ends the trade",
    .options = channel_options,
    .option_count = sizeof channel_options / sizeof channel_options[0],
    .params_size = sizeof(struct channel_params),
    .taste = TASTE_RANGING,
    .plan = channel_plan,
    .check = channel_check,
    .step = channel_step,
};
