/* SPDX-License-Identifier: MIT */
#include "research/returns.h"

#include "core/base/timestamp.h"
#include "test.h"

#define MONEY INT64_C(100000000)

/* 100, then bars of half a day: 110 121 | 60.5 | 121 121; the third day has one bar at noon. */
static size_t cut(int64_t period_ns, double *out, size_t room)
{
    static const int64_t times_ns[] = {NS_PER_DAY / 2, NS_PER_DAY, 3 * NS_PER_DAY / 2,
                                       7 * NS_PER_DAY / 2, 4 * NS_PER_DAY};
    static const int64_t money[] = {110 * MONEY, 121 * MONEY, 605 * MONEY / 10, 121 * MONEY,
                                    121 * MONEY};
    return returns_of_curve(&(struct curve){0, 100 * MONEY, 5, times_ns, money}, period_ns, out,
                            room);
}

TEST(each_bar_earns_against_the_one_before_and_the_first_against_the_start)
{
    double r[5];
    EXPECT_INT((int64_t)cut(0, r, 5), 5);
    const double want[] = {0.1, 0.1, -0.5, 1, 0};
    for (int i = 0; i < 5; i++) {
        EXPECT_NEAR(r[i], want[i], 1e-12);
    }
}

/* A bar that ends at midnight is the old day's last; the day without bars is not there. */
TEST(a_day_earns_what_its_last_bar_is_above_the_last_of_the_day_before)
{
    double r[5];
    EXPECT_INT((int64_t)cut(NS_PER_DAY, r, 5), 3);
    const double want[] = {0.21, -0.5, 1};
    for (int i = 0; i < 3; i++) {
        EXPECT_NEAR(r[i], want[i], 1e-12);
    }
}

TEST(no_more_is_written_than_there_is_room_for)
{
    double r[3] = {7, 7, 7};
    EXPECT_INT((int64_t)cut(0, r, 2), 2);
    EXPECT_NEAR(r[1], 0.1, 1e-12);
    EXPECT_NEAR(r[2], 7, 0);
}

TEST(nothing_is_earned_by_a_curve_that_is_at_nothing)
{
    const int64_t times_ns[] = {1, 2, 3}, money[] = {50 * MONEY, 0, 10 * MONEY};
    double r[3];
    EXPECT_INT(
        (int64_t)returns_of_curve(&(struct curve){0, 100 * MONEY, 3, times_ns, money}, 0, r, 3), 2);
    EXPECT_NEAR(r[1], -1, 0);
}

/* 1 2 3 6: mean 3, off -2 -1 0 3; squares 4 1 0 9 = 14, cubes -8 -1 0 27 = 18, fourths 16 1 0 81
 * = 98. Variance over n 3.5, over n - 1 14 / 3. */
TEST(moments_of_four_numbers_worked_by_hand)
{
    const double x[] = {1, 2, 3, 6};
    struct moments m;
    moments_measure(x, 4, &m);
    EXPECT_NEAR(m.mean, 3, 1e-15);
    EXPECT_NEAR(m.deviation, sqrt(14.0 / 3), 1e-15);
    EXPECT_NEAR(m.sharpe, 3 / sqrt(14.0 / 3), 1e-15);
    EXPECT_NEAR(m.skewness, 4.5 / (3.5 * sqrt(3.5)), 1e-15);
    EXPECT_NEAR(m.kurtosis, 24.5 / 12.25, 1e-15);
}

TEST(few_returns_and_returns_that_never_differ_have_no_ratio)
{
    struct moments m;
    moments_measure(NULL, 0, &m);
    EXPECT(m.count == 0 && isnan(m.mean) && isnan(m.sharpe));
    const double same[] = {0.1, 0.1, 0.1};
    moments_measure(same, 1, &m);
    EXPECT(m.mean == 0.1 && isnan(m.deviation) && isnan(m.sharpe));
    moments_measure(same, 3, &m);
    EXPECT(isnan(m.sharpe) && isnan(m.skewness) && isnan(m.kurtosis));
    EXPECT_NEAR(m.deviation, 0, 1e-15);
}
