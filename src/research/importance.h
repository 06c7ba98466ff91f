/* SPDX-License-Identifier: MIT */
/*
 * Which axes the result depends on: the share of the scores' variance that the mean score at each
 * value of an axis explains (I. M. Sobol's first-order effect, 1993, by binned means), and that of
 * two axes together.
 *
 *   Scores are put into bins by their place on the axis; a word is a bin of its own. The share is
 *   (between - (bins - 1) * within / (n - bins)) / total of the sums of squares (T. L. Kelley's
 *   epsilon squared, 1935), which takes off what chance alone puts between bins: an axis that does
 *   nothing has a share near 0, negative ones are 0.
 *
 * It speaks of the trials there were: where a sampler looked most, an axis that is settled there
 * seems to matter less than over the whole space. Trials without a score do not count.
 */
#pragma once

#include "research/scored.h"

#define IMPORTANCE_BINS_MAX 16 /* of numbers: one for each ten trials, two at least */

struct importance {
    size_t count;                 /* of the trials that have a score */
    double share[SPACE_AXIS_MAX]; /* 0..1; NAN where the trials are too few, or all came to one */
    /* Of two axes together: each alone and what they do only together. [i][i] is share[i]. */
    double pair[SPACE_AXIS_MAX][SPACE_AXIS_MAX];
    uint32_t first, second; /* the pair that explains most: the axes of a heat map; of a space of
                               one axis, or where nothing is known, 0 and, if there is one, 1 */
};

void importance_measure(const struct space *space, const struct scored *trials,
                        struct importance *ret);
