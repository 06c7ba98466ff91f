/* SPDX-License-Identifier: MIT */
/*
 * What the exchange's private side says and is told, as records. Prices are ticks and quantities
 * lots of the pair's terms; amounts of an asset are counted in 10^-decimals of that asset
 * (trading_asset.decimals); times are market time. Zero means absent unless said otherwise.
 *
 * Orders, trades, ledger entries and amendments are named by serial numbers, ascending from 1, one
 * series each; trading_id_text writes the id that Kraken would show.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/execution/rate_counter.h"
#include "core/market/trade.h"

#define TRADING_NONE UINT32_MAX
#define TRADING_FEE_STEPS 16
#define TRADING_CL_ORD_ID_MAX 37 /* a UUID with hyphens, terminated */
#define TRADING_IDENTITY_MAX 64  /* of an account; what it holds is the caller's affair */
#define TRADING_ID_SIZE 20       /* "OXXXXX-XXXXX-XXXXXX", terminated */
#define TRADING_BATCH_MAX 15     /* orders in one batch_add */

struct trading_asset {
    char name[SYMBOL_MAX]; /* "BTC" */
    uint32_t decimals;     /* of the ledger; not below the qty_decimals of pairs it is base of */
};

struct trading_fee_step {
    int64_t volume;                /* 30-day volume from which it holds, whole US dollars */
    uint32_t taker_ppm, maker_ppm; /* 0.40 % is 4000 */
};

struct trading_pair {
    struct pair terms;
    uint32_t base, quote;   /* indexes of assets */
    uint32_t cost_decimals; /* costs and fees in quote have no finer digit, nor finer than ledger */
    uint32_t fee_step_count; /* ascending by volume, the first from 0 */
    struct trading_fee_step fees[TRADING_FEE_STEPS];
};

enum trading_type {
    TRADING_MARKET,
    TRADING_LIMIT,
    TRADING_ICEBERG,
    TRADING_STOP_LOSS,
    TRADING_TAKE_PROFIT,
    TRADING_TRAILING_STOP,
    TRADING_STOP_LOSS_LIMIT,
    TRADING_TAKE_PROFIT_LIMIT,
    TRADING_TRAILING_STOP_LIMIT,
    TRADING_SETTLE_POSITION, /* refused: spot only */
    TRADING_TYPE_COUNT,
};

/* True for the six that wait for a trigger price. */
static inline bool trading_type_triggers(enum trading_type type)
{
    return type >= TRADING_STOP_LOSS && type <= TRADING_TRAILING_STOP_LIMIT;
}

static inline bool trading_type_trails(enum trading_type type)
{
    return type == TRADING_TRAILING_STOP || type == TRADING_TRAILING_STOP_LIMIT;
}

/* True for those that have, or come to have, a limit price. */
static inline bool trading_type_limits(enum trading_type type)
{
    return type == TRADING_LIMIT || type == TRADING_ICEBERG ||
           (type >= TRADING_STOP_LOSS_LIMIT && type <= TRADING_TRAILING_STOP_LIMIT);
}

/* How a price was asked for. `#` of REST: the sign is chosen by side and type. */
enum trading_price_kind {
    TRADING_PRICE_NONE,
    TRADING_PRICE_TICKS,    /* as it stands ("static") */
    TRADING_PRICE_OFFSET,   /* signed ticks from the reference ("quote") */
    TRADING_PRICE_PPM,      /* signed millionths of the reference: 5 % is 50000 ("pct") */
    TRADING_PRICE_AUTO,     /* # ticks */
    TRADING_PRICE_AUTO_PPM, /* # millionths */
};

/* The reference is the last trade, or the trigger for the limit price of a triggered order. A
 * trailing order's trigger is its distance, and positive. */
struct trading_price {
    enum trading_price_kind kind;
    int64_t value;
};

enum trading_reference {
    TRADING_LAST,
    TRADING_INDEX, /* the middle of the book stands for it */
};

enum trading_tif {
    TRADING_GTC,
    TRADING_IOC,
    TRADING_GTD,
    TRADING_FOK,
};

enum trading_stp {
    TRADING_CANCEL_NEWEST,
    TRADING_CANCEL_OLDEST,
    TRADING_CANCEL_BOTH,
};

