/* SPDX-License-Identifier: MIT */
/*
 * What has been fetched of a pair's history, kept beside its candle file (TIMEFRAME.fetched), so
 * that a download goes on where it was. A span is time of which every candle is in the store; a
 * missing one then was no trade, which the candles alone do not tell.
 *
 * The walk is a place in the venue's list of trades: where the next page begins, and the part that
 * the trades so far make of the candle that is still open. It is written together with the span
 * that it makes longer, after that span's candles have been stored, so what is written is true
 * whenever the process dies.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/candle_file.h"

#define FETCHED_SPANS_MAX 256

struct fetched_span {
    int64_t from_ns, until_ns; /* the end does not belong to it */
};

struct fetched_walk {
    int64_t until_ns; /* the end of the span it makes longer; 0: there is no walk */
    int64_t since_ns; /* the venue's mark: the next page is what was traded after it */
    uint64_t id;      /* of the last trade taken; 0 unknown */
    uint32_t price_decimals, qty_decimals;
    int64_t open_ns; /* the open candle's begin; 0: no trade has begun one */
    int64_t open_ticks, high_ticks, low_ticks, close_ticks, volume_lots;
};

struct fetched {
    size_t count;
    struct fetched_span spans[FETCHED_SPANS_MAX]; /* ascending, apart */
    struct fetched_walk walk;
};

/* Nothing where there is no such file, or where there are no candles any more. 0, or -errno with
 * what, where and what to do in `error`. */
int fetched_read(const char *store, const struct candle_key *key, struct fetched *ret, char *error,
                 size_t error_size);
/* The file's text; false when it is not one that fetched_write has written. */
bool fetched_parse(const char *text, size_t len, struct fetched *ret);
int fetched_write(const char *store, const struct candle_key *key, const struct fetched *fetched,
                  char *error, size_t error_size);

/* Holds off other downloads of the same candles: a descriptor to be closed, or -EBUSY. */
int fetched_lock(const char *store, const struct candle_key *key, char *error, size_t error_size);

/* False, and nothing done, when that would be more spans than there is room for. */
bool fetched_add(struct fetched *fetched, int64_t from_ns, int64_t until_ns);

/* The first time in [from, until) that is in no span, as a span; false when all of it is in one. */
bool fetched_hole(const struct fetched *fetched, int64_t from_ns, int64_t until_ns,
                  struct fetched_span *ret);
