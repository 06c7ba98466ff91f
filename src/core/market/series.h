/* SPDX-License-Identifier: MIT */
/*
 * The last SERIES_CAPACITY closed candles of one pair in every timeframe, resampled from one base
 * stream. Feed closed base candles in time order; larger candles close with the base candle that
 * ends their bucket.
 *
 *   base 1m   |.|.|.|.|.|.|.|.|.|.|
 *        5m   |.........|.........|        closed mask of the base candle at :04 and :09 has 5m
 *
 * A missing base candle is not a hole: the batch hands us a flat one (volume 0, last close), as
 * Kraken's own REST history does. When time still jumps (an outage, a new session), the jump is
 * counted, and the larger candles whose bucket it left are closed as they are; one whose bucket
 * still runs goes on. A push closes at most one candle of a timeframe, so each bit of its mask is
 * one new candle.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/base/limits.h"
#include "core/market/candle.h"
#include "core/market/timeframe.h"

struct series_ring {
    uint64_t count; /* candles ever closed; the newest stands at (count - 1) & mask */
    struct candle ring[SERIES_CAPACITY];
};

struct series {
    enum timeframe base;
    uint32_t jump_count;
    int64_t time_last_ns; /* open time of the newest base candle; INT64_MIN before the first */
    uint32_t kept;        /* bit t: timeframe t is resampled; the base always is */
    uint32_t open_mask;   /* bit t: open[t] holds a part of a larger candle */
    struct candle open[TIMEFRAME_COUNT];
    struct series_ring rings[TIMEFRAME_COUNT];
};

/*
 * `kept` is a mask of 1u << timeframe; those below base are ignored, base is added. The rings of
 * these are written whole, so that a session has all of its memory from the start; the others are
 * left as they are, and cost nothing in memory that comes zeroed from the system.
 */
void series_init(struct series *series, enum timeframe base, uint32_t kept);

/* For series_push alone: the part above the base timeframe. */
uint32_t series_push_larger(struct series *series, const struct candle *candle);

static inline void series_store(struct series_ring *ring, const struct candle *candle)
{
    ring->ring[ring->count & (SERIES_CAPACITY - 1)] = *candle;
    ring->count++;
}

/*
 * Adds a closed base candle; returns the mask of timeframes that closed with it (the base bit is
 * always set), or 0 and does nothing when the candle is not newer than the last one. Inline: with
 * the base timeframe alone it is one store in the engine's hottest loop.
 */
static inline uint32_t series_push(struct series *series, const struct candle *candle)
{
    const enum timeframe base = series->base;
    const int64_t time_ns = candle->time_ns, before_ns = series->time_last_ns;
    if (time_ns <= before_ns)
        return 0;
    if (time_ns - timeframe_ns[base] != before_ns && before_ns != INT64_MIN)
        series->jump_count++;
    series->time_last_ns = time_ns;
    series_store(&series->rings[base], candle);
    const uint32_t base_bit = 1u << base;
    return series->kept == base_bit ? base_bit : base_bit | series_push_larger(series, candle);
}

/* Candles held in a timeframe, at most SERIES_CAPACITY. */
uint32_t series_held(const struct series *series, enum timeframe timeframe);

/* back = 0 is the newest closed candle. CHECKs back < series_held. */
static inline const struct candle *series_at(const struct series *series, enum timeframe timeframe,
                                             uint32_t back)
{
    const struct series_ring *ring = &series->rings[timeframe];
    return &ring->ring[(ring->count - 1 - back) & (SERIES_CAPACITY - 1)];
}
