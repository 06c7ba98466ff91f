/* SPDX-License-Identifier: MIT */
/*
 * `cuttle stress`: a running session observed from outside for minutes or days, and judged. Only
 * GET requests and one WebSocket, at most STRESS_ASK_COUNT requests in STRESS_INTERVAL_LEAST
 * seconds. All memory is taken at the start; a figure that is not known is NaN.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "app/remote.h"
#include "app/sight.h"

#define STRESS_INTERVAL_LEAST 3 /* seconds: below two requests a second */
#define STRESS_HOURS_MOST 8784

enum stress_question {
    STRESS_STATUS,
    STRESS_HEALTH,
    STRESS_POSITIONS,
    STRESS_METRICS,
    STRESS_THOUGHTS,
    STRESS_ASK_COUNT,
};

struct stress_flags {
    double hours, interval_s;
    bool json;
    const char *out; /* a file, .html or .json; NULL none */
};

/* One round of questions, and the process as it was then. */
struct stress_sample {
    int64_t wall_ns;
    double after_s;                   /* since the beginning */
    double took_ms[STRESS_ASK_COUNT]; /* NaN: no answer */
    double rss_mb, cpu_s, descriptors, threads;
    double view_age_s;
};

struct stress_pair {
    char symbol[SIGHT_WORD_MAX];
    double worst_age_s;   /* market time since its last news */
    uint64_t stale_count; /* rounds in which it was stale */
};

struct stress_counters {
    uint64_t decisions, entries, exits, orders, rejects, messages;
};

struct stress {
    struct stress_flags flags;
    struct remote *remote;
    struct sight *sight; /* what is pushed */
    char address[600];
    int64_t began_mono_ns, began_wall_ns, ended_wall_ns;
    bool interrupted;

    uint32_t sample_count, sample_most;
    struct stress_sample *samples;
    uint64_t asked, answered, unhealthy, health_count;
    char last_fault[512]; /* of the newest question without an answer */

    struct sight_status status; /* the newest one */
    bool has_status;
    uint32_t restart_count;
    struct stress_counters told; /* by the newest status */
    struct stress_counters sum;  /* while we looked, over restarts */

    connection_id socket; /* 0: none, or it has ended */
    uint64_t push_count, push_lost;
    int64_t push_last_ns, push_gap_ns; /* monotonic; the longest so far */
    uint64_t push_bytes;

    uint32_t pair_count, stale_most; /* at once */
    struct stress_pair pairs[PAIR_MAX];
};

/* Memory for the time and the interval of `flags`; NULL when there is none. */
struct stress *stress_new(const struct stress_flags *flags, struct remote *remote);
void stress_free(struct stress *stress);

/* stress_watch.c: observes until the time is over or a signal comes, with lines of progress. */
void stress_watch(struct stress *stress, FILE *progress);

/* What the newest status adds to the sums; a restart is noticed by it. For stress_watch, and for
 * tests. */
void stress_take_status(struct stress *stress, const struct sight_status *status);
void stress_take_pairs(struct stress *stress, const struct sight *sight);
void stress_take_push(struct stress *stress, int64_t mono_ns);

/* A metric without labels in the Prometheus text format; NaN when it is not there. */
double stress_metric(const char *page, const char *name);

/* stress_proc.c: a process of this machine; NaN for what cannot be read. */
void stress_read_process(int64_t pid, struct stress_sample *sample);

/* stress_math.c. The value that a share of them does not exceed; `values` is sorted by it. */
double stress_quantile(double *values, size_t count, double share);

/* The slope of a straight line through the means of twenty stretches of time, the first tenth left
 * out, with its interval at 95 %: stretches, because one second's memory is the next one's. False
 * when there are not forty values over three quarters of an hour. */
struct stress_slope {
    double per_hour, low, high;
};
bool stress_slope(const double *after_s, const double *values, size_t count,
                  struct stress_slope *ret);

enum stress_state {
    STRESS_OK,
    STRESS_UNKNOWN, /* it could not be seen */
    STRESS_WARN,
    STRESS_FAIL,
};

#define STRESS_ROW_MAX 16

struct stress_row {
    const char *name;
    enum stress_state state;
    char figures[320];
    const char *bounds;
};

struct stress_verdict {
    enum stress_state state; /* the worst of them */
    uint32_t count;
    struct stress_row rows[STRESS_ROW_MAX];
    double median_ms, p99_ms, most_ms;
    bool has_slope;
    struct stress_slope memory; /* MB an hour */
};

extern const char *const stress_words[]; /* by enum stress_state */

/* stress_judge.c */
void stress_judge(const struct stress *stress, struct stress_verdict *ret);

void stress_print(const struct stress *stress, const struct stress_verdict *verdict, FILE *out);
void stress_json(const struct stress *stress, const struct stress_verdict *verdict, FILE *out);
void stress_html(const struct stress *stress, const struct stress_verdict *verdict, FILE *out);
