/* SPDX-License-Identifier: MIT */
#include "core/indicator/bollinger.h"

#include "vectors.h"

/* What the bands are, in the plainest and most exact way there is: two passes in long double. */
static void bollinger_exact(const double *window, uint32_t period, double factor, double bands[3])
{
    long double sum = 0, square_sum = 0;
    for (uint32_t i = 0; i < period; i++)
        sum += window[i];
    long double mean = sum / period;
    for (uint32_t i = 0; i < period; i++)
        square_sum += (window[i] - mean) * (window[i] - mean);
    long double reach = factor * sqrtl(square_sum / period);
    bands[0] = (double)mean;
    bands[1] = (double)(mean + reach);
    bands[2] = (double)(mean - reach);
}

TEST(bollinger_worked_by_hand)
{
    /* Of 9 2 4 6 the last three: mean 4, squared distances 4 0 4, deviation sqrt(8/3). */
    struct bollinger bollinger;
    double bands[3];
    bollinger_init(&bollinger, 3, 2);
    EXPECT(!bollinger_update(&bollinger, 9, 0));
    EXPECT(!bollinger_update(&bollinger, 2, 0));
    EXPECT(bollinger_update(&bollinger, 4, 0));
    EXPECT(bollinger_update(&bollinger, 6, 9));
    bollinger_read(&bollinger, bands);
    EXPECT_NEAR(bands[0], 4, 1e-12);
    EXPECT_NEAR(bands[1], 4 + 2 * 1.632993161855452, 1e-12);
    EXPECT_NEAR(bands[2], 4 - 2 * 1.632993161855452, 1e-12);
}

TEST(bollinger_of_a_flat_market_has_no_width)
{
    struct bollinger bollinger;
    double bands[3];
    bollinger_init(&bollinger, 7, 2);
    for (int i = 0; i < 30; i++)
        bollinger_update(&bollinger, 0.1, 0.1);
    bollinger_read(&bollinger, bands);
    for (int i = 0; i < 3; i++)
        EXPECT_NEAR(bands[i], 0.1, 0);
    EXPECT(!bollinger_worn(&bollinger));
}

TEST(bollinger_of_period_one_is_the_close)
{
    struct bollinger bollinger;
    double bands[3];
    bollinger_init(&bollinger, 1, 2);
    EXPECT(bollinger_update(&bollinger, 3, 0));
    EXPECT(bollinger_update(&bollinger, 8, 3));
    bollinger_read(&bollinger, bands);
    for (int i = 0; i < 3; i++)
        EXPECT_NEAR(bands[i], 8, 1e-15);
}

TEST(bollinger_says_when_a_spike_has_taken_its_digits_away)
{
    /* A spike of 1e6 comes and goes; what is left is a flat window of 0.1. */
    struct bollinger bollinger;
    double closes[] = {0.1, 0.1, 0.1, 1e6, 0.1, 0.1, 0.1};
    double bands[3];
    bollinger_init(&bollinger, 3, 2);
    for (int i = 0; i < 7; i++) {
        bollinger_update(&bollinger, closes[i], i >= 3 ? closes[i - 3] : 0);
        EXPECT_INT(bollinger_worn(&bollinger), i == 6);
    }
    bollinger_restart(&bollinger, closes + 4);
    EXPECT(!bollinger_worn(&bollinger));
    bollinger_read(&bollinger, bands);
    for (int i = 0; i < 3; i++)
        EXPECT_NEAR(bands[i], 0.1, 0);
}

/* Runs one file; the bands against the exact ones, and against TA-Lib's where it is `published`. */
static void bollinger_run(const char *path, bool published)
{
    static struct csv csv;
    static double closes[1200];
    struct bollinger bollinger;
    bollinger_init(&bollinger, 20, 2);
    csv_open(&csv, path);
    for (uint32_t row = 0; csv_next(&csv); row++) {
        double bands[3] = {0}, exact[3];
        double close = closes[row] = csv_get(&csv, "close");
        bool ready = bollinger_update(&bollinger, close, row >= 20 ? closes[row - 20] : 0);
        EXPECT_INT(ready, row >= 19);
        if (ready) {
            bollinger_read(&bollinger, bands);
            bollinger_exact(closes + row - 19, 20, 2, exact);
            EXPECT_NEAR(bands[0], exact[0], 1e-13 * close);
            EXPECT_NEAR(bands[1] - bands[0], exact[1] - exact[0], 1e-9 * (exact[1] - exact[0]));
            EXPECT_NEAR(bands[0] - bands[2], exact[0] - exact[2], 1e-9 * (exact[1] - exact[0]));
        }
        vector_expect(&csv, "bb_20_2_middle", ready, bands[0], 0);
        if (!published)
            continue;
        vector_expect(&csv, "bb_20_2_upper", ready, bands[1], 0);
        vector_expect(&csv, "bb_20_2_lower", ready, bands[2], 0);
    }
}

TEST(bollinger_equals_the_published_vector)
{
    bollinger_run(test_shared(vector_files[0]), true);
}

/* TA-Lib takes a variance below 1e-14 for zero: in this file its bands have no width where the
 * market has some. The exact bands are the judge; only the middle is held against TA-Lib's. */
TEST(bollinger_is_right_near_a_price_of_one_hundred_thousandth)
{
    bollinger_run(test_shared(vector_files[1]), false);
}
