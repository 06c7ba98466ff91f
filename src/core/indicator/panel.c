/* SPDX-License-Identifier: MIT */
#include "core/indicator/panel.h"

#include <string.h>

#include "core/base/check.h"
#include "core/indicator/panel_row.h"

void panel_plan_init(struct panel_plan *plan)
{
    *plan = (struct panel_plan){0};
}

static bool panel_ask_same(const struct panel_ask *a, const struct panel_ask *b)
{
    return a->indicator == b->indicator && a->timeframe == b->timeframe && a->period == b->period &&
           a->second == b->second && a->third == b->third && a->factor == b->factor;
}

const char *panel_ask_fault(const struct panel_ask *ask)
{
    const struct panel_row *row = panel_rows[ask->indicator];
    const uint32_t periods[] = {ask->period, ask->second, ask->third};
    for (uint32_t i = 0; i < 3; i++) {
        const uint32_t least = i >= row->periods ? 0 : i == 0 ? row->period_min : 1;
        if (periods[i] < least)
            return "a period is too short: most begin at 1, a slope's at 2, a level's at 5";
        if (periods[i] >= (i < row->periods ? SERIES_CAPACITY : 1))
            return "a period is too long: 511 candles are the most";
    }
    if (row->factor_max > 0 ? !(ask->factor > 0 && ask->factor <= row->factor_max)
                            : ask->factor != 0)
        return "the factor must lie above 0, and within reason";
    if (ask->indicator == INDICATOR_MACD && ask->period >= ask->second)
        return "the fast period must be below the slow one, as 12 is below 26";
    if (row->windowed && row->warmup(ask) > SERIES_CAPACITY)
        return "the periods together are too long: 512 candles are kept";
    return NULL;
}

static uint32_t panel_ask_store(const struct panel_ask *ask)
{
    const struct panel_row *row = panel_rows[ask->indicator];
    return row->store == NULL ? 0 : row->store(ask);
}

static uint32_t panel_plan_find(const struct panel_plan *plan, const struct panel_ask *ask)
{
    uint32_t slot = 0;
    while (slot < plan->count && !panel_ask_same(&plan->asks[slot], ask))
        slot++;
    return slot;
}

bool panel_plan_room(const struct panel_plan *plan, const struct panel_ask *ask)
{
    return panel_plan_find(plan, ask) < plan->count ||
           (plan->count < PANEL_SLOT_MAX &&
            panel_ask_store(ask) <= PANEL_STORE_MAX - plan->store_count);
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
    CHECK(panel_ask_fault(ask) == NULL);
    if (!panel_plan_room(plan, ask)) {
        plan->refused = true;
        return 0;
    }
    const uint32_t slot = panel_plan_find(plan, ask);
    if (slot < plan->count)
        return slot;

    plan->asks[slot] = *ask;
    plan->store_at[slot] = plan->store_count;
    plan->store_count += panel_ask_store(ask);
    panel_plan_order(plan, slot);
    plan->count++;
    plan->timeframes |= 1u << ask->timeframe;
    return slot;
}

uint32_t panel_ask_warmup(const struct panel_ask *ask)
{
    return panel_rows[ask->indicator]->warmup(ask);
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

void panel_init(struct panel *panel, const struct panel_plan *plan)
{
    CHECK(!plan->refused);
    for (uint32_t t = 0; t < TIMEFRAME_COUNT; t++)
        panel->restart_ns[t] = INT64_MIN;
    panel->computed = 0;
    memset(panel->store, 0, plan->store_count * sizeof panel->store[0]);
    for (uint32_t slot = 0; slot < plan->count; slot++) {
        const struct panel_ask *ask = &plan->asks[slot];
        panel->cells[slot] = (struct panel_cell){0};
        panel_rows[ask->indicator]->init(&panel->cells[slot], ask);
    }
}

/* Begins anew on the window's candles, all but the `back` newest. Out of line: it is seldom needed,
 * and the loop below has no registers to spare. */
static bool __attribute__((noinline))
panel_replay(struct panel_cell *cell, const struct panel_feed *newest, uint32_t back)
{
    struct panel_feed feed = *newest;
    const struct panel_row *row = panel_rows[feed.ask->indicator];
    bool ready = false;
    row->init(cell, feed.ask);
    for (feed.back = row->warmup(feed.ask); feed.back-- > back;) {
        feed.candle = panel_candle(feed.ring, feed.back);
        ready = row->update(cell, &feed);
    }
    return ready;
}

static struct panel_feed panel_feed_of(struct panel *panel, const struct panel_plan *plan,
                                       const struct series_ring *ring, uint32_t slot)
{
    return (struct panel_feed){
        .ask = &plan->asks[slot],
        .ring = ring,
        .store = panel->store + plan->store_at[slot],
    };
}

/*
 * The first candle of a new block: what was ready before this candle begins anew on its window less
 * the oldest candle, and this one is then added as always. A window that is still filling has
 * nothing to mend.
 */
void panel_restart(struct panel *panel, const struct panel_plan *plan,
                   const struct series_ring *ring, uint32_t timeframe)
{
    panel->restart_ns[timeframe] =
        panel_restart_after(panel_candle(ring, 0)->time_ns, (enum timeframe)timeframe);
    for (uint32_t i = plan->first[timeframe]; i < plan->first[timeframe + 1]; i++) {
        const uint32_t slot = plan->order[i];
        struct panel_cell kept = panel->cells[slot];
        if (!kept.ready || !panel_rows[plan->asks[slot].indicator]->windowed)
            continue;
        const struct panel_feed feed = panel_feed_of(panel, plan, ring, slot);
        panel_replay(&panel->cells[slot], &feed, 1);
        memcpy(panel->cells[slot].now, kept.now, sizeof kept.now);
    }
}

void panel_update_others(struct panel *panel, const struct panel_plan *plan,
                         const struct series_ring *ring, uint32_t timeframe,
                         const struct candle *newest)
{
    struct panel_feed feed = {.ring = ring, .candle = newest};
    const uint32_t *end = &plan->order[plan->first[timeframe + 1]];
    for (const uint32_t *slot = &plan->order[plan->sma_end[timeframe]]; slot < end; slot++) {
        struct panel_cell *cell = &panel->cells[*slot];
        feed.ask = &plan->asks[*slot];
        feed.store = panel->store + plan->store_at[*slot];
        const struct panel_row *row = panel_rows[feed.ask->indicator];
        cell->ready_before = cell->ready;
        memcpy(cell->before, cell->now, sizeof cell->before);
        cell->ready = row->update(cell, &feed);
        if (row->worn != NULL && cell->ready && row->worn(cell, &feed))
            cell->ready = panel_replay(cell, &feed, 0);
    }
}
