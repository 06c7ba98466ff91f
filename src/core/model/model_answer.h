/* SPDX-License-Identifier: MIT */
/*
 * What a model says of an entry: how likely it is that it reaches its target before its stop, and
 * why. A model is a function from features to an answer and nothing else: it allocates nothing,
 * asks no clock, keeps nothing from one question to the next, and cannot fail.
 *
 * The contributions are what each feature moved the answer by, from where the model stands when it
 * knows nothing: the largest of them, in the order of the features. Of the heuristic they are parts
 * of the probability; of a trained model, log-odds.
 */
#pragma once

#include <stdint.h>

#include "core/model/features.h"

#define MODEL_CONTRIBUTION_MAX 6

enum model_kind {
    MODEL_NONE, /* nothing was known to judge by, or no model was asked */
    MODEL_HEURISTIC,
    MODEL_TRAINED,
};

struct contribution {
    enum feature feature;
    double figure; /* the feature's own */
    double amount; /* signed */
};

struct model_answer {
    enum model_kind kind; /* MODEL_NONE: there is no answer, and what follows is 0 */
    double probability;   /* 0..1 */
    uint32_t contribution_count;
    struct contribution contributions[MODEL_CONTRIBUTION_MAX];
};
