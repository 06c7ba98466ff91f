/* SPDX-License-Identifier: MIT */
#include "research/monte_carlo.h"

#include "core/base/prng.h"
#include "core/base/timestamp.h"
#include "test.h"

#define MONEY INT64_C(100000000)
#define RUNS_MAX 4000
#define POINTS_MAX 8

static double scratch[4096 + (POINTS_MAX + 2) * RUNS_MAX];

static void measure(const double *returns, size_t count, enum resampling resampling, uint32_t runs,
                    uint64_t seed, struct monte_carlo *ret)
{
    const struct monte_carlo_config config = {.returns = returns,
                                              .count = count,
                                              .resampling = resampling,
                                              .runs = runs,
                                              .seed = seed,
                                              .ruin = 0.5,
                                              .scratch = scratch};
    EXPECT(monte_carlo_scratch(&config) <= sizeof scratch / sizeof *scratch);
    EXPECT(monte_carlo_measure(&config, ret));
}

/* 0 10 .. 100: 5 % is at place 0.5, 25 % at 2.5, 95 % at 9.5 of ten. */
TEST(bands_of_eleven_values_worked_by_hand)
{
    double values[] = {70, NAN, 0, 100, 30, 10, 60, 20, 90, 40, 80, 50, NAN};
    struct bands bands;
    bands_measure(values, 13, &bands);
    const double want[BAND_COUNT] = {5, 25, 50, 75, 95};
    EXPECT_INT((int64_t)bands.count, 11);
    EXPECT_NEAR(bands.mean, 50, 1e-12);
    for (int i = 0; i < BAND_COUNT; i++) {
        EXPECT_NEAR(bands.at[i], want[i], 1e-12);
    }
    bands_measure(values, 1, &bands);
    EXPECT_NEAR(bands.at[0], 0, 0);
    EXPECT_NEAR(bands.at[4], 0, 0);
    double none[] = {NAN};
    bands_measure(none, 1, &bands);
    EXPECT(bands.count == 0 && isnan(bands.mean) && isnan(bands.at[2]));
}

/* 1 -> 1.5 -> 0.6 -> 0.9: down 60 % from 1.5, lowest 0.6. */
TEST(a_path_worked_by_hand)
{
    const double returns[] = {0.5, -0.6, 0.5};
    struct path path;
    path_follow(returns, 3, &path);
    EXPECT_NEAR(path.total_return, -0.1, 1e-15);
    EXPECT_NEAR(path.drawdown, 0.6, 1e-15);
    EXPECT_NEAR(path.lowest, 0.6, 1e-15);
    const double beyond[] = {-1.5, 3};
    path_follow(beyond, 2, &path);
    EXPECT_NEAR(path.total_return, -1, 0);
    EXPECT_NEAR(path.drawdown, 1, 0);
}

/*
 * +100 % and -50 %, once each of two: in the order up, down the fall is 50 % from 2, in the other
 * 50 % from 1. With +50 % too, three returns in six orders end at 1.5:
 *
 *     up   up   down   1 -> .. 3 -> 1.5     50 %, lowest 1    (two orders)
 *     up   down up     1 -> 2 -> 1 -> 1.5   50 %, lowest 1; 1 -> 1.5 -> 0.75 -> 1.5: lowest 0.75
 *     down up   up     1 -> 0.5             50 %, lowest 0.5  (two orders)
 *
 * Below 0.76 in three of six orders, below 0.5 in none.
 */
TEST(another_order_ends_where_this_one_does_and_falls_otherwise)
{
    const double returns[] = {1, -0.5, 0.5};
    struct monte_carlo_config config = {.returns = returns,
                                        .count = 3,
                                        .resampling = RESAMPLE_SHUFFLE,
                                        .runs = RUNS_MAX,
                                        .seed = test_seed(),
                                        .ruin = 0.76,
                                        .scratch = scratch};
    struct monte_carlo found;
    EXPECT(monte_carlo_measure(&config, &found));
    for (int i = 0; i < BAND_COUNT; i++) {
        EXPECT_NEAR(found.total_return.at[i], 0.5, 1e-12);
        EXPECT_NEAR(found.drawdown.at[i], 0.5, 1e-12);
    }
    EXPECT_NEAR(found.ruin_probability, 0.5, 0.04);
    EXPECT_NEAR(found.loss_probability, 0, 0);
    EXPECT_NEAR(found.worse_probability, 0, 0);
    EXPECT_NEAR(found.own.drawdown, 0.5, 1e-12);
    config.ruin = 0.5;
    EXPECT(monte_carlo_measure(&config, &found));
    EXPECT_NEAR(found.ruin_probability, 0, 0);
}

