/* SPDX-License-Identifier: MIT */
#include "core/base/histogram.h"

#include "test.h"

TEST(a_duration_falls_into_the_first_bucket_that_holds_it)
{
    struct histogram histogram = {0};
    histogram_add(&histogram, -5);
    histogram_add(&histogram, 1000);
    histogram_add(&histogram, 1001);
    histogram_add(&histogram, 1000000000);
    histogram_add(&histogram, 1000000001);
    EXPECT_INT(histogram.counts[0], 2);
    EXPECT_INT(histogram.counts[1], 1);
    EXPECT_INT(histogram.counts[HISTOGRAM_BOUNDS - 1], 1);
    EXPECT_INT(histogram.counts[HISTOGRAM_BOUNDS], 1);
    EXPECT_INT(histogram.count, 5);
    EXPECT_INT(histogram.sum_ns, 2000002002);
}

TEST(the_bounds_ascend)
{
    for (int i = 1; i < HISTOGRAM_BOUNDS; i++)
        EXPECT(histogram_bounds[i] > histogram_bounds[i - 1]);
}
