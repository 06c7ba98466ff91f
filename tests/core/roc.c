/* SPDX-License-Identifier: MIT */
#include "core/indicator/roc.h"

#include "vectors.h"

TEST(roc_worked_by_hand)
{
    /* From 8 to 10, two closes later: 25 %; from 9 to 9: none. */
    struct roc roc;
    double value = 77;
    roc_init(&roc, 2);
    EXPECT(!roc_update(&roc, 8, -1e99, &value));
    EXPECT(!roc_update(&roc, 9, -1e99, &value));
    EXPECT_NEAR(value, 77, 0);
    EXPECT(roc_update(&roc, 10, 8, &value));
    EXPECT_NEAR(value, 25, 0);
    EXPECT(roc_update(&roc, 9, 9, &value));
    EXPECT_NEAR(value, 0, 0);
}

TEST(roc_equals_the_published_vectors)
{
    for (int f = 0; f < 2; f++) {
        static struct csv csv;
        static double closes[1200];
        struct roc roc;
        roc_init(&roc, 10);
        csv_open(&csv, test_shared(vector_files[f]));
        for (uint32_t row = 0; csv_next(&csv); row++) {
            double value = 0;
            closes[row] = csv_get(&csv, "close");
            bool ready = roc_update(&roc, closes[row], row >= 10 ? closes[row - 10] : 0, &value);
            vector_expect(&csv, "roc_10", ready, value, 100);
        }
    }
}
