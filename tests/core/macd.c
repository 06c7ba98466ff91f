/* SPDX-License-Identifier: MIT */
#include "core/indicator/macd.h"

#include "vectors.h"

TEST(macd_worked_by_hand)
{
    /*
     * Fast 1, slow 2, signal 2; closes 4 6 9 9:
     *   6   fast 6, slow (4 + 6) / 2 = 5: line 1
     *   9   fast 9, slow 5 + 4 * 2 / 3 = 7.6666: line 1.3333; signal (1 + 1.3333) / 2 = 1.1666
     *   9   fast 9, slow 7.6666 + 1.3333 * 2 / 3 = 8.5555: line 0.4444;
     *       signal 1.1666 + (0.4444 - 1.1666) * 2 / 3 = 0.6851
     */
    struct macd macd;
    double values[3] = {77, 77, 77};
    macd_init(&macd, 1, 2, 2);
    EXPECT(!macd_update(&macd, 4, values));
    EXPECT(!macd_update(&macd, 6, values));
    EXPECT_NEAR(values[0], 77, 0);
    EXPECT(macd_update(&macd, 9, values));
    EXPECT_NEAR(values[0], 4.0 / 3, 1e-14);
    EXPECT_NEAR(values[1], 7.0 / 6, 1e-14);
    EXPECT_NEAR(values[2], 1.0 / 6, 1e-14);
    EXPECT(macd_update(&macd, 9, values));
    EXPECT_NEAR(values[0], 4.0 / 9, 1e-14);
    EXPECT_NEAR(values[1], 37.0 / 54, 1e-14);
    EXPECT_NEAR(values[2], -13.0 / 54, 1e-14);
}

TEST(the_fast_average_is_seeded_with_the_closes_just_before_the_slow_one_is_there)
{
    /* Fast 2, slow 4: the first close, 100, is not in the fast seed. (3 + 5) / 2 - 113 / 4. */
    struct macd macd;
    double values[3], closes[] = {100, 5, 3, 5};
    macd_init(&macd, 2, 4, 1);
    for (int i = 0; i < 4; i++)
        EXPECT_INT(macd_update(&macd, closes[i], values), i == 3);
    EXPECT_NEAR(values[0], 4 - 113.0 / 4, 1e-13);
    EXPECT_NEAR(values[2], 0, 0);
}

TEST(macd_of_a_flat_market_is_zero)
{
    struct macd macd;
    double values[3] = {77, 77, 77};
    macd_init(&macd, 3, 5, 2);
    for (int i = 0; i < 30; i++)
        macd_update(&macd, 0.5, values);
    for (int i = 0; i < 3; i++)
        EXPECT_NEAR(values[i], 0, 0);
}

TEST(macd_equals_the_published_vectors)
{
    for (int f = 0; f < 2; f++) {
        static struct csv csv;
        struct macd macd;
        macd_init(&macd, 12, 26, 9);
        csv_open(&csv, test_shared(vector_files[f]));
        while (csv_next(&csv)) {
            double values[3] = {0}, close = csv_get(&csv, "close");
            bool ready = macd_update(&macd, close, values);
            vector_expect(&csv, "macd_12_26_9", ready, values[0], close);
            vector_expect(&csv, "macd_12_26_9_signal", ready, values[1], close);
            vector_expect(&csv, "macd_12_26_9_histogram", ready, values[2], close);
        }
    }
}
