/* SPDX-License-Identifier: MIT */
#include "core/indicator/stochastic.h"

#include "vectors.h"

TEST(stochastic_worked_by_hand)
{
    /*
     * Period 2, slow 2, signal 2; high, low, close:
     *   10  6  8
     *   12  8 11   of 6..12: 100 * 5 / 6 = 83.3333
     *   12 10 10   of 8..12: 50; k (83.3333 + 50) / 2 = 66.6666
     *   14 10 14   of 10..14: 100; k 75; d (66.6666 + 75) / 2 = 70.8333
     */
    struct stochastic stochastic;
    double store[8], values[2] = {77, 77};
    EXPECT_INT(stochastic_store(2, 2, 2), 8);
    stochastic_init(&stochastic, 2, 2, 2);
    EXPECT(!stochastic_update(&stochastic, store, 10, 6, 8, values));
    EXPECT(!stochastic_update(&stochastic, store, 12, 8, 11, values));
    EXPECT(!stochastic_update(&stochastic, store, 12, 10, 10, values));
    EXPECT_NEAR(values[0], 77, 0);
    EXPECT(stochastic_update(&stochastic, store, 14, 10, 14, values));
    EXPECT_NEAR(values[0], 75, 1e-12);
    EXPECT_NEAR(values[1], 70.833333333333, 1e-9);
}

TEST(stochastic_of_a_flat_market_is_zero)
{
    struct stochastic stochastic;
    double store[20], values[2] = {77, 77};
    stochastic_init(&stochastic, 3, 2, 2);
    for (int i = 0; i < 20; i++)
        stochastic_update(&stochastic, store, 5, 5, 5, values);
    EXPECT_NEAR(values[0], 0, 0);
    EXPECT_NEAR(values[1], 0, 0);
}

TEST(stochastic_equals_the_published_vectors)
{
    for (int f = 0; f < 2; f++) {
        static struct csv csv;
        struct stochastic stochastic;
        double store[34];
        stochastic_init(&stochastic, 14, 3, 3);
        csv_open(&csv, test_shared(vector_files[f]));
        while (csv_next(&csv)) {
            struct candle c = csv_candle(&csv);
            double values[2] = {0};
            bool ready = stochastic_update(&stochastic, store, c.high, c.low, c.close, values);
            vector_expect(&csv, "stoch_14_3_3_k", ready, values[0], 100);
            vector_expect(&csv, "stoch_14_3_3_d", ready, values[1], 100);
        }
    }
}
