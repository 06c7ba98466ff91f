/* SPDX-License-Identifier: MIT */
#include "store/trade_csv.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <zlib.h>

#include "core/base/decimal.h"
#include "store/disk.h"

#define LINE_SIZE 1024
#define COLUMN_MAX 32
#define DECIMALS_MAX 10

/* Nothing beyond the year 2200 is meant. */
#define TIME_MAX_NS INT64_C(7258118400000000000)

enum field { FIELD_TIME, FIELD_PRICE, FIELD_VOLUME, FIELD_SIDE, FIELD_COUNT };

struct text {
    const char *at;
    size_t len;
};

struct reader {
    const char *path;
    const struct trade_csv_options *options; /* NULL: the decimals alone */
    struct trade_data data;
    size_t room;
    uint32_t decimals;
    uint64_t line;
    bool recognised;
    int32_t columns[FIELD_COUNT]; /* where each field stands; -1: nowhere */
    char *error;
    size_t error_size;
};

static uint32_t split(const char *line, size_t len, struct text fields[COLUMN_MAX])
{
    uint32_t count = 0;
    for (const char *end = line + len; count < COLUMN_MAX; line++) {
        const char *comma = memchr(line, ',', (size_t)(end - line));
        const char *stop = comma != NULL ? comma : end;
        fields[count++] = (struct text){line, (size_t)(stop - line)};
        line = stop;
        if (comma == NULL) {
            break;
        }
    }
    return count;
}

static bool is_word(struct text text, const char *word)
{
    return strlen(word) == text.len && strncasecmp(word, text.at, text.len) == 0;
}

static enum field field_named(struct text name)
{
    static const struct {
        const char *name;
        enum field field;
    } names[] = {
        {"time", FIELD_TIME},     {"timestamp", FIELD_TIME}, {"price", FIELD_PRICE},
        {"volume", FIELD_VOLUME}, {"amount", FIELD_VOLUME},  {"qty", FIELD_VOLUME},
        {"size", FIELD_VOLUME},   {"side", FIELD_SIDE},      {"quantity", FIELD_VOLUME},
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (is_word(name, names[i].name)) {
            return names[i].field;
        }
    }
    return FIELD_COUNT;
}

/* What each column of the first line is; false for no layout of ours. */
static bool recognise(struct reader *reader, const struct text *fields, uint32_t count,
                      bool *ret_header)
{
    *ret_header = fields[0].len == 0 || fields[0].at[0] < '0' || fields[0].at[0] > '9';
    for (int32_t i = 0; i < FIELD_COUNT; i++) {
        reader->columns[i] = *ret_header || (uint32_t)i >= count ? -1 : i;
    }
    for (uint32_t i = 0; *ret_header && i < count; i++) {
        const enum field field = field_named(fields[i]);
        if (field < FIELD_COUNT && reader->columns[field] >= 0) {
            return false; /* named twice */
        }
        if (field < FIELD_COUNT) {
            reader->columns[field] = (int32_t)i;
        }
    }
    reader->data.sided = reader->columns[FIELD_SIDE] >= 0;
    return reader->columns[FIELD_TIME] >= 0 && reader->columns[FIELD_PRICE] >= 0 &&
           reader->columns[FIELD_VOLUME] >= 0 && (*ret_header || count <= FIELD_COUNT);
}

/* Seconds have up to 11 digits before the point, milliseconds up to 14, and so on. */
static bool parse_time(struct text text, int64_t *ret)
{
    size_t whole = 0;
    while (whole < text.len && text.at[whole] >= '0' && text.at[whole] <= '9') {
        whole++;
    }
    const uint32_t places = whole <= 11 ? 9 : whole <= 14 ? 6 : whole <= 17 ? 3 : 0;
    return decimal_parse_rounded(text.at, text.len, places, ROUND_DOWN, ret) && *ret > 0 &&
           *ret < TIME_MAX_NS;
}

static bool parse_side(struct text text, enum side *ret)
{
    *ret = is_word(text, "sell") || is_word(text, "s") ? SIDE_SELL : SIDE_BUY;
    return *ret == SIDE_SELL || is_word(text, "buy") || is_word(text, "b");
}

