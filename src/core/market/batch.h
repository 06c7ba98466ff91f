/* SPDX-License-Identifier: MIT */
/*
 * The candles of one boundary, gathered from every pair and released as one event, in pair order.
 * Files and sockets feed the same code, so both decide alike.
 *
 * A boundary is complete when each active pair has delivered its candle or is known to have had
 * no trades in it: a newer candle arrived for the pair, or the feed's own time passed the boundary
 * by BATCH_GRACE_NS. A fresh pair without trades gives a flat candle (CANDLE_FLAT) at its last
 * close, or none when that is unknown; a stale pair gives none and is marked in `stale`, but what
 * it had delivered before is given at its boundary: nothing that was taken is lost. A candle older
 * than the boundary being gathered, or than one the pair has delivered, is late: it is refused and
 * counted, never decided on.
 *
 * Gathering starts at batch_start's boundary, or else at the oldest candle that waits when the
 * first boundary completes. With no fresh pair at all, only the feed's time completes boundaries.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/base/limits.h"
#include "core/base/timestamp.h"
#include "core/market/candle.h"
#include "core/market/timeframe.h"

#define BATCH_GRACE_NS (1 * NS_PER_S)

/* Candles one pair may be ahead of the boundary being gathered (a burst after a stall). */
#define BATCH_AHEAD_MAX 8

enum candle_flag {
    CANDLE_FLAT = 1 << 0,      /* no trades: made here */
    CANDLE_SYNTHETIC = 1 << 1, /* finer than the data it was made from */
};

struct batch_entry {
    uint32_t pair;
    uint32_t flags;
    struct candle candle;
};

struct batch_pair {
    bool active;
    bool stale;
    double close_last; /* 0 until the first candle */
    uint32_t waiting_count;
    struct batch_entry waiting[BATCH_AHEAD_MAX];
};

struct batch {
    enum timeframe timeframe;
    uint32_t pair_count;
    int64_t boundary_ns; /* open time of the candles being gathered; INT64_MIN before the first */
    int64_t feed_ns;     /* how far the feed's own time is known to have come */
    uint64_t late_count;
    uint64_t flat_count;
    uint32_t fresh_count;   /* pairs that are active and not stale */
    uint32_t missing_count; /* those of them with no candle waiting */
    struct batch_pair pairs[PAIR_MAX];
};

/* All pairs start active and fresh. */
void batch_init(struct batch *batch, enum timeframe timeframe, uint32_t pair_count);

/* Only active pairs are waited for. A stale pair is not waited for and makes no flat candle. Either
 * way its candles are refused, but for those that follow one of its own that still waits, and its
 * last close is forgotten; when it is back it makes flat candles again from its next candle or
 * batch_seed on. */
void batch_set_active(struct batch *batch, uint32_t pair, bool active);
void batch_set_stale(struct batch *batch, uint32_t pair, bool stale);

/* Says where gathering starts: no candle before `boundary_ns` is wanted, and flat candles continue
 * from `close_last` (0: unknown). For a session that has warmed up on history. */
void batch_start(struct batch *batch, int64_t boundary_ns);
void batch_seed(struct batch *batch, uint32_t pair, double close_last);

/* Returns false when the candle is late, a duplicate, off the timeframe's grid or too far ahead
 * (BATCH_AHEAD_MAX wait already), or the pair is stale or not active and none of its own waits. */
bool batch_add(struct batch *batch, uint32_t pair, const struct candle *candle, uint32_t flags);

/* The feed's time has come to time_ns; never goes back. */
void batch_clock(struct batch *batch, int64_t time_ns);

/*
 * Takes the next complete boundary, entries in pair order into out[PAIR_MAX]. Returns their count
 * and the boundary; or -1 when none is complete. A complete boundary may hold 0 entries.
 */
int batch_take(struct batch *batch, int64_t *ret_boundary_ns, struct batch_entry *out);
