/* SPDX-License-Identifier: MIT */
#include "research/learn/scores.h"

#include "core/base/prng.h"
#include "core/model/sigmoid.h"
#include "test.h"

#define MANY 20000

static struct scores_row scratch[MANY];

TEST(log_odds_and_probabilities_are_two_ways_to_say_the_same)
{
    EXPECT_NEAR(sigmoid(0), 0.5, 0);
    EXPECT_NEAR(sigmoid(log(3)), 0.75, 1e-15);
    EXPECT_NEAR(sigmoid(-800), 0, 0);
    EXPECT_NEAR(sigmoid(800), 1, 0);
    for (double x = -30; x <= 30; x += 0.7) {
        EXPECT_NEAR(log_odds(sigmoid(x)), x, x > 20 ? 0.01 : 1e-7);
        EXPECT_NEAR(sigmoid(x) + sigmoid(-x), 1, 1e-15);
    }
    EXPECT_NEAR(log_loss(0.25, true), log(4), 1e-15);
    EXPECT_NEAR(log_loss(0.25, false), log(4.0 / 3), 1e-15);
    EXPECT_NEAR(log_loss(0, true), 34.538776394910684, 1e-12); /* 15 ln 10 */
    EXPECT(isfinite(log_loss(1, false)) && isfinite(log_odds(1)) && isfinite(log_odds(0)));
}

/* 0.9 won, 0.6 lost, 0.4 won, 0.2 lost. */
TEST(four_predictions_worked_by_hand)
{
    const double p[] = {0.9, 0.6, 0.4, 0.2}, rewards[] = {3, -1, 2, -2};
    const bool won[] = {true, false, true, false};
    struct scores scores;
    scores_measure(&(struct predictions){p, won, NULL, rewards, 4}, 0.5, 2, scratch, &scores);
    EXPECT_INT(scores.count, 4);
    EXPECT_NEAR(scores.effective, 4, 0);
    EXPECT_NEAR(scores.base_rate, 0.5, 0);
    EXPECT_NEAR(scores.confidence, 2.1 / 4, 1e-15);
    EXPECT_NEAR(scores.log_loss, -(log(0.9) + log(0.4) + log(0.4) + log(0.8)) / 4, 1e-15);
    EXPECT_NEAR(scores.brier, (0.01 + 0.36 + 0.36 + 0.04) / 4, 1e-15);
    /* Two are said yes to, one of them right; one of the two others is right. */
    EXPECT_INT(scores.taken, 2);
    EXPECT_NEAR(scores.accuracy, 0.5, 0);
    EXPECT_NEAR(scores.precision, 0.5, 0);
    EXPECT_NEAR(scores.recall, 0.5, 0);
    EXPECT_NEAR(scores.auc, 0.75, 0); /* of the four pairs only (0.4 won, 0.6 lost) is wrong */
    EXPECT_NEAR(scores.reward_all, 0.5, 0);
    EXPECT_NEAR(scores.reward_taken, 1, 0);
    /* Bins: 0.2 0.4 (0.3 said, 0.5 came) and 0.6 0.9 (0.75 said, 0.5 came). */
    EXPECT_INT(scores.bin_count, 2);
    EXPECT_NEAR(scores.bins[0].predicted, 0.3, 1e-15);
    EXPECT_NEAR(scores.bins[1].predicted, 0.75, 1e-15);
    EXPECT_NEAR(scores.bins[1].observed, 0.5, 0);
    EXPECT_NEAR(scores.calibration_error, (0.2 + 0.25) / 2, 1e-15);
}

TEST(what_says_exactly_the_threshold_is_taken)
{
    const double p[] = {0.55, 0.5499};
    const bool won[] = {true, true};
    struct scores scores;
    scores_measure(&(struct predictions){p, won, NULL, NULL, 2}, 0.55, 1, scratch, &scores);
    EXPECT_INT(scores.taken, 1);
    EXPECT(isnan(scores.reward_all) && isnan(scores.reward_taken));
    EXPECT(isnan(scores.auc)); /* nothing lost */
}

TEST(a_weight_of_two_is_the_row_twice)
{
    const double p[] = {0.8, 0.8, 0.3, 0.3, 0.3, 0.5}, rewards[] = {1, 1, -2, -2, -2, 4};
    const bool won[] = {true, true, false, false, false, true};
    const double few[] = {0.8, 0.3, 0.5}, few_rewards[] = {1, -2, 4}, weights[] = {2, 3, 1};
    const bool few_won[] = {true, false, true};
    struct scores twice, weighed;
    scores_measure(&(struct predictions){p, won, NULL, rewards, 6}, 0.4, 3, scratch, &twice);
    scores_measure(&(struct predictions){few, few_won, weights, few_rewards, 3}, 0.4, 3, scratch,
                   &weighed);
    EXPECT_NEAR(weighed.log_loss, twice.log_loss, 1e-15);
    EXPECT_NEAR(weighed.brier, twice.brier, 1e-15);
    EXPECT_NEAR(weighed.auc, twice.auc, 1e-15);
    EXPECT_NEAR(weighed.accuracy, twice.accuracy, 1e-15);
    EXPECT_NEAR(weighed.precision, twice.precision, 1e-15);
    EXPECT_NEAR(weighed.reward_taken, twice.reward_taken, 1e-15);
    EXPECT_NEAR(weighed.calibration_error, twice.calibration_error, 1e-15);
}

