/* SPDX-License-Identifier: MIT */
/* What the strategy sma_pair and its sweep kernel share. */
#pragma once

#include "core/strategy/strategy.h"
#include "core/strategy/sweep.h"

struct sma_pair_params {
    struct strategy_params base;
    int64_t fast;
    int64_t slow;
};

extern const struct sweep_kernel sma_pair_sweep;
