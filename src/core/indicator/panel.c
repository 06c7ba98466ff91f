/* SPDX-License-Identifier: MIT */
#include "core/indicator/panel.h"

#include <stddef.h>

#include "core/base/check.h"

void panel_plan_init(struct panel_plan *plan)
{
    *plan = (struct panel_plan){0};
}

static bool panel_ask_same(const struct panel_ask *a, const struct panel_ask *b)
{
    return a->indicator == b->indicator && a->timeframe == b->timeframe && a->period == b->period &&
           a->factor == b->factor;
}

/* Puts the slot behind the others of its timeframe, an SMA behind the SMAs of it. */
static void panel_plan_order(struct panel_plan *plan, uint32_t slot)
{
    enum timeframe timeframe = plan->asks[slot].timeframe;
    bool sma = plan->asks[slot].indicator == INDICATOR_SMA;
    uint32_t at = sma ? plan->sma_end[timeframe] : plan->first[timeframe + 1];
    for (uint32_t i = plan->count; i > at; i--)
        plan->order[i] = plan->order[i - 1];
    plan->order[at] = slot;
    plan->sma_end[timeframe] += sma;
    for (uint32_t t = timeframe + 1; t < TIMEFRAME_COUNT; t++) {
        plan->first[t]++;
        plan->sma_end[t]++;
    }
    plan->first[TIMEFRAME_COUNT]++;
}

uint32_t panel_plan_ask(struct panel_plan *plan, const struct panel_ask *ask)
{
    CHECK(ask->indicator < INDICATOR_COUNT && ask->timeframe < TIMEFRAME_COUNT);
    CHECK(ask->period >= 1 && ask->period < SERIES_CAPACITY);
    CHECK(ask->indicator == INDICATOR_BOLLINGER ? ask->factor > 0 : ask->factor == 0);
    for (uint32_t slot = 0; slot < plan->count; slot++)
        if (panel_ask_same(&plan->asks[slot], ask))
            return slot;

    CHECK(plan->count < PANEL_SLOT_MAX);
    uint32_t slot = plan->count;
    plan->asks[slot] = *ask;
    panel_plan_order(plan, slot);
    plan->count++;
    plan->timeframes |= 1u << ask->timeframe;
    return slot;
}

static uint32_t panel_ask_warmup(const struct panel_ask *ask)
{
    switch (ask->indicator) {
    case INDICATOR_RSI:
    case INDICATOR_ATR:
    case INDICATOR_VOLUME_RATIO:
        return ask->period + 1;
    case INDICATOR_ADX:
        return 2 * ask->period;
    default:
        return ask->period;
    }
}

uint32_t panel_plan_warmup(const struct panel_plan *plan, enum timeframe timeframe)
{
    uint32_t longest = 0;
    for (uint32_t i = plan->first[timeframe]; i < plan->first[timeframe + 1]; i++) {
        uint32_t warmup = panel_ask_warmup(&plan->asks[plan->order[i]]);
        longest = warmup > longest ? warmup : longest;
    }
    return longest;
}

static void panel_cell_init(struct panel_cell *cell, const struct panel_ask *ask)
{
    switch (ask->indicator) {
    case INDICATOR_SMA:
        sma_init(&cell->state.sma, ask->period);
        break;
    case INDICATOR_EMA:
        ema_init(&cell->state.ema, ask->period);
        break;
    case INDICATOR_RSI:
        rsi_init(&cell->state.rsi, ask->period);
        break;
    case INDICATOR_ATR:
        atr_init(&cell->state.atr, ask->period);
        break;
    case INDICATOR_ADX:
        adx_init(&cell->state.adx, ask->period);
        break;
    case INDICATOR_BOLLINGER:
        bollinger_init(&cell->state.bollinger, ask->period, ask->factor);
        break;
    case INDICATOR_VOLUME_RATIO:
        volume_ratio_init(&cell->state.volume_ratio, ask->period);
        break;
    default:
        CHECK(false);
    }
}

void panel_init(struct panel *panel, const struct panel_plan *plan)
{
    *panel = (struct panel){0};
    for (uint32_t t = 0; t < TIMEFRAME_COUNT; t++)
        panel->restart_ns[t] = INT64_MIN;
    for (uint32_t slot = 0; slot < plan->count; slot++)
        panel_cell_init(&panel->cells[slot], &plan->asks[slot]);
}

/* Which of a candle's numbers a window is made of. */
enum panel_field {
    FIELD_CLOSE,
    FIELD_VOLUME,
};

struct panel_window {
    double values[SERIES_CAPACITY];
};