static int refuse(struct reader *reader, const char *reason)
{
    reader->data.bad_count++;
    if (reader->options->on_bad != NULL) {
        reader->options->on_bad(reader->options->context, reader->line, reason);
    }
    if (reader->data.bad_count <= reader->options->bad_max) {
        return 0;
    }
    return disk_fail(EINVAL, reader->error, reader->error_size,
                     "%s:%" PRIu64 ": %s; with %" PRIu64 " bad rows the file is refused",
                     reader->path, reader->line, reason, reader->data.bad_count);
}

/* The fault of a row, or NULL with the trade. */
static const char *read_row(const struct reader *reader, const struct text *fields, uint32_t count,
                            struct trade *ret)
{
    const struct pair *terms = reader->options->terms;
    const int32_t *columns = reader->columns;
    for (int32_t i = 0; i < FIELD_COUNT; i++) {
        if (columns[i] >= (int32_t)count) {
            return "it has too few columns";
        }
    }
    const struct text price = fields[columns[FIELD_PRICE]], volume = fields[columns[FIELD_VOLUME]];
    if (!parse_time(fields[columns[FIELD_TIME]], &ret->time_ns)) {
        return "its time is no s, ms, us or ns since 1970";
    }
    if (!decimal_parse_rounded(price.at, price.len, terms->price_decimals, ROUND_NEAREST,
                               &ret->price_ticks) ||
        ret->price_ticks <= 0) {
        return "its price is no number above 0";
    }
    if (!decimal_parse_rounded(volume.at, volume.len, terms->qty_decimals, ROUND_NEAREST,
                               &ret->qty_lots) ||
        ret->qty_lots < 0) {
        return "its volume is no number from 0 on";
    }
    if (reader->data.sided && !parse_side(fields[columns[FIELD_SIDE]], &ret->taker)) {
        return "its side is neither buy nor sell";
    }
    return ret->price_ticks > INT64_MAX / 4 ||
                   !pair_plausible(terms, ret->price_ticks, decimal_pow10(terms->qty_decimals)) ||
                   !pair_plausible(terms, ret->price_ticks, ret->qty_lots)
               ? "its price or its volume is beyond all that is traded"
               : NULL;
}

static int add_row(struct reader *reader, const struct text *fields, uint32_t count)
{
    struct trade_data *data = &reader->data;
    struct trade trade = {.id = reader->line};
    const char *fault = read_row(reader, fields, count, &trade);
    if (fault != NULL) {
        return refuse(reader, fault);
    }
    if (trade.qty_lots == 0) {
        data->empty_count++;
        return 0;
    }
    if (data->count == reader->room) {
        const size_t room = reader->room == 0 ? 4096 : 2 * reader->room;
        struct trade *grown = realloc(data->rows, room * sizeof *grown);
        if (grown == NULL) {
            return disk_fail(ENOMEM, reader->error, reader->error_size,
                             "%s: out of memory for its trades", reader->path);
        }
        data->rows = grown;
        reader->room = room;
    }
    data->disorder_count += data->count > 0 && trade.time_ns < data->rows[data->count - 1].time_ns;
    data->rows[data->count++] = trade;
    return 0;
}

static void measure(struct reader *reader, const struct text *fields, uint32_t count)
{
    const int32_t column = reader->columns[FIELD_PRICE];
    if (column >= (int32_t)count) {
        return;
    }
    const struct text price = fields[column];
    const char *dot = memchr(price.at, '.', price.len);
    size_t places = dot == NULL ? 0 : (size_t)(price.at + price.len - dot - 1);
    while (places > 0 && dot[places] == '0') {
        places--;
    }
    const uint32_t most = places > DECIMALS_MAX ? DECIMALS_MAX : (uint32_t)places;
    reader->decimals = most > reader->decimals ? most : reader->decimals;
}

