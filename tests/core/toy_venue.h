/* SPDX-License-Identifier: MIT */
/*
 * A venue small enough to be believed: one price a pair, orders in a list, coins in a box. It does
 * what it is asked at once and tells it by messages that a hostile line delays, loses, doubles and
 * shuffles. The slow model that the broker is held against.
 */
#pragma once

#include "desk_fixture.h"

#define TOY_ORDERS 8192
#define TOY_TRADES 16384
#define TOY_MESSAGES 4096
#define TOY_PAIRS 3

struct toy_order {
    uint64_t serial; /* its txid */
    uint64_t client, parent;
    uint32_t pair;
    enum side side;
    enum request_order kind;
    enum request_life life;
    int64_t qty, filled, limit, trigger, close;
    int64_t created_ns, expire_ns, ended_ns;
    enum news_state state;
    bool triggered;
};

struct toy_trade {
    uint64_t serial;
    uint32_t order;
    int64_t price, qty, fee, time_ns;
};

struct toy_message {
    int64_t due_ns;
    uint64_t epoch; /* of the connection it travels on */
    struct news news;
};

struct toy {
    struct prng *prng;
    int64_t now_ns;
    int64_t price[TOY_PAIRS];
    int64_t coins[TOY_PAIRS];
    int64_t cash;
    struct pair terms;
    uint64_t epoch;
    bool up;
    double refuse, twice, shuffle;
    int64_t lag_ns; /* of closed orders and trades in listings */
    uint32_t order_count, trade_count, message_count;
    struct toy_order orders[TOY_ORDERS];
    struct toy_trade trades[TOY_TRADES];
    struct toy_message messages[TOY_MESSAGES];
};

static inline bool toy_chance(struct toy *toy, double p)
{
    return prng_real(toy->prng) < p;
}

static inline struct venue_id toy_id(uint64_t kind, uint64_t serial)
{
    return (struct venue_id){kind, serial};
}

/* A message goes out now, and arrives when the line pleases. */
static inline void toy_say(struct toy *toy, const struct news *news)
{
    const uint32_t copies = toy_chance(toy, toy->twice) ? 2 : 1;
    for (uint32_t i = 0; i < copies && toy->up; i++) {
        EXPECT(toy->message_count < TOY_MESSAGES);
        const int64_t base = toy_chance(toy, toy->shuffle) ? 2 * NS_PER_S : 20 * NS_PER_MS;
        toy->messages[toy->message_count++] = (struct toy_message){
            .due_ns = toy->now_ns + NS_PER_MS + (int64_t)prng_below(toy->prng, (uint64_t)base),
            .epoch = toy->epoch,
            .news = *news,
        };
    }
}

static inline void toy_answer(struct toy *toy, uint64_t sequence, enum news_kind kind,
                              enum reject_reason reject, uint64_t serial)
{
    const double twice = toy->twice;
    toy->twice = 0; /* a gateway answers a request once */
    toy_say(toy, &(struct news){.kind = kind,
                                .sequence = sequence,
                                .reject = reject,
                                .txid = toy_id(serial != 0, serial)});
    toy->twice = twice;
}

static inline struct news toy_row(const struct toy_order *order, bool listed, bool stale)
{
    return (struct news){
        .kind = NEWS_ORDER,
        .order = {.txid = toy_id(1, order->serial),
                  .parent = toy_id(order->parent != 0, order->parent),
                  .client = order->client,
                  .pair = order->pair,
                  .state = stale ? NEWS_OPEN : order->state,
                  .side = order->side,
                  .kind = order->kind,
                  .listed = listed,
                  .qty_lots = order->qty,
                  .filled_lots = stale ? 0 : order->filled,
                  .limit_ticks = order->limit,
                  .trigger_ticks = order->trigger},
    };
}

static inline void toy_tell(struct toy *toy, const struct toy_order *order)
{
    const struct news row = toy_row(order, false, false);
    toy_say(toy, &row);
}

static inline struct news toy_trade_row(const struct toy *toy, const struct toy_trade *trade,
                                        bool listed)
{
    const struct toy_order *order = &toy->orders[trade->order];
    return (struct news){
        .kind = NEWS_TRADE,
        .trade = {.exec = toy_id(2, trade->serial),
                  .txid = toy_id(1, order->serial),
                  .client = order->client,
                  .pair = order->pair,
                  .side = order->side,
                  .listed = listed,
                  .price_ticks = trade->price,
                  .qty_lots = trade->qty,
                  .fee = trade->fee,
                  .time_ns = trade->time_ns},
    };
}

static inline struct toy_order *toy_new(struct toy *toy)
{
    EXPECT(toy->order_count < TOY_ORDERS);
    struct toy_order *order = &toy->orders[toy->order_count++];
    *order = (struct toy_order){
        .serial = toy->order_count, .created_ns = toy->now_ns, .state = NEWS_OPEN};
    return order;
}

static inline void toy_end(struct toy *toy, struct toy_order *order, enum news_state state)
{
    order->state = state;
    order->ended_ns = toy->now_ns;
    toy_tell(toy, order);
}

