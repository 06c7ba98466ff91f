/* SPDX-License-Identifier: MIT */
#include "core/indicator/ema.h"

#include "vectors.h"

TEST(ema_worked_by_hand)
{
    /* Period 3, weight 2/4. Seed (1 + 2 + 6) / 3 = 3; then 3 + (7 - 3) / 2 = 5; 5 + (1 - 5) / 2. */
    struct ema ema;
    double value = 77;
    ema_init(&ema, 3);
    EXPECT(!ema_update(&ema, 1, &value));
    EXPECT(!ema_update(&ema, 2, &value));
    EXPECT_NEAR(value, 77, 0);
    EXPECT(ema_update(&ema, 6, &value));
    EXPECT_NEAR(value, 3, 1e-15);
    EXPECT(ema_update(&ema, 7, &value));
    EXPECT_NEAR(value, 5, 1e-15);
    EXPECT(ema_update(&ema, 1, &value));
    EXPECT_NEAR(value, 3, 1e-15);
}

TEST(ema_of_period_one_is_the_close)
{
    struct ema ema;
    double value = 0;
    ema_init(&ema, 1);
    EXPECT(ema_update(&ema, 8, &value));
    EXPECT_NEAR(value, 8, 0);
    EXPECT(ema_update(&ema, 0.5, &value));
    EXPECT_NEAR(value, 0.5, 0);
}

TEST(ema_of_a_flat_market_is_its_price)
{
    struct ema ema;
    double value = 0;
    ema_init(&ema, 4);
    for (int i = 0; i < 100; i++)
        ema_update(&ema, 2.5, &value);
    EXPECT_NEAR(value, 2.5, 0);
}

TEST(two_emas_with_different_beginnings_come_together)
{
    /* Each candle leaves 1 - 2/21 of the difference: 19/21 to the 400th is below 1e-17. */
    struct ema early, late;
    double a = 0, b = 0;
    ema_init(&early, 20);
    ema_init(&late, 20);
    for (int i = 0; i < 20; i++)
        ema_update(&early, 900, &a);
    for (int i = 0; i < 420; i++) {
        ema_update(&early, 100 + i % 7, &a);
        ema_update(&late, 100 + i % 7, &b);
    }
    EXPECT_NEAR(a, b, 1e-12);
}

TEST(ema_equals_the_published_vectors)
{
    static const struct {
        uint32_t period;
        const char *column;
    } cases[] = {
        {12, "ema_12"},
        {20, "ema_20"},
        {50, "ema_50"},
    };
    for (int f = 0; f < 2; f++) {
        for (int c = 0; c < 3; c++) {
            static struct csv csv;
            struct ema ema;
            ema_init(&ema, cases[c].period);
            csv_open(&csv, test_shared(vector_files[f]));
            while (csv_next(&csv)) {
                double value = 0;
                bool ready = ema_update(&ema, csv_get(&csv, "close"), &value);
                vector_expect(&csv, cases[c].column, ready, value, 0);
            }
        }
    }
}
