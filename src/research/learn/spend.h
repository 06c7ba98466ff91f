/* SPDX-License-Identifier: MIT */
/*
 * How much luck may be let through: the family-wise error of promoting models.
 *
 * A family is a week: of all that is tried from one Monday 00:00 UTC (ISO 8601) to the next, for
 * every strategy and by every training, the probability that anything worthless is promoted is at
 * most SPEND_WEEK. Within it
 *
 *   the k-th training takes half of what is left: 1/2, 1/4, 1/8 ... of SPEND_WEEK, so that they
 *   never come to more than the whole, however often it is tried;
 *   within one training the strategies are judged by S. Holm's step-down (1979): the smallest p
 *   against 1/m of its share, the next against 1/(m - 1) ... until one fails. p may depend on each
 *   other in any way.
 *
 * What is begun is spent, whatever comes of it. A clock that goes back finds nothing given back.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define SPEND_WEEK 0.01

/* Pointer-free; all 0 to begin with. Kept where models are kept. */
struct spend {
    int64_t week;       /* spend_week() of the newest training */
    uint32_t trainings; /* begun in it */
};

/* Whole weeks from Monday 1969-12-29. */
int64_t spend_week(int64_t time_ns);

/* When that week begins. */
int64_t spend_week_ns(int64_t week);

/* The share of a training that begins now; it is spent. */
double spend_training(struct spend *spend, int64_t time_ns);

/* Holm's adjusted p of each: promoted is what has at most the training's share. A strategy that
 * could not be judged has p NAN, counts for none and keeps it. */
void spend_holm(const double *p, size_t count, double *ret_adjusted);
