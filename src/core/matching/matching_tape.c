/* SPDX-License-Identifier: MIT */
/*
 * FILLS_TRADES: a recorded tape and no book. Who takes, takes the place of those who took: trade
 * after trade, each up to its size. Who waits is filled as on paper (matching_book.c), but that the
 * queue before him is what the tape lets one suppose.
 */
#include "core/base/check.h"
#include "core/matching/matching_internal.h"

/* The limit is better than the market: it would not rest, but take. */
static bool crosses(const struct order *order, int64_t price_ticks)
{
    return price_ticks != 0 && (order->side == SIDE_BUY ? price_ticks < order->limit_ticks
                                                        : price_ticks > order->limit_ticks);
}

static void join_queue(struct matching_order *resting, const struct matching_market *market,
                       int64_t time_ns)
{
    resting->fresh = false;
    resting->queue_lots = tape_queue(market->tape, resting->order.limit_ticks, time_ns);
}

void matching_tape_arrive(struct matching_order *resting, const struct matching_market *market)
{
    CHECK(market->tape != NULL);
    if (resting->order.kind != ORDER_LIMIT) {
        return; /* a market order takes from the next trade on; a bracket waits for its prices */
    }
    resting->fresh = crosses(&resting->order, tape_price(market->tape));
    if (!resting->fresh) {
        join_queue(resting, market, market->time_ns);
    }
}

/* Takes of what is left of a trade: at its price, less half the spread and slippage, which a limit
 * is spared beyond its own price. */
static void take_trade(struct matching *matching, struct matching_order *resting,
                       const struct matching_market *market, const struct trade *trade,
                       int64_t *left_lots, struct matching_reports *out)
{
    const struct order *order = &resting->order;
    const bool buy = order->side == SIDE_BUY, limit = order->kind == ORDER_LIMIT;
    const int64_t worst = order->kind == ORDER_BRACKET ? 0 : order->limit_ticks;
    const struct matching_config *config = &matching->config;
    int64_t price = matching_slip(market->terms, trade->price_ticks,
                                  config->half_spread_ppm + config->slippage_ppm, order->side);
    if (worst != 0 && (buy ? price > worst : price < worst)) {
        if (!limit) {
            matching_end(matching, resting, REPORT_CANCELLED, out);
            return;
        }
        price = worst;
    }
    const int64_t wanted = order_left(order), qty = wanted < *left_lots ? wanted : *left_lots;
    if (qty == 0 || (!buy && !pair_plausible(market->terms, price, qty))) {
        return;
    }
    const struct matching_fill_terms terms = {
        .price_ticks = price,
        .qty_lots = qty,
        .stop_hit = order->kind == ORDER_BRACKET,
    };
    const bool goes_on = matching_fill(matching, resting, market, &terms, out);
    const struct report *last = &out->list[out->count - 1];
    const int64_t got = last->kind == REPORT_FILL ? last->qty_lots : 0;
    *left_lots -= got;
    if (goes_on && got < qty) {
        /* Cash did not reach for all of it. */
        matching_end(matching, resting, REPORT_CANCELLED, out);
    }
}

/* Everyone who takes; and a limit that the market has left joins the queue at its price. */
static void meet_takers(struct matching *matching, const struct matching_market *market,
                        const struct trade *trade, struct matching_reports *out)
{
    int64_t left_lots = trade->qty_lots;
    for (uint32_t i = matching->order_count; i-- > 0;) {
        struct matching_order *resting = &matching->orders[i];
        if (resting->order.pair != market->pair || !resting->fresh) {
            continue;
        }
        if (resting->order.kind == ORDER_LIMIT && !crosses(&resting->order, trade->price_ticks)) {
            join_queue(resting, market, trade->time_ns);
        } else {
            take_trade(matching, resting, market, trade, &left_lots, out);
        }
    }
}

/* The trade that a stop is touched by is over: it sells from the next one on. */
static void bracket_trade(struct matching *matching, struct matching_order *resting,
                          const struct matching_market *market, const struct trade *trade,
                          struct matching_reports *out)
{
    const struct order *order = &resting->order;
    if (order->stop_ticks > 0 && trade->price_ticks <= order->stop_ticks) {
        resting->fresh = true;
    } else {
        matching_target_trade(matching, resting, market, trade, out);
    }
}

static void expire(struct matching *matching, uint32_t pair, int64_t time_ns,
                   struct matching_reports *out)
{
    for (uint32_t i = matching->order_count; i-- > 0;) {
        struct matching_order *resting = &matching->orders[i];
        if (resting->order.pair == pair && resting->order.expire_ns != 0 &&
            resting->order.expire_ns <= time_ns) {
            matching_end(matching, resting, REPORT_EXPIRED, out);
        }
    }
}

void matching_tape_trade(struct matching *matching, const struct matching_market *market,
                         const struct trade *trade, struct matching_reports *out)
{
    expire(matching, market->pair, trade->time_ns, out);
    meet_takers(matching, market, trade, out);
    for (uint32_t i = matching->order_count; i-- > 0;) {
        struct matching_order *resting = &matching->orders[i];
        if (resting->order.pair == market->pair && resting->order.kind == ORDER_LIMIT &&
            !resting->fresh) {
            matching_limit_trade(matching, resting, market, trade, out);
        }
    }
    for (uint32_t i = matching->order_count; i-- > 0;) {
        struct matching_order *resting = &matching->orders[i];
        if (resting->order.pair == market->pair && resting->order.kind == ORDER_BRACKET &&
            !resting->fresh) {
            bracket_trade(matching, resting, market, trade, out);
        }
    }
}
