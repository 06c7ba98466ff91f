/* SPDX-License-Identifier: MIT */
/*
 * Candles that stand in for others: BTCUSDT of Binance kept as KRAKEN:BTC/USD, because --as said
 * so. Beside the candle file, in TIMEFRAME.origin, a line for each origin and the span it has
 * brought. Whoever reports on such candles repeats it.
 */
#pragma once

#include "store/candle_file.h"

#define CANDLE_ORIGIN_MAX 64 /* of one origin: "BINANCE:BTC/USDT" */
#define CANDLE_ORIGINS_TEXT_MAX 2048

/* Adds an origin (one word), or widens the span of one that is there. As candle_file_merge. */
int candle_origin_add(const char *store, const struct candle_key *key, const char *origin,
                      int64_t first_ns, int64_t last_ns, char *error, size_t error_size);

/* "BINANCE:BTC/USDT from 2017-08-17 to 2024-08-31, ..."; "" when all candles are the key's own.
 * 0, or -errno with the reason in `error`. */
int candle_origin_tell(const char *store, const struct candle_key *key,
                       char text[CANDLE_ORIGINS_TEXT_MAX], char *error, size_t error_size);
