/* SPDX-License-Identifier: MIT */
#include "research/learn/shrink.h"

#include "core/base/prng.h"
#include "core/model/ensemble.h"
#include "core/model/sigmoid.h"
#include "test.h"

#define MANY 8000

static struct shrink_row rows[MANY];

TEST(a_model_is_trusted_as_far_as_its_examples_outweigh_the_pooled_one)
{
    EXPECT_NEAR(shrink_weight(300, 100), 0.75, 1e-15);
    EXPECT_NEAR(shrink_weight(0, 100), 0, 0);
    EXPECT_NEAR(shrink_weight(0, 0), 0, 0);
    EXPECT_NEAR(shrink_weight(5, 0), 1, 0);
    EXPECT_NEAR(shrink_weight(1e9, INFINITY), 0, 0);
    /* Half way between odds of 1 and odds of 9 in log-odds: odds of 3. */
    EXPECT_NEAR(probability_between(0.9, 0.5, 0.5), 0.75, 1e-15);
    EXPECT_NEAR(probability_between(0.9, 0.5, 1), 0.9, 0);
    EXPECT_NEAR(probability_between(NAN, 0.3, 0), 0.3, 0);
}

/* Strategies' truths lie `apart` from the pooled one; their own models, fitted to n examples, miss
 * their truth by a deviation of 2 / sqrt(n), about that of an intercept at even odds. */
static void draw(struct prng *prng, double apart)
{
    for (size_t s = 0; s < MANY / 100; s++) {
        const double examples = 20 * pow(2, (double)(s % 8));
        const double truth = apart * prng_normal(prng);
        const double own = truth + 2 / sqrt(examples) * prng_normal(prng);
        for (size_t i = 0; i < 100; i++) {
            rows[s * 100 + i] = (struct shrink_row){.own = sigmoid(own),
                                                    .pooled = 0.5,
                                                    .examples = examples,
                                                    .weight = 1,
                                                    .won = prng_real(prng) < sigmoid(truth)};
        }
    }
}

/* The best k is the variance of one example over that of the truths: 4 / 0.2^2 = 100 where they
 * lie 0.2 apart; nothing between them makes own models useless, much between them the pooled one.
 */
TEST(k_is_what_the_strategies_have_in_common)
{
    struct prng prng;
    struct shrink shrink;
    prng_init(&prng, test_seed());
    draw(&prng, 0);
    EXPECT(shrink_choose(rows, MANY, &shrink));
    EXPECT(shrink.k >= 1000);
    EXPECT(shrink.losses[SHRINK_CHOICES - 1] > shrink.loss);
    draw(&prng, 0.2);
    EXPECT(shrink_choose(rows, MANY, &shrink));
    EXPECT(shrink.k >= 30 && shrink.k <= 300);
    EXPECT(shrink.losses[0] > shrink.loss && shrink.losses[SHRINK_CHOICES - 1] > shrink.loss);
    draw(&prng, 2);
    EXPECT(shrink_choose(rows, MANY, &shrink));
    EXPECT(shrink.k <= 30);
}

TEST(where_all_are_alike_the_pooled_model_is_taken)
{
    struct shrink shrink;
    for (size_t i = 0; i < 10; i++) {
        rows[i] = (struct shrink_row){NAN, 0.4, 50, 1, i < 4};
    }
    EXPECT(shrink_choose(rows, 10, &shrink));
    EXPECT(isinf(shrink.k));
    EXPECT_NEAR(shrink.loss, 0.4 * log(2.5) + 0.6 * log(1 / 0.6), 1e-12);
    rows[0].weight = 0;
    EXPECT(!shrink_choose(rows, 1, &shrink));
    EXPECT(!shrink_choose(rows, 0, &shrink));
}

