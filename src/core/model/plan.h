/* SPDX-License-Identifier: MIT */
/*
 * What a trained model makes of a signal's own exits: how far its target and its stop stand, and
 * how long it is held. Of each there is a forest that tells a quantile (research/learn/booster.h):
 *
 *     target  how far the market goes for such a trade    in the signal's own ways to its target
 *     stop    how far it goes against those that come     in its own ways to its stop
 *             as far as their target
 *     hold    how long such a trade is open, the median   in hours
 *
 * and what a pair's outcomes lie beside it is added: BTC is not PEPE. A trade ends after
 * PLAN_PATIENCE times the median.
 *
 * Whatever a forest says, what comes of it stays within bounds: of dca a target 3-15 % away, a stop
 * 5-12 %, and 12-72 hours; of others half to twice what the signal itself wants, and where it names
 * no time an hour to a week. What a signal has not, a target or a stop, it is not given; a target
 * that would not pay the fees is not taken; and where less than half of the features are known the
 * signal's own exits stay.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/market/pair.h"
#include "core/model/features.h"
#include "core/model/forest.h"

#define PLAN_PATIENCE 2.0
#define PLAN_KNOWN_LEAST (FEATURE_COUNT / 2)

enum plan_part {
    PLAN_TARGET,
    PLAN_STOP,
    PLAN_HOLD,
    PLAN_PART_COUNT,
};

extern const char *const plan_part_names[PLAN_PART_COUNT];

/* What is added for one pair, in its part's unit; it is drawn to 0 by how little is known of it. */
struct plan_pair {
    char symbol[SYMBOL_MAX];
    double offsets[PLAN_PART_COUNT];
    double weights[PLAN_PART_COUNT]; /* 0..1: how far the pair's own outcomes were leant on */
};

struct model_plan {
    bool live;                              /* it moves exits */
    bool sizes;                             /* it moves sizes */
    bool moves[PLAN_PART_COUNT];            /* of a part that does not the signal's own stays */
    double alphas[PLAN_PART_COUNT];         /* the quantile that each tells */
    struct forest forests[PLAN_PART_COUNT]; /* no trees: there is none */
    double edge; /* what Kelly stakes on a trade that the model takes, on average; 0: not known */
    uint32_t pair_count;
    const struct plan_pair *pairs;
};

/* A signal, and what is known of it. */
struct plan_question {
    const char *strategy, *symbol;
    const struct features *features; /* as features_aim made them */
    int32_t direction;
    double price, stop, target; /* 0 none */
    int64_t hold_ns;            /* 0 none */
    double round_trip_fee;
};

struct plan_said {
    double stop, target; /* prices */
    int64_t hold_ns;
    int64_t expected_ns; /* how long such a trade is open; 0 not known */
};

/* Whether there is any forest in it. */
bool plan_is_there(const struct model_plan *plan);

/* NULL when it may be asked; else what is wrong, in a few words. */
const char *plan_check(const struct model_plan *plan);

/* False: it has nothing to say. What it says nothing of is the signal's own. */
bool plan_ask(const struct model_plan *plan, const struct plan_question *question,
              struct plan_said *ret);

/* What a part's forest says of a pair's trade, in the part's unit, before any bound. NaN: nothing.
 */
double plan_tell(const struct model_plan *plan, enum plan_part part, const char *symbol,
                 const float *values);
