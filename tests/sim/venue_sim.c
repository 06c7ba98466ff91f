/* SPDX-License-Identifier: MIT */
#include "venue_sim.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/check.h"
#include "core/base/decimal.h"
#include "core/base/timestamp.h"
#include "platform/json/json.h"

#define QTY_DECIMALS 8

static const struct venue_pair listing[VENUE_PAIRS] = {
    {.key = "XXBTZUSD",
     .altname = "XBTUSD",
     .wsname = "XBT/USD",
     .symbol = "BTC/USD",
     .price_decimals = 1,
     .price_ticks = 600000,
     .gap_ns = 2 * NS_PER_S},
    {.key = "XETHZUSD",
     .altname = "ETHUSD",
     .wsname = "ETH/USD",
     .symbol = "ETH/USD",
     .price_decimals = 2,
     .price_ticks = 250000,
     .gap_ns = 20 * NS_PER_S},
    {.key = "SOLUSD",
     .altname = "SOLUSD",
     .wsname = "SOL/USD",
     .symbol = "SOL/USD",
     .price_decimals = 2,
     .price_ticks = 15000,
     .gap_ns = 70 * NS_PER_S},
    {.key = "XDGUSD",
     .altname = "XDGUSD",
     .wsname = "XDG/USD",
     .symbol = "DOGE/USD",
     .price_decimals = 5,
     .price_ticks = 12000,
     .gap_ns = 45 * NS_PER_S},
};

/* Text as it grows. */
struct text {
    char *at;
    size_t len, size;
};

__attribute__((format(printf, 2, 3))) static void put(struct text *text, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = vsnprintf(text->at + text->len, text->size - text->len, format, args);
    va_end(args);
    CHECK(len >= 0 && text->len + (size_t)len < text->size);
    text->len += (size_t)len;
}

static void put_number(const struct venue_sim *venue, struct text *text, int64_t value,
                       uint32_t decimals)
{
    char digits[DECIMAL_TEXT_MAX];
    decimal_format(digits, value, decimals);
    put(text, venue->quoted ? "\"%s\"" : "%s", digits);
}

static void put_double(const struct venue_sim *venue, struct text *text, double value,
                       uint32_t decimals)
{
    int64_t ticks;
    CHECK(decimal_from_double(value, decimals, ROUND_NEAREST, &ticks));
    put_number(venue, text, ticks, decimals);
}

static void put_time(struct text *text, int64_t time_ns)
{
    char stamp[TIMESTAMP_TEXT_MAX];
    timestamp_format(stamp, time_ns, 9);
    put(text, "\"%s\"", stamp);
}

static int64_t trade_gap(struct venue_sim *venue, const struct venue_pair *pair)
{
    return 1 + (int64_t)(-log(1 - prng_real(&venue->prng)) * (double)pair->gap_ns);
}

void venue_sim_init(struct venue_sim *venue, struct net_sim *net, uint64_t seed, int64_t span_ns,
                    int64_t origin_ns)
{
    memset(venue, 0, sizeof *venue);
    venue->net = net;
    venue->span_ns = span_ns;
    venue->origin_ns = origin_ns;
    venue->speed = 1;
    venue->system = "online";
    venue->no_trade_rows = true;
    prng_init(&venue->prng, seed);
    for (uint32_t p = 0; p < VENUE_PAIRS; p++) {
        struct venue_pair *pair = &venue->pairs[p];
        *pair = listing[p];
        pair->trade_next_ns = origin_ns - 300 * span_ns; /* a past to ask for */
        book_init(&pair->book, 10);
        for (int64_t i = 1; i <= 10; i++) {
            const struct level_change levels[] = {
                {SIDE_BUY, {pair->price_ticks - i, 100000000 + i}},
                {SIDE_SELL, {pair->price_ticks + i, 200000000 + i}},
            };
            book_apply(&pair->book, levels, 2);
        }
    }
}

int64_t venue_sim_time(const struct venue_sim *venue)
{
    if (venue->lockstep)
        return venue->origin_ns + venue->step_ns;
    return venue->origin_ns + (int64_t)((double)net_sim_now(venue->net) * venue->speed);
}

