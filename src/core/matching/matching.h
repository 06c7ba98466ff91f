/* SPDX-License-Identifier: MIT */
/*
 * The exchange's side of our orders, where no exchange is: paper and backtest. It takes orders and
 * market events and says, in reports, what a venue would have done.
 *
 *   FILLS_BOOK     the live book and trades: a market order walks the levels, less what we took
 *                  there in the last 10 s; a resting order fills by trades through its price, or at
 *                  it once the queue that stood ahead of it has traded.
 *   FILLS_CANDLES  candles alone: a market order fills at the next candle's open plus half the
 *                  spread and slippage; a limit only when traded through; if stop and target lie
 *                  in one candle the stop came first.
 *   FILLS_TRADES   a recorded tape and no book: a market order takes the trades that follow, each
 *                  up to its size, at its price plus half the spread and slippage; a resting order
 *                  fills as by FILLS_BOOK, behind the queue that core/market/tape supposes.
 *   FILLS_SIMPLE   best bid or ask of the book with a fixed slippage (the mission's 5 bps).
 *
 * What one price reaches at once happens in its order: a limit buy stands above every stop.
 *
 * A bracket is a resting sell with a stop (market when touched) and a target (a limit): one of them
 * ends it. Cash is bounded by each order's own `cash`: what that no longer buys is cancelled.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/base/option.h"
#include "core/market/candle.h"
#include "core/market/tape.h"
#include "core/market/trade.h"
#include "core/portfolio/order.h"
#include "core/risk/risk.h"

#define MATCHING_TAKEN_MAX 32
#define MATCHING_TAKEN_NS (10 * NS_PER_S)

/* Reports one event may cause before all is settled: on every pair an order that walks its whole
 * book, each fill answered by an amendment of the bracket; and each order's acceptance and end.
 * 41,000 of 88 bytes, of which a day that never sees it touches no page. */
#define MATCHING_REPORT_MAX (PAIR_MAX * 2 * BOOK_DEPTH_MAX + 2 * ORDER_MAX)

enum fill_model {
    FILLS_BOOK,
    FILLS_CANDLES,
    FILLS_SIMPLE,
    FILLS_TRADES,
};

struct matching_config {
    int32_t fills;
    int64_t half_spread_ppm; /* FILLS_CANDLES, FILLS_TRADES */
    int64_t slippage_ppm;    /* those, FILLS_SIMPLE */
    struct fee_rates fees;
};

struct matching_order {
    struct order order;
    int64_t queue_lots; /* FILLS_BOOK, FILLS_TRADES: what stands ahead of us at our price */
    bool fresh; /* FILLS_CANDLES: a market order waiting for the next open; FILLS_TRADES: it takes,
                   from the next trade on; a bracket: its stop was touched */
};

/* What we took of a level: the book still shows it until the venue says otherwise. */
struct matching_taken {
    uint32_t pair;
    enum side side; /* of the level */
    int64_t price_ticks;
    int64_t qty_lots;
    int64_t until_ns;
};

struct matching {
    struct matching_config config;
    uint64_t trade_next;
    uint32_t order_count;
    uint32_t taken_count;
    uint32_t alive[PAIR_MAX]; /* orders alive by pair */
    struct matching_order orders[ORDER_MAX];
    struct matching_taken taken[MATCHING_TAKEN_MAX];
};

struct matching_reports {
    uint32_t count;
    struct report list[MATCHING_REPORT_MAX];
};

/* One pair's market, as the caller knows it. `book` may be empty. */
struct matching_market {
    uint32_t pair;
    int64_t time_ns;
    const struct pair *terms;
    const struct book *book;
    const struct tape *tape; /* FILLS_TRADES; else NULL */
};

void matching_init(struct matching *matching, const struct matching_config *config);

/* Takes over an earlier session's orders; `map` as in engine_adopt, which is asked first. What was
 * taken of levels is forgotten: the books are new. */
void matching_adopt(struct matching *matching, const struct matching *before, const uint32_t *map);

/* The venue counts a pair otherwise from now on: its orders in the new terms, and what was taken of
 * its levels forgotten. */
void matching_move(struct matching *matching, uint32_t pair, const struct pair *from,
                   const struct pair *to);

/* Reports are appended to `out`. Each order placed is accepted or rejected at once. */
void matching_place(struct matching *matching, const struct matching_market *market,
                    const struct order *order, struct matching_reports *out);
void matching_cancel(struct matching *matching, uint64_t order_id, struct matching_reports *out);
void matching_amend(struct matching *matching, uint64_t order_id, int64_t qty_lots,
                    int64_t stop_ticks, int64_t target_ticks, struct matching_reports *out);

/* FILLS_CANDLES: first the open; then the candle's range, each after what the one before caused was
 * placed: the limits that it traded through, the stops it fell to, the targets it rose to. Where a
 * limit bought, the targets are not asked: the high may have been before the low. */
void matching_open(struct matching *matching, const struct matching_market *market,
                   const struct candle *candle, struct matching_reports *out);
void matching_limits(struct matching *matching, const struct matching_market *market,
                     const struct candle *candle, struct matching_reports *out);
void matching_stops(struct matching *matching, const struct matching_market *market,
                    const struct candle *candle, struct matching_reports *out);
void matching_targets(struct matching *matching, const struct matching_market *market,
                      const struct candle *candle, struct matching_reports *out);

/* FILLS_CANDLES: what a taker's order is filled at where a candle has this price. */
int64_t matching_taker_ticks(const struct matching_config *config, const struct pair *pair,
                             double price, enum side side);

/* The same of a sale's stop, and of its target; false: the candle does not reach it. */
bool matching_stop_ticks(const struct matching_config *config, const struct pair *pair,
                         const struct candle *candle, int64_t stop_ticks, int64_t *ret_ticks);
bool matching_target_ticks(const struct pair *pair, const struct candle *candle,
                           int64_t target_ticks, int64_t *ret_ticks);

/* False for a candle whose prices no ticks can count, or at which what we sell would be worth more
 * than all money: it is no market to be filled in. */
bool matching_believable(const struct pair *pair, const struct candle *candle, enum side side,
                         int64_t qty_lots);

/* FILLS_BOOK, FILLS_SIMPLE. matching_book is told after the changes were applied to the book. */
void matching_book(struct matching *matching, const struct matching_market *market,
                   const struct level_change *changes, uint32_t count,
                   struct matching_reports *out);
void matching_trade(struct matching *matching, const struct matching_market *market,
                    const struct trade *trade, struct matching_reports *out);

/* Ends orders whose time is over. */
void matching_expire(struct matching *matching, int64_t time_ns, struct matching_reports *out);
