/* SPDX-License-Identifier: MIT */
#include "research/cscv.h"

#include <math.h>

#include "core/base/check.h"

/* What a block, or a half, is known by: the sums of its returns and of their squares. */
enum { SUM, SQUARES, SUMS };

/* The caller's scratch, cut up. Trials lie side by side, so that a loop over them streams. */
struct work {
    size_t trials, half_periods;
    uint32_t blocks;
    double *of_block; /* [block][SUMS][trial] */
    double *of_half;  /* [SUMS][trial] */
    double *in, *out; /* [trial]: the ratios of a half, and of the other */
};

/* Over all splits. */
struct totals {
    size_t splits, overfit, lost;
    double in, out, in_squares, in_out;
};

size_t cscv_scratch(size_t trials)
{
    return trials * (CSCV_BLOCKS * SUMS + SUMS + 2);
}

static uint32_t choose_blocks(const struct cscv_config *config)
{
    uint32_t blocks = config->blocks == 0 ? CSCV_BLOCKS : config->blocks;
    CHECK(blocks % 2 == 0 && blocks <= CSCV_BLOCKS);
    while (blocks >= CSCV_BLOCKS_MIN && config->periods / blocks < CSCV_PERIODS_MIN) {
        blocks -= 2;
    }
    return blocks;
}

/* Once, so that a split adds up blocks and never looks at a return. */
static void sum_blocks(const struct cscv_config *config, size_t block_periods, struct work *work)
{
    const size_t skipped = config->periods - block_periods * work->blocks;
    for (size_t trial = 0; trial < work->trials; trial++) {
        const double *at = config->returns + trial * config->periods + skipped;
        for (uint32_t block = 0; block < work->blocks; block++) {
            double sum = 0, squares = 0;
            for (size_t i = 0; i < block_periods; i++, at++) {
                sum += *at;
                squares += *at * *at;
            }
            double *sums = work->of_block + block * SUMS * work->trials;
            sums[SUM * work->trials + trial] = sum;
            sums[SQUARES * work->trials + trial] = squares;
        }
    }
}

static void measure_half(const struct work *work, uint32_t mask, double *ret_sharpes)
{
    const size_t width = SUMS * work->trials;
    for (size_t i = 0; i < width; i++) {
        work->of_half[i] = 0;
    }
    for (uint32_t block = 0; block < work->blocks; block++) {
        const double *sums = work->of_block + block * width;
        for (size_t i = 0; (mask >> block & 1) != 0 && i < width; i++) {
            work->of_half[i] += sums[i];
        }
    }
    const double n = (double)work->half_periods, root = sqrt((n - 1) / n);
    for (size_t i = 0; i < work->trials; i++) {
        const double sum = work->of_half[i], squares = work->of_half[work->trials + i];
        const double moved = n * squares - sum * sum;
        /* What rounding leaves of returns that are all the same is no deviation. */
        ret_sharpes[i] = moved > 1e-12 * n * squares ? sum / sqrt(moved) * root : 0;
    }
}

/* Chooses by `in` and looks it up in `out`: its logit. */
static double judge(const double *in, const double *out, size_t trials, struct totals *totals)
{
    size_t best = 0, below = 0, equal = 0;
    for (size_t i = 1; i < trials; i++) {
        best = in[i] > in[best] ? i : best;
    }
    for (size_t i = 0; i < trials; i++) {
        below += out[i] < out[best];
        equal += out[i] == out[best];
    }
    const double rank = (double)below + ((double)equal + 1) / 2;
    const double behind = (double)trials + 1 - rank;
    totals->splits++;
    totals->overfit += rank <= behind;
    totals->lost += out[best] < 0;
    totals->in += in[best];
    totals->out += out[best];
    totals->in_squares += in[best] * in[best];
    totals->in_out += in[best] * out[best];
    return log(rank / behind);
}

static void conclude(const struct totals *totals, struct cscv *ret)
{
    const double n = (double)totals->splits;
    ret->splits = totals->splits;
    ret->pbo = (double)totals->overfit / n;
    ret->loss_probability = (double)totals->lost / n;
    ret->sharpe_in = totals->in / n;
    ret->sharpe_out = totals->out / n;
    const double spread = totals->in_squares / n - ret->sharpe_in * ret->sharpe_in;
    const double together = totals->in_out / n - ret->sharpe_in * ret->sharpe_out;
    ret->slope = spread > 1e-12 * totals->in_squares / n ? together / spread : NAN;
    ret->intercept = ret->sharpe_out - ret->slope * ret->sharpe_in;
}

bool cscv_measure(const struct cscv_config *config, struct cscv *ret)
{
    const uint32_t blocks = choose_blocks(config);
    if (config->trials < 2 || blocks < CSCV_BLOCKS_MIN) {
        return false;
    }
    const size_t trials = config->trials, block_periods = config->periods / blocks;
    double *after = config->scratch + trials * SUMS * blocks;
    struct work work = {.trials = trials,
                        .half_periods = block_periods * blocks / 2,
                        .blocks = blocks,
                        .of_block = config->scratch,
                        .of_half = after,
                        .in = after + SUMS * trials,
                        .out = after + (SUMS + 1) * trials};
    sum_blocks(config, block_periods, &work);
    struct totals totals = {0};
    const uint32_t all = (UINT32_C(1) << blocks) - 1;
    /* Each half that has the first block, and the other way round: every split once. */
    for (uint32_t mask = 1; mask < all; mask += 2) {
        if (__builtin_popcount(mask) != (int)blocks / 2) {
            continue;
        }
        measure_half(&work, mask, work.in);
        measure_half(&work, all & ~mask, work.out);
        const double there = judge(work.in, work.out, trials, &totals);
        const double back = judge(work.out, work.in, trials, &totals);
        if (config->logits != NULL) {
            config->logits[totals.splits - 2] = there;
            config->logits[totals.splits - 1] = back;
        }
    }
    *ret = (struct cscv){.blocks = blocks, .block_periods = block_periods};
    conclude(&totals, ret);
    return true;
}
