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

__extension__ typedef __int128 wide;
#define VOLUME_DAYS 30
#define TAKEN_MAX 128
#define TAKEN_NS (10 * NS_PER_S)
#define PPM INT64_C(1000000)
#define DISPLAY_PARTS 15 /* an iceberg shows at least so small a part */

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
    wide product;               /* ticks * lots of its fills, exactly */
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
    int64_t cost_step;                 /* smallest amount of quote that a cost or fee has */
    int64_t cost_divisor, cost_factor; /* ticks * lots / divisor * factor = amount of quote */
    int64_t lot_factor;                /* lots * factor = amount of base */
    uint32_t alive;                    /* open orders */
    uint32_t resting[2], waiting, waiting_last, arriving, arriving_last;
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
    uint32_t *dollars; /* by asset: the desk that gives its price in US dollars, or NIL */
    uint32_t usd;      /* the asset of that name, or NIL */
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

/* account.c */
int64_t account_free(const struct trading *trading, uint32_t account, uint32_t asset);

/* Moves the balance; id, time, balance and, when it is 0, ref are filled in. */
uint64_t ledger_add(struct trading *trading, const struct trading_ledger *row);
int64_t fee_ppm(const struct trading *trading, uint32_t account, uint32_t pair, bool maker);
bool rate_admits(const struct trading *trading, uint32_t account, uint32_t pair, int64_t cost);
void rate_charge(struct trading *trading, uint32_t account, uint32_t pair, int64_t cost);

/* money.c: amounts, never above AMOUNT_MAX. `step`: the smallest fee. lots_for rounds down. */
int64_t cost_of(const struct desk *desk, int64_t price_ticks, int64_t qty_lots,
                enum rounding rounding);
int64_t trade_fee_of(int64_t amount, int64_t ppm, int64_t step, enum rounding rounding);
int64_t base_of(const struct desk *desk, int64_t qty_lots);
int64_t lots_for(const struct desk *desk, int64_t amount, int64_t price_ticks);
int64_t dollars_of(const struct trading *trading, uint32_t asset, int64_t amount);

/* orders.c: nodes and their lists. node_new gives NULL when half the pool is open. */
struct node *node_new(struct trading *trading);
void node_list_open(struct trading *trading, struct node *node);
void node_list_closed(struct trading *trading, struct node *node);
struct node *node_open(struct trading *trading, uint32_t account, uint64_t id);
void node_place(struct trading *trading, struct node *node, enum place place);
void node_end(struct trading *trading, struct node *node, enum trading_status status,
              enum trading_reason reason);
void node_emit(struct trading *trading, enum trading_event_kind kind, const struct node *node);
bool node_resting_before(const struct node *a, const struct node *b);
int64_t node_visible(const struct node *node);
uint32_t *open_count_of(struct trading *trading, uint32_t account, uint32_t pair);

/* hold.c: what an order must reserve, and reserving it. */
int64_t hold_needed(const struct trading *trading, const struct trading_order *order);
void hold_update(struct trading *trading, struct node *node);

/* The same, but it only ever falls: where the account was not asked whether it has more. */
void hold_lower(struct trading *trading, struct node *node);

/* The most lots of a market order's remainder that its account can pay for at a price. */
int64_t hold_affords(const struct trading *trading, const struct trading_order *order,
                     int64_t price_ticks, int64_t qty_lots);

/* fill.c. maker NULL: the market's level; the caller keeps the level's account. */
void fill_meet(struct trading *trading, struct node *taker, struct node *maker, int64_t price_ticks,
               int64_t qty_lots);

/* A resting order is taken by the market, in the public trade of that number. */
void fill_passive(struct trading *trading, struct node *node, int64_t qty_lots, uint64_t public_id);

/* Tells the public of a trade, and gives its number. */
uint64_t public_tell(struct trading *trading, uint32_t pair, const struct trade *trade,
                     bool market);

/* close.c: the order that a fill of `parent` makes. */
void close_make(struct trading *trading, const struct node *parent, int64_t qty_lots);

/* match.c. level_at may be NULL. */
int64_t level_left(const struct trading *trading, const struct desk *desk, enum side side,
                   const struct level *level);
const struct level *level_at(const struct desk *desk, enum side side, int64_t price_ticks);
void taken_add(struct trading *trading, struct desk *desk, enum side side,
               const struct level *level, int64_t qty_lots);
void taken_settle(const struct trading *trading, struct desk *desk);

/* The market has so many lots fewer at a price: they stand no longer before the clients there. */
void shorten_queues(struct trading *trading, const struct desk *desk, enum side side,
                    int64_t price_ticks, int64_t qty_lots);

/* Price of the best offer an order could take now; 0: none within its limit. */
int64_t match_best(const struct trading *trading, const struct trading_order *order);

/* Lots an order could take now, up to `enough`; *ret_cost what they cost, rounded up. */
int64_t match_reach(const struct trading *trading, const struct trading_order *order,
                    int64_t enough, int64_t *ret_cost);

/* Takes what it may. False when it has ended with that: its node may be another order's already,
 * one that its own fill has made. */
bool match_take(struct trading *trading, struct node *node);

/* settle.c: until nothing arrives and no trigger is met. */
void settle(struct trading *trading, struct desk *desk);

/* Rests at the end of the queue at its price. */
void queue_join(struct trading *trading, struct node *node);

/* Accepted, or its start has come: to the book, or to wait for its trigger. */
void node_start(struct trading *trading, struct node *node);
bool trigger_met(const struct trading_order *order, int64_t price_ticks);

/* A cancel's cost for an end that may or may not count as one. */
void penalise(struct trading *trading, const struct trading_order *order);

/* time.c */
void due_by(struct trading *trading, int64_t time_ns); /* 0: never */
void timer_fire(struct trading *trading, uint32_t account);

/* cancel.c */
uint32_t cancel_every(struct trading *trading, uint32_t account, enum trading_reason reason);

/* admit.c: the order an add asks for, and what speaks against it. */
const char *admit_form(const struct trading *trading, uint32_t account,
                       const struct trading_add *add, struct trading_order *ret);

/* `replaced`: an order whose hold and place count as free, or NULL. */
const char *admit_state(const struct trading *trading, const struct trading_order *order,
                        const struct trading_order *replaced);
const char *admit_market(const struct trading *trading, const struct trading_order *order);
const char *admit_price(const struct desk *desk, int64_t price_ticks);
const char *admit_deadline(const struct trading *trading, int64_t deadline_ns);
const char *admit_minimums(const struct trading *trading, const struct trading_order *order);
const char *admit_funds(const struct trading *trading, const struct trading_order *order,
                        const struct trading_order *replaced);

/* Sets trigger and limit as asked for by today's prices. */
const char *order_prices(const struct trading *trading, struct trading_order *order);

/* add.c: counts a cost, or says that it is too much. */
const char *rate_gate(struct trading *trading, uint32_t account, uint32_t pair, int64_t cost);

/* Takes the order in, unsettled; NULL only when the pool is full. */
struct node *order_enter(struct trading *trading, const struct trading_order *order);

/* price.c: what was asked for, in ticks; 0: there is no reference, or not above 0. */
int64_t price_trigger(const struct trading *trading, const struct trading_order *order,
                      int64_t reference_ticks);
int64_t price_limit(const struct trading *trading, const struct trading_order *order,
                    int64_t reference_ticks);
int64_t price_index(const struct desk *desk);
int64_t price_reference(const struct desk *desk, const struct trading_order *order);
