/* SPDX-License-Identifier: MIT */
#include "research/returns.h"

#include <math.h>

size_t returns_of_curve(const struct curve *curve, int64_t period_ns, double *out, size_t room)
{
    size_t count = 0;
    double before = (double)curve->start;
    for (size_t i = 0; i < curve->count; i++) {
        /* A bar that ends at midnight belongs to the day that ends there. */
        const bool same =
            period_ns > 0 && i + 1 < curve->count &&
            (curve->times_ns[i] - 1) / period_ns == (curve->times_ns[i + 1] - 1) / period_ns;
        if (same) {
            continue;
        }
        const double now = (double)curve->money[i];
        if (before > 0 && count < room) {
            out[count++] = now / before - 1;
        }
        before = now;
    }
    return count;
}

void moments_measure(const double *returns, size_t count, struct moments *ret)
{
    *ret = (struct moments){count, NAN, NAN, NAN, NAN, NAN};
    if (count == 0) {
        return;
    }
    const double n = (double)count;
    double sum = 0, largest = 0;
    for (size_t i = 0; i < count; i++) {
        sum += returns[i];
        largest = fmax(largest, fabs(returns[i]));
    }
    ret->mean = sum / n;
    double second = 0, third = 0, fourth = 0;
    for (size_t i = 0; i < count; i++) {
        const double off = returns[i] - ret->mean, square = off * off;
        second += square;
        third += square * off;
        fourth += square * square;
    }
    if (count == 1) {
        return;
    }
    ret->deviation = sqrt(second / (n - 1));
    /* What rounding leaves of returns that are all the same is no deviation. */
    if (ret->deviation > largest * 1e-13) {
        const double variance = second / n;
        ret->sharpe = ret->mean / ret->deviation;
        ret->skewness = third / n / (variance * sqrt(variance));
        ret->kurtosis = fourth / n / (variance * variance);
    }
}
