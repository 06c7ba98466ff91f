/* SPDX-License-Identifier: MIT */
#include "core/risk/scale.h"

#include "desk_fixture.h"

static const struct scale_config all_on = {
    .confidence = true,
    .confidence_full = 0.9,
    .volatility = 0.01,
    .drawdown_from = 0.05,
    .drawdown_to = 0.15,
    .drawdown_floor = 0.5,
    .least = 0.25,
    .most = 1.5,
};

static double factors[SIZE_FACTOR_COUNT];

static double scaled(const struct scale_config *config, struct scale_view view)
{
    return scale_factors(config, &view, factors);
}

TEST(confidence_scales_from_half_at_the_gate_to_half_as_much_again)
{
    const struct scale_config config = {
        .confidence = true, .confidence_full = 0.9, .least = 0.25, .most = 1.5};
    const struct {
        double confidence, factor;
    } rows[] = {{0.5, 0.5}, {0.6, 0.75}, {0.7, 1}, {0.9, 1.5}, {1, 1.5}, {0.4, 0.5}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        EXPECT_NEAR(scaled(&config, (struct scale_view){0, rows[i].confidence, 0.5, 0, 0}),
                    rows[i].factor, 1e-12);
    }
    /* A gate at or above full confidence: a step. */
    EXPECT_NEAR(scaled(&config, (struct scale_view){0, 0.95, 0.95, 0, 0}), 1.5, 1e-12);
    EXPECT_NEAR(scaled(&config, (struct scale_view){0, 0, 0, 0, 0}), 1, 0); /* by hand */
}

TEST(a_quiet_market_is_bought_more_of_and_a_wild_one_less_within_bounds)
{
    const struct scale_config config = {.volatility = 0.01, .least = 0.25, .most = 1.5};
    EXPECT_NEAR(scaled(&config, (struct scale_view){.volatility = 0.01}), 1, 1e-12);
    EXPECT_NEAR(scaled(&config, (struct scale_view){.volatility = 0.0125}), 0.8, 1e-12);
    EXPECT_NEAR(scaled(&config, (struct scale_view){.volatility = 0.001}), 1.5, 1e-12);
    EXPECT_NEAR(scaled(&config, (struct scale_view){.volatility = 0.5}), 0.5, 1e-12);
    EXPECT_NEAR(scaled(&config, (struct scale_view){.volatility = 0}), 1, 0); /* no ATR yet */
}

TEST(sizes_shrink_between_two_drawdowns)
{
    const struct scale_config config = {.drawdown_from = 0.05,
                                        .drawdown_to = 0.15,
                                        .drawdown_floor = 0.5,
                                        .least = 0.25,
                                        .most = 1.5};
    EXPECT_NEAR(scaled(&config, (struct scale_view){.drawdown = 0.05}), 1, 1e-12);
    EXPECT_NEAR(scaled(&config, (struct scale_view){.drawdown = 0.10}), 0.75, 1e-12);
    EXPECT_NEAR(scaled(&config, (struct scale_view){.drawdown = 0.15}), 0.5, 1e-12);
    EXPECT_NEAR(scaled(&config, (struct scale_view){.drawdown = 0.60}), 0.5, 1e-12);
    EXPECT_NEAR(scaled(&config, (struct scale_view){.drawdown = -0.1}), 1, 1e-12);
}

TEST(the_product_is_bounded_and_each_factor_is_told)
{
    EXPECT_NEAR(scaled(&all_on, (struct scale_view){0, 1, 0.5, 0.001, 0}), 1.5, 1e-12);
    EXPECT_NEAR(factors[SIZE_CONFIDENCE] * factors[SIZE_VOLATILITY], 2.25, 1e-12);
    EXPECT_NEAR(scaled(&all_on, (struct scale_view){0, 0.5, 0.5, 0.5, 0.2}), 0.25, 1e-12);
    EXPECT_NEAR(factors[SIZE_DRAWDOWN], 0.5, 1e-12); /* 0.125 in all, raised to 0.25 */
}

TEST(a_models_word_counts_beside_them_and_within_their_bounds)
{
    const struct scale_config off = {.least = 0.25, .most = 1.2};
    EXPECT_NEAR(scaled(&off, (struct scale_view){.model = 1.1}), 1.1, 1e-12);
    EXPECT_NEAR(factors[SIZE_MODEL], 1.1, 1e-12);
    EXPECT_NEAR(scaled(&off, (struct scale_view){.model = 9}), 1.2, 1e-12);
    EXPECT_NEAR(factors[SIZE_MODEL], 1.5, 1e-12);
    EXPECT_NEAR(scaled(&off, (struct scale_view){.model = 0.1}), 0.5, 1e-12);
    EXPECT_NEAR(scaled(&off, (struct scale_view){.model = (double)NAN}), 1, 0);
    EXPECT_NEAR(scaled(&all_on, (struct scale_view){.confidence = 0.5, .gate = 0.5, .model = 1.5}),
                0.75, 1e-12);
}

TEST(with_all_of_it_off_a_size_is_as_it_was)
{
    const struct scale_config off = {.least = 0.1, .most = 0.2};
    EXPECT(scaled(&off, (struct scale_view){0, 0.9, 0.5, 0.3, 0.3}) == 1);
    for (int i = 0; i <= SIZE_MODEL; i++) {
        EXPECT(factors[i] == 1);
    }
}

static double odd_real(struct prng *prng)
{
    static const double odd[] = {0, -0.0, 1, -1, 1e300, -1e300, 1e-300, NAN, INFINITY, -INFINITY};
    return prng_below(prng, 3) == 0 ? odd[prng_below(prng, 10)] : 3 * prng_real(prng) - 1;
}

TEST(whatever_the_figures_every_factor_keeps_its_bounds)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    for (int i = 0; i < 100000; i++) {
        const struct scale_config config = {
            .confidence = prng_below(&prng, 2) == 0,
            .confidence_full = odd_real(&prng),
            .volatility = odd_real(&prng),
            .drawdown_from = odd_real(&prng),
            .drawdown_to = odd_real(&prng),
            .drawdown_floor = odd_real(&prng),
            .least = odd_real(&prng),
            .most = odd_real(&prng),
        };
        const double all = scaled(&config, (struct scale_view){0, odd_real(&prng), odd_real(&prng),
                                                               odd_real(&prng), odd_real(&prng),
                                                               .model = odd_real(&prng)});
        EXPECT(factors[SIZE_CONFIDENCE] >= 0.5 && factors[SIZE_CONFIDENCE] <= 1.5);
        EXPECT(factors[SIZE_VOLATILITY] >= 0.5 && factors[SIZE_VOLATILITY] <= 1.5);
        EXPECT(factors[SIZE_MODEL] >= 0.5 && factors[SIZE_MODEL] <= 1.5);
        EXPECT(factors[SIZE_DRAWDOWN] >= 0 && factors[SIZE_DRAWDOWN] <= 1);
        EXPECT(all >= 0 && all <= 2.25 && (all <= 1 || all <= config.most));
    }
}
