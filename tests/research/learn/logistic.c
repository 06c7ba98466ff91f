/* SPDX-License-Identifier: MIT */
#include "research/learn/logistic.h"

#include "core/base/prng.h"
#include "core/model/online.h"
#include "core/model/sigmoid.h"
#include "test.h"

#define MANY 20000
#define WIDE 5

static double figures[MANY][WIDE];
static double weights[MANY];
static bool won[MANY];

static const double truth[WIDE] = {0.8, -0.5, 0, 0.3, 0};

/* Ten weighted examples with two figures missing, by Newton's method in Python. */
TEST(ten_examples_worked_by_another_program)
{
    const double x[10][2] = {{1, 10}, {2, NAN}, {3, 14}, {4, 9},  {5, 20},
                             {6, 13}, {7, NAN}, {8, 15}, {9, 11}, {10, 18}};
    const bool y[] = {false, false, true, false, false, true, true, false, true, true};
    const double w[] = {1, 1, 2, 1, 1, 0.5, 1, 1, 1, 3};
    struct linear linear;
    const struct logistic_config config = {x[0], y, w, 10, 2, 1};
    EXPECT(logistic_fit(&config, &linear));
    EXPECT_NEAR(linear.means[0], 6, 1e-12);
    EXPECT_NEAR(linear.means[1], 14.619047619047619, 1e-12);
    EXPECT_NEAR(linear.scales[0], 3.1749015732775088, 1e-12);
    EXPECT_NEAR(linear.scales[1], 3.538579086316057, 1e-12);
    EXPECT_NEAR(linear.weights[0], 0.8116990008924221, 1e-8);
    EXPECT_NEAR(linear.weights[1], 0.08439080649652111, 1e-8);
    EXPECT_NEAR(linear.intercept, 0.47487376109497886, 1e-8);
    double moved[2];
    const double unknown[] = {NAN, INFINITY};
    EXPECT_NEAR(linear_margin(&linear, unknown, moved), linear.intercept, 0);
    EXPECT_NEAR(moved[0] + moved[1], 0, 0);
}

static void draw(struct prng *prng, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        double margin = -0.4;
        for (int k = 0; k < WIDE; k++) {
            const double x = prng_normal(prng);
            margin += truth[k] * x;
            figures[i][k] = k == 1 ? 1e6 + 250 * x : x; /* one in units of its own */
        }
        won[i] = prng_real(prng) < sigmoid(margin);
        weights[i] = 0.5 + prng_real(prng);
    }
}

TEST(the_weights_that_made_the_outcomes_are_found_again)
{
    struct prng prng;
    struct linear linear;
    prng_init(&prng, test_seed());
    draw(&prng, MANY);
    const struct logistic_config config = {figures[0], won, weights, MANY, WIDE, LOGISTIC_L2};
    EXPECT(logistic_fit(&config, &linear));
    EXPECT(linear_is_sound(&linear));
    EXPECT_NEAR(linear.intercept, -0.4, 0.06);
    for (int k = 0; k < WIDE; k++) {
        EXPECT_NEAR(linear.weights[k], truth[k], 0.06);
    }
}

TEST(what_separates_the_examples_is_held_and_what_never_moves_weighs_nothing)
{
    struct linear linear;
    for (size_t i = 0; i < 100; i++) {
        figures[i][0] = i < 50 ? -1 : 1;
        figures[i][1] = 0.1; /* whose mean rounds */
        figures[i][2] = NAN;
        figures[i][3] = figures[i][0]; /* told twice */
        figures[i][4] = i == 7 ? 1e300 : 0;
        won[i] = i >= 50;
    }
    const struct logistic_config config = {figures[0], won, NULL, 100, WIDE, 1};
    EXPECT(logistic_fit(&config, &linear));
    EXPECT(linear_is_sound(&linear));
    EXPECT(linear.weights[0] > 0.5 && linear.weights[0] < 5);
    EXPECT_NEAR(linear.weights[0], linear.weights[3], 1e-6);
    EXPECT_NEAR(linear.weights[1], 0, 0);
    EXPECT_NEAR(linear.weights[2], 0, 0);
    for (size_t i = 0; i < 100; i++) {
        won[i] = true;
    }
    EXPECT(!logistic_fit(&config, &linear));
}

TEST(a_model_from_outside_is_refused_when_it_is_not_sound)
{
    struct linear linear = {.count = 1, .scales = {1}};
    EXPECT(linear_is_sound(&linear));
    linear.scales[0] = 0;
    EXPECT(!linear_is_sound(&linear));
    linear.scales[0] = INFINITY;
    EXPECT(!linear_is_sound(&linear));
    linear = (struct linear){.count = 1, .scales = {1}, .weights = {NAN}};
    EXPECT(!linear_is_sound(&linear));
    linear = (struct linear){.count = LINEAR_FEATURE_MAX + 1};
    EXPECT(!linear_is_sound(&linear));
}

