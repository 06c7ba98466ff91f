/* SPDX-License-Identifier: MIT */
/*
 * What clients send of the public side: ping, subscribe, unsubscribe. Each symbol is acknowledged
 * by itself, then its snapshot follows, one symbol a message. The texts of refusals are Kraken's
 * where they are known (docs/kraken-assumptions.md says which are ours).
 */
#include "venue/local/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/check.h"

/* Snapshots wait while a client has more than this to read. The server drops it at 4 MB. */
#define SNAPSHOT_QUEUE_MAX (1u << 20)

static void send(struct exchange *exchange, struct client *client, const struct json_writer *writer)
{
    CHECK(json_writer_ok(writer));
    clients_send(&exchange->clients, client, writer->text, writer->len, exchange_mono_ns(exchange));
}

static struct json_writer begin_reply(struct exchange *exchange, const char *method)
{
    struct json_writer writer;
    json_writer_init(&writer, exchange->text, sizeof exchange->text);
    json_begin_object(&writer, NULL);
    if (method[0])
        json_put_string(&writer, "method", method);
    return writer;
}

static void end_reply(struct exchange *exchange, struct client *client, struct json_writer *writer,
                      bool has_req_id, int64_t req_id)
{
    json_put_time(writer, "time_in", exchange->now_ns, 6);
    json_put_time(writer, "time_out", exchange->now_ns, 6);
    if (has_req_id)
        json_put_int(writer, "req_id", req_id);
    json_end_object(writer);
    send(exchange, client, writer);
}

static void send_error(struct exchange *exchange, struct client *client, const char *error,
                       const char *symbol)
{
    const struct request *request = &exchange->request;
    struct json_writer writer = begin_reply(exchange, request->method);
    json_put_string(&writer, "error", error);
    json_put_bool(&writer, "success", false);
    if (symbol && !exchange->variant.error_without_symbol)
        json_put_string(&writer, "symbol", symbol);
    end_reply(exchange, client, &writer, request->has_req_id, request->req_id);
}

static void put_topic(struct json_writer *writer, uint32_t topic)
{
    if (topic >= TOPIC_BOOK) {
        json_put_string(writer, "channel", "book");
        json_put_int(writer, "depth", book_depths[topic - TOPIC_BOOK]);
    } else if (topic >= TOPIC_OHLC) {
        json_put_string(writer, "channel", "ohlc");
        json_put_int(writer, "interval", interval_minutes[topic - TOPIC_OHLC]);
    } else if (topic == TOPIC_TRADE) {
        json_put_string(writer, "channel", "trade");
    } else {
        json_put_string(writer, "channel", "ticker");
        json_put_string(writer, "event_trigger", topic == TOPIC_TICKER ? "trades" : "bbo");
    }
}

static void acknowledge(struct exchange *exchange, struct client *client, const char *method,
                        const struct waiting *waiting)
{
    struct json_writer writer = begin_reply(exchange, method);
    json_begin_object(&writer, "result");
    if (waiting->pair == NO_PAIR)
        json_put_string(&writer, "channel", "instrument");
    else
        put_topic(&writer, waiting->topic);
    if (strcmp(method, "subscribe") == 0)
        json_put_bool(&writer, "snapshot", waiting->snapshot);
    if (waiting->pair != NO_PAIR)
        json_put_string(&writer, "symbol",
                        exchange->market->pairs[waiting->pair].instrument.terms.symbol);
    if (waiting->pair != NO_PAIR && waiting->topic >= TOPIC_OHLC && waiting->topic < TOPIC_BOOK &&
        strcmp(method, "subscribe") == 0) {
        json_begin_array(&writer, "warnings");
        json_put_string(&writer, NULL, "timestamp is deprecated, use interval_begin");
        json_end_array(&writer);
    }
    json_end_object(&writer);
    json_put_bool(&writer, "success", true);
    end_reply(exchange, client, &writer, waiting->has_req_id, waiting->req_id);
}

static void candles_snapshot(struct exchange *exchange, struct json_writer *writer,
                             struct board *board, uint32_t interval)
{
    struct bucket rows[HISTORY_CANDLES_MAX];
    uint32_t count = history_candles(exchange->market, board->listing.index, interval,
                                     exchange->now_ns, exchange->variant.snapshot_rows, rows);
    text_candles(writer, &exchange->variant, "snapshot", &board->listing, interval, rows, count,
                 exchange->now_ns);
}

static void trades_snapshot(struct exchange *exchange, struct json_writer *writer,
                            struct board *board)
{
    struct trade trades[50];
    uint32_t count =
        history_trades_last(exchange->market, board->listing.index, exchange->now_ns, 50, trades);
    text_trades(writer, &exchange->variant, "snapshot", &board->listing, trades, count);
}

