/* SPDX-License-Identifier: MIT */
#include "venue/kraken/frame_reader.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "core/base/check.h"
#include "venue/kraken/book_keeper.h"

/* The longest message is the snapshot of all instruments. */
#define LINE_SIZE (4u << 20)

struct frame_side {
    struct kraken_keeper keeper;
    uint32_t depth; /* of its last snapshot */
};

struct frame_reader {
    gzFile file;
    const char *fault;
    struct frame_stats stats;
    struct kraken_markets markets;
    struct kraken_frame frame; /* its rows are being told, while in_rows */
    struct kraken_book book;
    struct event event;
    int64_t time_ns;
    bool in_rows;
    uint32_t count;
    struct frame_side *sides;
    char line[LINE_SIZE];
};

struct frame_reader *frame_reader_open(const char *path, const struct pair *terms, uint32_t count,
                                       char *error, size_t error_size)
{
    CHECK(count <= PAIR_MAX);
    struct frame_reader *reader = malloc(sizeof *reader);
    struct frame_side *sides = malloc((count + 1) * sizeof *sides);
    gzFile file = reader != NULL && sides != NULL ? gzopen(path, "rb") : NULL;
    if (file == NULL) {
        snprintf(error, error_size, "%s: %s", path, strerror(errno != 0 ? errno : ENOMEM));
        free(reader);
        free(sides);
        return NULL;
    }
    gzbuffer(file, 1u << 18);
    reader->file = file;
    reader->fault = NULL;
    reader->stats = (struct frame_stats){0};
    reader->time_ns = 0;
    reader->in_rows = false;
    reader->count = count;
    reader->sides = sides;
    kraken_markets_init(&reader->markets);
    for (uint32_t i = 0; i < count; i++) {
        kraken_markets_put(&reader->markets, i, &terms[i]);
        kraken_keeper_init(&sides[i].keeper, BOOK_DEPTH_MAX);
        sides[i].depth = BOOK_DEPTH_MAX;
    }
    return reader;
}

void frame_reader_close(struct frame_reader *reader)
{
    if (reader != NULL) {
        gzclose(reader->file);
        free(reader->sides);
        free(reader);
    }
}

/* A subscription has 10, 25 or 100 levels a side; a snapshot shows which, unless the whole market
 * is thinner, and then it is all the same. */
static uint32_t depth_of(const struct kraken_book *book)
{
    uint32_t sides[2] = {0, 0};
    for (uint32_t i = 0; i < book->count; i++) {
        sides[book->changes[i].side]++;
    }
    const uint32_t most = sides[0] > sides[1] ? sides[0] : sides[1];
    return most <= 10 ? 10 : most <= 25 ? 25 : BOOK_DEPTH_MAX;
}

static void hear_time(struct frame_reader *reader, int64_t time_ns)
{
    reader->time_ns = time_ns > reader->time_ns ? time_ns : reader->time_ns;
}

static const struct event *tell_levels(struct frame_reader *reader, uint32_t pair, bool snapshot,
                                       uint32_t count)
{
    reader->event = (struct event){
        .kind = EVENT_BOOK,
        .time_ns = reader->time_ns,
        .book = {.pair = pair,
                 .snapshot = snapshot,
                 .depth = reader->sides[pair].depth,
                 .count = count,
                 .changes = reader->book.changes},
    };
    return &reader->event;
}

/* The pair's book is unknown until its next snapshot: told as an empty one, once. */
static const struct event *lose_book(struct frame_reader *reader, bool was_live)
{
    kraken_keeper_drop(&reader->sides[reader->book.pair].keeper);
    return was_live ? tell_levels(reader, (uint32_t)reader->book.pair, true, 0) : NULL;
}

static const struct event *tell_book(struct frame_reader *reader, bool snapshot)
{
    const struct kraken_book *book = &reader->book;
    struct frame_side *side = &reader->sides[book->pair];
    hear_time(reader, book->time_ns);
    if (snapshot) {
        side->depth = depth_of(book);
        kraken_keeper_init(&side->keeper, side->depth);
    }
    const bool was_live = side->keeper.live || snapshot;
    const enum kraken_verdict verdict = kraken_keeper_apply(&side->keeper, snapshot, book);
    if (verdict != KRAKEN_BOOK_GOOD) {
        reader->stats.fault_count += verdict != KRAKEN_BOOK_WAITING;
        return lose_book(reader, was_live);
    }
    reader->stats.book_count++;
    return tell_levels(reader, (uint32_t)book->pair, snapshot, book->count);
}

static const struct event *tell_trade(struct frame_reader *reader, const struct kraken_trade *row)
{
    hear_time(reader, row->trade.time_ns);
    reader->stats.trade_count++;
    reader->event = (struct event){
        .kind = EVENT_TRADE,
        .time_ns = reader->time_ns,
        .trade = {.pair = (uint32_t)row->pair, .trade = row->trade},
    };
    return &reader->event;
}

static bool is_live(const struct frame_reader *reader)
{
    return reader->sides[reader->book.pair].keeper.live;
}

/* The next event of the frame under way; NULL when it has no more. */
static const struct event *next_row(struct frame_reader *reader)
{
    struct kraken_frame *frame = &reader->frame;
    const struct event *event = NULL;
    while (event == NULL && kraken_parse_row(frame)) {
        struct kraken_trade trade;
        if (frame->channel == KRAKEN_BOOK) {
            const bool parsed = kraken_parse_book(frame, &reader->markets, &reader->book);
            if (reader->book.pair >= 0) {
                event = parsed ? tell_book(reader, frame->snapshot)
                               : lose_book(reader, is_live(reader));
            }
        } else if (kraken_parse_trade(frame, &reader->markets, &trade) && trade.pair >= 0 &&
                   !frame->snapshot) { /* a snapshot's trades are of before */
            event = tell_trade(reader, &trade);
        }
    }
    if (event == NULL) {
        reader->in_rows = false;
        reader->stats.malformed_count += !kraken_parse_end(frame);
    }
    return event;
}

static bool next_line(struct frame_reader *reader)
{
    if (gzgets(reader->file, reader->line, LINE_SIZE) == NULL) {
        int code = Z_OK;
        const char *why = gzerror(reader->file, &code);
        if (code != Z_OK && code != Z_STREAM_END) {
            reader->fault = code == Z_BUF_ERROR ? "the compressed data ends early"
                            : code == Z_ERRNO   ? strerror(errno)
                                                : why;
        }
        return false;
    }
    const size_t len = strcspn(reader->line, "\r\n");
    reader->stats.line_count++;
    if (len == 0) {
        return true;
    }
    if (!kraken_parse_frame(reader->line, len, &reader->frame)) {
        reader->stats.malformed_count++;
        return true;
    }
    const bool told = reader->frame.has_data && (reader->frame.channel == KRAKEN_BOOK ||
                                                 reader->frame.channel == KRAKEN_TRADE);
    reader->in_rows = told && kraken_parse_rows(&reader->frame);
    reader->stats.malformed_count += told && !reader->in_rows;
    return true;
}

const struct event *frame_reader_next(struct frame_reader *reader)
{
    for (;;) {
        const struct event *event = reader->in_rows ? next_row(reader) : NULL;
        if (event != NULL) {
            return event;
        }
        if (!next_line(reader)) {
            return NULL;
        }
    }
}

const char *frame_reader_fault(const struct frame_reader *reader)
{
    return reader->fault;
}

const struct frame_stats *frame_reader_stats(const struct frame_reader *reader)
{
    return &reader->stats;
}
