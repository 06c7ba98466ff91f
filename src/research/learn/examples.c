/* SPDX-License-Identifier: MIT */
#include "research/learn/examples.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/check.h"
#include "core/decision/vote_features.h"
#include "research/learn/uniqueness.h"

#define ROWS_FIRST 4096

bool examples_read(void *context, const struct record *record, uint32_t index, float *ret)
{
    const struct examples_reader *reader = context;
    const struct vote_view view = {
        .market = &record->findings.blend.market,
        .votes = record->votes,
        .count = record->vote_count,
        .price = record->price,
        .round_trip_fee = reader->round_trip_fee,
        .voted = reader->voted,
    };
    struct features features;
    if (!record->chained || !record->findings.blend.read) {
        return false;
    }
    vote_features(&view, index, &features);
    vote_features_keep(&features, ret);
    return true;
}

int examples_add(struct examples *examples, const struct example *example, const float *features)
{
    CHECK(example->known_ns > example->time_ns);
    CHECK(examples->count == 0 || examples->list[examples->count - 1].time_ns <= example->time_ns);
    if (examples->count == examples->room) {
        const size_t room = examples->room == 0 ? ROWS_FIRST : 2 * examples->room;
        struct example *list = realloc(examples->list, room * sizeof *list);
        if (list == NULL) {
            return -ENOMEM;
        }
        examples->list = list;
        float *rows = realloc(examples->features, room * FEATURE_COUNT * sizeof *rows);
        if (rows == NULL) {
            return -ENOMEM;
        }
        examples->features = rows;
        examples->room = room;
    }
    memcpy(&examples->features[examples->count * FEATURE_COUNT], features,
           FEATURE_COUNT * sizeof *features);
    examples->list[examples->count++] = *example;
    return 0;
}

static int keep(struct examples *examples, const struct candidates *candidates, size_t row,
                const struct barrier_label *label, enum timeframe base)
{
    const struct candidate_row *said = &candidates->rows[row];
    struct examples_count *count = &examples->counts[said->strategy];
    const struct example example = {
        .time_ns = said->boundary_ns + timeframe_ns[base],
        .known_ns = label->known_ns,
        .hold_ns = label->closed_ns - label->opened_ns,
        .price = said->price,
        .stop = said->stop,
        .target = said->target,
        .reward = label->net,
        .favourable = label->whole ? label->favourable_widest : (double)NAN,
        .adverse = label->whole ? label->adverse_widest : (double)NAN,
        .pair = said->pair,
        .strategy = said->strategy,
        .direction = said->direction,
        .won = label->net > 0,
    };
    count->kept++;
    count->won += example.won;
    count->reward += example.reward;
    return examples_add(examples, &example, candidates_features(candidates, row));
}

int examples_make(const struct candidates *candidates, const struct labels *labels,
                  enum timeframe base, bool shorts, struct examples *ret)
{
    CHECK(candidates->config.feature_count == FEATURE_COUNT);
    CHECK(labels->count == candidates->count);
    *ret = (struct examples){0};
    for (size_t row = 0; row < candidates->count; row++) {
        const struct barrier_label *label = &labels->list[row];
        struct examples_count *count = &ret->counts[candidates->rows[row].strategy];
        count->candidates++;
        if (candidates->rows[row].direction < 0 && !shorts) {
            count->shorts++;
            continue;
        }
        count->unfinished += label->fate == BARRIER_UNFINISHED;
        count->unfilled += label->fate == BARRIER_UNFILLED;
        count->unusable += label->fate == BARRIER_UNUSABLE;
        if (label->fate == BARRIER_ENDED && keep(ret, candidates, row, label, base) != 0) {
            return -ENOMEM;
        }
    }
    return examples_weigh(ret);
}

int examples_weigh(struct examples *examples)
{
    const size_t count = examples->count;
    const struct uniqueness_config config = {.own = 1}; /* age counts where a model is fitted */
    struct outcome_span *spans = calloc(count + 1, sizeof *spans);
    double *unique = malloc((2 * count + 1) * sizeof *unique);
    int code = spans == NULL || unique == NULL ? -ENOMEM : 0;
    for (int pooled = 0; pooled < 2 && code == 0; pooled++) {
        for (size_t i = 0; i < count; i++) {
            const struct example *example = &examples->list[i];
            spans[i] = (struct outcome_span){
                .begin_ns = example->time_ns,
                .end_ns = example->known_ns,
                .pair = pooled ? example->pair : example->pair * STRATEGY_MAX + example->strategy,
            };
        }
        code = uniqueness_weigh(&config, spans, count, &unique[pooled ? count : 0], NULL);
    }
    for (size_t i = 0; i < count && code == 0; i++) {
        examples->list[i].uniqueness = unique[i];
        examples->list[i].uniqueness_pooled = unique[count + i];
    }
    free(spans), free(unique);
    return code;
}

void examples_free(struct examples *examples)
{
    free(examples->list);
    free(examples->features);
    *examples = (struct examples){0};
}

void examples_figures(const struct examples *examples, size_t index, double ret[FEATURE_COUNT])
{
    const float *row = examples_features(examples, index);
    for (uint32_t i = 0; i < FEATURE_COUNT; i++) {
        ret[i] = (double)row[i];
    }
}
