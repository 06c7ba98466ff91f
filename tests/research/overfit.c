/* SPDX-License-Identifier: MIT */
/* The worked examples are those of the two papers that research/overfit.h names, and the last
 * digits come from Python's statistics.NormalDist. */
#include "research/overfit.h"

#include "core/base/prng.h"
#include "core/base/timestamp.h"
#include "research/normal.h"
#include "test.h"

#define FEW 12

TEST(the_normal_distribution_at_known_places)
{
    /* By Python's statistics.NormalDist().inv_cdf. */
    const struct {
        double p, x;
    } known[] = {
        {1e-300, -37.0470962993612},
        {1e-20, -9.262340089798405},
        {1e-5, -4.2648907939228256},
        {0.01, -2.3263478740408408},
        {0.075, -1.4395314709384557},
        {0.25, -0.6744897501960817},
        {0.5, 0},
        {0.9, 1.2815515655446008},
        {0.975, 1.9599639845400536},
        {0.9999999, 5.199337582290662},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        EXPECT_NEAR(normal_quantile(known[i].p), known[i].x, 1e-14 * fabs(known[i].x));
        EXPECT_NEAR(normal_cdf(known[i].x) / known[i].p, 1, 1e-12);
    }
    EXPECT(isnan(normal_quantile(0)) && isnan(normal_quantile(1)) && isnan(normal_quantile(NAN)));
    EXPECT_NEAR(normal_density(0), 0.3989422804014327, 1e-16);
    EXPECT_NEAR(normal_density(-2), 0.05399096651318806, 1e-16);
}

/* Two years of months, 3.6 % a month at 7.9 %, skewness -2.448 and kurtosis 10.164: as good as
 * certain by the ratio alone, 0.982, and 0.913 with what its returns look like (2012). */
TEST(a_skewed_record_of_two_years_is_less_certain_than_its_ratio_says)
{
    struct moments fund = {.count = 24, .sharpe = 0.458, .skewness = 0, .kurtosis = 3};
    EXPECT_NEAR(overfit_psr(&fund, 0), 0.982, 0.0005);
    fund.skewness = -2.448;
    fund.kurtosis = 10.164;
    EXPECT_NEAR(overfit_psr(&fund, 0), 0.913, 0.0005);
    EXPECT_NEAR(overfit_psr(&fund, 0), 0.913361083860933, 1e-12);
    EXPECT_NEAR(overfit_psr(&fund, fund.sharpe), 0.5, 1e-12);
}

/* An annual ratio of 2 against 1 at 95 %: 2.73 years of days, 2.83 of weeks, 3.24 of months; 4.99
 * when the months look like those of hedge funds (2012). */
TEST(the_shortest_record_that_proves_a_ratio_of_two_above_one)
{
    const struct {
        double a_year, skewness, kurtosis, years;
    } known[] = {{250, 0, 3, 2.73}, {52, 0, 3, 2.83}, {12, 0, 3, 3.24}, {12, -0.72, 5.78, 4.99}};
    for (size_t i = 0; i < 4; i++) {
        const double root = sqrt(known[i].a_year);
        const struct moments moments = {.count = 100,
                                        .sharpe = 2 / root,
                                        .skewness = known[i].skewness,
                                        .kurtosis = known[i].kurtosis};
        const double periods = overfit_minimum_track(&moments, 1 / root, 0.95);
        EXPECT_NEAR(periods / known[i].a_year, known[i].years, 0.005);
    }
}

TEST(a_record_of_just_that_length_has_the_probability_asked_for)
{
    struct moments moments = {.count = 2, .sharpe = 0.1, .skewness = -1, .kurtosis = 9};
    const double periods = overfit_minimum_track(&moments, 0.02, 0.9);
    moments.count = (size_t)ceil(periods);
    EXPECT(overfit_psr(&moments, 0.02) >= 0.9);
    moments.count--;
    EXPECT(overfit_psr(&moments, 0.02) < 0.9);
}

TEST(a_record_is_never_long_enough_for_a_ratio_above_its_own)
{
    const struct moments moments = {.count = 500, .sharpe = 0.1, .skewness = 0, .kurtosis = 3};
    EXPECT(isnan(overfit_minimum_track(&moments, 0.1, 0.95)));
    EXPECT(isnan(overfit_minimum_track(&moments, 0.2, 0.95)));
    EXPECT_INT(overfit_track_ns(NAN, NS_PER_DAY), INT64_MAX);
    EXPECT_INT(overfit_track_ns(1e9, NS_PER_DAY), INT64_MAX);
    EXPECT_INT(overfit_track_ns(682.2, NS_PER_DAY), 683 * NS_PER_DAY);
}

