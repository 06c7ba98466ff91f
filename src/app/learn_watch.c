/* SPDX-License-Identifier: MIT */
/* What the training of each strategy saw, which its model's watch is held against. */
#include <stdlib.h>

#include "app/learn.h"
#include "research/learn/watch_fit.h"

/* A strategy's examples, in the order of time. */
struct rows {
    double *figures, *scratch;
    bool *won;
    size_t count;
};

static void pick(const struct examples *examples, uint32_t strategy, struct rows *ret)
{
    ret->count = 0;
    for (size_t i = 0; i < examples->count; i++) {
        if (examples->list[i].strategy == strategy) {
            examples_figures(examples, i, &ret->figures[ret->count * FEATURE_COUNT]);
            ret->won[ret->count++] = examples->list[i].won;
        }
    }
}

bool learn_watch(struct learn_job *job, char error[BACKTEST_ERROR_MAX])
{
    const size_t most = job->examples.count + 1;
    struct rows rows = {.figures = malloc(most * FEATURE_COUNT * sizeof *rows.figures),
                        .scratch = malloc(most * sizeof *rows.scratch),
                        .won = malloc(most * sizeof *rows.won)};
    job->watches = calloc(STRATEGY_MAX, sizeof *job->watches);
    const bool good =
        rows.figures != NULL && rows.scratch != NULL && rows.won != NULL && job->watches != NULL;
    for (uint32_t i = 0; good && i < STRATEGY_MAX; i++) {
        pick(&job->examples, i, &rows);
        if (rows.count > 0) {
            watch_fit(&(struct watch_fit_config){.figures = rows.figures,
                                                 .won = rows.won,
                                                 .count = rows.count,
                                                 .features = FEATURE_COUNT,
                                                 .scratch = rows.scratch},
                      &job->watches[i]);
        }
    }
    free(rows.figures), free(rows.scratch), free(rows.won);
    snprintf(error, BACKTEST_ERROR_MAX, "%s", good ? "" : "out of memory");
    return good;
}
