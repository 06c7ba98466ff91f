/* SPDX-License-Identifier: MIT */
/*
 * The rows of a file being read: checked one by one, put in order at the end. Inside the store
 * only; callers use csv.h.
 */
#pragma once

#include "store/csv.h"

struct csv_rows {
    const char *name;
    const struct csv_options *options;
    struct csv_data data;
    size_t capacity;
    bool tied;            /* two rows in succession had one time */
    int64_t time_last_ns; /* INT64_MIN before the first */
    int64_t step_ns;      /* greatest common divisor of the steps so far; 0 before the second */
    char *error;
    size_t error_size;
};

void csv_rows_init(struct csv_rows *rows, const char *name, const struct csv_options *options,
                   size_t expected, char *error, size_t error_size);

/* Reads a whole time in whatever unit, also as pandas may write it (1722470400000.0). Returns the
 * byte after it, or NULL, *ret untouched, when no date is meant. The text must go on with a byte
 * that belongs to no number. */
const char *csv_take_time(const char *at, int64_t *ret);

/* 0, or -ENOMEM, or -EINVAL when the row is one bad row too many. */
int csv_rows_add(struct csv_rows *rows, uint64_t line, const struct candle *row);
int csv_rows_refuse(struct csv_rows *rows, uint64_t line, const char *reason);

/* Orders the rows, drops duplicates, decides the timeframe. On failure the rows are freed. */
int csv_rows_finish(struct csv_rows *rows, struct csv_data *ret);
void csv_rows_drop(struct csv_rows *rows);

/* Reads freqtrade's JSON; the text ends with a zero byte. */
int csv_json_read(struct csv_rows *rows, const char *text, size_t len);
