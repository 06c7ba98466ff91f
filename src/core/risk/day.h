/* SPDX-License-Identifier: MIT */
/*
 * What a UTC day is to bring. Both are off by default.
 *
 *   profit    the day's equity has grown by `profit_target`: no entries until the next UTC day, and
 *             every position's stop follows at `profit_trail` from then on
 *
 *   trades    a pair is to see `trades` a day, or what `pair_trades` says for it (BTC 3 | PEPE 0).
 *             `relax_when: below`: as long as it has not, an entry there needs `relax` less
 *             confidence, though no less than `relax_floor`. `relax_when: reached` is the other
 *             reading: once it has. Nothing else becomes easier.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/base/option.h"
#include "core/risk/list.h"

enum day_relax {
    RELAX_BELOW,
    RELAX_REACHED,
};

struct day_config {
    double profit_target; /* part of the day's first equity; 0 none */
    double profit_trail;  /* part of the price */
    int64_t trades;       /* a pair and day; 0 any */
    int32_t relax_when;   /* enum day_relax */
    double relax, relax_floor;
    char pair_trades[LIST_SIZE];
};

extern const struct option day_options[];
extern const uint32_t day_option_count;

/* NULL, or what is wrong with pair_trades. */
const char *day_fault(const struct day_config *config);

/* The confidence that an entry on the pair needs, which has seen so many trades today. */
double day_gate(const struct day_config *config, const struct pair *pair, uint32_t traded,
                double confidence);
