/* SPDX-License-Identifier: MIT */
#include "core/indicator/adx.h"

#include "vectors.h"

TEST(adx_worked_by_hand)
{
    /*
     * Period 2; candles high, low, close:
     *   0  10  8  9
     *   1  12  9 11   up 2, down -1: +move 2;             range 12 - 9 = 3
     *   2  13 11 12   up 1, down -2: +move 2 - 1 + 1 = 2; range 3 - 1.5 + 2 = 3.5
     *                 +DI 57.142857, -DI 0, DX 100
     *   3  12  8  9   up -1, down 3: +move 1, -move 3;    range 3.5 - 1.75 + 4 = 5.75
     *                 +DI 17.391304, -DI 52.173913, DX 100 * 2 / 4 = 50; ADX (100 + 50) / 2
     *   4  12  8  9   nothing: +move 0.5, -move 1.5;      range 5.75 - 2.875 + 4 = 6.875
     *                 +DI 7.272727, -DI 21.818182, DX 50; ADX (75 + 50) / 2
     */
    struct adx adx;
    double values[3] = {77, 77, 77}, plus, minus;
    adx_init(&adx, 2);
    EXPECT(!adx_update(&adx, 10, 8, 9, values));
    EXPECT(!adx_update(&adx, 12, 9, 11, values));
    EXPECT(!adx_directions(&adx, &plus, &minus));
    EXPECT(!adx_update(&adx, 13, 11, 12, values));
    EXPECT(adx_directions(&adx, &plus, &minus));
    EXPECT_NEAR(plus, 57.142857142857, 1e-9);
    EXPECT_NEAR(minus, 0, 0);
    EXPECT_NEAR(values[0], 77, 0);
    EXPECT(adx_update(&adx, 12, 8, 9, values));
    EXPECT_NEAR(values[0], 75, 1e-12);
    EXPECT_NEAR(values[1], 17.391304347826, 1e-9);
    EXPECT_NEAR(values[2], 52.173913043478, 1e-9);
    EXPECT(adx_update(&adx, 12, 8, 9, values));
    EXPECT_NEAR(values[0], 62.5, 1e-12);
    EXPECT_NEAR(values[1], 7.2727272727273, 1e-9);
    EXPECT_NEAR(values[2], 21.818181818182, 1e-9);
}

TEST(a_candle_that_reaches_out_equally_on_both_sides_moves_neither)
{
    struct adx adx;
    double values[3];
    adx_init(&adx, 1);
    EXPECT(!adx_update(&adx, 10, 8, 9, values));
    EXPECT(adx_update(&adx, 12, 6, 9, values));
    EXPECT_NEAR(values[1], 0, 0);
    EXPECT_NEAR(values[2], 0, 0);
}

TEST(adx_of_a_flat_market_is_zero)
{
    struct adx adx;
    double values[3] = {77, 77, 77};
    adx_init(&adx, 3);
    for (int i = 0; i < 10; i++)
        adx_update(&adx, 5, 5, 5, values);
    for (int i = 0; i < 3; i++)
        EXPECT_NEAR(values[i], 0, 0);
}

TEST(adx_keeps_its_value_while_neither_side_moves)
{
    /* Period 1 remembers nothing of the candle before: a rise reads 100, and then silence. */
    struct adx adx;
    double values[3];
    adx_init(&adx, 1);
    adx_update(&adx, 10, 8, 9, values);
    EXPECT(adx_update(&adx, 12, 9, 11, values));
    EXPECT_NEAR(values[0], 100, 0);
    EXPECT(adx_update(&adx, 12, 9, 11, values));
    EXPECT_NEAR(values[0], 100, 0);
    EXPECT_NEAR(values[1], 0, 0);
}

TEST(adx_and_its_directions_equal_the_published_vectors)
{
    for (int f = 0; f < 2; f++) {
        static struct csv csv;
        struct adx adx;
        adx_init(&adx, 14);
        csv_open(&csv, test_shared(vector_files[f]));
        while (csv_next(&csv)) {
            struct candle candle = csv_candle(&csv);
            double values[3] = {0}, plus = 0, minus = 0;
            bool ready = adx_update(&adx, candle.high, candle.low, candle.close, values);
            vector_expect(&csv, "adx_14", ready, values[0], 100);
            ready = adx_directions(&adx, &plus, &minus);
            vector_expect(&csv, "plus_di_14", ready, plus, 100);
            vector_expect(&csv, "minus_di_14", ready, minus, 100);
        }
    }
}
