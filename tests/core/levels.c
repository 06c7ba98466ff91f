/* SPDX-License-Identifier: MIT */
#include "core/indicator/levels.h"

#include "core/base/prng.h"
#include "test.h"

#define PERIOD_MAX 60

/* Feeds highs with a low one below each. */
static bool levels_run(struct levels *levels, double *store, const double *highs, uint32_t count,
                       double *values)
{
    bool ready = false;
    for (uint32_t i = 0; i < count; i++)
        ready = levels_update(levels, store, highs[i], highs[i] - 1, values);
    return ready;
}

TEST(levels_worked_by_hand)
{
    /*
     *   100 .   .   .   .   .   .          highs; the swings are 99, 98, 90 and 98.5
     *           99          98
     *                               98.5
     *                   90
     * Within 1 % of 99 lie 99, 98.5 and (99 * 0.99 = 98.01) not 98: two touches at 98.75. Within 1
     * % of 98.5 lie 98.5 and 98: two as well, but lower. Lows are 1 below: 79, 84, 79, 79.5.
     */
    const double highs[] = {90, 91, 99, 85, 80,   85, 90,   87, 85, 88,
                            98, 85, 80, 86, 98.5, 82, 80.5, 84, 85};
    struct levels levels;
    double store[64], values[LEVELS_OUTPUTS];
    EXPECT(levels_store(19) <= 64);
    levels_init(&levels, 19, 0.01);
    EXPECT(levels_run(&levels, store, highs, 19, values));
    EXPECT_NEAR(values[LEVELS_RESISTANCE], 98.75, 1e-12);
    EXPECT_NEAR(values[LEVELS_RESISTANCE_TOUCHES], 2, 0);
    EXPECT_NEAR(values[LEVELS_SUPPORT], (79 + 79 + 79.5) / 3, 1e-12);
    EXPECT_NEAR(values[LEVELS_SUPPORT_TOUCHES], 3, 0);
}

TEST(a_swing_is_known_two_candles_late_and_forgotten_with_its_neighbours)
{
    /* The high of 9 at place 3 is the only swing; period 6. */
    const double highs[] = {5, 6, 7, 9, 7, 6, 5, 4, 3, 2, 1};
    struct levels levels;
    double store[32], values[LEVELS_OUTPUTS];
    levels_init(&levels, 6, 0.01);
    for (uint32_t i = 0; i < 11; i++) {
        EXPECT_INT(levels_update(&levels, store, highs[i], 0.5, values), i >= 5);
        if (i >= 5) /* its first neighbour, at place 1, leaves with candle 7 */
            EXPECT_NEAR(values[LEVELS_RESISTANCE], i <= 6 ? 9 : 0, 0);
        EXPECT_INT(levels.resistance.touches, i >= 5 && i <= 6);
    }
}

TEST(a_market_that_never_turns_has_no_levels)
{
    struct levels levels;
    double store[32], values[LEVELS_OUTPUTS];
    levels_init(&levels, 10, 0.01);
    for (int i = 1; i <= 30; i++)
        levels_update(&levels, store, i + 1, i, values);
    for (int k = 0; k < LEVELS_OUTPUTS; k++)
        EXPECT_NEAR(values[k], 0, 0);
}

TEST(of_equal_candles_none_is_a_swing_and_of_a_plateau_the_last_is)
{
    struct levels levels;
    double store[32], values[LEVELS_OUTPUTS];
    levels_init(&levels, 10, 0.01);
    const double flat[] = {5, 5, 5, 5, 5, 5, 5, 5, 5, 5},
                 plateau[] = {5, 5, 5, 6, 6, 6, 5, 5, 5, 5};
    levels_run(&levels, store, flat, 10, values);
    EXPECT_NEAR(values[LEVELS_RESISTANCE_TOUCHES], 0, 0);
    levels_init(&levels, 10, 0.01);
    levels_run(&levels, store, plateau, 10, values);
    EXPECT_NEAR(values[LEVELS_RESISTANCE_TOUCHES], 1, 0);
    EXPECT_NEAR(values[LEVELS_RESISTANCE], 6, 0);
}

/* The slow model, of one side: `sign` 1 of highs, -1 of lows. */
static double touches_exact(const double *prices, uint32_t newest, uint32_t period,
                            double tolerance, double sign, double *ret_price)
{
    double most = 0;
    *ret_price = 0;
    bool swing[500] = {false};
    for (uint32_t s = newest + 1 - period + 2; s + 2 <= newest; s++) {
        const double p = sign * prices[s];
        swing[s] = p >= sign * prices[s - 1] && p >= sign * prices[s - 2] &&
                   p > sign * prices[s + 1] && p > sign * prices[s + 2];
    }
    for (uint32_t top = newest + 1 - period; top <= newest; top++) {
        double count = 0, sum = 0;
        for (uint32_t s = newest + 1 - period; swing[top] && s <= newest; s++) {
            const double below = sign * (prices[top] - prices[s]);
            if (swing[s] && below >= 0 && below <= tolerance * prices[top]) {
                count++;
                sum += prices[s];
            }
        }
        const double price = count > 0 ? sum / count : 0;
        if (count > most || (count == most && count > 0 && sign * price > sign * *ret_price)) {
            most = count;
            *ret_price = price;
        }
    }
    return most;
}

static void compare_with_exact(struct prng *prng, uint32_t period, double tolerance)
{
    struct levels levels;
    double store[256], values[LEVELS_OUTPUTS], highs[400], lows[400];
    EXPECT(levels_store(period) <= 256);
    levels_init(&levels, period, tolerance);
    for (uint32_t i = 0; i < 400; i++) {
        lows[i] = 100 + (double)prng_below(prng, 20);
        highs[i] = lows[i] + (double)prng_below(prng, 10);
        if (!levels_update(&levels, store, highs[i], lows[i], values))
            continue;
        double price;
        EXPECT_NEAR(values[LEVELS_RESISTANCE_TOUCHES],
                    touches_exact(highs, i, period, tolerance, 1, &price), 0);
        EXPECT_NEAR(values[LEVELS_RESISTANCE], price, 1e-10);
        EXPECT_NEAR(values[LEVELS_SUPPORT_TOUCHES],
                    touches_exact(lows, i, period, tolerance, -1, &price), 0);
        EXPECT_NEAR(values[LEVELS_SUPPORT], price, 1e-10);
    }
}

/* A sixteenth of 112 is 7: there a swing stands just where another reaches to, without rounding. */
TEST(levels_are_those_of_a_look_at_the_whole_window)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    for (uint32_t period = 5; period <= PERIOD_MAX; period++) {
        compare_with_exact(&prng, period, 0.0205);
        compare_with_exact(&prng, period, 0.0625);
        compare_with_exact(&prng, period, 0);
    }
}
