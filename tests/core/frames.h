/* SPDX-License-Identifier: MIT */
/* Recorded frames of Kraken's books, read by looking for their keys: made for tests, trusts them.
 */
#pragma once

#include "core/base/decimal.h"
#include "core/market/book.h"
#include "test.h"

#define FRAMES_FILE "data/books/kraken_v2_book10_trade_BTCUSD_ETHUSD_20260707T2300Z.ndjson.gz"

/* The number behind `key` in a frame, as text. */
static inline const char *frame_number(const char *at, const char *key, size_t *ret_len)
{
    at = strstr(at, key);
    EXPECT(at != NULL);
    at += strlen(key);
    *ret_len = strspn(at, "0123456789.eE+-");
    return at;
}

static inline uint32_t frame_levels(const char *frame, const char *key, enum side side,
                                    uint32_t price_decimals, struct level_change *out)
{
    const char *at = strstr(frame, key);
    uint32_t count = 0;
    if (!at)
        return 0;
    const char *end = strchr(at, ']');
    EXPECT(end != NULL);
    while ((at = strchr(at, '{')) && at < end) {
        size_t len;
        const char *text = frame_number(at, "\"price\":", &len);
        out[count].side = side;
        EXPECT(decimal_parse(text, len, price_decimals, &out[count].level.price_ticks));
        text = frame_number(at, "\"qty\":", &len);
        EXPECT(decimal_parse(text, len, 8, &out[count].level.qty_lots));
        count++;
        at++;
    }
    return count;
}

/* 0: BTC/USD, 1: ETH/USD. */
static inline int frame_pair(const char *frame)
{
    bool is_btc = strstr(frame, "\"BTC/USD\"") != NULL;
    EXPECT(is_btc || strstr(frame, "\"ETH/USD\""));
    return is_btc ? 0 : 1;
}

/* Decimals of its prices. */
static inline uint32_t frame_decimals(const char *frame)
{
    return frame_pair(frame) == 0 ? 1 : 2;
}

/* Brings the book to what a frame about it says. */
static inline void frame_apply(const char *frame, struct book *book)
{
    struct level_change changes[256];
    uint32_t decimals = frame_decimals(frame);
    uint32_t count = frame_levels(frame, "\"bids\":[", SIDE_BUY, decimals, changes);
    count += frame_levels(frame, "\"asks\":[", SIDE_SELL, decimals, changes + count);
    if (strstr(frame, "\"type\":\"snapshot\""))
        book_clear(book);
    book_apply(book, changes, count);
}
