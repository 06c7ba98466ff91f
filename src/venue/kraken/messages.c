/* SPDX-License-Identifier: MIT */
#include "venue/kraken/messages.h"

#include <string.h>

#include "core/base/timestamp.h"
#include "venue/kraken/words.h"

const char *const kraken_channel_names[KRAKEN_CHANNEL_COUNT] = {
    "", "ticker", "trade", "ohlc", "book", "instrument", "status", "heartbeat",
};

static enum kraken_channel channel_of(struct json_text name)
{
    for (uint32_t c = KRAKEN_TICKER; c < KRAKEN_CHANNEL_COUNT; c++) {
        if (json_is(name, kraken_channel_names[c]))
            return (enum kraken_channel)c;
    }
    return KRAKEN_CHANNEL_COUNT;
}

static enum kraken_method method_of(struct json_text name)
{
    if (WORD_IS(name, "pong"))
        return KRAKEN_PONG;
    if (WORD_IS(name, "subscribe"))
        return KRAKEN_SUBSCRIBED;
    if (WORD_IS(name, "unsubscribe"))
        return KRAKEN_UNSUBSCRIBED;
    return KRAKEN_OTHER_METHOD;
}

/* A reply's result echoes what it is about; some results are no object. */
static void read_result(struct kraken_frame *frame, struct json *json)
{
    if (json_peek(json) != JSON_OBJECT) {
        json_skip(json);
        return;
    }
    json_object(json);
    struct json_text key, word;
    while (json_key(json, &key)) {
        if (WORD_IS(key, "channel") && json_peek(json) == JSON_STRING) {
            if (json_string(json, &word))
                frame->channel = channel_of(word);
        } else if (WORD_IS(key, "symbol") && json_peek(json) == JSON_STRING) {
            json_string(json, &frame->symbol);
        } else {
            json_skip(json);
        }
    }
}

static void read_member(struct kraken_frame *frame, struct json *json, struct json_text key)
{
    struct json_text word;
    if (WORD_IS(key, "channel")) {
        if (json_string(json, &word))
            frame->channel = channel_of(word);
    } else if (WORD_IS(key, "type")) {
        if (json_string(json, &word)) {
            frame->snapshot = WORD_IS(word, "snapshot");
            frame->has_type = true;
        }
    } else if (WORD_IS(key, "method")) {
        if (json_string(json, &word))
            frame->method = method_of(word);
    } else if (WORD_IS(key, "timestamp") || WORD_IS(key, "time_out")) {
        kraken_take_time(json, &frame->time_ns);
    } else if (WORD_IS(key, "success")) {
        json_bool(json, &frame->success);
    } else if (WORD_IS(key, "req_id") && json_peek(json) == JSON_NUMBER) {
        json_uint(json, &frame->req_id);
    } else if (WORD_IS(key, "symbol") && json_peek(json) == JSON_STRING) {
        json_string(json, &frame->symbol);
    } else if ((WORD_IS(key, "error") || WORD_IS(key, "Error")) && json_peek(json) == JSON_STRING) {
        json_string(json, &frame->error);
    } else if (WORD_IS(key, "result")) {
        read_result(frame, json);
    } else {
        json_skip(json);
    }
}

bool kraken_parse_frame(const char *text, size_t len, struct kraken_frame *frame)
{
    *frame = (struct kraken_frame){0};
    struct json json;
    json_init(&json, text, len);
    json_object(&json);
    struct json_text key;
    while (json_key(&json, &key)) {
        if (!WORD_IS(key, "data")) {
            read_member(frame, &json, key);
            continue;
        }
        frame->has_data = true;
        frame->data = json;
        /* The frequent messages are walked once; the rest are checked whole before any row is
         * believed, and then walked again from here. */
        if (frame->has_type && (frame->channel == KRAKEN_BOOK || frame->channel == KRAKEN_TICKER)) {
            frame->open = true;
            return true;
        }
        json_skip(&json);
    }
    bool whole = json_done(&json);
    if (!whole || !frame->has_data)
        frame->data = json;
    return whole;
}

