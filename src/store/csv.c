/* SPDX-License-Identifier: MIT */
#include "store/csv.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#include "core/base/check.h"
#include "store/csv_rows.h"
#include "store/disk.h"
#include "store/number.h"

const char *const csv_layout_names[] = {"csv with header", "csv", "kraken csv", "freqtrade json"};

#define CHUNK_SIZE (1u << 20) /* read at once; no line is longer */
#define COLUMN_MAX 64
#define JSON_SIZE_MAX (1u << 30)

enum field { FIELD_TIME, FIELD_OPEN, FIELD_HIGH, FIELD_LOW, FIELD_CLOSE, FIELD_VOLUME, FIELD_NONE };

/* Which field each column holds. */
struct columns {
    uint32_t count;
    uint8_t fields[COLUMN_MAX];
};

/* Where the text comes from: a file through zlib (which passes plain text through), a stream, or
 * memory. */
struct source {
    gzFile gz;
    const struct csv_stream *stream;
    uint64_t given; /* by the stream */
    const char *text;
    size_t len;
    uint64_t size; /* of the file, compressed */
};

static int64_t source_read(struct source *source, char *out, size_t size)
{
    if (source->gz)
        return gzread(source->gz, out, (unsigned)size);
    if (source->stream) {
        const int64_t got = source->stream->read(source->stream->context, out, size);
        source->given += got > 0 ? (uint64_t)got : 0;
        return got;
    }
    size_t len = source->len < size ? source->len : size;
    memcpy(out, source->text, len);
    source->text += len;
    source->len -= len;
    return (int64_t)len;
}

static bool field_named(const char *name, size_t len, enum field *ret)
{
    static const struct {
        const char *name;
        enum field field;
    } names[] = {
        {"time", FIELD_TIME},     {"timestamp", FIELD_TIME}, {"open_time", FIELD_TIME},
        {"date", FIELD_TIME},     {"unix", FIELD_TIME},      {"open", FIELD_OPEN},
        {"high", FIELD_HIGH},     {"low", FIELD_LOW},        {"close", FIELD_CLOSE},
        {"volume", FIELD_VOLUME},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strlen(names[i].name) == len && strncasecmp(names[i].name, name, len) == 0) {
            *ret = names[i].field;
            return true;
        }
    }
    return false;
}

/* The columns a header names; false when one of the six is missing or named twice. */
static bool read_header(const char *at, const char *end, struct columns *ret)
{
    struct columns columns = {0};
    unsigned seen = 0;
    while (at <= end && columns.count < COLUMN_MAX) {
        const char *comma = memchr(at, ',', (size_t)(end - at));
        const char *stop = comma ? comma : end;
        enum field field = FIELD_NONE;
        if (field_named(at, (size_t)(stop - at), &field) && (seen & 1u << field))
            return false;
        seen |= 1u << field;
        columns.fields[columns.count++] = (uint8_t)field;
        at = stop + 1;
    }
    *ret = columns;
    return (seen & 0x3f) == 0x3f && at > end;
}

/* The layout of a file whose first line this is. Returns false for none of ours. */
static bool recognise(const char *at, const char *end, struct columns *ret, enum csv_layout *layout)
{
    struct columns plain = {6, {0, 1, 2, 3, 4, 5, FIELD_NONE}};
    if (at == end || *at < '0' || *at > '9') {
        *layout = CSV_HEADED;
        return read_header(at, end, ret);
    }
    uint32_t commas = 0;
    for (const char *c = at; c < end; c++)
        commas += *c == ',';
    plain.count = commas + 1;
    *layout = commas == 6 ? CSV_KRAKEN : CSV_PLAIN;
    *ret = plain;
    return commas == 5 || commas == 6;
}

static const char *const field_faults[] = {
    "its time is no whole number of s, ms, us or ns since 1970",
    "its open is not a number",
    "its high is not a number",
    "its low is not a number",
    "its close is not a number",
    "its volume is not a number",
};

