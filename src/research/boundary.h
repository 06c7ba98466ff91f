/* SPDX-License-Identifier: MIT */
/*
 * Many pairs' candle files on one clock: the closed candles of one boundary after the other, in
 * pair order, as core/market/batch makes them of a feed.
 *
 * A pair is absent before its first candle (one before the start counts) and after its last.
 * Where nobody traded for up to an hour (two candles, when those are longer) the pair is flat at
 * its last close, as a session makes it; through a longer silence, which is an outage, it has no
 * candles, so that nothing is filled in it. Files finer than the boundary's timeframe are merged as
 * they are read.
 */
#pragma once

#include <stdint.h>

#include "core/base/limits.h"
#include "core/market/batch.h"

/* Candles of one pair: valid, on their timeframe's grid, ascending (candle_file_verify). */
struct candle_rows {
    const struct candle *rows;
    size_t count;
    enum timeframe timeframe; /* no coarser than the boundary's */
};

struct boundary_pair {
    const struct candle *at, *end;
    enum timeframe timeframe;
    bool begun;
    bool ahead;         /* `next` is there */
    struct candle next; /* not given yet */
    int64_t last_ns;    /* of the candle given last */
    int64_t due_ns;     /* of the candle to give next, a flat one too; INT64_MAX none */
    double close_last;
    uint64_t candle_count, flat_count, gap_count;
};

struct boundaries {
    enum timeframe timeframe;
    int64_t step_ns;
    uint32_t pair_count;
    struct boundary_pair pairs[PAIR_MAX];
};

/* The first boundary at start_ns or after it; INT64_MIN stays: what there is. */
int64_t boundary_from(enum timeframe timeframe, int64_t start_ns);

/* Of each pair the candles in [boundary_from(start_ns), end_ns). */
void boundaries_init(struct boundaries *boundaries, enum timeframe timeframe, uint32_t pair_count,
                     const struct candle_rows *rows, int64_t start_ns, int64_t end_ns);

/* The next boundary's candles into out[PAIR_MAX]: their count, 0 at the end. */
uint32_t boundaries_next(struct boundaries *boundaries, int64_t *ret_boundary_ns,
                         struct batch_entry *out);

/* The candles there are of the `most` boundaries before start_ns, into `out`: what a pair is warmed
 * up with, as a session is. */
size_t boundaries_history(const struct candle_rows *rows, enum timeframe timeframe,
                          int64_t start_ns, size_t most, struct candle *out);

/* Index of the first row at or after time_ns. */
static inline size_t candle_rows_find(const struct candle_rows *rows, int64_t time_ns)
{
    return candle_find(rows->rows, rows->count, time_ns);
}
