/* SPDX-License-Identifier: MIT */
/*
 * One larger candle made of base candles, given closed and in time order. It closes with the base
 * candle that ends its bucket, or as it is when a base candle of a later bucket comes. A base
 * candle closes at most one: one that ends a bucket of which nothing came before, right behind a
 * bucket that was left unfinished, closes its own with the base candle after it.
 */
#pragma once

#include <stdbool.h>

#include "core/market/candle.h"
#include "core/market/timeframe.h"

struct resample {
    enum timeframe base;
    enum timeframe to; /* larger than base */
};

/* The base candle does not end the bucket of the open candle, nor lie behind it: it is merged, and
 * that is all. So it is with most. */
static inline bool resample_inside(struct resample how, const struct candle *open,
                                   const struct candle *candle)
{
    return candle->time_ns + timeframe_ns[how.base] < open->time_ns + timeframe_ns[how.to];
}

/* *open holds a part of a larger candle while *is_open. True when one closed: it is in *ret_closed.
 */
bool resample(struct resample how, struct candle *open, bool *is_open, const struct candle *candle,
              struct candle *ret_closed);

/* The candle of timeframe `to` in which the row `at` lies, made of it and of those behind it that
 * lie there too; returns the row behind them. at < end. */
const struct candle *resample_rows(const struct candle *at, const struct candle *end,
                                   enum timeframe to, struct candle *ret);
