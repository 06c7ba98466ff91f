/* SPDX-License-Identifier: MIT */
#include "core/indicator/percentile_rank.h"

#include "core/base/prng.h"
#include "test.h"

TEST(percentile_rank_worked_by_hand)
{
    /* 5 among 1 9 5 7: one is below, one equal: (1 + 1 / 2) / 4. Then 8 among 9 5 7 5: 3 of 4. */
    struct percentile_rank rank;
    double store[8], value = 77, values[] = {1, 9, 5, 7, 5, 8};
    percentile_rank_init(&rank, 4);
    for (int i = 0; i < 5; i++)
        EXPECT_INT(percentile_rank_update(&rank, store, values[i], &value), i == 4);
    EXPECT_NEAR(value, 37.5, 0);
    EXPECT(percentile_rank_update(&rank, store, values[5], &value));
    EXPECT_NEAR(value, 75, 0);
}

TEST(what_never_moves_ranks_in_the_middle)
{
    struct percentile_rank rank;
    double store[10], value = 77;
    percentile_rank_init(&rank, 5);
    for (int i = 0; i < 20; i++)
        percentile_rank_update(&rank, store, 3, &value);
    EXPECT_NEAR(value, 50, 0);
}

TEST(a_new_high_ranks_first_and_a_new_low_last)
{
    struct percentile_rank rank;
    double store[6], value;
    percentile_rank_init(&rank, 3);
    for (int i = 0; i < 4; i++)
        percentile_rank_update(&rank, store, i, &value);
    EXPECT_NEAR(value, 100, 0);
    EXPECT(percentile_rank_update(&rank, store, -1, &value));
    EXPECT_NEAR(value, 0, 0);
}

TEST(percentile_ranks_are_those_of_a_look_at_the_whole_window)
{
    static double values[600];
    struct prng prng;
    prng_init(&prng, test_seed());
    for (uint32_t period = 1; period <= 60; period++) {
        struct percentile_rank rank;
        double store[120], value = 0;
        percentile_rank_init(&rank, period);
        for (uint32_t i = 0; i < 600; i++) {
            values[i] = (double)prng_below(&prng, 2 * period); /* many are equal */
            EXPECT_INT(percentile_rank_update(&rank, store, values[i], &value), i >= period);
            if (i < period)
                continue;
            double halves = 0;
            for (uint32_t k = i - period; k < i; k++)
                halves += values[k] < values[i] ? 2 : values[k] == values[i] ? 1 : 0;
            EXPECT_NEAR(value, 100 * halves / (2 * period), 1e-12);
        }
    }
}
