/* SPDX-License-Identifier: MIT */
#include "core/strategy/strategy.h"

#include <string.h>

#include "core/base/check.h"
#include "core/strategy/rule.h"
#include "core/strategy/table.h"

/* Snapshots and records hold the index: new ones go at the end. */
const struct strategy *const strategy_table[] = {
    &strategy_sma_cross, &strategy_trend,    &strategy_mean_reversion,
    &strategy_sma_pair,  &strategy_channel,  &strategy_swing,
    &strategy_dca,       &strategy_momentum, &strategy_breakout,
    &strategy_reversal,  &strategy_keltner,
};

const uint32_t strategy_table_count = sizeof strategy_table / sizeof strategy_table[0];

_Static_assert(sizeof strategy_table / sizeof strategy_table[0] <= STRATEGY_MAX,
               "the engine holds every built-in strategy at once");

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
