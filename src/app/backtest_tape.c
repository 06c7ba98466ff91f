/* SPDX-License-Identifier: MIT */
#include "app/backtest_tape.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/crc32.h"
#include "core/base/timestamp.h"
#include "core/market/alias.h"
#include "store/csv_name.h"
#include "store/disk.h"
#include "store/trade_csv.h"

/* What stands ahead of a limit, where --queue says nothing. */
#define QUEUE_NS (60 * NS_PER_S)

struct tape_file {
    char *path;
    struct candle_key key; /* venue and pair */
};

/* What one file has of a pair. */
struct piece {
    const char *path;
    struct trade_data data;
};

static int fail(char *error, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static int fail(char *error, int code, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    vsnprintf(error, BACKTEST_ERROR_MAX, format, values);
    va_end(values);
    return -code;
}

static int add_file(struct backtest_tape *tape, const char *path, const struct candle_key *key,
                    char *error)
{
    struct tape_file *grown =
        realloc(tape->files, ((size_t)tape->file_count + 1) * sizeof *tape->files);
    char *copy = strdup(path);
    if (grown != NULL) {
        tape->files = grown;
    }
    if (grown == NULL || copy == NULL) {
        free(copy);
        return fail(error, ENOMEM, "out of memory");
    }
    tape->files[tape->file_count++] = (struct tape_file){copy, *key};
    return 0;
}

/* One file: its pair is what its name says, else the one of --pair. */
static int name_file(struct backtest_tape *tape, const char *path,
                     const struct backtest_flags *flags, char *error)
{
    struct csv_name name;
    csv_name_parse(path, &name);
    if (!name.has_symbol && (flags->pairs[0] == '\0' || strpbrk(flags->pairs, " ,:") != NULL ||
                             !alias_symbol(flags->pairs, strlen(flags->pairs), name.key.symbol))) {
        return fail(error, EINVAL,
                    "--trades %s: its name does not say of which pair it is; name it like "
                    "KRAKEN_BTCUSD_20240131.csv or XBTUSD.csv, or say --pair",
                    path);
    }
    return add_file(tape, path, &name.key, error);
}

struct folder {
    struct backtest_tape *tape;
    const char *path;
    char *error;
    int code;
};

/* Of a folder the files whose name says a pair and no timeframe, which would be one of candles. */
static void visit(void *context, const char *name)
{
    struct folder *folder = context;
    struct csv_name parsed;
    char path[DISK_PATH_MAX];
    csv_name_parse(name, &parsed);
    const int wrote = snprintf(path, sizeof path, "%s/%s", folder->path, name);
    if (folder->code == 0 && strstr(name, ".csv") != NULL && parsed.has_symbol &&
        !parsed.has_timeframe && wrote > 0 && (size_t)wrote < sizeof path) {
        folder->code = add_file(folder->tape, path, &parsed.key, folder->error);
    }
}

static int by_name(const void *a, const void *b)
{
    const struct tape_file *x = a, *y = b;
    const int symbols = strcmp(x->key.symbol, y->key.symbol);
    return symbols != 0 ? symbols : strcmp(x->path, y->path);
}

/* The pairs that the frames have books of. */
static int find_books(struct backtest_tape *tape, const struct backtest_flags *flags, char *error)
{
    int code = backtest_books_read(&tape->books, flags, error);
    for (uint32_t i = 0; code == 0 && i < tape->books->pair_count; i++) {
        const struct book_pair *pair = &tape->books->pairs[i];
        struct candle_key key = {.venue = "KRAKEN"};
        memcpy(key.symbol, pair->terms.symbol, sizeof key.symbol);
        if (pair->book_count > 0) {
            code = add_file(tape, flags->books[0], &key, error);
        }
    }
    if (code == 0) {
        qsort(tape->files, tape->file_count, sizeof *tape->files, by_name);
    }
    return code;
}

int backtest_tape_find(struct backtest_tape **ret, const struct backtest_flags *flags, char *error)
{
    struct backtest_tape *tape = *ret = calloc(1, sizeof *tape);
    if (tape == NULL) {
        return fail(error, ENOMEM, "out of memory");
    }
    if (flags->book_count > 0) {
        return find_books(tape, flags, error);
    }
    for (int i = 0; i < flags->trade_count; i++) {
        const char *path = flags->trades[i];
        struct stat status;
        if (stat(path, &status) != 0) {
            return fail(error, errno, "--trades %s: %s", path, strerror(errno));
        }
        struct folder folder = {tape, path, error, 0};
        if (S_ISDIR(status.st_mode)) {
            const uint32_t before = tape->file_count;
            const int code = disk_list(path, visit, &folder);
            if (code != 0 || folder.code != 0) {
                return code == 0 ? folder.code
                                 : fail(error, -code, "--trades %s: %s", path, strerror(-code));
            }
            if (tape->file_count == before) {
                return fail(error, ENOENT, "--trades %s: there is no trade file in it", path);
            }
        } else if ((folder.code = name_file(tape, path, flags, error)) != 0) {
            return folder.code;
        }
    }
    qsort(tape->files, tape->file_count, sizeof *tape->files, by_name);
    return 0;
}

void backtest_tape_free(struct backtest_tape *tape)
{
    if (tape == NULL) {
        return;
    }
    for (uint32_t i = 0; i < tape->file_count; i++) {
        free(tape->files[i].path);
    }
    for (uint32_t i = 0; i < PAIR_MAX; i++) {
        free(tape->trades[i]), free(tape->candles[i]);
    }
    backtest_books_free(tape->books);
    free(tape->files);
    free(tape);
}

uint32_t backtest_tape_pairs(const struct backtest_tape *tape,
                             const struct candle_key *keys[PAIR_MAX])
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < tape->file_count && count < PAIR_MAX; i++) {
        const struct candle_key *key = &tape->files[i].key;
        if (count == 0 || strcmp(keys[count - 1]->symbol, key->symbol) != 0) {
            keys[count++] = key;
        }
    }
    return count;
}

