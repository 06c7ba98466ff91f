/* SPDX-License-Identifier: MIT */
#include "research/learn/student.h"

#include <math.h>

#include "core/base/check.h"

#define TERMS_MAX 500
#define TINY 1e-300

/* The continued fraction of the incomplete beta function, x < (a + 1) / (a + b + 2). */
static double fraction(double a, double b, double x)
{
    double c = 1, d = 1 - (a + b) * x / (a + 1);
    d = 1 / (fabs(d) < TINY ? TINY : d);
    double value = d;
    for (int m = 1; m <= TERMS_MAX; m++) {
        const double k = m;
        const double terms[] = {k * (b - k) * x / ((a + 2 * k - 1) * (a + 2 * k)),
                                -(a + k) * (a + b + k) * x / ((a + 2 * k) * (a + 2 * k + 1))};
        double by = 1;
        for (int i = 0; i < 2; i++) {
            d = 1 + terms[i] * d;
            c = 1 + terms[i] / c;
            d = 1 / (fabs(d) < TINY ? TINY : d);
            c = fabs(c) < TINY ? TINY : c;
            by = d * c;
            value *= by;
        }
        if (fabs(by - 1) < 1e-15) {
            break;
        }
    }
    return value;
}

/* I_x(a, b); the complement comes along so that neither loses its digits. */
static double beta(double a, double b, double x, double complement)
{
    if (x <= 0) {
        return 0;
    }
    const double front =
        exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(complement));
    return x < (a + 1) / (a + b + 2) ? front * fraction(a, b, x) / a
                                     : 1 - front * fraction(b, a, complement) / b;
}

double student_tail(double t, double freedom)
{
    CHECK(freedom > 0);
    if (isnan(t) || isinf(t)) {
        return isnan(t) ? NAN : t > 0 ? 0 : 1;
    }
    const double squared = t * t, x = freedom / (freedom + squared);
    const double half =
        squared > 0 ? 0.5 * beta(freedom / 2, 0.5, x, squared / (freedom + squared)) : 0.5;
    return t > 0 ? half : 1 - half;
}

double student_critical(double p, double freedom)
{
    CHECK(p > 0 && p < 1);
    double low = -1, high = 1;
    while (student_tail(low, freedom) < p) {
        low *= 2;
    }
    while (student_tail(high, freedom) > p) {
        high *= 2;
    }
    for (int i = 0; i < 200 && low < high; i++) {
        const double middle = low + (high - low) / 2;
        if (middle <= low || middle >= high) {
            break;
        }
        *(student_tail(middle, freedom) > p ? &low : &high) = middle;
    }
    return high;
}
