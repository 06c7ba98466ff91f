/* SPDX-License-Identifier: MIT */
/*
 * Successive halving: many trials on little data, the better part of them on more, and so on until
 * a few have had all of it (K. Jamieson and A. Talwalkar, "Non-stochastic Best Arm Identification
 * and Hyperparameter Optimization", 2016).
 *
 *     rung   trials      data of each
 *     0      n           1 / eta^(rungs - 1)
 *     1      n / eta     1 / eta^(rungs - 2)
 *     ..
 *     last   the rest    all
 *
 * With eta 3 and 27 trials: 27 on a ninth, 9 on a third, 3 on all: as much work as 9 whole trials.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HALVING_ETA 3
#define HALVING_RUNG_MAX 16

struct halving_rung {
    size_t trials;
    double part; /* of the data, 0..1 */
};

struct halving {
    uint32_t eta;
    uint32_t rung_count;
    struct halving_rung rungs[HALVING_RUNG_MAX];
    double cost; /* in whole trials */
};

/*
 * The rungs of `trials`, at least one: as many as leave a trial for the last one and no less than
 * part_least of the data for the first, at most HALVING_RUNG_MAX. eta >= 2; 0: HALVING_ETA.
 */
void halving_plan(struct halving *halving, size_t trials, uint32_t eta, double part_least);

/* The most trials whose plan costs no more than `budget` whole trials; 0 when one costs more. */
size_t halving_trials(double budget, uint32_t eta, double part_least);

/*
 * Of the `count` scores of a rung the indices of the `keep` best, best first, into `out`: more is
 * better, of equals the earlier; NAN (refused, failed) comes after every number. Returns how many:
 * none of NAN is kept.
 */
size_t halving_promote(const double *scores, size_t count, size_t keep, size_t *out);
