/* SPDX-License-Identifier: MIT */
/*
 * What trained models make of an entry's exits and size (core/model/plan.h), beside what they make
 * of its confidence (blend.h).
 *
 * Exits: each of the agreeing is asked about its own target, stop and time, and of what they come
 * to each ends the trade as soon as the signals' would (confluence_exits). Those whose plan has not
 * proved itself, or whose model is a shadow, keep the signal's; where all do, what their plans
 * would make of it is kept beside, and moves nothing. The regime comes after it, as after a
 * signal's own exits, and so does every limit of risk.
 *
 * Size: what Kelly would stake on it (J. Kelly, 1956), over what it stakes on such a trade on
 * average, 0.5 to 1.5:
 *
 *     edge = p - (1 - p) / odds,  odds = (way to the target - fees) / (way to the stop + fees)
 *
 * with the signal's own target and stop, because its p is of these. It is one factor of the size
 * (core/risk/scale.h); what bounds a size bounds it too.
 */
#pragma once

#include "core/decision/blend.h"

#define PLANNED_SIZE_LEAST 0.5
#define PLANNED_SIZE_MOST 1.5

struct planned {
    bool asked; /* a plan had something to say; else all below is 0 */
    bool moved; /* the entry's exits are these */
    bool sized; /* its size counts */
    double stop, target, stop_own, target_own; /* prices; 0 none */
    int64_t hold_ns, hold_own_ns;              /* 0 none */
    int64_t expected_ns; /* how long such a trade is open, the mean of what they say; 0 not known */
    double size;         /* times the usual; 0: nothing is said of it */
};

struct planned_entry {
    const struct vote *votes;
    uint32_t vote_count;
    uint32_t strategies; /* mask of those that it came of */
    const struct candidate *candidate;
    const struct features *market;
    const char *symbol;
};

/* Before the model is asked: changes what ends the trade in `all`. */
void planned_exits(const struct blend_config *config, const struct blend_models *models,
                   const struct planned_entry *entry, struct confluence *all, struct planned *ret);

/* After it has answered. */
void planned_size(const struct blend_config *config, const struct blend_models *models,
                  const struct planned_entry *entry, const struct blend *blend,
                  struct planned *ret);

/* What Kelly stakes on a signal, a part of what there is; not above 0: nothing. */
double planned_edge(double probability, const struct candidate *signal);

/* Times the usual size. */
double planned_times(double edge, double usual);