static int take_line(struct reader *reader, const char *line, size_t len)
{
    struct text fields[COLUMN_MAX];
    while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r')) {
        len--;
    }
    if (reader->line == 1 && len >= 3 && memcmp(line, "\xef\xbb\xbf", 3) == 0) {
        line += 3, len -= 3;
    }
    if (len == 0) {
        return 0;
    }
    const uint32_t count = split(line, len, fields);
    if (!reader->recognised) {
        bool header;
        if (!recognise(reader, fields, count, &header)) {
            return disk_fail(EINVAL, reader->error, reader->error_size,
                             "%s:%" PRIu64 ": no trades: expected time,price,volume with or "
                             "without a side behind it, or a header that names them",
                             reader->path, reader->line);
        }
        reader->recognised = true;
        if (header) {
            return 0;
        }
    }
    if (reader->options == NULL) {
        measure(reader, fields, count);
        return 0;
    }
    return add_row(reader, fields, count);
}

static int read_all(struct reader *reader, gzFile file)
{
    char line[LINE_SIZE];
    int code = 0;
    while (code == 0 && gzgets(file, line, sizeof line) != NULL) {
        const size_t len = strlen(line);
        reader->line++;
        code = len == sizeof line - 1 ? disk_fail(EINVAL, reader->error, reader->error_size,
                                                  "%s:%" PRIu64 ": the line is longer than 1 KB; "
                                                  "this is no trade file",
                                                  reader->path, reader->line)
                                      : take_line(reader, line, len);
    }
    int fault = Z_OK;
    const char *why = gzerror(file, &fault);
    if (code == 0 && fault != Z_OK && fault != Z_STREAM_END) {
        code =
            disk_fail(EIO, reader->error, reader->error_size, "%s: %s", reader->path,
                      fault == Z_BUF_ERROR ? "the compressed data ends early; fetch the file again"
                      : fault == Z_ERRNO   ? strerror(errno)
                                           : why);
    }
    return code;
}

static int read_file(struct reader *reader)
{
    gzFile file = gzopen(reader->path, "rb");
    if (file == NULL) {
        return disk_fail(errno != 0 ? errno : ENOMEM, reader->error, reader->error_size, "%s: %s",
                         reader->path, strerror(errno != 0 ? errno : ENOMEM));
    }
    gzbuffer(file, 1u << 18);
    int code = read_all(reader, file);
    gzclose(file);
    if (code == 0 && !reader->recognised) {
        code = disk_fail(EINVAL, reader->error, reader->error_size, "%s: it holds no trade",
                         reader->path);
    }
    return code;
}

static int by_time(const void *a, const void *b)
{
    const struct trade *x = a, *y = b;
    return x->time_ns != y->time_ns ? (x->time_ns > y->time_ns) - (x->time_ns < y->time_ns)
                                    : (x->id > y->id) - (x->id < y->id);
}

/* Up is a buy, down a sell; no change is as before, and the first trade of all a buy. */
static void tell_sides(struct trade *rows, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        rows[i].taker = rows[i].price_ticks > rows[i - 1].price_ticks   ? SIDE_BUY
                        : rows[i].price_ticks < rows[i - 1].price_ticks ? SIDE_SELL
                                                                        : rows[i - 1].taker;
    }
}

int trade_csv_read(const char *path, const struct trade_csv_options *options,
                   struct trade_data *ret, char *error, size_t error_size)
{
    struct reader reader = {
        .path = path, .options = options, .error = error, .error_size = error_size};
    const int code = read_file(&reader);
    if (code != 0) {
        trade_data_free(&reader.data);
        return code;
    }
    struct trade_data *data = &reader.data;
    if (data->disorder_count > 0) {
        qsort(data->rows, data->count, sizeof *data->rows, by_time);
    }
    if (!data->sided) {
        tell_sides(data->rows, data->count);
    }
    for (size_t i = 0; i < data->count; i++) {
        data->rows[i].id = 0; /* the line it stood in, and not the venue's */
    }
    *ret = *data;
    return 0;
}

void trade_data_free(struct trade_data *data)
{
    free(data->rows);
    *data = (struct trade_data){0};
}

int trade_csv_decimals(const char *path, uint32_t *ret_decimals, char *error, size_t error_size)
{
    struct reader reader = {.path = path, .error = error, .error_size = error_size};
    const int code = read_file(&reader);
    if (code == 0) {
        *ret_decimals = reader.decimals;
    }
    return code;
}