/* Those who hold the book already are brought to the very same state first. */
static void book_snapshot(struct exchange *exchange, struct json_writer *writer,
                          struct board *board, uint32_t depth)
{
    publish_book(exchange, board, depth, exchange->now_ns);
    json_writer_init(writer, exchange->text, sizeof exchange->text);
    text_book_snapshot(writer, &exchange->variant, &board->listing, board->views[depth],
                       exchange->now_ns);
}

static void send_snapshot(struct exchange *exchange, struct client *client,
                          const struct waiting *waiting)
{
    struct json_writer writer;
    json_writer_init(&writer, exchange->text, sizeof exchange->text);
    if (waiting->pair == NO_PAIR) {
        text_instruments(&writer, &exchange->variant, exchange->market);
        send(exchange, client, &writer);
        return;
    }
    struct board *board = &exchange->boards[waiting->pair];
    if (waiting->topic >= TOPIC_BOOK)
        book_snapshot(exchange, &writer, board, waiting->topic - TOPIC_BOOK);
    else if (waiting->topic >= TOPIC_OHLC)
        candles_snapshot(exchange, &writer, board, waiting->topic - TOPIC_OHLC);
    else if (waiting->topic == TOPIC_TRADE)
        trades_snapshot(exchange, &writer, board);
    else
        text_ticker(&writer, &exchange->variant, "snapshot", &board->listing, exchange->now_ns);
    send(exchange, client, &writer);
}

static void serve_one(struct exchange *exchange, struct client *client,
                      const struct waiting *waiting)
{
    bool wanted = waiting->pair == NO_PAIR ? client->wants_instruments
                                           : (client->wanted[waiting->pair] >> waiting->topic) & 1;
    if (!wanted)
        return;
    acknowledge(exchange, client, "subscribe", waiting);
    bool book = waiting->pair != NO_PAIR && waiting->topic >= TOPIC_BOOK;
    if (book && !waiting->snapshot)
        publish_book(exchange, &exchange->boards[waiting->pair], waiting->topic - TOPIC_BOOK,
                     exchange->now_ns);
    if (waiting->snapshot)
        send_snapshot(exchange, client, waiting);
    if (waiting->pair == NO_PAIR) {
        client->held_count += !client->holds_instruments;
        client->holds_instruments = true;
    } else {
        clients_hold(&exchange->clients, client, waiting->pair, waiting->topic);
    }
}

static void send_pong(struct exchange *exchange, struct client *client, bool has_req_id,
                      int64_t req_id)
{
    struct json_writer writer = begin_reply(exchange, "pong");
    end_reply(exchange, client, &writer, has_req_id, req_id);
}

void channels_serve(struct exchange *exchange, struct client *client)
{
    struct waiting waiting;
    while (!client->dropped && server_queued(client->socket) < SNAPSHOT_QUEUE_MAX &&
           client_take_waiting(client, &waiting))
        serve_one(exchange, client, &waiting);
    if (client->step_due && client->waiting_count == 0 && !client->dropped) {
        client->step_due = false;
        exchange_advance(exchange, exchange->now_ns + exchange->step_ns);
        send_pong(exchange, client, client->step_has_req_id, client->step_req_id);
    }
}

/* In lock-step a ping moves time, but not before the client has what it asked for. */
static void on_ping(struct exchange *exchange, struct client *client)
{
    const struct request *request = &exchange->request;
    if (!exchange->config.lockstep) {
        send_pong(exchange, client, request->has_req_id, request->req_id);
        return;
    }
    client->step_due = true;
    client->step_has_req_id = request->has_req_id;
    client->step_req_id = request->req_id;
}

static int32_t depth_index(int64_t depth)
{
    for (int32_t i = 0; i < DEPTH_COUNT; i++)
        if (book_depths[i] == depth)
            return i;
    return -1;
}

/* The topic the request names, or -1 with the refusal sent. */
static int32_t find_topic(struct exchange *exchange, struct client *client)
{
    const struct request *request = &exchange->request;
    const char *channel = request->channel;
    if (strcmp(channel, "trade") == 0)
        return TOPIC_TRADE;
    if (strcmp(channel, "ticker") == 0) {
        if (request->event_trigger[0] == '\0' || strcmp(request->event_trigger, "trades") == 0)
            return TOPIC_TICKER;
        if (strcmp(request->event_trigger, "bbo") == 0)
            return TOPIC_TICKER_BBO;
        send_error(exchange, client, "Event trigger invalid", NULL);
    } else if (strcmp(channel, "ohlc") == 0) {
        int32_t interval = interval_find(request->has_interval ? request->interval : 1);
        if (interval >= 0)
            return TOPIC_OHLC + interval;
        send_error(exchange, client, "Subscription ohlc interval not supported", NULL);
    } else if (strcmp(channel, "book") == 0) {
        int32_t depth = depth_index(request->has_depth ? request->depth : 10);
        if (depth >= 0)
            return TOPIC_BOOK + depth;
        send_error(exchange, client, "Subscription depth not supported", NULL);
    } else if (strcmp(channel, "level3") == 0) {
        send_error(exchange, client, "EAPI:Invalid token", NULL);
    } else {
        send_error(exchange, client, "Subscription name invalid", NULL);
    }
    return -1;
}

