/* SPDX-License-Identifier: MIT */
/*
 * How good predicted probabilities were, once it is known what happened.
 *
 *   log loss     mean of -ln of the probability given to what happened
 *   Brier        mean of (probability - outcome)^2 (G. W. Brier, 1950)
 *   accuracy, precision, recall   of the yes that is said at a probability >= threshold
 *   AUC          how often one that won was given more than one that lost, equals counting half
 *                (Mann and Whitney, 1947)
 *   calibration  rows in the order of their probability, cut into bins of equal count, equal
 *                probabilities never apart: what was said against what came; ECE is the mean of the
 *                distances between the two (M. P. Naeini and others, 2015)
 *   reward       mean of what every candidate brought, and of those only that were said yes to
 *
 * All means are weighted. A figure there is nothing to make from is NAN. A prediction that is NAN
 * is none and does not count.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SCORES_BIN_MAX 20

struct predictions {
    const double *probabilities;
    const bool *won;
    const double *weights; /* 0 or more; NULL: 1 each */
    const double *rewards; /* what taking it brought; NULL: not known */
    size_t count;
};

struct interval {
    double low, high;
};

struct reliability_bin {
    size_t count;
    double weight;
    double predicted;       /* mean probability */
    double observed;        /* part that won */
    struct interval within; /* 95 %, Wilson's */
};

struct scores {
    size_t count;      /* rows that were predicted */
    double effective;  /* scores_effective() of them */
    double base_rate;  /* part of them that won */
    double confidence; /* mean of what was said of them */
    double log_loss, brier, auc;
    double accuracy, precision, recall;
    size_t taken; /* rows said yes to */
    double reward_all, reward_taken;
    double calibration_error; /* ECE */
    uint32_t bin_count;
    struct reliability_bin bins[SCORES_BIN_MAX];
};

/* One row, sorted; the caller lends as many as there are predictions. */
struct scores_row {
    double probability, weight;
    size_t index;
};

void scores_measure(const struct predictions *predictions, double threshold, uint32_t bins,
                    struct scores_row *scratch, struct scores *ret);

/*
 * How many independent examples weighted rows are worth: the sum of their weights, but not more
 * than (sum)^2 / (sum of squares) (L. Kish, Survey Sampling, 1965): weighing rows more does not
 * make more of them. weights NULL: the count.
 */
double scores_effective(const double *weights, size_t count);

/* E. B. Wilson's interval (1927) of a rate that n examples had; 0..1 when n is 0. n need not be
 * whole. */
struct interval scores_wilson(double rate, double n, double confidence);
