/* SPDX-License-Identifier: MIT */
/*
 * DCA: dollar-cost averaging into a fall. The price has dropped far from its high of the last
 * hours, and is oversold; what is bought is bought in steps, a ladder, farther down.
 *
 * Fires long when the close is `drop` or more below the highest high of the last high_period
 * candles and RSI is below `oversold`; on every candle for which that holds, never short. Deep
 * enough without RSI's word is neutral, and says so.
 *
 *   stop, target  at parts of the price, net of fees; and the trade ends after `hold`
 *   ladder        `rungs` of them from `drop` below that high, `step` apart
 *   strength      0.3 + 0.7 * d  d: the drop's way through the ladder: from `drop` to a step below
 *                                   the last of its rungs, which stand `step` from each other
 *   confidence    0.5 + 0.2 * d
 *                     + 0.2 * r  r: RSI's way from `oversold` to 0
 *                     + 0.1 * v  v: volume's way from its average to three times that: when all
 *                                   who will sell do, a fall ends
 *
 * With a confidence below `confidence` it is neutral, and says so.
 */
#include "core/base/limits.h"
#include "core/strategy/rule.h"
#include "core/strategy/table.h"

#define VOLUME_USUAL 1.0
#define VOLUME_BURST 3.0

struct dca_params {
    struct strategy_params base;
    int64_t high_period;
    double drop;
    double step;
    int64_t rungs;
    int64_t rsi_period;
    double oversold;
    int64_t volume_period;
    double stop;
    double target;
    int64_t hold_ns;
    double confidence;
};

enum slot {
    SLOT_EXTREMES,
    SLOT_RSI,
    SLOT_VOLUME,
    SLOT_COUNT,
};

static const struct option dca_options[] = {
    {"timeframe", OPTION_CHOICE, "", "5m", 0, 0, timeframe_names,
     OPTION_FIELD(struct dca_params, base.timeframe), "candles it looks at"},
    {"high_period", OPTION_INT, "candles", "48", 2, 511, NULL,
     OPTION_FIELD(struct dca_params, high_period), "the high that the drop is measured from"},
    {"drop", OPTION_REAL, "of price", "0.05", 0.001, 0.5, NULL,
     OPTION_FIELD(struct dca_params, drop), "the drop it buys after; there the first rung stands"},
    {"step", OPTION_REAL, "of price", "0.01", 0.001, 0.2, NULL,
     OPTION_FIELD(struct dca_params, step), "from rung to rung, as a part of the high"},
    {"rungs", OPTION_INT, "rungs", "5", 1, LADDER_RUNG_MAX, NULL,
     OPTION_FIELD(struct dca_params, rungs), "into so many buys the stake is split"},
    {"rsi_period", OPTION_INT, "candles", "14", 2, 200, NULL,
     OPTION_FIELD(struct dca_params, rsi_period), "the RSI that must agree"},
    {"oversold", OPTION_REAL, "", "30", 1, 60, NULL, OPTION_FIELD(struct dca_params, oversold),
     "RSI below this lets it fire"},
    {"volume_period", OPTION_INT, "candles", "20", 2, 500, NULL,
     OPTION_FIELD(struct dca_params, volume_period), "the average that volume is measured by"},
    {"stop", OPTION_REAL, "of price", "0.08", 0.001, 0.9, NULL,
     OPTION_FIELD(struct dca_params, stop),
     "loss at the stop, fees included; the stop must lie below the last rung"},
    {"target", OPTION_REAL, "of price", "0.1", 0.001, 5, NULL,
     OPTION_FIELD(struct dca_params, target), "gain at the target, after fees"},
    {"hold", OPTION_DURATION, "", "72h", 0, 2592000, NULL, OPTION_FIELD(struct dca_params, hold_ns),
     "the trade ends after so long; 0: never"},
    {"confidence", OPTION_REAL, "0..1", "0.6", 0, 1, NULL,
     OPTION_FIELD(struct dca_params, confidence), "with less it is neutral"},
};

static uint32_t dca_plan(const void *params, struct panel_plan *plan, uint32_t *slots)
{
    const struct dca_params *p = params;
    enum timeframe timeframe = (enum timeframe)p->base.timeframe;
    slots[SLOT_EXTREMES] = panel_plan_ask(
        plan, &(struct panel_ask){INDICATOR_EXTREMES, timeframe, (uint32_t)p->high_period, 0});
    slots[SLOT_RSI] = panel_plan_ask(
        plan, &(struct panel_ask){INDICATOR_RSI, timeframe, (uint32_t)p->rsi_period, 0});
    slots[SLOT_VOLUME] = panel_plan_ask(plan, &(struct panel_ask){INDICATOR_VOLUME_RATIO, timeframe,
                                                                  (uint32_t)p->volume_period, 0});
    return SLOT_COUNT;
}

/* Bought at the first rung, the stop is at its highest; so the last lies above zero, too. */
static const char *dca_check(const void *params)
{
    const struct dca_params *p = params;
    const double last = 1 - p->drop - p->step * (double)(p->rungs - 1);
    if ((1 - p->drop) * (1 - p->stop) >= last)
        return "the stop must lie below the last rung: 0.08 below a price 5 % down is 12.6 % down, "
               "and the last of five rungs 9 %";
    return NULL;
}

static void dca_step(const void *params, const struct strategy_view *view, double *state,
                     struct signal *signal)
{
    (void)state;
    const struct dca_params *p = params;
    const struct panel_cell *extremes = &view->cells[view->slots[SLOT_EXTREMES]];
    const struct panel_cell *rsi_cell = &view->cells[view->slots[SLOT_RSI]];
    const struct panel_cell *volume = &view->cells[view->slots[SLOT_VOLUME]];
    if (!extremes->ready || !rsi_cell->ready || !volume->ready) {
        signal->reason = REASON_WARMING_UP;
        return;
    }

    const double close = series_at(view->series, view->timeframe, 0)->close;
    const double high = extremes->now[0], rsi = rsi_cell->now[0];
    const double drop = (high - close) / high;
    if (!rule_enough(drop, p->drop))
        return;
    *signal = (struct signal){
        .reason = REASON_DIP_UNCONFIRMED,
        .figures = {100 * drop, high, rsi, p->oversold},
    };
    if (rsi >= p->oversold)
        return;
    const double deep = rule_way(drop, p->drop, p->drop + p->step * (double)p->rungs);
    const double confidence = 0.5 + 0.2 * deep + 0.2 * rule_way(rsi, p->oversold, 0) +
                              0.1 * rule_way(volume->now[0], VOLUME_USUAL, VOLUME_BURST);
    if (!rule_enough(confidence, p->confidence)) {
        *signal = (struct signal){
            .reason = REASON_DIP_UNSURE,
            .figures = {100 * drop, high, confidence, p->confidence},
        };
        return;
    }

    signal->direction = 1;
    signal->reason = REASON_DIP;
    signal->strength = 0.3 + 0.7 * deep;
    signal->confidence = confidence;
    signal->hold_ns = p->hold_ns;
    signal->ladder =
        (struct ladder_terms){.first = p->drop, .step = p->step, .high = high, .rungs = p->rungs};
    strategy_place_at(signal, close, p->stop * close, p->target * close, view->round_trip_fee);
}

const struct strategy strategy_dca = {
    .name = "dca",
    .help = "far below the high of the last hours and oversold: buys in steps farther down",
    .options = dca_options,
    .option_count = sizeof dca_options / sizeof dca_options[0],
    .params_size = sizeof(struct dca_params),
    .taste = TASTE_FALLING,
    .plan = dca_plan,
    .check = dca_check,
    .step = dca_step,
};