/* The pair among the books; NULL where there are none. */
static struct book_pair *find_pair(const struct backtest_tape *tape, const char *symbol)
{
    for (uint32_t i = 0; tape->books != NULL && i < tape->books->pair_count; i++) {
        if (strcmp(tape->books->pairs[i].terms.symbol, symbol) == 0) {
            return &tape->books->pairs[i];
        }
    }
    return NULL;
}

int backtest_tape_decimals(const struct backtest_tape *tape, const char *symbol,
                           uint32_t *ret_decimals, char *error)
{
    const struct book_pair *pair = find_pair(tape, symbol);
    if (pair != NULL) {
        *ret_decimals = pair->terms.price_decimals;
        return 0;
    }
    for (uint32_t i = 0; i < tape->file_count; i++) {
        const struct tape_file *file = &tape->files[i];
        uint32_t decimals = 0;
        if (strcmp(file->key.symbol, symbol) != 0) {
            continue;
        }
        const int code = trade_csv_decimals(file->path, &decimals, error, BACKTEST_ERROR_MAX);
        if (code != 0) {
            return code;
        }
        *ret_decimals = decimals > *ret_decimals ? decimals : *ret_decimals;
    }
    return 0;
}

static void on_bad(void *context, uint64_t line, const char *reason)
{
    fprintf(stderr, "cuttle backtest: %s: line %" PRIu64 ": %s; the row is left out\n",
            (const char *)context, line, reason);
}

static int by_first(const void *a, const void *b)
{
    const struct piece *x = a, *y = b;
    return (x->data.rows[0].time_ns > y->data.rows[0].time_ns) -
           (x->data.rows[0].time_ns < y->data.rows[0].time_ns);
}

/* The pieces one behind the other. None may reach into another: the same trades twice would fill
 * twice. */
static int join(struct backtest_tape *tape, uint32_t index, struct piece *pieces, uint32_t count,
                char *error)
{
    size_t total = 0;
    qsort(pieces, count, sizeof *pieces, by_first);
    for (uint32_t i = 0; i < count; i++) {
        const struct trade_data *data = &pieces[i].data;
        const struct trade_data *before = i > 0 ? &pieces[i - 1].data : NULL;
        if (before != NULL && before->rows[before->count - 1].time_ns > data->rows[0].time_ns) {
            return fail(error, EINVAL,
                        "--trades: %s and %s both have trades of the same time; name one of them",
                        pieces[i - 1].path, pieces[i].path);
        }
        total += data->count;
    }
    if (count == 1) { /* a year of trades is not copied */
        tape->trades[index] = pieces[0].data.rows;
        tape->rows[index] = (struct tape_rows){pieces[0].data.rows, total};
        pieces[0].data.rows = NULL;
        return 0;
    }
    struct trade *rows = malloc((total + 1) * sizeof *rows);
    if (rows == NULL) {
        return fail(error, ENOMEM, "out of memory for %zu trades", total);
    }
    tape->trades[index] = rows;
    tape->rows[index] = (struct tape_rows){rows, total};
    for (uint32_t i = 0; i < count; i++) {
        memcpy(rows, pieces[i].data.rows, pieces[i].data.count * sizeof *rows);
        rows += pieces[i].data.count;
    }
    return 0;
}

