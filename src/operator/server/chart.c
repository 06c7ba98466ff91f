/* SPDX-License-Identifier: MIT */
#include "operator/server/chart.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/check.h"
#include "core/base/timestamp.h"
#include "core/market/resample.h"

/* Eight digits of the first price leave it room to rise twentyfold before the unit is changed. */
#define UNITS_AT_FIRST 1e8

/* Not calloc: its pages would come one by one, over hours, and look like a leak. */
struct chart *chart_new(enum timeframe base)
{
    struct chart *chart = malloc(sizeof *chart);
    if (chart) {
        memset(chart, 0, offsetof(struct chart, rings));
        memset(&chart->rings[base], 0, (TIMEFRAME_COUNT - base) * sizeof chart->rings[0]);
        chart->base = base;
        chart->time_last_ns = INT64_MIN;
        chart->forming.time_ns = INT64_MIN;
    }
    return chart;
}

static double unit_of(const struct chart *chart)
{
    return pow(10, chart->digits);
}

static void choose_unit(struct chart *chart, double price)
{
    chart->digits = (int32_t)floor(log10(UNITS_AT_FIRST / price));
}

/* A tenth of the digits' worth less, in every candle that is held. */
static void coarsen(struct chart *chart)
{
    chart->digits--;
    for (uint32_t t = chart->base; t < TIMEFRAME_COUNT; t++) {
        for (uint32_t i = 0; i < SERIES_CAPACITY; i++) {
            struct chart_candle *each = &chart->rings[t].ring[i];
            each->open = (each->open + 5) / 10;
            each->high = (each->high + 5) / 10;
            each->low = (each->low + 5) / 10;
            each->close = (each->close + 5) / 10;
        }
    }
}

static void store(struct chart *chart, enum timeframe timeframe, const struct candle *candle)
{
    struct chart_ring *ring = &chart->rings[timeframe];
    while (candle->high * unit_of(chart) >= INT32_MAX) {
        coarsen(chart);
    }
    const double unit = unit_of(chart);
    ring->ring[ring->count++ % SERIES_CAPACITY] = (struct chart_candle){
        .minute = (uint32_t)(candle->time_ns / NS_PER_MIN),
        .open = (int32_t)lrint(candle->open * unit),
        .high = (int32_t)lrint(candle->high * unit),
        .low = (int32_t)lrint(candle->low * unit),
        .close = (int32_t)lrint(candle->close * unit),
        .volume = (float)candle->volume,
    };
}

bool chart_push(struct chart *chart, const struct candle *candle)
{
    if (candle->time_ns <= chart->time_last_ns) {
        return false;
    }
    if (chart->time_last_ns == INT64_MIN) {
        choose_unit(chart, candle->close);
    }
    chart->time_last_ns = candle->time_ns;
    if (chart->forming.time_ns <= candle->time_ns) {
        chart->forming.time_ns = INT64_MIN;
    }
    store(chart, chart->base, candle);
    for (uint32_t t = chart->base + 1; t < TIMEFRAME_COUNT; t++) {
        const struct resample how = {chart->base, (enum timeframe)t};
        struct candle closed;
        if (resample(how, &chart->open[t], &chart->is_open[t], candle, &closed)) {
            store(chart, how.to, &closed);
        }
    }
    return true;
}

uint64_t chart_count(const struct chart *chart, enum timeframe timeframe)
{
    return timeframe < chart->base ? 0 : chart->rings[timeframe].count;
}

uint32_t chart_held(const struct chart *chart, enum timeframe timeframe)
{
    const uint64_t count = chart_count(chart, timeframe);
    return count < SERIES_CAPACITY ? (uint32_t)count : SERIES_CAPACITY;
}

/* Seven digits: more a float does not have, and its binary rest would look like more. */
static double volume_of(float volume)
{
    if (volume <= 0) {
        return 0;
    }
    const double unit = pow(10, 6 - floor(log10((double)volume)));
    return round((double)volume * unit) / unit;
}

struct candle chart_at(const struct chart *chart, enum timeframe timeframe, uint32_t back)
{
    CHECK(back < chart_held(chart, timeframe));
    const struct chart_ring *ring = &chart->rings[timeframe];
    const struct chart_candle *at = &ring->ring[(ring->count - 1 - back) % SERIES_CAPACITY];
    const double unit = unit_of(chart);
    return (struct candle){
        .time_ns = at->minute * NS_PER_MIN,
        .open = at->open / unit,
        .high = at->high / unit,
        .low = at->low / unit,
        .close = at->close / unit,
        .volume = volume_of(at->volume),
    };
}

bool chart_partial(const struct chart *chart, enum timeframe timeframe, struct candle *ret_candle)
{
    const bool forming = chart->forming.time_ns != INT64_MIN;
    if (timeframe < chart->base || (!chart->is_open[timeframe] && !forming)) {
        return false;
    }
    if (!forming) {
        *ret_candle = chart->open[timeframe];
        return true;
    }
    struct candle now = chart->forming;
    now.time_ns = timeframe_floor(timeframe, now.time_ns);
    if (chart->is_open[timeframe] && chart->open[timeframe].time_ns == now.time_ns) {
        struct candle merged = chart->open[timeframe];
        candle_merge(&merged, &now);
        now = merged;
    }
    *ret_candle = now;
    return true;
}
