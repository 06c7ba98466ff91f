/* SPDX-License-Identifier: MIT */
/*
 * Volume-weighted average price, in price: typical price times volume over volume, summed
 *
 *   vwap       over the last `period` candles; the first value with candle number `period`
 *   vwap_day   since midnight UTC; the first value with the first candle that opens a day, because
 *              the rest of a day that began before the program did would be a guess
 *
 * Where nothing was traded it is the newest typical price.
 */
#pragma once

#include "core/indicator/window_sum.h"

struct vwap {
    struct window_sum money;
    struct window_sum volume;
};

static inline uint32_t vwap_store(uint32_t period)
{
    return 2 * window_sum_store(period);
}

void vwap_init(struct vwap *vwap, uint32_t period);

/* `typical` is candle_typical. Returns false while warming up; *ret_value is then untouched. */
bool vwap_update(struct vwap *vwap, double *store, double typical, double volume,
                 double *ret_value);

struct vwap_day {
    int64_t day_ns; /* midnight of the newest candle's day */
    bool seen;      /* a candle */
    bool whole;     /* the day from its first candle on */
    double money;
    double volume;
};

void vwap_day_init(struct vwap_day *vwap);
bool vwap_day_update(struct vwap_day *vwap, int64_t time_ns, double typical, double volume,
                     double *ret_value);
