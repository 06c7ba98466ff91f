/* SPDX-License-Identifier: MIT */
/*
 * Candles from other people's files, plain or gzip, known by their content:
 *
 *   CSV_HEADED     a header that names time, open, high, low, close, volume in any order
 *   CSV_PLAIN      those six, without a header
 *   CSV_KRAKEN     Kraken's downloads: timestamp,open,high,low,close,volume,trades, no header
 *   CSV_FREQTRADE  JSON: [[milliseconds,open,high,low,close,volume],...]
 *
 * Times in s, ms, us or ns, told apart by magnitude (seconds end at 1e11: the year 5138). A number
 * becomes the double nearest to its text. A bad row is refused with its line and the reason and
 * counted; beyond `bad_max` the file is refused. Rows are put in order; of rows with one time the
 * last stands. Nothing is filled in.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/market/candle.h"
#include "core/market/timeframe.h"

#define CSV_BAD_MAX 100 /* the usual bad_max */

enum csv_layout {
    CSV_HEADED,
    CSV_PLAIN,
    CSV_KRAKEN,
    CSV_FREQTRADE,
};

extern const char *const csv_layout_names[];

struct csv_options {
    bool timeframe_known; /* else it is the smallest step that all times share */
    enum timeframe timeframe;
    uint64_t bad_max;
    void (*on_bad)(void *context, uint64_t line, const char *reason);         /* or NULL */
    void (*on_progress)(void *context, uint64_t bytes, uint64_t bytes_total); /* or NULL */
    void *context;
};

struct csv_data {
    struct candle *rows; /* ascending, one a time; freed by csv_free */
    size_t count;
    enum csv_layout layout;
    enum timeframe timeframe;
    uint64_t line_count;      /* read, the header not counted; JSON: rows */
    uint64_t bad_count;       /* refused */
    uint64_t duplicate_count; /* the same candle again: dropped */
    uint64_t conflict_count;  /* a different candle of the same time: the later one stands */
    uint64_t disorder_count;  /* stood after a newer one */
};

/* 0, or -errno with what, where and what to do in `error`. */
int csv_read(const char *path, const struct csv_options *options, struct csv_data *ret, char *error,
             size_t error_size);

/* The same from elsewhere. `read` gives the next bytes, 0 at the end, negative where it fails, and
 * `fault` then says why. */
struct csv_stream {
    int64_t (*read)(void *context, char *out, size_t size);
    const char *(*fault)(void *context);
    void *context;
    uint64_t size; /* about so many bytes will come: for progress, and for room */
};
int csv_read_stream(const char *name, const struct csv_stream *stream,
                    const struct csv_options *options, struct csv_data *ret, char *error,
                    size_t error_size);

/* The same from memory; `name` is for the errors. */
int csv_read_text(const char *name, const char *text, size_t len, const struct csv_options *options,
                  struct csv_data *ret, char *error, size_t error_size);

void csv_free(struct csv_data *data);
