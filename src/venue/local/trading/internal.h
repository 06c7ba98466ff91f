/* SPDX-License-Identifier: MIT */
/*
 * The inside of trading, shared by its files; nobody else includes this.
 *
 *   request -> admit.c (checks) -> orders.c (a node, its hold) -> arrivals of the pair
 *   settle.c: until nothing arrives and no trigger is met: arrival -> match.c -> fill.c -> rests
 *
 * A node stands in two lists: its account's (open, oldest first; or closed, latest first) and,
 * while open, one of its pair's (arriving, resting by price and time, waiting for trigger or
 * start). Nodes are named by their slot in the pool; the slot of an order is its id modulo the
 * pool's size, so an id finds its node without a table.
 */
#pragma once

#include "venue/local/trading/trading.h"

#define NIL UINT32_MAX
#define VOLUME_DAYS 30
#define TAKEN_MAX 128
#define TAKEN_NS (10 * NS_PER_S)
#define PPM INT64_C(1000000)

/* No amount is larger, so that sums of a few stay within int64. */
#define AMOUNT_MAX (INT64_C(1) << 60)

enum place {
    PLACE_NONE,
    PLACE_ARRIVING,
    PLACE_RESTING,
    PLACE_WAITING, /* for a trigger, or for start_ns */
};

struct node {
    struct trading_order order; /* first: an order is its node */
    uint64_t sequence;          /* time priority: lower came first */
    int64_t queue_lots;         /* the market's, standing before it at its price */
    uint32_t account_before, account_next;
    uint32_t pair_before, pair_next;
    enum place place;
};

struct taken {      /* what clients took of a market level: the book still shows it */
    enum side side; /* of the level */
    int64_t price_ticks;
    int64_t qty_lots;
    int64_t shown_lots; /* by the book when last seen: another figure settles it */
    int64_t until_ns;
};

struct desk { /* a pair */
    struct trading_pair pair;
    const struct liquidity_side *sides; /* by enum side; NULL: none yet */
    enum pair_status status;
    int64_t last_ticks;
    uint64_t public_id;                /* when on_public does not count */
    int64_t cost_divisor, cost_factor; /* ticks * lots / divisor * factor = amount of quote */
    int64_t lot_factor;                /* lots * factor = amount of base */
    uint32_t alive;                    /* open orders */
    uint32_t resting[2], waiting, arriving, arriving_last;
    uint32_t taken_count;
    struct taken taken[TAKEN_MAX];
};

struct account {
    char identity[TRADING_IDENTITY_MAX];
    enum rate_tier tier;
    uint32_t open_first, open_last, closed_first, closed_last;
    uint64_t trade_last, ledger_last;
    int64_t timer_ns; /* dead-man's; 0 disarmed */
    int64_t volume_day;
    int64_t volume[VOLUME_DAYS]; /* money, by day modulo */
};

struct trading {
    struct trading_config config; /* its tables are our own copies */
    struct trading_variant variant;
    struct trading_asset *assets;
    enum trading_system system;
    int64_t now_ns;
    int64_t due_ns; /* nothing falls due before: a bound, not always reached */
    uint32_t account_count;
    uint64_t order_last, trade_last, ledger_last, amend_last, sequence;
    uint32_t open_count;
    struct account *accounts;
    struct desk *desks;
    struct node *nodes;
    struct trading_trade *trades;
    struct trading_ledger *ledgers;
    struct trading_amendment *amendments;
    int64_t *balances, *holds;     /* by account, then asset */
    struct rate_counter *counters; /* by account, then pair */
    uint32_t *open_counts;         /* by account, then pair */
};

static inline struct desk *desk_of(struct trading *trading, const struct node *node)
{
    return &trading->desks[node->order.pair];
}

static inline struct node *node_at(struct trading *trading, uint32_t slot)
{
    return slot == NIL ? NULL : &trading->nodes[slot];
}

static inline uint32_t slot_of(const struct trading *trading, const struct node *node)
{
    return (uint32_t)(node - trading->nodes);
}

static inline int64_t *balance_of(struct trading *trading, uint32_t account, uint32_t asset)
{
    return &trading->balances[(size_t)account * trading->config.asset_count + asset];
}

static inline int64_t *hold_of(struct trading *trading, uint32_t account, uint32_t asset)
{
    return &trading->holds[(size_t)account * trading->config.asset_count + asset];
}
