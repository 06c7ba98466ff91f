/* SPDX-License-Identifier: MIT */
#include "core/market/series.h"

#include <stddef.h>
#include <string.h>

#include "core/base/check.h"
#include "core/market/resample.h"

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

/* Opens or closes a larger candle, or both; true when one closed. */
static bool push_edge(struct series *series, struct resample how, const struct candle *candle)
{
    const uint32_t bit = 1u << how.to;
    bool is_open = (series->open_mask & bit) != 0;
    struct candle done;
    const bool closed = resample(how, &series->open[how.to], &is_open, candle, &done);
    if (closed)
        series_store(&series->rings[how.to], &done);
    series->open_mask = is_open ? series->open_mask | bit : series->open_mask & ~bit;
    return closed;
}

static uint32_t __attribute__((noinline))
push_each(struct series *series, uint32_t larger, const struct candle *candle)
{
    uint32_t closed = 0;
    for (uint32_t rest = larger; rest; rest &= rest - 1) {
        const uint32_t timeframe = (uint32_t)__builtin_ctz(rest), bit = 1u << timeframe;
        const struct resample how = {series->base, (enum timeframe)timeframe};
        struct candle *open = &series->open[timeframe];
        if ((series->open_mask & bit) != 0 && resample_inside(how, open, candle))
            candle_merge(open, candle);
        else if (push_edge(series, how, candle))
            closed |= bit;
    }
    return closed;
}

/* Buckets nest: while all are open, a candle inside that of the smallest timeframe above the base
 * is inside the others' too, for what began or ended one of them began or ended that one. */
uint32_t series_push_larger(struct series *series, const struct candle *candle)
{
    const uint32_t larger = series->kept & ~(1u << series->base);
    const enum timeframe least = (enum timeframe)__builtin_ctz(larger);
    const struct resample how = {series->base, least};
    if ((series->open_mask & larger) != larger ||
        !resample_inside(how, &series->open[least], candle))
        return push_each(series, larger, candle);
    for (uint32_t rest = larger; rest; rest &= rest - 1)
        candle_merge(&series->open[__builtin_ctz(rest)], candle);
    return 0;
}

uint32_t series_held(const struct series *series, enum timeframe timeframe)
{
    uint64_t count = series->rings[timeframe].count;
    return count < SERIES_CAPACITY ? (uint32_t)count : SERIES_CAPACITY;
}
