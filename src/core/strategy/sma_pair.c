/* SPDX-License-Identifier: MIT */
/*
 * SMA pair: the fast simple moving average of closes crosses the slow one. The textbook rule that
 * everybody's backtester is timed with, and ours too.
 *
 * Fires long when fast was at or below slow and is now above it; short when fast was at or above
 * slow and is now below it. No stop, no target; strength and confidence are always 1.
 */
#include "core/strategy/sma_pair.h"

#include "core/strategy/rule.h"
#include "core/strategy/table.h"

enum slot {
    SLOT_FAST,
    SLOT_SLOW,
    SLOT_COUNT,
};

static const struct option sma_pair_options[] = {
    {"timeframe", OPTION_CHOICE, "", "1m", 0, 0, timeframe_names,
     OPTION_FIELD(struct sma_pair_params, base.timeframe), "candles it looks at"},
    {"fast", OPTION_INT, "candles", "20", 1, 510, NULL, OPTION_FIELD(struct sma_pair_params, fast),
     "the fast average"},
    {"slow", OPTION_INT, "candles", "50", 2, 511, NULL, OPTION_FIELD(struct sma_pair_params, slow),
     "the slow average; above fast"},
};

static uint32_t sma_pair_plan(const void *params, struct panel_plan *plan, uint32_t *slots)
{
    const struct sma_pair_params *p = params;
    enum timeframe timeframe = (enum timeframe)p->base.timeframe;
    slots[SLOT_FAST] =
        panel_plan_ask(plan, &(struct panel_ask){INDICATOR_SMA, timeframe, (uint32_t)p->fast, 0});
    slots[SLOT_SLOW] =
        panel_plan_ask(plan, &(struct panel_ask){INDICATOR_SMA, timeframe, (uint32_t)p->slow, 0});
    return SLOT_COUNT;
}

static const char *sma_pair_check(const void *params)
{
    const struct sma_pair_params *p = params;
    if (p->fast >= p->slow)
        return "fast must be below slow, as 20 is below 50";
    return NULL;
}

static void sma_pair_step(const void *params, const struct strategy_view *view, double *state,
                          struct signal *signal)
{
    (void)params;
    (void)state;
    const struct panel_cell *fast = &view->cells[view->slots[SLOT_FAST]];
    const struct panel_cell *slow = &view->cells[view->slots[SLOT_SLOW]];
    if (!fast->ready_before || !slow->ready_before) {
        signal->reason = REASON_WARMING_UP;
        return;
    }

    int32_t cross = rule_cross(fast->before[0], slow->before[0], fast->now[0], slow->now[0]);
    if (cross == 0)
        return;
    signal->direction = cross;
    signal->reason = cross > 0 ? REASON_PAIR_CROSS_UP : REASON_PAIR_CROSS_DOWN;
    signal->strength = 1;
    signal->confidence = 1;
    signal->figures[0] = fast->now[0];
    signal->figures[1] = slow->now[0];
}

const struct strategy strategy_sma_pair = {
    .name = "sma_pair",
    .help = "fast moving average crosses the slow one; no stop, no target: for benchmarks",
    .options = sma_pair_options,
    .option_count = sizeof sma_pair_options / sizeof sma_pair_options[0],
    .params_size = sizeof(struct sma_pair_params),
    .plan = sma_pair_plan,
    .check = sma_pair_check,
    .step = sma_pair_step,
    .sweep = &sma_pair_sweep,
};
