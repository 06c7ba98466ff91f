/* SPDX-License-Identifier: MIT */
/*
 * Candidates: what a model could have been asked of in a stretch of history. Each actionable vote
 * with a direction, of any strategy, wherever the engine weighed votes: taken or not, whether its
 * strategy is a shadow, cools down, or was outvoted. So a young bot has thousands of examples.
 *
 *     backtest --steps--> candidates --> labels (learn/labels.h)
 *
 * A row is the vote as it was cast, with its own exit plan. Its features are what `read` says of
 * the engine's record; it sees no more than the engine saw when it decided.
 */
#pragma once

#include "research/backtest.h"

struct candidate_row {
    int64_t boundary_ns; /* the open time of the base candle at whose close it was said */
    double price;        /* that it was decided on: the close */
    double strength, confidence;
    double stop, target, trail, broken; /* these and the two below as in struct signal */
    int64_t hold_ns;
    struct ladder_terms ladder; /* no rungs: bought at once */
    uint32_t pair;
    uint8_t strategy; /* index in the engine's strategies */
    int8_t direction; /* +1, -1 */
    bool shadow, cooling;
    bool taken; /* the engine entered in its direction, and it counted */
};

struct candidates_config {
    double actionable; /* the engine's decision.actionable: strength and confidence at least */
    uint32_t feature_count;
    /* The features of the record's vote with that index into ret[feature_count]; false: they are
     * not known, and the candidate is passed over. NULL where feature_count is 0. */
    bool (*read)(void *context, const struct record *record, uint32_t vote, float *ret);
    void *context;
};

struct candidates {
    struct backtest_watch watch; /* for backtest_config.watch, which it must outlive */
    struct candidates_config config;
    size_t count, room;
    struct candidate_row *rows; /* ascending in boundary_ns */
    float *features;            /* row after row, feature_count of each */
    uint64_t unread_count;      /* passed over because `read` did not know */
    bool out_of_memory;         /* the run ended early: what is here is not all */
};

void candidates_init(struct candidates *candidates, const struct candidates_config *config);
void candidates_deinit(struct candidates *candidates);

static inline const float *candidates_features(const struct candidates *candidates, size_t row)
{
    return &candidates->features[row * candidates->config.feature_count];
}
