/* SPDX-License-Identifier: MIT */
/*
 * What a backtest keeps of all that the engine did: every closed trade, and sums by strategy and by
 * pair. It reads the engine's own reports and records and works nothing out anew.
 *
 * A trade's times are the open times of the candles that filled its entry and its end; where trades
 * or books fill, their own.
 */
#pragma once

#include "core/engine/engine.h"
#include "research/metrics.h"

enum trade_end {
    TRADE_SIGNAL, /* a vote against it, or a limit that sells everything */
    TRADE_STOP,
    TRADE_TARGET,
    TRADE_TRAIL, /* a stop that followed the price, or the same at a close */
    TRADE_BREAK_EVEN,
    TRADE_BROKEN,
    TRADE_TIME,
    TRADE_END_COUNT,
};

#define VERDICT_COUNT (VERDICT_BAD_LIMIT + 1)

extern const char *const trade_end_names[TRADE_END_COUNT];

/* By the order that closed it, whether as a stop, why that stood where it did (EXIT_NONE: it was
 * the first), and why else it was sold. */
enum trade_end trade_end_of(enum order_purpose purpose, bool stop_hit, enum exit_cause raised,
                            enum exit_cause planned);

struct closed_trade {
    uint32_t pair;
    uint32_t strategies; /* mask of those that voted for it, in the configuration's order */
    enum trade_end end;
    int64_t opened_ns, closed_ns;
    int64_t qty_lots; /* bought */
    int64_t cost;     /* of what was bought, before fees */
    int64_t proceeds; /* of what was sold, before fees */
    int64_t fee;      /* of both sides */
    int64_t pnl;      /* net of them */
    double entry_price, exit_price;
    int64_t equity; /* after it */
};

enum fill_way {
    FILL_TAKEN,   /* as the taker */
    FILL_QUEUED,  /* at its price, after the queue ahead had traded */
    FILL_THROUGH, /* because a trade went through its price */
    FILL_MET,     /* because a level of the book came to its price */
    FILL_WAY_COUNT,
};

extern const char *const fill_way_names[FILL_WAY_COUNT];

/* One fill of a flow's. */
struct fill_row {
    int64_t time_ns;
    uint64_t order_id;
    uint32_t pair;
    enum side side;
    enum fill_way way;
    bool stop_hit;
    int64_t price_ticks, qty_lots, fee;
};

/* How orders came to be filled, where trades or books fill them. */
struct fill_tally {
    uint64_t by_way[FILL_WAY_COUNT]; /* fills */
    uint64_t parted;     /* orders that took more than one fill, or were never filled whole */
    uint64_t unfinished; /* of those, ended with a part not filled */
};

/* A trade under way, by pair. */
struct open_trade {
    uint32_t strategies;
    int64_t opened_ns;
    int64_t qty_lots, cost;
    enum exit_cause raised;  /* why its stop stands where it does; 0: it is the first */
    enum exit_cause planned; /* why it is sold; 0: no plan said so */
};

struct account {
    const struct engine *engine;
    int64_t boundary_ns;           /* the open time of the candle that is being filled on */
    bool by_flow;                  /* trades or books fill */
    const struct event *happening; /* which of them now; NULL: none, or candles */
    struct fill_tally how;
    struct fill_row *fills; /* of a flow; else none */
    size_t fill_room;
    int64_t step_ns;
    uint64_t fill_count, order_count, reject_count, signal_count, decision_count;
    double traded;                    /* money bought and sold, before fees */
    uint64_t verdicts[VERDICT_COUNT]; /* what became of the decisions */
    int64_t halted_ns; /* when the drawdown guard paused trading, for good; 0 never */
    uint64_t loss_limit_count, crash_count; /* days and crashes that stopped entries */
    struct open_trade open[PAIR_MAX];
    struct trade_tally all;
    struct trade_tally by_strategy[STRATEGY_MAX]; /* one with two votes counts in both */
    struct trade_tally by_pair[PAIR_MAX];
    uint64_t by_end[TRADE_END_COUNT];
    int64_t pnl_by_end[TRADE_END_COUNT];
    struct closed_trade *trades;
    size_t trade_count, trade_room;
    bool out_of_memory;
};

void account_init(struct account *account, const struct engine *engine);
void account_deinit(struct account *account);

/* A desk_on_step, with the account as its context. */
void account_on_step(void *context, const struct event *event, const struct actions *actions);
