/* SPDX-License-Identifier: MIT */
/*
 * A market of the local Kraken, seen from the exchange: for every pair a path of bars that is
 * fixed for all time, and the trades each bar is made of. Nothing here runs: any bar, past or
 * to come, can be asked for at any time and is always the same. The exchange decides what "now" is
 * and shows no more than that.
 *
 *     market -> bars (a minute, or the step of the files) -> trades -> candles, book, ticker
 *
 * Prices in ticks, quantities in lots of the pair's terms. A step without trades has no bar.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/market/trade.h"
#include "venue/local/instruments.h"

/* Trades one bar may hold: the busiest synthetic minute has about 70, the busiest of Kraken's that
 * we have seen 674. A trade file with more in a minute is refused. */
#define MARKET_TRADES_MAX 1024

struct bar {
    int64_t time_ns; /* start of the step */
    int64_t open_ticks, high_ticks, low_ticks, close_ticks;
    int64_t volume_lots;
    uint64_t trade_first; /* id of its first trade; ascending by one */
    uint32_t trade_count; /* 1..MARKET_TRADES_MAX */
};

/* Extends a bar by a later one. */
void bar_merge(struct bar *bar, const struct bar *next);

/* A sum of volumes; what is beyond counting is as much as can be counted. */
static inline int64_t lots_add(int64_t a, int64_t b)
{
    int64_t sum;
    return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

struct market_pair {
    struct instrument instrument;
    int64_t step_ns;      /* length of a bar */
    int64_t day_qty_lots; /* a usual day's volume: how deep a book to make */
    uint64_t seed;
};

struct market;

struct market_ops {
    bool (*next)(struct market *market, uint32_t pair, int64_t from_ns, int64_t until_ns,
                 struct bar *ret);

    /* NULL: summed up from the bars. */
    bool (*day)(struct market *market, uint32_t pair, int64_t day_ns, struct bar *ret);

    /* NULL: made from the bar by tape_make. */
    void (*trades)(struct market *market, uint32_t pair, const struct bar *bar, struct trade *out);
    void (*close)(struct market *market);
};

struct market {
    const struct market_ops *ops;
    uint32_t pair_count;
    struct market_pair *pairs;
    int64_t begin_ns; /* of the path: no bar is older */
    int64_t from_ns;  /* where a session begins when it does not say */
    int64_t end_ns;   /* INT64_MAX: it never ends */
};

/* The first bar that starts in [from_ns, until_ns); false when there is none. */
bool market_next(struct market *market, uint32_t pair, int64_t from_ns, int64_t until_ns,
                 struct bar *ret);

/* The bars of a whole UTC day as one (no trade count, no ids); false when it had no trades. */
bool market_day(struct market *market, uint32_t pair, int64_t day_ns, struct bar *ret);

/* The bar's trades in time order into out[MARKET_TRADES_MAX]; returns their count. */
uint32_t market_trades(struct market *market, uint32_t pair, const struct bar *bar,
                       struct trade *out);

/* The shortest step of any pair. */
int64_t market_step_ns(const struct market *market);

/* Index of the pair with this name (key, altname, wsname or symbol), or -1. */
int32_t market_find(const struct market *market, const char *name, size_t len);

void market_close(struct market *market);

/*
 * The seeded market: see market_synthetic.c for what it is made of. `pairs` is a list of names
 * separated by spaces or commas, NULL for the 24 defaults. NULL with the reason in `error`.
 */
struct market *market_synthetic_open(const char *pairs, uint64_t seed, char *error,
                                     size_t error_size);

/* The candle files of a store; when it has none, the trade files in that folder. */
struct market *market_replay_open(const char *store, const char *pairs, uint64_t seed, char *error,
                                  size_t error_size);
struct market *market_recorded_open(const char *folder, const char *pairs, uint64_t seed,
                                    char *error, size_t error_size);

/* True when a list of names, by spaces or commas, holds the symbol under any of its names. */
bool market_names(const char *names, const char *symbol);
