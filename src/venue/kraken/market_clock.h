/* SPDX-License-Identifier: MIT */
/*
 * The market's time, as the venue tells it: every reply stamped by the venue anchors it, and our
 * monotonic clock carries it on. So a wrong clock in this machine closes no candle early, and the
 * local Kraken's own time and speed are followed by the same code. Before the first stamp it is
 * the wall clock. In lock-step it stands between steps.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "platform/seam.h"

struct kraken_clock {
    const struct clock *clock;
    bool anchored;
    bool lockstep;
    bool ended;
    double speed;
    int64_t market_ns; /* at mono_ns */
    int64_t mono_ns;
    int64_t floor_ns; /* it never goes back */
};

void kraken_clock_init(struct kraken_clock *clock, const struct clock *system);

/* The venue says it is market_ns now. */
void kraken_clock_anchor(struct kraken_clock *clock, int64_t market_ns);

/* A local market says what it is like; a jump back is believed, it is another market. */
void kraken_clock_follow(struct kraken_clock *clock, int64_t market_ns, double speed, bool lockstep,
                         bool ended);

/* The market's time when our monotonic clock read mono_ns. */
int64_t kraken_clock_at(const struct kraken_clock *clock, int64_t mono_ns);
int64_t kraken_clock_now(const struct kraken_clock *clock);
