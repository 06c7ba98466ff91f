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

/* Whose bit it is in every mask of strategies. */
struct strategy_seat {
    char name[STRATEGY_NAME_MAX + 1]; /* empty: nobody's */
    uint8_t part;                     /* enum strategy_part */
};

_Static_assert(STRATEGY_SEAT_MAX == 32 && STRATEGY_MAX < STRATEGY_SEAT_MAX, "bits of a uint32_t");

struct strategy_setup {
    uint32_t type; /* index in strategy_table */
    bool shadow;   /* it is asked and recorded, and moves nothing */
    double weight;
    double alone;          /* 0: strategy->alone, or where that is 0 decision.alone */
    double risk_per_trade; /* 0: risk.risk_per_trade */
    _Alignas(8) uint8_t params[STRATEGY_PARAMS_SIZE];
};

extern const struct option strategy_setup_options[];
extern const uint32_t strategy_setup_option_count;
