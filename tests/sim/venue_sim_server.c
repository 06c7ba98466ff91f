/* SPDX-License-Identifier: MIT */
/*
 * The server half of the simulated venue: what clients ask, and REST.
 */
#include "venue_sim_inner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/check.h"
#include "core/base/timestamp.h"
#include "platform/json/json.h"

static struct venue_client *client_of(struct venue_sim *venue, connection_id id)
{
    for (uint32_t i = 0; i < VENUE_CLIENTS; i++) {
        if (venue->clients[i].id == id)
            return &venue->clients[i];
    }
    CHECK(id != 0);
    return NULL;
}

static void on_open(void *context, connection_id id)
{
    struct venue_sim *venue = context;
    struct venue_client *client = client_of(venue, 0);
    CHECK(client != NULL);
    *client = (struct venue_client){.id = id, .heard_ns = net_sim_now(venue->net)};
    if (!venue->no_status)
        venue_send_status(venue, client, false);
}

static void on_closed(void *context, connection_id id)
{
    struct venue_client *client = client_of(context, id);
    if (client != NULL)
        client->id = 0;
}

/* What a client asks, as far as this venue understands it. */
struct asked {
    char method[16], channel[16], symbols[VENUE_PAIRS + 4][24];
    uint32_t symbol_count;
    uint64_t req_id;
    int64_t interval, depth;
};

static void read_params(struct json *json, struct asked *asked)
{
    struct json_text key;
    json_object(json);
    while (json_key(json, &key)) {
        if (json_is(key, "channel")) {
            json_string_copy(json, asked->channel, sizeof asked->channel);
        } else if (json_is(key, "symbol")) {
            json_array(json);
            while (json_element(json))
                json_string_copy(json, asked->symbols[asked->symbol_count++], 24);
        } else if (json_is(key, "interval")) {
            json_int(json, &asked->interval);
        } else if (json_is(key, "depth")) {
            json_int(json, &asked->depth);
        } else {
            json_skip(json);
        }
    }
}

static void read_asked(const char *text, size_t len, struct asked *asked)
{
    struct json json;
    struct json_text key;
    *asked = (struct asked){0};
    json_init(&json, text, len);
    json_object(&json);
    while (json_key(&json, &key)) {
        if (json_is(key, "method"))
            json_string_copy(&json, asked->method, sizeof asked->method);
        else if (json_is(key, "req_id"))
            json_uint(&json, &asked->req_id);
        else if (json_is(key, "params"))
            read_params(&json, asked);
        else
            json_skip(&json);
    }
    CHECK(json_done(&json)); /* our own client must write JSON */
}

static int find_pair(const struct venue_sim *venue, const char *symbol)
{
    for (int p = 0; p < VENUE_PAIRS; p++) {
        if (strcmp(venue->pairs[p].symbol, symbol) == 0)
            return p;
    }
    return -1;
}

static bool *flag_of(struct venue_client *client, const char *channel, int p)
{
    if (strcmp(channel, "ohlc") == 0)
        return &client->ohlc[p];
    if (strcmp(channel, "trade") == 0)
        return &client->trade[p];
    if (strcmp(channel, "ticker") == 0)
        return &client->ticker[p];
    return strcmp(channel, "book") == 0 ? &client->book[p] : NULL;
}

static void reply(struct venue_sim *venue, struct venue_client *client, const struct asked *asked,
                  const char *symbol, const char *error)
{
    char buffer[512];
    struct venue_text text = {.at = buffer, .size = sizeof buffer};
    venue_put(&text, "{\"method\":\"%s\",", asked->method);
    if (error == NULL)
        venue_put(&text, "\"result\":{\"channel\":\"%s\",\"symbol\":\"%s\"},\"success\":true",
                  asked->channel, symbol);
    else if (venue->nameless)
        venue_put(&text, "\"error\":\"%s\",\"success\":false", error);
    else
        venue_put(&text, "\"error\":\"%s %s\",\"success\":false,\"symbol\":\"%s\"", error, symbol,
                  symbol);
    venue_put(&text, ",\"time_in\":");
    venue_put_time(&text, venue_sim_time(venue));
    venue_put(&text, ",\"time_out\":");
    venue_put_time(&text, venue_sim_time(venue));
    venue_put(&text, ",\"req_id\":%llu}", (unsigned long long)asked->req_id);
    venue_send(venue, client, text.at, text.len);
}

