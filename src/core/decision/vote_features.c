/* SPDX-License-Identifier: MIT */
#include "core/decision/vote_features.h"

#include <math.h>

#define VALUE_MAX 1e30 /* beyond it a float is no figure that anything can be learned from */

static double majority_of(const struct vote_view *view, const struct vote *vote)
{
    int32_t sum = vote->actionable ? 0 : 1;
    for (uint32_t i = 0; i < view->count; i++) {
        const struct vote *other = &view->votes[i];
        sum += other->actionable ? other->direction * vote->direction : 0;
    }
    return sum;
}

void vote_features(const struct vote_view *view, uint32_t index, struct features *ret)
{
    const struct vote *vote = &view->votes[index];
    const struct candidate candidate = {
        .direction = vote->direction,
        .price = view->price,
        .stop = vote->stop,
        .target = vote->target,
        .strength = vote->strength,
        .confidence = vote->confidence,
        .majority = view->voted ? majority_of(view, vote) : (double)NAN,
        .round_trip_fee = view->round_trip_fee,
    };
    features_aim(view->market, &candidate, ret);
}

void vote_features_keep(const struct features *features, float ret[FEATURE_COUNT])
{
    for (uint32_t i = 0; i < FEATURE_COUNT; i++) {
        const double value = features->values[i];
        ret[i] = fabs(value) <= VALUE_MAX ? (float)value : NAN;
    }
}
