/* SPDX-License-Identifier: MIT */
/* What leaves the store: rows as CSV, and smaller candles as larger ones. */
#include "app/data.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/timestamp.h"
#include "core/market/resample.h"
#include "platform/json/json_writer.h"
#include "store/disk.h"

/* The file of a pair and a timeframe named on the command line; says what is wrong. */
static struct candle_file *open_named(const struct data_options *options, const char *pair,
                                      const char *timeframe, struct candle_key *key)
{
    struct candle_file *file = NULL;
    char error[DISK_ERROR_MAX];
    *key = (struct candle_key){0};
    if (!data_key(pair, key))
        return NULL;
    if (!timeframe_parse(timeframe, strlen(timeframe), &key->timeframe)) {
        data_complain("%s: must be one of 1m 5m 15m 1h 4h 1d", timeframe);
        return NULL;
    }
    if (candle_file_open(options->store, key, &file, error, sizeof error) < 0) {
        data_complain("%s; `cuttle data list` shows what there is", error);
        return NULL;
    }
    return file;
}

static void write_row(FILE *out, const struct candle *row)
{
    const double values[] = {row->open, row->high, row->low, row->close, row->volume};
    fprintf(out, "%" PRId64, row->time_ns / NS_PER_S);
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        char text[JSON_REAL_TEXT_MAX];
        json_real_text(text, values[i]);
        fprintf(out, ",%s", text);
    }
    fputc('\n', out);
}

static bool write_rows(FILE *out, const struct candle *rows, size_t from, size_t to)
{
    fputs("time,open,high,low,close,volume\n", out);
    for (size_t i = from; i < to; i++)
        write_row(out, &rows[i]);
    return fflush(out) == 0 && ferror(out) == 0;
}

/* Beside its name first, so that a file that is there is a whole one. */
static int write_file(const char *path, const struct candle *rows, size_t from, size_t to)
{
    char beside[DISK_PATH_MAX];
    if ((size_t)snprintf(beside, sizeof beside, "%s.new", path) >= sizeof beside)
        return data_complain("%s: the name is too long", path);
    FILE *out = fopen(beside, "we");
    if (!out)
        return data_complain("%s: %s", path, strerror(errno));
    const bool written = write_rows(out, rows, from, to);
    if (fclose(out) == 0 && written && rename(beside, path) == 0)
        return DATA_DONE;
    const int code = errno;
    remove(beside);
    return data_complain("%s: %s", path, strerror(code));
}

int data_export(const struct data_options *options)
{
    struct candle_key key;
    struct candle_file *file = open_named(options, options->words[0], options->words[1], &key);
    if (!file)
        return DATA_FAILED;
    size_t count;
    const struct candle *rows = candle_file_rows(file, &count);
    const size_t from = candle_file_find(file, options->start_ns);
    const size_t to = candle_file_find(file, options->end_ns);
    int status = DATA_DONE;
    if (from >= to)
        status = data_complain("%s: no candles in that span; the store has %s to %s",
                               data_name(&key), count ? data_date(rows[0].time_ns) : "none",
                               count ? data_date(rows[count - 1].time_ns) : "none");
    else if (options->out)
        status = write_file(options->out, rows, from, to);
    else if (!write_rows(stdout, rows, from, to))
        status = data_complain("standard output: %s", strerror(errno));
    if (status == DATA_DONE && options->out)
        printf("%s: %zu candles of %s, %s to %s\n", options->out, to - from, data_name(&key),
               data_date(rows[from].time_ns), data_date(rows[to - 1].time_ns));
    candle_file_close(file);
    return status;
}

/* Larger candles of smaller ones, and what could not become one. */
struct coarse {
    struct candle *rows;
    size_t count;
    uint64_t holed_count;              /* had no candle for some of their time */
    const struct candle *early, *late; /* begin what was cut off at either end, or NULL */
};

/*
 * A larger candle needs to be whole in time: what begins inside its first bucket, or does not reach
 * the end of its last, makes none. A hole inside is time in which nobody traded.
 */
static void coarsen(const struct candle *rows, size_t count, enum timeframe from, enum timeframe to,
                    struct coarse *ret)
{
    const size_t needed = (size_t)(timeframe_ns[to] / timeframe_ns[from]);
    size_t next;
    for (size_t i = 0; i < count; i = next) {
        struct candle whole;
        next = (size_t)(resample_rows(&rows[i], rows + count, to, &whole) - rows);
        const int64_t end_ns = whole.time_ns + timeframe_ns[to];
        if (i == 0 && rows[0].time_ns > whole.time_ns) {
            ret->early = &rows[0];
        } else if (next == count && rows[count - 1].time_ns + timeframe_ns[from] < end_ns) {
            ret->late = &rows[i];
        } else {
            ret->holed_count += next - i < needed;
            ret->rows[ret->count++] = whole;
        }
    }
}

static void print_coarse(const struct data_options *options, const struct candle_key *key,
                         const struct coarse *coarse, const struct candle_merge_result *merged)
{
    printf("%s: %zu candles from %s to %s: %zu added, %zu known", data_name(key), coarse->count,
           data_date(coarse->rows[0].time_ns), data_date(coarse->rows[coarse->count - 1].time_ns),
           merged->added, merged->equal);
    if (merged->different > 0)
        printf(", %zu different and %s", merged->different,
               options->replace ? "replaced" : "left as stored (--replace takes the new ones)");
    printf("\n");
    if (coarse->early)
        printf("  the first is left out: the candles begin inside it, at %s\n",
               data_date(coarse->early->time_ns));
    if (coarse->late)
        printf("  the last is left out: the candles end inside it; it would begin at %s\n",
               data_date(timeframe_floor(key->timeframe, coarse->late->time_ns)));
    if (coarse->holed_count > 0)
        printf("  %" PRIu64 " of them lack smaller candles: nobody traded then, or an outage; "
               "`cuttle data check` shows where\n",
               coarse->holed_count);
}

static int store_coarse(const struct data_options *options, struct candle_key *key,
                        enum timeframe to, const struct candle *rows, size_t count)
{
    struct coarse coarse = {.rows = malloc((count + 1) * sizeof *coarse.rows)};
    struct candle_merge_result merged = {0};
    char error[DISK_ERROR_MAX];
    int status = DATA_DONE;
    if (!coarse.rows)
        return data_complain("out of memory");
    coarsen(rows, count, key->timeframe, to, &coarse);
    if (coarse.count == 0) {
        status = data_complain("%s: its %zu candles make no whole one of %s", data_name(key), count,
                               timeframe_names[to]);
    } else {
        key->timeframe = to;
        if (candle_file_merge(options->store, key, coarse.rows, coarse.count, options->replace,
                              &merged, error, sizeof error) < 0)
            status = data_complain("%s", error);
        else
            print_coarse(options, key, &coarse, &merged);
    }
    free(coarse.rows);
    return status;
}

int data_resample(const struct data_options *options)
{
    struct candle_key key;
    enum timeframe to;
    const char *larger = options->words[2];
    if (!timeframe_parse(larger, strlen(larger), &to))
        return data_complain("%s: must be one of 1m 5m 15m 1h 4h 1d", larger);
    struct candle_file *file = open_named(options, options->words[0], options->words[1], &key);
    if (!file)
        return DATA_FAILED;
    int status;
    if (to <= key.timeframe) {
        status = data_complain("resample makes larger candles: %s are not made of %s",
                               timeframe_names[to], timeframe_names[key.timeframe]);
    } else {
        size_t count;
        const struct candle *rows = candle_file_rows(file, &count);
        status = store_coarse(options, &key, to, rows, count);
    }
    candle_file_close(file);
    return status;
}
