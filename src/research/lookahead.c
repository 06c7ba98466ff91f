/* SPDX-License-Identifier: MIT */
#include "research/lookahead.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/base/check.h"

/* Boundaries that a cut may move back by until every pair has traded. */
#define MOVE_MOST 2048

struct looker {
    const struct lookahead_config *config;
    struct lookahead *out;
    struct trail whole;
    struct candle_rows rows[PAIR_MAX];
    double done, part; /* of the work before this run, and in it */
    char *error;
    size_t error_size;
};

static bool on_progress(void *context, double done)
{
    const struct looker *looker = context;
    const struct lookahead_config *config = looker->config;
    return config->on_progress == NULL ||
           config->on_progress(config->context, looker->done + looker->part * done);
}

/* One run, on the candles before cut_ns. */
static int run_until(struct looker *looker, int64_t cut_ns, struct trail *trail)
{
    const struct backtest_config *full = looker->config->run;
    for (uint32_t i = 0; i < full->engine->pair_count; i++) {
        looker->rows[i] = full->rows[i];
        if (cut_ns != INT64_MAX) {
            looker->rows[i].count = candle_rows_find(&full->rows[i], cut_ns);
        }
    }
    if (looker->config->prepare != NULL) {
        looker->config->prepare(looker->config->context, looker->rows);
    }
    struct backtest_config config = *full;
    config.rows = looker->rows;
    config.watch = &trail->watch;
    config.on_progress = on_progress;
    config.context = looker;
    struct backtest run;
    const int code = backtest_run(&config, &run, looker->error, looker->error_size);
    const bool asked = run.stopped && !trail->parted && trail->keep_ns == INT64_MIN;
    looker->out->stopped = looker->out->stopped || (asked && !trail->out_of_memory);
    backtest_free(&run);
    if (code == 0 && trail->out_of_memory) {
        snprintf(looker->error, looker->error_size, "out of memory: take a shorter span");
        return -ENOMEM;
    }
    return code;
}

/* What was done at the boundary that differs, in both runs. */
static int look_closely(struct looker *looker, int64_t cut_ns, int64_t boundary_ns)
{
    struct lookahead *out = looker->out;
    out->found = true;
    out->cut_ns = cut_ns;
    out->boundary_ns = boundary_ns;
    out->with.keep_ns = out->without.keep_ns = boundary_ns;
    int code = run_until(looker, INT64_MAX, &out->with);
    code = code == 0 ? run_until(looker, cut_ns, &out->without) : code;
    const size_t at = code == 0 ? trail_parts_at(&out->with, &out->without) : 0;
    out->item_with = at < out->with.item_count ? &out->with.items[at] : NULL;
    out->item_without = at < out->without.item_count ? &out->without.items[at] : NULL;
    return code;
}

/* The boundary to cut behind: the wanted one, or one before it at which every pair traded. */
static bool find_cut(const struct trail *whole, size_t wanted, size_t *ret_index)
{
    for (size_t back = 0; back <= wanted && back < MOVE_MOST; back++) {
        if (!whole->flat[wanted - back]) {
            *ret_index = wanted - back;
            return true;
        }
    }
    return false;
}

static int make_cut(struct looker *looker, size_t index)
{
    struct lookahead *out = looker->out;
    const enum timeframe base = (enum timeframe)looker->config->run->engine->base;
    const int64_t cut_ns = looker->whole.boundaries_ns[index] + timeframe_ns[base];
    struct trail trail;
    int code = trail_init(&trail);
    if (code == 0) {
        trail.against = &looker->whole;
        code = run_until(looker, cut_ns, &trail);
    }
    /* Without a difference it has as many boundaries as there are up to the cut. */
    const bool parted = code == 0 && !out->stopped && (trail.parted || trail.count != index + 1);
    const size_t at = trail.parted ? trail.count - 1 : trail.count;
    const int64_t boundary_ns = looker->whole.boundaries_ns[at < index ? at : index];
    out->cuts_made++;
    out->boundaries_compared += trail.count;
    trail_deinit(&trail);
    return parted ? look_closely(looker, cut_ns, boundary_ns) : code;
}

static int check(struct looker *looker)
{
    struct lookahead *out = looker->out;
    const uint32_t cuts = looker->config->cut_count;
    /* The runs up to the cuts are half as long, on average. */
    looker->part = 1 / (1 + 0.5 * cuts);
    int code = run_until(looker, INT64_MAX, &looker->whole);
    out->boundary_count = looker->whole.count;
    for (uint32_t i = 1; i <= cuts && code == 0 && !out->stopped && !out->found; i++) {
        const double share = (double)i / (cuts + 1);
        size_t index = 0;
        looker->done += looker->part;
        looker->part = share / (1 + 0.5 * cuts);
        if (find_cut(&looker->whole, (size_t)(share * (double)out->boundary_count), &index)) {
            code = make_cut(looker, index);
        }
    }
    return code;
}

int lookahead_check(const struct lookahead_config *config, struct lookahead *ret, char *error,
                    size_t error_size)
{
    CHECK(config->cut_count > 0 && config->run->watch == NULL);
    struct looker looker = {.config = config, .out = ret, .error = error, .error_size = error_size};
    *ret = (struct lookahead){0};
    error[0] = '\0';
    int code = trail_init(&looker.whole);
    code = code == 0 ? trail_init(&ret->with) : code;
    code = code == 0 ? trail_init(&ret->without) : code;
    code = code == 0 ? check(&looker) : code;
    if (code != 0 && error[0] == '\0') {
        snprintf(error, error_size, "out of memory: take a shorter span");
    }
    trail_deinit(&looker.whole);
    return code;
}

void lookahead_free(struct lookahead *lookahead)
{
    trail_deinit(&lookahead->with);
    trail_deinit(&lookahead->without);
    *lookahead = (struct lookahead){0};
}
