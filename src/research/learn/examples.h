/* SPDX-License-Identifier: MIT */
/*
 * What models learn from: candidates of which it is known what became of them, each with the
 * features it was said with.
 *
 *     backtest --> candidates --+
 *                     labels ---+--> examples: one row each, ascending in time
 *
 * An example is asked at `time_ns`, the end of the candle it was said at, and teaches from
 * `known_ns` on. Spot cannot sell short, so shorts are counted and left out unless asked for; what
 * had not ended with the candles, was never filled or cannot be counted is left out and counted
 * likewise.
 */
#pragma once

#include "core/engine/action.h"
#include "research/learn/labels.h"

/* What features_aim asks about a vote by itself, in the terms of the engine that cast it. */
struct examples_reader {
    double round_trip_fee;
    bool voted; /* decision_config.rule is RULE_VOTE: else nobody agrees or disagrees */
};

/* For candidates_config.read, with a reader as its context and FEATURE_COUNT features. False where
 * the record holds no features. */
bool examples_read(void *context, const struct record *record, uint32_t vote, float *ret);

struct example {
    int64_t time_ns, known_ns;  /* time_ns < known_ns */
    int64_t hold_ns;            /* from the candle that filled it to the one that ended it */
    double price, stop, target; /* what the signal said; 0 none */
    double reward;              /* the return after both fees */
    double favourable,
        adverse;              /* widest, as parts of the entry; NAN where its time was cut short */
    double uniqueness;        /* among the outcomes of its pair and strategy: 0 < u <= 1 */
    double uniqueness_pooled; /* among all of its pair */
    uint32_t pair;
    uint8_t strategy;
    int8_t direction;
    bool won; /* reward > 0 */
    bool own; /* the bot's own trade */
};

/* Of one strategy's candidates. */
struct examples_count {
    uint64_t candidates;
    uint64_t shorts; /* left out for that alone, whatever became of them */
    uint64_t unfinished, unfilled, unusable;
    uint64_t kept, won;
    double reward; /* the sum of those kept */
};

struct examples {
    size_t count, room;
    struct example *list;
    float *features; /* FEATURE_COUNT of each; NAN: not known */
    struct examples_count counts[STRATEGY_MAX];
};

/* `labels` by row of `candidates`, whose timeframe is `base`. 0, -ENOMEM. `ret` is to be given to
 * examples_free either way. */
int examples_make(const struct candidates *candidates, const struct labels *labels,
                  enum timeframe base, bool shorts, struct examples *ret);

/* One more, not before the last in time; then examples_weigh. 0, -ENOMEM. */
int examples_add(struct examples *examples, const struct example *example, const float *features);

/* Works out the uniqueness of each. 0, -ENOMEM. */
int examples_weigh(struct examples *examples);

void examples_free(struct examples *examples);

static inline const float *examples_features(const struct examples *examples, size_t index)
{
    return &examples->features[index * FEATURE_COUNT];
}

/* What a model is asked with, from an example's features. */
void examples_figures(const struct examples *examples, size_t index, double ret[FEATURE_COUNT]);
