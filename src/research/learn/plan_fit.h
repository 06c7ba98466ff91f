/* SPDX-License-Identifier: MIT */
/*
 * Forests of how far markets go for a strategy's trades and against them, and of how long the
 * trades are open, fitted to some of its examples: core/model/plan.h asks them.
 *
 * A label is told in the signal's own measure, so that all pairs are one scale: the widest way for
 * it over its way to the target, that against it over its way to the stop. The stop is learned from
 * those whose market came as far as the target in their time, whatever came first: a quantile of
 * what these had to bear is a stop that winners seldom meet. Each is fitted at a few quantiles
 * (booster.h); which of them pays is for the walk to say (plan_walk.h). Beside each forest stands
 * the quantile of all its labels, which knows no feature: what a forest has to beat.
 *
 * Excursions are known only when all of a trade's time is over, long after it has ended: known_ns
 * says when. An example counts as in fit.h. The same examples and terms make the same forests.
 */
#pragma once

#include "core/model/plan.h"
#include "research/learn/fit.h"

#define PLAN_CHOICES 6

/* Of which part, and at which quantile. */
struct plan_choice {
    enum plan_part part;
    double alpha;
};

/* Three for the target, two for the stop, one for the time. */
extern const struct plan_choice plan_choices[PLAN_CHOICES];

struct plan_row {
    size_t example;
    size_t candidate; /* the row it came of */
    int64_t known_ns;
    double own[PLAN_PART_COUNT];    /* its ways as parts of the price, 0 none; of the time 1 */
    double labels[PLAN_PART_COUNT]; /* in own ways, and in hours; NAN: not known */
    bool came;                      /* the market came as far as the target */
};

/* The labels of an example; known_ns and candidate are the caller's. */
void plan_row_make(const struct examples *examples, size_t example, struct plan_row *ret);

struct plan_data {
    const struct examples *examples;
    const struct plan_row *rows;
    size_t count;
    int64_t now_ns; /* rows that were not known by then teach nothing */
    int64_t from_ns;
};

struct plan_fit {
    struct booster *forests[PLAN_CHOICES]; /* NULL: too few examples, or no XGBoost */
    double constants[PLAN_CHOICES];        /* the quantile of all; NAN: there is none */
    double effective;                      /* independent examples that the target knew */
};

/* 0, or -errno with the reason in `error`. `ret` is to be given to plan_fit_free either way. */
int plan_fit_make(const struct plan_data *data, const struct fit_terms *terms, struct plan_fit *ret,
                  char *error, size_t error_size);
void plan_fit_free(struct plan_fit *fit);

/* What the forest says of an example, in its label's measure; NAN where there is none. */
double plan_fit_tell(const struct plan_fit *fit, uint32_t choice, const float *features);

/* Whether a row's label counts for a choice. */
bool plan_row_counts(const struct plan_row *row, uint32_t choice);

struct plan_weighed {
    double value, weight;
};

/* The value that a part `alpha` of the weight does not exceed; sorts them. NAN of none. */
double plan_quantile(struct plan_weighed *values, size_t count, double alpha);
