/* SPDX-License-Identifier: MIT */
#include "operator/server/live.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/timestamp.h"
#include "operator/server/access.h"
#include "operator/server/lobby.h"
#include "operator/watch/event_list.h"
#include "platform/json/json.h"
#include "platform/json/json_writer.h"
#include "platform/log/log.h"
#include "platform/net/server.h"

#define STATE_THOUGHTS 100
#define STATE_TRADES 200
#define STATE_EVENTS 50

struct live_client {
    struct server_socket *socket; /* NULL: the place is free */
    uint64_t key;                 /* that let it in; 0: it needed none */
    int64_t text_second;          /* of its last message; and how many it has had */
    uint32_t text_count;
    bool slow; /* to be cut after the walk over the clients */
    bool watching;
    bool reset; /* the next candles replace what the client has */
    uint32_t pair;
    enum timeframe timeframe;
    uint64_t sent_count; /* closed candles of the watched series sent */
    struct candle sent_partial;
};

struct live_text {
    char *text;
    size_t len;
};

struct live {
    char *scratch;
    size_t scratch_size;
    uint32_t client_count;
    struct live_client clients[LIVE_CLIENT_MAX];
    struct live_text sent[SECTION_COUNT]; /* what clients have */
};

struct live *live_new(char *scratch, size_t scratch_size)
{
    struct live *live = calloc(1, sizeof *live);
    if (live) {
        live->scratch = scratch;
        live->scratch_size = scratch_size;
    }
    return live;
}

void live_free(struct live *live)
{
    if (!live)
        return;
    for (size_t i = 0; i < SECTION_COUNT; i++)
        free(live->sent[i].text);
    free(live);
}

uint32_t live_client_count(const struct live *live)
{
    return live->client_count;
}

static void send_to(struct live_client *client, const char *text, size_t len)
{
    if (client->slow)
        return;
    if (server_queued(client->socket) > LIVE_QUEUE_MAX || server_send(client->socket, text, len))
        client->slow = true;
}

/* Outside every walk over the clients, because it frees places. */
static void cut_slow(struct live *live)
{
    for (size_t i = 0; i < LIVE_CLIENT_MAX; i++) {
        struct server_socket *socket = live->clients[i].socket;
        if (!socket || !live->clients[i].slow)
            continue;
        log_warn("dashboard.slow", "a dashboard that does not keep up was disconnected", NULL);
        live_closed(live, socket);
        server_socket_abort(socket);
    }
}

static void broadcast(struct live *live, const char *text, size_t len)
{
    for (size_t i = 0; i < LIVE_CLIENT_MAX; i++)
        if (live->clients[i].socket)
            send_to(&live->clients[i], text, len);
    cut_slow(live);
}

static struct json_writer begin(struct live *live, const char *type)
{
    struct json_writer writer;
    json_writer_init(&writer, live->scratch, live->scratch_size);
    json_begin_object(&writer, NULL);
    json_put_string(&writer, "type", type);
    return writer;
}

/* True when the message is whole. */
static bool end(struct json_writer *writer)
{
    json_end_object(writer);
    return json_writer_ok(writer);
}

void live_send_thought(struct live *live, const struct history_thought *thought)
{
    if (live->client_count == 0)
        return;
    struct json_writer writer = begin(live, "thought");
    json_put_raw(&writer, "thought", thought->json, thought->len);
    if (end(&writer))
        broadcast(live, writer.text, writer.len);
}

void live_send_trade(struct live *live, const struct bridge_trade *trade)
{
    if (live->client_count == 0)
        return;
    struct json_writer writer = begin(live, "trade");
    api_put_trade(&writer, "trade", trade);
    if (end(&writer))
        broadcast(live, writer.text, writer.len);
}

void live_send_event(struct live *live, const struct ledger_event *event,
                     const struct event_list *list)
{
    if (live->client_count == 0)
        return;
    struct json_writer writer = begin(live, "event");
    event_put(&writer, "event", event);
    event_list_put_open(&writer, list);
    if (end(&writer))
        broadcast(live, writer.text, writer.len);
}

static void put_events(struct json_writer *writer, const struct event_list *list)
{
    const struct ledger_event *event;
    json_begin_array(writer, "events");
    for (uint64_t i = 0; list && i < STATE_EVENTS && (event = event_list_at(list, i)); i++)
        event_put(writer, NULL, event);
    json_end_array(writer);
}

