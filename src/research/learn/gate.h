/* SPDX-License-Identifier: MIT */
/*
 * Whether a strategy's models may trade: what they said in the walk forward (forward.h) against
 * what can be said without them.
 *
 *   live     loses less (log loss) than each rival by more than noise, and what it says yes to
 *            brings no less per trade than taking everything
 *   shadow   has not shown that: it goes on predicting, and is scored
 *   refused  is too good to be true: some feature knows the outcome
 *
 * The rivals: "always take" (the base rate of the training), the heuristic, the logistic model, and
 * the incumbent where there is one: without enough examples that it was not trained on, it stays.
 * Against each a paired test (paired.h); the largest p counts. It
 * is held against this training's share of the week's error, by Holm over strategies (spend.h).
 * Outcomes of all pairs overlap in time, and each counts as its uniqueness.
 *
 * A feature that tells winners from losers, alone and in either direction, better than
 * GATE_LEAK_FEATURE, or a model better than GATE_LEAK_MODEL, by their AUC, is taken for a leak:
 * markets are not so kind. An AUC of few examples is not believed.
 */
#pragma once

#include "research/learn/forward.h"
#include "research/learn/paired.h"
#include "research/learn/scores.h"

#define GATE_LEAK_FEATURE 0.90
#define GATE_LEAK_MODEL 0.95
#define GATE_LEAK_LEAST 100 /* examples of either outcome that an AUC is believed of */
#define GATE_TAKEN_LEAST 30 /* trades that a reward is believed of */
#define GATE_BINS 10
#define GATE_CONFIDENCE 0.95 /* of intervals that are shown */
#define GATE_WORDS_MAX 256

enum gate_predictor {
    GATE_ENSEMBLE,
    GATE_FOREST,
    GATE_LOGISTIC,
    GATE_ONLINE,
    GATE_POOLED,
    GATE_HEURISTIC,
    GATE_ALWAYS,
    GATE_PREDICTOR_COUNT,
};

extern const char *const gate_predictor_names[GATE_PREDICTOR_COUNT];

enum gate_rival {
    GATE_RIVAL_ALWAYS,
    GATE_RIVAL_HEURISTIC,
    GATE_RIVAL_LOGISTIC,
    GATE_RIVAL_INCUMBENT,
    GATE_RIVAL_COUNT,
};

extern const char *const gate_rival_names[GATE_RIVAL_COUNT];

enum gate_verdict {
    GATE_LIVE,
    GATE_SHADOW,
    GATE_REFUSED,
};

extern const char *const gate_verdict_names[3];

/* Who says which signals are taken: nobody, or whose probability makes a signal's expected value
 * more than 0. */
enum gate_policy {
    GATE_EVERY,
    GATE_BY_HEURISTIC,
    GATE_BY_MODEL,
    GATE_POLICY_COUNT,
};

extern const char *const gate_policy_names[GATE_POLICY_COUNT];

/* What those brought that were taken. */
struct gate_reward {
    size_t count;
    double won;             /* part; NAN of none */
    double mean;            /* return a trade after fees; NAN of none */
    struct interval within; /* GATE_CONFIDENCE of that mean, by paired.h; NAN of too few */
};

struct gate_pair {
    uint32_t pair;
    struct scores scores; /* the ensemble's */
    struct gate_reward rewards[GATE_POLICY_COUNT];
};

struct gate_trial {
    bool asked; /* the rival said something */
    bool shown; /* there was enough to test */
    size_t count;
    struct paired paired;
};

struct gate_report {
    bool any; /* there are examples of the strategy; else nothing below is known */
    enum gate_verdict verdict;
    char words[GATE_WORDS_MAX]; /* why */
    struct scores scores[GATE_PREDICTOR_COUNT];
    struct gate_reward rewards[GATE_POLICY_COUNT];
    struct gate_trial rivals[GATE_RIVAL_COUNT];
    double overlap;  /* examples, itself counted, that are open while one is, on average */
    double p;        /* the largest of the rivals'; NAN: it could not be judged */
    double adjusted; /* by Holm over the strategies */
    double share;    /* that it is held against */
    double leak_auc; /* the most that any feature alone comes to, turned to 0.5 or more */
    uint32_t leak_feature;
    uint32_t pair_count;
    struct gate_pair *pairs; /* ascending; freed by gate_free */
};

struct gate_config {
    double share;     /* of the error that this training may spend: spend_training() */
    double threshold; /* the probability from which scores count a yes */
    /* By forward row, what the model in charge would have said; NAN: it saw that example in its
     * training, or says nothing. NULL: there is none. */
    const double *incumbent;
    uint32_t incumbents; /* mask of the strategies that have one: none takes its place unseen */
    uint64_t seed;
};

/* 0, -ENOMEM; each of ret[STRATEGY_MAX] is to be given to gate_free either way. */
int gate_judge(const struct gate_config *config, const struct forward *forward,
               const struct examples *examples, struct gate_report ret[STRATEGY_MAX]);
void gate_free(struct gate_report *report);