/* Two losses of 10 % between two gains: apart they cost 10 %, together 19 %. Of the six ways to
 * place two losses among four, they stand together in three. */
TEST(losses_that_come_together_fall_deeper)
{
    const double returns[] = {-0.1, 0.2, -0.1, 0.2};
    struct monte_carlo found;
    measure(returns, 4, RESAMPLE_SHUFFLE, RUNS_MAX, test_seed(), &found);
    EXPECT_NEAR(found.own.drawdown, 0.1, 1e-12);
    EXPECT_NEAR(found.worse_probability, 0.5, 0.04);
    EXPECT_NEAR(found.drawdown.at[0], 0.1, 1e-12);
    EXPECT_NEAR(found.drawdown.at[4], 0.19, 1e-12);
    EXPECT_NEAR(found.drawdown.mean, 0.145, 0.004);
}

TEST(the_same_seed_gives_the_same_runs_and_more_runs_keep_them)
{
    const double returns[] = {0.1, -0.05, 0.02, -0.2, 0.3, 0.01, -0.04};
    struct monte_carlo a, b, c;
    for (int kind = RESAMPLE_SHUFFLE; kind <= RESAMPLE_BLOCKS; kind++) {
        measure(returns, 7, (enum resampling)kind, 100, 5, &a);
        measure(returns, 7, (enum resampling)kind, 100, 5, &b);
        measure(returns, 7, (enum resampling)kind, 100, 6, &c);
        EXPECT(memcmp(&a, &b, sizeof a) == 0);
        EXPECT(a.drawdown.mean != c.drawdown.mean);
    }
    measure(returns, 7, RESAMPLE_BLOCKS, 1, 5, &a);
    measure(returns, 7, RESAMPLE_BLOCKS, 2, 5, &b);
    const double *totals = scratch + 7;
    EXPECT(totals[0] == a.total_return.mean || totals[1] == a.total_return.mean);
}

/* Drawn one by one, the growth of a run is a product of independent returns: its mean is
 * (1 + mean)^n. */
TEST(single_draws_grow_on_average_as_the_mean_does)
{
    const double returns[] = {0.05, -0.03, 0.02, -0.01, 0.04, -0.02, 0.03, -0.04, 0.01, 0.02};
    struct monte_carlo_config config = {.returns = returns,
                                        .count = 10,
                                        .resampling = RESAMPLE_BLOCKS,
                                        .block_length = 1,
                                        .runs = RUNS_MAX,
                                        .seed = test_seed(),
                                        .ruin = 0.5,
                                        .scratch = scratch};
    struct monte_carlo found;
    EXPECT(monte_carlo_measure(&config, &found));
    /* Mean 0.007, deviation 0.0297: a run's 0.095, of 4,000 runs 0.0015. */
    EXPECT_NEAR(found.total_return.mean, pow(1.007, 10) - 1, 0.006);
    EXPECT(found.total_return.at[0] < -0.05 && found.total_return.at[4] > 0.2);
}

/* Ten days of losses in a row among ninety of gains: in blocks they stay together. */
TEST(blocks_keep_what_hangs_together_and_single_draws_do_not)
{
    double returns[100];
    for (int i = 0; i < 100; i++) {
        returns[i] = i >= 40 && i < 50 ? -0.03 : 0.004;
    }
    struct monte_carlo_config config = {.returns = returns,
                                        .count = 100,
                                        .resampling = RESAMPLE_BLOCKS,
                                        .block_length = 1,
                                        .runs = 1000,
                                        .seed = test_seed(),
                                        .ruin = 0.5,
                                        .scratch = scratch};
    struct monte_carlo apart, together, chosen;
    EXPECT(monte_carlo_measure(&config, &apart));
    config.block_length = 20;
    EXPECT(monte_carlo_measure(&config, &together));
    EXPECT(together.drawdown.at[3] > apart.drawdown.at[3] * 1.3);
    config.block_length = 0;
    EXPECT(monte_carlo_measure(&config, &chosen));
    EXPECT_NEAR(chosen.block_length, cbrt(100), 1e-12);
}

/* With blocks far longer than the history a run is the history from somewhere on, and round: its
 * total is that of the returns as they are. */
