/* SPDX-License-Identifier: MIT */
/*
 * Candle files as a market: each row becomes four trades that give it back. The finest timeframe
 * of a pair is used, Kraken's own file before another venue's. A row without volume had no trades;
 * a missing row neither. What is finer than a row is made up, what is coarser is not.
 */
#include "venue/local/market.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/limits.h"
#include "core/base/prng.h"
#include "core/base/timestamp.h"
#include "store/candle_file.h"
#include "venue/local/tape.h"

#define TRADES_A_ROW 4

/* Rows looked at to learn how finely a stranger counts, and how much is traded. */
#define SAMPLE_ROWS 4000

/* Volumes of a row stay below 2^52 lots, so that a double holds each exactly. */
#define LOTS_MAX 4e15

struct replay_pair {
    struct candle_key key;
    struct candle_file *file;
    const struct candle *rows;
    size_t count;
    size_t hint; /* the row after the one last given: sessions go forward */
};

struct replay {
    struct market market;
    struct market_pair pairs[PAIR_MAX];
    struct replay_pair files[PAIR_MAX];
    const char *wanted; /* names, or NULL for all */
    char *error;
    size_t error_size;
};

static int64_t to_int(double value, uint32_t decimals)
{
    int64_t result = 0;
    return decimal_from_double(value, decimals, ROUND_NEAREST, &result) ? result : 0;
}

/* False for a row that had no trades or that no trades can give back. */
static bool bar_of(const struct replay *own, uint32_t pair, size_t row, struct bar *ret)
{
    const struct pair *terms = &own->pairs[pair].instrument.terms;
    struct candle candle = own->files[pair].rows[row];
    if (!(candle.volume > 0) || !pair_quantise(terms, &candle) ||
        candle.time_ns % own->pairs[pair].step_ns != 0)
        return false;
    struct bar bar = {.time_ns = candle.time_ns,
                      .open_ticks = to_int(candle.open, terms->price_decimals),
                      .high_ticks = to_int(candle.high, terms->price_decimals),
                      .low_ticks = to_int(candle.low, terms->price_decimals),
                      .close_ticks = to_int(candle.close, terms->price_decimals),
                      .volume_lots = to_int(candle.volume, terms->qty_decimals),
                      .trade_first = (uint64_t)row * TRADES_A_ROW + 1,
                      .trade_count = TRADES_A_ROW};
    if (bar.volume_lots < bar.trade_count)
        bar.trade_count = (uint32_t)bar.volume_lots;
    if (bar.trade_count < tape_count_min(&bar))
        return false;
    *ret = bar;
    return true;
}

static bool replay_next(struct market *market, uint32_t pair, int64_t from_ns, int64_t until_ns,
                        struct bar *ret)
{
    struct replay *own = (struct replay *)market;
    struct replay_pair *file = &own->files[pair];
    size_t row = file->hint;
    bool near = row > 0 && row <= file->count && file->rows[row - 1].time_ns < from_ns &&
                (row == file->count || file->rows[row].time_ns >= from_ns);
    if (!near)
        row = candle_file_find(file->file, from_ns);
    for (; row < file->count && file->rows[row].time_ns < until_ns; row++)
        if (bar_of(own, pair, row, ret)) {
            file->hint = row + 1;
            return true;
        }
    return false;
}

static void replay_close(struct market *market)
{
    struct replay *own = (struct replay *)market;
    for (uint32_t i = 0; i < market->pair_count; i++)
        if (own->files[i].file)
            candle_file_close(own->files[i].file);
    free(own);
}

static const struct market_ops ops = {.next = replay_next, .close = replay_close};

static bool preferred(const struct candle_key *key, const struct candle_key *held)
{
    if (strcmp(key->venue, held->venue) == 0)
        return key->timeframe < held->timeframe;
    return strcmp(key->venue, "KRAKEN") == 0;
}

