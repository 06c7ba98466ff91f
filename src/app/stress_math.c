/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "app/stress.h"
#include "research/student.h"

#define STRETCHES 20
#define VALUES_LEAST 40
#define SLOPE_LEAST_S 2700 /* a figure an hour out of five minutes would be a guess */

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double stress_quantile(double *values, size_t count, double share)
{
    if (count == 0) {
        return NAN;
    }
    qsort(values, count, sizeof *values, by_size);
    const size_t at = (size_t)ceil(share * (double)count);
    return values[at > 0 ? at - 1 : 0];
}

/* The means of time, in hours, and value of each stretch. Returns how many have values. */
static int stretch(const double *after_s, const double *values, size_t count, double x[STRETCHES],
                   double y[STRETCHES])
{
    const size_t first = count / 10;
    double sums[STRETCHES] = {0};
    for (int k = 0; k < STRETCHES; k++) {
        x[k] = y[k] = 0;
    }
    for (size_t i = first; i < count; i++) {
        const size_t k = (i - first) * STRETCHES / (count - first);
        if (!isnan(values[i])) {
            x[k] += after_s[i] / 3600;
            y[k] += values[i];
            sums[k]++;
        }
    }
    int used = 0;
    for (int k = 0; k < STRETCHES; k++) {
        if (sums[k] > 0) {
            x[used] = x[k] / sums[k];
            y[used++] = y[k] / sums[k];
        }
    }
    return used;
}

bool stress_slope(const double *after_s, const double *values, size_t count,
                  struct stress_slope *ret)
{
    double x[STRETCHES], y[STRETCHES], mean_x = 0, mean_y = 0, xx = 0, xy = 0, rest = 0;
    if (count < VALUES_LEAST || after_s[count - 1] - after_s[0] < SLOPE_LEAST_S) {
        return false;
    }
    const int used = stretch(after_s, values, count, x, y);
    if (used < STRETCHES / 2) {
        return false;
    }
    for (int k = 0; k < used; k++) {
        mean_x += x[k] / used;
        mean_y += y[k] / used;
    }
    for (int k = 0; k < used; k++) {
        xx += (x[k] - mean_x) * (x[k] - mean_x);
        xy += (x[k] - mean_x) * (y[k] - mean_y);
    }
    if (!(xx > 0)) {
        return false;
    }
    const double slope = xy / xx;
    for (int k = 0; k < used; k++) {
        const double off = y[k] - mean_y - slope * (x[k] - mean_x);
        rest += off * off;
    }
    const double reach = student_quantile(0.05, used - 2) * sqrt(rest / (used - 2) / xx);
    *ret = (struct stress_slope){slope, slope - reach, slope + reach};
    return true;
}