static void measure(const struct tape_rows *rows, struct report_tape *figures)
{
    figures->count = rows->count;
    for (size_t i = 1; i < rows->count; i++) {
        const int64_t silence_ns = rows->rows[i].time_ns - rows->rows[i - 1].time_ns;
        figures->silence_ns = silence_ns > figures->silence_ns ? silence_ns : figures->silence_ns;
    }
}

static int read_pieces(struct backtest_tape *tape, uint32_t index, const char *symbol,
                       const struct pair *terms, struct piece *pieces, uint32_t *ret_count,
                       char *error)
{
    tape->figures[index].sided = true;
    for (uint32_t i = 0; i < tape->file_count; i++) {
        const struct tape_file *file = &tape->files[i];
        struct piece *piece = &pieces[*ret_count];
        if (strcmp(file->key.symbol, symbol) != 0) {
            continue;
        }
        const struct trade_csv_options options = {
            .terms = terms, .bad_max = CSV_BAD_MAX, .on_bad = on_bad, .context = file->path};
        const int code =
            trade_csv_read(file->path, &options, &piece->data, error, BACKTEST_ERROR_MAX);
        if (code != 0) {
            return code;
        }
        piece->path = file->path;
        tape->figures[index].sided &= piece->data.sided;
        *ret_count += piece->data.count > 0;
    }
    return *ret_count > 0
               ? 0
               : fail(error, ENOENT, "--trades: there is no trade of %s in the files", symbol);
}

/* The trades heard among the books. */
static int take_heard(struct backtest_tape *tape, uint32_t index, const char *symbol,
                      const struct pair *terms, char *error)
{
    struct book_pair *pair = find_pair(tape, symbol);
    if (pair == NULL || pair->heard.count == 0) {
        return fail(error, ENOENT, "--books: there is no trade of %s in the frames", symbol);
    }
    if (terms->price_decimals != pair->terms.price_decimals ||
        terms->qty_decimals != pair->terms.qty_decimals) {
        return fail(error, EINVAL,
                    "--stake all counts %s more finely than the checksums of its books do: leave "
                    "it out",
                    symbol);
    }
    tape->trades[index] = pair->heard.rows;
    tape->rows[index] = (struct tape_rows){pair->heard.rows, pair->heard.count};
    tape->figures[index].sided = true;
    pair->heard = (struct trade_data){0};
    measure(&tape->rows[index], &tape->figures[index]);
    return 0;
}

int backtest_tape_read(struct backtest_tape *tape, uint32_t index, const char *symbol,
                       const struct pair *terms, char *error)
{
    if (tape->books != NULL) {
        return take_heard(tape, index, symbol, terms, error);
    }
    uint32_t count = 0;
    struct piece *pieces = calloc((size_t)tape->file_count + 1, sizeof *pieces);
    if (pieces == NULL) {
        return fail(error, ENOMEM, "out of memory");
    }
    int code = read_pieces(tape, index, symbol, terms, pieces, &count, error);
    if (code == 0) {
        code = join(tape, index, pieces, count, error);
    }
    if (code == 0) {
        measure(&tape->rows[index], &tape->figures[index]);
    }
    for (uint32_t i = 0; i < count; i++) {
        trade_data_free(&pieces[i].data);
    }
    free(pieces);
    return code;
}

int backtest_tape_form(struct backtest_tape *tape, uint32_t index, const struct pair *terms,
                       struct candle_rows *ret, char *error)
{
    size_t count = 0;
    tape->candles[index] = tape_candles(&tape->rows[index], terms, TIMEFRAME_1M, &count);
    if (tape->candles[index] == NULL) {
        return fail(error, ENOMEM, "out of memory for the candles of %s", terms->symbol);
    }
    *ret = (struct candle_rows){tape->candles[index], count, TIMEFRAME_1M};
    return 0;
}

