/* SPDX-License-Identifier: MIT */
/*
 * Recorded trades of any number of pairs as one stream in order of time; of trades of one moment
 * the first pair's come first, and one pair's as they stood; what was traded before its start is
 * past already. And the candles that a pair's trades make.
 */
#pragma once

#include <stddef.h>

#include "core/market/timeframe.h"
#include "research/flow.h"

struct tape_rows {
    const struct trade *rows; /* ascending */
    size_t count;
};

/* All of it the caller's. */
struct tape_source {
    uint32_t pair_count;
    const struct tape_rows *rows;
    const struct tape *queues; /* one a pair: its queue alone is read */
};

struct flow_source tape_source_face(const struct tape_source *source);

/* The candles of a pair's trades, one for each interval in which something was traded: malloc'd;
 * NULL when memory gives out. */
struct candle *tape_candles(const struct tape_rows *tape, const struct pair *terms,
                            enum timeframe timeframe, size_t *ret_count);
