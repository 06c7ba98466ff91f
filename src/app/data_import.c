/* SPDX-License-Identifier: MIT */
#include "app/data.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/market/alias.h"
#include "store/csv.h"
#include "store/csv_name.h"
#include "store/disk.h"

/* One file on its way in. */
struct import {
    const struct data_options *options;
    const char *path;
    bool shows; /* a terminal is watching */
    struct csv_name name;
    struct candle_key by_name; /* what the file's name says, whatever --as says */
    struct csv_data data;
    struct candle_merge_result merged;
};

static void clear_line(const struct import *import)
{
    if (import->shows)
        fputs("\r\033[K", stderr);
}

static void on_bad(void *context, uint64_t line, const char *reason)
{
    const struct import *import = context;
    clear_line(import);
    fprintf(stderr, "%s:%" PRIu64 ": %s; the row is left out\n", import->path, line, reason);
}

static void on_progress(void *context, uint64_t bytes, uint64_t bytes_total)
{
    const struct import *import = context;
    if (import->shows && bytes_total > 0)
        fprintf(stderr, "\r\033[K%s: %" PRIu64 " %%", import->path, bytes * 100 / bytes_total);
}

/* VENUE:PAIR with aliases resolved: "kraken:XBT/USD" is KRAKEN:BTC/USD. */
static bool apply_as(struct csv_name *name, const char *as)
{
    const char *colon = strchr(as, ':');
    char text[sizeof name->key.venue + SYMBOL_MAX + 8];
    char symbol[SYMBOL_MAX];
    if (!colon || !alias_symbol(colon + 1, strlen(colon + 1), symbol))
        return false;
    int len = snprintf(text, sizeof text, "%.*s:%s", (int)(colon - as), as, symbol);
    if (len < 0 || (size_t)len >= sizeof text || !candle_key_parse(text, &name->key))
        return false;
    name->has_venue = name->has_symbol = true;
    return true;
}

/* Whose candles these are: from the flags, the name, or a layout that only Kraken has. */
static bool decide_key(struct import *import)
{
    struct csv_name *name = &import->name;
    if (!name->has_venue && import->data.layout == CSV_KRAKEN) {
        memcpy(name->key.venue, "KRAKEN", sizeof "KRAKEN");
        name->has_venue = true;
    }
    if (name->has_venue && name->has_symbol) {
        name->key.timeframe = import->data.timeframe;
        return true;
    }
    fprintf(stderr, "%s: its name does not say whose candles these are; say --as KRAKEN:BTC/USD\n",
            import->path);
    return false;
}

static void print_outcome(const struct import *import)
{
    const struct csv_data *data = &import->data;
    struct quality quality;
    printf("%s: %s, %zu candles from %s to %s (%s): %zu added, %zu known", import->path,
           data_name(&import->name.key), data->count, data_date(data->rows[0].time_ns),
           data_date(data->rows[data->count - 1].time_ns), csv_layout_names[data->layout],
           import->merged.added, import->merged.equal);
    if (import->merged.different > 0)
        printf(", %zu different and %s", import->merged.different,
               import->options->replace ? "replaced"
                                        : "left as stored (--replace takes the file's)");
    printf("\n");
    const struct candle_key *said = &import->by_name;
    const struct candle_key *stored = &import->name.key;
    if (import->options->as && said->symbol[0] &&
        (strcmp(said->venue, stored->venue) != 0 || strcmp(said->symbol, stored->symbol) != 0))
        printf("  by its name it is %s:%s; it is stored as %s:%s because --as says so\n",
               said->venue[0] ? said->venue : "?", said->symbol, stored->venue, stored->symbol);
    if (data->bad_count > 0)
        printf("  %" PRIu64 " of %" PRIu64 " rows were refused\n", data->bad_count,
               data->line_count);
    if (data->disorder_count > 0)
        printf("  %" PRIu64 " rows stood after a newer one and were put in order\n",
               data->disorder_count);
    if (data->duplicate_count > 0 || data->conflict_count > 0)
        printf("  %" PRIu64 " rows came twice; %" PRIu64
               " more had the time of another candle, and the later one stands\n",
               data->duplicate_count, data->conflict_count);
    quality_measure(data->rows, data->count, data->timeframe, import->options->limit, &quality);
    data_print_gaps(&quality);
}

static int import_one(const struct data_options *options, const char *path)
{
    char error[DISK_ERROR_MAX];
    struct import import = {.options = options, .path = path, .shows = isatty(STDERR_FILENO)};
    csv_name_parse(path, &import.name);
    import.by_name = import.name.key;
    if (options->as && !apply_as(&import.name, options->as)) {
        fprintf(stderr, "cuttle data: --as %s: must be of the form KRAKEN:BTC/USD\n", options->as);
        return DATA_FAILED;
    }
    struct csv_options reading = {
        .timeframe_known = options->timeframe_known || import.name.has_timeframe,
        .timeframe = options->timeframe_known ? options->timeframe : import.name.key.timeframe,
        .bad_max = options->bad_max,
        .on_bad = on_bad,
        .on_progress = on_progress,
        .context = &import,
    };
    int code = csv_read(path, &reading, &import.data, error, sizeof error);
    clear_line(&import);
    if (code < 0) {
        fprintf(stderr, "%s\n", error);
        return DATA_FAILED;
    }
    if (!decide_key(&import)) {
        csv_free(&import.data);
        return DATA_FAILED;
    }
    code = candle_file_merge(options->store, &import.name.key, import.data.rows, import.data.count,
                             options->replace, &import.merged, error, sizeof error);
    if (code < 0)
        fprintf(stderr, "%s\n", error);
    else
        print_outcome(&import);
    bool refused = import.data.bad_count > 0;
    csv_free(&import.data);
    return code < 0 ? DATA_FAILED : refused ? DATA_REFUSED : DATA_DONE;
}

int data_import(const struct data_options *options)
{
    int status = DATA_DONE;
    for (int i = 0; i < options->word_count; i++) {
        int one = import_one(options, options->words[i]);
        if (status != DATA_FAILED && one != DATA_DONE)
            status = one;
    }
    return status;
}