enum trading_fee_in {
    TRADING_FEE_DEFAULT, /* in an order that was accepted never: it is one of the others */
    TRADING_FEE_QUOTE,   /* fciq */
    TRADING_FEE_BASE,    /* fcib */
};

/* The order that each fill of another makes, for the filled quantity on the other side. */
struct trading_close {
    bool wanted;
    enum trading_type type; /* any but market */
    struct trading_price limit, trigger;
};

/* A new order as it is asked for. */
struct trading_add {
    uint32_t pair;
    enum side side;
    enum trading_type type;
    int64_t qty_lots;
    int64_t cash; /* market buy by quote amount (viqc, cash_order_qty) instead of qty_lots */
    int64_t display_lots;
    struct trading_price limit, trigger;
    enum trading_reference reference;
    enum trading_tif tif;
    enum trading_stp stp;
    enum trading_fee_in fee_in;
    bool post_only;
    bool margin;      /* refused: spot only */
    bool reduce_only; /* refused: spot only */
    bool validate;    /* check alone */
    int64_t start_ns, expire_ns, deadline_ns;
    int32_t userref;
    char cl_ord_id[TRADING_CL_ORD_ID_MAX]; /* "" none */
    struct trading_close close;
};

/* A change in place; NONE and zero leave as it is. quantity_set tells a quantity of 0 from none. */
struct trading_amend {
    uint64_t order;
    bool qty_set, display_set, post_only_set;
    int64_t qty_lots; /* total, what was filled included */
    int64_t display_lots;
    bool post_only;
    struct trading_price limit, trigger;
    int64_t deadline_ns;
};

/* EditOrder: the old one ends, a new one with a new id stands in its place. */
struct trading_edit {
    uint64_t order;
    int64_t qty_lots; /* 0: what is left */
    int64_t display_lots;
    struct trading_price limit, trigger; /* NONE: as before */
    bool post_only_set, post_only;
    bool userref_set;
    int32_t userref;
    int64_t deadline_ns;
    bool validate;
};

/* The words of the executions channel. REST: scheduled is `pending`, NEW and PARTIAL `open`, FILLED
 * `closed`. */
enum trading_status {
    TRADING_PENDING_NEW, /* received, or scheduled for start_ns */
    TRADING_NEW,
    TRADING_PARTIAL,
    TRADING_FILLED,
    TRADING_CANCELED,
    TRADING_EXPIRED,
};

/* Why an order ended or was changed; trading_reason_text has the words. */
enum trading_reason {
    TRADING_REASON_NONE,
    TRADING_REASON_USER,
    TRADING_REASON_TIMER,     /* cancel_all_orders_after */
    TRADING_REASON_EXPIRED,   /* good till date */
    TRADING_REASON_POST_ONLY, /* would have taken */
    TRADING_REASON_IOC,       /* what an immediate order could not fill */
    TRADING_REASON_FOK,
    TRADING_REASON_STP,
    TRADING_REASON_FUNDS,     /* a triggered order found too little */
    TRADING_REASON_LIQUIDITY, /* a market order emptied the book */
    TRADING_REASON_EDITED,
    TRADING_REASON_AMENDED,
    TRADING_REASON_REDUCED, /* amended to no more than was filled */
    TRADING_REASON_COUNT,
};

struct trading_order {
    uint64_t id;
    uint64_t parent; /* refid: the order whose fill or edit made this one */
    uint32_t account, pair;
    enum side side;
    enum trading_type type;
    enum trading_status status;
    enum trading_reason reason;
    enum trading_tif tif;
    enum trading_stp stp;
    enum trading_fee_in fee_in;
    enum trading_reference reference;
    bool post_only;
    bool triggered;   /* waits no more; its limit or market part is in the book */
    bool amended;     /* by the user */
    int64_t qty_lots; /* of an order by cash 0 until it has ended, then what was filled */
    int64_t cash;
    int64_t display_lots, display_left_lots; /* iceberg */
    struct trading_price limit_asked, trigger_asked;
    int64_t limit_ticks, trigger_ticks; /* as they stand now */
    int64_t peak_ticks;                 /* best price a trailing order has seen */
    int64_t filled_lots;
    int64_t cost;    /* in quote */
    int64_t fee;     /* in the asset of fee_in */
    int64_t fee_usd; /* money (1e-8 US dollars) */
    int64_t hold;    /* what it reserves of hold_asset */
    uint32_t hold_asset;
    uint32_t trade_count;
    int64_t open_ns; /* received */
    int64_t start_ns, expire_ns;
    int64_t change_ns; /* of the last change of status */
    int64_t trigger_ns;
    int64_t close_ns;           /* 0 while it lives */
    int64_t trigger_last_ticks; /* the price that fired it */
    int32_t userref;
    char cl_ord_id[TRADING_CL_ORD_ID_MAX];
    struct trading_close close;
    uint64_t trade_last; /* its newest trade; go on with trading_trade.order_before */
    uint64_t amend_last; /* its newest amendment; go on with trading_amendment.before */
};