/* Five years of days at an annual 2.5, skewness -3, kurtosis 10, the trials' annual ratios with
 * variance 1/2: after 100 trials SR0 is 0.1132 and DSR 0.9004, after 46 DSR is 0.9505, and normal
 * returns would have it after 88 (2014). */
TEST(a_ratio_that_was_the_best_of_a_hundred)
{
    struct moments best = {
        .count = 1250, .sharpe = 2.5 / sqrt(250), .skewness = -3, .kurtosis = 10};
    const double variance = 0.5 / 250;
    EXPECT_NEAR(overfit_expected_maximum(variance, 100), 0.1132, 0.00005);
    EXPECT_NEAR(overfit_psr(&best, overfit_expected_maximum(variance, 100)), 0.9004, 0.00005);
    EXPECT_NEAR(overfit_psr(&best, overfit_expected_maximum(variance, 46)), 0.9505, 0.00005);
    best.skewness = 0;
    best.kurtosis = 3;
    EXPECT_NEAR(overfit_psr(&best, overfit_expected_maximum(variance, 88)), 0.9505, 0.00005);
}

/* What the formula expects against what comes: the best of N normal draws, ten thousand times. */
TEST(the_best_of_many_draws_is_what_the_formula_expects)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    const int trials[] = {10, 100, 1000};
    for (int k = 0; k < 3; k++) {
        double sum = 0;
        const int runs = 2000;
        for (int run = 0; run < runs; run++) {
            double best = -INFINITY;
            for (int i = 0; i < trials[k]; i++) {
                best = fmax(best, 0.3 * prng_normal(&prng));
            }
            sum += best;
        }
        EXPECT_NEAR(overfit_expected_maximum(0.09, trials[k]) / (sum / runs), 1, 0.05);
    }
}

TEST(the_variance_is_that_of_the_trials_and_one_that_never_traded_had_nothing)
{
    const struct moments best = {.count = 400, .sharpe = 0.2, .skewness = 0, .kurtosis = 3};
    /* 0.2 0 -0.1 0.1 0: mean 0.04, squares 0.0256 + 0.0016 + 0.0196 + 0.0036 + 0.0016 = 0.052. */
    const double sharpes[] = {0.2, 0, -0.1, 0.1, NAN};
    const double benchmark = overfit_expected_maximum(0.052 / 4, 5);
    EXPECT_NEAR(overfit_dsr(&best, sharpes, 5), overfit_psr(&best, benchmark), 1e-12);
    EXPECT_NEAR(overfit_dsr(&best, sharpes, 1), overfit_psr(&best, 0), 0);
}

TEST(the_best_of_a_hundred_that_are_noise_is_not_believed_and_an_edge_is)
{
    enum { TRIALS = 100, DAYS = 500 };
    static double returns[TRIALS][DAYS];
    struct prng prng;
    prng_init(&prng, test_seed());
    double believed = 0, sure = 0;
    for (int run = 0; run < FEW; run++) {
        struct moments moments[TRIALS];
        double sharpes[TRIALS];
        size_t best = 0;
        for (size_t t = 0; t < TRIALS; t++) {
            for (size_t d = 0; d < DAYS; d++) {
                returns[t][d] = 0.02 * prng_normal(&prng);
            }
            moments_measure(returns[t], DAYS, &moments[t]);
            sharpes[t] = moments[t].sharpe;
            best = sharpes[t] > sharpes[best] ? t : best;
        }
        sure += overfit_psr(&moments[best], 0) / FEW;
        believed += overfit_dsr(&moments[best], sharpes, TRIALS) / FEW;
    }
    EXPECT(sure > 0.98); /* looked at alone, each of the winners is beyond doubt */
    EXPECT(believed > 0.3 && believed < 0.7);
    struct moments edge;
    double sharpes[TRIALS];
    for (size_t t = 0; t < TRIALS; t++) {
        sharpes[t] = 0.045 * prng_normal(&prng);
    }
    for (size_t d = 0; d < DAYS; d++) {
        returns[0][d] += 0.006;
    }
    moments_measure(returns[0], DAYS, &edge);
    sharpes[0] = edge.sharpe;
    EXPECT(overfit_dsr(&edge, sharpes, TRIALS) > 0.95);
}

TEST(what_has_no_ratio_has_no_probability)
{
    struct moments still;
    const double same[] = {0.1, 0.1, 0.1};
    moments_measure(same, 3, &still);
    EXPECT(isnan(overfit_psr(&still, 0)) && isnan(overfit_dsr(&still, same, 3)));
    EXPECT(isnan(overfit_minimum_track(&still, 0, 0.95)));
    EXPECT_NEAR(overfit_expected_maximum(0, 100), 0, 0);
    EXPECT_NEAR(overfit_expected_maximum(1, 1), 0, 0);
    EXPECT_NEAR(overfit_expected_maximum(NAN, 10), 0, 0);
}
