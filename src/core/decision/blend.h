/* SPDX-License-Identifier: MIT */
/*
 * The model's check of an entry that the votes want:
 *
 *     confidence = (1 - share) * the votes' + share * the model's probability
 *
 * with a share of 0.3 where one strategy stands alone and of 0.5 where several agree: together they
 * say more, and it is weighed against more. Where the model has no answer the votes' stays. How
 * many must agree, and how sure one must be to be enough alone, are asked of the votes themselves;
 * what comes of the blend is held against the gate, sizes the entry, and tells what it is worth.
 *
 * A trained model is asked about each of the agreeing by itself, with that one's own stop and
 * target, and its answer is their mean. Those whose model has not proved itself are shadows: what
 * they say is kept and moves nothing, and where all are, the heuristic answers. With `refuse` an
 * entry that a live model expects to lose is refused, whatever the votes say:
 *
 *     p * (to the target - fees) - (1 - p) * (to the stop + fees) <= 0      (value.h), of their
 * mean
 *
 * 70/30 and 50/50 are the mission's.
 */
#pragma once

#include "core/base/option.h"
#include "core/decision/confluence.h"
#include "core/model/model.h"
#include "core/model/model_answer.h"

struct blend_config {
    bool enabled;
    int32_t timeframe;
    double lone, several; /* the model's share */
    bool refuse;
    bool plan;   /* core/decision/planned.h */
    bool bandit; /* core/model/bandit.h sizes entries */
};

extern const struct option blend_options[];
extern const uint32_t blend_option_count;

/* `market` is read at every decision while it is enabled; the rest is of an entry that the model
 * was asked about. */
struct blend {
    bool read;
    bool refused; /* by a live model */
    struct features market;
    struct model_answer answer; /* what moved it */
    double voted; /* the confidence before it; 0 where there is no answer, as is the share */
    double share;
    double value;               /* what a live model expects of it, a part of its cost */
    struct model_answer shadow; /* what a trained model said that moves nothing */
};

/* Who knows the strategies, by their index in the engine's. */
struct blend_models {
    const struct model *model; /* NULL: none is trained */
    const struct online *online;
    const int8_t *trained; /* index in model->trained; MODEL_NONE_TRAINED */
    int8_t pooled;
    uint32_t demoted; /* mask of strategies whose model is a shadow, whatever it says of itself */
};

/* An entry to ask about: the votes, what they came to, and the candidate that makes. */
struct blend_entry {
    const struct vote *votes;
    uint32_t vote_count;
    uint32_t strategies; /* mask of those that it came of: with `rule: best` one of the agreeing */
    struct candidate candidate;
};

/* Asks for what the features need, where it is enabled. */
void blend_plan(const struct blend_config *config, struct panel_plan *plan,
                uint32_t slots[FEATURES_SLOT_COUNT]);

/* Empties it; reads the market into it where the model is enabled. */
void blend_read(const struct blend_config *config, const struct features_view *view,
                struct blend *ret);

/* Asks the model about the entry in the market that was read, and changes the confidence of `all`.
 */
void blend_ask(const struct blend_config *config, const struct blend_models *models,
               const struct blend_entry *entry, struct confluence *all, struct blend *ret);

/* Whether a strategy's model may move what it is asked about; one that is not known may not. */
bool blend_listens(const struct blend_models *models, uint32_t strategy);

/* The vector that a vote's model is asked with: the market's, and the vote's own. */
void blend_vector(const struct features *market, const struct candidate *entry,
                  const struct vote *vote, struct features *ret);
