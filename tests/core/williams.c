/* SPDX-License-Identifier: MIT */
#include "core/indicator/williams.h"

#include "vectors.h"

TEST(williams_worked_by_hand)
{
    /* Of 6..12 the close 11 stands 1 below the top of 6: -100 / 6. */
    struct williams williams;
    double store[4], value = 77;
    williams_init(&williams, 2);
    EXPECT(!williams_update(&williams, store, 10, 6, 8, &value));
    EXPECT_NEAR(value, 77, 0);
    EXPECT(williams_update(&williams, store, 12, 8, 11, &value));
    EXPECT_NEAR(value, -100.0 / 6, 1e-12);
}

TEST(williams_of_a_flat_market_is_zero)
{
    struct williams williams;
    double store[6], value = 77;
    williams_init(&williams, 3);
    for (int i = 0; i < 10; i++)
        williams_update(&williams, store, 5, 5, 5, &value);
    EXPECT_NEAR(value, 0, 0);
}

TEST(williams_equals_the_published_vectors)
{
    for (int f = 0; f < 2; f++) {
        static struct csv csv;
        struct williams williams;
        double store[28];
        williams_init(&williams, 14);
        csv_open(&csv, test_shared(vector_files[f]));
        while (csv_next(&csv)) {
            struct candle c = csv_candle(&csv);
            double value = 0;
            bool ready = williams_update(&williams, store, c.high, c.low, c.close, &value);
            vector_expect(&csv, "willr_14", ready, value, 100);
        }
    }
}
