/* SPDX-License-Identifier: MIT */
/* What every strategy is set up with besides its own parameters: how much its word counts. */
#pragma once

#include "core/base/limits.h"
#include "core/strategy/strategy.h"

/* What the operator has made of a strategy while it runs. */
enum strategy_part {
    PART_CONFIGURED,
    PART_ON,
    PART_SHADOW,
    PART_OFF,
};

/* Of all strategies, in one number: two bits each. */
static inline enum strategy_part strategy_part(uint64_t parts, uint32_t type)
{
    return (enum strategy_part)(parts >> 2 * type & 3);
}

static inline uint64_t strategy_part_set(uint64_t parts, uint32_t type, enum strategy_part part)
{
    return (parts & ~(UINT64_C(3) << 2 * type)) | (uint64_t)part << 2 * type;
}

_Static_assert(STRATEGY_TABLE_MAX <= 32, "two bits of a uint64_t each");

struct strategy_setup {
    uint32_t type; /* index in strategy_table */
    bool shadow;   /* it is asked and recorded, and moves nothing */
    double weight;
    double alone;                     /* 0: strategy->alone, or where that is 0 decision.alone */
    double risk_per_trade;            /* 0: risk.risk_per_trade */
    char name[STRATEGY_NAME_MAX + 1]; /* of one from outside, whose index another session may give
                                         to another */
    _Alignas(8) uint8_t params[STRATEGY_PARAMS_SIZE];
};

extern const struct option strategy_setup_options[];
extern const uint32_t strategy_setup_option_count;
