/* SPDX-License-Identifier: MIT */
#include "core/indicator/stddev.h"

#include "vectors.h"

/* The plainest and most exact way there is: two passes in long double. */
static double stddev_exact(const double *window, uint32_t period)
{
    long double sum = 0, square_sum = 0;
    for (uint32_t i = 0; i < period; i++)
        sum += window[i];
    for (uint32_t i = 0; i < period; i++)
        square_sum += (window[i] - sum / period) * (window[i] - sum / period);
    return (double)sqrtl(square_sum / period);
}

TEST(stddev_worked_by_hand)
{
    /* Of 9 2 4 6 the last three: mean 4, squared distances 4 0 4: sqrt(8/3). */
    struct stddev stddev;
    stddev_init(&stddev, 3);
    EXPECT(!stddev_update(&stddev, 9, 0));
    EXPECT(!stddev_update(&stddev, 2, 0));
    EXPECT(stddev_update(&stddev, 4, 0));
    EXPECT(stddev_update(&stddev, 6, 9));
    EXPECT_NEAR(stddev.mean, 4, 1e-14);
    EXPECT_NEAR(stddev_read(&stddev), 1.632993161855452, 1e-14);
}

TEST(stddev_of_a_flat_market_is_exactly_zero)
{
    struct stddev stddev;
    stddev_init(&stddev, 7);
    for (int i = 0; i < 5000; i++)
        stddev_update(&stddev, 0.1, 0.1);
    EXPECT_NEAR(stddev_read(&stddev), 0, 0);
    EXPECT(!stddev_worn(&stddev));
}

TEST(stddev_says_when_a_spike_has_taken_its_digits_away)
{
    /* A spike of 1e6 comes and goes; what is left is a flat window of 0.1. */
    struct stddev stddev;
    double closes[] = {0.1, 0.1, 0.1, 1e6, 0.1, 0.1, 0.1};
    stddev_init(&stddev, 3);
    for (int i = 0; i < 7; i++) {
        stddev_update(&stddev, closes[i], i >= 3 ? closes[i - 3] : 0);
        EXPECT_INT(stddev_worn(&stddev), i == 6);
    }
    stddev_init(&stddev, 3);
    for (int i = 4; i < 7; i++)
        stddev_update(&stddev, closes[i], 0);
    EXPECT(!stddev_worn(&stddev));
    EXPECT_NEAR(stddev_read(&stddev), 0, 0);
}

/* TA-Lib takes a variance below 1e-14 for zero: near a price of 1e-5 its deviation is mostly 0
 * where the market has some. There the exact one is the judge. */
TEST(stddev_equals_the_published_vector_and_is_right_near_a_hundred_thousandth)
{
    for (int f = 0; f < 2; f++) {
        static struct csv csv;
        static double closes[1200];
        struct stddev stddev;
        stddev_init(&stddev, 20);
        csv_open(&csv, test_shared(vector_files[f]));
        for (uint32_t row = 0; csv_next(&csv); row++) {
            double close = closes[row] = csv_get(&csv, "close");
            bool ready = stddev_update(&stddev, close, row >= 20 ? closes[row - 20] : 0);
            EXPECT_INT(ready, row >= 19);
            if (!ready)
                continue;
            double value = stddev_read(&stddev), exact = stddev_exact(closes + row - 19, 20);
            EXPECT_NEAR(value, exact, 1e-9 * exact);
            if (f == 0)
                vector_expect(&csv, "stddev_20", ready, value, close);
        }
    }
}
