/* SPDX-License-Identifier: MIT */
#include "venue/local/state.h"

#include <string.h>

#include "core/base/check.h"
#include "core/base/prng.h"

const int64_t book_depths[DEPTH_COUNT] = {10, 25, 100, 500, 1000};

static struct json_writer new_text(struct exchange *exchange)
{
    struct json_writer writer;
    json_writer_init(&writer, exchange->text, sizeof exchange->text);
    return writer;
}

static void publish(struct exchange *exchange, const struct board *board, uint32_t topic,
                    const struct json_writer *writer)
{
    CHECK(json_writer_ok(writer));
    clients_publish(&exchange->clients, board->listing.index, topic, writer->text, writer->len,
                    exchange_mono_ns(exchange));
}

static bool held(const struct exchange *exchange, const struct board *board, uint32_t topic)
{
    return exchange->clients.holders[board->listing.index][topic] > 0;
}

void publish_status(struct exchange *exchange, struct client *to)
{
    struct text_status status = {.connection = prng_next(&exchange->ids),
                                 .system = script_system_word(private_system(exchange->private)),
                                 .time_ns = exchange_told_ns(exchange),
                                 .speed = exchange->config.speed,
                                 .lockstep = exchange->config.lockstep,
                                 .ended = exchange->ended};
    struct json_writer writer = new_text(exchange);
    text_status(&writer, &status);
    CHECK(json_writer_ok(&writer));
    int64_t mono_ns = exchange_mono_ns(exchange);
    if (to)
        clients_send(&exchange->clients, to, writer.text, writer.len, mono_ns);
    else
        clients_broadcast(&exchange->clients, writer.text, writer.len, mono_ns);
}

void board_show(struct exchange *exchange, struct board *board)
{
    board->listing.shown = NULL;
    if (!private_touched(exchange->private, board->listing.index))
        return;
    for (int side = SIDE_BUY; side <= SIDE_SELL; side++)
        private_shown(exchange->private, board->listing.index, (enum side)side,
                      &board->shown[side]);
    board->listing.shown = board->shown;
}

void publish_book(struct exchange *exchange, struct board *board, uint32_t depth, int64_t now_ns)
{
    struct level_change changes[VIEW_CHANGES_MAX];
    struct view *view = board->views[depth];
    uint32_t count = view_update(view, listing_side(&board->listing, SIDE_BUY), changes);
    if (count == 0 || !held(exchange, board, TOPIC_BOOK + depth))
        return;
    struct json_writer writer = new_text(exchange);
    text_book_update(&writer, &exchange->variant, &board->listing, changes, count,
                     view_checksum(view), now_ns);
    publish(exchange, board, TOPIC_BOOK + depth, &writer);
}

static void publish_books(struct exchange *exchange, struct board *board, int64_t now_ns)
{
    for (uint32_t i = 0; i < DEPTH_COUNT; i++)
        if (held(exchange, board, TOPIC_BOOK + i))
            publish_book(exchange, board, i, now_ns);
}

static void publish_ticker(struct exchange *exchange, struct board *board, uint32_t topic,
                           int64_t now_ns)
{
    if (!held(exchange, board, topic))
        return;
    struct json_writer writer = new_text(exchange);
    text_ticker(&writer, &exchange->variant, "update", &board->listing, now_ns);
    publish(exchange, board, topic, &writer);
}

static void publish_candles(struct exchange *exchange, struct board *board, int64_t now_ns)
{
    for (uint32_t i = 0; i < INTERVAL_COUNT; i++) {
        if (!held(exchange, board, TOPIC_OHLC + i))
            continue;
        struct json_writer writer = new_text(exchange);
        text_candles(&writer, &exchange->variant, "update", &board->listing, i,
                     &board->listing.candles[i], 1, now_ns);
        publish(exchange, board, TOPIC_OHLC + i, &writer);
    }
}

/* The ticker by best bid and offer speaks when either has changed. */
static void publish_touch(struct exchange *exchange, struct board *board, int64_t now_ns)
{
    struct level bid = listing_touch(&board->listing, SIDE_BUY);
    struct level ask = listing_touch(&board->listing, SIDE_SELL);
    if (memcmp(&bid, &board->bid_told, sizeof bid) == 0 &&
        memcmp(&ask, &board->ask_told, sizeof ask) == 0)
        return;
    board->bid_told = bid;
    board->ask_told = ask;
    publish_ticker(exchange, board, TOPIC_TICKER_BBO, now_ns);
}

void publish_quote(struct exchange *exchange, struct board *board, int64_t now_ns)
{
    board_show(exchange, board);
    listing_note_spread(&board->listing, now_ns);
    if (exchange->conflate) {
        board->book_dirty = true;
        return;
    }
    publish_books(exchange, board, now_ns);
    publish_touch(exchange, board, now_ns);
}

void publish_trade(struct exchange *exchange, struct board *board, const struct trade *trade)
{
    if (held(exchange, board, TOPIC_TRADE)) {
        struct json_writer writer = new_text(exchange);
        text_trades(&writer, &exchange->variant, "update", &board->listing, trade, 1);
        publish(exchange, board, TOPIC_TRADE, &writer);
    }
    publish_candles(exchange, board, trade->time_ns);
    if (exchange->conflate)
        board->ticker_dirty = true;
    else
        publish_ticker(exchange, board, TOPIC_TICKER, trade->time_ns);
}

/* Above 60x: what the books and tickers have come to since the last time. */
void publish_flush(struct exchange *exchange)
{
    for (uint32_t i = 0; i < exchange->market->pair_count; i++) {
        struct board *board = &exchange->boards[i];
        if (board->book_dirty) {
            publish_books(exchange, board, exchange->now_ns);
            publish_touch(exchange, board, exchange->now_ns);
        }
        if (board->ticker_dirty)
            publish_ticker(exchange, board, TOPIC_TICKER, exchange->now_ns);
        board->book_dirty = board->ticker_dirty = false;
    }
}
