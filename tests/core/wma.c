/* SPDX-License-Identifier: MIT */
#include "core/indicator/wma.h"

#include "vectors.h"

/* Feeds closes with their window; returns how often it had a value. */
static uint32_t wma_run(struct wma *wma, const double *closes, uint32_t count, double *ret_value)
{
    uint32_t values = 0;
    for (uint32_t i = 0; i < count; i++)
        values += wma_update(wma, closes[i], i >= wma->period ? closes[i - wma->period] : -1e99,
                             ret_value);
    return values;
}

TEST(wma_worked_by_hand)
{
    /* Of 9 1 2 6 the last three: (1 * 1 + 2 * 2 + 3 * 6) / 6 = 23 / 6. */
    struct wma wma;
    double value = 77;
    wma_init(&wma, 3);
    EXPECT_INT(wma_run(&wma, (double[]){9, 1}, 2, &value), 0);
    EXPECT_NEAR(value, 77, 0);
    wma_init(&wma, 3);
    EXPECT_INT(wma_run(&wma, (double[]){9, 1, 2, 6}, 4, &value), 2);
    EXPECT_NEAR(value, 23.0 / 6, 1e-14);
}

TEST(wma_of_period_one_is_the_close)
{
    struct wma wma;
    double value = 0;
    wma_init(&wma, 1);
    EXPECT_INT(wma_run(&wma, (double[]){4, 0.1, 9}, 3, &value), 3);
    EXPECT_NEAR(value, 9, 1e-15);
}

TEST(wma_of_a_flat_market_is_exactly_its_price)
{
    struct wma wma;
    double value = 0;
    wma_init(&wma, 7);
    for (int i = 0; i < 5000; i++)
        wma_update(&wma, 0.1, 0.1, &value);
    EXPECT_NEAR(value, 0.1, 0);
}

TEST(wma_is_worn_by_a_spike_and_not_by_a_market_that_moves)
{
    struct wma wma;
    double value, closes[] = {10, 12, 9, 1e6, 11, 10, 12, 11};
    wma_init(&wma, 3);
    for (uint32_t i = 0; i < 8; i++) {
        wma_update(&wma, closes[i], i >= 3 ? closes[i - 3] : 0, &value);
        EXPECT_INT(wma_worn(&wma, closes[i]), i >= 4);
    }
    wma_init(&wma, 3);
    EXPECT_INT(wma_run(&wma, closes + 5, 3, &value), 1);
    EXPECT(!wma_worn(&wma, 11));
}

TEST(wma_equals_the_published_vectors)
{
    for (int f = 0; f < 2; f++) {
        static struct csv csv;
        static double closes[1200];
        struct wma wma;
        wma_init(&wma, 20);
        csv_open(&csv, test_shared(vector_files[f]));
        for (uint32_t row = 0; csv_next(&csv); row++) {
            double value = 0;
            closes[row] = csv_get(&csv, "close");
            bool ready = wma_update(&wma, closes[row], row >= 20 ? closes[row - 20] : 0, &value);
            vector_expect(&csv, "wma_20", ready, value, 0);
        }
    }
}
