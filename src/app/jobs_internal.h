/* SPDX-License-Identifier: MIT */
/* What the files of the backtests on demand share among themselves; nobody else includes this. */
#pragma once

#include <sys/types.h>

#include "app/beside.h"
#include "app/jobs.h"
#include "core/market/timeframe.h"
#include "platform/json/json_writer.h"
#include "platform/loop/loop.h"

#define JOB_SET_MAX 24 /* options that one request may set */
#define JOB_DAYS_MAX 1830
#define JOB_NAME_MAX 64
#define JOB_VALUE_MAX 64
#define JOB_TEXT_MAX 6144 /* of a request as JSON, or of a command line */
#define JOB_ERROR_MAX 3072

/* A request, read and found good. */
struct job_set {
    char name[JOB_NAME_MAX]; /* of the strategy's own options, or section.option */
    char value[JOB_VALUE_MAX];
};
struct job_asked {
    char pair[SYMBOL_MAX];
    int64_t days;
    char strategy[STRATEGY_NAME_MAX + 1]; /* "": those that the session has, as configured */
    int32_t timeframe;                    /* -1: as configured */
    uint32_t set_count;
    struct job_set set[JOB_SET_MAX];
};

/* The candles of a pair that a backtest may ask for. */
struct job_stock {
    char symbol[SYMBOL_MAX];
    char venue[24]; /* "": the synthetic market */
    int64_t first_ns, end_ns;
    uint32_t timeframes; /* mask of files */
};

enum job_state {
    JOB_QUEUED,
    JOB_RUNNING,
    JOB_DONE,
    JOB_FAILED,
    JOB_CANCELLED,
};

/* The words of a child's command line, each ended by a zero byte. */
#define JOB_WORDS_MAX 96
struct job_words {
    int count;
    size_t len;
    char text[2 * JOB_TEXT_MAX];
};

struct job {
    uint64_t id;
    enum job_state state;
    double progress;
    int64_t made_ns, ended_ns; /* wall clock: asked for, and ended; 0: not yet */
    char asked[JOB_TEXT_MAX];  /* JSON */
    char command[JOB_TEXT_MAX];
    char error[JOB_ERROR_MAX]; /* "": none */
    char figures[512];         /* JSON: the result's headline; "": none */
    struct job_words *words;   /* NULL: it has ended */
};

struct jobs {
    const struct options *options;
    struct beside places;
    struct clock clock;
    bool synthetic; /* the session's market is one that can be made anew */
    uint32_t strategy_count;
    const struct strategy *strategies[STRATEGY_TABLE_MAX]; /* the table as it was at the start: what
                                                              a script declares stays, script.h */
    uint64_t id_next;
    uint32_t count; /* oldest first */
    struct job list[JOBS_KEPT + JOBS_QUEUE_MAX];

    pid_t child;       /* 0: none */
    uint64_t child_id; /* whose it is */
    int64_t begun_mono_ns;
    int64_t asked_mono_ns; /* it was asked to end; 0: it was not */
    const char *why;       /* NULL: it was not by us */
};

/* jobs_ask.c: reads a request's body strictly; false with a sentence that says what would be right.
 */
bool jobs_ask_read(const struct jobs *jobs, const char *body, size_t len, struct job_asked *ret,
                   char *error, size_t error_size);
void jobs_ask_tell(const struct job_asked *asked, char *out, size_t size);

/* An option by the name that a request has for it; NULL: none, or none that may be set. `key` is
 * what the configuration calls it. */
const struct option *jobs_option(const struct jobs *jobs, const char *strategy, const char *name,
                                 char *key, size_t key_size);

/* The options beside a strategy's own that a request may set; NULL behind the last. */
extern const char *const jobs_account_options[];

/* jobs_stock.c: what there is of each pair up to `now_ns` of the market; the count, at most `max`.
 * The view names the pairs of a synthetic market. */
uint32_t jobs_stock(const struct jobs *jobs, const struct view *view, struct job_stock *list,
                    uint32_t max, char *error, size_t error_size);

/* The span of a request. False with the command in the sentence that fetches what is missing. */
bool jobs_span(const struct jobs *jobs, const struct view *view, const struct job_asked *asked,
               struct job_stock *ret_stock, int64_t *ret_from_ns, int64_t *ret_to_ns, char *error,
               size_t error_size);

/* jobs_words.c: the child's words, and the line that a person would type for the same. */
bool jobs_words(const struct jobs *jobs, uint64_t id, const struct job_asked *asked,
                const struct job_stock *stock, int64_t from_ns, int64_t to_ns,
                struct job_words *ret, char *command, size_t command_size);

/* jobs_keep.c */
void jobs_path(const struct jobs *jobs, uint64_t id, const char *ending, char *out, size_t size);
int jobs_keep(const struct jobs *jobs, const struct job *job, const char *result, size_t len);
void jobs_forget(const struct jobs *jobs, uint64_t id);
void jobs_load(struct jobs *jobs);

/* The headline of a result, `{"summary":{...},...}`, as JSON; false when it is not one. */
bool jobs_figures(const char *result, size_t len, char *out, size_t size);

/* jobs_child.c: looks how far the child is, and starts the next one. */
void jobs_turn(struct jobs *jobs);
void jobs_end(struct jobs *jobs);

/* Takes back one that waits, or asks one that runs to end; false when it has ended. */
bool jobs_cancel(struct jobs *jobs, struct job *job);

/* jobs.c */
struct job *jobs_find(struct jobs *jobs, uint64_t id);
/* A job has ended so: kept, with its result where it has one. The oldest beyond JOBS_KEPT goes. */
void jobs_settle(struct jobs *jobs, struct job *job, enum job_state state, const char *result,
                 size_t len);

/* jobs_tell.c */
extern const char *const job_state_names[];
void jobs_tell(const struct job *job, struct json_writer *json);
void jobs_tell_options(const struct jobs *jobs, const struct view *view, struct json_writer *json);