static void send(struct venue_sim *venue, struct venue_client *client, const char *text, size_t len)
{
    net_sim_send(venue->net, client->id, text, len);
    client->heard_ns = net_sim_now(venue->net);
}

void venue_sim_say(struct venue_sim *venue, const char *text)
{
    for (uint32_t i = 0; i < VENUE_CLIENTS; i++) {
        if (venue->clients[i].id != 0)
            send(venue, &venue->clients[i], text, strlen(text));
    }
}

static void put_ohlc(const struct venue_sim *venue, struct text *text,
                     const struct venue_pair *pair, const struct candle *candle)
{
    put(text, "{\"symbol\":\"%s\",\"open\":", pair->symbol);
    put_double(venue, text, candle->open, pair->price_decimals);
    put(text, ",\"high\":");
    put_double(venue, text, candle->high, pair->price_decimals);
    put(text, ",\"low\":");
    put_double(venue, text, candle->low, pair->price_decimals);
    put(text, ",\"close\":");
    put_double(venue, text, candle->close, pair->price_decimals);
    put(text, ",\"volume\":");
    put_double(venue, text, candle->volume, QTY_DECIMALS);
    put(text, ",\"trades\":3,\"interval_begin\":");
    put_time(text, candle->time_ns);
    put(text, ",\"interval\":%d,\"timestamp\":", (int)(venue->span_ns / NS_PER_MIN));
    put_time(text, candle->time_ns + venue->span_ns);
    put(text, "}");
}

static void send_ohlc(struct venue_sim *venue, struct venue_client *client, uint32_t p,
                      bool snapshot, uint32_t rows)
{
    static char buffer[1 << 18];
    struct text text = {.at = buffer, .size = sizeof buffer};
    const struct venue_pair *pair = &venue->pairs[p];
    if (rows > pair->candle_count)
        rows = pair->candle_count;
    if (rows == 0)
        return;
    put(&text,
        "{\"channel\":\"ohlc\",\"type\":\"%s\",\"timestamp\":", snapshot ? "snapshot" : "update");
    put_time(&text, venue_sim_time(venue));
    put(&text, ",\"data\":[");
    for (uint32_t i = pair->candle_count - rows; i < pair->candle_count; i++) {
        put_ohlc(venue, &text, pair, &pair->candles[i]);
        put(&text, i + 1 < pair->candle_count ? "," : "");
    }
    put(&text, "]}");
    send(venue, client, text.at, text.len);
}

static void put_levels(const struct venue_sim *venue, struct text *text,
                       const struct venue_pair *pair, const struct level *levels, uint32_t count)
{
    put(text, "[");
    for (uint32_t i = 0; i < count; i++) {
        put(text, "%s{\"price\":", i ? "," : "");
        put_number(venue, text, levels[i].price_ticks, pair->price_decimals);
        put(text, ",\"qty\":");
        put_number(venue, text, levels[i].qty_lots, QTY_DECIMALS);
        put(text, "}");
    }
    put(text, "]");
}

static void send_book(struct venue_sim *venue, struct venue_client *client, uint32_t p,
                      const struct level_change *change, uint32_t checksum)
{
    char buffer[4096];
    struct text text = {.at = buffer, .size = sizeof buffer};
    const struct venue_pair *pair = &venue->pairs[p];
    const struct book *book = &pair->book;
    bool bid = change != NULL && change->side == SIDE_BUY;
    put(&text, "{\"channel\":\"book\",\"type\":\"%s\",\"data\":[{\"symbol\":\"%s\",\"bids\":",
        change == NULL ? "snapshot" : "update", pair->symbol);
    if (change == NULL)
        put_levels(venue, &text, pair, book->bids.levels, book->bids.count);
    else
        put_levels(venue, &text, pair, &change->level, bid);
    put(&text, ",\"asks\":");
    if (change == NULL)
        put_levels(venue, &text, pair, book->asks.levels, book->asks.count);
    else
        put_levels(venue, &text, pair, &change->level, !bid);
    put(&text, ",\"checksum\":%u,\"timestamp\":", checksum);
    put_time(&text, venue_sim_time(venue));
    put(&text, "}]}");
    send(venue, client, text.at, text.len);
}

