/* SPDX-License-Identifier: MIT */
#include "core/indicator/atr.h"

#include "vectors.h"

TEST(atr_worked_by_hand)
{
    /* True ranges -, 2, 4, 3 with period 2: (2 + 4) / 2 = 3, then (3 * 1 + 3) / 2 = 3; with a
     * fourth of 5: (3 + 5) / 2 = 4. */
    struct atr atr;
    double value = 77;
    atr_init(&atr, 2);
    EXPECT(!atr_update(&atr, 12, 10, 11, &value));
    EXPECT(!atr_update(&atr, 12, 10, 11, &value));
    EXPECT_NEAR(value, 77, 0);
    EXPECT(atr_update(&atr, 15, 14, 14, &value));
    EXPECT_NEAR(value, 3, 1e-15);
    EXPECT(atr_update(&atr, 13, 11, 12, &value));
    EXPECT_NEAR(value, 3, 1e-15);
    EXPECT(atr_update(&atr, 17, 13, 14, &value));
    EXPECT_NEAR(value, 4, 1e-15);
}

TEST(atr_of_a_flat_market_is_zero)
{
    struct atr atr;
    double value = 77;
    atr_init(&atr, 3);
    for (int i = 0; i < 10; i++)
        atr_update(&atr, 5, 5, 5, &value);
    EXPECT_NEAR(value, 0, 0);
}

TEST(atr_of_period_one_is_the_true_range)
{
    struct atr atr;
    double value = 77;
    atr_init(&atr, 1);
    EXPECT(!atr_update(&atr, 12, 10, 11, &value));
    EXPECT(atr_update(&atr, 15, 14, 14, &value));
    EXPECT_NEAR(value, 4, 0);
    EXPECT(atr_update(&atr, 14, 14, 14, &value));
    EXPECT_NEAR(value, 0, 0);
}

TEST(atr_equals_the_published_vectors)
{
    for (int f = 0; f < 2; f++) {
        static struct csv csv;
        struct atr atr;
        atr_init(&atr, 14);
        csv_open(&csv, test_shared(vector_files[f]));
        while (csv_next(&csv)) {
            struct candle candle = csv_candle(&csv);
            double value = 0;
            bool ready = atr_update(&atr, candle.high, candle.low, candle.close, &value);
            vector_expect(&csv, "atr_14", ready, value, 0);
        }
    }
}
