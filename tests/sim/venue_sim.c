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
#include "venue_sim_inner.h"

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

void venue_put(struct venue_text *text, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = vsnprintf(text->at + text->len, text->size - text->len, format, args);
    va_end(args);
    CHECK(len >= 0 && text->len + (size_t)len < text->size);
    text->len += (size_t)len;
}

void venue_put_number(const struct venue_sim *venue, struct venue_text *text, int64_t value,
                      uint32_t decimals)
{
    char digits[DECIMAL_TEXT_MAX];
    decimal_format(digits, value, decimals);
    venue_put(text, venue->quoted ? "\"%s\"" : "%s", digits);
}

void venue_put_double(const struct venue_sim *venue, struct venue_text *text, double value,
                      uint32_t decimals)
{
    int64_t ticks;
    CHECK(decimal_from_double(value, decimals, ROUND_NEAREST, &ticks));
    venue_put_number(venue, text, ticks, decimals);
}

void venue_put_time(struct venue_text *text, int64_t time_ns)
{
    char stamp[TIMESTAMP_TEXT_MAX];
    timestamp_format(stamp, time_ns, 9);
    venue_put(text, "\"%s\"", stamp);
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
    if (venue->dead)
        return venue->dead_ns;
    if (venue->lockstep)
        return venue->origin_ns + venue->step_ns;
    return venue->origin_ns + (int64_t)((double)net_sim_now(venue->net) * venue->speed);
}

void venue_sim_die(struct venue_sim *venue)
{
    venue_catch_up(venue);
    venue->dead_ns = venue_sim_time(venue);
    venue->dead = true;
    net_sim_online(venue->net, false);
}

void venue_sim_live(struct venue_sim *venue)
{
    venue->dead = false;
    venue->origin_ns += venue->dead_ns - venue_sim_time(venue);
    net_sim_online(venue->net, true);
}

void venue_send(struct venue_sim *venue, struct venue_client *client, const char *text, size_t len)
{
    net_sim_send(venue->net, client->id, text, len);
    client->heard_ns = net_sim_now(venue->net);
}

void venue_sim_say(struct venue_sim *venue, const char *text)
{
    for (uint32_t i = 0; i < VENUE_CLIENTS; i++) {
        if (venue->clients[i].id != 0)
            venue_send(venue, &venue->clients[i], text, strlen(text));
    }
}

static void put_ohlc(const struct venue_sim *venue, struct venue_text *text,
                     const struct venue_pair *pair, const struct candle *candle)
{
    venue_put(text, "{\"symbol\":\"%s\",\"open\":", pair->symbol);
    venue_put_double(venue, text, candle->open, pair->price_decimals);
    venue_put(text, ",\"high\":");
    venue_put_double(venue, text, candle->high, pair->price_decimals);
    venue_put(text, ",\"low\":");
    venue_put_double(venue, text, candle->low, pair->price_decimals);
    venue_put(text, ",\"close\":");
    venue_put_double(venue, text, candle->close, pair->price_decimals);
    venue_put(text, ",\"volume\":");
    venue_put_double(venue, text, candle->volume, VENUE_QTY_DECIMALS);
    venue_put(text, ",\"trades\":3,\"interval_begin\":");
    venue_put_time(text, candle->time_ns);
    venue_put(text, ",\"interval\":%d,\"timestamp\":", (int)(venue->span_ns / NS_PER_MIN));
    venue_put_time(text, candle->time_ns + venue->span_ns);
    venue_put(text, "}");
}