TEST(a_block_goes_on_at_the_beginning_past_the_end)
{
    double returns[50], total = 1;
    for (int i = 0; i < 50; i++) {
        returns[i] = 0.001 * (i - 20);
        total *= 1 + returns[i];
    }
    const struct monte_carlo_config config = {.returns = returns,
                                              .count = 50,
                                              .resampling = RESAMPLE_BLOCKS,
                                              .block_length = 1e12,
                                              .runs = 200,
                                              .seed = test_seed(),
                                              .scratch = scratch};
    struct monte_carlo found;
    EXPECT(monte_carlo_measure(&config, &found));
    EXPECT_NEAR(found.total_return.at[0], total - 1, 1e-12);
    EXPECT_NEAR(found.total_return.at[4], total - 1, 1e-12);
    EXPECT(found.drawdown.at[0] < found.drawdown.at[4] - 0.05);
}

/* A fan opens from one point; where the returns are all the same it is a line. */
TEST(a_fan_opens_from_the_beginning_and_ends_at_the_totals)
{
    double returns[40], fan[(POINTS_MAX + 1) * BAND_COUNT];
    struct prng prng;
    prng_init(&prng, test_seed());
    for (int i = 0; i < 40; i++) {
        returns[i] = 0.02 * prng_normal(&prng);
    }
    struct monte_carlo_config config = {.returns = returns,
                                        .count = 40,
                                        .resampling = RESAMPLE_BLOCKS,
                                        .runs = 500,
                                        .seed = 3,
                                        .fan_points = POINTS_MAX,
                                        .fan = fan,
                                        .scratch = scratch};
    struct monte_carlo found;
    EXPECT(monte_carlo_measure(&config, &found));
    for (int i = 0; i < BAND_COUNT; i++) {
        EXPECT_NEAR(fan[i], 1, 0);
        EXPECT_NEAR(fan[POINTS_MAX * BAND_COUNT + i], 1 + found.total_return.at[i], 1e-12);
    }
    for (int point = 1; point <= POINTS_MAX; point++) {
        for (int i = 1; i < BAND_COUNT; i++) {
            EXPECT(fan[point * BAND_COUNT + i] > fan[point * BAND_COUNT + i - 1]);
        }
    }
    EXPECT(fan[BAND_COUNT + 4] - fan[BAND_COUNT] <
           fan[POINTS_MAX * BAND_COUNT + 4] - fan[POINTS_MAX * BAND_COUNT]);
    for (int i = 0; i < 40; i++) {
        returns[i] = 0.01;
    }
    EXPECT(monte_carlo_measure(&config, &found));
    EXPECT_NEAR(fan[4 * BAND_COUNT], pow(1.01, 20), 1e-12);
    EXPECT_NEAR(fan[4 * BAND_COUNT + 4], pow(1.01, 20), 1e-12);
}

TEST(nothing_to_draw_from_is_said)
{
    struct monte_carlo found = {.loss_probability = 7};
    const double returns[] = {0.1};
    EXPECT(!monte_carlo_measure(
        &(struct monte_carlo_config){.returns = returns, .runs = 5, .scratch = scratch}, &found));
    EXPECT(!monte_carlo_measure(
        &(struct monte_carlo_config){.returns = returns, .count = 1, .scratch = scratch}, &found));
    EXPECT_NEAR(found.loss_probability, 7, 0);
}

/* Bars end at day 1, 2, 3 with 1,000 1,200 600. Who begins within the first day began with the
 * capital, who begins at a bar's end with what it ended with. */
TEST(a_trade_is_measured_by_the_equity_it_began_with)
{
    const int64_t times_ns[] = {NS_PER_DAY, 2 * NS_PER_DAY, 3 * NS_PER_DAY};
    const int64_t money[] = {1000 * MONEY, 1200 * MONEY, 0};
    const struct curve curve = {0, 800 * MONEY, 3, times_ns, money};
    const struct closed_trade trades[] = {
        {.opened_ns = NS_PER_HOUR, .pnl = 80 * MONEY},
        {.opened_ns = NS_PER_DAY, .pnl = -100 * MONEY},
        {.opened_ns = 3 * NS_PER_DAY - 1, .pnl = 60 * MONEY},
        {.opened_ns = 5 * NS_PER_DAY, .pnl = 60 * MONEY},
    };
    double returns[4];
    EXPECT_INT((int64_t)returns_of_trades(trades, 4, &curve, returns), 3);
    EXPECT_NEAR(returns[0], 0.1, 1e-15);
    EXPECT_NEAR(returns[1], -0.1, 1e-15);
    EXPECT_NEAR(returns[2], 0.05, 1e-15);
}