static void send_trade(struct venue_sim *venue, struct venue_client *client, uint32_t p,
                       int64_t time_ns, int64_t qty_lots)
{
    char buffer[1024];
    struct text text = {.at = buffer, .size = sizeof buffer};
    const struct venue_pair *pair = &venue->pairs[p];
    put(&text,
        "{\"channel\":\"trade\",\"type\":\"update\",\"data\":[{\"symbol\":\"%s\","
        "\"side\":\"%s\",\"qty\":",
        pair->symbol, pair->trade_count & 1 ? "buy" : "sell");
    put_number(venue, &text, qty_lots, QTY_DECIMALS);
    put(&text, ",\"price\":");
    put_number(venue, &text, pair->price_ticks, pair->price_decimals);
    put(&text, ",\"ord_type\":\"limit\",\"trade_id\":%llu,\"timestamp\":",
        (unsigned long long)pair->trade_count);
    put_time(&text, time_ns);
    put(&text, "}]}");
    send(venue, client, text.at, text.len);
}

static void send_ticker(struct venue_sim *venue, struct venue_client *client, uint32_t p)
{
    char buffer[1024];
    struct text text = {.at = buffer, .size = sizeof buffer};
    const struct venue_pair *pair = &venue->pairs[p];
    put(&text, "{\"channel\":\"ticker\",\"type\":\"update\",\"data\":[{\"symbol\":\"%s\",\"last\":",
        pair->symbol);
    put_number(venue, &text, pair->price_ticks, pair->price_decimals);
    put(&text, ",\"change_pct\":-0.17,\"timestamp\":");
    put_time(&text, venue_sim_time(venue));
    put(&text, "}]}");
    send(venue, client, text.at, text.len);
}

/* One trade: into the truth, then to whom it concerns. */
static void trade(struct venue_sim *venue, uint32_t p, int64_t time_ns)
{
    struct venue_pair *pair = &venue->pairs[p];
    pair->price_ticks += (int64_t)prng_below(&venue->prng, 7) - 3;
    pair->trade_count++;
    int64_t qty_lots = 1 + (int64_t)prng_below(&venue->prng, 500000000);
    double price = decimal_to_double(pair->price_ticks, pair->price_decimals);
    double qty = decimal_to_double(qty_lots, QTY_DECIMALS);
    int64_t open_ns = time_ns - time_ns % venue->span_ns;
    struct candle fresh = {open_ns, price, price, price, price, qty};
    struct candle *last = pair->candle_count ? &pair->candles[pair->candle_count - 1] : NULL;
    if (last != NULL && last->time_ns == open_ns) {
        candle_merge(last, &fresh);
        int64_t lots;
        CHECK(decimal_from_double(last->volume, QTY_DECIMALS, ROUND_NEAREST, &lots));
        last->volume = decimal_to_double(lots, QTY_DECIMALS);
    } else {
        CHECK(pair->candle_count < VENUE_CANDLES);
        pair->candles[pair->candle_count++] = fresh;
    }
    for (uint32_t i = 0; i < VENUE_CLIENTS; i++) {
        struct venue_client *client = &venue->clients[i];
        if (client->id == 0 || venue->mute[p])
            continue;
        if (client->trade[p])
            send_trade(venue, client, p, time_ns, qty_lots);
        if (client->ohlc[p])
            send_ohlc(venue, client, p, false, 1);
        if (client->ticker[p])
            send_ticker(venue, client, p);
    }
}