static void send_state(struct live *live, struct live_client *client,
                       const struct api_source *source)
{
    struct json_writer writer = begin(live, "state");
    json_begin_object(&writer, "sections");
    for (size_t i = 0; i < SECTION_COUNT; i++)
        sections[i].write(&writer, sections[i].name, source->view, source->now);
    json_end_object(&writer);
    json_begin_array(&writer, "thoughts");
    const struct history_thought *thought;
    for (uint64_t i = 0; i < STATE_THOUGHTS && (thought = history_thought_at(source->history, i));
         i++)
        json_put_raw(&writer, NULL, thought->json, thought->len);
    json_end_array(&writer);
    json_begin_array(&writer, "trades");
    const struct bridge_trade *trade;
    for (uint64_t i = 0; i < STATE_TRADES && (trade = history_trade_at(source->history, i)); i++)
        api_put_trade(&writer, NULL, trade);
    json_end_array(&writer);
    put_events(&writer, source->events);
    event_list_put_open(&writer, source->events);
    if (end(&writer))
        send_to(client, writer.text, writer.len);
    else
        client->slow = true;
}

/* Keeps the section's text; false when it is what clients have already. */
static bool keep_changed(struct live_text *kept, const char *text, size_t len)
{
    if (kept->text && kept->len == len && memcmp(kept->text, text, len) == 0)
        return false;
    char *copy = realloc(kept->text, len + 1);
    if (!copy)
        return false;
    memcpy(copy, text, len);
    kept->text = copy;
    kept->len = len;
    return true;
}

static void send_section(struct live *live, size_t index, const struct api_source *source)
{
    struct json_writer writer;
    json_writer_init(&writer, live->scratch, live->scratch_size);
    sections[index].write(&writer, NULL, source->view, source->now);
    struct live_text *kept = &live->sent[index];
    if (!json_writer_ok(&writer) || !keep_changed(kept, writer.text, writer.len))
        return;
    writer = begin(live, "section");
    json_put_string(&writer, "name", sections[index].name);
    json_put_raw(&writer, "data", kept->text, kept->len);
    if (end(&writer))
        broadcast(live, writer.text, writer.len);
}

static void send_sections(struct live *live, const struct api_source *source)
{
    for (size_t i = 0; i < SECTION_COUNT; i++)
        send_section(live, i, source);
}

bool live_open(struct live *live, struct server_socket *socket, uint64_t key,
               const struct api_source *source)
{
    /* The others get this very view first, so that what is kept as sent is true of everybody. */
    send_sections(live, source);
    for (size_t i = 0; i < LIVE_CLIENT_MAX; i++) {
        struct live_client *client = &live->clients[i];
        if (client->socket)
            continue;
        *client = (struct live_client){.socket = socket, .key = key};
        live->client_count++;
        send_state(live, client, source);
        cut_slow(live);
        return true;
    }
    return false;
}

static struct live_client *client_of(struct live *live, struct server_socket *socket)
{
    for (size_t i = 0; i < LIVE_CLIENT_MAX; i++)
        if (live->clients[i].socket == socket)
            return &live->clients[i];
    return NULL;
}

void live_closed(struct live *live, struct server_socket *socket)
{
    struct live_client *client = client_of(live, socket);
    if (!client)
        return;
    *client = (struct live_client){0};
    live->client_count--;
}

void live_check_keys(struct live *live, const struct access *access)
{
    for (size_t i = 0; i < LIVE_CLIENT_MAX; i++) {
        const struct live_client *client = &live->clients[i];
        struct server_socket *socket = client->socket;
        if (!socket || !client->key || access_valid(access, client->key))
            continue;
        live_closed(live, socket);
        server_socket_close(socket, LOBBY_CLOSE_KEY, "the key was removed");
    }
}

void live_end(struct live *live)
{
    for (size_t i = 0; i < LIVE_CLIENT_MAX; i++)
        if (live->clients[i].socket)
            server_socket_close(live->clients[i].socket, LIVE_CLOSE_END,
                                "the session ended in order");
}

/* {"pair":"BTC/USD","timeframe":"5m"} */
static void read_watch(struct json *json, struct live_client *wanted,
                       const struct api_source *source)
{
    struct json_text key;
    char word[SYMBOL_MAX];
    bool has_pair = false, has_timeframe = false;
    json_object(json);
    while (json_key(json, &key)) {
        if (!json_string_copy(json, word, sizeof word))
            return;
        if (json_is(key, "pair"))
            has_pair = api_pair_find(source->view, word, &wanted->pair);
        else if (json_is(key, "timeframe"))
            has_timeframe = timeframe_parse(word, strlen(word), &wanted->timeframe);
    }
    wanted->watching = has_pair && has_timeframe;
}

static void send_error(struct live *live, struct live_client *client)
{
    struct json_writer writer = begin(live, "error");
    json_put_string(&writer, "detail",
                    "expected {\"watch\":{\"pair\":\"BTC/USD\",\"timeframe\":\"5m\"}} with a pair "
                    "of this session and one of 1m, 5m, 15m, 1h, 4h, 1d");
    if (end(&writer))
        send_to(client, writer.text, writer.len);
}

