/* SPDX-License-Identifier: MIT */
/* Ticker, OHLC, Depth, Trades, Spread. Prices have at least five decimals except in OHLC, as
 * Kraken's have; amounts are strings, times numbers. */
#include "venue/local/rest.h"

#include <stdio.h>
#include <string.h>

#include "core/base/timestamp.h"

static void put_price(struct json_writer *writer, const char *key, const struct pair *terms,
                      int64_t ticks)
{
    uint32_t decimals = terms->price_decimals < 5 ? 5 : terms->price_decimals;
    int64_t factor = decimal_pow10(decimals - terms->price_decimals);
    json_put_decimal_string(writer, key, ticks * factor, decimals);
}

/* Kraken shows three decimals of a resting volume; less than half a thousandth is shown as one,
 * so that no level looks empty. */
static void put_resting(struct json_writer *writer, const struct pair *terms, int64_t lots)
{
    if (terms->qty_decimals <= 3) {
        json_put_decimal_string(writer, NULL, lots, terms->qty_decimals);
        return;
    }
    int64_t unit = decimal_pow10(terms->qty_decimals - 3);
    int64_t shown = (lots + unit / 2) / unit;
    json_put_decimal_string(writer, NULL, shown > 0 || lots == 0 ? shown : 1, 3);
}

static void put_touch(struct json_writer *writer, const char *key, const struct pair *terms,
                      const struct level *level)
{
    int64_t whole = level->qty_lots / decimal_pow10(terms->qty_decimals);
    json_begin_array(writer, key);
    put_price(writer, NULL, terms, level->price_ticks);
    json_put_decimal_string(writer, NULL, whole > 0 ? whole : level->qty_lots > 0, 0);
    put_resting(writer, terms, level->qty_lots);
    json_end_array(writer);
}

static void put_two_prices(struct json_writer *writer, const char *key, const struct pair *terms,
                           int64_t today, int64_t day)
{
    json_begin_array(writer, key);
    put_price(writer, NULL, terms, today);
    put_price(writer, NULL, terms, day);
    json_end_array(writer);
}

static void put_ticker(struct rest_call *call, struct listing *listing)
{
    struct json_writer *writer = &call->writer;
    const struct instrument *instrument = &listing->pair->instrument;
    const struct pair *terms = &instrument->terms;
    int64_t now_ns = call->exchange->now_ns;
    struct bucket day = listing_day(listing, now_ns);
    struct bucket today = listing_since(listing, timestamp_day(now_ns));
    struct level bid = listing_touch(listing, SIDE_BUY), ask = listing_touch(listing, SIDE_SELL);
    json_begin_object(writer, instrument->key);
    put_touch(writer, "a", terms, &ask);
    put_touch(writer, "b", terms, &bid);
    json_begin_array(writer, "c");
    put_price(writer, NULL, terms, listing->last.price_ticks);
    json_put_decimal_string(writer, NULL, listing->last.qty_lots, terms->qty_decimals);
    json_end_array(writer);
    json_begin_array(writer, "v");
    json_put_decimal_string(writer, NULL, today.volume_lots, terms->qty_decimals);
    json_put_decimal_string(writer, NULL, day.volume_lots, terms->qty_decimals);
    json_end_array(writer);
    put_two_prices(writer, "p", terms, bucket_vwap_ticks(&today), bucket_vwap_ticks(&day));
    json_begin_array(writer, "t");
    json_put_uint(writer, NULL, today.trade_count);
    json_put_uint(writer, NULL, day.trade_count);
    json_end_array(writer);
    put_two_prices(writer, "l", terms, today.low_ticks, day.low_ticks);
    put_two_prices(writer, "h", terms, today.high_ticks, day.high_ticks);
    put_price(writer, "o", terms, today.open_ticks);
    json_end_object(writer);
}

const char *rest_put_ticker(struct rest_call *call)
{
    struct rest_pairs pairs;
    const char *error = rest_find_pairs(call, true, &pairs);
    if (error)
        return error;
    json_begin_object(&call->writer, "result");
    for (uint32_t i = 0; i < pairs.count; i++)
        put_ticker(call, &call->exchange->boards[pairs.list[i]].listing);
    json_end_object(&call->writer);
    return NULL;
}

