/* SPDX-License-Identifier: MIT */
#include "core/risk/kelly.h"

#include "desk_fixture.h"

static const struct kelly_config quarter = {
    .mode = KELLY_CAP, .fraction = 0.25, .trades = 50, .floor = 0.25};

static struct edge edge(uint64_t trades, double win_rate, double win, double loss)
{
    return (struct edge){trades, win_rate, win, loss};
}

TEST(kelly_worked_by_hand)
{
    /* Half win, a win is 2 R, a loss 1 R: b = 2, f* = 0.5 - 0.5 / 2. */
    const struct edge even = edge(50, 0.5, 2, 1);
    EXPECT_NEAR(kelly_optimum(&even), 0.25, 1e-15);
    /* 0.6 - 0.4 / (1.5 / 1.2) = 0.28. */
    const struct edge slipping = edge(50, 0.6, 1.5, 1.2);
    EXPECT_NEAR(kelly_optimum(&slipping), 0.28, 1e-15);
    double share = 0;
    EXPECT(kelly_share(&quarter, &even, 0.02, &share));
    EXPECT_NEAR(share, 0.0625, 1e-15);
    /* A mean loss of 1.2 R is to cost f*, so 1 R costs f* / 1.2. */
    EXPECT(kelly_share(&quarter, &slipping, 0.02, &share));
    EXPECT_NEAR(share, 0.25 * 0.28 / 1.2, 1e-15);
}

TEST(losses_cut_short_are_no_reason_to_risk_more)
{
    const struct edge cut = edge(50, 0.5, 2, 0.5);
    double share = 0;
    EXPECT(kelly_share(&quarter, &cut, 0.02, &share));
    EXPECT_NEAR(share, 0.25 * 0.375, 1e-15);
}

TEST(kelly_has_no_word_before_its_trades_and_none_when_off)
{
    struct kelly_config config = quarter;
    const struct edge before = edge(49, 0.5, 2, 1), at = edge(50, 0.5, 2, 1);
    double share = 7;
    EXPECT(!kelly_share(&config, &before, 0.02, &share));
    config.mode = KELLY_OFF;
    EXPECT(!kelly_share(&config, &at, 0.02, &share));
    EXPECT(share == 7);
}

TEST(an_edge_that_is_none_leaves_the_floor)
{
    struct kelly_config config = quarter;
    const struct edge losing = edge(60, 0.4, 1, 1), nothing = edge(60, 0.5, 1, 1),
                      never = edge(60, 0, 0, 1), barely = edge(60, 0.501, 1, 1);
    const struct edge *const edges[] = {&losing, &nothing, &never, &barely};
    for (int i = 0; i < 4; i++) {
        double share = 0;
        EXPECT(kelly_share(&config, edges[i], 0.02, &share));
        EXPECT_NEAR(share, 0.005, 1e-15);
    }
    config.floor = 0;
    double share = 1;
    EXPECT(kelly_share(&config, &losing, 0.02, &share));
    EXPECT(share == 0);
}

TEST(who_has_never_lost_is_taken_at_the_win_rate)
{
    const struct edge always = edge(50, 1, 2, 0);
    EXPECT_NEAR(kelly_optimum(&always), 1, 0);
    const struct edge scratches = edge(50, 0.8, 2, 0);
    EXPECT_NEAR(kelly_optimum(&scratches), 0.8, 1e-15);
}

TEST(closed_trades_are_counted_in_multiples_of_what_they_risked)
{
    const struct tally tally = {
        .count = 4, .won_count = 1, .won_ppm = 3000000, .lost_ppm = 2700000};
    const struct edge found = edge_of(&tally);
    EXPECT_INT((int64_t)found.trades, 4);
    EXPECT_NEAR(found.win_rate, 0.25, 1e-15);
    EXPECT_NEAR(found.win, 3, 1e-15);
    EXPECT_NEAR(found.loss, 0.9, 1e-15);
    const struct tally empty = {0};
    EXPECT(edge_of(&empty).win == 0 && edge_of(&empty).loss == 0);
}

static double odd_real(struct prng *prng)
{
    static const double odd[] = {0, -0.0, 1, -1, 1e300, -1e300, 1e-300, NAN, INFINITY, -INFINITY};
    return prng_below(prng, 3) == 0 ? odd[prng_below(prng, 10)] : 3 * prng_real(prng) - 1;
}

TEST(whatever_the_figures_kelly_asks_for_a_fraction)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    for (int i = 0; i < 100000; i++) {
        const struct kelly_config config = {.mode = (int32_t)prng_below(&prng, 3),
                                            .fraction = odd_real(&prng),
                                            .trades = (int64_t)prng_below(&prng, 100),
                                            .floor = odd_real(&prng)};
        const struct edge odd = {prng_below(&prng, 200), prng_real(&prng), odd_real(&prng),
                                 odd_real(&prng)};
        double share = 0;
        if (kelly_share(&config, &odd, odd_real(&prng), &share)) {
            EXPECT(share >= 0 && share <= 1);
        }
    }
}
