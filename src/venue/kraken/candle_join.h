/* SPDX-License-Identifier: MIT */
/*
 * One pair's candles, joined from REST and the live channel without hole or double.
 *
 *     given out       known, waiting in `ready`     REST must tell     live rows tell
 *   ------------------|-----------------------------|-------------------|------------------->
 *                  (queue)                        cursor              covered             time
 *
 * Every interval before `cursor` is decided: its candle was given out or waits in `ready`, or it
 * had no trades. From `covered` on the live channel misses nothing: it sent a row of that interval
 * (a row is the whole candle so far), or was subscribed before the interval began. Between the two
 * only REST knows. The cursor moves over live intervals when a later row comes or time has passed,
 * over the gap by REST's committed rows. Nothing is allocated.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/market/candle.h"

#define KRAKEN_REST_ROWS 720 /* the most that REST gives: what a repair may bring at once */
#define KRAKEN_OPEN_MAX 8    /* live candles not final yet, waiting for time or for the gap */

struct kraken_join {
    int64_t span_ns; /* of a candle */
    int64_t cursor_ns;
    int64_t covered_ns; /* INT64_MAX: nothing live */
    uint32_t open_count;
    struct candle open[KRAKEN_OPEN_MAX]; /* ascending, >= covered_ns */
    uint32_t ready_first, ready_count;
    struct candle ready[KRAKEN_REST_ROWS]; /* a ring, ascending */
};

/* The first candle wanted is the one that opens at cursor_ns. */
void kraken_join_init(struct kraken_join *join, int64_t span_ns, int64_t cursor_ns);

/* REST has told everything before time_ns, and it was given out elsewhere: the joining starts. */
void kraken_join_start(struct kraken_join *join, int64_t time_ns);

/* The live channel tells everything from time_ns on (a multiple of the span). */
void kraken_join_cover(struct kraken_join *join, int64_t time_ns);

/* The live channel is lost, or not to be believed: what it began is forgotten. */
void kraken_join_uncover(struct kraken_join *join);

/* A row of the live channel. False when it is of an interval that was decided: late. */
bool kraken_join_row(struct kraken_join *join, const struct candle *candle);

/* No live row of an interval that ended at or before time_ns will come any more. */
void kraken_join_settle(struct kraken_join *join, int64_t time_ns);

/*
 * Rows of REST, ascending; everything before committed_ns (a multiple of the span) is final, and
 * what has no row there had no trades. Returns how many were taken.
 */
uint32_t kraken_join_rest(struct kraken_join *join, const struct candle *rows, uint32_t count,
                          int64_t committed_ns);

/* An interval has ended by time_ns that only REST can tell. */
bool kraken_join_gap(const struct kraken_join *join, int64_t time_ns);

/* The next candle to give out, or NULL; take removes it. */
const struct candle *kraken_join_peek(const struct kraken_join *join);
void kraken_join_take(struct kraken_join *join);
