/* SPDX-License-Identifier: MIT */
/*
 * Whether sizing by a bandit (core/model/bandit.h) is worth more than taking everything at size 1,
 * forward in time.
 *
 * The signals of the tests are gone through as they came. Each is told to the bandit by what was
 * said of it then (forward.h): by the ensemble where the strategy's models are live, and then only
 * what those take; else by the heuristic. A trade teaches once its outcome is known, and what was
 * skipped teaches nothing, as it would in a session. What every other size would have brought is
 * known, since a trade's return does not depend on its size: so both are worth something at every
 * signal, and the difference is judged in pairs (paired.h).
 *
 * What a signal says of its stop is its risk; one without is left out.
 */
#pragma once

#include "core/model/bandit.h"
#include "research/learn/forward.h"
#include "research/learn/paired.h"

#define BANDIT_WALK_AT_RISK                                                                        \
    0.01 /* of the account in each trade, for the drawdown that it is told */

struct bandit_walk_config {
    uint32_t live;         /* mask of strategies whose ensemble speaks */
    double round_trip_fee; /* a fraction */
    uint64_t seed;
};

struct bandit_walk {
    size_t count;
    size_t arms[BANDIT_ARM_COUNT];
    double whole, sized;                   /* mean worth of a signal, in units of risk */
    double reward_whole, reward_sized;     /* mean return after fees, likewise */
    double drawdown_whole, drawdown_sized; /* the deepest fall of their sums */
    double overlap;                        /* signals open at one, itself counted */
    bool shown;                            /* there was enough to judge `paired` */
    struct paired paired; /* what the bandit's size was worth more than 1, a signal */
};

/* 0, -ENOMEM. */
int bandit_walk(const struct bandit_walk_config *config, const struct forward *forward,
                const struct examples *examples, struct bandit_walk *ret);

/* "shown to help", "shown to hurt", "not shown to be more than noise", "too few signals"; where the
 * signals lose, skipping them all beats taking them, which is no skill: then it says so. */
const char *bandit_walk_verdict(const struct bandit_walk *walk);