bool kraken_parse_rows(struct kraken_frame *frame)
{
    if (!frame->has_data)
        json_refuse(&frame->data, "the message has no data");
    return json_array(&frame->data);
}

bool kraken_parse_row(struct kraken_frame *frame)
{
    return json_element(&frame->data);
}

bool kraken_parse_end(struct kraken_frame *frame)
{
    struct json *json = &frame->data;
    if (!frame->open)
        return json->error == NULL;
    struct json_text key;
    while (json_key(json, &key))
        read_member(frame, json, key);
    return json_done(json);
}

/* What a row needs of its market. Precision of a strange one is any that parses. */
static bool find_market(struct json *json, const struct kraken_markets *markets,
                        struct json_text symbol, int32_t *ret_pair)
{
    if (symbol.at == NULL) {
        json_refuse(json, "the row has no symbol");
        return false;
    }
    *ret_pair = kraken_markets_find(markets, symbol);
    return *ret_pair >= 0;
}

/* A price may be absent (an empty book): null, or no member at all. */
static void take_optional(struct json *json, struct json_text *ret)
{
    if (json_peek(json) == JSON_NULL)
        json_null(json);
    else
        json_amount(json, ret);
}

static void convert(struct json *json, struct json_text text, uint32_t decimals, int64_t *ret)
{
    *ret = 0;
    if (text.at != NULL && !decimal_parse(text.at, text.len, decimals, ret))
        json_refuse(json, "a number finer or larger than its pair allows");
}

/* The 24-hour figures (low, high, vwap, volume) are passed over: candles tell them better. */
enum ticker_field { BID, BID_QTY, ASK, ASK_QTY, LAST, TICKER_FIELDS };

/* The slot that a member fills, or TICKER_FIELDS. Told apart by length first: a ticker comes with
 * every trade. */
static enum ticker_field ticker_field_of(struct json_text key)
{
    switch (key.len) {
    case 3:
        return WORD_IS(key, "bid") ? BID : WORD_IS(key, "ask") ? ASK : TICKER_FIELDS;
    case 4:
        return WORD_IS(key, "last") ? LAST : TICKER_FIELDS;
    case 7:
        return WORD_IS(key, "bid_qty")   ? BID_QTY
               : WORD_IS(key, "ask_qty") ? ASK_QTY
                                         : TICKER_FIELDS;
    default:
        return TICKER_FIELDS;
    }
}

static void convert_ticker(struct json *json, const struct kraken_market *market,
                           const struct json_text *texts, struct kraken_ticker *ret)
{
    uint32_t price = market->price_decimals, qty = market->qty_decimals;
    convert(json, texts[BID], price, &ret->bid_ticks);
    convert(json, texts[BID_QTY], qty, &ret->bid_lots);
    convert(json, texts[ASK], price, &ret->ask_ticks);
    convert(json, texts[ASK_QTY], qty, &ret->ask_lots);
    convert(json, texts[LAST], price, &ret->last_ticks);
}

bool kraken_parse_ticker(struct kraken_frame *frame, const struct kraken_markets *markets,
                         struct kraken_ticker *ret)
{
    struct json *json = &frame->data;
    struct json_text texts[TICKER_FIELDS] = {0};
    struct json_text key, symbol = {0};
    *ret = (struct kraken_ticker){.pair = -1};
    json_object(json);
    while (json_key(json, &key)) {
        enum ticker_field field = ticker_field_of(key);
        if (field != TICKER_FIELDS)
            take_optional(json, &texts[field]);
        else if (WORD_IS(key, "symbol"))
            json_string(json, &symbol);
        else if (WORD_IS(key, "timestamp"))
            kraken_take_time(json, &ret->time_ns);
        else
            json_skip(json);
    }
    if (json->error == NULL && find_market(json, markets, symbol, &ret->pair))
        convert_ticker(json, &markets->list[ret->pair], texts, ret);
    return json->error == NULL;
}

