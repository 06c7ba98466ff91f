/* SPDX-License-Identifier: MIT */
#include "core/indicator/rsi.h"

#include "vectors.h"

static double rsi_of(uint32_t period, const double *closes, uint32_t count)
{
    struct rsi rsi;
    double value = -1;
    rsi_init(&rsi, period);
    for (uint32_t i = 0; i < count; i++)
        rsi_update(&rsi, closes[i], &value);
    return value;
}

TEST(rsi_worked_by_hand)
{
    /* Moves +1 -1 +2: gains 1/2, then (1/2 + 2) / 2 = 1.25; losses 1/2, then 0.25:
     * 100 * 1.25 / 1.5. */
    EXPECT_NEAR(rsi_of(2, (double[]){10, 11, 10, 12}, 4), 83.3333333333, 1e-9);
}

TEST(rsi_needs_one_close_more_than_its_period)
{
    EXPECT_NEAR(rsi_of(2, (double[]){10}, 1), -1, 0);
    EXPECT_NEAR(rsi_of(2, (double[]){10, 11}, 2), -1, 0);
    EXPECT_NEAR(rsi_of(2, (double[]){10, 11, 10}, 3), 50, 1e-12);
}

TEST(rsi_of_a_flat_market_is_fifty)
{
    EXPECT_NEAR(rsi_of(3, (double[]){7, 7, 7, 7, 7, 7}, 6), 50, 0);
}

TEST(rsi_of_a_market_that_only_rises_is_a_hundred)
{
    EXPECT_NEAR(rsi_of(3, (double[]){1, 2, 3, 4, 5}, 5), 100, 0);
}

TEST(rsi_of_a_market_that_only_falls_is_zero)
{
    EXPECT_NEAR(rsi_of(3, (double[]){5, 4, 3, 2, 1}, 5), 0, 0);
}

TEST(rsi_of_period_one_says_which_way_the_last_candle_went)
{
    EXPECT_NEAR(rsi_of(1, (double[]){5, 9, 8}, 3), 0, 0);
    EXPECT_NEAR(rsi_of(1, (double[]){5, 9, 10}, 3), 100, 0);
    EXPECT_NEAR(rsi_of(1, (double[]){5, 9, 9}, 3), 50, 0);
}

TEST(rsi_stays_a_number_through_years_of_silence)
{
    /* The averages shrink until they are the smallest doubles there are. */
    struct rsi rsi;
    double value = 0;
    rsi_init(&rsi, 14);
    for (int i = 0; i < 20; i++)
        rsi_update(&rsi, 100 + i % 3, &value);
    for (int i = 0; i < 100000; i++)
        rsi_update(&rsi, 100, &value);
    EXPECT(value >= 0 && value <= 100);
}

TEST(rsi_equals_the_published_vectors)
{
    for (int f = 0; f < 2; f++) {
        static struct csv csv;
        struct rsi rsi;
        rsi_init(&rsi, 14);
        csv_open(&csv, test_shared(vector_files[f]));
        while (csv_next(&csv)) {
            double value = 0;
            bool ready = rsi_update(&rsi, csv_get(&csv, "close"), &value);
            vector_expect(&csv, "rsi_14", ready, value, 100);
        }
    }
}
