/* SPDX-License-Identifier: MIT */
/*
 * A tree-structured Parzen estimator: where to look next, from what was found so far (J. Bergstra,
 * R. Bardenet, Y. Bengio and B. Kegl, "Algorithms for Hyper-Parameter Optimization", 2011).
 *
 *   The trials are split: the best tenth of them, TPE_GOOD_MAX at most, are good, all others bad.
 *   Each lot is a density l, g over the space: a mixture of one bell round each of its trials and
 *   a flat one over everything. Of TPE_CANDIDATES drawn from l the one with the greatest l / g is
 *   proposed: the expected improvement grows with it.
 *
 * Bells stand on the axes' places (research/space.h), so that logarithms, whole numbers and steps
 * are the space's matter; on a choice one is a weight on the trial's own word and a little on all
 * others. A trial's bell is the product of those of its axes (S. Falkner, A. Klein and F. Hutter,
 * 2018, have it so), which keeps together what is good only together.
 *
 * The first TPE_RANDOM proposals are drawn evenly. The same trials, seed and index give the same
 * proposal.
 */
#pragma once

#include "research/scored.h"

#define TPE_RANDOM 10
#define TPE_GOOD_MAX 25
#define TPE_CANDIDATES 24

/* A trial without a score is bad. Never one of the history while there is another. False, *ret
 * untouched, when there is none. */
bool tpe_propose(const struct space *space, const struct scored *history, uint64_t seed,
                 uint64_t index, struct point *ret);
