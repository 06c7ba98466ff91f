/* SPDX-License-Identifier: MIT */
/*
 * The messages of the public channels as Kraken's WebSocket v2 writes them. Numbers carry exactly
 * the pair's decimals (0.10000000), because clients make the checksum from their text.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "platform/json/json_writer.h"
#include "venue/local/listing.h"
#include "venue/local/variant.h"

struct text_status {
    uint64_t connection;
    const char *system;
    int64_t time_ns;
    double speed;
    bool lockstep;
    bool ended;
};

void text_status(struct json_writer *writer, const struct text_status *status);

void text_ticker(struct json_writer *writer, const struct variant *variant, const char *type,
                 struct listing *listing, int64_t now_ns);

void text_trades(struct json_writer *writer, const struct variant *variant, const char *type,
                 const struct listing *listing, const struct trade *trades, uint32_t count);

void text_candles(struct json_writer *writer, const struct variant *variant, const char *type,
                  const struct listing *listing, uint32_t interval, const struct bucket *candles,
                  uint32_t count, int64_t now_ns);

/* What the subscribers of a depth hold, whole, or what changed. */
void text_book_snapshot(struct json_writer *writer, const struct variant *variant,
                        const struct listing *listing, const struct view *view, int64_t now_ns);
void text_book_update(struct json_writer *writer, const struct variant *variant,
                      const struct listing *listing, const struct level_change *changes,
                      uint32_t count, uint32_t checksum, int64_t now_ns);

void text_instruments(struct json_writer *writer, const struct variant *variant,
                      const struct market *market);