static const char *make_view(struct board *board, uint32_t depth)
{
    if (!board->views[depth]) {
        board->views[depth] = calloc(1, sizeof *board->views[depth]);
        if (!board->views[depth])
            return "EService:Unavailable";
        board->views[depth]->depth = (uint32_t)book_depths[depth];
    }
    return NULL;
}

static void subscribe(struct exchange *exchange, struct client *client, uint32_t topic)
{
    const struct request *request = &exchange->request;
    for (uint32_t i = 0; i < request->symbol_count; i++) {
        const char *symbol = request->symbols[i];
        char refusal[96];
        int32_t pair = market_find(exchange->market, symbol, strlen(symbol));
        if (pair < 0 ||
            strcmp(exchange->market->pairs[pair].instrument.terms.symbol, symbol) != 0) {
            snprintf(refusal, sizeof refusal, "Currency pair not supported %s", symbol);
            send_error(exchange, client, refusal, symbol);
            continue;
        }
        if (client->wanted[pair] & (1u << topic)) {
            send_error(exchange, client, "Already subscribed", symbol);
            continue;
        }
        const char *failure =
            topic >= TOPIC_BOOK ? make_view(&exchange->boards[pair], topic - TOPIC_BOOK) : NULL;
        struct waiting waiting = {(uint16_t)pair, (uint8_t)topic,
                                  request->has_snapshot ? request->snapshot : topic != TOPIC_TRADE,
                                  request->has_req_id, request->req_id};
        if (!failure && !client_wait(client, &waiting))
            failure = "EService:Busy";
        if (failure)
            send_error(exchange, client, failure, symbol);
        else
            client->wanted[pair] |= 1u << topic;
    }
}

static void unsubscribe(struct exchange *exchange, struct client *client, uint32_t topic)
{
    const struct request *request = &exchange->request;
    for (uint32_t i = 0; i < request->symbol_count; i++) {
        const char *symbol = request->symbols[i];
        int32_t pair = market_find(exchange->market, symbol, strlen(symbol));
        if (pair < 0 || !(client->wanted[pair] & (1u << topic))) {
            send_error(exchange, client, "Subscription Not Found", symbol);
            continue;
        }
        clients_release(&exchange->clients, client, (uint32_t)pair, topic);
        struct waiting done = {(uint16_t)pair, (uint8_t)topic, false, request->has_req_id,
                               request->req_id};
        acknowledge(exchange, client, "unsubscribe", &done);
    }
}

static void on_instrument(struct exchange *exchange, struct client *client, bool subscribing)
{
    const struct request *request = &exchange->request;
    struct waiting waiting = {NO_PAIR, 0, request->has_snapshot ? request->snapshot : true,
                              request->has_req_id, request->req_id};
    if (subscribing == client->wants_instruments) {
        send_error(exchange, client, subscribing ? "Already subscribed" : "Subscription Not Found",
                   NULL);
        return;
    }
    client->wants_instruments = subscribing;
    if (subscribing) {
        if (!client_wait(client, &waiting))
            send_error(exchange, client, "EService:Busy", NULL);
        return;
    }
    client->held_count -= client->holds_instruments;
    client->holds_instruments = false;
    acknowledge(exchange, client, "unsubscribe", &waiting);
}

void channels_on_text(struct exchange *exchange, struct client *client, const char *text,
                      size_t len)
{
    struct request *request = &exchange->request;
    if (private_on_text(exchange->private, client, text, len))
        return;
    request_read(request, text, len);
    bool subscribing = strcmp(request->method, "subscribe") == 0;
    bool unsubscribing = strcmp(request->method, "unsubscribe") == 0;
    if (request->error[0])
        send_error(exchange, client, request->error, NULL);
    else if (strcmp(request->method, "ping") == 0)
        on_ping(exchange, client);
    else if (!subscribing && !unsubscribing)
        send_error(exchange, client, "Method not supported", NULL);
    else if (strcmp(request->channel, "instrument") == 0)
        on_instrument(exchange, client, subscribing);
    else {
        int32_t topic = find_topic(exchange, client);
        if (topic >= 0 && request->symbol_count == 0)
            send_error(exchange, client, "Malformed request: symbol is missing", NULL);
        else if (topic >= 0 && subscribing)
            subscribe(exchange, client, (uint32_t)topic);
        else if (topic >= 0)
            unsubscribe(exchange, client, (uint32_t)topic);
    }
    channels_serve(exchange, client);
}
