/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>

#include "app/stress.h"
#include "core/base/timestamp.h"

/* Bounds, each said beside what it judges. */
#define ANSWERED_FAIL 0.99
#define P99_WARN_MS 250
#define P99_FAIL_MS 1000
#define VIEW_WARN_S 5
#define VIEW_FAIL_S 60
#define PUSH_WARN_S 3
#define PUSH_FAIL_S 10
#define MEMORY_WARN_MB 0.25 /* an hour: 18 MB in 72 hours */
#define MEMORY_FAIL_MB 2
#define THINGS_WARN 16 /* descriptors or threads more than at the start */
#define THINGS_FAIL 100
#define REJECT_WARN 0.05

const char *const stress_words[] = {"ok", "-", "WARN", "FAIL"};

static void add(struct stress_verdict *verdict, const char *name, enum stress_state state,
                const char *bounds, const char *format, ...) __attribute__((format(printf, 5, 6)));

static void add(struct stress_verdict *verdict, const char *name, enum stress_state state,
                const char *bounds, const char *format, ...)
{
    struct stress_row *row = &verdict->rows[verdict->count++];
    va_list args;
    *row = (struct stress_row){.name = name, .state = state, .bounds = bounds};
    va_start(args, format);
    vsnprintf(row->figures, sizeof row->figures, format, args);
    va_end(args);
    verdict->state = state > verdict->state ? state : verdict->state;
}

/* More is worse. */
static enum stress_state judge(double value, double warn, double fail)
{
    return isnan(value)   ? STRESS_UNKNOWN
           : value > fail ? STRESS_FAIL
           : value > warn ? STRESS_WARN
                          : STRESS_OK;
}

static void judge_answers(const struct stress *stress, struct stress_verdict *verdict)
{
    const double share = stress->asked > 0 ? (double)stress->answered / (double)stress->asked : 0;
    double *took = calloc((size_t)stress->sample_count * STRESS_ASK_COUNT + 1, sizeof *took);
    size_t count = 0;
    for (uint32_t i = 0; took != NULL && i < stress->sample_count; i++) {
        for (int k = 0; k < STRESS_ASK_COUNT; k++) {
            if (!isnan(stress->samples[i].took_ms[k])) {
                took[count++] = stress->samples[i].took_ms[k];
            }
        }
    }
    verdict->median_ms = stress_quantile(took, count, 0.5);
    verdict->p99_ms = stress_quantile(took, count, 0.99);
    verdict->most_ms = stress_quantile(took, count, 1);
    free(took);
    add(verdict, "API", judge(1 - share, 0, 1 - ANSWERED_FAIL),
        "WARN below 100 %, FAIL below 99 % answered",
        "answered %" PRIu64 " of %" PRIu64 " (%.2f %%)%s%.120s", stress->answered, stress->asked,
        100 * share, share < 1 ? "; at last: " : "", share < 1 ? stress->last_fault : "");
    if (count == 0) {
        add(verdict, "response time", STRESS_UNKNOWN, "", "nothing was answered");
        return;
    }
    add(verdict, "response time", judge(verdict->p99_ms, P99_WARN_MS, P99_FAIL_MS),
        "WARN above 250 ms, FAIL above 1 s at the 99th percentile",
        "median %.1f ms, 99th percentile %.1f ms, longest %.1f ms", verdict->median_ms,
        verdict->p99_ms, verdict->most_ms);
}

static void judge_health(const struct stress *stress, struct stress_verdict *verdict)
{
    const double share =
        stress->health_count > 0 ? (double)stress->unhealthy / (double)stress->health_count : NAN;
    add(verdict, "health", judge(share, 0, 0.05), "WARN any, FAIL more than 5 % not well",
        "not well in %" PRIu64 " of %" PRIu64 " answers", stress->unhealthy, stress->health_count);
    double worst = NAN;
    for (uint32_t i = 0; i < stress->sample_count; i++) {
        worst = fmax(worst, stress->samples[i].view_age_s);
    }
    if (isnan(worst)) {
        add(verdict, "report's age", STRESS_UNKNOWN, "", "the metrics do not say it");
    } else {
        add(verdict, "report's age", judge(worst, VIEW_WARN_S, VIEW_FAIL_S),
            "WARN above 5 s, FAIL above 60 s", "worst %.2f s", worst);
    }
}

static void judge_pairs(const struct stress *stress, struct stress_verdict *verdict)
{
    const struct stress_pair *worst = NULL;
    for (uint32_t i = 0; i < stress->pair_count; i++) {
        if (worst == NULL || stress->pairs[i].worst_age_s > worst->worst_age_s) {
            worst = &stress->pairs[i];
        }
    }
    if (worst == NULL) {
        add(verdict, "pairs", STRESS_UNKNOWN, "", "none was heard of");
        return;
    }
    add(verdict, "pairs", judge(stress->stale_most, 0, stress->pair_count / 2.0),
        "WARN any stale, FAIL more than half at once",
        "%u pairs; %u stale at once at most; longest without news %s, %.0f s of market time",
        stress->pair_count, stress->stale_most, worst->symbol, worst->worst_age_s);
}

static void judge_push(const struct stress *stress, struct stress_verdict *verdict)
{
    const double gap_s = (double)stress->push_gap_ns / NS_PER_S;
    add(verdict, "push", judge(gap_s, PUSH_WARN_S, PUSH_FAIL_S), "WARN above 3 s, FAIL above 10 s",
        "worst gap %.2f s; %" PRIu64 " messages, %.1f MB; connection lost %" PRIu64 " times", gap_s,
        stress->push_count, (double)stress->push_bytes / 1e6, stress->push_lost);
}

