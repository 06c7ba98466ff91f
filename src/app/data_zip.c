/* SPDX-License-Identifier: MIT */
/*
 * A zip archive of candle files, as Kraken gives its history: read where it is, a member at a time.
 * All that is chosen is read to its end before the first candle is stored, so that an archive which
 * is damaged somewhere leaves the store as it was.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/data_import.h"
#include "store/disk.h"
#include "store/zip.h"

struct archive {
    const struct data_options *options;
    const char *path;
    struct zip *zip;
    uint64_t chosen_count, stored_count, added, refused_count;
    uint64_t foreign_count; /* members that are no candles of a timeframe kept here */
    uint64_t empty_count;   /* chosen, but without a byte: nobody traded */
    uint64_t size, done;    /* bytes of the chosen, and of those that are behind us */
};

/* A member being read, for csv. */
struct source {
    struct zip_stream *stream;
};

static int64_t source_read(void *context, char *out, size_t size)
{
    struct source *source = context;
    return zip_stream_read(source->stream, out, size);
}

static const char *source_fault(void *context)
{
    struct source *source = context;
    return zip_stream_fault(source->stream);
}

static bool is_named(const char *pairs, const char *symbol)
{
    char named[SYMBOL_MAX];
    while (data_next_pair(&pairs, named))
        if (strcmp(named, symbol) == 0)
            return true;
    return false;
}

static bool is_candles(const struct csv_name *name)
{
    return name->has_symbol && name->has_timeframe;
}

static bool is_chosen(const struct data_options *options, const struct zip_member *member)
{
    struct csv_name name;
    csv_name_parse(member->name, &name);
    return is_candles(&name) && member->size > 0 &&
           (!options->timeframe_known || name.key.timeframe == options->timeframe) &&
           (!options->pairs || is_named(options->pairs, name.key.symbol));
}

static bool has_pair(const struct zip *zip, const char *symbol)
{
    for (size_t i = 0; i < zip_count(zip); i++) {
        struct csv_name name;
        csv_name_parse(zip_get(zip, i)->name, &name);
        if (is_candles(&name) && strcmp(name.key.symbol, symbol) == 0)
            return true;
    }
    return false;
}

/* Counts what there is; false, said, where it is not what was asked for. */
static bool survey(struct archive *archive)
{
    const struct data_options *options = archive->options;
    const char *pairs = options->pairs ? options->pairs : "";
    char symbol[SYMBOL_MAX], one[SYMBOL_MAX] = "";
    bool several = false;
    for (size_t i = 0; i < zip_count(archive->zip); i++) {
        const struct zip_member *member = zip_get(archive->zip, i);
        struct csv_name name;
        csv_name_parse(member->name, &name);
        const bool folder = member->name[0] && member->name[strlen(member->name) - 1] == '/';
        archive->foreign_count += !folder && !is_candles(&name);
        archive->empty_count += is_candles(&name) && member->size == 0;
        if (!is_chosen(options, member))
            continue;
        archive->chosen_count++;
        archive->size += member->size;
        several = several || (one[0] && strcmp(one, name.key.symbol) != 0);
        memcpy(one, name.key.symbol, sizeof one);
    }
    while (data_next_pair(&pairs, symbol)) {
        if (has_pair(archive->zip, symbol))
            continue;
        data_complain("%s: it holds no candles of %s; nothing was stored", archive->path, symbol);
        return false;
    }
    if (archive->chosen_count == 0)
        data_complain("%s: none of its %zu members holds candles that were asked for: names like "
                      "XBTUSD_60.csv, of 1 5 15 60 240 or 1440 minutes",
                      archive->path, zip_count(archive->zip));
    else if (several && options->as)
        data_complain("%s: --as %s is for one pair; choose it with --pairs", archive->path,
                      options->as);
    return archive->chosen_count > 0 && !(several && options->as);
}

static void show_progress(const struct archive *archive, const struct import *import,
                          const char *doing)
{
    if (import->shows)
        fprintf(stderr, "\r\033[K%s: %s, %" PRIu64 " %%", archive->path, doing,
                archive->size ? archive->done * 100 / archive->size : 0);
}

/* Reads a member and, in the second pass, stores it; one of DATA_*. */
static int take_member(struct archive *archive, size_t index, bool stores)
{
    const struct zip_member *member = zip_get(archive->zip, index);
    char path[DISK_PATH_MAX + ZIP_NAME_MAX], error[DISK_ERROR_MAX];
    struct import import;
    struct source source = {NULL};
    const struct csv_stream stream = {source_read, source_fault, &source, member->size};
    snprintf(path, sizeof path, "%s:%s", archive->path, member->name);
    if (!import_begin(&import, archive->options, member->name, path))
        return DATA_FAILED;
    import.reading.on_progress = NULL;
    if (stores)
        import.reading.on_bad = NULL; /* said when it was read the first time */
    show_progress(archive, &import, stores ? "storing" : "reading");
    int code = zip_stream_open(archive->zip, index, &source.stream, error, sizeof error);
    if (code == 0)
        code = csv_read_stream(path, &stream, &import.reading, &import.data, error, sizeof error);
    zip_stream_close(source.stream);
    import_clear_line(&import);
    archive->done += member->size;
    if (code < 0) {
        fprintf(stderr, "%s\n", error);
        return DATA_FAILED;
    }
    int status = import_settle(&import) ? DATA_DONE : DATA_FAILED;
    if (status == DATA_DONE && stores && (status = import_store(&import)) != DATA_FAILED) {
        import_print(&import);
        archive->stored_count++;
        archive->added += import.merged.added;
        archive->refused_count += import.data.bad_count;
    }
    import_end(&import);
    return status;
}

static int take_all(struct archive *archive, bool stores)
{
    int status = DATA_DONE;
    archive->done = 0;
    for (size_t i = 0; i < zip_count(archive->zip) && status != DATA_FAILED; i++)
        if (is_chosen(archive->options, zip_get(archive->zip, i))) {
            const int one = take_member(archive, i, stores);
            status = one == DATA_DONE ? status : one;
        }
    return status;
}

static void print_archive(const struct archive *archive)
{
    printf("%s: %" PRIu64 " of %" PRIu64 " files stored, %" PRIu64 " candles added\n",
           archive->path, archive->stored_count, archive->chosen_count, archive->added);
    if (archive->refused_count > 0)
        printf("  %" PRIu64 " rows were refused\n", archive->refused_count);
    if (archive->empty_count > 0)
        printf("  %" PRIu64 " files are empty: nobody traded\n", archive->empty_count);
    if (archive->foreign_count > 0)
        printf("  %" PRIu64 " files are no candles of 1m 5m 15m 1h 4h 1d, and were passed over\n",
               archive->foreign_count);
}

int data_import_zip(const struct data_options *options, const char *path)
{
    struct archive archive = {.options = options, .path = path};
    char error[DISK_ERROR_MAX];
    int status = DATA_FAILED;
    if (zip_open(path, &archive.zip, error, sizeof error) < 0) {
        fprintf(stderr, "%s\n", error);
        return DATA_FAILED;
    }
    if (survey(&archive)) {
        status = take_all(&archive, false);
        if (status == DATA_FAILED)
            fprintf(stderr, "%s: nothing of it was stored\n", path);
        else
            status = take_all(&archive, true);
        if (status != DATA_FAILED)
            print_archive(&archive);
    }
    zip_close(archive.zip);
    return status;
}