/* 0.8 and 0.4 mix to 0.6; it won: weights as 0.8 to 0.4, to the power of the rate. */
TEST(an_ensemble_of_two_worked_by_hand)
{
    struct ensemble ensemble;
    double mixed, shares[2];
    ensemble_init(&ensemble, 2);
    EXPECT(ensemble_mix(&ensemble, (double[]){0.8, 0.4}, &mixed, shares));
    EXPECT_NEAR(mixed, 0.6, 1e-15);
    ensemble_learn(&ensemble, (double[]){0.8, 0.4}, true, 1);
    EXPECT_NEAR(ensemble.weights[0] / ensemble.weights[1], pow(2, ENSEMBLE_RATE), 1e-12);
    ensemble_learn(&ensemble, (double[]){0.8, 0.4}, true, 0.5); /* half an example */
    EXPECT_NEAR(ensemble.weights[0] / ensemble.weights[1], pow(2, 1.5 * ENSEMBLE_RATE), 1e-12);
    EXPECT_INT(ensemble.updates, 2);
    ensemble_learn(&ensemble, (double[]){0.8, 0.4}, true, NAN);
    EXPECT_INT(ensemble.updates, 2);
}

TEST(who_sleeps_is_spoken_for_and_keeps_its_weight)
{
    struct ensemble ensemble;
    double mixed = 7, shares[3];
    ensemble_init(&ensemble, 3);
    EXPECT(ensemble_mix(&ensemble, (double[]){NAN, 0.2, 0.6}, &mixed, shares));
    EXPECT_NEAR(mixed, 0.4, 1e-15);
    EXPECT_NEAR(shares[0], 0, 0);
    EXPECT_NEAR(shares[1] + shares[2], 1, 1e-15);
    ensemble_learn(&ensemble, (double[]){NAN, 0.2, 0.6}, true, 1);
    EXPECT_NEAR(ensemble.weights[0], 1.0 / 3, 1e-15);
    EXPECT_NEAR(ensemble.weights[2] / ensemble.weights[1], pow(3, ENSEMBLE_RATE), 1e-12);
    EXPECT(!ensemble_mix(&ensemble, (double[]){NAN, NAN, NAN}, &mixed, shares));
    EXPECT_NEAR(mixed, 0.4, 1e-15);
}

/* Members of all kinds, also certain and wrong ones: whatever they say the ensemble loses at most
 * ln 3 / rate more than the best of them, and what the floor costs. */
TEST(an_ensemble_is_as_good_as_its_best_member_and_none_of_them_dies)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    for (int run = 0; run < 100; run++) {
        struct ensemble ensemble;
        double mixed_loss = 0, losses[3] = {0};
        const double skill = prng_real(&prng);
        ensemble_init(&ensemble, 3);
        for (int i = 0; i < 1000; i++) {
            const double truth = prng_real(&prng);
            const bool won = prng_real(&prng) < truth;
            const double p[] = {sigmoid(skill * log_odds(truth)), 0.5,
                                run % 2 == 0 ? 1.0 : prng_real(&prng)};
            double mixed, sum = 0;
            EXPECT(ensemble_mix(&ensemble, p, &mixed, NULL));
            mixed_loss += log_loss(mixed, won);
            for (int k = 0; k < 3; k++) {
                losses[k] += log_loss(p[k], won);
            }
            ensemble_learn(&ensemble, p, won, 1);
            for (int k = 0; k < 3; k++) {
                EXPECT(ensemble.weights[k] >= ENSEMBLE_FLOOR * (1 - 1e-12));
                sum += ensemble.weights[k];
            }
            EXPECT_NEAR(sum, 1, 1e-12);
        }
        const double best = fmin(fmin(losses[0], losses[1]), losses[2]);
        EXPECT(mixed_loss <= best + log(3) / ENSEMBLE_RATE - 1000 * log(1 - 2 * ENSEMBLE_FLOOR));
    }
}

TEST(a_member_whose_time_comes_again_is_back_soon)
{
    struct prng prng;
    struct ensemble ensemble;
    prng_init(&prng, test_seed());
    ensemble_init(&ensemble, 2);
    int back = 0;
    for (int i = 0; i < 2400; i++) {
        const double truth = prng_real(&prng), wrong = 1 - truth;
        const bool won = prng_real(&prng) < truth;
        const bool late = i >= 2000;
        ensemble_learn(&ensemble, (double[]){late ? wrong : truth, late ? truth : 0.5}, won, 1);
        if (i == 1999) {
            EXPECT(ensemble.weights[0] > 0.9);
        }
        back += late && ensemble.weights[1] < 0.5;
    }
    EXPECT(ensemble.weights[1] > 0.9);
    EXPECT(back < 40);
}
