/* SPDX-License-Identifier: MIT */
/*
 * Several models as one, each with the weight it has earned: V. Vovk's aggregating algorithm for
 * log loss ("Aggregating Strategies", 1990), which is Bayes's rule over models.
 *
 *     probability = sum of weight * probability
 *     weight     *= the probability the model gave to what happened, to the power of ENSEMBLE_RATE,
 *                   then all are made to sum to 1
 *
 * Its whole log loss is at most that of the best member plus ln(members) / ENSEMBLE_RATE, whatever
 * happens. With a rate of 1 it would follow whoever was lucky last week: pairs rise and fall
 * together, and ten outcomes of one week are not ten (docs/learning.md has what it cost). No
 * weight falls below ENSEMBLE_FLOOR (the others give way in proportion: M. Herbster and M. Warmuth,
 * "Tracking the Best Linear Predictor", 2001), so that a model whose time comes again is back soon.
 * A member without an answer (NaN) sleeps: the others speak for it, and it keeps its weight (Y.
 * Freund and others, "Using and Combining Predictors That Specialize", 1997). Every example is
 * predicted before it is learned from. The state has no pointers.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define ENSEMBLE_MEMBER_MAX 4
#define ENSEMBLE_FLOOR 0.02
#define ENSEMBLE_RATE 0.1

struct ensemble {
    uint32_t count;
    uint64_t updates;
    double weights[ENSEMBLE_MEMBER_MAX]; /* sum to 1 */
};

/* All weigh the same. count 1..ENSEMBLE_MEMBER_MAX. */
void ensemble_init(struct ensemble *ensemble, uint32_t count);

/* False, nothing written, when all sleep. What each member's weight was in it goes into
 * ret_shares[count], unless that is NULL: they sum to 1, those asleep have 0. */
bool ensemble_mix(const struct ensemble *ensemble, const double *probabilities,
                  double *ret_probability, double *ret_shares);

/* weight 0..1: what part of an independent example it is; beyond it counts as 1, not above 0 as
 * none. */
void ensemble_learn(struct ensemble *ensemble, const double *probabilities, bool won,
                    double weight);
