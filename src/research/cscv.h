/* SPDX-License-Identifier: MIT */
/*
 * The probability of backtest overfitting, PBO, by combinatorially symmetric cross-validation
 * (D. H. Bailey, J. Borwein, M. Lopez de Prado and Q. J. Zhu, "The Probability of Backtest
 * Overfitting", 2015).
 *
 *   The periods are cut into S blocks of one length. Of each of the C(S, S/2) ways to take half of
 *   the blocks, the trial with the best Sharpe ratio in them is chosen and looked up in the other
 *   half: w = its rank there / (trials + 1), 1 the worst; logit = ln(w / (1 - w)).
 *
 *   PBO is the part of the ways in which logit <= 0: what was best in sample is no better than the
 *   median out of it. Trials of pure noise have about 0.5, a true edge near 0.
 *
 * A trial that does not move in a half (it never traded) has ratio 0 there. Equals share the mean
 * of their ranks; of equals in sample the first is chosen.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CSCV_BLOCKS 16
#define CSCV_BLOCKS_MIN 4
#define CSCV_PERIODS_MIN 4    /* in a block: a ratio of fewer is noise */
#define CSCV_SPLITS_MAX 12870 /* of 16 blocks */

struct cscv_config {
    const double *returns; /* trial t earned [t * periods + p] in period p; all in the same ones */
    size_t trials, periods;
    uint32_t blocks; /* even, at most CSCV_BLOCKS; 0: those. Fewer are cut when periods are few */
    double *scratch; /* cscv_scratch() of them */
    double *logits;  /* CSCV_SPLITS_MAX of them, or NULL */
};

struct cscv {
    uint32_t blocks;
    size_t block_periods; /* the oldest periods that fill no block are left out */
    size_t splits;
    double pbo;
    double loss_probability;      /* of the chosen trial's ratio to be below 0 out of sample */
    double sharpe_in, sharpe_out; /* of the chosen one, of one period, means over the splits */
    /* sharpe_out = intercept + slope * sharpe_in by least squares over the splits: performance
     * degrades where the slope is below 0. NAN where all are alike in sample. */
    double slope, intercept;
};

/* How many doubles the measuring needs beside. */
size_t cscv_scratch(size_t trials);

/* False, *ret untouched, when there is nothing to measure: fewer than two trials, or too few
 * periods for CSCV_BLOCKS_MIN blocks. */
bool cscv_measure(const struct cscv_config *config, struct cscv *ret);
