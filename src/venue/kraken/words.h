/* SPDX-License-Identifier: MIT */
/*
 * Small readers that Kraken's WebSocket and REST parsers share.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "core/market/candle.h"
#include "platform/json/json.h"

/* A member's name against a literal: one length and a few bytes, decided by the compiler. */
#define WORD_IS(text, word)                                                                        \
    ((text).len == sizeof(word) - 1 && memcmp((text).at, word, sizeof(word) - 1) == 0)

/* FNV-1a, alike for letters of either case: names are about seven bytes, where nothing beats it. */
static inline uint32_t kraken_word_hash(const char *at, size_t len)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ ((unsigned char)at[i] & 0xdfu)) * 16777619u;
    return hash ^ (hash >> 15);
}

/* An RFC 3339 string as nanoseconds; null or "" leave *ret alone, anything else is refused. */
void kraken_take_time(struct json *json, int64_t *ret_ns);

/* 0..2^32-1, bare or quoted. */
bool kraken_take_checksum(struct json *json, uint32_t *ret);

/* open, high, low, close, volume as texts; digits beyond the decimals are rounded. False when one
 * is missing or they bound no candle. time_ns is the caller's. */
#define KRAKEN_CANDLE_TEXTS 5
bool kraken_candle_of(const struct json_text *texts, uint32_t price_decimals, uint32_t qty_decimals,
                      struct candle *candle);

/* Whether the words stand in a text, in letters of either case. */
bool kraken_mentions(struct json_text text, const char *words);

/* Copies a raw JSON text that holds no escapes but "\/"; false when it does not fit. */
bool kraken_copy_text(struct json_text text, char *out, size_t size);
