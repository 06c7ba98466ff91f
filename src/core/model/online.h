/* SPDX-License-Identifier: MIT */
/*
 * What is learned from each outcome since the training, as a correction of what the trained
 * logistic model says: dynamic logistic regression (T. McCormick, A. Raftery, D. Madigan and R.
 * Burd, "Dynamic Logistic Regression and Dynamic Model Averaging for Binary Classification", 2012),
 * with a diagonal covariance:
 *
 *   log-odds  = those of the trained model + intercept + the sum of weight * input
 *   w         = ONLINE_SHARE * the outcome's weight
 *   variance  = min(variance / ONLINE_MEMORY, where it began)
 *   variance /= 1 + variance * w * p * (1 - p) * input^2
 *   weight   += variance * w * (won - p) * input      of the intercept the input is 1
 *
 * It begins at nothing, and so says what the trained model says. Variances begin small: how often a
 * strategy wins may wander by a few points of a hundred, what it depends on hardly ever does. Wider
 * ones made what it said worse in three years of every strategy (docs/learning.md). It cannot run
 * away: inputs are bounded (linear.h), and every weight stays within ONLINE_BOUND of 0. The same
 * outcomes in the same order make the same correction. The state has no pointers: it may be kept,
 * copied and hashed.
 */
#pragma once

#include "core/model/linear.h"

#define ONLINE_SHARE 0.25     /* pairs rise and fall together: so many outcomes are one */
#define ONLINE_MEMORY 0.999   /* of what is known an outcome later; half of it 700 later */
#define ONLINE_RATE 0.01      /* the variance that the intercept begins with */
#define ONLINE_DRIFT 0.0002   /* and a weight */
#define ONLINE_BOUND 2.0      /* in log-odds a deviation: beyond it the training is wrong */
#define ONLINE_WEIGHT_MAX 4.0 /* of one outcome */
#define ONLINE_OWN 2.0        /* what the bot's own counts beside one that was only followed */

struct online {
    struct linear change; /* no features: there is none */
    uint64_t updates;
    double intercept_variance;
    double variances[LINEAR_FEATURE_MAX];
};

/* The inputs of the trained model are its own. */
void online_init(struct online *online, const struct linear *trained);

/* Whether it corrects that model, whatever it has learned since: learning moves no means or scales.
 */
bool online_is_of(const struct online *online, const struct linear *trained);

/* What it makes of the trained model's probability. What each feature moved it by goes into
 * contributions[count], unless that is NULL. NaN where there is none, or `probability` is. */
double online_ask(const struct online *online, double probability, const double *figures,
                  double *contributions);

/* False, nothing learned, when the weight is not above 0 or the trained model said nothing. A
 * figure that is not known teaches nothing of its feature. */
bool online_learn(struct online *online, double probability, const double *figures, bool won,
                  double weight);
