/* SPDX-License-Identifier: MIT */
#include "research/student.h"

#include "research/normal.h"
#include "test.h"

/* One degree is Cauchy's: 1 - 2 / pi * atan(t). Two: 1 - t / sqrt(2 + t^2). */
TEST(one_and_two_degrees_have_a_formula_of_their_own)
{
    for (double t = 0.01; t < 1000; t *= 3) {
        EXPECT_NEAR(student_two_sided(t, 1) / (1 - 2 / 3.14159265358979323846 * atan(t)), 1, 1e-9);
        EXPECT_NEAR(student_two_sided(-t, 2), 2 / (2 + t * t + t * sqrt(2 + t * t)), 1e-12);
    }
}

/* The printed tables' values. */
TEST(the_quantiles_of_the_tables)
{
    static const struct {
        double chance, df, t;
    } rows[] = {{0.05, 1, 12.7062047364}, {0.05, 10, 2.2281388520},  {0.01, 5, 4.0321429836},
                {0.05, 30, 2.0422724563}, {0.001, 20, 3.8495162749}, {0.05, 120, 1.9799304051}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        EXPECT_NEAR(student_quantile(rows[i].chance, rows[i].df), rows[i].t, 1e-9);
    }
}

TEST(many_degrees_are_the_normal_distribution)
{
    for (double t = 0.5; t < 6; t += 0.5) {
        EXPECT_NEAR(student_two_sided(t, 1e7) / (2 * normal_cdf(-t)), 1, 1e-4);
    }
}

TEST(degrees_need_not_be_whole_and_a_quantile_is_the_inverse)
{
    for (double df = 0.3; df < 5000; df *= 2.7) {
        for (double chance = 1e-6; chance < 1; chance *= 3) {
            EXPECT_NEAR(student_two_sided(student_quantile(chance, df), df) / chance, 1, 1e-8);
        }
    }
}

TEST(what_is_no_number_has_no_chance)
{
    EXPECT(isnan(student_two_sided(NAN, 5)));
    EXPECT(isnan(student_two_sided(1, 0)));
    EXPECT(isnan(student_quantile(0, 5)));
    EXPECT(isnan(student_quantile(0.05, -1)));
    EXPECT_NEAR(student_two_sided(0, 7), 1, 0);
    EXPECT_NEAR(student_two_sided(INFINITY, 7), 0, 0);
}
