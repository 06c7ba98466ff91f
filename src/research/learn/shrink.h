/* SPDX-License-Identifier: MIT */
/*
 * How far a strategy's own model is trusted beside the one that is pooled over all of them:
 *
 *     weight = n / (n + k)        n the examples its own was fitted to (scores_effective())
 *
 * the weight of credibility theory (H. Buehlmann, 1967), where k is how many examples the pooled
 * model is worth. k is chosen from a short list, for all strategies at once, by the log loss of the
 * mixed probabilities (probability_between()) on examples that neither model has seen. Of equals
 * the larger is taken. k INFINITY: own models are of no use; 0: the pooled one is not.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define SHRINK_CHOICES 8

extern const double shrink_choices[SHRINK_CHOICES]; /* INFINITY 10000 3000 1000 300 100 30 0 */

/* One held-out example, predicted both ways. */
struct shrink_row {
    double own;      /* NAN: the strategy has none of its own */
    double pooled;   /* not NAN */
    double examples; /* n of its own model, 0 or more */
    double weight;   /* of this example, 0 or more */
    bool won;
};

struct shrink {
    double k;
    double loss;                   /* mean log loss with it */
    double losses[SHRINK_CHOICES]; /* and with each */
};

/* 0..1. */
double shrink_weight(double examples, double k);

/* False, *ret untouched, when no example counts. */
bool shrink_choose(const struct shrink_row *rows, size_t count, struct shrink *ret);
