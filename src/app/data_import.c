/* SPDX-License-Identifier: MIT */
#include "app/data_import.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "store/candle_origin.h"
#include "store/disk.h"
#include "store/zip.h"

void import_clear_line(const struct import *import)
{
    if (import->shows)
        fputs("\r\033[K", stderr);
}

static void on_bad(void *context, uint64_t line, const char *reason)
{
    const struct import *import = context;
    import_clear_line(import);
    fprintf(stderr, "%s:%" PRIu64 ": %s; the row is left out\n", import->path, line, reason);
}

static void on_progress(void *context, uint64_t bytes, uint64_t bytes_total)
{
    const struct import *import = context;
    if (import->shows && bytes_total > 0)
        fprintf(stderr, "\r\033[K%s: %" PRIu64 " %%", import->path, bytes * 100 / bytes_total);
}

bool import_begin(struct import *import, const struct data_options *options, const char *name,
                  const char *path)
{
    *import = (struct import){.options = options, .path = path, .shows = isatty(STDERR_FILENO)};
    csv_name_parse(name, &import->name);
    import->by_name = import->name.key;
    if (options->as) {
        if (!strchr(options->as, ':') || !data_key(options->as, &import->name.key)) {
            data_complain("--as %s: must be of the form KRAKEN:BTC/USD", options->as);
            return false;
        }
        import->name.has_venue = import->name.has_symbol = true;
    }
    import->reading = (struct csv_options){
        .timeframe_known = options->timeframe_known || import->name.has_timeframe,
        .timeframe = options->timeframe_known ? options->timeframe : import->name.key.timeframe,
        .bad_max = options->bad_max,
        .on_bad = on_bad,
        .on_progress = on_progress,
        .context = import,
    };
    return true;
}

/* From the flags, the name, or a layout that only Kraken has. */
bool import_settle(struct import *import)
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

/* Whose candles they are by their own name, where that is not whose they become; "" where it is. */
static void origin_of(const struct import *import, char *out, size_t size)
{
    const struct candle_key *said = &import->by_name;
    const struct candle_key *stored = &import->name.key;
    out[0] = '\0';
    if (import->options->as && said->symbol[0] &&
        (strcmp(said->venue, stored->venue) != 0 || strcmp(said->symbol, stored->symbol) != 0))
        snprintf(out, size, "%s:%s", said->venue[0] ? said->venue : "?", said->symbol);
}

void import_print(const struct import *import)
{
    const struct csv_data *data = &import->data;
    char origin[CANDLE_ORIGIN_MAX];
    printf("%s: %s, %zu candles from %s to %s (%s): %zu added, %zu known", import->path,
           data_name(&import->name.key), data->count, data_date(data->rows[0].time_ns),
           data_date(data->rows[data->count - 1].time_ns), csv_layout_names[data->layout],
           import->merged.added, import->merged.equal);
    if (import->merged.different > 0)
        printf(", %zu different and %s", import->merged.different,
               import->options->replace ? "replaced"
                                        : "left as stored (--replace takes the file's)");
    printf("\n");
    origin_of(import, origin, sizeof origin);
    if (origin[0])
        printf("  by its name it is %s; it is stored as %s:%s because --as says so\n", origin,
               import->name.key.venue, import->name.key.symbol);
}

void import_print_details(const struct import *import)
{
    const struct csv_data *data = &import->data;
    struct quality quality;
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

int import_store(struct import *import)
{
    const struct data_options *options = import->options;
    const struct csv_data *data = &import->data;
    const struct candle_key *key = &import->name.key;
    char origin[CANDLE_ORIGIN_MAX], error[DISK_ERROR_MAX];
    int code = 0;
    origin_of(import, origin, sizeof origin);
    if (origin[0])
        code = candle_origin_add(options->store, key, origin, data->rows[0].time_ns,
                                 data->rows[data->count - 1].time_ns, error, sizeof error);
    if (code == 0)
        code = candle_file_merge(options->store, key, data->rows, data->count, options->replace,
                                 &import->merged, error, sizeof error);
    if (code == 0)
        return data->bad_count > 0 ? DATA_REFUSED : DATA_DONE;
    fprintf(stderr, "%s\n", error);
    return DATA_FAILED;
}

void import_end(struct import *import)
{
    csv_free(&import->data);
}

static int import_file(const struct data_options *options, const char *path)
{
    char error[DISK_ERROR_MAX];
    struct import import;
    if (zip_recognise(path))
        return data_import_zip(options, path);
    if (!import_begin(&import, options, path, path))
        return DATA_FAILED;
    const int code = csv_read(path, &import.reading, &import.data, error, sizeof error);
    import_clear_line(&import);
    if (code < 0) {
        fprintf(stderr, "%s\n", error);
        return DATA_FAILED;
    }
    int status = DATA_FAILED;
    if (import_settle(&import) && (status = import_store(&import)) != DATA_FAILED) {
        import_print(&import);
        import_print_details(&import);
    }
    import_end(&import);
    return status;
}

int data_import(const struct data_options *options)
{
    int status = DATA_DONE;
    for (int i = 0; i < options->word_count; i++) {
        const int one = import_file(options, options->words[i]);
        if (status != DATA_FAILED && one != DATA_DONE)
            status = one;
    }
    return status;
}
