/* SPDX-License-Identifier: MIT */
/*
 * Candles on disk: one NumPy .npy file per venue, pair and timeframe, a row being struct candle
 * (dtype time i8 [ns], open high low close volume f8; 48 bytes), the header padded to 512 bytes.
 *
 *     DIR/KRAKEN/BTC-USD/5m.npy        numpy.load(path, mmap_mode="r") opens it as it is
 *
 * Written by one process (flock), rows first and the header last, each made durable before the
 * next, so a torn write loses rows but never corrupts: on open, rows = min(header, file size).
 * A file is never shrunk in place; repair writes a new one and renames.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/market/candle.h"
#include "core/market/timeframe.h"

#define VENUE_NAME_MAX 24

struct candle_key {
    char venue[VENUE_NAME_MAX]; /* "KRAKEN" */
    char symbol[24];            /* "BTC/USD" */
    enum timeframe timeframe;
};

struct candle_file; /* a read-only map */

/* "KRAKEN:BTC/USD" into venue and symbol, upper case, the timeframe stays as it is; false when that
 * is no key. */
bool candle_key_parse(const char *text, struct candle_key *key);

/*
 * 0, or -errno with what, where and what to do in `error`. -ENOENT when there is no such file.
 * Takes a constant time, whatever the size: the header, the first row and the last 256 are looked
 * at; candle_file_verify looks at all.
 */
int candle_file_open(const char *store, const struct candle_key *key, struct candle_file **ret,
                     char *error, size_t error_size);
void candle_file_close(struct candle_file *file);

const struct candle *candle_file_rows(const struct candle_file *file, size_t *ret_count);

/* Rows that the header promises and the file no longer has: a copy cut short. 0 in a sound file. */
size_t candle_file_torn(const struct candle_file *file);

/* Every row a valid candle on its timeframe's grid, times ascending: 0, or -EINVAL and where. */
int candle_file_verify(const struct candle_file *file, char *error, size_t error_size);

/* Index of the first row at or after time_ns; count when none. */
size_t candle_file_find(const struct candle_file *file, int64_t time_ns);

/*
 * Merges rows (ascending times) into the file: new ones are added, an equal one is dropped, one
 * that differs from what is stored replaces it when `replace`, and is counted either way.
 *
 * Rows after the stored ones are appended in place; anything else writes a new file and renames it
 * over the old, so a reader keeps what it has mapped. Waits up to 2 s for another writer, then
 * gives -EBUSY. On any error the stored candles are what they were.
 */
struct candle_merge_result {
    size_t added, equal, different;
};
int candle_file_merge(const char *store, const struct candle_key *key, const struct candle *rows,
                      size_t count, bool replace, struct candle_merge_result *ret, char *error,
                      size_t error_size);

/* Calls back for every candle file in the store: venues and symbols in name order, timeframes from
 * short to long. A non-zero return stops, and is returned. A store that is not there is empty. */
int candle_store_each(const char *store, int (*visit)(void *context, const struct candle_key *key),
                      void *context, char *error, size_t error_size);
