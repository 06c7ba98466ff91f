/* SPDX-License-Identifier: MIT */
#include "core/indicator/volume_ratio.h"

#include "test.h"

/* Feeds volumes with their window; -1 while warming up. */
static double volume_ratio_feed(struct volume_ratio *ratio, const double *volumes, uint32_t count)
{
    double value = -1;
    for (uint32_t i = 0; i < count; i++)
        volume_ratio_update(ratio, volumes[i], i >= ratio->period ? volumes[i - ratio->period] : 0,
                            &value);
    return value;
}

TEST(volume_ratio_worked_by_hand)
{
    /* 9 over the mean of the two before, (2 + 4) / 2: 3. The 9 itself is not in it. */
    struct volume_ratio ratio;
    volume_ratio_init(&ratio, 2);
    EXPECT_NEAR(volume_ratio_feed(&ratio, (double[]){50, 2, 4, 9}, 4), 3, 1e-15);
}

TEST(volume_ratio_needs_one_candle_more_than_its_period)
{
    struct volume_ratio ratio;
    volume_ratio_init(&ratio, 2);
    EXPECT_NEAR(volume_ratio_feed(&ratio, (double[]){2, 4}, 2), -1, 0);
    volume_ratio_init(&ratio, 2);
    EXPECT_NEAR(volume_ratio_feed(&ratio, (double[]){2, 4, 6}, 3), 2, 1e-15);
}

TEST(volume_ratio_of_period_one_is_over_the_candle_before)
{
    struct volume_ratio ratio;
    volume_ratio_init(&ratio, 1);
    EXPECT_NEAR(volume_ratio_feed(&ratio, (double[]){7, 2, 5}, 3), 2.5, 1e-15);
}

TEST(a_market_without_trades_is_usual_and_the_first_trade_is_the_largest_burst)
{
    struct volume_ratio ratio;
    volume_ratio_init(&ratio, 3);
    EXPECT_NEAR(volume_ratio_feed(&ratio, (double[]){0, 0, 0, 0}, 4), 1, 0);
    volume_ratio_init(&ratio, 3);
    EXPECT_NEAR(volume_ratio_feed(&ratio, (double[]){0, 0, 0, 5}, 4), VOLUME_RATIO_MAX, 0);
}

TEST(no_volume_ratio_exceeds_its_maximum)
{
    struct volume_ratio ratio;
    volume_ratio_init(&ratio, 2);
    EXPECT_NEAR(volume_ratio_feed(&ratio, (double[]){1, 1, 1e300}, 3), VOLUME_RATIO_MAX, 0);
    volume_ratio_init(&ratio, 2);
    EXPECT_NEAR(volume_ratio_feed(&ratio, (double[]){1, 1, 999}, 3), 999, 1e-9);
}

TEST(volume_ratio_says_when_a_burst_has_taken_its_digits_away)
{
    /* Moved along, 1e17 takes the ones with it and leaves 0 where 2 should be. */
    struct volume_ratio ratio;
    double value;
    volume_ratio_init(&ratio, 2);
    volume_ratio_feed(&ratio, (double[]){1, 1e17, 1, 1}, 4);
    EXPECT(volume_ratio_worn(&ratio));
    volume_ratio_init(&ratio, 2);
    volume_ratio_feed(&ratio, (double[]){1, 1}, 2);
    EXPECT(!volume_ratio_worn(&ratio));
    EXPECT(volume_ratio_update(&ratio, 3, 1, &value));
    EXPECT_NEAR(value, 3, 1e-15);
}
