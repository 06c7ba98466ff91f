/* SPDX-License-Identifier: MIT */
/*
 * What the parts of `cuttle montecarlo` share: a backtest, and what else could have come of it.
 *
 *     backtest --> trades  --> shuffled
 *              `-> returns --> bootstrap
 *     parameters, moved --> as many backtests more
 */
#pragma once

#include <stdio.h>

#include "app/backtest.h"
#include "app/progress.h"
#include "research/jitter.h"
#include "research/monte_carlo.h"
#include "research/search_crew.h"
#include "store/disk.h"

#define FAN_POINTS 100

struct monte_carlo_flags {
    uint64_t runs, seed;
    double ruin;
    double block;    /* mean length in periods; 0: as research/monte_carlo.h has it */
    uint64_t jitter; /* runs with parameters moved */
    double jitter_by;
    int argc; /* the words that are not our own, for backtest_flags_read */
    char **argv;
};

/* 0, or -EINVAL after saying on standard error what is wrong. */
int monte_carlo_flags_read(struct monte_carlo_flags *flags, int argc, char **argv);
void monte_carlo_flags_free(struct monte_carlo_flags *flags);

/* Returns drawn anew; found.own and all else are of these. */
struct drawn {
    size_t count; /* of the returns; 0: there was nothing to draw from */
    double *returns;
    struct monte_carlo found;
    double fan[FAN_POINTS + 1][BAND_COUNT];
    double own[FAN_POINTS + 1]; /* the run as it came, at the same points */
};

/* One run with parameters moved. */
struct jittered {
    double total_return, drawdown, sharpe;
};

struct monte_carlo_job {
    struct monte_carlo_flags flags;
    struct backtest_setup setup;
    struct backtest result; /* the run that all starts from */
    char name[BACKTEST_NAME_MAX];
    char folder[DISK_PATH_MAX]; /* "": no files */
    struct progress progress;
    int64_t period_ns; /* of the bootstrap's returns */
    struct drawn shuffle, bootstrap;
    struct jitter *jitter;
    struct jittered *jittered; /* flags.jitter of them */
    struct bands jitter_return, jitter_drawdown, jitter_sharpe;
    uint64_t jitter_won;  /* runs that ended above the capital */
    uint64_t jitter_beat; /* runs with a better total return than the present settings */
};

/* Each: false with the reason in `error`; "" when it stands on standard error already. */
bool monte_carlo_run(struct monte_carlo_job *job, char error[BACKTEST_ERROR_MAX]);
bool monte_carlo_jitter(struct monte_carlo_job *job, char error[BACKTEST_ERROR_MAX]);

/* The pages: for a terminal, a browser, and programs, and the bootstrap's fan as a PNG. All but the
 * first are report_writers of a struct monte_carlo_job. */
void monte_carlo_summary(const struct monte_carlo_job *job, FILE *out);
void monte_carlo_html(const void *job, FILE *out);
void monte_carlo_json(const void *job, FILE *out);
void monte_carlo_png(const void *job, FILE *out);