static int visit(void *context, const struct candle_key *key)
{
    struct replay *own = context;
    if (own->wanted && !market_names(own->wanted, key->symbol))
        return 0;
    uint32_t at = 0;
    while (at < own->market.pair_count && strcmp(own->files[at].key.symbol, key->symbol) != 0)
        at++;
    if (at == PAIR_MAX) {
        snprintf(own->error, own->error_size, "more than %d pairs in the store; name fewer",
                 PAIR_MAX);
        return 1;
    }
    if (at == own->market.pair_count) {
        own->files[at].key = *key;
        own->market.pair_count++;
    } else if (preferred(key, &own->files[at].key)) {
        own->files[at].key = *key;
    }
    return 0;
}

static uint32_t qty_decimals_of(const struct replay_pair *file)
{
    double most = 0;
    for (size_t row = 0; row < file->count; row++)
        most = fmax(most, file->rows[row].volume);
    uint32_t decimals = 8;
    while (decimals > 0 && most * (double)decimal_pow10(decimals) > LOTS_MAX)
        decimals--;
    return decimals;
}

static double mean_volume(const struct replay_pair *file, size_t stride)
{
    double sum = 0, count = 0;
    for (size_t row = 0; row < file->count; row += stride) {
        sum += file->rows[row].volume;
        count++;
    }
    return count > 0 ? sum / count : 0;
}

static bool open_pair(struct replay *own, const char *store, uint32_t index, uint64_t seed)
{
    struct replay_pair *file = &own->files[index];
    struct market_pair *pair = &own->pairs[index];
    if (candle_file_open(store, &file->key, &file->file, own->error, own->error_size) != 0)
        return false;
    file->rows = candle_file_rows(file->file, &file->count);
    size_t stride = file->count / SAMPLE_ROWS + 1;
    uint32_t fine = qty_decimals_of(file);
    bool known = instrument_find(file->key.symbol, &pair->instrument);
    if ((!known || pair->instrument.terms.qty_decimals > fine) &&
        !instrument_make(file->key.symbol,
                         known ? pair->instrument.terms.price_decimals
                               : instrument_price_decimals(file->rows, file->count, stride),
                         fine, &pair->instrument)) {
        snprintf(own->error, own->error_size, "%s in %s is no pair", file->key.symbol, store);
        return false;
    }
    pair->step_ns = timeframe_ns[file->key.timeframe];
    pair->seed = seed;
    for (const char *c = file->key.symbol; *c; c++)
        pair->seed = prng_mix(pair->seed, (uint8_t)*c);
    double day = mean_volume(file, stride) * ((double)NS_PER_DAY / (double)pair->step_ns);
    pair->day_qty_lots =
        (int64_t)fmin(day * (double)decimal_pow10(pair->instrument.terms.qty_decimals), 1e18) + 1;
    if (file->count == 0)
        return true;
    int64_t end_ns = file->rows[file->count - 1].time_ns + pair->step_ns;
    if (file->rows[0].time_ns < own->market.begin_ns)
        own->market.begin_ns = file->rows[0].time_ns;
    if (end_ns > own->market.end_ns)
        own->market.end_ns = end_ns;
    return true;
}

static bool open_pairs(struct replay *own, const char *store, uint64_t seed)
{
    own->market.begin_ns = INT64_MAX;
    for (uint32_t i = 0; i < own->market.pair_count; i++)
        if (!open_pair(own, store, i, seed))
            return false;
    if (own->market.begin_ns == INT64_MAX) {
        snprintf(own->error, own->error_size, "the candle files in %s are empty", store);
        return false;
    }
    own->market.from_ns = own->market.begin_ns;
    return true;
}

struct market *market_replay_open(const char *store, const char *pairs, uint64_t seed, char *error,
                                  size_t error_size)
{
    if (!store || !store[0]) {
        snprintf(error, error_size, "replay needs a store of candles; name it");
        return NULL;
    }
    struct replay *own = calloc(1, sizeof *own);
    if (!own) {
        snprintf(error, error_size, "no memory for the replayed market");
        return NULL;
    }
    own->market.ops = &ops;
    own->market.pairs = own->pairs;
    own->wanted = pairs;
    own->error = error;
    own->error_size = error_size;
    bool fine = candle_store_each(store, visit, own, error, error_size) == 0;
    bool empty = fine && own->market.pair_count == 0;
    if (fine && !empty && open_pairs(own, store, seed))
        return &own->market;
    replay_close(&own->market);
    return empty ? market_recorded_open(store, pairs, seed, error, error_size) : NULL;
}