bool kraken_parse_trade(struct kraken_frame *frame, const struct kraken_markets *markets,
                        struct kraken_trade *ret)
{
    struct json *json = &frame->data;
    struct json_text key, symbol = {0}, price = {0}, qty = {0}, side = {0};
    *ret = (struct kraken_trade){.pair = -1};
    json_object(json);
    while (json_key(json, &key)) {
        if (WORD_IS(key, "symbol"))
            json_string(json, &symbol);
        else if (WORD_IS(key, "side"))
            json_string(json, &side);
        else if (WORD_IS(key, "price"))
            json_amount(json, &price);
        else if (WORD_IS(key, "qty"))
            json_amount(json, &qty);
        else if (WORD_IS(key, "trade_id") && json_peek(json) == JSON_NUMBER)
            json_uint(json, &ret->trade.id);
        else if (WORD_IS(key, "timestamp"))
            kraken_take_time(json, &ret->trade.time_ns);
        else
            json_skip(json);
    }
    if (json->error != NULL || !find_market(json, markets, symbol, &ret->pair))
        return json->error == NULL;
    const struct kraken_market *market = &markets->list[ret->pair];
    convert(json, price, market->price_decimals, &ret->trade.price_ticks);
    convert(json, qty, market->qty_decimals, &ret->trade.qty_lots);
    ret->trade.taker = WORD_IS(side, "buy") ? SIDE_BUY : SIDE_SELL;
    if (!WORD_IS(side, "buy") && !WORD_IS(side, "sell"))
        json_refuse(json, "the side of a trade is buy or sell");
    if (ret->trade.price_ticks <= 0 || ret->trade.qty_lots <= 0)
        json_refuse(json, "a trade has a price and a quantity above 0");
    return json->error == NULL;
}

bool kraken_parse_ohlc(struct kraken_frame *frame, const struct kraken_markets *markets,
                       struct kraken_ohlc *ret)
{
    struct json *json = &frame->data;
    struct json_text key, symbol = {0}, texts[KRAKEN_CANDLE_TEXTS] = {0};
    *ret = (struct kraken_ohlc){.pair = -1};
    json_object(json);
    while (json_key(json, &key)) {
        if (WORD_IS(key, "symbol"))
            json_string(json, &symbol);
        else if (WORD_IS(key, "open"))
            json_amount(json, &texts[0]);
        else if (WORD_IS(key, "high"))
            json_amount(json, &texts[1]);
        else if (WORD_IS(key, "low"))
            json_amount(json, &texts[2]);
        else if (WORD_IS(key, "close"))
            json_amount(json, &texts[3]);
        else if (WORD_IS(key, "volume"))
            json_amount(json, &texts[4]);
        else if (WORD_IS(key, "trades") && json_peek(json) == JSON_NUMBER)
            json_uint(json, &ret->trade_count);
        else if (WORD_IS(key, "interval") && json_peek(json) == JSON_NUMBER)
            json_int(json, &ret->interval);
        else if (WORD_IS(key, "interval_begin"))
            kraken_take_time(json, &ret->candle.time_ns);
        else
            json_skip(json); /* the deprecated timestamp too: it is the interval's end */
    }
    if (json->error != NULL || !find_market(json, markets, symbol, &ret->pair))
        return json->error == NULL;
    const struct kraken_market *market = &markets->list[ret->pair];
    if (ret->candle.time_ns <= 0)
        json_refuse(json, "a candle has an interval_begin");
    else if (!kraken_candle_of(texts, market->price_decimals, market->qty_decimals, &ret->candle))
        json_refuse(json, "open, high, low, close and volume make no candle");
    return json->error == NULL;
}

static void parse_level(struct json *json, const struct kraken_market *market, enum side side,
                        struct kraken_book *row)
{
    struct json_text key, price = {0}, qty = {0};
    json_object(json);
    while (json_key(json, &key)) {
        if (WORD_IS(key, "price"))
            json_amount(json, &price);
        else if (WORD_IS(key, "qty"))
            json_amount(json, &qty);
        else
            json_skip(json);
    }
    if (json->error != NULL)
        return;
    if (row->count == KRAKEN_CHANGES_MAX || price.at == NULL || qty.at == NULL) {
        json_refuse(json, "a level has a price and a qty, and a message at most 512 levels");
        return;
    }
    struct level_change *change = &row->changes[row->count++];
    change->side = side;
    convert(json, price, market->price_decimals, &change->level.price_ticks);
    convert(json, qty, market->qty_decimals, &change->level.qty_lots);
    if (change->level.price_ticks <= 0 || change->level.qty_lots < 0)
        json_refuse(json, "a level's price is above 0 and its qty not below");
}

