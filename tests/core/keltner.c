/* SPDX-License-Identifier: MIT */
#include "core/indicator/keltner.h"

#include "test.h"

TEST(keltner_worked_by_hand)
{
    /*
     * EMA 2, ATR 2, one and a half ATRs; high, low, close:
     *   12 10 11
     *   12 10 12   EMA (11 + 12) / 2 = 11.5; range 2
     *   15 14 14   EMA 11.5 + (14 - 11.5) * 2 / 3 = 13.1666...; range 3; ATR (2 + 3) / 2 = 2.5
     */
    struct keltner keltner;
    double bands[3] = {77, 77, 77};
    keltner_init(&keltner, 2, 2, 1.5);
    EXPECT(!keltner_update(&keltner, 12, 10, 11, bands));
    EXPECT(!keltner_update(&keltner, 12, 10, 12, bands));
    EXPECT_NEAR(bands[0], 77, 0);
    EXPECT(keltner_update(&keltner, 15, 14, 14, bands));
    EXPECT_NEAR(bands[0], 13.166666666666666, 1e-14);
    EXPECT_NEAR(bands[1], 13.166666666666666 + 3.75, 1e-14);
    EXPECT_NEAR(bands[2], 13.166666666666666 - 3.75, 1e-14);
}

TEST(keltner_waits_for_the_slower_of_its_two)
{
    static const struct {
        uint32_t period, atr_period, warmup;
    } cases[] = {{5, 2, 5}, {2, 5, 6}, {5, 4, 5}, {5, 5, 6}};
    for (int c = 0; c < 4; c++) {
        struct keltner keltner;
        double bands[3];
        keltner_init(&keltner, cases[c].period, cases[c].atr_period, 2);
        for (uint32_t i = 1; i <= 8; i++)
            EXPECT_INT(keltner_update(&keltner, 3, 1, 2, bands), i >= cases[c].warmup);
    }
}

TEST(keltner_of_a_flat_market_has_no_width)
{
    struct keltner keltner;
    double bands[3];
    keltner_init(&keltner, 4, 3, 2);
    for (int i = 0; i < 20; i++)
        keltner_update(&keltner, 0.5, 0.5, 0.5, bands);
    for (int i = 0; i < 3; i++)
        EXPECT_NEAR(bands[i], 0.5, 0);
}
