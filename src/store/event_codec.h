/* SPDX-License-Identifier: MIT */
/*
 * Events as bytes for the journal: varints, prices and quantities
 * as differences from the one before, 4 to 12 bytes a book level. Decoding trusts nothing: counts,
 * pairs and kinds are checked against the caller's bounds, and bytes left over are an error.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/engine/event.h"

/* The longest event: a batch of PAIR_MAX candles, or a book message. */
#define EVENT_CODE_MAX (64u << 10)

/* Candles of one EVENT_WARM and changes of one EVENT_BOOK that a code may carry. */
#define EVENT_CANDLES_MAX 1024
#define EVENT_CHANGES_MAX (4 * BOOK_LEVELS_MAX)

/* The longest name and text of a strategy, without the zero behind them. */
#define EVENT_NAME_MAX STRATEGY_NAME_MAX
#define EVENT_TEXT_MAX (32u << 10)

/* What a decoded event's pointers point into. */
struct event_buffer {
    struct batch_entry entries[PAIR_MAX];
    struct candle candles[EVENT_CANDLES_MAX];
    struct level_change changes[EVENT_CHANGES_MAX];
    char name[EVENT_NAME_MAX + 1];
    char text[EVENT_TEXT_MAX + 1];
};

/* Of bytes that event_encode wrote. */
enum event_kind event_encoded_kind(const void *bytes);

/* Returns the length, 0 when it does not fit. */
size_t event_encode(const struct event *event, void *bytes, size_t size);

bool event_decode(const void *bytes, size_t len, uint32_t pair_count, struct event *ret,
                  struct event_buffer *buffer);
