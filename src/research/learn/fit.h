/* SPDX-License-Identifier: MIT */
/*
 * Models of the probability that a candidate wins, fitted to some of the examples: a small forest
 * and a logistic model, each with the calibration of its margins.
 *
 *     time -->  [ block 1 ][ block 2 ][ block 3 ]
 *     held out:  x x x x x                         margins of block 1 by a model of 2 and 3
 *                           x x x x x              ... of 2 by one of 1 and 3
 *                                      x x x x x
 *     then both once more on all of it, calibrated by the margins that were held out.
 *
 * Of the blocks that train, what was still open while the one held out ran is left out (purged),
 * so that no margin was made with its own outcome or one that overlaps it.
 *
 * An example counts as its uniqueness, half as much by each half-life of age, and more where it was
 * the bot's own trade. The same examples and terms make the same models, byte for byte. Without
 * XGBoost there is no forest, and the rest is the same.
 */
#pragma once

#include "core/model/calibration.h"
#include "core/model/linear.h"
#include "research/learn/booster.h"
#include "research/learn/examples.h"

#define FIT_BLOCKS 3
#define FIT_LEAST 60 /* independent examples: fewer teach nothing that 48 features can hold */

struct fit_terms {
    bool trees;
    uint32_t rounds, depth;
    uint32_t bins; /* that a feature is cut into */
    double eta, subsample, colsample, lambda;
    double leaf;           /* independent examples that a leaf has at least */
    double l2;             /* of the logistic model */
    double half_life_days; /* 0: age counts for nothing */
    double own;            /* what the bot's own trade counts, beside another's 1 */
    uint32_t seed;
};

/* What is usual. */
struct fit_terms fit_terms_usual(void);

/* Which examples, ascending; all end by now_ns. */
struct fit_data {
    const struct examples *examples;
    const size_t *rows;
    size_t count;
    int64_t now_ns; /* ages are counted from here */
    bool pooled;    /* of several strategies: uniqueness is among all */
};

struct fit {
    size_t count;
    double effective;       /* independent examples: scores_effective() */
    double base_rate;       /* the part of them that won; NAN where there are none */
    bool known;             /* there are models; false: too few examples, or all had one outcome */
    struct booster *forest; /* NULL: there is none */
    struct calibration forest_calibration;
    struct linear logistic;
    struct calibration logistic_calibration;
    /* Of each of the rows what its held-out models said, calibrated; NAN where one said nothing. */
    double *held_forest, *held_logistic;
};

/* What a model says; NAN: nothing. */
struct fit_answer {
    double forest, logistic;
};

/* 0, or -errno with the reason in `error`. `ret` is to be given to fit_free either way. */
int fit_make(const struct fit_data *data, const struct fit_terms *terms, struct fit *ret,
             char *error, size_t error_size);
void fit_free(struct fit *fit);

void fit_ask(const struct fit *fit, const float *features, struct fit_answer *ret);
double fit_ask_logistic(const struct fit *fit, const float *features);

/* What an example counts in a fit that is made at now_ns. */
double fit_weight(const struct fit_terms *terms, const struct example *example, int64_t now_ns,
                  bool pooled);
