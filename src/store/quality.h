/* SPDX-License-Identifier: MIT */
/*
 * How whole and how plausible a row of candles is. A missing candle is no fault by itself (Kraken
 * has none where nobody traded), but its share and the longest hole tell what can be researched.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "core/market/candle.h"
#include "core/market/timeframe.h"

/* A wick this far beyond the body, as a fraction of it, is more likely a fault than a trade. */
#define QUALITY_LIMIT_DEFAULT 0.25

#define QUALITY_WORST_MAX 5

struct quality_worst {
    int64_t time_ns;
    double size; /* of a wick or jump, as a fraction of the price; of a gap, in candles */
};

struct quality {
    size_t count;
    int64_t first_ns, last_ns;
    uint64_t expected;    /* candles from first to last were none missing */
    uint64_t missing;     /* expected - count */
    uint64_t gap_count;   /* runs of missing candles */
    int64_t gap_first_ns; /* the first missing candle of all */
    int64_t gap_longest_ns;
    int64_t gap_longest_from_ns; /* the first missing candle of it */
    uint64_t zero_volume_count;
    int64_t zero_volume_first_ns;
    uint64_t repeat_count; /* traded, and in all figures the candle before it: copied, not traded */
    int64_t repeat_first_ns;
    uint64_t wick_count; /* high or low further than the limit from the body */
    int64_t wick_first_ns;
    uint64_t jump_count; /* an open further than the limit from the close just before it */
    int64_t jump_first_ns;
    uint32_t worst_wick_count, worst_jump_count, worst_gap_count;
    struct quality_worst worst_wicks[QUALITY_WORST_MAX]; /* largest first */
    struct quality_worst worst_jumps[QUALITY_WORST_MAX];
    struct quality_worst worst_gaps[QUALITY_WORST_MAX];
};

/* Rows ascending; `limit` as a fraction of the price, such as QUALITY_LIMIT_DEFAULT. */
void quality_measure(const struct candle *rows, size_t count, enum timeframe timeframe,
                     double limit, struct quality *ret);

/* A piece of the time from the first candle to the last. */
struct quality_cell {
    int64_t from_ns, until_ns;
    uint64_t expected, held; /* candles */
    double low, high;        /* of those held; 0 without any */
};

/* Cuts that time into at most `cell_max` pieces as long as each other, but for a candle; returns
 * how many. */
size_t quality_cells(const struct candle *rows, size_t count, enum timeframe timeframe,
                     size_t cell_max, struct quality_cell *ret);

/* missing / expected, 0..1. */
double quality_missing_share(const struct quality *quality);