/* Reads the row that ends at `end` (a newline, or the return before it). NULL, or the fault. */
static const char *read_row(const char *at, const char *end, const struct columns *columns,
                            struct candle *row)
{
    double *const values[] = {NULL, &row->open, &row->high, &row->low, &row->close, &row->volume};
    for (uint32_t i = 0; i < columns->count; i++) {
        uint8_t field = columns->fields[i];
        const char *start = at;
        if (field == FIELD_NONE) {
            at = memchr(at, ',', (size_t)(end - at));
            at = at ? at : end;
        } else if (field == FIELD_TIME) {
            at = csv_take_time(at, &row->time_ns);
        } else {
            at = number_parse(at, values[field]);
        }
        if (!at && start == end)
            return "it has too few columns";
        if (!at || (*at != ',' && at != end))
            return field_faults[field];
        if (at == end)
            return i + 1 == columns->count ? NULL : "it has too few columns";
        at++;
    }
    return "it has too many columns";
}

struct reader {
    struct csv_rows rows;
    struct columns columns;
    bool recognised;
    uint64_t line;
};

/* One line, `end` at its newline. */
static int take_line(struct reader *reader, const char *at, const char *end)
{
    struct candle row;
    reader->line++;
    if (end > at && end[-1] == '\r')
        end--;
    if (end == at)
        return 0;
    if (!reader->recognised) {
        if (!recognise(at, end, &reader->columns, &reader->rows.data.layout))
            return disk_fail(EINVAL, reader->rows.error, reader->rows.error_size,
                             "%s:%" PRIu64 ": no layout cuttle knows: expected "
                             "time,open,high,low,close,volume with or without a header, Kraken's "
                             "seven columns, or freqtrade's JSON",
                             reader->rows.name, reader->line);
        reader->recognised = true;
        if (reader->rows.data.layout == CSV_HEADED)
            return 0;
    }
    reader->rows.data.line_count++;
    const char *fault = read_row(at, end, &reader->columns, &row);
    return fault ? csv_rows_refuse(&reader->rows, reader->line, fault)
                 : csv_rows_add(&reader->rows, reader->line, &row);
}

/* All whole lines of the chunk; what is left over begins at *ret_rest. */
static int take_lines(struct reader *reader, const char *at, const char *end, const char **ret_rest)
{
    const char *newline;
    while (at < end && (newline = memchr(at, '\n', (size_t)(end - at))) != NULL) {
        int code = take_line(reader, at, newline);
        if (code < 0)
            return code;
        at = newline + 1;
    }
    *ret_rest = at;
    return 0;
}

static int source_fault(struct source *source, struct reader *reader)
{
    int fault = Z_OK;
    const char *why = source->gz ? gzerror(source->gz, &fault) : "";
    if (source->stream && (why = source->stream->fault(source->stream->context)) != NULL)
        fault = Z_STREAM_ERROR;
    if (fault == Z_OK)
        return 0;
    if (fault == Z_BUF_ERROR)
        why = "the compressed data ends early; fetch the file again";
    else if (fault == Z_ERRNO)
        why = strerror(errno);
    return disk_fail(EIO, reader->rows.error, reader->rows.error_size, "%s: %s", reader->rows.name,
                     why);
}

static void report_progress(const struct source *source, const struct csv_options *options)
{
    if (options->on_progress && source->gz)
        options->on_progress(options->context, (uint64_t)gzoffset(source->gz), source->size);
    if (options->on_progress && source->stream)
        options->on_progress(options->context, source->given, source->size);
}

static int read_lines(struct source *source, struct reader *reader, char *chunk, size_t held)
{
    bool ended = false;
    for (;;) {
        if (!ended && held < CHUNK_SIZE) {
            int64_t got = source_read(source, chunk + held, CHUNK_SIZE - held);
            int code = got <= 0 ? source_fault(source, reader) : 0;
            if (code < 0)
                return code;
            held += got > 0 ? (size_t)got : 0;
            ended = got <= 0;
        }
        if (ended && held > 0)
            chunk[held++] = '\n';
        const char *rest = chunk;
        int code = take_lines(reader, chunk, chunk + held, &rest);
        if (code < 0 || ended)
            return code;
        held = (size_t)(chunk + held - rest);
        if (held == CHUNK_SIZE)
            return disk_fail(EINVAL, reader->rows.error, reader->rows.error_size,
                             "%s:%" PRIu64 ": the line is longer than 1 MB; this is no candle file",
                             reader->rows.name, reader->line + 1);
        memmove(chunk, rest, held);
        report_progress(source, reader->rows.options);
    }
}

