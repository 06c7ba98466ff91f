/* SPDX-License-Identifier: MIT */
/* What the parts of `cuttle walkforward` share: a search for each fold, and its test. */
#pragma once

#include "app/search.h"
#include "research/monte_carlo.h"
#include "research/overfit.h"

struct walk_flags {
    struct walk_config plan; /* its lengths; the span comes from the candles */
    const char *study;
    uint32_t runs; /* of the bootstrap */
    bool json;
    int argc; /* the search's words */
    char **argv;
};

/* What one fold's training chose, and what came of it behind it. */
struct walk_result {
    struct walk_fold fold;
    bool chosen; /* else no set was left, and the present settings were tested */
    char set[SEARCH_SET_MAX];
    struct outcome inside;
    struct outcome outside, present; /* of the test: with the chosen set, with the present one */
    double held;                     /* buy and hold's return over the test */
};

/* Equity over all tests, one behind the other: each begins with what the one before came to. */
struct walk_track {
    size_t count, room;
    int64_t *times_ns, *money;
    double factor; /* of the next test's money */
};

/* How a track did. */
struct walk_measure {
    struct curve_metrics curve;
    struct monte_carlo bands; /* of its days' returns, by blocks */
    double psr;               /* the probability that its true Sharpe ratio is above 0 */
};

struct walk_job {
    struct walk_flags flags;
    struct walk_fold folds[WALK_FOLD_MAX];
    size_t fold_count, done;
    struct walk_result *results;
    struct walk_track ours, present, held;
    struct walk_measure measured_ours, measured_present, measured_held;
    const char *objective;
    enum objective_kind objective_kind;
    char name[SEARCH_NAME_MAX], folder[DISK_PATH_MAX];
    char currency[24];
    int64_t capital;
    double efficiency; /* a year's return out of sample over that in sample, both over all folds */
    uint32_t won;      /* folds whose test brought something */
    bool interrupted;
    double seconds;
};

/* 0, or -EINVAL after saying on standard error what is wrong. */
int walk_flags_read(struct walk_flags *flags, int argc, char **argv);
void walk_flags_free(struct walk_flags *flags);

/* Every fold. False with the reason in `error`; "" when it stands on standard error already. */
bool walk_run(struct walk_job *job, char error[BACKTEST_ERROR_MAX]);

/* The tracks' figures, once all folds are done; false when memory gave out. */
bool walk_measure(struct walk_job *job);

void walk_free(struct walk_job *job);

/* The pages, and the curves as CSV. */
void walk_summary(const struct walk_job *job, FILE *out);
bool walk_json(const struct walk_job *job, FILE *out);
void walk_csv(const struct walk_job *job, FILE *out);
