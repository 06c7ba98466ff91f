/* SPDX-License-Identifier: MIT */
/* What the walk's files share among themselves; nobody else includes this. */
#pragma once

#include "research/learn/plan_walk.h"

/* One example of a test. */
struct plan_said_row {
    size_t row;     /* of the strategy's */
    size_t forward; /* of the forward rows */
    uint32_t fold;
    int64_t known_ns;               /* when all its combinations had ended */
    bool whole;                     /* all of them ended */
    double told[PLAN_CHOICES];      /* by the forests alone; NAN */
    double offsets[PLAN_CHOICES];   /* what the pair added */
    double constants[PLAN_CHOICES]; /* what the quantile of all said; NAN */
    double rewards[PLAN_COMBINATIONS];
};

struct plan_walker {
    const struct plan_config *config;
    const struct forward *forward;
    const struct examples *examples;
    uint32_t strategy;
    size_t row_count;
    struct plan_row *rows;
    size_t said_count;
    struct plan_said_row *said;
    uint32_t chosen[WALK_FOLD_MAX]; /* by fold */
    struct plan_weighed *values;    /* room for all rows */
    double *weights;
    struct candidate_row *asked; /* room for one test's combinations */
    struct barrier_label *labels;
    char *error;
    size_t error_size;
};

/* The combination that brought most in tests that were known by then; 0 where none brought more
 * than the signal's own, or there were too few. */
uint32_t plan_choose(const struct plan_walker *walker, int64_t known_ns);

/* What each pair lies beside the others, by tests that were known by then; `ret` by pair. */
void plan_offsets(const struct plan_walker *walker, int64_t known_ns, uint32_t choice,
                  double *ret_offsets, double *ret_weights);

/* The report's errors and trials, of a finished walk. 0, -ENOMEM. */
int plan_measure(const struct plan_walker *walker, struct plan_report *ret);
