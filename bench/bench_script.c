/* SPDX-License-Identifier: MIT */
/*
 * What a strategy in Lua costs: a candle through series, panel and sma_cross written in Lua; the
 * floor is the same with the sma_cross in C. Both must say the same.
 */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "operator/script/shelf.h"

#define CANDLES 200000

static const char text[] =
    "local function step(p)\n"
    "    local atr, sma, sma_before = now('atr'), now('sma'), before('sma')\n"
    "    local direction = cross(close(1), sma_before, close(0), sma)\n"
    "    if direction == 0 then return nil end\n"
    "    local distance = in_atr(direction * (close(0) - sma), atr)\n"
    "    local slope = in_atr(direction * (sma - sma_before), atr)\n"
    "    local stop, target = place_atr(direction, close(0), atr, p.stop_atr, p.target_atr)\n"
    "    return {direction = direction, strength = 0.3 + 0.7 * clamp(distance, 0, 1),\n"
    "            confidence = 0.5 + 0.4 * clamp(slope / 0.2, -1, 1), stop = stop, target = "
    "target}\n"
    "end\n"
    "return {help = 'x', timeframe = '1m', step = step, parameters = {\n"
    "    {name = 'sma_period', default = 20, whole = true, min = 2, max = 500, help = 'x'},\n"
    "    {name = 'atr_period', default = 14, whole = true, min = 2, max = 200, help = 'x'},\n"
    "    {name = 'stop_atr', default = 2, min = 0.1, max = 20, help = 'x'},\n"
    "    {name = 'target_atr', default = 3, min = 0.1, max = 50, help = 'x'}},\n"
    "    indicators = {sma = {'sma', 'sma_period'}, atr = {'atr', 'atr_period'}}}\n";

/* As both declare them. */
struct cross_params {
    struct strategy_params base;
    int64_t sma_period, atr_period;
    double stop_atr, target_atr;
};

struct rival {
    const struct strategy *strategy;
    struct cross_params params;
    uint32_t slots[STRATEGY_SLOT_MAX];
    struct panel_plan plan;
    uint64_t count;
    double sum; /* of all that its signals said */
};

struct run {
    const struct candle *candles;
    struct series *series;
    struct panel *panel;
    struct rival lua, c;
};

static void set_rival(struct rival *rival, const char *name)
{
    uint32_t type = 0;
    rival->strategy = strategy_find(name, &type);
    rival->params = (struct cross_params){{TIMEFRAME_1M, type}, 20, 14, 2, 3};
    panel_plan_init(&rival->plan);
    rival->strategy->plan(&rival->params, &rival->plan, rival->slots);
}

static void walk(struct run *run, struct rival *rival)
{
    double notes[STRATEGY_STATE_MAX] = {0};
    const struct strategy_view view = {
        .series = run->series,
        .cells = run->panel->cells,
        .slots = rival->slots,
        .timeframe = TIMEFRAME_1M,
        .round_trip_fee = 0.008,
    };
    rival->count = 0, rival->sum = 0;
    series_init(run->series, TIMEFRAME_1M, 0);
    panel_init(run->panel, &rival->plan);
    for (size_t i = 0; i < CANDLES; i++) {
        struct signal signal = {0};
        const uint32_t closed = series_push(run->series, &run->candles[i]);
        panel_update(run->panel, &rival->plan, run->series, closed);
        rival->strategy->step(&rival->params, &view, notes, &signal);
        rival->count += signal.direction != 0;
        rival->sum += signal.strength + signal.confidence + signal.stop + signal.target;
    }
}

static void run_lua(void *context)
{
    struct run *run = context;
    walk(run, &run->lua);
}

static void run_c(void *context)
{
    struct run *run = context;
    walk(run, &run->c);
}

static bool measure(struct bench_row *row, struct run *run, struct shelf *shelf)
{
    const struct event event = {
        .kind = EVENT_STRATEGY,
        .strategy = {.type = strategy_built_in, .name = "lua", .text = text},
    };
    if (!shelf_take(shelf, &event)) {
        snprintf(row->note, sizeof row->note, "built without Lua");
        return true;
    }
    struct shelf *before = shelf_use(shelf);
    set_rival(&run->lua, "lua");
    set_rival(&run->c, "sma_cross");
    bench_time(row, &(struct bench_work){run_lua, run_c, run, CANDLES});
    shelf_use(before);
    if (run->lua.count == 0 || run->lua.count != run->c.count || run->lua.sum != run->c.sum) {
        snprintf(row->note, sizeof row->note, "%llu signals in Lua, %llu in C %.80s",
                 (unsigned long long)run->lua.count, (unsigned long long)run->c.count,
                 script_fault(shelf_script(shelf, 0)));
        return false;
    }
    return true;
}

bool bench_script(struct bench_row *row)
{
    row->unit = "candle";
    struct candle *candles = malloc(CANDLES * sizeof *candles);
    struct series *series = malloc(sizeof *series);
    struct panel *panel = malloc(sizeof *panel);
    struct run *run = calloc(1, sizeof *run);
    struct shelf *shelf = shelf_new();
    bool ok = false;
    if (candles == NULL || series == NULL || panel == NULL || run == NULL || shelf == NULL) {
        snprintf(row->note, sizeof row->note, "out of memory");
    } else {
        bench_walk(candles, CANDLES);
        run->candles = candles, run->series = series, run->panel = panel;
        ok = measure(row, run, shelf);
    }
    free(candles), free(series), free(panel), free(run);
    shelf_free(shelf);
    return ok;
}