/* True while it may still fill or be cancelled. */
static inline bool trading_order_open(const struct trading_order *order)
{
    return order->status <= TRADING_PARTIAL;
}

static inline int64_t trading_order_left(const struct trading_order *order)
{
    return order->qty_lots > order->filled_lots ? order->qty_lots - order->filled_lots : 0;
}

struct trading_trade {
    uint64_t id;
    uint64_t order;
    uint64_t public_id; /* trade_id: the number the public sees */
    uint32_t account, pair;
    enum side side;
    enum trading_type type; /* of the order */
    bool maker;
    enum trading_fee_in fee_in;
    int64_t time_ns;
    int64_t price_ticks, qty_lots;
    int64_t cost, fee;
    int64_t fee_usd;       /* money */
    uint64_t ledger_first; /* its two rows: base, then quote */
    uint64_t order_before; /* the order's trade before this; 0 none */
    uint64_t before;       /* the account's */
};

enum trading_ledger_kind {
    TRADING_LEDGER_TRADE,
    TRADING_LEDGER_DEPOSIT,
    TRADING_LEDGER_WITHDRAWAL,
};

/* balance = the one before + amount - fee. */
struct trading_ledger {
    uint64_t id;
    uint64_t ref; /* trade: its id; deposit, withdrawal: its own */
    uint64_t before;
    enum trading_ledger_kind kind;
    uint32_t account, asset;
    int64_t time_ns;
    int64_t amount, fee, balance;
};

enum trading_amend_kind {
    TRADING_AMEND_ORIGINAL, /* the order as it first stood: made with its first amendment */
    TRADING_AMEND_USER,
    TRADING_AMEND_RESTATED,
};

struct trading_amendment {
    uint64_t id;
    uint64_t order;
    uint64_t before; /* the order's one before; 0 none */
    enum trading_amend_kind kind;
    enum trading_reason reason;
    int64_t time_ns;
    int64_t qty_lots, left_lots, display_lots;
    int64_t limit_ticks, trigger_ticks;
};

/* exec_type of the executions channel, and what the balances channel needs. */
enum trading_event_kind {
    TRADING_EVENT_PENDING, /* pending_new: received */
    TRADING_EVENT_NEW,     /* in the book, or waiting for its trigger */
    TRADING_EVENT_TRADE,
    TRADING_EVENT_FILLED, /* after the last trade */
    TRADING_EVENT_REFILL, /* iceberg_refill */
    TRADING_EVENT_CANCELED,
    TRADING_EVENT_EXPIRED,
    TRADING_EVENT_AMENDED,
    TRADING_EVENT_RESTATED,
    TRADING_EVENT_STATUS, /* triggered, or a trailing trigger moved */
    TRADING_EVENT_LEDGER,
};

/* The records are the exchange's own and show the state after the event; they are good until the
 * callback returns. */
struct trading_event {
    enum trading_event_kind kind;
    uint32_t account;
    int64_t time_ns;
    const struct trading_order *order;         /* all but LEDGER */
    const struct trading_trade *trade;         /* TRADE */
    const struct trading_amendment *amendment; /* AMENDED, RESTATED */
    const struct trading_ledger *ledger;       /* LEDGER */
};

/* Kraken's state: of the whole exchange, or by pair in enum pair_status. */
enum trading_system {
    TRADING_ONLINE,
    TRADING_CANCEL_ONLY,
    TRADING_POST_ONLY,
    TRADING_LIMIT_ONLY,
    TRADING_MAINTENANCE,
};
