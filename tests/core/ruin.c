/* SPDX-License-Identifier: MIT */
#include "core/risk/ruin.h"

#include "desk_fixture.h"

static const struct edge even = {200, 0.5, 1.3, 1};

TEST(the_risk_of_ruin_worked_by_hand)
{
    /* f = 0.02: steps of log 1.026 = 0.0256677 and log 0.98 = -0.0202027, half and half.
     * mu = 0.0027325, sigma = 0.0229352, D = log 2: exp(-2 * 0.0027325 * 0.693147 / 0.00052602). */
    EXPECT_NEAR(ruin_probability(&even, 0.02, 0.5), 7.457e-4, 2e-6);
}

TEST(nothing_risked_ruins_nobody_and_all_risked_ruins_everybody)
{
    EXPECT(ruin_probability(&even, 0, 0.5) == 0);
    EXPECT(ruin_probability(&even, 1, 0.5) == 1);
    EXPECT(ruin_probability(&even, 0.02, 0) == 1);
    EXPECT(ruin_probability(&even, 0.02, 1) == 0); /* a part of what is left is never all of it */
    const struct edge losing = {200, 0.4, 1, 1}, never_lost = {200, 1, 1, 0};
    EXPECT(ruin_probability(&losing, 0.001, 0.5) == 1);
    EXPECT(ruin_probability(&never_lost, 0.5, 0.5) == 0);
}

/* The part of simulated accounts that are ever below 1 - drawdown. One that has come to five times
 * the way up, or to its last trade, is held to be safe. */
static double simulated(struct prng *prng, const struct edge *edge, double f, double drawdown)
{
    const double down = log(1 - drawdown), win = log(1 + f * edge->win),
                 loss = log(1 - f * edge->loss);
    const int accounts = 20000;
    int ruined = 0;
    for (int i = 0; i < accounts; i++) {
        double equity = 0;
        for (int trade = 0; trade < 20000 && equity > down && equity < -5 * down; trade++) {
            equity += prng_real(prng) < edge->win_rate ? win : loss;
        }
        ruined += equity <= down;
    }
    return (double)ruined / accounts;
}

/* A step takes the account beyond the line on average by about 0.6 of its size, as if the line were
 * so much further: the formula is above the simulation, by less than 0.05, and below it by no more
 * than chance (three standard deviations of 20,000 accounts are 0.0106). */
TEST(a_simulation_finds_what_the_formula_says)
{
    const struct {
        struct edge edge;
        double f, drawdown;
    } cases[] = {
        {{0, 0.5, 1.1, 1}, 0.02, 0.2},   {{0, 0.5, 1.1, 1}, 0.04, 0.5},
        {{0, 0.4, 1.7, 1}, 0.03, 0.25},  {{0, 0.6, 0.8, 1}, 0.02, 0.1},
        {{0, 0.55, 1, 1.05}, 0.05, 0.4}, {{0, 0.35, 2.2, 0.95}, 0.02, 0.15},
    };
    struct prng prng;
    prng_init(&prng, test_seed());
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const double said = ruin_probability(&cases[i].edge, cases[i].f, cases[i].drawdown);
        const double found = simulated(&prng, &cases[i].edge, cases[i].f, cases[i].drawdown);
        print_message("ruin: formula %.4f, simulation %.4f\n", said, found);
        EXPECT(said > 0.02 && said < 0.9);
        EXPECT(said - found > -0.0106 && said - found < 0.05);
    }
}

TEST(the_more_is_risked_the_likelier_is_ruin)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    for (int i = 0; i < 2000; i++) {
        const struct edge edge = {100, 0.05 + 0.9 * prng_real(&prng), 0.1 + 4 * prng_real(&prng),
                                  0.1 + 1.5 * prng_real(&prng)};
        const double drawdown = 0.05 + 0.9 * prng_real(&prng);
        double before = 0;
        for (int step = 1; step <= 100; step++) {
            const double now = ruin_probability(&edge, step / 150.0, drawdown);
            EXPECT(now >= before - 1e-12);
            before = now;
        }
    }
}

static const struct ruin_config one_percent = {
    .limit = 0.01, .drawdown = 0.5, .trades = 50, .floor = 0.25};

TEST(a_size_above_the_limit_shrinks_to_it)
{
    double share = 0;
    EXPECT(ruin_share(&one_percent, &even, 0.02, 0.02, &share));
    EXPECT(share == 0.02); /* 0.07 % */
    EXPECT(ruin_share(&one_percent, &even, 0.05, 0.05, &share));
    EXPECT(share > 0.02 && share < 0.05);
    EXPECT(ruin_probability(&even, share, 0.5) <= 0.01);
    EXPECT(ruin_probability(&even, share + 1e-6, 0.5) > 0.01);
    const struct edge losing = {200, 0.4, 1, 1};
    EXPECT(ruin_share(&one_percent, &losing, 0.02, 0.02, &share));
    EXPECT_NEAR(share, 0.005, 1e-15); /* the floor */
    EXPECT(ruin_share(&one_percent, &losing, 0.02, 0.001, &share));
    EXPECT(share == 0.001); /* never more than was wanted */
}

TEST(ruin_is_not_judged_before_its_trades_nor_without_a_limit)
{
    struct ruin_config config = one_percent;
    struct edge young = even;
    double share = 7;
    young.trades = 49;
    EXPECT(!ruin_share(&config, &young, 0.02, 0.9, &share));
    config.limit = 0;
    EXPECT(!ruin_share(&config, &even, 0.02, 0.9, &share));
    EXPECT(share == 7);
}

static double odd_real(struct prng *prng)
{
    static const double odd[] = {0, -0.0, 1, -1, 1e300, -1e300, 1e-300, NAN, INFINITY, -INFINITY};
    return prng_below(prng, 3) == 0 ? odd[prng_below(prng, 10)] : 3 * prng_real(prng) - 1;
}

TEST(whatever_the_figures_no_more_is_risked_than_was_wanted)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    for (int i = 0; i < 20000; i++) {
        const struct ruin_config config = {
            .limit = odd_real(&prng), .drawdown = odd_real(&prng), .floor = odd_real(&prng)};
        const struct edge odd = {100, odd_real(&prng), odd_real(&prng), odd_real(&prng)};
        const double wanted = odd_real(&prng);
        double share = 0;
        if (ruin_share(&config, &odd, odd_real(&prng), wanted, &share)) {
            EXPECT(share >= 0 && share <= 1 && (share <= wanted || share == 0));
        }
    }
}
