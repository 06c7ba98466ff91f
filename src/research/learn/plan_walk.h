/* SPDX-License-Identifier: MIT */
/*
 * Whether learned exits and sizes of a strategy bring more than the signal's own: the walk of
 * forward.h once more, over the same tests, for one whose probability has passed the gate.
 *
 * In each test forests of what was known before it (plan_fit.h) say of every example how far its
 * target and stop should stand and how long it should be held. Every combination of
 *
 *     target  the signal's own, or at one of three quantiles
 *     stop    the signal's own, or at one of two
 *     time    the signal's own, or PLAN_PATIENCE times the median
 *
 * within the bounds of core/model/plan.h, is followed to its end again, fees and all. Which of them
 * a test trades with is chosen by what they brought in earlier tests, as far as that was known; so
 * the first test has none, and no test is in its own choice. What a pair lies beside the others
 * (the quantile of its errors, drawn to 0 by n / (n + PLAN_PAIR_K)) is of earlier tests likewise.
 *
 *   exits  what the chosen ones brought, less what the signal's own did, over the examples that
 *          the model takes
 *   sizes  what they brought with the sizes of decision/planned.h at the same total, less flat
 *
 * Each has a paired test (paired.h), and is live where its p, by Holm over both and all strategies
 * that are asked, is within the training's share of error; else it is a shadow. That share is the
 * gate's: only who has passed it comes here, so it is not spent twice (serial gatekeeping).
 */
#pragma once

#include "research/learn/barrier.h"
#include "research/learn/gate.h"
#include "research/learn/plan_fit.h"

#define PLAN_PAIR_K 100.0
#define PLAN_COMBINATIONS 24 /* 4 targets, 3 stops, 2 times; 0: all the signal's own */

/* What becomes of candidates whose exits are others. 0, -ENOMEM. */
struct plan_relabel {
    int (*label)(void *context, const struct candidate_row *rows, size_t count,
                 struct barrier_label *ret);
    void *context;
};

struct plan_config {
    struct fit_terms terms;
    const char *strategy;
    const struct pair *pairs;
    uint32_t pair_count;
    const struct candidates *candidates; /* that the examples were made of */
    enum timeframe base;
    int64_t hold_ns, horizon_ns; /* exits.hold, and what bounds a trade without any time; 0 none */
    double round_trip_fee;
    double overlap; /* gate_report.overlap */
    uint64_t seed;
    struct plan_relabel relabel;
};

/* Of one part, at the quantile that is chosen in the end. */
struct plan_error {
    size_t count; /* 0: there was no forest forward in time */
    double alpha;
    double mean, mean_constant;       /* absolute, in parts of the price, or hours */
    double pinball, pinball_constant; /* a quantile's own loss, likewise */
    double covered;                   /* the part that did not exceed it */
};

struct plan_trial {
    bool shown; /* there was enough to test */
    bool live;
    size_t count;
    double with, without; /* mean returns a trade after fees; NAN of none */
    struct paired paired;
    double p, adjusted;
};

struct plan_report {
    bool any;
    struct plan_error errors[PLAN_PART_COUNT];
    struct plan_trial exits, sizes;
    uint32_t combination;              /* that is chosen in the end */
    uint32_t choices[PLAN_PART_COUNT]; /* what each part is told by; where it stays the signal's
                                          own a usual one */
    double usual_edge;                 /* what Kelly stakes on average; NAN */
    struct plan_fit fit;               /* to everything */
    struct plan_pair *pairs;
    struct model_plan plan; /* points into these two; freed with them */
};

/* 0, or -errno with the reason in `error`. `ret` is to be given to plan_report_free either way. */
int plan_walk_run(const struct plan_config *config, const struct forward *forward,
                  const struct examples *examples, uint32_t strategy, struct plan_report *ret,
                  char *error, size_t error_size);

/* Who of all of them is live, at this share of error. */
void plan_judge(double share, struct plan_report reports[STRATEGY_MAX]);
void plan_report_free(struct plan_report *report);

/* The choice that a combination makes of a part; PLAN_CHOICES: the signal's own. */
uint32_t plan_combination(uint32_t combination, enum plan_part part);
