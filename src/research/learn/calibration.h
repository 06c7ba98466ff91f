/* SPDX-License-Identifier: MIT */
/*
 * Fits the calibration of a model (core/model/calibration.h) to margins it gave for examples that
 * it was not trained on, in the order of time.
 *
 *   Platt     Newton's method with backtracking on Platt's smoothed targets, (N+ + 1) / (N+ + 2)
 *             and 1 / (N- + 2) (H.-T. Lin, C.-J. Lin and R. C. Weng, "A note on Platt's
 *             probabilistic outputs for support vector machines", 2007). A slope below 0 would turn
 *             the model round: it is held at 0, and all margins then mean the base rate.
 *   isotonic  pool adjacent violators (M. Ayer and others, 1955): the rising steps nearest to what
 *             happened. A step worth less than CALIBRATION_STEP examples joins the neighbour nearer
 *             to it; then the two that differ least join until CALIBRATION_KNOT_MAX are left. Knots
 *             stand at the mean margins of the steps.
 *
 * Fewer than CALIBRATION_FEW examples get Platt's; else both are fitted five times, each time on
 * all but one fifth of the time, and the one that loses less on the fifths left out (log loss) is
 * fitted to all. Weights count examples (scores_effective()); a margin that is not finite does not.
 */
#pragma once

#include <stddef.h>

#include "core/model/calibration.h"

#define CALIBRATION_FEW 500
#define CALIBRATION_STEP 20
#define CALIBRATION_FOLDS 5

struct calibration_config {
    const double *margins;
    const bool *won;
    const double *weights; /* 0 or more; NULL: 1 each */
    size_t count;
};

/* The caller lends as many as there are examples. */
struct calibration_step {
    double margin, rate, weight;
};

struct calibration_choice {
    struct calibration chosen;
    double effective;                 /* examples it stands on */
    double platt_loss, isotonic_loss; /* held out; NAN where there was no choice */
};

/* False, *ret untouched, when no example counts. */
bool calibration_fit_platt(const struct calibration_config *config, struct calibration *ret);
bool calibration_fit_isotonic(const struct calibration_config *config,
                              struct calibration_step *scratch, struct calibration *ret);
bool calibration_choose(const struct calibration_config *config, struct calibration_step *scratch,
                        struct calibration_choice *ret);
