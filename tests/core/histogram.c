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

TEST(a_quantile_is_the_bound_below_which_so_many_lie)
{
    struct histogram histogram = {0};
    EXPECT_INT(histogram_quantile(&histogram, 0.5), 0);
    for (int i = 0; i < 99; i++)
        histogram_add(&histogram, 15000);
    histogram_add(&histogram, 3000000000);
    EXPECT_INT(histogram_quantile(&histogram, 0.5), 20000);
    EXPECT_INT(histogram_quantile(&histogram, 0.99), 20000);
    EXPECT_INT(histogram_quantile(&histogram, 1), 1000000000);
}
