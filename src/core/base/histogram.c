/* SPDX-License-Identifier: MIT */
#include "core/base/histogram.h"

#define DECADE(unit)                                                                               \
    100 * (unit), 120 * (unit), 150 * (unit), 175 * (unit), 200 * (unit), 250 * (unit),            \
        300 * (unit), 350 * (unit), 400 * (unit), 500 * (unit), 600 * (unit), 800 * (unit)

const int64_t histogram_bounds[HISTOGRAM_BOUNDS] = {
    DECADE(10),     DECADE(100),     DECADE(1000),   DECADE(10000),
    DECADE(100000), DECADE(1000000), 100 * 10000000,
};

void histogram_add(struct histogram *histogram, int64_t duration_ns)
{
    const int64_t taken_ns = duration_ns > 0 ? duration_ns : 0;
    uint32_t at = 0, end = HISTOGRAM_BOUNDS;
    while (at < end) {
        const uint32_t middle = (at + end) / 2;
        if (taken_ns > histogram_bounds[middle]) {
            at = middle + 1;
        } else {
            end = middle;
        }
    }
    histogram->counts[at]++;
    histogram->count++;
    histogram->sum_ns += taken_ns;
}
