/* SPDX-License-Identifier: MIT */
/*
 * The six timeframes. Buckets are aligned to multiples of their length since 1970.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum timeframe {
    TIMEFRAME_1M,
    TIMEFRAME_5M,
    TIMEFRAME_15M,
    TIMEFRAME_1H,
    TIMEFRAME_4H,
    TIMEFRAME_1D,
    TIMEFRAME_COUNT,
};

extern const int64_t timeframe_ns[TIMEFRAME_COUNT];
extern const char *const timeframe_names[TIMEFRAME_COUNT + 1]; /* "1m" ... "1d", NULL */

/* The bucket's open time that time_ns falls into. */
int64_t timeframe_floor(enum timeframe timeframe, int64_t time_ns);

bool timeframe_parse(const char *text, size_t len, enum timeframe *ret);

/* Kraken's interval in minutes, 1..1440. */
int64_t timeframe_minutes(enum timeframe timeframe);
