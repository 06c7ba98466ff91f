/* SPDX-License-Identifier: MIT */
/*
 * A candle being filled, in ticks and lots, with what Kraken's rows have beside the prices: the
 * volume-weighted average price and the number of trades.
 */
#pragma once

#include <stdint.h>

#include "venue/local/market.h"

struct bucket {
    int64_t time_ns;
    int64_t open_ticks, high_ticks, low_ticks, close_ticks;
    int64_t volume_lots; /* 0: no trades; the prices are then the close before */
    double cost;         /* ticks times lots */
    uint32_t trade_count;
};

/* An empty one that repeats the close before it. */
struct bucket bucket_flat(int64_t time_ns, int64_t close_ticks);

void bucket_add(struct bucket *bucket, const struct trade *trade);

/* Adds a later one. */
void bucket_merge(struct bucket *bucket, const struct bucket *next);

/* A whole bar without looking at its trades: its cost is taken at the mean of its four prices. */
struct bucket bucket_of_bar(const struct bar *bar);

/* In ticks, rounded; the close where nothing was traded. */
int64_t bucket_vwap_ticks(const struct bucket *bucket);
