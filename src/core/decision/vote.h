/* SPDX-License-Identifier: MIT */
/* What one strategy said of a pair at one boundary. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/strategy/strategy.h"

struct vote {
    uint8_t strategy; /* index in the engine's strategies */
    int8_t direction;
    uint16_t reason; /* enum signal_reason */
    bool actionable;
    bool cooling; /* it would be actionable, but its strategy is not listened to now */
    bool shadow;  /* its strategy is only watched */
    double strength;
    double confidence;
    double stop;
    double target;
    double trail; /* these four as in struct signal */
    double broken;
    int64_t hold_ns;
    struct ladder_terms ladder;
    double figures[SIGNAL_FIGURE_MAX];
};
