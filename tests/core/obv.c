/* SPDX-License-Identifier: MIT */
#include "core/indicator/obv.h"

#include "vectors.h"

TEST(obv_worked_by_hand)
{
    /* 5, then up 3, down 10, unmoved, up 1. */
    const double closes[] = {7, 8, 6, 6, 9}, volumes[] = {5, 3, 10, 4, 1},
                 sums[] = {5, 8, -2, -2, -1};
    struct obv obv;
    obv_init(&obv);
    for (int i = 0; i < 5; i++)
        EXPECT_NEAR(obv_update(&obv, closes[i], volumes[i]), sums[i], 0);
}

TEST(a_burst_that_is_taken_back_leaves_no_rounding_behind)
{
    struct obv obv;
    obv_init(&obv);
    obv_update(&obv, 1, 0.1);
    obv_update(&obv, 2, 1e17);
    EXPECT_NEAR(obv_update(&obv, 1, 1e17), 0.1, 0);
}

TEST(obv_equals_the_published_vectors)
{
    for (int f = 0; f < 2; f++) {
        static struct csv csv;
        struct obv obv;
        double run = 0;
        obv_init(&obv);
        csv_open(&csv, test_shared(vector_files[f]));
        while (csv_next(&csv)) {
            struct candle candle = csv_candle(&csv);
            run += candle.volume;
            vector_expect(&csv, "obv", true, obv_update(&obv, candle.close, candle.volume), run);
        }
    }
}
