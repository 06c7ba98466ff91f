/* SPDX-License-Identifier: MIT */
/*
 * Whether a model loses less than a baseline by more than noise: the mean of what it lost less,
 * example by example in the order of time, against "not above 0".
 *
 * Neighbours are not independent: their outcomes overlap. So the mean is judged by blocks:
 *
 *   1. The block's length is PAIRED_STRETCH times what D. N. Politis and H. White choose by the
 *      series' own correlations (2004; corrected with A. Patton, 2009): theirs is best for the
 * error of a variance, a test wants longer ones (Y. Sun, P. Phillips and S. Jin, 2008). It is at
 *      least sqrt(count) / 2, for correlations that were overlooked, and PAIRED_OVERLAP times the
 *      mean overlap that the caller knows of; at most what leaves PAIRED_BLOCKS_MIN blocks.
 *   2. t = mean / error, from m blocks that followed each other, as Student's with m - 1 degrees of
 *      freedom: right for few blocks too, and careful where they differ in spread (R. Ibragimov and
 *      U. Mueller, 2010).
 *   3. The same t of series made of blocks drawn anew round the circle, centred so that the mean is
 *      0: how often theirs is at least ours knows how skewed the differences are (the studentised
 *      block bootstrap of F. Goetze and H. Kuensch, 1996).
 *
 * p is the larger of the two. The tail of the second is counted, not extrapolated: drawing goes on
 * until PAIRED_ENOUGH reached ours or PAIRED_DRAWS_MAX were drawn (J. Besag and P. Clifford, 1991):
 * p down to 5e-6 is seen, a boring one costs 2,000 draws.
 *
 * A model must beat the incumbent and each baseline: the largest of its p counts, and needs no
 * correction for how many they are (R. L. Berger, 1982).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "research/learn/scores.h"

#define PAIRED_STRETCH 3
#define PAIRED_OVERLAP 4
#define PAIRED_BLOCKS_MIN 12 /* fewer say nothing */
#define PAIRED_DRAWS_MIN 1999
#define PAIRED_DRAWS_MAX 199999
#define PAIRED_ENOUGH 100

struct paired_config {
    /* The baseline's loss less the model's; finite. Of weighted examples, times their weights. */
    const double *differences;
    size_t count;
    double overlap; /* examples open while one is, itself counted: 1 / uniqueness; 0: not known */
    double confidence; /* of the interval */
    uint64_t seed;
    uint32_t draws_max; /* 0: PAIRED_DRAWS_MAX; an interval needs no more than PAIRED_DRAWS_MIN */
    double *scratch;    /* paired_scratch() of them */
};

struct paired {
    double mean, error;
    struct interval within; /* of the mean, the wider of the two ways at either end */
    size_t blocks, block_length;
    double p; /* one-sided */
    double p_student, p_drawn;
    uint32_t draws;
};

size_t paired_scratch(size_t count);

/* False, *ret untouched, when there are fewer than PAIRED_BLOCKS_MIN examples, or fewer blocks of
 * what the overlap asks for: then nothing can be shown. Differences that are all the same show
 * nothing either: p is 1. */
bool paired_test(const struct paired_config *config, struct paired *ret);

/* The length Politis and White choose for blocks round the circle, at least 1. */
double paired_block_length(const double *values, size_t count);
