/* SPDX-License-Identifier: MIT */
#include "core/indicator/true_range.h"

#include "vectors.h"

TEST(true_range_counts_the_gap_from_the_close_before)
{
    EXPECT_NEAR(true_range_of(12, 10, 11), 2, 0); /* inside: high - low */
    EXPECT_NEAR(true_range_of(15, 14, 11), 4, 0); /* gapped up: high - close before */
    EXPECT_NEAR(true_range_of(9, 8, 11), 3, 0);   /* gapped down: close before - low */
    EXPECT_NEAR(true_range_of(11, 11, 11), 0, 0); /* nothing happened */
}

TEST(the_first_candle_has_no_true_range)
{
    struct true_range range = {0};
    double value = 77;
    EXPECT(!true_range_update(&range, 12, 10, 11, &value));
    EXPECT_NEAR(value, 77, 0);
    EXPECT(true_range_update(&range, 15, 14, 14, &value));
    EXPECT_NEAR(value, 4, 0);
}

TEST(true_range_equals_the_published_vectors)
{
    for (int f = 0; f < 2; f++) {
        static struct csv csv;
        struct true_range range = {0};
        csv_open(&csv, test_shared(vector_files[f]));
        while (csv_next(&csv)) {
            struct candle candle = csv_candle(&csv);
            double value = 0;
            bool ready = true_range_update(&range, candle.high, candle.low, candle.close, &value);
            vector_expect(&csv, "true_range", ready, value, candle.close);
        }
    }
}