void venue_send_ohlc(struct venue_sim *venue, struct venue_client *client, uint32_t p,
                     bool snapshot, uint32_t rows)
{
    static char buffer[1 << 18];
    struct venue_text text = {.at = buffer, .size = sizeof buffer};
    const struct venue_pair *pair = &venue->pairs[p];
    if (rows > pair->candle_count)
        rows = pair->candle_count;
    if (rows == 0)
        return;
    venue_put(&text, "{\"channel\":\"ohlc\",\"type\":\"%s\",\"timestamp\":",
              snapshot ? "snapshot" : "update");
    venue_put_time(&text, venue_sim_time(venue));
    venue_put(&text, ",\"data\":[");
    for (uint32_t i = pair->candle_count - rows; i < pair->candle_count; i++) {
        put_ohlc(venue, &text, pair, &pair->candles[i]);
        venue_put(&text, i + 1 < pair->candle_count ? "," : "");
    }
    venue_put(&text, "]}");
    venue_send(venue, client, text.at, text.len);
}

static void put_levels(const struct venue_sim *venue, struct venue_text *text,
                       const struct venue_pair *pair, const struct level *levels, uint32_t count)
{
    venue_put(text, "[");
    for (uint32_t i = 0; i < count; i++) {
        venue_put(text, "%s{\"price\":", i ? "," : "");
        venue_put_number(venue, text, levels[i].price_ticks, pair->price_decimals);
        venue_put(text, ",\"qty\":");
        venue_put_number(venue, text, levels[i].qty_lots, VENUE_QTY_DECIMALS);
        venue_put(text, "}");
    }
    venue_put(text, "]");
}

void venue_send_book(struct venue_sim *venue, struct venue_client *client, uint32_t p,
                     const struct level_change *change, uint32_t checksum)
{
    char buffer[4096];
    struct venue_text text = {.at = buffer, .size = sizeof buffer};
    const struct venue_pair *pair = &venue->pairs[p];
    const struct book *book = &pair->book;
    bool bid = change != NULL && change->side == SIDE_BUY;
    venue_put(&text, "{\"channel\":\"book\",\"type\":\"%s\",\"data\":[{\"symbol\":\"%s\",\"bids\":",
              change == NULL ? "snapshot" : "update", pair->symbol);
    if (change == NULL)
        put_levels(venue, &text, pair, book->bids.levels, book->bids.count);
    else
        put_levels(venue, &text, pair, &change->level, bid);
    venue_put(&text, ",\"asks\":");
    if (change == NULL)
        put_levels(venue, &text, pair, book->asks.levels, book->asks.count);
    else
        put_levels(venue, &text, pair, &change->level, !bid);
    venue_put(&text, ",\"checksum\":%u,\"timestamp\":", checksum);
    venue_put_time(&text, venue_sim_time(venue));
    venue_put(&text, "}]}");
    venue_send(venue, client, text.at, text.len);
}

static void send_trade(struct venue_sim *venue, struct venue_client *client, uint32_t p,
                       int64_t time_ns, int64_t qty_lots)
{
    char buffer[1024];
    struct venue_text text = {.at = buffer, .size = sizeof buffer};
    const struct venue_pair *pair = &venue->pairs[p];
    venue_put(&text,
              "{\"channel\":\"trade\",\"type\":\"update\",\"data\":[{\"symbol\":\"%s\","
              "\"side\":\"%s\",\"qty\":",
              pair->symbol, pair->trade_count & 1 ? "buy" : "sell");
    venue_put_number(venue, &text, qty_lots, VENUE_QTY_DECIMALS);
    venue_put(&text, ",\"price\":");
    venue_put_number(venue, &text, pair->price_ticks, pair->price_decimals);
    venue_put(&text, ",\"ord_type\":\"limit\",\"trade_id\":%llu,\"timestamp\":",
              (unsigned long long)pair->trade_count);
    venue_put_time(&text, time_ns);
    venue_put(&text, "}]}");
    venue_send(venue, client, text.at, text.len);
}

