/* SPDX-License-Identifier: MIT */
/*
 * A vote by itself, as a model is asked and taught about it: the market of its decision and the
 * vote's own stop, target, strength and confidence. Its majority is the votes on its side less
 * those against; one that is only watched, or cools down, is counted as if it had been listened to.
 * Training reads the same from records.
 */
#pragma once

#include "core/decision/vote.h"
#include "core/model/features.h"

struct vote_view {
    const struct features *market;
    const struct vote *votes;
    uint32_t count;
    double price; /* that it was decided on */
    double round_trip_fee;
    bool voted; /* decision_config.rule is RULE_VOTE: else nobody agrees or disagrees */
};

void vote_features(const struct vote_view *view, uint32_t index, struct features *ret);

/* As they are kept: what no float can tell is not known. */
void vote_features_keep(const struct features *features, float ret[FEATURE_COUNT]);
