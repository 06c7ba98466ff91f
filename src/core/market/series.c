/* SPDX-License-Identifier: MIT */
#include "core/market/series.h"

#include <stddef.h>
#include <string.h>

#include "core/base/check.h"

_Static_assert((SERIES_CAPACITY & (SERIES_CAPACITY - 1)) == 0, "a ring's index is masked");

void series_init(struct series *series, enum timeframe base, uint32_t kept)
{
    CHECK(base < TIMEFRAME_COUNT);
    memset(series, 0, offsetof(struct series, rings));
    series->base = base;
    series->time_last_ns = INT64_MIN;
    uint32_t below_base = (1u << base) - 1;
    uint32_t known = (1u << TIMEFRAME_COUNT) - 1;
    series->kept = (kept & known & ~below_base) | 1u << base;
    for (uint32_t i = 0; i < TIMEFRAME_COUNT; i++) {
        series->rings[i].count = 0;
        if (series->kept & 1u << i)
            memset(series->rings[i].ring, 0, sizeof series->rings[i].ring);
    }
}

static void close_open(struct series *series, uint32_t timeframe)
{
    series_store(&series->rings[timeframe], &series->open[timeframe]);
    series->open_mask &= ~(1u << timeframe);
}

/*
 * Adds a base candle to one larger timeframe; true when a candle of it closed. At most one closes:
 * a base candle that ends a bucket of which nothing came before, right behind a bucket that it
 * left unfinished, closes with the next base candle.
 */
static bool push_larger(struct series *series, uint32_t timeframe, const struct candle *candle)
{
    struct candle *open = &series->open[timeframe];
    int64_t length = timeframe_ns[timeframe];
    bool closed = false;
    if (series->open_mask & 1u << timeframe && candle->time_ns >= open->time_ns + length) {
        close_open(series, timeframe);
        closed = true;
    }
    if (series->open_mask & 1u << timeframe) {
        candle_merge(open, candle);
    } else {
        *open = *candle;
        open->time_ns = timeframe_floor((enum timeframe)timeframe, candle->time_ns);
        series->open_mask |= 1u << timeframe;
    }
    if (!closed && candle->time_ns + timeframe_ns[series->base] >= open->time_ns + length) {
        close_open(series, timeframe);
        closed = true;
    }
    return closed;
}

uint32_t series_push_larger(struct series *series, const struct candle *candle)
{
    uint32_t closed = 0;
    for (uint32_t rest = series->kept & ~(1u << series->base); rest; rest &= rest - 1) {
        uint32_t timeframe = (uint32_t)__builtin_ctz(rest);
        if (push_larger(series, timeframe, candle))
            closed |= 1u << timeframe;
    }
    return closed;
}

uint32_t series_held(const struct series *series, enum timeframe timeframe)
{
    uint64_t count = series->rings[timeframe].count;
    return count < SERIES_CAPACITY ? (uint32_t)count : SERIES_CAPACITY;
}