static bool same_candle(const struct candle *a, const struct candle *b)
{
    return a->time_ns == b->time_ns && a->open == b->open && a->high == b->high &&
           a->low == b->low && a->close == b->close && a->volume == b->volume;
}

static void put_candle(struct json_writer *writer, const struct candle *candle)
{
    json_begin_array(writer, NULL);
    json_put_int(writer, NULL, candle->time_ns / NS_PER_S);
    json_put_real(writer, NULL, candle->open);
    json_put_real(writer, NULL, candle->high);
    json_put_real(writer, NULL, candle->low);
    json_put_real(writer, NULL, candle->close);
    json_put_real(writer, NULL, candle->volume);
    json_end_array(writer);
}

static void send_candles(struct live *live, struct live_client *client,
                         const struct api_source *source)
{
    const struct chart *chart = source->history->charts[client->pair];
    uint64_t fresh = chart ? chart_count(chart, client->timeframe) - client->sent_count : 0;
    uint32_t held = chart ? chart_held(chart, client->timeframe) : 0;
    struct candle partial;
    bool has_partial = chart && chart_partial(chart, client->timeframe, &partial);
    bool partial_moved = has_partial && !same_candle(&partial, &client->sent_partial);
    if (fresh == 0 && !partial_moved && !client->reset)
        return;

    struct json_writer writer = begin(live, "candles");
    json_put_string(&writer, "pair", source->view->pairs[client->pair].terms.symbol);
    json_put_string(&writer, "timeframe", timeframe_names[client->timeframe]);
    json_put_bool(&writer, "reset", client->reset);
    json_begin_array(&writer, "candles");
    for (uint32_t back = fresh < held ? (uint32_t)fresh : held; back-- > 0;) {
        struct candle candle = chart_at(chart, client->timeframe, back);
        put_candle(&writer, &candle);
    }
    if (has_partial)
        put_candle(&writer, &partial);
    json_end_array(&writer);
    if (end(&writer))
        send_to(client, writer.text, writer.len);
    client->sent_count += fresh;
    client->reset = false;
    if (has_partial)
        client->sent_partial = partial;
}

static bool talks_too_much(struct live_client *client, int64_t mono_ns)
{
    const int64_t second = mono_ns / NS_PER_S;
    client->text_count = second == client->text_second ? client->text_count + 1 : 1;
    client->text_second = second;
    return client->text_count > LIVE_TEXTS_PER_S;
}

/* False when it was not understood. A key is asked for before a client comes here. */
static bool read_text(const char *text, size_t len, struct live_client *wanted,
                      const struct api_source *source)
{
    struct json json;
    struct json_text key;
    bool said_key = false;
    json_init(&json, text, len < LIVE_TEXT_MAX ? len : 0);
    json_object(&json);
    while (json_key(&json, &key)) {
        said_key |= json_is(key, "key");
        if (json_is(key, "watch"))
            read_watch(&json, wanted, source);
        else
            json_skip(&json);
    }
    return json_done(&json) && (wanted->watching || said_key);
}

void live_text(struct live *live, struct server_socket *socket, const char *text, size_t len,
               const struct api_source *source)
{
    struct live_client *client = client_of(live, socket);
    if (!client)
        return;
    if (talks_too_much(client, source->now->mono_ns)) {
        live_closed(live, socket);
        server_socket_close(socket, 1008, "too many messages");
        return;
    }
    struct live_client wanted = *client;
    wanted.watching = false;
    wanted.reset = true;
    wanted.sent_count = 0;
    wanted.sent_partial = (struct candle){0};
    if (!read_text(text, len, &wanted, source)) {
        send_error(live, client);
    } else if (wanted.watching) {
        *client = wanted;
        send_candles(live, client, source);
    }
    cut_slow(live);
}

/* Many that read slowly, each within its bound, must not take the machine's memory together. */
static void hold_total(struct live *live)
{
    for (;;) {
        size_t total = 0, most = 0;
        struct live_client *slowest = NULL;
        for (size_t i = 0; i < LIVE_CLIENT_MAX; i++) {
            struct live_client *client = &live->clients[i];
            const size_t queued =
                client->socket && !client->slow ? server_queued(client->socket) : 0;
            total += queued;
            if (queued > most) {
                most = queued;
                slowest = client;
            }
        }
        if (total <= LIVE_TOTAL_MAX || !slowest)
            return;
        slowest->slow = true;
    }
}

void live_tick(struct live *live, const struct api_source *source)
{
    if (live->client_count == 0)
        return;
    send_sections(live, source);
    for (size_t i = 0; i < LIVE_CLIENT_MAX; i++)
        if (live->clients[i].socket && live->clients[i].watching)
            send_candles(live, &live->clients[i], source);
    hold_total(live);
    cut_slow(live);
}