static inline void toy_fill(struct toy *toy, struct toy_order *order, int64_t price, int64_t qty)
{
    EXPECT(toy->trade_count < TOY_TRADES);
    const int64_t cost = pair_notional(&toy->terms, price, qty, ROUND_NEAREST);
    struct toy_trade *trade = &toy->trades[toy->trade_count++];
    *trade = (struct toy_trade){.serial = toy->trade_count,
                                .order = (uint32_t)(order - toy->orders),
                                .price = price,
                                .qty = qty,
                                .fee = fee_of(cost, 4000),
                                .time_ns = toy->now_ns};
    order->filled += qty;
    const bool buy = order->side == SIDE_BUY;
    toy->coins[order->pair] += buy ? qty : -qty;
    toy->cash += (buy ? -cost : cost) - trade->fee;
    EXPECT(toy->coins[order->pair] >= 0);
    const struct news row = toy_trade_row(toy, trade, false);
    toy_say(toy, &row);
    if (order->filled == order->qty) {
        toy_end(toy, order, NEWS_FILLED);
    }
    if (buy && order->close != 0) {
        const uint64_t parent = order->serial;
        const int64_t trigger = order->close;
        const uint32_t pair = order->pair;
        struct toy_order *child = toy_new(toy);
        child->parent = parent;
        child->pair = pair;
        child->side = SIDE_SELL;
        child->kind = VENUE_STOP;
        child->qty = qty;
        child->trigger = trigger;
        toy_tell(toy, child);
    }
}

/* Whole, or in two bites. */
static inline int64_t toy_bite(struct toy *toy, const struct toy_order *order)
{
    const int64_t left = order->qty - order->filled;
    return left > 1 && toy_chance(toy, 0.4) ? 1 + (int64_t)prng_below(toy->prng, (uint64_t)left)
                                            : left;
}

static inline void toy_match(struct toy *toy, struct toy_order *order)
{
    const int64_t bid = toy->price[order->pair] - 1, ask = bid + 2;
    if (order->kind == VENUE_STOP && bid <= order->trigger) {
        order->triggered = true;
    }
    const bool market = order->kind == VENUE_MARKET || order->triggered;
    if (order->side == SIDE_BUY && (market || order->limit >= ask)) {
        toy_fill(toy, order, ask, toy_bite(toy, order));
    } else if (order->side == SIDE_SELL &&
               (market || (order->kind == VENUE_LIMIT && order->limit <= bid))) {
        toy_fill(toy, order, bid, toy_bite(toy, order));
    }
}

static inline void toy_advance(struct toy *toy, int64_t now_ns)
{
    toy->now_ns = now_ns;
    for (uint32_t i = 0; i < toy->order_count; i++) {
        struct toy_order *order = &toy->orders[i];
        if (order->state == NEWS_OPEN) {
            toy_match(toy, order);
        }
        if (order->state == NEWS_OPEN && order->life == LIFE_GTD && order->expire_ns <= now_ns) {
            toy_end(toy, order, NEWS_EXPIRED);
        }
    }
}

static inline int64_t toy_free_coins(const struct toy *toy, uint32_t pair)
{
    int64_t coins = toy->coins[pair];
    for (uint32_t i = 0; i < toy->order_count; i++) {
        const struct toy_order *order = &toy->orders[i];
        if (order->pair == pair && order->state == NEWS_OPEN && order->side == SIDE_SELL) {
            coins -= order->qty - order->filled;
        }
    }
    return coins;
}

static inline struct toy_order *toy_find(struct toy *toy, const struct request *request)
{
    for (uint32_t i = 0; i < toy->order_count; i++) {
        struct toy_order *order = &toy->orders[i];
        if (order->state == NEWS_OPEN &&
            ((request->txid.hi == 1 && request->txid.lo == order->serial) ||
             (request->client != 0 && request->client == order->client))) {
            return order;
        }
    }
    return NULL;
}

static inline void toy_add(struct toy *toy, const struct request *request)
{
    for (uint32_t i = 0; i < toy->order_count; i++) {
        EXPECT(toy->orders[i].client != request->client); /* sent twice */
    }
    enum reject_reason reject = REJECT_NONE;
    if (request->side == SIDE_SELL && toy_free_coins(toy, request->pair) < request->qty_lots) {
        reject = REJECT_FUNDS;
    } else if (request->deadline_ns < toy->now_ns) {
        reject = REJECT_DEADLINE;
    } else if (toy_chance(toy, toy->refuse)) {
        reject = REJECT_RATE;
    }
    if (reject != REJECT_NONE) {
        toy_answer(toy, request->sequence, NEWS_REFUSED, reject, 0);
        return;
    }
    struct toy_order *order = toy_new(toy);
    order->client = request->client;
    order->pair = request->pair;
    order->side = request->side;
    order->kind = request->order;
    order->life = request->life;
    order->qty = request->qty_lots;
    order->limit = request->limit_ticks;
    order->trigger = request->trigger_ticks;
    order->close = request->close_ticks;
    order->expire_ns = request->expire_ns;
    toy_answer(toy, request->sequence, NEWS_ACCEPTED, REJECT_NONE, order->serial);
    toy_tell(toy, order);
    toy_match(toy, order);
    if (order->life == LIFE_IOC && order->state == NEWS_OPEN) {
        toy_end(toy, order, NEWS_CANCELLED);
    }
}

