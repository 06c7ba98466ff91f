/* SPDX-License-Identifier: MIT */
#include "venue/kraken/frame_reader.h"

#include <zlib.h>

#include "../store/scratch.h"
#include "venue/local/instruments.h"

static char error[512];

static struct pair terms_of(const char *symbol)
{
    struct instrument instrument;
    EXPECT(instrument_find(symbol, &instrument));
    return instrument.terms;
}

/* Every event as text: "book 3" of so many changes, "BOOK 20" a snapshot, "trade 105@0.5". */
static void expect_events(const char *path, const struct pair *terms, uint32_t count,
                          const char *expected, struct frame_stats *ret_stats)
{
    char told[1024] = "";
    size_t len = 0;
    struct frame_reader *reader = frame_reader_open(path, terms, count, error, sizeof error);
    EXPECT(reader != NULL);
    int64_t last_ns = 0;
    for (const struct event *event; (event = frame_reader_next(reader)) != NULL;) {
        const char *gap = len > 0 ? ", " : "";
        EXPECT(event->time_ns >= last_ns);
        last_ns = event->time_ns;
        len += event->kind == EVENT_BOOK
                   ? (size_t)snprintf(told + len, sizeof told - len, "%s%s %u", gap,
                                      event->book.snapshot ? "BOOK" : "book", event->book.count)
                   : (size_t)snprintf(told + len, sizeof told - len, "%s%s %lld@%lld", gap,
                                      event->trade.trade.taker == SIDE_SELL ? "sell" : "buy",
                                      (long long)event->trade.trade.qty_lots,
                                      (long long)event->trade.trade.price_ticks);
    }
    EXPECT(frame_reader_fault(reader) == NULL);
    EXPECT_TEXT(told, expected);
    *ret_stats = *frame_reader_stats(reader);
    frame_reader_close(reader);
}

/* 100.0 for 1, 100.2 for 2; then 100.1 for 3 asked; the checksums are Kraken's of these books. */
#define SNAPSHOT                                                                                   \
    "{\"channel\":\"book\",\"type\":\"snapshot\",\"data\":[{\"symbol\":\"BTC/USD\",\"bids\":[{"    \
    "\"price\":100.0,\"qty\":1.00000000}],\"asks\":[{\"price\":100.2,\"qty\":2.00000000}],"        \
    "\"checksum\":%u,\"timestamp\":\"2024-01-01T00:00:01.000000Z\"}]}\n"
#define UPDATE                                                                                     \
    "{\"channel\":\"book\",\"type\":\"update\",\"data\":[{\"symbol\":\"BTC/USD\",\"bids\":[],"     \
    "\"asks\":[{\"price\":100.1,\"qty\":3.00000000}],\"checksum\":%u,\"timestamp\":"               \
    "\"2024-01-01T00:00:02.000000Z\"}]}\n"
#define TRADE                                                                                      \
    "{\"channel\":\"trade\",\"type\":\"%s\",\"data\":[{\"symbol\":\"BTC/USD\",\"side\":\"sell\","  \
    "\"price\":100.0,\"qty\":0.50000000,\"ord_type\":\"market\",\"trade_id\":7,\"timestamp\":"     \
    "\"2024-01-01T00:00:01.500000Z\"},{\"symbol\":\"ETH/USD\",\"side\":\"buy\",\"price\":2000.01," \
    "\"qty\":1.0,\"ord_type\":\"market\",\"trade_id\":8,\"timestamp\":"                            \
    "\"2024-01-01T00:00:01.500000Z\"}]}\n"

static uint32_t checksum_of(const struct level_change *changes, uint32_t count)
{
    struct book book;
    book_init(&book, 10);
    book_apply(&book, changes, count);
    return book_checksum(&book);
}

