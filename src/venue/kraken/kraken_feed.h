/* SPDX-License-Identifier: MIT */
/*
 * Kraken's public market data: REST for pairs, history and repair, WebSocket v2 for the rest.
 * Speaks to the real venue or to the local Kraken alike, and follows the latter's clock.
 *
 * It owns the hard parts of staying connected: jittered backoff inside Kraken's limits, staleness,
 * re-subscription, books resynchronised when a checksum fails, candles closed by the feed's time
 * when no trade comes, and gaps filled over REST. Call kraken_feed_tick about 20 times a second.
 *
 * Only candles with trades are told, in history and live: the batch makes the flat ones. They come
 * boundary by boundary over all pairs, with on_time between them after an outage. on_connection
 * comes again, connected, when Kraken's system changes state ("maintenance", "cancel_only").
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/market/timeframe.h"
#include "platform/seam.h"
#include "venue/feed.h"

struct kraken_feed;

struct kraken_feed_config {
    const char *rest_url;       /* "https://api.kraken.com" */
    const char *ws_url;         /* "wss://ws.kraken.com/v2" */
    const char *const *symbols; /* names or aliases: BTC/USD, XBT/USD, XXBTZUSD, XBTUSD */
    uint32_t symbol_count;
    enum timeframe timeframe; /* of the base candles */
    uint32_t history;    /* candles of the past wanted before the live ones; REST gives <= 720 */
    uint32_t depth;      /* of the book: 10, 25, 100 */
    int64_t stale_ns;    /* market time without news after which a pair is stale */
    int64_t rest_gap_ns; /* wall time between REST calls: 1 s for the real venue, 0 for loopback */
    uint64_t seed;       /* of the backoff's jitter */
};

/* NULL with the reason in `error` for a bad configuration. Being offline is not an error. */
struct kraken_feed *kraken_feed_open(const struct kraken_feed_config *config,
                                     const struct transport *transport, const struct clock *clock,
                                     const struct feed_events *events, void *context, char *error,
                                     size_t error_size);

/* Not from inside an event. The memory goes with the transport's last call, so the loop and the
 * transport are closed after it. */
void kraken_feed_close(struct kraken_feed *feed);

void kraken_feed_tick(struct kraken_feed *feed);

/* The market's present time, its speed, and whether a local market has come to its end. */
int64_t kraken_feed_time(const struct kraken_feed *feed);
bool kraken_feed_timed(const struct kraken_feed *feed); /* by the venue, not by our own clock */
double kraken_feed_speed(const struct kraken_feed *feed);
bool kraken_feed_ended(const struct kraken_feed *feed);

/* The market waits for kraken_feed_step_done: on_time then comes once a step, after all that
 * happened in it, and nothing of the past is outstanding (no grace is needed). */
bool kraken_feed_lockstep(const struct kraken_feed *feed);

/* In lock-step: everything of this step is decided, the market may move on. No-op otherwise. */
void kraken_feed_step_done(struct kraken_feed *feed);

const struct feed_stats *kraken_feed_stats(const struct kraken_feed *feed);

/* The face that a session sees. */
struct feed kraken_feed_face(struct kraken_feed *feed);
