/* SPDX-License-Identifier: MIT */
#include "core/indicator/slope.h"

#include "vectors.h"

static double slope_run(uint32_t period, const double *closes, uint32_t count)
{
    struct slope slope;
    double value = -77;
    slope_init(&slope, period);
    for (uint32_t i = 0; i < count; i++)
        slope_update(&slope, closes[i], i >= period ? closes[i - period] : -1e99, &value);
    return value;
}

TEST(slope_worked_by_hand)
{
    /* Of 50 1 2 6 the last three, at -1 0 1: (-1 * 1 + 1 * 6) / 2 = 2.5. */
    EXPECT_NEAR(slope_run(3, (double[]){50, 1, 2, 6}, 4), 2.5, 1e-13);
    EXPECT_NEAR(slope_run(3, (double[]){50, 1}, 2), -77, 0);
}

TEST(slope_of_two_closes_is_their_difference)
{
    EXPECT_NEAR(slope_run(2, (double[]){5, 9, 8}, 3), -1, 1e-14);
}

TEST(slope_of_a_straight_line_is_its_step)
{
    double closes[100];
    for (int i = 0; i < 100; i++)
        closes[i] = 1000 - 0.25 * i;
    EXPECT_NEAR(slope_run(20, closes, 100), -0.25, 1e-12);
}

TEST(slope_of_a_flat_market_is_exactly_zero)
{
    struct slope slope;
    double value = 77;
    slope_init(&slope, 7);
    for (int i = 0; i < 5000; i++)
        slope_update(&slope, 0.1, 0.1, &value);
    EXPECT_NEAR(value, 0, 0);
}

TEST(slope_is_worn_once_a_spike_has_passed)
{
    struct slope slope;
    double value, closes[] = {10, 12, 9, 1e6, 11, 10};
    slope_init(&slope, 3);
    for (uint32_t i = 0; i < 6; i++) {
        slope_update(&slope, closes[i], i >= 3 ? closes[i - 3] : 0, &value);
        EXPECT_INT(slope_worn(&slope, closes[i]), i >= 4);
    }
}

TEST(slope_equals_the_published_vectors)
{
    for (int f = 0; f < 2; f++) {
        static struct csv csv;
        static double closes[1200];
        struct slope slope;
        slope_init(&slope, 20);
        csv_open(&csv, test_shared(vector_files[f]));
        for (uint32_t row = 0; csv_next(&csv); row++) {
            double value = 0, close = closes[row] = csv_get(&csv, "close");
            bool ready = slope_update(&slope, close, row >= 20 ? closes[row - 20] : 0, &value);
            vector_expect(&csv, "linreg_slope_20", ready, value, close);
        }
    }
}
