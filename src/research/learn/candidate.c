/* SPDX-License-Identifier: MIT */
#include "research/learn/candidate.h"

#include <stdlib.h>

#include "core/base/check.h"

#define ROWS_FIRST 4096

static bool grow_rows(struct candidates *candidates)
{
    const size_t room = candidates->room == 0 ? ROWS_FIRST : 2 * candidates->room;
    struct candidate_row *rows = realloc(candidates->rows, room * sizeof *rows);
    if (rows == NULL) {
        return false;
    }
    candidates->rows = rows;
    if (candidates->config.feature_count > 0) {
        float *features = realloc(candidates->features,
                                  room * candidates->config.feature_count * sizeof *features);
        if (features == NULL) {
            return false;
        }
        candidates->features = features;
    }
    candidates->room = room;
    return true;
}

static bool is_candidate(const struct candidates *candidates, const struct vote *vote)
{
    const double least = candidates->config.actionable;
    return vote->direction != 0 && vote->strength >= least && vote->confidence >= least;
}

static void keep_vote(struct candidates *candidates, const struct record *record, uint32_t index,
                      int64_t boundary_ns)
{
    const struct vote *vote = &record->votes[index];
    const struct candidates_config *config = &candidates->config;
    if (candidates->count == candidates->room && !grow_rows(candidates)) {
        candidates->out_of_memory = true;
        return;
    }
    if (config->feature_count > 0 &&
        !config->read(config->context, record, index,
                      &candidates->features[candidates->count * config->feature_count])) {
        candidates->unread_count++;
        return;
    }
    candidates->rows[candidates->count++] = (struct candidate_row){
        .boundary_ns = boundary_ns,
        .price = record->price,
        .strength = vote->strength,
        .confidence = vote->confidence,
        .stop = vote->stop,
        .target = vote->target,
        .trail = vote->trail,
        .broken = vote->broken,
        .hold_ns = vote->hold_ns,
        .ladder = vote->ladder,
        .pair = record->pair,
        .strategy = vote->strategy,
        .direction = vote->direction,
        .shadow = vote->shadow,
        .cooling = vote->cooling,
        .taken = record->verdict == VERDICT_ENTER && vote->actionable &&
                 vote->direction == record->direction,
    };
}

static void on_step(void *context, const struct event *event, const struct actions *actions)
{
    struct candidates *candidates = context;
    if (event->kind != EVENT_BATCH) {
        return; /* decisions are made on batches alone */
    }
    for (uint32_t i = 0; i < actions->record_count; i++) {
        const struct record *record = &actions->records[i];
        if (record->kind != RECORD_DECISION) {
            continue;
        }
        for (uint32_t vote = 0; vote < record->vote_count; vote++) {
            if (is_candidate(candidates, &record->votes[vote])) {
                keep_vote(candidates, record, vote, event->batch.boundary_ns);
            }
        }
    }
}

static bool on_boundary(void *context, int64_t boundary_ns)
{
    const struct candidates *candidates = context;
    (void)boundary_ns;
    return !candidates->out_of_memory;
}

void candidates_init(struct candidates *candidates, const struct candidates_config *config)
{
    CHECK((config->feature_count == 0) == (config->read == NULL));
    *candidates = (struct candidates){
        .watch = {.on_step = on_step, .on_boundary = on_boundary, .context = candidates},
        .config = *config,
    };
}

void candidates_deinit(struct candidates *candidates)
{
    free(candidates->rows);
    free(candidates->features);
    *candidates = (struct candidates){0};
}
