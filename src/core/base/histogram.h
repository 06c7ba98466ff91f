/* SPDX-License-Identifier: MIT */
/*
 * Durations in fixed buckets, from a microsecond to a second, twelve to each power of ten: a
 * quantile read from them is a third off at worst. What Prometheus calls a histogram. Plain values
 * without a lock: one thread adds, others see copies.
 */
#pragma once

#include <stdint.h>

#define HISTOGRAM_BOUNDS 73

/* Nanoseconds, ascending. */
extern const int64_t histogram_bounds[HISTOGRAM_BOUNDS];

struct histogram {
    uint64_t counts[HISTOGRAM_BOUNDS + 1]; /* up to that bound and above the one before; the last
                                              is of what is above them all */
    uint64_t count;
    int64_t sum_ns;
};

/* What is negative counts as 0. */
void histogram_add(struct histogram *histogram, int64_t duration_ns);
