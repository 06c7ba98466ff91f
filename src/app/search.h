/* SPDX-License-Identifier: MIT */
/*
 * What the parts of `cuttle search` share.
 *
 *     from                        cut           until
 *      |---- in sample: searched --|--- holdout --|
 *
 * Every set is run on the candles in sample. When the search is over, the best of them and the
 * present settings are run by the engine on both, each part with an account of its own.
 */
#pragma once

#include <stdio.h>
#include <time.h>

#include "app/backtest.h"
#include "research/cscv.h"
#include "research/importance.h"
#include "research/overfit.h"
#include "research/search.h"
#include "research/search_crew.h"
#include "research/study.h"
#include "research/walk.h"
#include "store/disk.h"

#define SEARCH_TOP_MAX 100
#define SEARCH_NAME_MAX 128

struct search_flags {
    const char *spaces[SPACE_AXIS_MAX];
    uint32_t space_count;
    enum search_method method;
    struct objective objective;
    uint64_t trials; /* 0: the method's own */
    uint64_t seed;
    double holdout;
    uint32_t top, workers; /* workers 0: a thread for each core */
    const char *study, *resume;
    const char *shared;       /* the study's name on the board */
    const char *board;        /* the database that workers share; NULL: none */
    int64_t lease_ns;         /* that a worker has a set for there */
    const char *apply, *undo; /* configuration files */
    bool force;
    int64_t last_ns; /* the span's length, back from the newest candle; 0: as --start says */
    bool json, help;
    const struct walk_fold *fold; /* the spans, instead of --holdout; there are no finalists */
    int argc; /* the words that are not the search's own, for backtest_flags_read */
    char **argv;
    int word_count; /* all of them: of a study that is resumed, then those of this command */
    char **words;
    char **owned; /* words that were read from a study's file */
    int owned_count;
};

/* 0, or -EINVAL after saying on standard error what is wrong. */
int search_flags_read(struct search_flags *flags, int argc, char **argv);
void search_flags_free(struct search_flags *flags);

/* The folder of a study: its name below studies/, or a path as it is. */
void search_folder(const char *name, char folder[DISK_PATH_MAX]);

/* What a study is called, and its folder: `asked`, or where that is NULL STRATEGY-20240801-123005
 * and the suffix. False with the reason in `error` for one of `room` characters or more. */
bool search_name(const struct backtest_setup *setup, const char *asked, const char *suffix,
                 size_t room, char name[SEARCH_NAME_MAX], char folder[DISK_PATH_MAX],
                 char error[BACKTEST_ERROR_MAX]);

/* One set under way, and what came of it. */
struct search_task {
    double part;    /* of the span in sample, its end */
    uint32_t batch; /* so many sets from this one on are run together, by a kernel; 0: it is run
                       by the engine, alone, or goes with one before it */
    enum trial_path path; /* that it took */
    struct engine_config engine;
    struct matching_config matching;
    struct outcome outcome;
    bool stopped;    /* by an interrupt: there is no outcome */
    char fault[256]; /* "": it was run */
    float returns[STUDY_PERIODS_MAX];
};

struct finalist {
    size_t trial; /* SIZE_MAX: the present settings */
    struct outcome inside, outside;
};

/* How much of the winner may be luck. */
struct search_doubt {
    bool known;
    size_t sets; /* that the winner was chosen among */
    double psr, dsr;
    int64_t track_ns; /* INT64_MAX: no record is long enough */
    bool has_cscv;
    struct cscv cscv;
};

struct search_board;

