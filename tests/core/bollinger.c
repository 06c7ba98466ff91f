/* SPDX-License-Identifier: MIT */
#include "core/indicator/bollinger.h"

#include "vectors.h"

TEST(bollinger_worked_by_hand)
{
    /* Of 9 2 4 6 the last three: mean 4, squared distances 4 0 4, deviation sqrt(8/3). */
    struct bollinger bollinger;
    double bands[3] = {77, 77, 77};
    bollinger_init(&bollinger, 3, 2);
    EXPECT(!bollinger_update(&bollinger, 9, 0, bands));
    EXPECT(!bollinger_update(&bollinger, 2, 0, bands));
    EXPECT_NEAR(bands[0], 77, 0);
    EXPECT(bollinger_update(&bollinger, 4, 0, bands));
    EXPECT(bollinger_update(&bollinger, 6, 9, bands));
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
        bollinger_update(&bollinger, 0.1, 0.1, bands);
    for (int i = 0; i < 3; i++)
        EXPECT_NEAR(bands[i], 0.1, 0);
}

TEST(bollinger_of_period_one_is_the_close)
{
    struct bollinger bollinger;
    double bands[3];
    bollinger_init(&bollinger, 1, 2);
    EXPECT(bollinger_update(&bollinger, 3, 0, bands));
    EXPECT(bollinger_update(&bollinger, 8, 3, bands));
    for (int i = 0; i < 3; i++)
        EXPECT_NEAR(bands[i], 8, 1e-15);
}

/* In the second file TA-Lib's bands have no width; tests/core/stddev.c says why, and what is right.
 */
TEST(bollinger_equals_the_published_vectors)
{
    for (int f = 0; f < 2; f++) {
        static struct csv csv;
        static double closes[1200];
        struct bollinger bollinger;
        bollinger_init(&bollinger, 20, 2);
        csv_open(&csv, test_shared(vector_files[f]));
        for (uint32_t row = 0; csv_next(&csv); row++) {
            double bands[3] = {0}, close = closes[row] = csv_get(&csv, "close");
            bool ready =
                bollinger_update(&bollinger, close, row >= 20 ? closes[row - 20] : 0, bands);
            vector_expect(&csv, "bb_20_2_middle", ready, bands[0], 0);
            if (f > 0)
                continue;
            vector_expect(&csv, "bb_20_2_upper", ready, bands[1], 0);
            vector_expect(&csv, "bb_20_2_lower", ready, bands[2], 0);
        }
    }
}
