/* SPDX-License-Identifier: MIT */
#include "core/indicator/cci.h"

#include "vectors.h"

TEST(cci_worked_by_hand)
{
    /* Of 50 1 2 6 the last three: mean 3, distances 2 1 3, their mean 2: (6 - 3) / (0.015 * 2). */
    struct cci cci;
    double store[3], value = 77, typicals[] = {50, 1, 2, 6};
    cci_init(&cci, 3);
    for (int i = 0; i < 4; i++)
        EXPECT_INT(cci_update(&cci, store, typicals[i], &value), i >= 2);
    EXPECT_NEAR(value, 100, 1e-12);
}

TEST(cci_of_a_flat_market_is_zero_and_not_one_rounding_over_another)
{
    struct cci cci;
    double store[7], value = 77;
    cci_init(&cci, 7);
    for (int i = 0; i < 30; i++)
        cci_update(&cci, store, 0.1, &value);
    EXPECT_NEAR(value, 0, 0);
}

TEST(cci_of_prices_that_differ_in_their_last_digit_alone_is_theirs)
{
    /* 0 1 1 1 0 steps above 1e-5: mean 0.6, distances 0.6 0.4 0.4 0.4 0.6, their mean 0.48. */
    struct cci cci;
    const double price = 1e-5, next = nextafter(price, 1);
    double store[5], value = 77, typicals[] = {price, next, next, next, price};
    cci_init(&cci, 5);
    for (int i = 0; i < 5; i++)
        cci_update(&cci, store, typicals[i], &value);
    EXPECT_NEAR(value, -0.6 / (0.015 * 0.48), 1e-9);
}

TEST(cci_of_period_one_is_zero)
{
    struct cci cci;
    double store[1], value = 77;
    cci_init(&cci, 1);
    EXPECT(cci_update(&cci, store, 3, &value));
    EXPECT(cci_update(&cci, store, 8, &value));
    EXPECT_NEAR(value, 0, 0);
}

TEST(cci_equals_the_published_vectors)
{
    for (int f = 0; f < 2; f++) {
        static struct csv csv;
        struct cci cci;
        double store[20];
        cci_init(&cci, 20);
        csv_open(&csv, test_shared(vector_files[f]));
        while (csv_next(&csv)) {
            struct candle candle = csv_candle(&csv);
            double value = 0;
            bool ready = cci_update(&cci, store, candle_typical(&candle), &value);
            vector_expect(&csv, "cci_20", ready, value, 100);
        }
    }
}
