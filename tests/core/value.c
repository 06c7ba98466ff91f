/* SPDX-License-Identifier: MIT */
#include "core/decision/value.h"

#include "core/base/prng.h"
#include "test.h"

TEST(what_is_expected_is_the_gain_by_its_chance_less_the_loss_by_the_rest)
{
    /* 0.6 of 10 % less 1 %, and 0.4 of 5 % and 1 % more. */
    EXPECT_NEAR(expected_value(0.6, 100, 95, 110, 0.01), 0.6 * 0.09 - 0.4 * 0.06, 1e-15);
    /* A short is the same trade in a mirror. */
    EXPECT_NEAR(expected_value(0.6, 100, 105, 90, 0.01), 0.6 * 0.09 - 0.4 * 0.06, 1e-15);
}

TEST(an_exit_that_is_not_known_is_as_far_as_the_other)
{
    EXPECT_NEAR(expected_value(0.5, 100, 95, 0, 0), 0, 1e-15);
    EXPECT_NEAR(expected_value(0.5, 100, 0, 110, 0), 0, 1e-15);
    EXPECT_NEAR(expected_value(0.9, 100, 0, 0, 0.01), -0.01, 1e-15);
}

TEST(more_is_expected_of_a_surer_trade_and_of_a_farther_target)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    for (int i = 0; i < 10000; i++) {
        const double price = 1 + 1000 * prng_real(&prng), p = prng_real(&prng);
        const double stop = price * (0.5 + 0.49 * prng_real(&prng));
        const double target = price * (1.01 + prng_real(&prng)), fee = 0.02 * prng_real(&prng);
        const double value = expected_value(p, price, stop, target, fee);
        EXPECT(expected_value(p + 0.01, price, stop, target, fee) > value);
        EXPECT(expected_value(p, price, stop, target * 1.01, fee) >= value);
        EXPECT(value >= -(1 - stop / price) - fee - 1e-12 && value <= target / price - 1);
    }
}