TEST(no_answer_does_not_count_and_nothing_is_no_figure)
{
    const double p[] = {NAN, 0.7, NAN};
    const bool won[] = {false, true, false};
    struct scores scores;
    scores_measure(&(struct predictions){p, won, NULL, NULL, 3}, 0.5, 4, scratch, &scores);
    EXPECT_INT(scores.count, 1);
    EXPECT_NEAR(scores.accuracy, 1, 0);
    scores_measure(&(struct predictions){p, won, NULL, NULL, 0}, 0.5, 4, scratch, &scores);
    EXPECT_INT(scores.count + scores.bin_count, 0);
    EXPECT(isnan(scores.log_loss) && isnan(scores.precision) && isnan(scores.calibration_error));
}

TEST(equal_probabilities_share_a_bin_and_count_half_in_the_auc)
{
    double p[100];
    bool won[100];
    struct scores scores;
    for (size_t i = 0; i < 100; i++) {
        p[i] = 0.4;
        won[i] = i % 5 < 2;
    }
    scores_measure(&(struct predictions){p, won, NULL, NULL, 100}, 0.5, 10, scratch, &scores);
    EXPECT_INT(scores.bin_count, 1);
    EXPECT_INT(scores.bins[0].count, 100);
    EXPECT_NEAR(scores.calibration_error, 0, 1e-12);
    EXPECT_NEAR(scores.auc, 0.5, 0);
    EXPECT(isnan(scores.precision)); /* nothing was taken */
    EXPECT_NEAR(scores.recall, 0, 0);
}

TEST(wilsons_interval_at_known_places)
{
    /* By the formula in Python, z = 1.9599639845400545. */
    struct interval of = scores_wilson(0.9, 10, 0.95);
    EXPECT_NEAR(of.low, 0.5958499732047614, 1e-13);
    EXPECT_NEAR(of.high, 0.982123786904927, 1e-13);
    of = scores_wilson(0, 20, 0.95);
    EXPECT_NEAR(of.low, 0, 0);
    EXPECT_NEAR(of.high, 0.1611251580528194, 1e-13);
    of = scores_wilson(0.3, 0, 0.95);
    EXPECT_NEAR(of.high - of.low, 1, 0);
}

TEST(overlapping_rows_are_worth_fewer)
{
    const double tenth[] = {0.1, 0.1, 0.1, 0.1}, own[] = {9, 1, 1, 1};
    EXPECT_NEAR(scores_effective(tenth, 4), 0.4, 1e-15); /* four that overlap ten times */
    EXPECT_NEAR(scores_effective(own, 4), 144.0 / 84, 1e-15);
    EXPECT_NEAR(scores_effective(NULL, 4), 4, 0);
    EXPECT_NEAR(scores_effective(NULL, 0), 0, 0);
}

/* Outcomes drawn with the probability that was said. */
TEST(who_says_the_truth_is_calibrated_and_what_the_bins_tell_holds_it)
{
    static double p[MANY];
    static bool won[MANY];
    struct prng prng;
    struct scores scores;
    prng_init(&prng, test_seed());
    double entropy = 0;
    for (size_t i = 0; i < MANY; i++) {
        p[i] = 0.1 + 0.8 * prng_real(&prng);
        won[i] = prng_real(&prng) < p[i];
        entropy += (p[i] * log_loss(p[i], true) + (1 - p[i]) * log_loss(p[i], false)) / MANY;
    }
    scores_measure(&(struct predictions){p, won, NULL, NULL, MANY}, 0.5, 20, scratch, &scores);
    EXPECT_NEAR(scores.log_loss, entropy, 0.015);
    EXPECT(scores.calibration_error < 0.02);
    int inside = 0;
    for (uint32_t b = 0; b < scores.bin_count; b++) {
        const struct reliability_bin *bin = &scores.bins[b];
        EXPECT_INT(bin->count, MANY / 20);
        inside += bin->predicted >= bin->within.low && bin->predicted <= bin->within.high;
    }
    EXPECT(inside >= 16);
    for (size_t i = 0; i < MANY; i++) { /* the same, said too boldly */
        p[i] = sigmoid(2 * log_odds(p[i]));
    }
    struct scores bold;
    scores_measure(&(struct predictions){p, won, NULL, NULL, MANY}, 0.5, 20, scratch, &bold);
    EXPECT(bold.log_loss > scores.log_loss && bold.brier > scores.brier);
    EXPECT(bold.calibration_error > 0.08);
    EXPECT_NEAR(bold.auc, scores.auc, 1e-12); /* the order is the same */
}
