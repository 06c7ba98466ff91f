/* SPDX-License-Identifier: MIT */
/*
 * What a market feed tells its session, whatever the venue. `pair` is the index in the list of
 * symbols the feed was opened with. All calls come on the loop's thread; pointers are valid during
 * the call.
 *
 * Time: each call carries market time. For the real venue that is UTC; for the local Kraken it is
 * what the local Kraken says it is, at the speed it says.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/market/book.h"
#include "core/market/candle.h"
#include "core/market/pair.h"
#include "core/market/trade.h"

enum feed_health {
    FEED_FRESH,
    FEED_STALE,   /* silent for the staleness bound: not to be traded */
    FEED_UNLISTED /* the venue does not know this pair: skipped for the whole session */
};

struct feed_events {
    /* The pair's precision and minimums, before anything else about it; again when they change. */
    void (*on_pair)(void *context, uint32_t pair, const struct pair *terms);

    /* Closed candles of the past, oldest first, for warming up; then, once, on_history_end. A pair
     * of which the venue has no history gets the end alone. */
    void (*on_history)(void *context, uint32_t pair, const struct candle *candles, uint32_t count);
    void (*on_history_end)(void *context, uint32_t pair);

    /* A base candle closed: by a newer one, by the feed's time, or fetched to fill a gap. Each
     * (pair, time) once, ascending. */
    void (*on_candle)(void *context, uint32_t pair, const struct candle *candle);

    /* The candle being formed, as the venue sends it: for the chart only. */
    void (*on_forming)(void *context, uint32_t pair, const struct candle *candle);

    /* The book after its checksum was verified. A snapshot replaces; count 0 with snapshot means
     * that the book is unknown until the next one. */
    void (*on_book)(void *context, uint32_t pair, int64_t time_ns, bool snapshot, uint32_t depth,
                    const struct level_change *changes, uint32_t count);

    void (*on_trade)(void *context, uint32_t pair, const struct trade *trade);

    void (*on_health)(void *context, uint32_t pair, enum feed_health health, int64_t silent_ns);

    /* The feed's time is known to have come to time_ns: nothing older will arrive. */
    void (*on_time)(void *context, int64_t time_ns);

    void (*on_connection)(void *context, bool connected, const char *reason);
};

struct feed_stats {
    uint64_t message_count;
    uint64_t reconnect_count;
    uint64_t checksum_fault_count;
    uint64_t resync_count;
    uint64_t malformed_count;
    uint64_t rest_repair_count; /* candles fetched over REST to fill a gap */
    uint64_t late_count;
};

/*
 * A feed behind one face: the session does not know whether sockets or files stand behind it.
 */
struct feed {
    void *self;
    void (*close)(void *self);

    /* Called about 20 times a second, and after every step in lock-step. A feed without sockets
     * delivers its next piece here. */
    void (*tick)(void *self);

    int64_t (*time)(void *self); /* market time now */

    /* The venue has told its time. Before, `time` is what this machine's clock says, which may be
     * minutes off. */
    bool (*timed)(void *self);
    double (*speed)(void *self); /* market seconds a wall second; 0 in lock-step */
    bool (*ended)(void *self);   /* a market of the past has come to its end */

    bool (*lockstep)(void *self); /* on_time ends a step: everything in it has been told */

    /* In lock-step: what was delivered has been decided, the market may move on. */
    void (*step_done)(void *self);
    const struct feed_stats *(*stats)(void *self);
};
