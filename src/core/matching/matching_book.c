/* SPDX-License-Identifier: MIT */
#include "core/base/check.h"
#include "core/base/timestamp.h"
#include "core/matching/matching_internal.h"

static struct matching_taken *taken_find(struct matching *matching, uint32_t pair, enum side side,
                                         int64_t price_ticks)
{
    for (uint32_t i = 0; i < matching->taken_count; i++) {
        struct matching_taken *taken = &matching->taken[i];
        if (taken->pair == pair && taken->side == side && taken->price_ticks == price_ticks) {
            return taken;
        }
    }
    return NULL;
}

static void taken_drop(struct matching *matching, struct matching_taken *taken)
{
    *taken = matching->taken[--matching->taken_count];
}

/* Remembers what we took of a level. When the table is full the oldest makes room: the worst that
 * follows is that a level we took from counts as whole again a little early. */
static void taken_add(struct matching *matching, const struct matching_market *market,
                      enum side side, int64_t price_ticks, int64_t qty_lots)
{
    struct matching_taken *taken = taken_find(matching, market->pair, side, price_ticks);
    if (taken == NULL) {
        if (matching->taken_count == MATCHING_TAKEN_MAX) {
            struct matching_taken *oldest = &matching->taken[0];
            for (uint32_t i = 1; i < matching->taken_count; i++) {
                if (matching->taken[i].until_ns < oldest->until_ns) {
                    oldest = &matching->taken[i];
                }
            }
            taken_drop(matching, oldest);
        }
        taken = &matching->taken[matching->taken_count++];
        *taken = (struct matching_taken){
            .pair = market->pair,
            .side = side,
            .price_ticks = price_ticks,
        };
    }
    taken->qty_lots += qty_lots;
    taken->until_ns = market->time_ns + MATCHING_TAKEN_NS;
}

static int64_t level_left(struct matching *matching, const struct matching_market *market,
                          enum side side, const struct level *level)
{
    struct matching_taken *taken = taken_find(matching, market->pair, side, level->price_ticks);
    if (taken != NULL && taken->until_ns <= market->time_ns) {
        taken_drop(matching, taken);
        taken = NULL;
    }
    const int64_t left = level->qty_lots - (taken != NULL ? taken->qty_lots : 0);
    return left > 0 ? left : 0;
}

/* How an order meets the levels of the other side. */
struct take_terms {
    int64_t worst_ticks; /* 0: any price */
    bool resting;        /* it stood there first: filled at worst_ticks, as the maker */
    bool stop_hit;
};

static int64_t take_price(const struct matching *matching, const struct matching_market *market,
                          const struct take_terms *how, int64_t level_ticks, enum side side)
{
    if (how->resting) {
        return how->worst_ticks;
    }
    const bool simple = matching->config.fills == FILLS_SIMPLE;
    return simple ? matching_slip(market->terms, level_ticks, matching->config.slippage_ppm, side)
                  : level_ticks;
}

/* Takes liquidity as the terms say. Returns true while the order goes on: not filled whole. */
static bool take(struct matching *matching, struct matching_order *resting,
                 const struct matching_market *market, const struct take_terms *how,
                 struct matching_reports *out)
{
    const enum side side = resting->order.side;
    const bool buy = side == SIDE_BUY;
    const enum side level_side = buy ? SIDE_SELL : SIDE_BUY;
    const struct book_side *levels = buy ? &market->book->asks : &market->book->bids;
    for (uint32_t i = 0; i < levels->count; i++) {
        const struct level *level = &levels->levels[i];
        if (how->worst_ticks != 0 &&
            (buy ? level->price_ticks > how->worst_ticks : level->price_ticks < how->worst_ticks)) {
            return true;
        }
        const bool simple = matching->config.fills == FILLS_SIMPLE;
        const int64_t left = order_left(&resting->order);
        const int64_t there = simple ? left : level_left(matching, market, level_side, level);
        const int64_t qty = there < left ? there : left;
        if (qty == 0 || (!buy && !pair_plausible(market->terms, level->price_ticks, qty))) {
            continue;
        }
        const struct matching_fill_terms terms = {
            .price_ticks = take_price(matching, market, how, level->price_ticks, side),
            .qty_lots = qty,
            .maker = how->resting,
            .stop_hit = how->stop_hit,
        };
        const bool goes_on = matching_fill(matching, resting, market, &terms, out);
        const struct report *last = &out->list[out->count - 1];
        if (!simple && last->kind == REPORT_FILL) {
            taken_add(matching, market, level_side, level->price_ticks, last->qty_lots);
        }
        if (!goes_on) {
            return false;
        }
    }
    return true;
}

/* What stands at our price before us. */
static int64_t queue_ahead(const struct matching_market *market, const struct order *order)
{
    const struct book_side *own =
        order->side == SIDE_BUY ? &market->book->bids : &market->book->asks;
    for (uint32_t i = 0; i < own->count; i++) {
        if (own->levels[i].price_ticks == order->limit_ticks) {
            return own->levels[i].qty_lots;
        }
    }
    return 0;
}

void matching_arrive(struct matching *matching, struct matching_order *resting,
                     const struct matching_market *market, struct matching_reports *out)
{
    const struct order *order = &resting->order;
    switch (order->kind) {
    case ORDER_MARKET:
        if (take(matching, resting, market, &(struct take_terms){.worst_ticks = order->limit_ticks},
                 out)) {
            matching_end(matching, resting, REPORT_CANCELLED, out);
        }
        return;
    case ORDER_LIMIT:
        if (take(matching, resting, market, &(struct take_terms){.worst_ticks = order->limit_ticks},
                 out)) {
            resting->queue_lots = queue_ahead(market, order);
        }
        return;
    case ORDER_BRACKET:
        return;
    }
}

