/* SPDX-License-Identifier: MIT */
/*
 * What models would have said, had they been trained then: a walk forward over the examples. Each
 * fold trains on what was known before its test begins and says something of every example in it.
 *
 *     [======== train ========]-[ test ]            - : embargo
 *     [============= train ===========]-[ test ]
 *     known_ns <= the test's begin less the embargo, or the example trains nothing (purged)
 *
 * Of each strategy a model of its own, and one pooled over all, leant on as research/learn/shrink.h
 * says. Four members speak for a strategy, and are mixed with the shares they have earned
 * (core/model/ensemble.h):
 *
 *   forest     trees, the strategy's own and the pooled ones, by shrinkage
 *   logistic   likewise
 *   online     begins each fold as the logistic one and learns from each outcome when it is known
 *   base       the part of the training that won: what "always take" says
 *
 * What a fold has to begin with, it takes from before its test: how far own models are trusted,
 * from earlier tests whose outcomes were known; the ensemble's shares, from those, and in a
 * strategy's first fold from what its training held out. Within a test outcomes teach in the order
 * in which they end. So nothing is said with the help of its own outcome or a later one.
 */
#pragma once

#include "core/model/ensemble.h"
#include "core/model/online.h"
#include "research/learn/fit.h"
#include "research/learn/shrink.h"
#include "research/walk.h"

enum forward_member {
    FORWARD_FOREST,
    FORWARD_LOGISTIC,
    FORWARD_ONLINE,
    FORWARD_BASE,
    FORWARD_MEMBER_COUNT,
};

#define FORWARD_TEST_MAX 64
#define FORWARD_BASE_PRIOR 24.0 /* rates of strategies lie about 0.1 apart: 0.24 / 0.1^2 */
#define FORWARD_K_FIRST 300.0   /* how far own models are trusted before anything is known of it */

struct forward_config {
    struct fit_terms terms;
    uint32_t tests; /* 1 .. FORWARD_TEST_MAX */
    double first;   /* part of the time that is trained on before the first test, 0..1 */
    bool rolling;   /* every training is as long as the first */
    int64_t embargo_ns;
    double round_trip_fee;
    bool (*go_on)(void *context, double done); /* after each fit; false ends the walk; NULL */
    void *context;
};

/* One example of a test, and what was said of it. NAN: nothing. */
struct forward_row {
    size_t example;
    uint32_t fold;
    double members[FORWARD_MEMBER_COUNT];
    double own, pooled; /* the two that were mixed: forests, or logistic models where there are none
                         */
    double own_examples;
    double ensemble;
    double heuristic;
    bool taken; /* expected_value of the ensemble, at the signal's own distances, is above 0 */
    bool heuristic_taken; /* likewise of the heuristic */
};

/* What a strategy goes on with: fitted to everything. */
struct forward_model {
    struct fit own;
    double own_weight; /* beside the pooled fit, 0..1 */
    struct ensemble ensemble;
};

struct forward {
    size_t count;
    struct forward_row *rows; /* ascending in the time of their examples */
    size_t fold_count;
    struct walk_fold folds[WALK_FOLD_MAX];
    size_t
        purged; /* examples before a test whose outcomes were not known in time, over all folds */
    uint32_t strategies;  /* mask of those that have examples */
    struct shrink shrink; /* chosen on all tests */
    struct fit pooled;    /* of several strategies; else empty */
    struct forward_model models[STRATEGY_MAX];
};

struct forward_config forward_config_usual(void);

/* 0, or -errno with the reason in `error`: -ECANCELED by go_on, -EINVAL where the examples' span is
 * too short for a test. `ret` is to be given to forward_free either way. */
int forward_run(const struct forward_config *config, const struct examples *examples,
                struct forward *ret, char *error, size_t error_size);
void forward_free(struct forward *forward);

/* What a finished walk's models say of a candidate now: members, own, pooled and ensemble. */
void forward_ask(const struct forward *forward, uint32_t strategy, const float *features,
                 struct forward_row *ret);