static void subscribe(struct venue_sim *venue, struct venue_client *client,
                      const struct asked *asked, const char *symbol)
{
    int p = find_pair(venue, symbol);
    if (p < 0) {
        reply(venue, client, asked, symbol, "Currency pair not supported");
        return;
    }
    if (venue->refuse_once != NULL) {
        reply(venue, client, asked, symbol, venue->refuse_once);
        venue->refuse_once = NULL;
        return;
    }
    bool *flag = flag_of(client, asked->channel, p);
    if (*flag) {
        reply(venue, client, asked, symbol, "Already subscribed");
        return;
    }
    *flag = true;
    reply(venue, client, asked, symbol, NULL);
    if (venue->mute[p] || (venue->mute_ohlc[p] && strcmp(asked->channel, "ohlc") == 0))
        return;
    if (strcmp(asked->channel, "ohlc") == 0)
        venue_send_ohlc(venue, client, (uint32_t)p, true, venue->snapshot_rows);
    else if (strcmp(asked->channel, "book") == 0)
        venue_send_book(venue, client, (uint32_t)p, NULL, book_checksum(&venue->pairs[p].book));
    else if (strcmp(asked->channel, "ticker") == 0)
        venue_send_ticker(venue, client, (uint32_t)p);
}

static void pong(struct venue_sim *venue, struct venue_client *client)
{
    char buffer[256];
    struct venue_text text = {.at = buffer, .size = sizeof buffer};
    venue->pings++;
    if (venue->no_pong)
        return;
    if (venue->lockstep) {
        venue->step_ns += NS_PER_MIN;
        venue_trade_until(venue, venue_sim_time(venue));
    }
    venue_put(&text, "{\"method\":\"pong\",\"time_in\":");
    venue_put_time(&text, venue_sim_time(venue));
    venue_put(&text, ",\"time_out\":");
    venue_put_time(&text, venue_sim_time(venue));
    venue_put(&text, "}");
    venue_send(venue, client, text.at, text.len);
}

static void on_text(void *context, connection_id id, const char *raw, size_t len)
{
    struct venue_sim *venue = context;
    struct venue_client *client = client_of(venue, id);
    struct asked asked;
    read_asked(raw, len, &asked);
    venue_catch_up(venue);
    if (client == NULL)
        return;
    if (strcmp(asked.method, "ping") == 0) {
        pong(venue, client);
    } else if (strcmp(asked.channel, "instrument") == 0) {
        reply(venue, client, &asked, "", NULL);
    } else if (strcmp(asked.method, "unsubscribe") == 0) {
        venue->unsubscribes++;
        for (uint32_t i = 0; i < asked.symbol_count; i++) {
            *flag_of(client, asked.channel, find_pair(venue, asked.symbols[i])) = false;
            reply(venue, client, &asked, asked.symbols[i], NULL);
        }
    } else {
        venue->subscribes++;
        for (uint32_t i = 0; i < asked.symbol_count; i++)
            subscribe(venue, client, &asked, asked.symbols[i]);
    }
}

static void answer_pairs(const struct venue_sim *venue, struct venue_text *text)
{
    venue_put(text, "{\"error\":[],\"result\":{");
    for (uint32_t p = 0; p < VENUE_PAIRS; p++) {
        const struct venue_pair *pair = &venue->pairs[p];
        venue_put(text,
                  "%s\"%s\":{\"altname\":\"%s\",\"wsname\":\"%s\",\"pair_decimals\":%u,"
                  "\"lot_decimals\":8,\"ordermin\":\"0.0001\",\"costmin\":\"0.5\","
                  "\"status\":\"online\"}",
                  p ? "," : "", pair->key, pair->altname, pair->wsname, pair->price_decimals);
    }
    venue_put(text, "}}");
}