/* The one pair that OHLC, Depth, Trades and Spread are asked for. */
static const char *find_board(struct rest_call *call, struct board **ret)
{
    struct rest_pairs pairs;
    const char *error = rest_find_pairs(call, false, &pairs);
    if (!error && pairs.count != 1)
        error = "EGeneral:Invalid arguments";
    if (!error)
        *ret = &call->exchange->boards[pairs.list[0]];
    return error;
}

static void put_candle(struct json_writer *writer, const struct pair *terms,
                       const struct bucket *candle)
{
    uint32_t price = terms->price_decimals;
    int64_t vwap = candle->volume_lots > 0 ? bucket_vwap_ticks(candle) : 0;
    json_begin_array(writer, NULL);
    json_put_int(writer, NULL, candle->time_ns / NS_PER_S);
    json_put_decimal_string(writer, NULL, candle->open_ticks, price);
    json_put_decimal_string(writer, NULL, candle->high_ticks, price);
    json_put_decimal_string(writer, NULL, candle->low_ticks, price);
    json_put_decimal_string(writer, NULL, candle->close_ticks, price);
    json_put_decimal_string(writer, NULL, vwap, price);
    json_put_decimal_string(writer, NULL, candle->volume_lots, terms->qty_decimals);
    json_put_uint(writer, NULL, candle->trade_count);
    json_end_array(writer);
}

/* The last row is the candle that is still open; `last` is the newest committed one. */
const char *rest_put_candles(struct rest_call *call)
{
    struct board *board;
    int64_t minutes = 1, since = 0;
    const char *error = find_board(call, &board);
    if (error)
        return error;
    if (query_int(call->query, "interval", &minutes) == QUERY_MALFORMED ||
        query_int(call->query, "since", &since) == QUERY_MALFORMED)
        return "EGeneral:Invalid arguments";
    int32_t interval = interval_find(minutes);
    if (interval < 0)
        return "EGeneral:Invalid arguments";
    struct bucket rows[HISTORY_CANDLES_MAX];
    uint32_t count =
        history_candles(call->exchange->market, board->listing.index, (uint32_t)interval,
                        call->exchange->now_ns, HISTORY_CANDLES_MAX, rows);
    const struct instrument *instrument = &board->listing.pair->instrument;
    json_begin_object(&call->writer, "result");
    json_begin_array(&call->writer, instrument->key);
    for (uint32_t i = 0; i < count; i++)
        if (rows[i].time_ns / NS_PER_S > since)
            put_candle(&call->writer, &instrument->terms, &rows[i]);
    json_end_array(&call->writer);
    int64_t last_ns = interval_floor((uint32_t)interval, call->exchange->now_ns);
    json_put_int(&call->writer, "last", last_ns / NS_PER_S - minutes * 60);
    json_end_object(&call->writer);
    return NULL;
}

static void put_side(struct rest_call *call, const struct listing *listing, enum side side,
                     int64_t count)
{
    const struct liquidity_side *levels = listing_side(listing, side);
    const struct pair *terms = &listing->pair->instrument.terms;
    json_begin_array(&call->writer, side == SIDE_BUY ? "bids" : "asks");
    for (uint32_t i = 0; i < levels->count && i < count; i++) {
        json_begin_array(&call->writer, NULL);
        put_price(&call->writer, NULL, terms, levels->levels[i].price_ticks);
        put_resting(&call->writer, terms, levels->levels[i].qty_lots);
        json_put_int(&call->writer, NULL, call->exchange->now_ns / NS_PER_S);
        json_end_array(&call->writer);
    }
    json_end_array(&call->writer);
}

const char *rest_put_depth(struct rest_call *call)
{
    struct board *board;
    int64_t count = 100;
    const char *error = find_board(call, &board);
    if (error)
        return error;
    if (query_int(call->query, "count", &count) == QUERY_MALFORMED || count < 1 || count > 500)
        return "EGeneral:Invalid arguments";
    json_begin_object(&call->writer, "result");
    json_begin_object(&call->writer, board->listing.pair->instrument.key);
    put_side(call, &board->listing, SIDE_SELL, count);
    put_side(call, &board->listing, SIDE_BUY, count);
    json_end_object(&call->writer);
    json_end_object(&call->writer);
    return NULL;
}

