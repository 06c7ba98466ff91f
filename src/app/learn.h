/* SPDX-License-Identifier: MIT */
/*
 * What the parts of `cuttle learn` share: from candles to models and a verdict on each.
 *
 *     backtest --> candidates --> labels --> examples --> walk forward --> gate
 *
 * When it is done the job holds all that a model is kept by: of each strategy its own and the
 * pooled fit, calibrations, the ensemble's shares, how far its own is trusted, scores and verdict.
 */
#pragma once

#include <stdio.h>

#include "app/backtest.h"
#include "app/progress.h"
#include "app/terms.h"
#include "research/learn/bandit_walk.h"
#include "research/learn/gate.h"
#include "research/learn/own.h"
#include "research/learn/plan_walk.h"
#include "store/disk.h"
#include "store/model_file.h"
#include "store/registry.h"

#define LEARN_STRATEGIES_MAX 512

struct learn_flags {
    struct forward_config walk;
    uint64_t tests;
    int64_t horizon_ns; /* 0: BARRIER_HORIZON_NS */
    double embargo_hours;
    double threshold; /* the probability from which scores count a yes */
    bool shorts;
    bool features; /* the table is asked for, and nothing else */
    bool examples; /* they are asked for, as a table; nothing is trained */
    bool keep;     /* as a model in the state directory's registry */
    const char *state;
    uint64_t under; /* the process that it ends with, and stays behind; 0: none */
    char strategies[LEARN_STRATEGIES_MAX];
    int argc; /* the words for backtest_flags_read */
    char **argv;
};

/* 0, or -EINVAL after saying on standard error what is wrong. */
int learn_flags_read(struct learn_flags *flags, int argc, char **argv);
void learn_flags_free(struct learn_flags *flags);

/* How much each feature moves a strategy's model, on average over its examples; they sum to 1. */
struct learn_importance {
    bool trees; /* by the forest's contributions; else by the logistic model's */
    bool pooled;
    double parts[FEATURE_COUNT]; /* all 0: there is no model */
};

struct learn_job {
    struct learn_flags flags;
    struct backtest_setup setup;
    struct backtest run;
    struct candidates candidates; /* without their features, which the examples have */
    struct examples examples;
    struct own_count own; /* of the state directory's trades */
    uint64_t unread;      /* candidates whose features were not known */
    struct forward forward;
    struct gate_report reports[STRATEGY_MAX];
    struct plan_report plans[STRATEGY_MAX]; /* of those that are live */
    struct learn_importance importance[STRATEGY_MAX];
    char models[DISK_PATH_MAX];        /* the registry's folder, to keep it */
    struct model_file in_force;        /* what is in force there, empty: nothing */
    bool stays;                        /* and may be asked, and carried over */
    uint8_t replaces[MODEL_HASH_SIZE]; /* its hash, zeros: nothing was */
    uint32_t incumbents;               /* mask of the strategies that it is live for, and fits */
    uint32_t carried_count;            /* of its strategies in the new model */
    struct model_terms asked, terms;   /* what was trained for; what the new model says of itself */
    double *incumbent;                 /* by forward row what it says of it; NULL */
    struct bandit_walk sizing;         /* of all strategies together */
    struct watch_reference *watches;   /* by strategy what its training saw; NULL */
    char kept[2 * MODEL_HASH_SIZE + 1]; /* the model's hash; "": none was kept */
    char kept_why[REGISTRY_WHY_MAX];    /* and whether it is in force */
    double share;                       /* of this week's error that this training may spend */
    char name[BACKTEST_NAME_MAX];
    char folder[DISK_PATH_MAX]; /* "": no files */
    struct progress progress;
    double seconds;
};

/* All of it. False with the reason in `error`; "" when it stands on standard error already. */
bool learn_run(struct learn_job *job, char error[BACKTEST_ERROR_MAX]);
void learn_free(struct learn_job *job);

/* The bot's own trades, out of the ledger of the state directory that it is kept in, take their
 * places among the examples. False with the reason in `error`. */
bool learn_own(struct learn_job *job, char error[BACKTEST_ERROR_MAX]);

/* Before it is trained: what of the week's error this training may spend; where it is to be kept,
 * that is spent whatever comes of it. After the walk: what the model in force would have said.
 * Last: the model's file, and whether it is in force. False with the reason in `error`. */
bool learn_spend(struct learn_job *job, char error[BACKTEST_ERROR_MAX]);
bool learn_incumbent(struct learn_job *job, char error[BACKTEST_ERROR_MAX]);
bool learn_keep(struct learn_job *job, char error[BACKTEST_ERROR_MAX]);

/* Whether the model in force stays for a strategy: live, and not beaten. Those are carried over
 * into the new model, each with the pooled one that it leans on. */
bool learn_stays(const struct learn_job *job, const char *strategy);
bool learn_drop_failed(struct learn_job *job, char error[BACKTEST_ERROR_MAX]);
void learn_carry(struct learn_job *job, struct model *model, struct model_check *checks,
                 uint32_t *check_count);

/* What the proof came to, into the ledger of the state directory, before the model is in force. */
bool learn_ledger(const struct learn_job *job, const uint8_t hash[MODEL_HASH_SIZE],
                  char error[BACKTEST_ERROR_MAX]);

/* Pairs and strategies by their names; the strategy with that index votes in the run. */
const char *learn_strategy(const struct learn_job *job, uint32_t strategy);
const char *learn_pair(const struct learn_job *job, uint32_t pair);

/* What each strategy's training saw, for the watch on its model: into job->watches. False with the
 * reason in `error`. */
bool learn_watch(struct learn_job *job, char error[BACKTEST_ERROR_MAX]);

/* The features of a strategy by their part in its model, the largest first. */
void learn_rank(const struct learn_importance *importance, uint32_t ret[FEATURE_COUNT]);

/* The pages: for a terminal, a browser and programs; all are report_writers of a struct learn_job,
 * as are the pictures: of the first strategy with a model. */
void learn_summary(const void *job, FILE *out);
void learn_html(const void *job, FILE *out);
void learn_json(const void *job, FILE *out);
void learn_calibration_png(const void *job, FILE *out);
void learn_importance_png(const void *job, FILE *out);

/* The examples, a line of CSV each: what was asked, and what became of it. */
void learn_examples(const struct learn_job *job, FILE *out);

/* The table of features. */
void learn_features(FILE *out);

/* The last report's page, from the folder that is named, or the newest below reports/. The exit
 * status. */
int learn_report(int argc, char **argv);
