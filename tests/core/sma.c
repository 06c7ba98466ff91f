/* SPDX-License-Identifier: MIT */
#include "core/indicator/sma.h"

#include "vectors.h"

/* Feeds closes, keeping the window that sma does not; returns how often it had a value. */
static uint32_t sma_feed(struct sma *sma, const double *closes, uint32_t count, double *ret_value)
{
    uint32_t values = 0;
    for (uint32_t i = 0; i < count; i++) {
        double leaving = i >= sma->period ? closes[i - sma->period] : -1e99;
        values += sma_update(sma, closes[i], leaving, ret_value);
    }
    return values;
}

TEST(sma_worked_by_hand)
{
    /* Of 1 2 6 7 the last three: (2 + 6 + 7) / 3 = 5; values after the third and fourth close. */
    struct sma sma;
    double value = 0;
    sma_init(&sma, 3);
    EXPECT_INT(sma_feed(&sma, (double[]){1, 2, 6, 7}, 4, &value), 2);
    EXPECT_NEAR(value, 5, 1e-15);
}

TEST(sma_leaves_its_result_untouched_while_warming_up)
{
    struct sma sma;
    double value = 77;
    sma_init(&sma, 3);
    EXPECT_INT(sma_feed(&sma, (double[]){1, 2}, 2, &value), 0);
    EXPECT_NEAR(value, 77, 0);
}

TEST(sma_of_period_one_is_the_close)
{
    struct sma sma;
    double value = 0;
    sma_init(&sma, 1);
    EXPECT_INT(sma_feed(&sma, (double[]){4, 0.1, 9}, 3, &value), 3);
    EXPECT_NEAR(value, 9, 1e-15);
}

TEST(sma_of_a_flat_market_is_its_price)
{
    struct sma sma;
    double value = 0;
    sma_init(&sma, 4);
    EXPECT_INT(sma_feed(&sma, (double[]){2.5, 2.5, 2.5, 2.5, 2.5, 2.5}, 6, &value), 3);
    EXPECT_NEAR(value, 2.5, 0);
}

TEST(sma_equals_the_published_vectors)
{
    for (int f = 0; f < 2; f++) {
        static struct csv csv;
        static double closes[1200];
        struct sma fast, slow;
        sma_init(&fast, 20);
        sma_init(&slow, 50);
        csv_open(&csv, test_shared(vector_files[f]));
        uint32_t row = 0;
        for (; csv_next(&csv); row++) {
            double value = 0;
            closes[row] = csv_get(&csv, "close");
            bool ready = sma_update(&fast, closes[row], row >= 20 ? closes[row - 20] : 0, &value);
            vector_expect(&csv, "sma_20", ready, value, 0);
            ready = sma_update(&slow, closes[row], row >= 50 ? closes[row - 50] : 0, &value);
            vector_expect(&csv, "sma_50", ready, value, 0);
        }
        EXPECT_INT(row, 1200);
    }
}