static void put_row(struct venue_text *text, const struct venue_pair *pair,
                    const struct candle *candle, bool empty)
{
    uint32_t d = pair->price_decimals;
    venue_put(text, "[%lld,\"%.*f\",\"%.*f\",\"%.*f\",\"%.*f\",\"0.0\",\"%.8f\",%d]",
              (long long)(candle->time_ns / NS_PER_S), (int)d, candle->open, (int)d, candle->high,
              (int)d, candle->low, (int)d, candle->close, empty ? 0.0 : candle->volume,
              empty ? 0 : 3);
}

/* What REST shows of a pair from `since` on, as it was rest_lag_ns ago. The forming candle is
 * shown as it stands, which a lagging REST would not know better either. */
static void answer_ohlc(struct venue_sim *venue, struct venue_text *text, const char *url)
{
    int p = 0;
    while (p < VENUE_PAIRS && strstr(url, venue->pairs[p].key) == NULL)
        p++;
    CHECK(p < VENUE_PAIRS);
    const struct venue_pair *pair = &venue->pairs[p];
    const char *since_text = strstr(url, "since=");
    int64_t since_ns = since_text ? strtoll(since_text + 6, NULL, 10) * NS_PER_S : 0;
    int64_t now_ns = venue_sim_time(venue) - venue->rest_lag_ns;
    int64_t forming_ns = now_ns - now_ns % venue->span_ns;
    int64_t from_ns = forming_ns - 719 * venue->span_ns;
    if (since_ns >= from_ns)
        from_ns = since_ns - since_ns % venue->span_ns + venue->span_ns;
    uint32_t c = 0;
    bool any = false;
    venue_put(text, "{\"error\":[],\"result\":{\"%s\":[", pair->key);
    for (int64_t t = from_ns; t <= forming_ns; t += venue->span_ns) {
        while (c < pair->candle_count && pair->candles[c].time_ns < t)
            c++;
        bool traded = c < pair->candle_count && pair->candles[c].time_ns == t;
        if ((!traded && !venue->no_trade_rows) || (!traded && c == 0))
            continue;
        struct candle row = traded ? pair->candles[c] : candle_flat(t, pair->candles[c - 1].close);
        venue_put(text, any ? "," : "");
        put_row(text, pair, &row, !traded);
        any = true;
    }
    venue_put(text, "],\"last\":%lld}}", (long long)((forming_ns - venue->span_ns) / NS_PER_S));
}

static void on_request(void *context, const char *url, struct net_sim_answer *answer)
{
    struct venue_sim *venue = context;
    struct venue_text text = {.at = answer->body, .size = NET_SIM_BODY_MAX};
    venue_catch_up(venue);
    venue->all_calls++;
    answer->wait_ns = venue->wait_ns;
    if (venue->http_status != 0)
        answer->status = venue->http_status;
    else if (venue->rest_error != NULL)
        venue_put(&text, "{\"error\":[\"%s\"]}", venue->rest_error);
    else if (strstr(url, "/0/public/SystemStatus") != NULL)
        venue_put(&text, "{\"error\":[],\"result\":{\"status\":\"%s\"}}", venue->system);
    else if (strstr(url, "/0/public/AssetPairs") != NULL)
        answer_pairs(venue, &text);
    else
        answer_ohlc(venue, &text, url);
    venue->ohlc_calls += strstr(url, "/OHLC?") != NULL;
    answer->len = text.len;
}

const struct net_sim_server venue_sim_server = {
    .on_request = on_request,
    .on_open = on_open,
    .on_text = on_text,
    .on_closed = on_closed,
};
