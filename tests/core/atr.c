/* SPDX-License-Identifier: MIT */
#include "core/indicator/atr.h"

#include "vectors.h"

TEST(true_range_counts_the_gap_from_the_close_before)
{
    EXPECT_NEAR(atr_true_range(12, 10, 11), 2, 0); /* inside: high - low */
    EXPECT_NEAR(atr_true_range(15, 14, 11), 4, 0); /* gapped up: high - close before */
    EXPECT_NEAR(atr_true_range(9, 8, 11), 3, 0);   /* gapped down: close before - low */
    EXPECT_NEAR(atr_true_range(11, 11, 11), 0, 0); /* nothing happened */
}

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

TEST(atr_and_true_range_equal_the_published_vectors)
{
    for (int f = 0; f < 2; f++) {
        static struct csv csv;
        struct atr atr;
        atr_init(&atr, 14);
        csv_open(&csv, test_shared(vector_files[f]));
        double close_before = 0;
        while (csv_next(&csv)) {
            struct candle candle = csv_candle(&csv);
            double range = atr_true_range(candle.high, candle.low, close_before);
            vector_expect(&csv, "true_range", close_before > 0, range, candle.close);
            close_before = candle.close;
            double value = 0;
            bool ready = atr_update(&atr, candle.high, candle.low, candle.close, &value);
            vector_expect(&csv, "atr_14", ready, value, 0);
        }
    }
}
