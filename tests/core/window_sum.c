/* SPDX-License-Identifier: MIT */
#include "core/indicator/window_sum.h"

#include "core/base/prng.h"
#include "test.h"

TEST(window_sum_worked_by_hand)
{
    const double values[] = {1, 2, 4, 8, 16, 32, 64}, sums[] = {0, 0, 7, 14, 28, 56, 112};
    struct window_sum sum;
    double store[3], got = 0;
    window_sum_init(&sum, 3);
    for (int i = 0; i < 7; i++) {
        EXPECT_INT(window_sum_update(&sum, store, values[i], &got), i >= 2);
        EXPECT_NEAR(got, sums[i], 0);
    }
}

TEST(window_sum_of_period_one_is_the_value)
{
    struct window_sum sum;
    double store[1], got = 0;
    window_sum_init(&sum, 1);
    for (int i = 1; i < 4; i++) {
        EXPECT(window_sum_update(&sum, store, 0.1 * i, &got));
        EXPECT_NEAR(got, 0.1 * i, 0);
    }
}

TEST(a_burst_that_has_left_the_window_leaves_nothing_behind)
{
    struct window_sum sum;
    double store[3], got = 0;
    const double values[] = {0.1, 1e17, 0.1, 0.1, 0.1};
    window_sum_init(&sum, 3);
    for (int i = 0; i < 5; i++)
        window_sum_update(&sum, store, values[i], &got);
    EXPECT_NEAR(got, 0.3, 1e-16);
}

TEST(window_sums_are_those_of_a_look_at_the_whole_window)
{
    static double values[400];
    struct prng prng;
    prng_init(&prng, test_seed());
    for (uint32_t period = 1; period <= 40; period++) {
        struct window_sum sum;
        double store[40], got = 0;
        window_sum_init(&sum, period);
        for (uint32_t i = 0; i < 400; i++) {
            values[i] = prng_real(&prng) - 0.5;
            EXPECT_INT(window_sum_update(&sum, store, values[i], &got), i + 1 >= period);
            long double want = 0;
            for (uint32_t k = i + 1 >= period ? i + 1 - period : i + 1; k <= i; k++)
                want += values[k];
            if (i + 1 >= period)
                EXPECT_NEAR(got, (double)want, 1e-14);
        }
    }
}
