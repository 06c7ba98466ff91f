/* SPDX-License-Identifier: MIT */
/*
 * One candle: 48 bytes, the very layout of a row in a candle file, so that a file maps as an array
 * of these. Prices in the quote currency, volume in the base currency. Doubles, because candles
 * feed indicators; money never comes from here except through pair_price_from_double.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct candle {
    int64_t time_ns; /* open time, a multiple of its timeframe */
    double open;
    double high;
    double low;
    double close;
    double volume;
};

_Static_assert(sizeof(struct candle) == 48, "a candle is a row of a candle file");

/* Finite, positive prices, low <= open, close <= high, volume >= 0. */
bool candle_valid(const struct candle *candle);

/* A candle of no trades: all four prices at `price`, volume 0. */
struct candle candle_flat(int64_t time_ns, double price);

/* The typical price: what high, low and close come to on average. */
static inline double candle_typical(const struct candle *candle)
{
    return (candle->high + candle->low + candle->close) / 3;
}

/* Index of the first of ascending rows that begins at time_ns or after it; count when none does. */
size_t candle_find(const struct candle *rows, size_t count, int64_t time_ns);

/* Extends *into with a later candle of the same larger timeframe. */
void candle_merge(struct candle *into, const struct candle *next);
