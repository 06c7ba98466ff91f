/* SPDX-License-Identifier: MIT */
#include "app/data.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app/data_picture.h"
#include "core/base/timestamp.h"
#include "core/market/alias.h"
#include "store/candle_origin.h"
#include "store/disk.h"

/* A walk over the store that goes on after a file that fails. */
struct walk {
    const struct data_options *options;
    const char *symbol;      /* only this one, or NULL */
    struct picture *picture; /* or NULL */
    uint64_t file_count;
    int status;
};

/* For whom they stand in, where --as said so. */
static void print_origins(struct walk *walk, const struct candle_key *key)
{
    char text[CANDLE_ORIGINS_TEXT_MAX], error[DISK_ERROR_MAX];
    if (candle_origin_tell(walk->options->store, key, text, error, sizeof error) < 0) {
        printf("  %s\n", error);
        walk->status = DATA_FAILED;
    } else if (text[0]) {
        printf("  stands in, by --as: %s\n", text);
    }
}

static int list_one(void *context, const struct candle_key *key)
{
    struct walk *walk = context;
    struct candle_file *file = NULL;
    char error[DISK_ERROR_MAX];
    walk->file_count++;
    if (candle_file_open(walk->options->store, key, &file, error, sizeof error) < 0) {
        printf("%-30s %s\n", data_name(key), error);
        walk->status = DATA_FAILED;
        return 0;
    }
    size_t count;
    const struct candle *rows = candle_file_rows(file, &count);
    if (count == 0) {
        printf("%-30s empty\n", data_name(key));
    } else {
        int64_t span_ns = rows[count - 1].time_ns - rows[0].time_ns;
        double expected = (double)(span_ns / timeframe_ns[key->timeframe] + 1);
        printf("%-30s %9zu  %-16s  %-16s  %6.2f %%\n", data_name(key), count,
               data_date(rows[0].time_ns), data_date(rows[count - 1].time_ns),
               100.0 * (1.0 - (double)count / expected));
    }
    candle_file_close(file);
    print_origins(walk, key);
    return 0;
}

static void print_worst(const char *what, uint64_t count, int64_t first_ns,
                        const struct quality_worst *worst, uint32_t worst_count)
{
    if (count == 0)
        return;
    printf("  %" PRIu64 " %s, the first at %s; the largest:", count, what, data_date(first_ns));
    for (uint32_t i = 0; i < worst_count; i++)
        printf("%s %s (%.0f %%)", i ? "," : "", data_date(worst[i].time_ns), worst[i].size * 100);
    printf("\n");
}

static void print_gaps(const struct quality *quality)
{
    data_print_gaps(quality);
    if (quality->gap_count < 2)
        return;
    printf("  the first gap is at %s; the longest:", data_date(quality->gap_first_ns));
    for (uint32_t i = 0; i < quality->worst_gap_count; i++)
        printf("%s %s (%.0f candles)", i ? "," : "", data_date(quality->worst_gaps[i].time_ns),
               quality->worst_gaps[i].size);
    printf("\n");
}

static void print_quality(const struct quality *quality, double limit)
{
    char wicks[64], jumps[64];
    print_gaps(quality);
    if (quality->zero_volume_count > 0)
        printf("  candles without volume: %" PRIu64 ", the first at %s\n",
               quality->zero_volume_count, data_date(quality->zero_volume_first_ns));
    if (quality->repeat_count > 0)
        printf("  %" PRIu64 " duplicates of the candle before, volume included, the first at %s\n",
               quality->repeat_count, data_date(quality->repeat_first_ns));
    snprintf(wicks, sizeof wicks, "wicks beyond %g %%", limit * 100);
    snprintf(jumps, sizeof jumps, "jumps beyond %g %% from one candle to the next", limit * 100);
    print_worst(wicks, quality->wick_count, quality->wick_first_ns, quality->worst_wicks,
                quality->worst_wick_count);
    print_worst(jumps, quality->jump_count, quality->jump_first_ns, quality->worst_jumps,
                quality->worst_jump_count);
}

#define STRIP_CELLS 60

