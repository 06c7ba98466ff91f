/* SPDX-License-Identifier: MIT */
#include "core/model/linear.h"

#include <stddef.h>

bool linear_is_sound(const struct linear *linear)
{
    if (linear->count > LINEAR_FEATURE_MAX || !isfinite(linear->intercept)) {
        return false;
    }
    for (uint32_t i = 0; i < linear->count; i++) {
        if (!isfinite(linear->means[i]) || !isfinite(linear->weights[i]) ||
            !(isfinite(linear->scales[i]) && linear->scales[i] > 0)) {
            return false;
        }
    }
    return true;
}

double linear_margin(const struct linear *linear, const double *figures, double *contributions)
{
    double margin = linear->intercept;
    for (uint32_t i = 0; i < linear->count; i++) {
        const double moved = linear->weights[i] * linear_input(linear, i, figures[i]);
        margin += moved;
        if (contributions != NULL) {
            contributions[i] = moved;
        }
    }
    return margin;
}