static void put_trade(struct json_writer *writer, const struct pair *terms,
                      const struct trade *trade)
{
    json_begin_array(writer, NULL);
    put_price(writer, NULL, terms, trade->price_ticks);
    json_put_decimal_string(writer, NULL, trade->qty_lots, terms->qty_decimals);
    json_put_decimal(writer, NULL, trade->time_ns / 100, 7);
    json_put_string(writer, NULL, trade->taker == SIDE_BUY ? "b" : "s");
    json_put_string(writer, NULL, trade->id % 3 ? "l" : "m");
    json_put_string(writer, NULL, "");
    json_put_uint(writer, NULL, trade->id);
    json_end_array(writer);
}

/* `since` is a time in seconds, with a fraction or not, or the nanoseconds that `last` gave: what
 * is beyond the year 2286 in seconds must be nanoseconds. */
static bool read_since(const char *query, bool *ret_given, int64_t *ret_ns)
{
    char text[40];
    int64_t seconds_ns;
    *ret_given = query_find(query, "since", text, sizeof text) && text[0];
    if (!*ret_given)
        return true;
    if (decimal_parse(text, strlen(text), 0, ret_ns) && *ret_ns >= INT64_C(10000000000))
        return true;
    if (!decimal_parse_rounded(text, strlen(text), 9, ROUND_DOWN, &seconds_ns) || seconds_ns < 0)
        return false;
    *ret_ns = seconds_ns;
    return true;
}

const char *rest_put_trades(struct rest_call *call)
{
    struct exchange *exchange = call->exchange;
    struct board *board;
    bool given;
    int64_t since_ns = 0, count = HISTORY_TRADES_MAX;
    const char *error = find_board(call, &board);
    if (error)
        return error;
    if (query_int(call->query, "count", &count) == QUERY_MALFORMED || count < 1 ||
        count > HISTORY_TRADES_MAX || !read_since(call->query, &given, &since_ns))
        return "EGeneral:Invalid arguments";
    struct trade trades[HISTORY_TRADES_MAX];
    uint32_t index = board->listing.index, found;
    if (given)
        found = history_trades_since(exchange->market, index, since_ns, exchange->now_ns,
                                     (uint32_t)count, trades);
    else
        found =
            history_trades_last(exchange->market, index, exchange->now_ns, (uint32_t)count, trades);
    const struct instrument *instrument = &board->listing.pair->instrument;
    json_begin_object(&call->writer, "result");
    json_begin_array(&call->writer, instrument->key);
    for (uint32_t i = 0; i < found; i++)
        put_trade(&call->writer, &instrument->terms, &trades[i]);
    json_end_array(&call->writer);
    json_put_decimal_string(&call->writer, "last", found ? trades[found - 1].time_ns : since_ns, 0);
    json_end_object(&call->writer);
    return NULL;
}

const char *rest_put_spread(struct rest_call *call)
{
    struct board *board;
    int64_t since = 0;
    const char *error = find_board(call, &board);
    if (error)
        return error;
    if (query_int(call->query, "since", &since) == QUERY_MALFORMED)
        return "EGeneral:Invalid arguments";
    const struct listing *listing = &board->listing;
    const struct pair *terms = &listing->pair->instrument.terms;
    uint64_t from =
        listing->spread_count > LISTING_SPREADS ? listing->spread_count - LISTING_SPREADS : 0;
    json_begin_object(&call->writer, "result");
    json_begin_array(&call->writer, listing->pair->instrument.key);
    for (uint64_t i = from; i < listing->spread_count; i++) {
        const struct spread *row = &listing->spreads[i % LISTING_SPREADS];
        if (row->time_ns / NS_PER_S < since)
            continue;
        json_begin_array(&call->writer, NULL);
        json_put_int(&call->writer, NULL, row->time_ns / NS_PER_S);
        put_price(&call->writer, NULL, terms, row->bid_ticks);
        put_price(&call->writer, NULL, terms, row->ask_ticks);
        json_end_array(&call->writer);
    }
    json_end_array(&call->writer);
    json_put_int(&call->writer, "last", call->exchange->now_ns / NS_PER_S);
    json_end_object(&call->writer);
    return NULL;
}
