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

TEST(the_bounds_ascend_from_a_microsecond_to_a_second_by_a_third_at_most)
{
    EXPECT_INT(histogram_bounds[0], 1000);
    EXPECT_INT(histogram_bounds[HISTOGRAM_BOUNDS - 1], 1000000000);
    for (int i = 1; i < HISTOGRAM_BOUNDS; i++) {
        EXPECT(histogram_bounds[i] > histogram_bounds[i - 1]);
        EXPECT(3 * histogram_bounds[i] <= 4 * histogram_bounds[i - 1]);
    }
}

TEST(each_bound_is_the_last_of_its_bucket)
{
    for (int i = 0; i < HISTOGRAM_BOUNDS; i++) {
        struct histogram histogram = {0};
        histogram_add(&histogram, histogram_bounds[i]);
        histogram_add(&histogram, histogram_bounds[i] + 1);
        EXPECT_INT(histogram.counts[i], 1);
        EXPECT_INT(histogram.counts[i + 1], 1);
    }
}

/* As Prometheus reads it: a straight line from bound to bound. */
static double quantile(const struct histogram *histogram, double part)
{
    const double wanted = part * (double)histogram->count;
    double seen = 0;
    for (int i = 0; i < HISTOGRAM_BOUNDS; i++) {
        const double in = (double)histogram->counts[i];
        const double low = i > 0 ? (double)histogram_bounds[i - 1] : 0;
        if (seen + in >= wanted)
            return low + ((double)histogram_bounds[i] - low) * (wanted - seen) / in;
        seen += in;
    }
    return INFINITY;
}

TEST(a_p99_read_from_the_buckets_is_right_within_a_fifth)
{
    for (int64_t slow_ns = 3000; slow_ns < 900000000; slow_ns += slow_ns / 7) {
        struct histogram histogram = {0};
        for (int i = 0; i < 980; i++)
            histogram_add(&histogram, 2000);
        for (int i = 0; i < 20; i++) /* its middle is the p99 */
            histogram_add(&histogram, slow_ns);
        const double read_ns = quantile(&histogram, 0.99);
        EXPECT_NEAR(read_ns / (double)slow_ns, 1, 0.2);
    }
}
