/* SPDX-License-Identifier: MIT */
#include "research/cscv.h"

#include "core/base/prng.h"
#include "test.h"

static bool measure(const double *returns, size_t trials, size_t periods, uint32_t blocks,
                    double *logits, struct cscv *ret)
{
    double *scratch = calloc(cscv_scratch(trials) + 1, sizeof *scratch);
    const bool done =
        cscv_measure(&(struct cscv_config){returns, trials, periods, blocks, scratch, logits}, ret);
    free(scratch);
    return done;
}

/* Normal noise, a part of it common to all; trial 0 has an edge. */
static void make_noise(struct prng *prng, size_t trials, size_t periods, double edge, double *out)
{
    for (size_t i = 0; i < trials * periods; i++) {
        out[i] = 0.02 * prng_normal(prng) + (i < periods ? edge : 0);
    }
}

/*
 * Three trials, four blocks of four periods, so six ways. Within a block a trial earns m - 1, m +
 * 1, m - 1, m + 1 (thousandths). By blocks, the middles m of
 *
 *     a  3 3 1 1      b  1 1 3 3      c  2 2 2 2
 *
 * A half of two like blocks has deviation sqrt(8 / 7), one of two that differ sqrt(16 / 7):
 *
 *     1 2 | 3 4   best in: a (3)            out: a 1, b 3, c 2      a is last: w = 1/4
 *     3 4 | 1 2   best in: b                b is last
 *     four mixed ways: a and b 2 / sqrt(16 / 7), c 2 / sqrt(8 / 7): c best in, c best out: w = 3/4
 */
TEST(six_splits_worked_by_hand)
{
    const double middles[3][4] = {{3, 3, 1, 1}, {1, 1, 3, 3}, {2, 2, 2, 2}};
    double returns[3][16], logits[CSCV_SPLITS_MAX];
    for (int t = 0; t < 3; t++) {
        for (int p = 0; p < 16; p++) {
            returns[t][p] = (middles[t][p / 4] + (p % 2 == 0 ? -1 : 1)) / 1000;
        }
    }
    struct cscv cscv;
    EXPECT(measure(&returns[0][0], 3, 16, 4, logits, &cscv));
    EXPECT_INT(cscv.blocks, 4);
    EXPECT_INT((int64_t)cscv.block_periods, 4);
    EXPECT_INT((int64_t)cscv.splits, 6);
    EXPECT_NEAR(cscv.pbo, 2.0 / 6, 1e-15);
    EXPECT_NEAR(cscv.loss_probability, 0, 0);
    const double like = sqrt(8.0 / 7);
    EXPECT_NEAR(cscv.sharpe_in, (2 * 3 + 4 * 2) / like / 6, 1e-12);
    EXPECT_NEAR(cscv.sharpe_out, (2 * 1 + 4 * 2) / like / 6, 1e-12);
    /* In sample 3 goes with 1 out of it and 2 with 2: a line of slope -1 through both. */
    EXPECT_NEAR(cscv.slope, -1, 1e-9);
    EXPECT_NEAR(cscv.intercept, 4 / like, 1e-9);
    int last = 0, first = 0;
    for (int i = 0; i < 6; i++) {
        last += fabs(logits[i] - log(1.0 / 3)) < 1e-12;
        first += fabs(logits[i] - log(3)) < 1e-12;
    }
    EXPECT_INT(last, 2);
    EXPECT_INT(first, 4);
}

/* The definition, word for word: the rows of a half are put together and measured. */
static double sharpe_of(const double *row, size_t block, uint32_t blocks, uint32_t mask)
{
    double sum = 0, squares = 0, n = 0;
    for (size_t p = 0; p < block * blocks; p++) {
        sum += (mask >> (p / block) & 1) != 0 ? row[p] : 0;
        n += (mask >> (p / block) & 1) != 0;
    }
    for (size_t p = 0; p < block * blocks; p++) {
        squares += (mask >> (p / block) & 1) != 0 ? pow(row[p] - sum / n, 2) : 0;
    }
    return squares > 0 ? sum / n / sqrt(squares / (n - 1)) : 0;
}

static double slow_pbo(const double *returns, size_t trials, size_t block, uint32_t blocks)
{
    double bad = 0, all = 0;
    for (uint32_t mask = 0; mask < UINT32_C(1) << blocks; mask++) {
        if (__builtin_popcount(mask) * 2 != (int)blocks) {
            continue;
        }
        size_t best = 0, rank = 1;
        const size_t width = block * blocks;
        for (size_t t = 1; t < trials; t++) {
            if (sharpe_of(returns + t * width, block, blocks, mask) >
                sharpe_of(returns + best * width, block, blocks, mask)) {
                best = t;
            }
        }
        const double out = sharpe_of(returns + best * width, block, blocks, ~mask);
        for (size_t t = 0; t < trials; t++) {
            rank += sharpe_of(returns + t * width, block, blocks, ~mask) < out;
        }
        const double w = (double)rank / (double)(trials + 1);
        bad += log(w / (1 - w)) <= 0;
        all++;
    }
    return bad / all;
}

TEST(block_sums_give_what_the_definition_gives)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    for (int run = 0; run < 20; run++) {
        double returns[9 * 60];
        const size_t trials = 2 + prng_below(&prng, 8);
        make_noise(&prng, trials, 60, run % 2 == 0 ? 0 : 0.005, returns);
        struct cscv cscv;
        EXPECT(measure(returns, trials, 60, 10, NULL, &cscv));
        EXPECT_INT((int64_t)cscv.splits, 252);
        EXPECT_NEAR(cscv.pbo, slow_pbo(returns, trials, 6, 10), 1e-12);
    }
}

