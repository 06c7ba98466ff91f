/* SPDX-License-Identifier: MIT */
/*
 * What a model's training saw of each feature, for the watch on it (core/model/watch.h): deciles,
 * shares, and the alarm: WATCH_PSI, or, of a feature that wanders by itself, WATCH_FIT_ROOM times
 * the highest index that any WATCH_WINDOW examples in a row of the training had against the whole.
 * Of fewer than WATCH_FIT_LEAST windows it is not known how far it wanders, and nothing is out of
 * the ordinary.
 */
#pragma once

#include <stddef.h>

#include "core/model/watch.h"

#define WATCH_FIT_ROOM 1.5
#define WATCH_FIT_LEAST 5
#define WATCH_FIT_NEVER 1e9

struct watch_fit_config {
    const double *figures; /* [count][features], in the order of time; NaN: not known */
    const bool *won;
    size_t count; /* at least 1 */
    uint32_t features;
    double *scratch; /* count of them */
};

void watch_fit(const struct watch_fit_config *config, struct watch_reference *ret);