/* The best level of a side changes its quantity. */
static void stir_book(struct venue_sim *venue, uint32_t p)
{
    struct book *book = &venue->pairs[p].book;
    uint64_t place = prng_below(&venue->prng, 10);
    struct level_change change = {.side = prng_below(&venue->prng, 2) ? SIDE_BUY : SIDE_SELL};
    change.level = (change.side == SIDE_BUY ? &book->bids : &book->asks)->levels[place];
    change.level.qty_lots = 1 + (int64_t)prng_below(&venue->prng, 1000000000);
    book_apply(book, &change, 1);
    uint32_t checksum = book_checksum(book);
    if (venue->break_checksums > 0) {
        venue->break_checksums--;
        checksum ^= 1;
    }
    for (uint32_t i = 0; i < VENUE_CLIENTS; i++) {
        if (venue->clients[i].id != 0 && venue->clients[i].book[p] && !venue->mute[p])
            send_book(venue, &venue->clients[i], p, &change, checksum);
    }
}

static void trade_until(struct venue_sim *venue, int64_t time_ns)
{
    for (;;) {
        uint32_t next = 0;
        for (uint32_t p = 1; p < VENUE_PAIRS; p++) {
            if (venue->pairs[p].trade_next_ns < venue->pairs[next].trade_next_ns)
                next = p;
        }
        struct venue_pair *pair = &venue->pairs[next];
        if (pair->trade_next_ns >= time_ns)
            return;
        trade(venue, next, pair->trade_next_ns);
        pair->trade_next_ns += trade_gap(venue, pair);
    }
}

void venue_sim_tick(struct venue_sim *venue)
{
    if (!venue->lockstep)
        trade_until(venue, venue_sim_time(venue));
    if (prng_below(&venue->prng, 10) == 0)
        stir_book(venue, (uint32_t)prng_below(&venue->prng, 2)); /* SOL and DOGE stay quiet */
    for (uint32_t i = 0; i < VENUE_CLIENTS; i++) {
        struct venue_client *client = &venue->clients[i];
        if (client->id != 0 && net_sim_now(venue->net) - client->heard_ns >= NS_PER_S)
            send(venue, client, "{\"channel\":\"heartbeat\"}", 23);
    }
}

static void send_status(struct venue_sim *venue, struct venue_client *client, bool ended)
{
    char buffer[512];
    struct text text = {.at = buffer, .size = sizeof buffer};
    put(&text,
        "{\"channel\":\"status\",\"type\":\"update\",\"data\":[{\"version\":\"2.0.10\","
        "\"system\":\"%s\",\"connection_id\":6447481662169813000",
        venue->system);
    if (venue->local) {
        put(&text, ",\"market\":{\"time\":");
        put_time(&text, venue_sim_time(venue));
        put(&text, ",\"speed\":%g,\"lockstep\":%s,\"ended\":%s}", venue->speed,
            venue->lockstep ? "true" : "false", ended ? "true" : "false");
    }
    put(&text, "}]}");
    send(venue, client, text.at, text.len);
}

void venue_sim_status(struct venue_sim *venue, bool ended)
{
    for (uint32_t i = 0; i < VENUE_CLIENTS; i++) {
        if (venue->clients[i].id != 0)
            send_status(venue, &venue->clients[i], ended);
    }
}

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
        send_status(venue, client, false);
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
    struct text text = {.at = buffer, .size = sizeof buffer};
    put(&text, "{\"method\":\"%s\",", asked->method);
    if (error == NULL)
        put(&text, "\"result\":{\"channel\":\"%s\",\"symbol\":\"%s\"},\"success\":true",
            asked->channel, symbol);
    else if (venue->nameless)
        put(&text, "\"error\":\"%s\",\"success\":false", error);
    else
        put(&text, "\"error\":\"%s %s\",\"success\":false,\"symbol\":\"%s\"", error, symbol,
            symbol);
    put(&text, ",\"time_in\":");
    put_time(&text, venue_sim_time(venue));
    put(&text, ",\"time_out\":");
    put_time(&text, venue_sim_time(venue));
    put(&text, ",\"req_id\":%llu}", (unsigned long long)asked->req_id);
    send(venue, client, text.at, text.len);
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
    if (venue->mute[p])
        return;
    if (strcmp(asked->channel, "ohlc") == 0)
        send_ohlc(venue, client, (uint32_t)p, true, venue->snapshot_rows);
    else if (strcmp(asked->channel, "book") == 0)
        send_book(venue, client, (uint32_t)p, NULL, book_checksum(&venue->pairs[p].book));
    else if (strcmp(asked->channel, "ticker") == 0)
        send_ticker(venue, client, (uint32_t)p);
}

