/* SPDX-License-Identifier: MIT */
/*
 * Keltner: a fade. The price has come to the edge of its Keltner channel, and RSI agrees that the
 * move is overdone, but not that the market is falling through.
 *
 * Fires long when the price is at the lower channel and RSI lies within rsi_low..rsi_high; short
 * when it is at the upper one and RSI within 100 - rsi_high..100 - rsi_low; on every candle for
 * which that holds. `mode` says what counts as being there: `touch`, the candle's low is at or
 * below the lower channel; `close`, its close is below it. At the channel with an RSI outside the
 * band is neutral, and says so. A candle that touches both sides shows no side to fade: nothing is
 * said, and neither is it where the channel has no width.
 *
 *   strength    0.3 + 0.7 * b / 2    b: how far the low, or the close, is beyond the channel, in
 *                                    ATR, at most 2
 *   confidence  0.45 + 0.4 * r       r: RSI's way from rsi_high to rsi_low (mirrored for a short)
 *                    + 0.1           when the candle has closed inside the channel again
 */
#include "core/strategy/rule.h"
#include "core/strategy/table.h"

#define BEYOND_FULL 2.0 /* ATR: most touches on which RSI agrees go one or more */

enum keltner_mode {
    KELTNER_TOUCH,
    KELTNER_CLOSE,
};

static const char *const keltner_modes[] = {"touch", "close", NULL};

struct keltner_params {
    struct strategy_params base;
    int32_t mode; /* enum keltner_mode */
    int64_t channel_period;
    double channel_atr;
    int64_t rsi_period;
    double rsi_low;
    double rsi_high;
    int64_t atr_period;
    double stop_atr;
    double target_atr;
};

enum slot {
    SLOT_CHANNEL,
    SLOT_RSI,
    SLOT_ATR,
    SLOT_COUNT,
};

static const struct option keltner_options[] = {
    {"timeframe", OPTION_CHOICE, "", "1m", 0, 0, timeframe_names,
     OPTION_FIELD(struct keltner_params, base.timeframe), "candles it looks at"},
    {"mode", OPTION_CHOICE, "", "touch", 0, 0, keltner_modes,
     OPTION_FIELD(struct keltner_params, mode),
     "touch: the candle's low or high reaches the channel; close: its close is beyond it"},
    {"channel_period", OPTION_INT, "candles", "20", 2, 500, NULL,
     OPTION_FIELD(struct keltner_params, channel_period), "the EMA in the channel's middle"},
    {"channel_atr", OPTION_REAL, "ATR", "2.5", 0.5, 10, NULL,
     OPTION_FIELD(struct keltner_params, channel_atr), "how far from the middle its edges stand"},
    {"rsi_period", OPTION_INT, "candles", "14", 2, 200, NULL,
     OPTION_FIELD(struct keltner_params, rsi_period), "the RSI that must agree"},
    {"rsi_low", OPTION_REAL, "", "15", 0, 50, NULL, OPTION_FIELD(struct keltner_params, rsi_low),
     "RSI below this is a fall, not a low; 100 less this for a short"},
    {"rsi_high", OPTION_REAL, "", "30", 1, 60, NULL, OPTION_FIELD(struct keltner_params, rsi_high),
     "RSI at or below this lets a long fire; above rsi_low; 100 less this for a short"},
    {"atr_period", OPTION_INT, "candles", "14", 2, 200, NULL,
     OPTION_FIELD(struct keltner_params, atr_period), "the ATR of the channel and of the exits"},
    {"stop_atr", OPTION_REAL, "ATR", "1.5", 0.1, 20, NULL,
     OPTION_FIELD(struct keltner_params, stop_atr), "loss at the stop, fees included"},
    {"target_atr", OPTION_REAL, "ATR", "2", 0.1, 50, NULL,
     OPTION_FIELD(struct keltner_params, target_atr),
     "gain at the target, after fees; channel_atr is about the middle"},
};

