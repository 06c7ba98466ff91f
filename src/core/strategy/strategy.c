/* SPDX-License-Identifier: MIT */
#include "core/strategy/strategy.h"

#include <string.h>

#include "core/base/check.h"
#include "core/strategy/rule.h"
#include "core/strategy/table.h"

/* Snapshots and records hold the index: new ones go at the end. */
#define BUILT_IN                                                                                   \
    &strategy_sma_cross, &strategy_trend, &strategy_mean_reversion, &strategy_sma_pair,            \
        &strategy_channel, &strategy_swing, &strategy_dca, &strategy_momentum, &strategy_breakout, \
        &strategy_reversal, &strategy_keltner

enum { BUILT_IN_COUNT = sizeof(const struct strategy *[]){BUILT_IN} / sizeof(struct strategy *) };

const struct strategy *strategy_table[STRATEGY_TABLE_MAX] = {BUILT_IN};
uint32_t strategy_table_count = BUILT_IN_COUNT;
const uint32_t strategy_built_in = BUILT_IN_COUNT;

_Static_assert((int)BUILT_IN_COUNT <= STRATEGY_MAX,
               "the engine holds every built-in strategy at once");

void strategy_add(const struct strategy *const *added, uint32_t count)
{
    CHECK(count <= STRATEGY_TABLE_MAX - BUILT_IN_COUNT);
    for (uint32_t i = 0; i < count; i++)
        strategy_table[BUILT_IN_COUNT + i] = added[i];
    strategy_table_count = BUILT_IN_COUNT + count;
}

const struct strategy *strategy_find(const char *name, uint32_t *ret_index)
{
    for (uint32_t i = 0; i < strategy_table_count; i++) {
        if (strcmp(strategy_table[i]->name, name) != 0)
            continue;
        if (ret_index)
            *ret_index = i;
        return strategy_table[i];
    }
    return NULL;
}

void strategy_place_at(struct signal *signal, double price, double stop_distance,
                       double target_distance, double round_trip_fee)
{
    CHECK(signal->direction == 1 || signal->direction == -1);
    double fee = price * round_trip_fee;
    /* Nearer than the round trip's own cost a stop is hit by noise, and what it loses is fees. */
    double inside = stop_distance - fee > fee ? stop_distance - fee : fee;
    double beyond = target_distance + fee;
    signal->stop = rule_price(price - signal->direction * inside);
    signal->target = rule_price(price + signal->direction * beyond);
}

void strategy_place_exits(struct signal *signal, double price, double atr, double stop_atr,
                          double target_atr, double round_trip_fee)
{
    strategy_place_at(signal, price, stop_atr * atr, target_atr * atr, round_trip_fee);
    if (!(atr > 0))
        signal->stop = signal->target = 0;
}

void strategy_draw_stop(struct signal *signal, double price, double stop, double round_trip_fee)
{
    if (signal->stop == 0)
        return;
    double fee = price * round_trip_fee;
    double distance = signal->direction * (price - stop);
    double drawn = price - signal->direction * (distance > fee ? distance : fee);
    if (signal->direction * (drawn - signal->stop) > 0)
        signal->stop = drawn;
}
