/* SPDX-License-Identifier: MIT */
#include "bench_frames.h"

#include <stdio.h>
#include <string.h>

#include "core/base/check.h"
#include "core/base/decimal.h"
#include "core/base/prng.h"

#define PRICE_START 600000 /* ticks of a tenth of a dollar */

static void put(struct frames *frames, size_t *len, const char *text)
{
    const size_t more = strlen(text);
    CHECK(*len + more < sizeof frames->text);
    memcpy(frames->text + *len, text, more);
    *len += more;
}

static void put_decimal(struct frames *frames, size_t *len, int64_t value, uint32_t decimals)
{
    char text[DECIMAL_TEXT_MAX];
    decimal_format(text, value, decimals);
    put(frames, len, text);
}

static void put_stamp(struct frames *frames, size_t *len, size_t index)
{
    char text[64];
    snprintf(text, sizeof text, ",\"timestamp\":\"2024-08-05T13:%02zu:%02zu.%06zuZ\"}]}",
             index / 1000 % 60, index / 16 % 60, index * 7919 % 1000000);
    put(frames, len, text);
}

/* The first so many are read; the 24-hour figures behind them are passed over. */
#define TICKER_READ 5

/* A ticker's numbers in the venue's order, and whether each is a price. */
static const struct {
    const char *key;
    bool price;
} ticker_fields[] = {
    {",\"bid\":", true},      {",\"bid_qty\":", false}, {",\"ask\":", true},
    {",\"ask_qty\":", false}, {",\"last\":", true},     {",\"volume\":", false},
    {",\"vwap\":", true},     {",\"low\":", true},      {",\"high\":", true},
};

void frames_make_tickers(struct frames *frames, uint64_t seed)
{
    struct prng prng;
    prng_init(&prng, seed);
    size_t len = 0;
    frames->sum = 0;
    frames->count = FRAME_COUNT;
    for (size_t i = 0; i < FRAME_COUNT; i++) {
        frames->offset[i] = (uint32_t)len;
        put(frames, &len,
            "{\"channel\":\"ticker\",\"type\":\"update\",\"data\":[{\"symbol\":\"BTC/USD\"");
        for (size_t k = 0; k < sizeof ticker_fields / sizeof ticker_fields[0]; k++) {
            const bool price = ticker_fields[k].price;
            const int64_t value = price ? PRICE_START + (int64_t)prng_below(&prng, 10000)
                                        : 1 + (int64_t)prng_below(&prng, UINT64_C(100000000000));
            put(frames, &len, ticker_fields[k].key);
            put_decimal(frames, &len, value, price ? FRAME_PRICE_DECIMALS : FRAME_QTY_DECIMALS);
            frames->sum += k < TICKER_READ ? value : 0;
        }
        put(frames, &len, ",\"change\":-120.4,\"change_pct\":-0.20");
        put_stamp(frames, &len, i);
    }
    frames->offset[FRAME_COUNT] = (uint32_t)len;
}

static int64_t some_qty(struct prng *prng)
{
    return 1 + (int64_t)prng_below(prng, UINT64_C(500000000));
}

/* One or two changes of one side, as a venue's ten visible levels change: a quantity (most often),
 * a better price that pushes the last out of sight, or the best one gone and a new last. */
static uint32_t next_changes(const struct book *book, struct prng *prng, enum side side,
                             struct level_change *changes)
{
    const struct book_side *half = side == SIDE_BUY ? &book->bids : &book->asks;
    const int64_t toward = side == SIDE_BUY ? 1 : -1;
    const int64_t gap = book->asks.levels[0].price_ticks - book->bids.levels[0].price_ticks;
    const uint64_t what = prng_below(prng, 10);
    if (what == 0 && gap > 1) {
        const int64_t better = half->levels[0].price_ticks + toward;
        changes[0] = (struct level_change){side, {better, some_qty(prng)}};
        return 1;
    }
    if (what == 1) {
        const int64_t last = half->levels[half->count - 1].price_ticks;
        const int64_t step = 1 + (int64_t)prng_below(prng, 5);
        changes[0] = (struct level_change){side, {half->levels[0].price_ticks, 0}};
        changes[1] = (struct level_change){side, {last - toward * step, some_qty(prng)}};
        return 2;
    }
    const uint64_t at = prng_below(prng, half->count);
    changes[0] = (struct level_change){side, {half->levels[at].price_ticks, some_qty(prng)}};
    return 1;
}

static void put_side(struct frames *frames, size_t *len, const char *key,
                     const struct level_change *changes, uint32_t count)
{
    put(frames, len, key);
    for (uint32_t i = 0; i < count; i++) {
        put(frames, len, i == 0 ? "{\"price\":" : ",{\"price\":");
        put_decimal(frames, len, changes[i].level.price_ticks, FRAME_PRICE_DECIMALS);
        put(frames, len, ",\"qty\":");
        put_decimal(frames, len, changes[i].level.qty_lots, FRAME_QTY_DECIMALS);
        put(frames, len, "}");
    }
    put(frames, len, "]");
}

static void put_update(struct frames *frames, size_t *len, size_t index,
                       const struct level_change *changes, uint32_t count)
{
    const bool bids = changes[0].side == SIDE_BUY;
    put(frames, len, "{\"channel\":\"book\",\"type\":\"update\",\"data\":[{\"symbol\":\"BTC/USD\"");
    put_side(frames, len, ",\"bids\":[", changes, bids ? count : 0);
    put_side(frames, len, ",\"asks\":[", changes, bids ? 0 : count);
    char text[40];
    snprintf(text, sizeof text, ",\"checksum\":%lu", (unsigned long)book_checksum(&frames->book));
    put(frames, len, text);
    put_stamp(frames, len, index);
}

void frames_make_books(struct frames *frames, uint64_t seed)
{
    struct prng prng;
    prng_init(&prng, seed);
    for (uint32_t i = 0; i < FRAME_LEVELS; i++) {
        const int64_t away = 2 + 3 * (int64_t)i;
        frames->snapshot[2 * i] =
            (struct level_change){SIDE_BUY, {PRICE_START - away, some_qty(&prng)}};
        frames->snapshot[2 * i + 1] =
            (struct level_change){SIDE_SELL, {PRICE_START + away, some_qty(&prng)}};
    }
    book_init(&frames->book, FRAME_LEVELS);
    book_apply(&frames->book, frames->snapshot, 2 * FRAME_LEVELS);
    size_t len = 0;
    frames->count = FRAME_COUNT;
    for (size_t i = 0; i < FRAME_COUNT; i++) {
        frames->offset[i] = (uint32_t)len;
        struct level_change changes[2];
        const enum side side = prng_below(&prng, 2) == 0 ? SIDE_BUY : SIDE_SELL;
        const uint32_t count = next_changes(&frames->book, &prng, side, changes);
        book_apply(&frames->book, changes, count);
        put_update(frames, &len, i, changes, count);
    }
    frames->offset[FRAME_COUNT] = (uint32_t)len;
}
