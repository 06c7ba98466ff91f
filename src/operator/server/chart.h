/* SPDX-License-Identifier: MIT */
/*
 * One pair's candles for people to look at: the last SERIES_CAPACITY closed ones in every timeframe
 * from the session's base up, and the one that is forming. Half as large as the engine's own, for
 * there are 200 pairs: a time in minutes, prices as whole numbers of one unit a chart, a power of
 * ten that gives the price eight digits, volumes to seven. The venue's own prices come back as they
 * were told; nothing but eyes depends on it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/base/limits.h"
#include "core/market/candle.h"
#include "core/market/timeframe.h"

struct chart_candle {
    uint32_t minute; /* since 1970 */
    int32_t open, high, low, close;
    float volume;
};

struct chart_ring {
    uint64_t count; /* ever closed; the newest stands at (count - 1) % SERIES_CAPACITY */
    struct chart_candle ring[SERIES_CAPACITY];
};

struct chart {
    enum timeframe base;
    int64_t time_last_ns; /* of the newest base candle; INT64_MIN before the first */
    int32_t digits;       /* prices are kept in units of 10^-digits */
    bool is_open[TIMEFRAME_COUNT];
    struct candle open[TIMEFRAME_COUNT];
    struct candle forming; /* time_ns INT64_MIN: none */
    struct chart_ring rings[TIMEFRAME_COUNT];
};

/* NULL when memory is refused. All of it is taken at once, 73 KB with a base of one minute. */
struct chart *chart_new(enum timeframe base);

/* Adds a closed base candle; false and nothing done when it is not newer than the last. */
bool chart_push(struct chart *chart, const struct candle *candle);

/* Candles of a timeframe that ever closed, and those held; none of those below the base. */
uint64_t chart_count(const struct chart *chart, enum timeframe timeframe);
uint32_t chart_held(const struct chart *chart, enum timeframe timeframe);

/* back = 0 is the newest closed candle. CHECKs back < chart_held. */
struct candle chart_at(const struct chart *chart, enum timeframe timeframe, uint32_t back);

/* The candle of `timeframe` that is not closed yet: closed base candles of its bucket and the
 * forming one. False when there is none. */
bool chart_partial(const struct chart *chart, enum timeframe timeframe, struct candle *ret_candle);
