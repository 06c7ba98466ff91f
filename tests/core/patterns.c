/* SPDX-License-Identifier: MIT */
#include "core/indicator/patterns.h"

#include "vectors.h"

#define BIT(pattern) (1u << (pattern))

/* What a story's last candle is found to be, after 12 usual ones with a body of 2 and a range of 4:
 * a body is long above 2, a shadow very short below 0.4, near is within 0.8. */
static uint32_t patterns_after(const struct candle *candles, uint32_t count, bool rising)
{
    struct patterns patterns;
    double store[80], masks[2] = {0};
    assert_true(patterns_store() <= 80);
    patterns_init(&patterns);
    for (uint32_t i = 0; i < 12; i++) {
        /* Up and down in turn, each body beside the one before, so that none engulfs another. */
        const struct candle up = {i, 100, 103, 99, 102, 1}, down = {i, 102, 103, 99, 100, 1};
        patterns_update(&patterns, store, i % 2 == 0 ? &up : &down, masks);
    }
    for (uint32_t i = 0; i < count; i++)
        EXPECT(patterns_update(&patterns, store, &candles[i], masks));
    return (uint32_t)masks[rising ? 0 : 1];
}

/* The candles of a story: open, high, low, close. */
#define CANDLES(...)                                                                               \
    (const struct candle[])                                                                        \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }
#define C(open, high, low, close)                                                                  \
    {                                                                                              \
        0, open, high, low, close, 1                                                               \
    }

TEST(a_body_that_covers_the_one_before_engulfs_it)
{
    const uint32_t full = BIT(PATTERN_ENGULFING), touching = BIT(PATTERN_ENGULFING_TOUCHING);
    EXPECT_INT(patterns_after(CANDLES(C(101, 103, 99, 100), C(99.5, 104, 98, 101.5)), 2, true),
               full);
    EXPECT_INT(patterns_after(CANDLES(C(100, 103, 99, 101), C(101.5, 104, 98, 99.5)), 2, false),
               full);
    /* At one end level with it; at both; and of the same colour. */
    EXPECT_INT(patterns_after(CANDLES(C(101, 103, 99, 100), C(100, 104, 98, 101.5)), 2, true),
               full | touching);
    EXPECT_INT(patterns_after(CANDLES(C(101, 103, 99, 100), C(100, 104, 98, 101)), 2, true), 0);
    EXPECT_INT(patterns_after(CANDLES(C(100, 103, 99, 101), C(99.5, 104, 98, 101.5)), 2, true), 0);
}

TEST(a_hammer_has_a_small_body_at_the_low_before_and_a_long_shadow_below)
{
    EXPECT_INT(patterns_after(CANDLES(C(99.5, 100.6, 96, 100.5)), 1, true), BIT(PATTERN_HAMMER));
    EXPECT_INT(patterns_after(CANDLES(C(99.5, 101, 96, 100.5)), 1, true), 0);     /* shadow above */
    EXPECT_INT(patterns_after(CANDLES(C(99.5, 100.6, 98.6, 100.5)), 1, true), 0); /* none below */
    EXPECT_INT(patterns_after(CANDLES(C(100, 101.1, 96, 101)), 1, true), 0);      /* too far up */
    EXPECT_INT(patterns_after(CANDLES(C(99.5, 101.6, 96, 101.5)), 1, true), 0);   /* not small */
}

TEST(a_shooting_star_gaps_up_with_a_long_shadow_above)
{
    const uint32_t star = BIT(PATTERN_SHOOTING_STAR);
    EXPECT_INT(patterns_after(CANDLES(C(103, 108, 102.9, 104)), 1, false), star);
    EXPECT_INT(patterns_after(CANDLES(C(102, 108, 101.9, 103)), 1, false), 0); /* no gap */
    EXPECT_INT(patterns_after(CANDLES(C(103, 104.5, 102.9, 104)), 1, false), 0);
    EXPECT_INT(patterns_after(CANDLES(C(103, 108, 102, 104)), 1, false), 0);
}

TEST(a_doji_has_next_to_no_body)
{
    EXPECT_INT(patterns_after(CANDLES(C(101, 103, 99, 101.25)), 1, true), BIT(PATTERN_DOJI));
    EXPECT_INT(patterns_after(CANDLES(C(101, 103, 99, 101)), 1, true), BIT(PATTERN_DOJI));
    EXPECT_INT(patterns_after(CANDLES(C(101, 103, 99, 101.5)), 1, true), 0);
}

