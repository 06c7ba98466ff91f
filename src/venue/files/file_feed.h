/* SPDX-License-Identifier: MIT */
/*
 * A market without sockets: the very market the local Kraken would serve, given straight to the
 * session as closed candles, one boundary after the other, as fast as it takes them. No books and
 * no trades, so orders are filled by candles.
 *
 * What a session decides here it decides through the local Kraken in lock-step as well: the
 * candles are equal bit for bit, because both come from the same ticks and lots.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "core/market/timeframe.h"
#include "venue/feed.h"

struct file_feed;

struct file_feed_config {
    const char *store; /* NULL: the synthetic market */
    uint64_t seed;
    const char *const *symbols;
    uint32_t symbol_count;
    enum timeframe timeframe;
    uint32_t history;       /* candles of the past given before the first boundary */
    int64_t from_ns, to_ns; /* 0: the market's own beginning and end */
};

/* NULL with the reason in `error`. */
struct file_feed *file_feed_open(const struct file_feed_config *config,
                                 const struct feed_events *events, void *context, char *error,
                                 size_t error_size);

/* The face that the session sees. */
struct feed file_feed_face(struct file_feed *feed);