static uint32_t keltner_plan(const void *params, struct panel_plan *plan, uint32_t *slots)
{
    const struct keltner_params *p = params;
    enum timeframe timeframe = (enum timeframe)p->base.timeframe;
    slots[SLOT_CHANNEL] = panel_plan_ask(
        plan, &(struct panel_ask){INDICATOR_KELTNER, timeframe, (uint32_t)p->channel_period,
                                  p->channel_atr, .second = (uint32_t)p->atr_period});
    slots[SLOT_RSI] = panel_plan_ask(
        plan, &(struct panel_ask){INDICATOR_RSI, timeframe, (uint32_t)p->rsi_period, 0});
    slots[SLOT_ATR] = panel_plan_ask(
        plan, &(struct panel_ask){INDICATOR_ATR, timeframe, (uint32_t)p->atr_period, 0});
    return SLOT_COUNT;
}

static const char *keltner_check(const void *params)
{
    const struct keltner_params *p = params;
    if (p->rsi_low >= p->rsi_high)
        return "rsi_low must be below rsi_high, as 15 is below 30";
    return NULL;
}

/* +1 at the lower channel, -1 at the upper one, 0 at neither or at both; *ret_price is what is
 * there of the candle. */
static int32_t keltner_side(enum keltner_mode mode, const struct candle *candle,
                            const double channel[3], double *ret_price)
{
    double touch = channel[0] * RULE_TOUCH;
    bool below, above;
    if (mode == KELTNER_TOUCH) {
        below = candle->low <= channel[2] + touch;
        above = candle->high >= channel[1] - touch;
    } else {
        below = candle->close < channel[2] - touch;
        above = candle->close > channel[1] + touch;
    }
    if (below == above || channel[1] - channel[2] <= 2 * touch)
        return 0;
    *ret_price = mode == KELTNER_CLOSE ? candle->close : below ? candle->low : candle->high;
    return below ? 1 : -1;
}

static void keltner_step(const void *params, const struct strategy_view *view, double *state,
                         struct signal *signal)
{
    (void)state;
    const struct keltner_params *p = params;
    const struct panel_cell *channel = &view->cells[view->slots[SLOT_CHANNEL]];
    const struct panel_cell *rsi_cell = &view->cells[view->slots[SLOT_RSI]];
    const struct panel_cell *atr = &view->cells[view->slots[SLOT_ATR]];
    if (!channel->ready || !rsi_cell->ready || !atr->ready) {
        signal->reason = REASON_WARMING_UP;
        return;
    }

    const struct candle *candle = series_at(view->series, view->timeframe, 0);
    double price;
    int32_t side = keltner_side((enum keltner_mode)p->mode, candle, channel->now, &price);
    if (side == 0)
        return;

    /* Seen from below: a short's band is the long's, mirrored. */
    double edge = channel->now[side > 0 ? 2 : 1];
    double rsi = side > 0 ? rsi_cell->now[0] : 100 - rsi_cell->now[0];
    double bound = rsi < p->rsi_low ? p->rsi_low : p->rsi_high;
    *signal = (struct signal){
        .reason = REASON_KELTNER_UNCONFIRMED,
        .figures = {price, edge, rsi_cell->now[0], side > 0 ? bound : 100 - bound},
    };
    if (rsi < p->rsi_low || rsi > p->rsi_high)
        return;

    double beyond = rule_in_atr(side * (edge - price), atr->now[0]);
    bool inside = side * (candle->close - edge) > 0;
    signal->direction = side;
    signal->reason = side > 0 ? REASON_KELTNER_LOW : REASON_KELTNER_HIGH;
    signal->strength = 0.3 + 0.7 * rule_clamp(beyond / BEYOND_FULL, 0, 1);
    signal->confidence = 0.45 + 0.4 * rule_way(rsi, p->rsi_high, p->rsi_low) + (inside ? 0.1 : 0);
    strategy_place_exits(signal, candle->close, atr->now[0], p->stop_atr, p->target_atr,
                         view->round_trip_fee);
}

const struct strategy strategy_keltner = {
    .name = "keltner",
    .help = "fades a touch of the Keltner channel, or a close beyond it; ATR stop and target",
    .options = keltner_options,
    .option_count = sizeof keltner_options / sizeof keltner_options[0],
    .params_size = sizeof(struct keltner_params),
    .alone = 0.52,
    .taste = TASTE_RANGING,
    .plan = keltner_plan,
    .check = keltner_check,
    .step = keltner_step,
};
