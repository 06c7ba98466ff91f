/* SPDX-License-Identifier: MIT */
/* Where the marks of a chart's axes stand, and what stands beside them. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "app/plot.h"

#define TICK_MAX 24
#define TICK_TEXT_MAX 32

struct tick {
    double at;
    char text[TICK_TEXT_MAX];
};

/* Round values from low to high, about `wanted` of them; returns how many. */
size_t ticks_of_values(double low, double high, enum plot_unit unit, int wanted,
                       struct tick ticks[TICK_MAX]);

/* Counted things: 0, 50, 100. */
size_t ticks_of_things(double last, int wanted, struct tick ticks[TICK_MAX]);

/* Beginnings of years, months, days or hours, `wanted` at most; `at` in nanoseconds. */
size_t ticks_of_times(int64_t from_ns, int64_t until_ns, size_t wanted,
                      struct tick ticks[TICK_MAX]);