/* A stop that was touched sells into the book; without a sound book it waits for one. */
static void stop_touched(struct matching *matching, struct matching_order *resting,
                         const struct matching_market *market, struct matching_reports *out)
{
    if (!book_sound(market->book)) {
        resting->fresh = true;
        return;
    }
    if (take(matching, resting, market, &(struct take_terms){.stop_hit = true}, out)) {
        resting->fresh = true;
    }
}

void matching_target_trade(struct matching *matching, struct matching_order *resting,
                           const struct matching_market *market, const struct trade *trade,
                           struct matching_reports *out)
{
    const struct order *order = &resting->order;
    if (order->target_ticks > 0 && trade->price_ticks > order->target_ticks) {
        const struct matching_fill_terms terms = {
            .price_ticks = order->target_ticks,
            .qty_lots = order_left(order),
            .maker = true,
        };
        matching_fill(matching, resting, market, &terms, out);
    }
}

static void bracket_trade(struct matching *matching, struct matching_order *resting,
                          const struct matching_market *market, const struct trade *trade,
                          struct matching_reports *out)
{
    const struct order *order = &resting->order;
    if (order->stop_ticks > 0 && trade->price_ticks <= order->stop_ticks) {
        stop_touched(matching, resting, market, out);
    } else {
        matching_target_trade(matching, resting, market, trade, out);
    }
}

void matching_limit_trade(struct matching *matching, struct matching_order *resting,
                          const struct matching_market *market, const struct trade *trade,
                          struct matching_reports *out)
{
    const struct order *order = &resting->order;
    const bool buy = order->side == SIDE_BUY;
    const bool through =
        buy ? trade->price_ticks < order->limit_ticks : trade->price_ticks > order->limit_ticks;
    int64_t reach = through ? INT64_MAX : 0;
    if (trade->price_ticks == order->limit_ticks) {
        const int64_t ahead = resting->queue_lots;
        reach = trade->qty_lots > ahead ? trade->qty_lots - ahead : 0;
        resting->queue_lots = ahead > trade->qty_lots ? ahead - trade->qty_lots : 0;
    }
    const int64_t left = order_left(order);
    if (reach > 0) {
        const struct matching_fill_terms terms = {
            .price_ticks = order->limit_ticks,
            .qty_lots = reach < left ? reach : left,
            .maker = true,
        };
        matching_fill(matching, resting, market, &terms, out);
    }
}

void matching_trade(struct matching *matching, const struct matching_market *market,
                    const struct trade *trade, struct matching_reports *out)
{
    if (matching->alive[market->pair] == 0) {
        return;
    }
    if (matching->config.fills == FILLS_TRADES) {
        matching_tape_trade(matching, market, trade, out);
        return;
    }
    for (uint32_t i = matching->order_count; i-- > 0;) {
        struct matching_order *resting = &matching->orders[i];
        if (resting->order.pair == market->pair && resting->order.kind == ORDER_LIMIT) {
            matching_limit_trade(matching, resting, market, trade, out);
        }
    }
    for (uint32_t i = matching->order_count; i-- > 0;) {
        struct matching_order *resting = &matching->orders[i];
        if (resting->order.pair == market->pair && resting->order.kind == ORDER_BRACKET) {
            bracket_trade(matching, resting, market, trade, out);
        }
    }
}

/* A level that the venue changed is what it says: what we took of it is settled. */
static void taken_settle(struct matching *matching, uint32_t pair,
                         const struct level_change *changes, uint32_t count)
{
    for (uint32_t i = 0; i < count && matching->taken_count > 0; i++) {
        struct matching_taken *taken =
            taken_find(matching, pair, changes[i].side, changes[i].level.price_ticks);
        if (taken != NULL) {
            taken_drop(matching, taken);
        }
    }
}

/* The queue ahead cannot be longer than the level: those who left ahead of us are gone. */
static void limit_book(struct matching *matching, struct matching_order *resting,
                       const struct matching_market *market, struct matching_reports *out)
{
    const struct order *order = &resting->order;
    const struct take_terms how = {.worst_ticks = order->limit_ticks, .resting = true};
    if (!take(matching, resting, market, &how, out)) {
        return;
    }
    const int64_t there = queue_ahead(market, order);
    if (there < resting->queue_lots) {
        resting->queue_lots = there;
    }
}

static void bracket_book(struct matching *matching, struct matching_order *resting,
                         const struct matching_market *market, struct matching_reports *out)
{
    const struct order *order = &resting->order;
    if (resting->fresh) { /* triggered before, not sold whole */
        stop_touched(matching, resting, market, out);
        return;
    }
    if (order->target_ticks > 0) {
        /* A bid at the target takes our resting sell. */
        const struct take_terms how = {.worst_ticks = order->target_ticks, .resting = true};
        take(matching, resting, market, &how, out);
    }
}

void matching_book(struct matching *matching, const struct matching_market *market,
                   const struct level_change *changes, uint32_t count, struct matching_reports *out)
{
    taken_settle(matching, market->pair, changes, count);
    if (matching->alive[market->pair] == 0 || !book_sound(market->book)) {
        return;
    }
    for (uint32_t i = matching->order_count; i-- > 0;) {
        struct matching_order *resting = &matching->orders[i];
        if (resting->order.pair == market->pair && resting->order.kind == ORDER_LIMIT) {
            limit_book(matching, resting, market, out);
        }
    }
    for (uint32_t i = matching->order_count; i-- > 0;) {
        struct matching_order *resting = &matching->orders[i];
        if (resting->order.pair == market->pair && resting->order.kind == ORDER_BRACKET) {
            bracket_book(matching, resting, market, out);
        }
    }
}
