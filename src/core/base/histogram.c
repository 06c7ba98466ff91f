/* SPDX-License-Identifier: MIT */
#include "core/base/histogram.h"

const int64_t histogram_bounds[HISTOGRAM_BOUNDS] = {
    1000,     2000,      5000,      10000,     20000,      50000,    100000,
    200000,   500000,    1000000,   2000000,   5000000,    10000000, 20000000,
    50000000, 100000000, 200000000, 500000000, 1000000000,
};

void histogram_add(struct histogram *histogram, int64_t duration_ns)
{
    const int64_t taken_ns = duration_ns > 0 ? duration_ns : 0;
    uint32_t at = 0;
    while (at < HISTOGRAM_BOUNDS && taken_ns > histogram_bounds[at]) {
        at++;
    }
    histogram->counts[at]++;
    histogram->count++;
    histogram->sum_ns += taken_ns;
}
