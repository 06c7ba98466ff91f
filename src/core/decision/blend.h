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
 * 70/30 and 50/50 are the mission's.
 */
#pragma once

#include "core/base/option.h"
#include "core/decision/confluence.h"
#include "core/model/model_answer.h"

struct blend_config {
    bool enabled;
    int32_t timeframe;
    double lone, several; /* the model's share */
};

extern const struct option blend_options[];
extern const uint32_t blend_option_count;

/* `market` is read at every decision while it is enabled; the rest is of an entry that the model
 * was asked about. */
struct blend {
    bool read;
    struct features market;
    struct model_answer answer;
    double voted; /* the confidence before it; 0 where there is no answer, as is the share */
    double share;
};

/* Asks for what the features need, where it is enabled. */
void blend_plan(const struct blend_config *config, struct panel_plan *plan,
                uint32_t slots[FEATURES_SLOT_COUNT]);

/* Empties it; reads the market into it where the model is enabled. */
void blend_read(const struct blend_config *config, const struct features_view *view,
                struct blend *ret);

/* Asks the model about the candidate that `all` came to in the market that was read, and changes
 * its confidence. */
void blend_ask(const struct blend_config *config, const struct candidate *candidate,
               struct confluence *all, struct blend *ret);