static void pong(struct venue_sim *venue, struct venue_client *client)
{
    char buffer[256];
    struct text text = {.at = buffer, .size = sizeof buffer};
    venue->pings++;
    if (venue->lockstep) {
        venue->step_ns += NS_PER_MIN;
        trade_until(venue, venue_sim_time(venue));
    }
    put(&text, "{\"method\":\"pong\",\"time_in\":");
    put_time(&text, venue_sim_time(venue));
    put(&text, ",\"time_out\":");
    put_time(&text, venue_sim_time(venue));
    put(&text, "}");
    send(venue, client, text.at, text.len);
}

static void on_text(void *context, connection_id id, const char *raw, size_t len)
{
    struct venue_sim *venue = context;
    struct venue_client *client = client_of(venue, id);
    struct asked asked;
    read_asked(raw, len, &asked);
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

static void answer_pairs(const struct venue_sim *venue, struct text *text)
{
    put(text, "{\"error\":[],\"result\":{");
    for (uint32_t p = 0; p < VENUE_PAIRS; p++) {
        const struct venue_pair *pair = &venue->pairs[p];
        put(text,
            "%s\"%s\":{\"altname\":\"%s\",\"wsname\":\"%s\",\"pair_decimals\":%u,"
            "\"lot_decimals\":8,\"ordermin\":\"0.0001\",\"costmin\":\"0.5\","
            "\"status\":\"online\"}",
            p ? "," : "", pair->key, pair->altname, pair->wsname, pair->price_decimals);
    }
    put(text, "}}");
}

static void put_row(struct text *text, const struct venue_pair *pair, const struct candle *candle,
                    bool empty)
{
    uint32_t d = pair->price_decimals;
    put(text, "[%lld,\"%.*f\",\"%.*f\",\"%.*f\",\"%.*f\",\"0.0\",\"%.8f\",%d]",
        (long long)(candle->time_ns / NS_PER_S), (int)d, candle->open, (int)d, candle->high, (int)d,
        candle->low, (int)d, candle->close, empty ? 0.0 : candle->volume, empty ? 0 : 3);
}

/* What REST shows of a pair from `since` on, as it was rest_lag_ns ago. The forming candle is
 * shown as it stands, which a lagging REST would not know better either. */
static void answer_ohlc(struct venue_sim *venue, struct text *text, const char *url)
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
    put(text, "{\"error\":[],\"result\":{\"%s\":[", pair->key);
    for (int64_t t = from_ns; t <= forming_ns; t += venue->span_ns) {
        while (c < pair->candle_count && pair->candles[c].time_ns < t)
            c++;
        bool traded = c < pair->candle_count && pair->candles[c].time_ns == t;
        if ((!traded && !venue->no_trade_rows) || (!traded && c == 0))
            continue;
        struct candle row = traded ? pair->candles[c] : candle_flat(t, pair->candles[c - 1].close);
        put(text, any ? "," : "");
        put_row(text, pair, &row, !traded);
        any = true;
    }
    put(text, "],\"last\":%lld}}", (long long)((forming_ns - venue->span_ns) / NS_PER_S));
}

static void on_request(void *context, const char *url, struct net_sim_answer *answer)
{
    struct venue_sim *venue = context;
    struct text text = {.at = answer->body, .size = NET_SIM_BODY_MAX};
    venue->all_calls++;
    answer->wait_ns = venue->wait_ns;
    if (venue->http_status != 0)
        answer->status = venue->http_status;
    else if (venue->rest_error != NULL)
        put(&text, "{\"error\":[\"%s\"]}", venue->rest_error);
    else if (strstr(url, "/0/public/SystemStatus") != NULL)
        put(&text, "{\"error\":[],\"result\":{\"status\":\"%s\"}}", venue->system);
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