/* How much of each piece of time is there, from nothing (a dot) over eighths to all of it. */
static void print_strip(const struct candle *rows, size_t count, enum timeframe timeframe)
{
    static const char *const blocks[] = {"\u00b7", "\u2581", "\u2582", "\u2583", "\u2584",
                                         "\u2585", "\u2586", "\u2587", "\u2588"};
    struct quality_cell cells[STRIP_CELLS];
    const size_t cell_count = quality_cells(rows, count, timeframe, STRIP_CELLS, cells);
    char length[TIMESTAMP_TEXT_MAX];
    if (cell_count < 2)
        return;
    printf("  ");
    for (size_t i = 0; i < cell_count; i++) {
        const uint64_t eighths = cells[i].held * 8 / cells[i].expected;
        fputs(blocks[eighths == 0 && cells[i].held > 0 ? 1 : eighths], stdout);
    }
    const int64_t each_ns = cells[0].until_ns - cells[0].from_ns;
    if (each_ns > 2 * NS_PER_DAY)
        snprintf(length, sizeof length, "%.1f days", (double)each_ns / (double)NS_PER_DAY);
    else
        duration_format(length, each_ns);
    printf("  %s each\n", length);
}

static void check_rows(struct walk *walk, const struct candle_key *key, const struct candle *rows,
                       size_t count)
{
    struct quality quality;
    quality_measure(rows, count, key->timeframe, walk->options->limit, &quality);
    printf("%s: %zu candles, %s to %s\n", data_name(key), count, data_date(quality.first_ns),
           data_date(quality.last_ns));
    print_origins(walk, key);
    print_strip(rows, count, key->timeframe);
    print_quality(&quality, walk->options->limit);
    if (walk->picture)
        picture_add(walk->picture, key, rows, count, &quality);
}

static int check_one(void *context, const struct candle_key *key)
{
    struct walk *walk = context;
    struct candle_file *file = NULL;
    char error[DISK_ERROR_MAX];
    if (walk->symbol && strcmp(walk->symbol, key->symbol) != 0)
        return 0;
    walk->file_count++;
    int code = candle_file_open(walk->options->store, key, &file, error, sizeof error);
    if (code == 0)
        code = candle_file_verify(file, error, sizeof error);
    if (code < 0) {
        printf("%s\n  %s\n", data_name(key), error);
        walk->status = DATA_FAILED;
        candle_file_close(file);
        return 0;
    }
    size_t count;
    const struct candle *rows = candle_file_rows(file, &count);
    check_rows(walk, key, rows, count);
    if (candle_file_torn(file) > 0) {
        printf("  the file was cut short: %zu candles of its end are gone; import them again\n",
               candle_file_torn(file));
        walk->status = walk->status == DATA_FAILED ? DATA_FAILED : DATA_REFUSED;
    }
    candle_file_close(file);
    return 0;
}

static int walk_store(const struct data_options *options, const char *symbol,
                      struct picture *picture,
                      int (*visit)(void *context, const struct candle_key *key))
{
    struct walk walk = {
        .options = options, .symbol = symbol, .picture = picture, .status = DATA_DONE};
    char error[DISK_ERROR_MAX];
    if (candle_store_each(options->store, visit, &walk, error, sizeof error) < 0)
        return data_complain("%s", error);
    if (walk.file_count == 0)
        return data_complain("%s holds no candles%s%s; `cuttle data import` adds some",
                             options->store, symbol ? " of " : "", symbol ? symbol : "");
    return walk.status;
}

int data_list(const struct data_options *options)
{
    printf("%-30s %9s  %-16s  %-16s  %8s\n", "candles", "count", "first", "last", "missing");
    return walk_store(options, NULL, NULL, list_one);
}

int data_check(const struct data_options *options)
{
    char symbol[SYMBOL_MAX];
    if (options->pair && !alias_symbol(options->pair, strlen(options->pair), symbol))
        return data_complain("--pair %s: must be a pair such as BTC/USD", options->pair);
    struct picture *picture = options->picture ? picture_new() : NULL;
    if (options->picture && !picture)
        return data_complain("out of memory");
    int status = walk_store(options, options->pair ? symbol : NULL, picture, check_one);
    if (picture && status != DATA_FAILED && picture_write(picture, options->picture) < 0)
        status = data_complain("%s: %s", options->picture, strerror(errno));
    picture_free(picture);
    return status;
}
