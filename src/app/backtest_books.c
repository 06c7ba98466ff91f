/* SPDX-License-Identifier: MIT */
#include "app/backtest_books.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "venue/kraken/frame_reader.h"
#include "venue/local/instruments.h"

static int out_of_memory(char *error)
{
    snprintf(error, BACKTEST_ERROR_MAX, "out of memory");
    return -ENOMEM;
}

/* Prices and quantities of a frame are digits that its checksum is of: only a pair whose decimals
 * are known can be read. */
static uint32_t list_terms(struct pair terms[PAIR_MAX])
{
    uint32_t count = 0;
    const char *symbol;
    for (uint32_t i = 0; count < PAIR_MAX && (symbol = instrument_symbol(i)) != NULL; i++) {
        struct instrument instrument;
        if (instrument_find(symbol, &instrument)) {
            terms[count++] = instrument.terms;
        }
    }
    return count;
}

static bool keep_trade(struct trade_data *heard, const struct trade *trade)
{
    /* Room doubles at each power of two. */
    if ((heard->count & (heard->count - 1)) == 0) {
        const size_t room = heard->count == 0 ? 1 : 2 * heard->count;
        struct trade *grown = realloc(heard->rows, room * sizeof *grown);
        if (grown == NULL) {
            return false;
        }
        heard->rows = grown;
    }
    heard->rows[heard->count++] = *trade;
    heard->sided = true;
    return true;
}

/* A trade is of the time at which it was told, which never goes back. */
static bool hear(struct backtest_books *books, const struct event *event)
{
    books->first_ns = books->first_ns == 0 ? event->time_ns : books->first_ns;
    books->last_ns = event->time_ns;
    if (event->kind == EVENT_BOOK) {
        books->pairs[event->book.pair].book_count++;
        return true;
    }
    struct trade trade = event->trade.trade;
    trade.time_ns = event->time_ns;
    return keep_trade(&books->pairs[event->trade.pair].heard, &trade);
}

static int read_one(struct backtest_books *books, const char *path, const struct pair *terms,
                    char *error)
{
    char why[512];
    struct frame_reader *reader =
        frame_reader_open(path, terms, books->pair_count, why, sizeof why);
    if (reader == NULL) {
        snprintf(error, BACKTEST_ERROR_MAX, "--books %s", why);
        return -ENOENT;
    }
    int code = 0;
    for (const struct event *event; code == 0 && (event = frame_reader_next(reader)) != NULL;) {
        if (event->time_ns < books->last_ns) {
            snprintf(error, BACKTEST_ERROR_MAX,
                     "--books %s: it begins before the one named before it ends; name them in the "
                     "order of their time",
                     path);
            code = -EINVAL;
        } else if (!hear(books, event)) {
            code = out_of_memory(error);
        }
    }
    const struct frame_stats *stats = frame_reader_stats(reader);
    if (code == 0 && frame_reader_fault(reader) != NULL) {
        snprintf(error, BACKTEST_ERROR_MAX, "--books %s: %s", path, frame_reader_fault(reader));
        code = -EIO;
    }
    if (code == 0 && stats->book_count == 0) {
        snprintf(error, BACKTEST_ERROR_MAX,
                 "--books %s: there is no book in it of a pair cuttle knows: expected the frames "
                 "of Kraken's WebSocket v2, one a line",
                 path);
        code = -EINVAL;
    }
    books->figures.count += stats->book_count;
    books->figures.fault_count += stats->fault_count;
    books->figures.malformed_count += stats->malformed_count;
    frame_reader_close(reader);
    return code;
}

int backtest_books_read(struct backtest_books **ret, const struct backtest_flags *flags,
                        char *error)
{
    struct backtest_books *books = *ret = calloc(1, sizeof *books);
    struct pair *terms = malloc(PAIR_MAX * sizeof *terms);
    int code = books == NULL || terms == NULL ? out_of_memory(error) : 0;
    if (code == 0) {
        books->paths = flags->books;
        books->path_count = flags->book_count;
        books->pair_count = list_terms(terms);
        books->pairs = calloc(books->pair_count, sizeof *books->pairs);
        code = books->pairs == NULL ? out_of_memory(error) : 0;
    }
    for (int i = 0; code == 0 && i < books->path_count; i++) {
        code = read_one(books, books->paths[i], terms, error);
    }
    for (uint32_t i = 0; code == 0 && i < books->pair_count; i++) {
        books->pairs[i].terms = terms[i];
    }
    free(terms);
    return code;
}

void backtest_books_free(struct backtest_books *books)
{
    if (books == NULL) {
        return;
    }
    for (uint32_t i = 0; books->pairs != NULL && i < books->pair_count; i++) {
        trade_data_free(&books->pairs[i].heard);
    }
    free(books->pairs);
    free(books->terms);
    free(books);
}

/* One file after the other. */
struct frames_flow {
    const struct backtest_books *books;
    int at;
    struct frame_reader *reader;
    bool torn; /* a file could not be opened, that could be when the run was prepared */
};

static const struct event *frames_flow_next(void *self)
{
    struct frames_flow *flow = self;
    const struct backtest_books *books = flow->books;
    for (;;) {
        const struct event *event = flow->reader != NULL ? frame_reader_next(flow->reader) : NULL;
        if (event != NULL) {
            return event;
        }
        frame_reader_close(flow->reader);
        flow->reader = NULL;
        if (flow->at == books->path_count) {
            return NULL;
        }
        char error[512];
        flow->reader = frame_reader_open(books->paths[flow->at++], books->terms, books->run_count,
                                         error, sizeof error);
        flow->torn = flow->torn || flow->reader == NULL;
    }
}

static bool frames_flow_torn(const void *self)
{
    return ((const struct frames_flow *)self)->torn;
}

static void frames_flow_close(void *self)
{
    struct frames_flow *flow = self;
    frame_reader_close(flow->reader);
    free(flow);
}

/* From the first frame on, whatever the start: a book is made of all its changes. */
static bool frames_flow_open(const void *self, int64_t start_ns, struct flow *ret)
{
    (void)start_ns;
    struct frames_flow *flow = calloc(1, sizeof *flow);
    if (flow == NULL) {
        return false;
    }
    flow->books = self;
    *ret = (struct flow){.self = flow,
                         .next = frames_flow_next,
                         .close = frames_flow_close,
                         .torn = frames_flow_torn};
    return true;
}

bool backtest_books_source(struct backtest_books *books, const struct pair *terms, uint32_t count,
                           struct flow_source *ret)
{
    books->terms = malloc(count * sizeof *terms);
    if (books->terms == NULL) {
        return false;
    }
    memcpy(books->terms, terms, count * sizeof *terms);
    books->run_count = count;
    *ret = (struct flow_source){books, NULL, frames_flow_open};
    return true;
}
