/* SPDX-License-Identifier: MIT */
#include "core/indicator/vwap.h"

#include "core/base/timestamp.h"
#include "test.h"

TEST(vwap_worked_by_hand)
{
    /* 10 x 1, 20 x 3, 40 x 1, two candles at a time: 70 / 4, then 100 / 4. */
    struct vwap vwap;
    double store[4], value = 77;
    vwap_init(&vwap, 2);
    EXPECT(!vwap_update(&vwap, store, 10, 1, &value));
    EXPECT_NEAR(value, 77, 0);
    EXPECT(vwap_update(&vwap, store, 20, 3, &value));
    EXPECT_NEAR(value, 17.5, 0);
    EXPECT(vwap_update(&vwap, store, 40, 1, &value));
    EXPECT_NEAR(value, 25, 0);
}

TEST(vwap_without_trades_is_the_newest_typical_price)
{
    struct vwap vwap;
    double store[4], value;
    vwap_init(&vwap, 2);
    vwap_update(&vwap, store, 10, 5, &value);
    vwap_update(&vwap, store, 11, 0, &value);
    EXPECT_NEAR(value, 10, 0);
    EXPECT(vwap_update(&vwap, store, 12, 0, &value));
    EXPECT_NEAR(value, 12, 0);
}

TEST(the_days_vwap_begins_at_midnight_and_is_silent_on_a_day_it_has_not_seen_whole)
{
    static const struct {
        int64_t hour;
        double typical, volume;
        bool ready;
        double value;
    } story[] = {
        {22, 10, 1, false, 77}, {23, 20, 1, false, 77}, {24, 30, 1, true, 30},
        {25, 50, 3, true, 45},  {47, 60, 0, true, 45},  {49, 70, 0, true, 70}, /* 48 is missing */
        {50, 80, 2, true, 80},
    };
    struct vwap_day vwap;
    double value = 77;
    vwap_day_init(&vwap);
    for (int i = 0; i < 7; i++) {
        EXPECT_INT(vwap_day_update(&vwap, story[i].hour * NS_PER_HOUR, story[i].typical,
                                   story[i].volume, &value),
                   story[i].ready);
        EXPECT_NEAR(value, story[i].value, 0);
    }
}

TEST(a_program_that_starts_at_midnight_has_the_days_vwap_at_once)
{
    struct vwap_day vwap;
    double value = 77;
    vwap_day_init(&vwap);
    EXPECT(vwap_day_update(&vwap, 3 * NS_PER_DAY, 5, 1, &value));
    EXPECT_NEAR(value, 5, 0);
}