TEST(choosing_among_noise_is_overfit_half_of_the_time)
{
    enum { RUNS = 12, TRIALS = 40, PERIODS = 320 };
    static double returns[TRIALS * PERIODS];
    struct prng prng;
    prng_init(&prng, test_seed());
    double pbo = 0, lost = 0, out = 0, slope = 0;
    for (int run = 0; run < RUNS; run++) {
        struct cscv cscv;
        make_noise(&prng, TRIALS, PERIODS, 0, returns);
        EXPECT(measure(returns, TRIALS, PERIODS, 0, NULL, &cscv));
        EXPECT_INT((int64_t)cscv.splits, CSCV_SPLITS_MAX);
        EXPECT(cscv.sharpe_in > 0.1);
        slope += cscv.slope / RUNS;
        pbo += cscv.pbo / RUNS;
        lost += cscv.loss_probability / RUNS;
        out += cscv.sharpe_out / RUNS;
    }
    EXPECT(pbo > 0.35 && pbo < 0.65);
    EXPECT(lost > 0.35 && lost < 0.65);
    EXPECT_NEAR(out, 0, 0.03);
    EXPECT(slope < 0);
}

TEST(a_true_edge_among_noise_is_found_again_out_of_sample)
{
    enum { TRIALS = 40, PERIODS = 320 };
    static double returns[TRIALS * PERIODS];
    struct prng prng;
    prng_init(&prng, test_seed());
    struct cscv cscv;
    make_noise(&prng, TRIALS, PERIODS, 0.01, returns);
    EXPECT(measure(returns, TRIALS, PERIODS, 0, NULL, &cscv));
    EXPECT(cscv.pbo < 0.02);
    EXPECT(cscv.loss_probability < 0.02);
}

/* What a curve fitter makes: for each half of the blocks a trial that gains there and pays for it
 * in the other. */
TEST(what_is_good_only_where_it_was_looked_for_is_always_overfit)
{
    enum { TRIALS = 6, PERIODS = 40 };
    const unsigned halves[TRIALS] = {3, 5, 6, 9, 10, 12};
    double returns[TRIALS * PERIODS];
    struct prng prng;
    prng_init(&prng, test_seed());
    for (size_t t = 0; t < TRIALS; t++) {
        for (size_t p = 0; p < PERIODS; p++) {
            const bool lucky = (halves[t] >> (p / 10) & 1) != 0;
            returns[t * PERIODS + p] = (lucky ? 0.01 : -0.01) + 0.001 * prng_normal(&prng);
        }
    }
    struct cscv cscv;
    EXPECT(measure(returns, TRIALS, PERIODS, 4, NULL, &cscv));
    EXPECT_NEAR(cscv.pbo, 1, 0);
    EXPECT_NEAR(cscv.loss_probability, 1, 0);
}

TEST(few_periods_have_fewer_blocks_and_too_few_none)
{
    static double returns[4 * 64];
    struct prng prng;
    prng_init(&prng, test_seed());
    make_noise(&prng, 4, 64, 0, returns);
    struct cscv cscv = {.pbo = 7};
    EXPECT(!measure(returns, 4, 15, 0, NULL, &cscv));
    EXPECT(!measure(returns, 1, 64, 0, NULL, &cscv));
    EXPECT_NEAR(cscv.pbo, 7, 0);
    EXPECT(measure(returns, 4, 16, 0, NULL, &cscv));
    EXPECT_INT(cscv.blocks, 4);
    EXPECT(measure(returns, 4, 43, 0, NULL, &cscv));
    EXPECT_INT(cscv.blocks, 10);
    EXPECT_INT((int64_t)cscv.block_periods, 4);
    EXPECT(measure(returns, 4, 64, 0, NULL, &cscv));
    EXPECT_INT(cscv.blocks, 16);
}

/* 43 periods, ten blocks of four: the first three say nothing, however wild. */
TEST(the_oldest_periods_that_fill_no_block_are_left_out)
{
    double returns[3 * 43];
    struct prng prng;
    prng_init(&prng, test_seed());
    make_noise(&prng, 3, 43, 0, returns);
    struct cscv before, after;
    EXPECT(measure(returns, 3, 43, 0, NULL, &before));
    for (int t = 0; t < 3; t++) {
        for (int p = 0; p < 3; p++) {
            returns[t * 43 + p] = 100 * t;
        }
    }
    EXPECT(measure(returns, 3, 43, 0, NULL, &after));
    EXPECT_NEAR(after.pbo, before.pbo, 0);
    EXPECT_NEAR(after.slope, before.slope, 0);
}

/* A trial that rests, or always earns the same, has ratio 0, not one that rounding made. */
TEST(trials_that_never_traded_rank_as_nothing_earned)
{
    double returns[3 * 40] = {0};
    for (int p = 0; p < 40; p++) {
        returns[p] = p % 2 == 0 ? -0.03 : 0.01;
        returns[2 * 40 + p] = 0.1;
    }
    struct cscv cscv;
    EXPECT(measure(returns, 3, 40, 8, NULL, &cscv));
    EXPECT_NEAR(cscv.sharpe_in, 0, 0);
    EXPECT_NEAR(cscv.loss_probability, 0, 0);
    /* Two equals share ranks 2 and 3 of three: 2.5 / 4. */
    EXPECT_NEAR(cscv.pbo, 0, 0);
    EXPECT(isnan(cscv.slope));
}