static void parse_side(struct json *json, const struct kraken_market *market, enum side side,
                       struct kraken_book *row)
{
    json_array(json);
    while (json_element(json))
        parse_level(json, market, side, row);
}

/* Levels can only be read once the symbol is known; where it comes later they are walked twice. */
static void take_side(struct json *json, const struct kraken_markets *markets, enum side side,
                      struct json *later, struct kraken_book *row)
{
    if (row->pair >= 0) {
        parse_side(json, &markets->list[row->pair], side, row);
        return;
    }
    *later = *json;
    json_skip(json);
}

bool kraken_parse_book(struct kraken_frame *frame, const struct kraken_markets *markets,
                       struct kraken_book *ret)
{
    struct json *json = &frame->data;
    struct json later[2] = {0};
    struct json_text key, symbol = {0};
    ret->pair = -1;
    ret->has_checksum = false;
    ret->time_ns = 0;
    ret->count = 0;
    json_object(json);
    while (json_key(json, &key)) {
        if (WORD_IS(key, "symbol")) {
            if (json_string(json, &symbol))
                ret->pair = kraken_markets_find(markets, symbol);
        } else if (WORD_IS(key, "bids")) {
            take_side(json, markets, SIDE_BUY, &later[SIDE_BUY], ret);
        } else if (WORD_IS(key, "asks")) {
            take_side(json, markets, SIDE_SELL, &later[SIDE_SELL], ret);
        } else if (WORD_IS(key, "checksum")) {
            ret->has_checksum = kraken_take_checksum(json, &ret->checksum);
        } else if (WORD_IS(key, "timestamp")) {
            kraken_take_time(json, &ret->time_ns);
        } else {
            json_skip(json);
        }
    }
    if (json->error != NULL || !find_market(json, markets, symbol, &ret->pair))
        return json->error == NULL;
    for (uint32_t side = SIDE_BUY; side <= SIDE_SELL; side++) {
        if (later[side].start == NULL)
            continue;
        parse_side(&later[side], &markets->list[ret->pair], (enum side)side, ret);
        if (later[side].error != NULL) {
            *json = later[side];
            return false;
        }
    }
    return json->error == NULL;
}

static void read_market(struct json *json, struct kraken_status *ret)
{
    struct json_text key;
    ret->has_market = true;
    json_object(json);
    while (json_key(json, &key)) {
        if (WORD_IS(key, "time"))
            kraken_take_time(json, &ret->market_ns);
        else if (WORD_IS(key, "speed"))
            json_real(json, &ret->speed);
        else if (WORD_IS(key, "lockstep"))
            json_bool(json, &ret->lockstep);
        else if (WORD_IS(key, "ended"))
            json_bool(json, &ret->ended);
        else
            json_skip(json);
    }
    if (json->error == NULL && !(ret->market_ns > 0 && ret->speed >= 0 && ret->speed <= 1e9))
        json_refuse(json, "a market has a time and a speed from 0 to 1e9");
}

bool kraken_parse_status(struct kraken_frame *frame, struct kraken_status *ret)
{
    struct json *json = &frame->data;
    struct json_text key;
    *ret = (struct kraken_status){.speed = 1};
    json_object(json);
    while (json_key(json, &key)) {
        if (WORD_IS(key, "system"))
            json_string_copy(json, ret->system, sizeof ret->system);
        else if (WORD_IS(key, "market") && json_peek(json) == JSON_OBJECT)
            read_market(json, ret);
        else
            json_skip(json);
    }
    return json->error == NULL;
}

size_t kraken_explain(const struct kraken_frame *frame, char *out, size_t size)
{
    return json_explain(&frame->data, out, size);
}
