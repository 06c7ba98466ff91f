/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a WebSocket message or a REST reply: the parsers must neither crash nor hang, and
 * what they accept must hold what they promise.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/timestamp.h"
#include "venue/kraken/book_keeper.h"
#include "venue/kraken/messages.h"
#include "venue/kraken/names.h"
#include "venue/kraken/replies.h"
#include "venue/kraken/tickers.h"
#include "venue/kraken/trades.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct kraken_markets markets;
static struct kraken_keeper keeper;
static struct kraken_book book;
static struct kraken_names names;
static struct kraken_rows rows;
static struct kraken_day days[PAIR_META_MAX];

static void must(bool held)
{
    if (!held)
        abort();
}

static void list(uint32_t index, const char *symbol, uint32_t price_decimals)
{
    struct pair terms = {.price_decimals = price_decimals, .qty_decimals = 8, .tick_step = 1};
    memcpy(terms.symbol, symbol, strlen(symbol) + 1);
    kraken_markets_put(&markets, index, &terms);
}

static void read_row(struct kraken_frame *frame)
{
    struct kraken_ticker ticker;
    struct kraken_trade trade;
    struct kraken_ohlc ohlc;
    struct kraken_status status;
    switch (frame->channel) {
    case KRAKEN_TICKER:
        kraken_parse_ticker(frame, &markets, &ticker);
        break;
    case KRAKEN_TRADE:
        if (kraken_parse_trade(frame, &markets, &trade) && trade.pair >= 0)
            must(trade.trade.price_ticks > 0 && trade.trade.qty_lots > 0);
        break;
    case KRAKEN_OHLC:
        if (kraken_parse_ohlc(frame, &markets, &ohlc) && ohlc.pair >= 0)
            must(candle_valid(&ohlc.candle) && ohlc.candle.time_ns > 0);
        break;
    case KRAKEN_BOOK:
        if (kraken_parse_book(frame, &markets, &book) && book.pair >= 0)
            kraken_keeper_apply(&keeper, frame->snapshot, &book);
        break;
    default:
        if (kraken_parse_status(frame, &status))
            must(status.speed >= 0);
        break;
    }
}

static void read_message(const char *text, size_t len)
{
    struct kraken_frame frame;
    char where[100];
    if (kraken_parse_frame(text, len, &frame) && frame.has_data) {
        kraken_parse_rows(&frame);
        while (kraken_parse_row(&frame))
            read_row(&frame);
        kraken_parse_end(&frame);
    }
    must(kraken_explain(&frame, where, sizeof where) < sizeof where);
}

static void read_reply(const char *text, size_t len)
{
    struct kraken_reply reply;
    char where[100];
    const struct pair terms = {.price_decimals = 5, .qty_decimals = 8};
    if (!kraken_reply_parse(text, len, &reply, where, sizeof where) || !reply.has_result)
        return;
    struct json result = reply.result;
    if (kraken_rows_parse(&result, NS_PER_MIN, &terms, &rows)) {
        for (uint32_t i = 1; i < rows.count; i++)
            must(rows.rows[i].time_ns > rows.rows[i - 1].time_ns);
    }
    result = reply.result;
    if (kraken_names_read(&names, &result)) {
        for (uint32_t i = 0; i < names.count; i++)
            must(kraken_names_find(&names, names.list[i].key) != NULL);
    }
    result = reply.result;
    if (kraken_tickers_read(&result, &names, days)) {
        for (uint32_t i = 0; i < PAIR_META_MAX; i++)
            must(days[i].bid >= 0 && days[i].ask >= 0 && days[i].volume >= 0);
    }
}

static void read_trades(const char *text, size_t len)
{
    static struct kraken_trades trades;
    const struct pair terms = {.price_decimals = 5, .qty_decimals = 8};
    struct json json;
    json_init(&json, text, len);
    if (!kraken_trades_parse(&json, &terms, &trades))
        return;
    for (uint32_t i = 0; i < trades.count; i++)
        must(trades.rows[i].price_ticks > 0 && trades.rows[i].qty_lots > 0 &&
             trades.rows[i].time_ns >= (i > 0 ? trades.rows[i - 1].time_ns : 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool ready;
    if (!ready) {
        kraken_markets_init(&markets);
        list(0, "BTC/USD", 1);
        list(1, "ETH/USD", 2);
        kraken_keeper_init(&keeper, 10);
        ready = true;
    }
    char *text = malloc(size + 1); /* its own block, so that one byte too far is seen */
    if (text == NULL)
        return 0;
    memcpy(text, data, size);
    read_message(text, size);
    read_reply(text, size);
    read_trades(text, size);
    free(text);
    return 0;
}