/* JSON is walked as one text, so all of it is read first. */
static int read_json(struct source *source, struct reader *reader, const char *chunk, size_t held)
{
    size_t capacity = held + CHUNK_SIZE;
    char *text = malloc(capacity + 1);
    if (!text)
        goto memory;
    memcpy(text, chunk, held);
    int64_t got;
    while ((got = source_read(source, text + held, capacity - held)) > 0) {
        held += (size_t)got;
        if (held < capacity)
            continue;
        char *grown = capacity > JSON_SIZE_MAX ? NULL : realloc(text, capacity * 2 + 1);
        if (!grown)
            goto memory;
        text = grown;
        capacity *= 2;
        report_progress(source, reader->rows.options);
    }
    int code = source_fault(source, reader);
    text[held] = '\0';
    reader->rows.data.layout = CSV_FREQTRADE;
    if (code == 0)
        code = csv_json_read(&reader->rows, text, held);
    free(text);
    return code;
memory:
    free(text);
    return disk_fail(ENOMEM, reader->rows.error, reader->rows.error_size,
                     "%s: too large to be read as JSON", reader->rows.name);
}

static int read_source(struct source *source, struct reader *reader, struct csv_data *ret)
{
    int code = 0;
    char *chunk = malloc(CHUNK_SIZE + 1);
    int64_t got = chunk ? source_read(source, chunk, CHUNK_SIZE) : 0;
    if (!chunk)
        code = disk_fail(ENOMEM, reader->rows.error, reader->rows.error_size, "out of memory");
    else if (got < 0)
        code = source_fault(source, reader);
    if (code == 0) {
        size_t held = (size_t)got;
        bool marked = held >= 3 && memcmp(chunk, "\xef\xbb\xbf", 3) == 0;
        if (marked)
            memmove(chunk, chunk + 3, held -= 3);
        size_t blank = 0;
        while (blank < held && strchr(" \t\r\n", chunk[blank]) && chunk[blank])
            blank++;
        code = blank < held && chunk[blank] == '[' ? read_json(source, reader, chunk, held)
                                                   : read_lines(source, reader, chunk, held);
    }
    free(chunk);
    if (code < 0) {
        csv_rows_drop(&reader->rows);
        return code;
    }
    return csv_rows_finish(&reader->rows, ret);
}

int csv_read(const char *path, const struct csv_options *options, struct csv_data *ret, char *error,
             size_t error_size)
{
    struct stat status;
    if (stat(path, &status) < 0)
        return disk_fail(errno, error, error_size, "%s: %s", path, strerror(errno));
    if (!S_ISREG(status.st_mode))
        return disk_fail(EINVAL, error, error_size, "%s: it is not a file", path);
    struct source source = {.gz = gzopen(path, "rb"), .size = (uint64_t)status.st_size};
    if (!source.gz)
        return disk_fail(errno ? errno : ENOMEM, error, error_size, "%s: %s", path,
                         strerror(errno ? errno : ENOMEM));
    gzbuffer(source.gz, 1u << 18);
    struct reader reader = {.line = 0};
    csv_rows_init(&reader.rows, path, options, (size_t)status.st_size / 50, error, error_size);
    int code = read_source(&source, &reader, ret);
    gzclose(source.gz);
    return code;
}

/* A stream's own word on its size is not believed beyond this many rows. */
#define ROWS_EXPECTED_MAX (1u << 23)

int csv_read_stream(const char *name, const struct csv_stream *stream,
                    const struct csv_options *options, struct csv_data *ret, char *error,
                    size_t error_size)
{
    struct source source = {.stream = stream, .size = stream->size};
    struct reader reader = {.line = 0};
    const uint64_t rows = stream->size / 50;
    csv_rows_init(&reader.rows, name, options,
                  rows < ROWS_EXPECTED_MAX ? (size_t)rows : ROWS_EXPECTED_MAX, error, error_size);
    return read_source(&source, &reader, ret);
}

int csv_read_text(const char *name, const char *text, size_t len, const struct csv_options *options,
                  struct csv_data *ret, char *error, size_t error_size)
{
    struct source source = {.text = text, .len = len, .size = len};
    struct reader reader = {.line = 0};
    csv_rows_init(&reader.rows, name, options, len / 50, error, error_size);
    return read_source(&source, &reader, ret);
}

void csv_free(struct csv_data *data)
{
    free(data->rows);
    *data = (struct csv_data){0};
}
