/* SPDX-License-Identifier: MIT */
/*
 * Fits a logistic model (core/model/linear.h) by Newton's method: the least of
 *
 *     sum of weight * log loss + l2 / 2 * sum of the features' weights squared
 *
 * over inputs that are standardised first: means and deviations are those of the known figures,
 * weighted. What is not known is taken for the mean. A feature that never moves, or is never known,
 * has weight 0. The intercept is not held back.
 */
#pragma once

#include <stddef.h>

#include "core/model/linear.h"

#define LOGISTIC_L2 1.0 /* as usual: a feature's weight begins as normal with deviation 1 */

struct logistic_config {
    const double *figures; /* [count][features]; NaN: not known */
    const bool *won;
    const double *weights; /* 0 or more; NULL: 1 each */
    size_t count;
    uint32_t features; /* at most LINEAR_FEATURE_MAX */
    double l2;         /* above 0: else what separates the examples would grow without end */
};

/* False, *ret untouched, unless there are examples of both outcomes. */
bool logistic_fit(const struct logistic_config *config, struct linear *ret);