TEST(a_morning_star_turns_a_fall_round)
{
    const uint32_t star = BIT(PATTERN_MORNING_STAR);
    EXPECT_INT(
        patterns_after(CANDLES(C(102, 103, 97, 98), C(97, 97.6, 96, 97.5), C(97, 102, 96, 101)), 3,
                       true),
        star);
    EXPECT_INT(
        patterns_after(CANDLES(C(102, 103, 97, 98), C(98, 98.6, 96, 98.5), C(97, 102, 96, 101)), 3,
                       true) &
            star,
        0); /* no gap */
    EXPECT_INT(
        patterns_after(CANDLES(C(102, 103, 97, 98), C(97, 97.6, 96, 97.5), C(96, 102, 96, 99)), 3,
                       true) &
            star,
        0); /* 99 is not above 98 + 0.3 * 4 */
}

TEST(an_evening_star_is_its_mirror)
{
    const uint32_t star = BIT(PATTERN_EVENING_STAR);
    EXPECT_INT(patterns_after(
                   CANDLES(C(100, 105, 99, 104), C(105, 106, 104.4, 104.5), C(105, 106, 100, 101)),
                   3, false),
               star);
    EXPECT_INT(patterns_after(
                   CANDLES(C(100, 105, 99, 104), C(105, 106, 104.4, 104.5), C(105, 106, 100, 103)),
                   3, false) &
                   star,
               0);
}

TEST(piercing_opens_below_the_low_and_closes_above_the_middle)
{
    const uint32_t piercing = BIT(PATTERN_PIERCING);
    EXPECT_INT(patterns_after(CANDLES(C(103, 104, 98, 99), C(97.5, 102, 97, 101.5)), 2, true),
               piercing);
    EXPECT_INT(patterns_after(CANDLES(C(103, 104, 98, 99), C(97.5, 102, 97, 100.5)), 2, true), 0);
    EXPECT_INT(patterns_after(CANDLES(C(103, 104, 98, 99), C(98.2, 102, 97, 101.5)), 2, true), 0);
}

TEST(a_dark_cloud_is_its_mirror)
{
    const uint32_t cloud = BIT(PATTERN_DARK_CLOUD_COVER);
    EXPECT_INT(patterns_after(CANDLES(C(99, 104, 98, 103), C(104.5, 105, 100, 100.5)), 2, false),
               cloud);
    EXPECT_INT(patterns_after(CANDLES(C(99, 104, 98, 103), C(104.5, 105, 101, 101.5)), 2, false),
               0);
    EXPECT_INT(patterns_after(CANDLES(C(99, 104, 98, 103), C(103.5, 105, 100, 100.5)), 2, false),
               0);
}

TEST(a_figure_has_the_patterns_strength_and_side)
{
    const double rising[2] = {BIT(PATTERN_ENGULFING) | BIT(PATTERN_DOJI), 0};
    const double falling[2] = {0, BIT(PATTERN_ENGULFING) | BIT(PATTERN_ENGULFING_TOUCHING) |
                                      BIT(PATTERN_SHOOTING_STAR)};
    EXPECT_INT(patterns_figure(rising, PATTERN_ENGULFING), 100);
    EXPECT_INT(patterns_figure(rising, PATTERN_DOJI), 100);
    EXPECT_INT(patterns_figure(rising, PATTERN_HAMMER), 0);
    EXPECT_INT(patterns_figure(falling, PATTERN_ENGULFING), -80);
    EXPECT_INT(patterns_figure(falling, PATTERN_SHOOTING_STAR), -100);
}

TEST(patterns_of_a_flat_market_are_doji_and_nothing_else)
{
    struct patterns patterns;
    double store[80], masks[2];
    patterns_init(&patterns);
    for (uint32_t i = 0; i < 30; i++) {
        const struct candle flat = candle_flat(i, 0.1);
        EXPECT_INT(patterns_update(&patterns, store, &flat, masks), i + 1 >= PATTERNS_WARMUP);
    }
    EXPECT_NEAR(masks[0], BIT(PATTERN_DOJI), 0);
    EXPECT_NEAR(masks[1], 0, 0);
}

TEST(patterns_equal_the_published_vectors)
{
    static const char *const columns[PATTERN_COUNT] = {
        "cdl_engulfing",    "cdl_hammer",       "cdl_shooting_star", "cdl_doji",
        "cdl_morning_star", "cdl_evening_star", "cdl_piercing",      "cdl_dark_cloud_cover",
    };
    for (int f = 0; f < 2; f++) {
        static struct csv csv;
        struct patterns patterns;
        double store[80], masks[2];
        patterns_init(&patterns);
        csv_open(&csv, test_shared(vector_files[f]));
        for (uint32_t row = 1; csv_next(&csv); row++) {
            struct candle candle = csv_candle(&csv);
            patterns_update(&patterns, store, &candle, masks);
            for (uint32_t p = 0; p < PATTERN_COUNT; p++)
                vector_expect(&csv, columns[p], row >= patterns_warmup(p),
                              patterns_figure(masks, p), 100);
        }
    }
}
