/* SPDX-License-Identifier: MIT */
/*
 * A trained model: what a model file holds, as the core asks it. For each strategy that there were
 * examples of, four parts that each say how likely a candidate is to succeed, and the shares that
 * they have earned (core/model/ensemble.h):
 *
 *     forest    margin --calibration--> probability, own and pooled --.
 *     logistic  likewise ----------------------------------------------+-- by shares --> answer
 *     online    as it has learned since -------------------------------|
 *     base      the part of its examples that won --------------------'
 *
 * Own and pooled: a strategy's own part counts `own`, that of the model pooled over all strategies
 * the rest, where both are there. The online part's state is the engine's: a correction of what the
 * logistic one says, which begins at nothing. A strategy's that is carried over from an earlier
 * model leans on the pooled one of that (`pool`), which comes with it. A part that is not there
 * leaves its share to the others. It is what research/learn/forward.h has proved, part by part.
 *
 * The core does not load it. The shell puts it in force with model_use, on the engine's thread, and
 * tells the engine with EVENT_MODEL, whose hash says which: a journal names it, and a replay has
 * it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/base/limits.h"
#include "core/model/calibration.h"
#include "core/model/features.h"
#include "core/model/forest.h"
#include "core/model/model_answer.h"
#include "core/model/online.h"
#include "core/model/plan.h"
#include "core/model/watch.h"

#define MODEL_HASH_SIZE 32 /* SHA-256 of the file */
#define MODEL_TRAINED_MAX (STRATEGY_TABLE_MAX + 1)
#define MODEL_NONE_TRAINED (-1)

enum model_part {
    MODEL_PART_FOREST,
    MODEL_PART_LOGISTIC,
    MODEL_PART_ONLINE,
    MODEL_PART_BASE,
    MODEL_PART_COUNT,
};

extern const char *const model_part_names[MODEL_PART_COUNT];

/* Of one strategy, or pooled. */
struct trained {
    char strategy[STRATEGY_NAME_MAX +
                  1]; /* "": pooled; "~...": the pooled one of an earlier model */
    bool live;        /* it moves decisions; else it is a shadow, and only told */
    double own;       /* how far its own parts are leant on beside the pooled ones: 0..1 */
    double base;      /* the part of its examples that won; NaN: not known */
    double shares[MODEL_PART_COUNT]; /* 0..1, of all parts 1 */
    uint32_t pool;        /* 1 + the index of the pooled one that it leans on; 0: the model's own */
    struct forest forest; /* no trees: there is none */
    struct calibration forest_says;
    struct linear logistic; /* no features: there is none, nor an online part */
    struct calibration logistic_says;
    struct model_plan plan;              /* of a strategy alone; asked beside these */
    const struct watch_reference *watch; /* what its training saw; NULL: it is not watched */
};

struct model {
    uint8_t hash[MODEL_HASH_SIZE];
    uint32_t trained_count;
    struct trained trained[MODEL_TRAINED_MAX];
};

/* Of no strategy: others lean on it. */
static inline bool trained_is_pooled(const struct trained *trained)
{
    return trained->strategy[0] == '\0' || trained->strategy[0] == '~';
}

/* All zeros: of no model. */
bool model_hash_is_none(const uint8_t hash[MODEL_HASH_SIZE]);

/* Its first eight bytes, as a number to be read. */
uint64_t model_hash_number(const uint8_t hash[MODEL_HASH_SIZE]);

/* NULL: none. Set before an engine is told of it. */
extern const struct model *model_in_force;
const struct model *model_use(const struct model *model); /* returns what was in force before */

/* NULL when every part of it may be asked; else what is wrong, in a few words. */
const char *model_check(const struct model *model);

/* The index of a strategy's, "" of the pooled one; MODEL_NONE_TRAINED. */
int32_t model_find(const struct model *model, const char *strategy);

/* What one candidate is given. Amounts are in log-odds, the parts' by their shares: what each
 * feature moves it by from where the model stands when it knows nothing. */
struct model_said {
    double probability;
    double amounts[FEATURE_COUNT];
};

/*
 * Asks the model of a strategy about a candidate; `pooled` may be MODEL_NONE_TRAINED, and `online`,
 * the engine's for that strategy, NULL or empty. False: no part of it has an answer.
 */
bool model_ask(const struct model *model, uint32_t trained, int32_t pooled,
               const struct online *online, const struct features *features,
               struct model_said *ret);

/* What became of a candidate teaches the online part of a strategy; `weight` as of online_learn.
 * False: it taught nothing. */
bool model_teach(const struct model *model, uint32_t trained, int32_t pooled, struct online *online,
                 const struct features *features, bool won, double weight);
