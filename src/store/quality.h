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
    double size; /* of the wick, as a fraction of the price; of a jump likewise */
};

struct quality {
    size_t count;
    int64_t first_ns, last_ns;
    uint64_t expected;  /* candles from first to last were none missing */
    uint64_t missing;   /* expected - count */
    uint64_t gap_count; /* runs of missing candles */
    int64_t gap_longest_ns;
    int64_t gap_longest_from_ns; /* the first missing candle of it */
    uint64_t zero_volume_count;
    int64_t zero_volume_first_ns;
    uint64_t wick_count; /* high or low further than the limit from the body */
    uint64_t jump_count; /* an open further than the limit from the close just before it */
    uint32_t worst_wick_count, worst_jump_count;
    struct quality_worst worst_wicks[QUALITY_WORST_MAX]; /* largest first */
    struct quality_worst worst_jumps[QUALITY_WORST_MAX];
};

/* Rows ascending; `limit` as a fraction of the price, such as QUALITY_LIMIT_DEFAULT. */
void quality_measure(const struct candle *rows, size_t count, enum timeframe timeframe,
                     double limit, struct quality *ret);

/* missing / expected, 0..1. */
double quality_missing_share(const struct quality *quality);