struct search_job {
    struct search_flags flags;
    struct backtest_setup setup;
    struct options present; /* as settled, before any set is put in */
    struct space space;
    struct search search;
    struct study *study;
    struct search_board *share; /* app/search_board.h; NULL: nobody else works on it */
    char name[SEARCH_NAME_MAX], folder[DISK_PATH_MAX];
    int64_t from_ns, cut_ns, until_ns;
    int64_t period_ns; /* of the returns that are kept */
    uint32_t periods;
    uint32_t workers;
    const char
        *no_kernel; /* why the engine runs each set; NULL: the strategy's sweep kernel does */
    int64_t *days;  /* since 1970, those that have a bar, for the kernel */
    size_t day_count;
    bool scripted;  /* a strategy in Lua is among them: one worker */
    size_t resumed; /* sets that the study had */
    size_t written;
    struct search_task *tasks; /* SEARCH_WINDOW of them: set i in i % SEARCH_WINDOW */
    struct timespec began;
    double seconds;     /* since then, at the end */
    double cpu_seconds; /* of all threads */
    double busy;        /* the part of the search in which its workers had work */
    bool interrupted;
    struct finalist finalists[SEARCH_TOP_MAX + 1]; /* the present settings last */
    uint32_t finalist_count;                       /* without them */
    struct importance importance;                  /* as search_measure saw it last */
    struct search_doubt doubt;
    char impossible[BACKTEST_ERROR_MAX]; /* why the last set was refused that was */
};

/* Candles, space, and the whole span, from_ns to until_ns. False as of search_prepare. */
bool search_open(struct search_job *job, char error[BACKTEST_ERROR_MAX]);

/* Behind that the spans' parts, and the study. False with the reason in `error`; "" when it stands
 * on standard error already. */
bool search_prepare(struct search_job *job, char error[BACKTEST_ERROR_MAX]);

/* Frees all that belongs to it, and the job; NULL is fine. */
void search_close(struct search_job *job);

/* The engine and the matching that a point comes to; NULL: the present settings. False when the
 * configuration refuses it, with the reason in job->impossible. */
bool search_settle(struct search_job *job, const struct point *point, struct engine_config *engine,
                   struct matching_config *matching);

/* Whether a kernel is to be used: job->no_kernel, and what it needs. */
void search_choose_path(struct search_job *job);

/* Sets that differ in nothing but their strategy's parameters, by its kernel, over the span of
 * `config`. Those whose path is the engine's when this returns it could not do. */
void search_run_kernel(const struct search_job *job, struct search_task *const *tasks, size_t count,
                       const struct backtest_config *config);

/* Everything that is to be run. False with the reason in `error`; an interrupt is none. */
bool search_run(struct search_job *job, char error[BACKTEST_ERROR_MAX]);

double search_seconds(const struct search_job *job);

/* Texts of a set: "fast=20 slow=50", with names as short as they can be told apart. */
#define SEARCH_SET_MAX 1024
const char *search_set(const struct search_job *job, const struct point *point,
                       char text[SEARCH_SET_MAX]);
const char *search_axis_name(const struct search_job *job, uint32_t axis);

/* "340 of 1000 sets, 2 min left, 12.3 a second". */
void search_progress(const struct search_job *job, char *text, size_t size);

/* Which axes matter, of what is known so far; and what is to be doubted of the winner. */
void search_measure(struct search_job *job);
void search_measure_doubt(struct search_job *job);

/* Pieces of the pages: bars and a map in characters; the doubts, a sentence each between two
 * texts. */
void search_put_importance(const struct search_job *job, FILE *out);
void search_put_heat(const struct search_job *job, FILE *out);
void search_put_doubts(const struct search_job *job, const char *before, const char *behind,
                       FILE *out);

/* The pages: for a terminal, JSON, and search.html in the study's folder, while it `runs` too. */
void search_summary(const struct search_job *job, FILE *out);
bool search_json(const struct search_job *job, FILE *out);
bool search_page(const struct search_job *job, bool runs);

/* What is seen while it runs, now and then; `last` for the last time. */
void search_watch(struct search_job *job, bool last);

/* The winner into the file that --apply names, and the file as it was before; what changes is
 * printed. False with the reason in `error`, and then nothing was changed. */
bool search_apply(struct search_job *job, FILE *out, char error[BACKTEST_ERROR_MAX]);
bool search_undo(const char *name, FILE *out, char error[BACKTEST_ERROR_MAX]);
