/* SPDX-License-Identifier: MIT */
#include "research/learn/uniqueness.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "core/base/check.h"
#include "core/base/timestamp.h"

/* Where an outcome begins or ends. */
struct edge {
    int64_t time_ns;
    uint32_t pair;
    bool ends;
    size_t span;
};

static int by_pair_and_time(const void *left, const void *right)
{
    const struct edge *a = left, *b = right;
    if (a->pair != b->pair) {
        return a->pair < b->pair ? -1 : 1;
    }
    return (a->time_ns > b->time_ns) - (a->time_ns < b->time_ns);
}

/* The pair's edges in order of time: `shared` is the time so far, each moment divided by those that
 * share it; an outcome has what it grew by between its two edges. */
static void sweep(const struct outcome_span *spans, const struct edge *edges, size_t edge_count,
                  double *ret)
{
    double shared = 0;
    int64_t running = 0;
    for (size_t i = 0; i < edge_count; i++) {
        const struct edge *edge = &edges[i];
        if (i == 0 || edge->pair != edges[i - 1].pair) {
            shared = 0;
        } else if (running > 0) {
            shared += (double)(edge->time_ns - edges[i - 1].time_ns) / (double)running;
        }
        const struct outcome_span *span = &spans[edge->span];
        if (edge->ends) {
            running--;
            ret[edge->span] = (shared - ret[edge->span]) / (double)(span->end_ns - span->begin_ns);
        } else {
            running++;
            ret[edge->span] = shared;
        }
    }
    CHECK(running == 0);
}

static double age_part(const struct uniqueness_config *config, const struct outcome_span *span)
{
    if (config->half_life_days <= 0 || span->end_ns >= config->now_ns) {
        return 1;
    }
    const double days = (double)(config->now_ns - span->end_ns) / (double)NS_PER_DAY;
    return exp2(-days / config->half_life_days);
}

int uniqueness_weigh(const struct uniqueness_config *config, const struct outcome_span *spans,
                     size_t count, double *ret_uniqueness, double *ret_weights)
{
    struct edge *edges = malloc((2 * count + 1) * sizeof *edges);
    double *unique = malloc((count + 1) * sizeof *unique);
    if (edges == NULL || unique == NULL) {
        free(edges), free(unique);
        return -ENOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        CHECK(spans[i].begin_ns < spans[i].end_ns);
        edges[2 * i] = (struct edge){spans[i].begin_ns, spans[i].pair, false, i};
        edges[2 * i + 1] = (struct edge){spans[i].end_ns, spans[i].pair, true, i};
    }
    qsort(edges, 2 * count, sizeof *edges, by_pair_and_time);
    sweep(spans, edges, 2 * count, unique);
    for (size_t i = 0; i < count; i++) {
        if (ret_uniqueness != NULL) {
            ret_uniqueness[i] = unique[i];
        }
        if (ret_weights != NULL) {
            ret_weights[i] =
                unique[i] * age_part(config, &spans[i]) * (spans[i].own ? config->own : 1);
        }
    }
    free(edges), free(unique);
    return 0;
}