TEST(contributions_and_intercept_are_the_margin_and_one_wild_figure_is_reined_in)
{
    struct prng prng;
    struct linear linear = {.count = WIDE, .intercept = 0.1};
    prng_init(&prng, test_seed());
    for (uint32_t k = 0; k < WIDE; k++) {
        linear.weights[k] = prng_normal(&prng);
        linear.scales[k] = 0.5 + prng_real(&prng);
        linear.means[k] = prng_normal(&prng);
    }
    for (int run = 0; run < 1000; run++) {
        double x[WIDE], moved[WIDE];
        for (int k = 0; k < WIDE; k++) {
            x[k] = prng_below(&prng, 9) == 0 ? NAN : 1000 * prng_normal(&prng);
        }
        const double margin = linear_margin(&linear, x, moved);
        double sum = linear.intercept;
        for (int k = 0; k < WIDE; k++) {
            sum += moved[k];
            EXPECT(fabs(moved[k]) <= LINEAR_REACH * fabs(linear.weights[k]) * (1 + 1e-15));
        }
        EXPECT_NEAR(sum, margin, 0);
    }
}

/* The first step by hand: even odds, it won, input 2. Of four pairs one counts: w = 0.25, and
 * p (1 - p) = 0.25. */
TEST(one_outcome_moves_the_online_model_by_hand)
{
    struct online online;
    online_init(
        &online,
        &(struct linear){.count = 1, .intercept = 7, .means = {3}, .scales = {2}, .weights = {5}});
    EXPECT_NEAR(online_ask(&online, 0.8, (double[]){7}, NULL), 0.8, 1e-15);
    EXPECT(online_learn(&online, 0.5, (double[]){7}, true, 1));
    const double variance = 0.0002 / (1 + 0.0002 * 0.25 * 0.25 * 4);
    EXPECT_NEAR(online.change.weights[0], variance * 0.25 * 0.5 * 2, 1e-18);
    EXPECT_NEAR(online.change.intercept, 0.01 / (1 + 0.01 * 0.0625) * 0.125, 1e-16);
    EXPECT_INT(online.updates, 1);
    const struct online before = online;
    EXPECT(!online_learn(&online, 0.5, (double[]){7}, true, 0));
    EXPECT(!online_learn(&online, 0.5, (double[]){7}, true, NAN));
    EXPECT(!online_learn(&online, NAN, (double[]){7}, true, 1));
    EXPECT(memcmp(&online, &before, sizeof online) == 0);
    EXPECT(online_learn(&online, 0.5, (double[]){NAN}, true, 1));
    EXPECT_NEAR(online.change.weights[0], before.change.weights[0], 0);
    EXPECT(online.change.intercept > before.change.intercept);
}

/* What it loses over what the truth would, beside the trained model that does not learn. */
static void live_on(struct online *online, const struct linear *trained, double off,
                    double losses[2])
{
    losses[0] = losses[1] = 0;
    for (size_t i = 0; i < MANY; i++) {
        const double told = sigmoid(linear_margin(trained, figures[i], NULL) + off);
        const double said = online_ask(online, told, figures[i], NULL);
        losses[0] += log_loss(said, won[i]) / MANY; /* judged before it is learned from */
        losses[1] += log_loss(told, won[i]) / MANY;
        EXPECT(online_learn(online, told, figures[i], won[i], 1));
    }
}

TEST(the_online_model_follows_a_world_that_moved_and_spoils_none_that_did_not)
{
    struct prng prng;
    struct online online, again;
    struct linear fitted;
    double losses[2], truth_loss = 0;
    prng_init(&prng, test_seed());
    draw(&prng, MANY);
    const struct logistic_config config = {figures[0], won, NULL, MANY, WIDE, LOGISTIC_L2};
    EXPECT(logistic_fit(&config, &fitted));
    for (size_t i = 0; i < MANY; i++) {
        truth_loss += log_loss(sigmoid(linear_margin(&fitted, figures[i], NULL)), won[i]) / MANY;
    }
    online_init(&online, &fitted);
    live_on(&online, &fitted, 0, losses);
    EXPECT(losses[0] < truth_loss + 0.001);
    online_init(&online, &fitted);
    live_on(&online, &fitted, 1, losses); /* the trained one is far too sure by now */
    EXPECT(losses[0] - truth_loss < 0.1 * (losses[1] - truth_loss));
    EXPECT_NEAR(online.change.intercept, -1, 0.3);
    online_init(&again, &fitted);
    live_on(&again, &fitted, 1, losses);
    EXPECT(memcmp(&again, &online, sizeof online) == 0);
}

TEST(no_outcomes_can_make_the_online_model_run_away)
{
    struct prng prng;
    struct online online;
    prng_init(&prng, test_seed());
    online_init(&online, &(struct linear){.count = WIDE, .scales = {1e-9, 1, 1, 1e9, 1}});
    for (int i = 0; i < 200000; i++) {
        double x[WIDE];
        for (int k = 0; k < WIDE; k++) {
            x[k] = prng_below(&prng, 20) == 0 ? NAN : ldexp(prng_normal(&prng), i % 1000);
        }
        online_learn(&online, prng_below(&prng, 2) == 0 ? 1 : prng_real(&prng), x,
                     (x[0] > 0) == (i < 150000), ldexp(1, i % 60 - 30));
        for (int k = 0; k < WIDE; k++) {
            EXPECT(fabs(online.change.weights[k]) <= ONLINE_BOUND);
            EXPECT(online.variances[k] > 0 && online.variances[k] <= ONLINE_DRIFT);
        }
        EXPECT(linear_is_sound(&online.change));
    }
}