static const char *write_frames(bool spoiled)
{
    static const struct level_change levels[] = {{SIDE_BUY, {1000, 100000000}},
                                                 {SIDE_SELL, {1002, 200000000}},
                                                 {SIDE_SELL, {1001, 300000000}}};
    const char *path = scratch("frames.ndjson");
    FILE *file = fopen(path, "w");
    fprintf(file, "{\"channel\":\"heartbeat\"}\n\nno frame\n" UPDATE, checksum_of(levels, 3));
    fprintf(file, SNAPSHOT, checksum_of(levels, 2));
    fprintf(file, TRADE TRADE, "snapshot", "update");
    fprintf(file, UPDATE, checksum_of(levels, 3) + spoiled);
    fprintf(file, UPDATE SNAPSHOT, checksum_of(levels, 3), checksum_of(levels, 2));
    fclose(file);
    return path;
}

TEST(books_and_trades_are_told_in_their_order_and_what_is_before_them_is_not)
{
    const struct pair terms[] = {terms_of("BTC/USD")};
    struct frame_stats stats;
    expect_events(write_frames(false), terms, 1,
                  "BOOK 2, sell 50000000@1000, book 1, book 1, BOOK 2", &stats);
    EXPECT_INT((int64_t)stats.book_count, 4);
    EXPECT_INT((int64_t)stats.trade_count, 1);
    EXPECT_INT((int64_t)stats.fault_count, 0);
    EXPECT_INT((int64_t)stats.malformed_count, 1);
}

TEST(a_book_that_fails_its_checksum_is_unknown_until_the_next_snapshot)
{
    const struct pair terms[] = {terms_of("BTC/USD"), terms_of("ETH/USD")};
    struct frame_stats stats;
    expect_events(write_frames(true), terms, 2,
                  "BOOK 2, sell 50000000@1000, buy 100000000@200001, BOOK 0, BOOK 2", &stats);
    EXPECT_INT((int64_t)stats.book_count, 2);
    EXPECT_INT((int64_t)stats.fault_count, 1);
}

TEST(twenty_two_recorded_seconds_have_every_book_verified)
{
    const struct pair terms[] = {terms_of("BTC/USD"), terms_of("ETH/USD")};
    struct frame_reader *reader = frame_reader_open(
        test_shared("data/books/kraken_v2_book10_trade_BTCUSD_ETHUSD_20260707T2300Z.ndjson.gz"),
        terms, 2, error, sizeof error);
    struct book books[2];
    uint32_t count = 0, trades[2] = {0};
    for (const struct event *event; (event = frame_reader_next(reader)) != NULL; count++) {
        if (event->kind == EVENT_TRADE) {
            trades[event->trade.pair]++;
            continue;
        }
        struct book *book = &books[event->book.pair];
        if (event->book.snapshot) {
            book_init(book, event->book.depth);
        }
        book_apply(book, event->book.changes, event->book.count);
        EXPECT(book_sound(book) && book->depth == 10);
    }
    EXPECT_INT((int64_t)frame_reader_stats(reader)->book_count, 2962);
    EXPECT_INT((int64_t)frame_reader_stats(reader)->fault_count, 0);
    EXPECT_INT((int64_t)frame_reader_stats(reader)->malformed_count, 0);
    EXPECT_INT(trades[0], 12);
    EXPECT_INT(trades[1], 5);
    EXPECT_INT(count, 2962 + 17);
    frame_reader_close(reader);
}

TEST(a_recording_that_is_not_there_or_cut_short_says_so)
{
    const struct pair terms[] = {terms_of("BTC/USD")};
    EXPECT(frame_reader_open(scratch("none"), terms, 1, error, sizeof error) == NULL);
    EXPECT(strstr(error, "No such file") != NULL);
    const char *path = scratch("whole.gz");
    gzFile file = gzopen(path, "wb");
    for (unsigned i = 0; i < 20000; i++) {
        gzprintf(file, "{\"channel\":\"heartbeat\",\"n\":%u}\n", i * 2654435761u);
    }
    gzclose(file);
    size_t len;
    char *bytes = scratch_read(path, &len);
    scratch_write(path, bytes, len / 2);
    free(bytes);
    struct frame_reader *reader = frame_reader_open(path, terms, 1, error, sizeof error);
    EXPECT(frame_reader_next(reader) == NULL);
    EXPECT(strstr(frame_reader_fault(reader), "ends early") != NULL);
    frame_reader_close(reader);
}
