/* SPDX-License-Identifier: MIT */
#include "app/data.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/timestamp.h"
#include "core/market/alias.h"
#include "store/candle_origin.h"
#include "store/disk.h"

/* A walk over the store that goes on after a file that fails. */
struct walk {
    const struct data_options *options;
    const char *symbol; /* only this one, or NULL */
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

static void print_worst(const char *what, uint64_t count, const struct quality_worst *worst,
                        uint32_t worst_count)
{
    if (count == 0)
        return;
    printf("  %" PRIu64 " %s; the largest:", count, what);
    for (uint32_t i = 0; i < worst_count; i++)
        printf("%s %s (%.0f %%)", i ? "," : "", data_date(worst[i].time_ns), worst[i].size * 100);
    printf("\n");
}

static void print_quality(const struct quality *quality, double limit)
{
    char wicks[64], jumps[64];
    data_print_gaps(quality);
    if (quality->zero_volume_count > 0)
        printf("  candles without volume: %" PRIu64 ", the first at %s\n",
               quality->zero_volume_count, data_date(quality->zero_volume_first_ns));
    snprintf(wicks, sizeof wicks, "wicks beyond %g %%", limit * 100);
    snprintf(jumps, sizeof jumps, "jumps beyond %g %% from one candle to the next", limit * 100);
    print_worst(wicks, quality->wick_count, quality->worst_wicks, quality->worst_wick_count);
    print_worst(jumps, quality->jump_count, quality->worst_jumps, quality->worst_jump_count);
}

static int check_one(void *context, const struct candle_key *key)
{
    struct walk *walk = context;
    struct candle_file *file = NULL;
    struct quality quality;
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
    quality_measure(rows, count, key->timeframe, walk->options->limit, &quality);
    printf("%s: %zu candles, %s to %s\n", data_name(key), count, data_date(quality.first_ns),
           data_date(quality.last_ns));
    print_origins(walk, key);
    print_quality(&quality, walk->options->limit);
    if (candle_file_torn(file) > 0) {
        printf("  the file was cut short: %zu candles of its end are gone; import them again\n",
               candle_file_torn(file));
        walk->status = walk->status == DATA_FAILED ? DATA_FAILED : DATA_REFUSED;
    }
    candle_file_close(file);
    return 0;
}

static int walk_store(const struct data_options *options, const char *symbol,
                      int (*visit)(void *context, const struct candle_key *key))
{
    struct walk walk = {.options = options, .symbol = symbol, .status = DATA_DONE};
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
    return walk_store(options, NULL, list_one);
}

int data_check(const struct data_options *options)
{
    char symbol[SYMBOL_MAX];
    if (options->pair && !alias_symbol(options->pair, strlen(options->pair), symbol))
        return data_complain("--pair %s: must be a pair such as BTC/USD", options->pair);
    return walk_store(options, options->pair ? symbol : NULL, check_one);
}
