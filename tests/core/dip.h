/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

/* The settings of dca: a ladder below the high of the last candles. */
struct dip_params {
    int32_t timeframe;
    int64_t high_period;
    double drop, step;
    int64_t rungs, rsi_period;
    double oversold;
    int64_t volume_period;
    double stop, target;
    int64_t hold_ns;
    double confidence;
};
