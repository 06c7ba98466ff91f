/* SPDX-License-Identifier: MIT */
/* Candles of the synthetic market for `cuttle backtest --synthetic`: those that a session on the
 * local Kraken sees, without one. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/backtest.h"
#include "core/base/timestamp.h"
#include "core/market/alias.h"
#include "venue/local/market.h"

/* Warms up what backtest_setup reads before the start, with a day to spare for quiet minutes. */
#define BEFORE_NS (61 * NS_PER_DAY)

/* Ten years of one pair: beyond it a command line is a slip. */
#define SPAN_MAX_NS (3653 * NS_PER_DAY)

/* False when memory gave out, or there is none. */
static bool fill(struct market *market, int64_t from_ns, int64_t until_ns, struct csv_data *ret)
{
    const struct pair *terms = &market->pairs[0].instrument.terms;
    const size_t room = (size_t)((until_ns - from_ns) / NS_PER_MIN);
    struct bar bar;
    from_ns = from_ns > market->begin_ns ? from_ns : market->begin_ns;
    ret->rows = malloc((room + 1) * sizeof *ret->rows);
    if (ret->rows == NULL) {
        return false;
    }
    /* A bar that the end cuts is not whole yet. */
    while (from_ns + NS_PER_MIN <= until_ns &&
           market_next(market, 0, from_ns, until_ns - NS_PER_MIN + 1, &bar)) {
        ret->rows[ret->count++] = (struct candle){
            .time_ns = bar.time_ns,
            .open = decimal_to_double(bar.open_ticks, terms->price_decimals),
            .high = decimal_to_double(bar.high_ticks, terms->price_decimals),
            .low = decimal_to_double(bar.low_ticks, terms->price_decimals),
            .close = decimal_to_double(bar.close_ticks, terms->price_decimals),
            .volume = decimal_to_double(bar.volume_lots, terms->qty_decimals),
        };
        from_ns = bar.time_ns + NS_PER_MIN;
    }
    return ret->count > 0;
}

/* What is wrong with the span; NULL: nothing. */
static const char *span_fault(const struct market *market, const struct market_options *span)
{
    return span->from_ns == 0 || span->to_ns <= span->from_ns
               ? "say from when and to when with --start and --end"
           : span->from_ns < market->begin_ns          ? "that market has no such past"
           : span->to_ns - span->from_ns > SPAN_MAX_NS ? "ten years of it are the most"
                                                       : NULL;
}

int backtest_made(const char *symbol, uint64_t seed, const struct market_options *span,
                  struct backtest_source *ret, struct candle_rows *ret_rows,
                  char error[BACKTEST_ERROR_MAX])
{
    *ret = (struct backtest_source){.key = {.venue = "SYNTHETIC", .timeframe = TIMEFRAME_1M}};
    if (!alias_symbol(symbol, strlen(symbol), ret->key.symbol)) {
        snprintf(error, BACKTEST_ERROR_MAX, "--pair %s: write a pair such as BTC/USD", symbol);
        return -EINVAL;
    }
    struct market *market = market_synthetic_open(ret->key.symbol, seed, error, BACKTEST_ERROR_MAX);
    if (market == NULL) {
        return -EINVAL;
    }
    const char *fault = span_fault(market, span);
    if (fault != NULL) {
        snprintf(error, BACKTEST_ERROR_MAX, "--synthetic: %s", fault);
    } else if (!fill(market, timeframe_floor(TIMEFRAME_1M, span->from_ns - BEFORE_NS), span->to_ns,
                     &ret->csv)) {
        fault = "out of memory for its candles, or there are none";
        snprintf(error, BACKTEST_ERROR_MAX, "--synthetic: %s: %s", symbol, fault);
    }
    market_close(market);
    ret->csv.timeframe = TIMEFRAME_1M;
    *ret_rows = (struct candle_rows){ret->csv.rows, ret->csv.count, TIMEFRAME_1M};
    if (fault != NULL) {
        csv_free(&ret->csv);
    }
    return fault == NULL ? 0 : -EINVAL;
}
