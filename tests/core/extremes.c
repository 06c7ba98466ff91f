/* SPDX-License-Identifier: MIT */
#include "core/indicator/extremes.h"

#include "core/base/prng.h"
#include "vectors.h"

#define PERIOD_MAX 64

TEST(extremes_worked_by_hand)
{
    static const struct {
        double high, low;
        bool ready;
        double highest, lowest;
    } story[] = {
        {5, 4, false, 0, 0}, {9, 3, false, 0, 0}, {6, 5, true, 9, 3},
        {7, 6, true, 9, 3},  {8, 7, true, 8, 5},  {2, 1, true, 8, 1},
    };
    struct extremes extremes;
    double store[6], values[2] = {0, 0};
    EXPECT_INT(extremes_store(3), 6);
    extremes_init(&extremes, 3);
    for (int i = 0; i < 6; i++) {
        EXPECT_INT(extremes_update(&extremes, store, story[i].high, story[i].low, values),
                   story[i].ready);
        EXPECT_NEAR(values[0], story[i].highest, 0);
        EXPECT_NEAR(values[1], story[i].lowest, 0);
    }
}

TEST(extremes_of_period_one_are_the_candle_itself)
{
    struct extremes extremes;
    double store[2], values[2] = {0};
    extremes_init(&extremes, 1);
    for (int i = 1; i < 4; i++) {
        EXPECT(extremes_update(&extremes, store, 10.0 / i, -i, values));
        EXPECT_NEAR(values[0], 10.0 / i, 0);
        EXPECT_NEAR(values[1], -i, 0);
    }
}

TEST(extremes_are_those_of_a_look_at_the_whole_window)
{
    static double highs[500], lows[500];
    struct prng prng;
    prng_init(&prng, test_seed());
    for (uint32_t period = 1; period <= PERIOD_MAX; period++) {
        struct extremes extremes;
        double store[2 * PERIOD_MAX], values[2] = {0};
        extremes_init(&extremes, period);
        for (uint32_t i = 0; i < 500; i++) {
            lows[i] = (double)prng_below(&prng, 30); /* many are equal */
            highs[i] = lows[i] + (double)prng_below(&prng, 5);
            EXPECT_INT(extremes_update(&extremes, store, highs[i], lows[i], values),
                       i + 1 >= period);
            if (i + 1 < period)
                continue;
            double highest = 0, lowest = 1e9;
            for (uint32_t k = i + 1 - period; k <= i; k++) {
                highest = fmax(highest, highs[k]);
                lowest = fmin(lowest, lows[k]);
            }
            EXPECT_NEAR(values[0], highest, 0);
            EXPECT_NEAR(values[1], lowest, 0);
        }
    }
}

TEST(extremes_equal_the_published_vectors)
{
    for (int f = 0; f < 2; f++) {
        static struct csv csv;
        struct extremes extremes;
        double store[40];
        extremes_init(&extremes, 20);
        csv_open(&csv, test_shared(vector_files[f]));
        while (csv_next(&csv)) {
            struct candle candle = csv_candle(&csv);
            double values[2] = {0};
            bool ready = extremes_update(&extremes, store, candle.high, candle.low, values);
            vector_expect(&csv, "highest_20", ready, values[0], 0);
            vector_expect(&csv, "lowest_20", ready, values[1], 0);
        }
    }
}
