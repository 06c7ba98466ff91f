/* SPDX-License-Identifier: MIT */
#include "core/strategy/strategy.h"

#include <string.h>

#include "core/base/check.h"
#include "core/strategy/table.h"

/* Snapshots and records hold the index: new ones go at the end. */
const struct strategy *const strategy_table[] = {
    &strategy_sma_cross,
    &strategy_trend,
    &strategy_mean_reversion,
    &strategy_sma_pair,
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

void strategy_place_exits(struct signal *signal, double price, double atr, double stop_atr,
                          double target_atr, double round_trip_fee)
{
    CHECK(signal->direction == 1 || signal->direction == -1);
    double fee = price * round_trip_fee;
    /* Nearer than the round trip's own cost a stop is hit by noise, and what it loses is fees. */
    double stop_distance = stop_atr * atr - fee > fee ? stop_atr * atr - fee : fee;
    double target_distance = target_atr * atr + fee;

    double stop = price - signal->direction * stop_distance;
    double target = price + signal->direction * target_distance;
    signal->stop = atr > 0 && stop > 0 ? stop : 0;
    signal->target = atr > 0 && target > 0 ? target : 0;
}
