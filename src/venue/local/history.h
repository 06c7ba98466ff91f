/* SPDX-License-Identifier: MIT */
/*
 * What has happened in a market up to now, as REST and snapshots tell it: candles of any interval
 * and trades. Made from the market's bars when asked, so nothing is kept.
 *
 * Candles of an hour and less are made of their trades; longer ones of whole bars, the part of a
 * step before `now` of its trades. An interval without trades repeats the close before it.
 */
#pragma once

#include "venue/local/bucket.h"

#define HISTORY_CANDLES_MAX 720
#define HISTORY_TRADES_MAX 1000

/* Kraken's nine intervals, in minutes, ascending. */
#define INTERVAL_COUNT 9
extern const int64_t interval_minutes[INTERVAL_COUNT];

/* Index of an interval, or -1. */
int32_t interval_find(int64_t minutes);

/* Start of the interval that time_ns lies in: counted from 1970. */
int64_t interval_floor(uint32_t interval, int64_t time_ns);

/* The last `count` candles (<= HISTORY_CANDLES_MAX) up to the one that `now` is in; returns how
 * many there are, oldest first. */
uint32_t history_candles(struct market *market, uint32_t pair, uint32_t interval, int64_t now_ns,
                         uint32_t count, struct bucket *out);

/* The first `count` trades after since_ns, not after now_ns. */
uint32_t history_trades_since(struct market *market, uint32_t pair, int64_t since_ns,
                              int64_t now_ns, uint32_t count, struct trade *out);

/* The last `count` trades (<= HISTORY_TRADES_MAX) not after now_ns, oldest first. */
uint32_t history_trades_last(struct market *market, uint32_t pair, int64_t now_ns, uint32_t count,
                             struct trade *out);
