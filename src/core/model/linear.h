/* SPDX-License-Identifier: MIT */
/*
 * A logistic model as it is asked: margin = intercept + the sum of weight * (x - mean) / scale.
 *
 * What is not known (NaN or infinite) is taken for the mean and so moves nothing. A figure further
 * than LINEAR_REACH scales from the mean counts as one that far off: no single outrageous figure
 * decides alone. Training sees its inputs through the same function.
 */
#pragma once

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#define LINEAR_FEATURE_MAX 64
#define LINEAR_REACH 6.0

struct linear {
    uint32_t count; /* features, at most LINEAR_FEATURE_MAX */
    double intercept;
    double means[LINEAR_FEATURE_MAX];
    double scales[LINEAR_FEATURE_MAX]; /* above 0 */
    double weights[LINEAR_FEATURE_MAX];
};

/* Whether one that was read from outside keeps what this header promises. */
bool linear_is_sound(const struct linear *linear);

/* Feature i's figure as the model sees it, within -LINEAR_REACH..LINEAR_REACH. */
static inline double linear_input(const struct linear *linear, uint32_t i, double figure)
{
    if (!isfinite(figure)) {
        return 0;
    }
    const double x = (figure - linear->means[i]) / linear->scales[i];
    return x < -LINEAR_REACH ? -LINEAR_REACH : x > LINEAR_REACH ? LINEAR_REACH : x;
}

/* In log-odds. What each feature moved it by goes into contributions[count], unless that is NULL:
 * the intercept and they, added in their order, are the margin to the last bit. */
double linear_margin(const struct linear *linear, const double *figures, double *contributions);
