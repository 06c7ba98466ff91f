/* SPDX-License-Identifier: MIT */
#include "core/indicator/mfi.h"

#include "vectors.h"

TEST(mfi_worked_by_hand)
{
    /*
     * Period 2; typical price, volume:
     *    10  1
     *    11  2   up 22
     *    11  5   neither
     *             100 * 22 / 22
     *    10  6   down 60; the 22 has left: 0
     *    12  5   up 60: 50
     */
    struct mfi mfi;
    double store[4], value = 77;
    mfi_init(&mfi, 2);
    EXPECT(!mfi_update(&mfi, store, 10, 1, &value));
    EXPECT(!mfi_update(&mfi, store, 11, 2, &value));
    EXPECT_NEAR(value, 77, 0);
    EXPECT(mfi_update(&mfi, store, 11, 5, &value));
    EXPECT_NEAR(value, 100, 0);
    EXPECT(mfi_update(&mfi, store, 10, 6, &value));
    EXPECT_NEAR(value, 0, 0);
    EXPECT(mfi_update(&mfi, store, 12, 5, &value));
    EXPECT_NEAR(value, 50, 0);
}

TEST(mfi_where_no_money_flows_is_fifty)
{
    struct mfi mfi;
    double store[6], value = 77;
    mfi_init(&mfi, 3);
    for (int i = 0; i < 10; i++)
        mfi_update(&mfi, store, 5, 7, &value); /* traded, but at one price */
    EXPECT_NEAR(value, 50, 0);
    for (int i = 0; i < 10; i++)
        mfi_update(&mfi, store, 5 + i, 0, &value); /* moved, but without trades */
    EXPECT_NEAR(value, 50, 0);
}

TEST(mfi_of_the_smallest_amounts_is_as_good)
{
    struct mfi mfi;
    double store[4], value = 77;
    mfi_init(&mfi, 2);
    mfi_update(&mfi, store, 1e-5, 1e-8, &value);
    mfi_update(&mfi, store, 2e-5, 1e-8, &value);
    mfi_update(&mfi, store, 1e-5, 2e-8, &value);
    EXPECT_NEAR(value, 50, 1e-12);
}

TEST(mfi_equals_the_published_vectors)
{
    for (int f = 0; f < 2; f++) {
        static struct csv csv;
        struct mfi mfi;
        double store[28];
        mfi_init(&mfi, 14);
        csv_open(&csv, test_shared(vector_files[f]));
        while (csv_next(&csv)) {
            struct candle candle = csv_candle(&csv);
            double value = 0;
            bool ready = mfi_update(&mfi, store, candle_typical(&candle), candle.volume, &value);
            vector_expect(&csv, "mfi_14", ready, value, 100);
        }
    }
}