/* The `period` values that end with the candle `back` before the newest, oldest first. */
static const double *panel_window(const struct series_ring *ring, enum panel_field field,
                                  uint32_t period, uint32_t back, struct panel_window *window)
{
    for (uint32_t i = 0; i < period; i++) {
        const struct candle *candle = panel_candle(ring, back + period - 1 - i);
        window->values[i] = field == FIELD_CLOSE ? candle->close : candle->volume;
    }
    return window->values;
}

/*
 * The first candle of a new block: sums whose window was full before this candle are rebuilt from
 * that window, and the candle is then added as always. A window that is still filling holds a sum
 * that was never moved along, so there is nothing to mend.
 */
static void panel_restart_cell(struct panel_cell *cell, const struct panel_ask *ask,
                               const struct series_ring *ring)
{
    struct panel_window window;
    uint32_t period = ask->period;
    if (ask->indicator == INDICATOR_SMA && cell->state.sma.count == period)
        sma_restart(&cell->state.sma, panel_window(ring, FIELD_CLOSE, period, 1, &window));
    if (ask->indicator == INDICATOR_BOLLINGER && cell->state.bollinger.count == period)
        bollinger_restart(&cell->state.bollinger,
                          panel_window(ring, FIELD_CLOSE, period, 1, &window));
    if (ask->indicator == INDICATOR_VOLUME_RATIO && cell->state.volume_ratio.count == period)
        volume_ratio_restart(&cell->state.volume_ratio,
                             panel_window(ring, FIELD_VOLUME, period, 1, &window));
}

void panel_restart(struct panel *panel, const struct panel_plan *plan,
                   const struct series_ring *ring, uint32_t timeframe)
{
    int64_t block_ns = PANEL_RESTART * timeframe_ns[timeframe];
    int64_t time_ns = panel_candle(ring, 0)->time_ns;
    panel->restart_ns[timeframe] = (time_ns / block_ns + 1) * block_ns;
    for (uint32_t i = plan->first[timeframe]; i < plan->first[timeframe + 1]; i++) {
        uint32_t slot = plan->order[i];
        panel_restart_cell(&panel->cells[slot], &plan->asks[slot], ring);
    }
}

static bool panel_update_bollinger(struct panel_cell *cell, uint32_t period,
                                   const struct series_ring *ring)
{
    struct bollinger *bollinger = &cell->state.bollinger;
    double leaving = panel_candle(ring, period)->close;
    if (!bollinger_update(bollinger, panel_candle(ring, 0)->close, leaving))
        return false;
    if (bollinger_worn(bollinger)) {
        struct panel_window window;
        bollinger_restart(bollinger, panel_window(ring, FIELD_CLOSE, period, 0, &window));
    }
    bollinger_read(bollinger, cell->now);
    return true;
}

static bool panel_update_volume_ratio(struct panel_cell *cell, uint32_t period,
                                      const struct series_ring *ring)
{
    struct volume_ratio *ratio = &cell->state.volume_ratio;
    double leaving = panel_candle(ring, period)->volume;
    bool ready = volume_ratio_update(ratio, panel_candle(ring, 0)->volume, leaving, cell->now);
    if (ready && volume_ratio_worn(ratio)) {
        struct panel_window window;
        volume_ratio_restart(ratio, panel_window(ring, FIELD_VOLUME, period, 0, &window));
    }
    return ready;
}

static bool panel_update_cell(struct panel_cell *cell, const struct panel_ask *ask,
                              const struct series_ring *ring)
{
    const struct candle *candle = panel_candle(ring, 0);
    switch (ask->indicator) {
    case INDICATOR_EMA:
        return ema_update(&cell->state.ema, candle->close, cell->now);
    case INDICATOR_RSI:
        return rsi_update(&cell->state.rsi, candle->close, cell->now);
    case INDICATOR_ATR:
        return atr_update(&cell->state.atr, candle->high, candle->low, candle->close, cell->now);
    case INDICATOR_ADX:
        return adx_update(&cell->state.adx, candle->high, candle->low, candle->close, cell->now);
    case INDICATOR_BOLLINGER:
        return panel_update_bollinger(cell, ask->period, ring);
    case INDICATOR_VOLUME_RATIO:
        return panel_update_volume_ratio(cell, ask->period, ring);
    default:
        CHECK(false);
        return false;
    }
}

void panel_update_others(struct panel *panel, const struct panel_plan *plan,
                         const struct series_ring *ring, uint32_t timeframe)
{
    uint32_t end = plan->first[timeframe + 1];
    for (uint32_t i = plan->sma_end[timeframe]; i < end; i++) {
        struct panel_cell *cell = &panel->cells[plan->order[i]];
        cell->ready_before = cell->ready;
        for (uint32_t k = 0; k < PANEL_OUTPUT_MAX; k++)
            cell->before[k] = cell->now[k];
        cell->ready = panel_update_cell(cell, &plan->asks[plan->order[i]], ring);
    }
}
