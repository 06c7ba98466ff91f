/* SPDX-License-Identifier: MIT */
#include "app/search_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *after_dot(const char *name)
{
    return strrchr(name, '.') + 1;
}

const char *search_axis_name(const struct search_job *job, uint32_t axis)
{
    static const char strategy[] = "strategy.";
    const char *full = job->space.axes[axis].name, *last = after_dot(full);
    for (uint32_t i = 0; i < job->space.axis_count; i++) {
        if (i != axis && strcmp(after_dot(job->space.axes[i].name), last) == 0) {
            return strncmp(full, strategy, sizeof strategy - 1) == 0 ? full + sizeof strategy - 1
                                                                     : full;
        }
    }
    return last;
}

const char *search_set(const struct search_job *job, const struct point *point,
                       char text[SEARCH_SET_MAX])
{
    size_t len = 0;
    char value[64];
    text[0] = '\0';
    for (uint32_t i = 0; i < job->space.axis_count && len < SEARCH_SET_MAX; i++) {
        len += (size_t)snprintf(text + len, SEARCH_SET_MAX - len, "%s%s=%s", i > 0 ? " " : "",
                                search_axis_name(job, i),
                                axis_text(&job->space.axes[i], point->at[i], value, sizeof value));
    }
    return text;
}

const char *search_figure(const struct search_job *job, double value, char text[CELL])
{
    const enum objective_kind kind = job->flags.objective.kind;
    return kind == OBJECTIVE_PROFIT     ? text_percent(text, value)
           : kind == OBJECTIVE_WIN_RATE ? text_share(text, value)
                                        : text_figure(text, value);
}

const char *search_value(const struct search_job *job, const struct outcome *outcome,
                         char text[CELL])
{
    if (outcome->trades == 0) {
        snprintf(text, CELL, "-");
        return text;
    }
    return search_figure(job, objective_value(&job->flags.objective, outcome), text);
}

uint64_t search_refused(const struct search_job *job, uint64_t counts[REFUSAL_COUNT])
{
    uint64_t refused = 0;
    memset(counts, 0, REFUSAL_COUNT * sizeof counts[0]);
    for (size_t i = 0; i < job->search.settled; i++) {
        const enum refusal refusal = search_judge(&job->search, &job->search.trials[i]);
        counts[refusal]++;
        refused += refusal != REFUSAL_NONE;
    }
    return refused;
}

void search_counts(const struct search_job *job, char *text, size_t size)
{
    static const char *const why[REFUSAL_COUNT] = {"", "with fewer trades", "with more drawdown",
                                                   "without the figure"};
    uint64_t counts[REFUSAL_COUNT];
    const uint64_t refused = search_refused(job, counts);
    size_t len = (size_t)snprintf(text, size, "%zu sets tried", job->search.settled);
    if (job->search.impossible > 0) {
        len += (size_t)snprintf(text + len, size - len,
                                ", %" PRIu64 " that the configuration refuses passed over",
                                job->search.impossible);
    }
    if (refused > 0) {
        len += (size_t)snprintf(text + len, size - len, "; refused: %" PRIu64, refused);
        const char *between = " (";
        for (int i = 1; i < REFUSAL_COUNT; i++) {
            if (counts[i] > 0) {
                len += (size_t)snprintf(text + len, size - len, "%s%" PRIu64 " %s", between,
                                        counts[i], why[i]);
                between = ", ";
            }
        }
        snprintf(text + len, size - len, ")");
    }
}

void search_say_path(const struct search_job *job, char *text, size_t size)
{
    if (job->no_kernel == NULL) {
        snprintf(text, size,
                 "worked out by the strategy's sweep kernel, what is compared below by the engine");
    } else {
        snprintf(text, size, "worked out by the engine (no kernel: %s)", job->no_kernel);
    }
}
