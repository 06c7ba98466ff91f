/* SPDX-License-Identifier: MIT */
/* Which values of each split a trade has. */
#include "core/base/timestamp.h"
#include "core/decision/regime.h"
#include "research/learn/analyse_internal.h"

const int64_t analyse_hold_ns[ANALYSE_HOLD_COUNT - 1] = {
    15 * NS_PER_MIN, NS_PER_HOUR, 4 * NS_PER_HOUR, 12 * NS_PER_HOUR, NS_PER_DAY, 3 * NS_PER_DAY,
};

/* Hours of the UTC day, the last not included. */
static const struct {
    uint32_t from, until;
} sessions[] = {
    [ANALYSE_ASIA] = {0, 8},
    [ANALYSE_EUROPE] = {7, 16},
    [ANALYSE_US] = {13, 22},
    [ANALYSE_BETWEEN] = {22, 24},
};

uint32_t analyse_value_count(const struct analyse_config *config, enum analyse_split split)
{
    const uint32_t counts[ANALYSE_SPLIT_COUNT] = {
        [ANALYSE_HOUR] = 24,
        [ANALYSE_WEEKDAY] = 7,
        [ANALYSE_WEEKEND] = 2,
        [ANALYSE_SESSION] = ANALYSE_SESSION_COUNT,
        [ANALYSE_PAIR] = config->pair_count,
        [ANALYSE_STRATEGY] = config->strategy_count + 1,
        [ANALYSE_SIDE] = 2,
        [ANALYSE_REGIME] = REGIME_FALLING + 1,
        [ANALYSE_VOLATILITY] = VOLATILITY_HIGH + 1,
        [ANALYSE_HOLD] = ANALYSE_HOLD_COUNT,
        [ANALYSE_DECILE] = ANALYSE_DECILES + 1,
    };
    return split < ANALYSE_SPLIT_COUNT ? counts[split] : 1;
}

bool analyse_unknown(const struct analyse_config *config, enum analyse_split split, uint32_t value)
{
    switch (split) {
    case ANALYSE_STRATEGY:
        return value == config->strategy_count;
    case ANALYSE_REGIME:
    case ANALYSE_VOLATILITY:
        return value == 0;
    case ANALYSE_DECILE:
        return value == ANALYSE_DECILES;
    default:
        return false;
    }
}

static uint64_t sessions_of(uint32_t hour)
{
    uint64_t mask = 0;
    for (uint32_t i = 0; i < ANALYSE_SESSION_COUNT; i++) {
        mask |= (uint64_t)(hour >= sessions[i].from && hour < sessions[i].until) << i;
    }
    return mask;
}

static uint64_t strategies_of(const struct analyse_config *config, uint64_t mask)
{
    const uint64_t unknown = UINT64_C(1) << config->strategy_count, known = mask & (unknown - 1);
    return known != 0 ? known : unknown;
}

static uint32_t hold_of(const struct analyse_trade *trade)
{
    uint32_t i = 0;
    while (i < ANALYSE_HOLD_COUNT - 1 &&
           trade->closed_ns - trade->opened_ns >= analyse_hold_ns[i]) {
        i++;
    }
    return i;
}

void analyse_place(const struct analyse_config *config, const struct analyse_trade *trade,
                   uint32_t decile, struct analyse_place *ret)
{
    const int64_t day = timestamp_day(trade->opened_ns);
    const uint32_t hour = (uint32_t)((trade->opened_ns - day) / NS_PER_HOUR);
    const uint32_t weekday = (uint32_t)((day / NS_PER_DAY + 3) % 7); /* 1970 began on a Thursday */
    *ret = (struct analyse_place){{
        [ANALYSE_HOUR] = hour,
        [ANALYSE_WEEKDAY] = weekday,
        [ANALYSE_WEEKEND] = weekday >= 5,
        [ANALYSE_SESSION] = sessions_of(hour),
        [ANALYSE_PAIR] = trade->pair,
        [ANALYSE_STRATEGY] = strategies_of(config, trade->strategies),
        [ANALYSE_SIDE] = trade->is_short,
        [ANALYSE_REGIME] = trade->regime,
        [ANALYSE_VOLATILITY] = trade->volatility,
        [ANALYSE_HOLD] = hold_of(trade),
        [ANALYSE_DECILE] = decile,
        [ANALYSE_SPLIT_COUNT] = 0,
    }};
}

static bool many(enum analyse_split split)
{
    return split == ANALYSE_SESSION || split == ANALYSE_STRATEGY;
}

uint32_t analyse_values(const struct analyse_place *place, enum analyse_split split,
                        uint32_t values[VALUES_MAX])
{
    uint32_t count = 0;
    if (!many(split)) {
        values[count++] = (uint32_t)place->of[split];
        return count;
    }
    for (uint32_t i = 0; place->of[split] >> i > 0; i++) {
        if (place->of[split] >> i & 1) {
            values[count++] = i;
        }
    }
    return count;
}

static bool has(const struct analyse_place *place, enum analyse_split split, uint32_t value)
{
    return many(split) ? place->of[split] >> value & 1 : place->of[split] == value;
}

void analyse_mark(const struct analyse_work *work, const struct analyse_cell *cell)
{
    for (size_t i = 0; i < work->count; i++) {
        const struct analyse_place *place = &work->places[i];
        work->member[i] = has(place, cell->splits[0], cell->values[0]) &&
                          has(place, cell->splits[1], cell->values[1]);
    }
}
