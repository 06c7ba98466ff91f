/* SPDX-License-Identifier: MIT */
#include "research/student.h"

#include <math.h>

#include "research/normal.h"

#define TERM_MAX 10000 /* of the fraction: some hundreds where df is a million */
#define SMALL 1e-300
#define CLOSE 1e-15
#define STEP_MAX 100 /* ten do */

/* The continued fraction of the incomplete beta function (Abramowitz and Stegun, 26.5.8). */
static double fraction(double x, double a, double b)
{
    double c = 1, d = 1 - (a + b) * x / (a + 1);
    d = 1 / (fabs(d) < SMALL ? SMALL : d);
    double value = d;
    for (int m = 1; m < TERM_MAX; m++) {
        const double terms[] = {
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        };
        double change = 1;
        for (int i = 0; i < 2; i++) {
            d = 1 + terms[i] * d;
            c = 1 + terms[i] / c;
            d = 1 / (fabs(d) < SMALL ? SMALL : d);
            c = fabs(c) < SMALL ? SMALL : c;
            change = c * d;
            value *= change;
        }
        if (fabs(change - 1) < CLOSE) {
            break;
        }
    }
    return value;
}

/* `y` is 1 - x, told beside it because the difference may have no digits left. */
static double incomplete_beta(double x, double y, double a, double b)
{
    if (x <= 0 || y <= 0) {
        return x <= 0 ? 0 : 1;
    }
    const double front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(y));
    return x < (a + 1) / (a + b + 2) ? front * fraction(x, a, b) / a
                                     : 1 - front * fraction(y, b, a) / b;
}

double student_two_sided(double t, double df)
{
    if (isnan(t) || !(df > 0)) {
        return NAN;
    }
    if (isinf(t)) {
        return 0;
    }
    const double square = t * t;
    return incomplete_beta(df / (df + square), square / (df + square), df / 2, 0.5);
}

double student_tail(double t, double df)
{
    const double half = student_two_sided(t, df) / 2;
    return t < 0 ? 1 - half : half;
}

static double density(double t, double df)
{
    return exp(lgamma((df + 1) / 2) - lgamma(df / 2) - (df + 1) / 2 * log1p(t * t / df)) /
           sqrt(df * 3.14159265358979323846);
}

/* The logarithm of the chance falls ever faster in that of t, so Newton's steps come down to it
 * from above after the first; that begins at the normal distribution's, below which none lies. */
double student_quantile(double chance, double df)
{
    if (!(chance > 0 && chance < 1) || !(df > 0)) {
        return NAN;
    }
    double t = -normal_quantile(chance / 2);
    for (int i = 0; i < STEP_MAX; i++) {
        const double now = student_two_sided(t, df);
        const double step = now * log(now / chance) / (2 * density(t, df) * t);
        t *= exp(step);
        if (fabs(step) < CLOSE) {
            break;
        }
    }
    return t;
}