static void judge_trading(const struct stress *stress, struct stress_verdict *verdict)
{
    const struct stress_counters *sum = &stress->sum;
    const double rejected = sum->orders > 0 ? (double)sum->rejects / (double)sum->orders : 0;
    enum stress_state state = judge(rejected, REJECT_WARN, INFINITY);
    if (!stress->has_status) {
        add(verdict, "trading", STRESS_UNKNOWN, "", "no status was answered");
        return;
    }
    if (sum->messages == 0) {
        state = STRESS_WARN;
    }
    add(verdict, "trading", state, "WARN no market data, or above 5 % of orders rejected",
        "%" PRIu64 " market messages, %" PRIu64 " decisions, %" PRIu64 " entries, %" PRIu64
        " exits, %" PRIu64 " orders, %" PRIu64 " rejected",
        sum->messages, sum->decisions, sum->entries, sum->exits, sum->orders, sum->rejects);
}

static double read_rss(const struct stress_sample *sample)
{
    return sample->rss_mb;
}

static double read_descriptors(const struct stress_sample *sample)
{
    return sample->descriptors;
}

static double read_threads(const struct stress_sample *sample)
{
    return sample->threads;
}

static double read_cpu(const struct stress_sample *sample)
{
    return sample->cpu_s;
}

typedef double reader(const struct stress_sample *sample);

/* The first and the last that are known; false when none is. */
static bool ends(const struct stress *stress, reader *read, double *ret_first, double *ret_last)
{
    *ret_first = *ret_last = NAN;
    for (uint32_t i = 0; i < stress->sample_count; i++) {
        const double value = read(&stress->samples[i]);
        *ret_first = isnan(*ret_first) ? value : *ret_first;
        *ret_last = isnan(value) ? *ret_last : value;
    }
    return !isnan(*ret_first);
}

static void judge_memory(const struct stress *stress, struct stress_verdict *verdict)
{
    double first, last;
    double *after = calloc(stress->sample_count + 1, sizeof *after);
    double *values = calloc(stress->sample_count + 1, sizeof *values);
    for (uint32_t i = 0; after != NULL && values != NULL && i < stress->sample_count; i++) {
        after[i] = stress->samples[i].after_s;
        values[i] = stress->samples[i].rss_mb;
    }
    verdict->has_slope = after != NULL && values != NULL && stress->restart_count == 0 &&
                         stress_slope(after, values, stress->sample_count, &verdict->memory);
    free(after);
    free(values);
    if (!ends(stress, read_rss, &first, &last)) {
        add(verdict, "memory", STRESS_UNKNOWN, "", "its process cannot be seen from here");
    } else if (!verdict->has_slope) {
        add(verdict, "memory", STRESS_OK, "judged from 45 minutes on",
            "%.1f MB at the start, %.1f MB at the end", first, last);
    } else {
        /* Only growth that is beyond doubt is held against it. */
        add(verdict, "memory", judge(verdict->memory.low, MEMORY_WARN_MB, MEMORY_FAIL_MB),
            "WARN surely above 0.25 MB/h, FAIL surely above 2 MB/h",
            "%.1f MB at the start, %.1f MB at the end; %+.2f MB/h (%+.2f to %+.2f)", first, last,
            verdict->memory.per_hour, verdict->memory.low, verdict->memory.high);
    }
}

static void judge_things(const struct stress *stress, struct stress_verdict *verdict,
                         const char *name, reader *read)
{
    double first, last;
    if (ends(stress, read, &first, &last)) {
        add(verdict, name, judge(last - first, THINGS_WARN, THINGS_FAIL),
            "WARN 16 more, FAIL 100 more", "%.0f at the start, %.0f at the end", first, last);
    }
}

static void tell_cpu(const struct stress *stress, struct stress_verdict *verdict)
{
    double first, last;
    const double length_s = (double)(stress->ended_wall_ns - stress->began_wall_ns) / NS_PER_S;
    if (ends(stress, read_cpu, &first, &last) && stress->restart_count == 0 && length_s > 0) {
        add(verdict, "processor", STRESS_OK, "told, not judged", "%.1f %% of one core",
            100 * (last - first) / length_s);
    }
}

void stress_judge(const struct stress *stress, struct stress_verdict *ret)
{
    *ret = (struct stress_verdict){.state = STRESS_OK};
    judge_answers(stress, ret);
    judge_health(stress, ret);
    judge_pairs(stress, ret);
    judge_push(stress, ret);
    judge_trading(stress, ret);
    judge_memory(stress, ret);
    judge_things(stress, ret, "descriptors", read_descriptors);
    judge_things(stress, ret, "threads", read_threads);
    tell_cpu(stress, ret);
    add(ret, "restarts", judge(stress->restart_count, 0, 0), "FAIL any", "%u",
        stress->restart_count);
    add(ret, "alarms",
        stress->sight->critical_count > 0  ? STRESS_FAIL
        : stress->sight->warning_count > 0 ? STRESS_WARN
                                           : STRESS_OK,
        "WARN a warning, FAIL a critical one", "%" PRIu64 " warnings, %" PRIu64 " critical",
        stress->sight->warning_count, stress->sight->critical_count);
}