void venue_send_ticker(struct venue_sim *venue, struct venue_client *client, uint32_t p)
{
    char buffer[1024];
    struct venue_text text = {.at = buffer, .size = sizeof buffer};
    const struct venue_pair *pair = &venue->pairs[p];
    venue_put(&text,
              "{\"channel\":\"ticker\",\"type\":\"update\",\"data\":[{\"symbol\":\"%s\",\"last\":",
              pair->symbol);
    venue_put_number(venue, &text, pair->price_ticks, pair->price_decimals);
    venue_put(&text, ",\"change_pct\":-0.17,\"timestamp\":");
    venue_put_time(&text, venue_sim_time(venue));
    venue_put(&text, "}]}");
    venue_send(venue, client, text.at, text.len);
}

/* One trade: into the truth, then to whom it concerns. */
static void trade(struct venue_sim *venue, uint32_t p, int64_t time_ns)
{
    struct venue_pair *pair = &venue->pairs[p];
    pair->price_ticks += (int64_t)prng_below(&venue->prng, 7) - 3;
    pair->trade_count++;
    int64_t qty_lots = 1 + (int64_t)prng_below(&venue->prng, 500000000);
    double price = decimal_to_double(pair->price_ticks, pair->price_decimals);
    double qty = decimal_to_double(qty_lots, VENUE_QTY_DECIMALS);
    int64_t open_ns = time_ns - time_ns % venue->span_ns;
    struct candle fresh = {open_ns, price, price, price, price, qty};
    struct candle *last = pair->candle_count ? &pair->candles[pair->candle_count - 1] : NULL;
    if (last != NULL && last->time_ns == open_ns) {
        candle_merge(last, &fresh);
        int64_t lots;
        CHECK(decimal_from_double(last->volume, VENUE_QTY_DECIMALS, ROUND_NEAREST, &lots));
        last->volume = decimal_to_double(lots, VENUE_QTY_DECIMALS);
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
        if (client->ohlc[p] && !venue->mute_ohlc[p])
            venue_send_ohlc(venue, client, p, false, 1);
        if (client->ticker[p])
            venue_send_ticker(venue, client, p);
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
            venue_send_book(venue, &venue->clients[i], p, &change, checksum);
    }
}

void venue_trade_until(struct venue_sim *venue, int64_t time_ns)
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

/* What it says of now must hold every trade before now. */
void venue_catch_up(struct venue_sim *venue)
{
    if (!venue->lockstep)
        venue_trade_until(venue, venue_sim_time(venue));
}

void venue_sim_tick(struct venue_sim *venue)
{
    venue_catch_up(venue);
    if (prng_below(&venue->prng, 10) == 0)
        stir_book(venue, (uint32_t)prng_below(&venue->prng, 2)); /* SOL and DOGE stay quiet */
    for (uint32_t i = 0; i < VENUE_CLIENTS; i++) {
        struct venue_client *client = &venue->clients[i];
        if (client->id != 0 && net_sim_now(venue->net) - client->heard_ns >= NS_PER_S)
            venue_send(venue, client, "{\"channel\":\"heartbeat\"}", 23);
    }
}

void venue_send_status(struct venue_sim *venue, struct venue_client *client, bool ended)
{
    char buffer[512];
    struct venue_text text = {.at = buffer, .size = sizeof buffer};
    venue_put(&text,
              "{\"channel\":\"status\",\"type\":\"update\",\"data\":[{\"version\":\"2.0.10\","
              "\"system\":\"%s\",\"connection_id\":6447481662169813000",
              venue->system);
    if (venue->local) {
        venue_put(&text, ",\"market\":{\"time\":");
        venue_put_time(&text, venue_sim_time(venue));
        venue_put(&text, ",\"speed\":%g,\"lockstep\":%s,\"ended\":%s}", venue->speed,
                  venue->lockstep ? "true" : "false", ended ? "true" : "false");
    }
    venue_put(&text, "}]}");
    venue_send(venue, client, text.at, text.len);
}

void venue_sim_status(struct venue_sim *venue, bool ended)
{
    for (uint32_t i = 0; i < VENUE_CLIENTS; i++) {
        if (venue->clients[i].id != 0)
            venue_send_status(venue, &venue->clients[i], ended);
    }
}