static inline void toy_amend(struct toy *toy, const struct request *request)
{
    struct toy_order *order = toy_find(toy, request);
    enum reject_reason reject = REJECT_NONE;
    if (order == NULL) {
        reject = REJECT_UNKNOWN_ORDER;
    } else if (request->qty_lots > order->qty &&
               toy_free_coins(toy, order->pair) < request->qty_lots - order->qty) {
        reject = REJECT_FUNDS;
    } else if (request->deadline_ns < toy->now_ns) {
        reject = REJECT_DEADLINE;
    } else if (request->trigger_ticks >= toy->price[order->pair] || toy_chance(toy, toy->refuse)) {
        reject = REJECT_OTHER; /* it would fire at once */
    }
    if (reject != REJECT_NONE) {
        toy_answer(toy, request->sequence, NEWS_REFUSED, reject, 0);
        return;
    }
    order->qty = request->qty_lots != 0 ? request->qty_lots : order->qty;
    order->limit = request->limit_ticks != 0 ? request->limit_ticks : order->limit;
    order->trigger = request->trigger_ticks != 0 ? request->trigger_ticks : order->trigger;
    toy_answer(toy, request->sequence, NEWS_ACCEPTED, REJECT_NONE, 0);
    if (order->filled >= order->qty) {
        toy_end(toy, order, NEWS_CANCELLED);
    } else {
        toy_tell(toy, order);
    }
}

static inline void toy_cancel(struct toy *toy, const struct request *request)
{
    struct toy_order *order = toy_find(toy, request);
    toy_answer(toy, request->sequence, order != NULL ? NEWS_ACCEPTED : NEWS_REFUSED,
               order != NULL ? REJECT_NONE : REJECT_UNKNOWN_ORDER, 0);
    if (order != NULL) {
        toy_end(toy, order, NEWS_CANCELLED);
    }
}

/* Open orders are shown as they are; what ended lately may be lacking, or shown as open still. */
static inline void toy_list(struct toy *toy, const struct request *request)
{
    const bool one = request->kind == REQUEST_QUERY;
    const int64_t sight = toy->now_ns - toy->lag_ns;
    const double shuffle = toy->shuffle;
    toy->shuffle = 0; /* a listing's rows come in one piece: on the same line, before its end */
    for (uint32_t i = 0; i < toy->order_count; i++) {
        const struct toy_order *order = &toy->orders[i];
        const bool meant = !one || (request->txid.hi == 1 && request->txid.lo == order->serial) ||
                           (request->client != 0 && request->client == order->client);
        const bool open = order->state == NEWS_OPEN;
        if (!meant || (!open && order->ended_ns < request->since_ns)) {
            continue;
        }
        if (open || order->ended_ns <= sight) {
            const struct news row = toy_row(order, true, false);
            toy_say(toy, &row);
        } else if (order->created_ns <= sight) {
            const struct news row = toy_row(order, true, true);
            toy_say(toy, &row);
        }
    }
    for (uint32_t i = 0; i < toy->trade_count; i++) {
        const struct toy_trade *trade = &toy->trades[i];
        const struct toy_order *order = &toy->orders[trade->order];
        const bool meant = !one || (request->txid.hi == 1 && request->txid.lo == order->serial) ||
                           (request->client != 0 && request->client == order->client);
        /* The executions snapshot has the last fifty as they are; the rest is history. */
        const bool fresh = !one && i + 50 >= toy->trade_count;
        if (meant && (fresh || trade->time_ns <= sight) && trade->time_ns >= request->since_ns) {
            const struct news row = toy_trade_row(toy, trade, true);
            toy_say(toy, &row);
        }
    }
    toy->shuffle = shuffle;
    const struct news end = {.kind = NEWS_LISTED,
                             .sequence = request->sequence,
                             .begun_ns = toy->now_ns,
                             .whole = !toy_chance(toy, toy->refuse)};
    const double twice = toy->twice;
    toy->twice = 0;
    toy_say(toy, &end);
    toy->messages[toy->message_count - 1].due_ns = toy->now_ns + 3 * NS_PER_S;
    toy->twice = twice;
}

static inline void toy_take(struct toy *toy, const struct request *request)
{
    switch (request->kind) {
    case REQUEST_ADD:
        toy_add(toy, request);
        return;
    case REQUEST_AMEND:
        toy_amend(toy, request);
        return;
    case REQUEST_CANCEL:
        toy_cancel(toy, request);
        return;
    case REQUEST_LIST:
    case REQUEST_QUERY:
        toy_list(toy, request);
        return;
    case REQUEST_TIMER:
        toy_answer(toy, request->sequence, NEWS_ACCEPTED, REJECT_NONE, 0);
        return;
    }
}
