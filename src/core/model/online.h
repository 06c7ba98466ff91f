/* SPDX-License-Identifier: MIT */
/*
 * A logistic model that learns from each closed trade: AdaGrad in its diagonal form, projected onto
 * a box (J. Duchi, E. Hazan and Y. Singer, "Adaptive Subgradient Methods for Online Learning and
 * Stochastic Optimization", 2011, algorithm 1 with Psi_t = diag).
 *
 *   g = weight * (probability - won) * input      of the intercept the input is 1
 *   G += g^2
 *   w -= ONLINE_RATE * g / sqrt(ONLINE_SOFTNESS + G)
 *
 * It cannot run away: inputs are bounded (linear.h), so one update moves a weight by less than
 * ONLINE_RATE, and every weight stays within ONLINE_BOUND of 0. It begins where a trained logistic
 * model stands, or, from one whose weights are all 0, at even odds. The same trades in the same
 * order make the same model. The state has no pointers: it may be kept, copied and hashed.
 */
#pragma once

#include "core/model/linear.h"

#define ONLINE_RATE 0.05
#define ONLINE_SOFTNESS 1.0   /* as if each feature had been seen moving once before */
#define ONLINE_BOUND 8.0      /* in log-odds a deviation: beyond it everything is certain */
#define ONLINE_WEIGHT_MAX 4.0 /* of one trade */

struct online {
    struct linear now; /* ask it with linear_margin() */
    uint64_t updates;
    double intercept_squares;
    double squares[LINEAR_FEATURE_MAX]; /* G */
};

void online_init(struct online *online, const struct linear *start);

/* False, nothing learned, when the weight is not above 0. A figure that is not known teaches
 * nothing of its feature. */
bool online_learn(struct online *online, const double *figures, bool won, double weight);