/* "60s": what was traded in so long before; "0.5": so much of the base. */
static int read_queue(struct tape *tape, const struct pair *terms, const char *text, char *error)
{
    const size_t len = text == NULL ? 0 : strlen(text);
    *tape = (struct tape){.queue_ns = QUEUE_NS};
    if (text == NULL || (duration_parse(text, len, &tape->queue_ns) && tape->queue_ns > 0 &&
                         tape->queue_ns <= NS_PER_DAY)) {
        return 0;
    }
    tape->queue_ns = 0;
    if (decimal_parse_rounded(text, len, terms->qty_decimals, ROUND_UP, &tape->queue_lots) &&
        tape->queue_lots >= 0) {
        return 0;
    }
    return fail(error, EINVAL,
                "--queue %s: write a time of up to a day (60s: what was traded at the price in so "
                "long before), or a quantity (0.5)",
                text);
}

/* From the first trade of the pair that begins last to the last of the one that ends first. */
static int settle_files(struct backtest_tape *tape, const struct backtest_sources *sources,
                        const struct backtest_flags *flags, char *error)
{
    tape->start_ns = INT64_MIN;
    tape->end_ns = INT64_MAX;
    for (uint32_t i = 0; i < sources->count; i++) {
        const struct tape_rows *rows = &tape->rows[i];
        const int code = read_queue(&tape->queues[i], &sources->terms[i], flags->queue, error);
        if (code != 0) {
            return code;
        }
        const int64_t first_ns = rows->rows[0].time_ns,
                      last_ns = rows->rows[rows->count - 1].time_ns;
        tape->start_ns = first_ns > tape->start_ns ? first_ns : tape->start_ns;
        tape->end_ns = last_ns + 1 < tape->end_ns ? last_ns + 1 : tape->end_ns;
    }
    tape->source = (struct tape_source){sources->count, tape->rows, tape->queues};
    tape->face = tape_source_face(&tape->source);
    return tape->candles[0] == NULL && tape->start_ns >= tape->end_ns
               ? fail(error, EINVAL, "--trades: there is no time at which all pairs traded")
               : 0;
}

int backtest_tape_settle(struct backtest_tape *tape, const struct backtest_sources *sources,
                         const struct backtest_flags *flags, char *error)
{
    if (tape->books == NULL) {
        return settle_files(tape, sources, flags, error);
    }
    tape->start_ns = tape->books->first_ns;
    tape->end_ns = tape->books->last_ns + 1;
    return backtest_books_source(tape->books, sources->terms, sources->count, &tape->face)
               ? 0
               : fail(error, ENOMEM, "out of memory");
}

void backtest_tape_terms(const struct backtest_tape *tape, uint32_t index, char *text, size_t size)
{
    const struct tape_rows *rows = &tape->rows[index];
    const struct tape *queue = &tape->queues[index];
    uint32_t crc = 0;
    for (size_t i = 0; i < rows->count; i++) {
        const int64_t figures[] = {rows->rows[i].time_ns, rows->rows[i].price_ticks,
                                   rows->rows[i].qty_lots};
        crc = crc32_update(crc, figures, sizeof figures);
    }
    const uint64_t books = tape->books == NULL ? 0 : tape->books->figures.count;
    snprintf(text, size,
             "%zu, crc %08" PRIx32 ", behind %" PRId64 " ns or %" PRId64 " lots, books %" PRIu64,
             rows->count, crc, queue->queue_ns, queue->queue_lots, books);
}

void backtest_tape_tell(const struct backtest_tape *tape, struct run_report *report)
{
    memcpy(report->tapes, tape->figures, sizeof report->tapes);
    if (tape->books != NULL) {
        report->books = tape->books->figures;
    }
}

void backtest_tape_play(const struct backtest_tape *tape, struct backtest_config *run)
{
    run->flow = &tape->face;
    if (tape->candles[0] == NULL) {
        const int64_t first_ns = timeframe_floor((enum timeframe)run->engine->base, tape->start_ns);
        run->start_ns = first_ns > run->start_ns ? first_ns : run->start_ns;
        run->end_ns = run->end_ns == 0 || tape->end_ns < run->end_ns ? tape->end_ns : run->end_ns;
    }
}
