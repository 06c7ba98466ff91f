/* SPDX-License-Identifier: MIT */
/*
 * Two runs of the same market held side by side: what a session did, and what a backtest makes of
 * what it was told. The first thing that differs is named with its cause; what comes behind it
 * follows from it, at least in part, and is only summed up.
 *
 *     each event --> drift_event --> both desks --steps--> drift_step --> drift_settle
 *
 * Both are told the same, so until something differs all is equal to the last figure: the same
 * candles, then the same decisions, the same entries, the same fills in the same candle. A fill by
 * candles is dated by its candle: a market order's by when that opens, any other's only by which it
 * is. A venue's or a book's has the time at which it was reported.
 *
 * Prices count by the side: a gap above zero is worse for the session. All sums are the engine's
 * own figures.
 */
#pragma once

#include "core/engine/engine.h"

enum drift_side {
    DRIFT_SESSION,
    DRIFT_RERUN,
    DRIFT_SIDES,
};

enum drift_cause {
    DRIFT_NONE,
    DRIFT_DATA,          /* a candle: what is done may differ by it, and need not */
    DRIFT_CONFIGURATION, /* so may an option */
    DRIFT_ACCOUNT,       /* the operator's hand, the disk's hold, or somebody else on the account */
    DRIFT_FILL_PRICE,    /* the same order in the same candle, at another price */
    DRIFT_LATENCY,       /* filled in another candle, in part, or not at all */
    DRIFT_REFUSED,       /* the venue did not take the order */
    DRIFT_FEES,
    DRIFT_DECISION,
    DRIFT_CAUSE_COUNT,
};

extern const char *const drift_cause_names[DRIFT_CAUSE_COUNT];

enum drift_field {
    DRIFT_CANDLE, /* one has it and the other has not */
    DRIFT_OPEN,
    DRIFT_HIGH,
    DRIFT_LOW,
    DRIFT_CLOSE,
    DRIFT_VOLUME,
};

extern const char *const drift_field_names[];

/* The order that was filled first: all but a market order wait for their price. */
enum drift_by {
    DRIFT_BY_MARKET,
    DRIFT_BY_LIMIT,
    DRIFT_BY_STOP,
    DRIFT_BY_TARGET,
};

/* What one side bought, or sold, in one trade. */
struct drift_fills {
    uint64_t count;
    int64_t qty_lots, cost, fee;   /* money before the fee, and the fee */
    int64_t low_ticks, high_ticks; /* of the prices */
    int64_t first_ns, candle_ns;   /* of the first of them, and the candle that holds it */
    enum drift_by by;
};

/* The average price, 0 of nothing. */
double drift_price(const struct drift_fills *fills, const struct pair *terms);

struct drift_difference {
    enum drift_cause cause;
    uint32_t pair; /* UINT32_MAX: of none */
    int64_t time_ns;
    struct pair terms;

    /* DATA */
    enum drift_field field;
    bool has[DRIFT_SIDES]; /* a candle; of DECISION: a decision, or an entry */
    struct candle candles[DRIFT_SIDES];

    /* FILL_PRICE, LATENCY, REFUSED, FEES, and ACCOUNT when it shows in fills */
    int64_t decided_ns; /* the candle that the trade was decided on */
    bool exit;          /* of its sale */
    struct drift_fills fills[DRIFT_SIDES];
    bool ended[DRIFT_SIDES]; /* the order ended, and nothing was filled */
    enum reject_reason reject;
    double gap_bps;
    int64_t delay_ns; /* of the session's fill behind the re-run's; 0 where one has none */

    /* ACCOUNT */
    enum command command; /* 0: none */
    enum report_note note;
    int64_t command_ns;

    /* DECISION: what was decided, or, after equal decisions, the entries */
    bool ordered;
    struct record records[DRIFT_SIDES];
    struct order orders[DRIFT_SIDES];
};

enum drift_part {
    DRIFT_PART_PRICE,   /* fills at another price in the same candle */
    DRIFT_PART_LATENCY, /* at another price because in another candle */
    DRIFT_PART_FEES,
    DRIFT_PART_SIZE,    /* another quantity: filled in part, or equity had become another */
    DRIFT_PART_SESSION, /* trades that only the session made */
    DRIFT_PART_RERUN,   /* that only the re-run made */
    DRIFT_PART_OPEN,    /* trades that were not closed on both sides at the end */
    DRIFT_PART_OTHER,   /* what none of these explains */
    DRIFT_PART_COUNT,
};

/* How far apart the fills were of trades that both made. */
struct drift_spread {
    uint64_t count;
    double sum, worst;
};

/* A trade that only one of them made. */
struct drift_solo {
    enum drift_side side;
    uint32_t pair;
    int64_t decided_ns; /* the candle it was decided on */
    bool open;          /* at the end */
    int64_t pnl;        /* net of fees; of an open one at its last price */
};

#define DRIFT_SOLO_MAX 16

/* What it all came to. */
struct drift_totals {
    int64_t first_ns, last_ns; /* the boundaries that were decided on */
    uint64_t boundary_count;
    uint64_t candle_count, candle_differ_count, candle_beyond_count; /* held against a store */
    uint64_t flow_count;
    int64_t flow; /* money that came in or went out, told to both */
    uint64_t decision_count[DRIFT_SIDES], fill_count[DRIFT_SIDES], closed_count[DRIFT_SIDES];
    uint64_t both_count, only_count[DRIFT_SIDES];
    uint64_t waiting_count[DRIFT_SIDES]; /* ordered by both, and only here not filled at the end */
    struct drift_solo solos[DRIFT_SOLO_MAX];    /* the first of them, both sides' */
    int64_t pnl[DRIFT_SIDES], fee[DRIFT_SIDES]; /* of closed trades, net; of all fills */
    struct drift_spread gap_bps, delay_s;
    int64_t equity[DRIFT_SIDES];
    uint32_t open_count[DRIFT_SIDES];
    int64_t parts[DRIFT_PART_COUNT]; /* their sum is the gap between both equities */
};

/* One side of a trade, from its entry's order on. */
struct drift_leg {
    bool placed;
    bool complete; /* nothing more is being bought */
    bool over;     /* the order ended, and nothing was bought */
    bool closed;
    enum reject_reason reject;
    struct drift_fills entry, exit;
    int64_t pnl; /* closed: net of fees */
};

/* A trade that one side or both decided on at one boundary. */
struct drift_deal {
    bool used, entry_judged, exit_judged;
    uint32_t pair;
    uint64_t event; /* the one in which it was decided */
    int64_t decided_ns;
    struct drift_leg legs[DRIFT_SIDES];
};

/* A side has one position a pair; the others are those that end or begin in the same event. */
#define DRIFT_DEAL_MAX 4

struct drift_pair {
    struct drift_deal deals[DRIFT_DEAL_MAX];
    int32_t at[DRIFT_SIDES]; /* the deal that a side is in; -1 none */
    bool touched;            /* in drift.touched */
    bool decided[DRIFT_SIDES], ordered[DRIFT_SIDES];
    enum command command; /* the last by hand that was done on the pair */
    int64_t command_ns;
    struct record decisions[DRIFT_SIDES];
    struct order orders[DRIFT_SIDES];
};

struct drift {
    int64_t step_ns; /* of a base candle */
    uint32_t pair_count;
    bool by_candles[DRIFT_SIDES]; /* how its orders are filled */
    uint64_t event;
    int64_t time_ns, boundary_ns; /* of the event; the candles of the newest boundary */
    bool batch;                   /* the event is one */
    enum command standing;        /* stops all entries until it is taken back; 0 none */
    enum report_note stray;       /* the account is not ours alone; 0: nothing was said */
    int64_t standing_ns, stray_ns;
    int64_t part_ns; /* when the operator gave a strategy another part, or set a limit; 0 never */
    enum command part_command;
    uint32_t touched_count;
    uint32_t touched[PAIR_MAX]; /* the pairs on which either did something with the event */
    struct drift_difference first;
    struct drift_difference
        shows; /* where a first of DATA or CONFIGURATION shows in what is done */
    struct drift_totals totals;
    struct drift_pair pairs[PAIR_MAX];
};

/* `session_by_candles`: the session's own orders were filled by candles, too. */
void drift_init(struct drift *drift, const struct engine_config *config, bool session_by_candles);

/* What both are told next, flows included; commands only the session is told. */
void drift_event(struct drift *drift, const struct event *event);

/* A desk_on_step of each, its engine as the step left it. */
void drift_step(struct drift *drift, enum drift_side side, const struct event *event,
                const struct actions *actions, const struct engine *engine);

/* After both have had the event. */
void drift_settle(struct drift *drift, const struct engine *rerun);

/* A candle as each side was told it; NULL: it had none. */
void drift_candle(struct drift *drift, uint32_t pair, const struct pair *terms,
                  const struct candle *session, const struct candle *rerun);

/* From now on the two have other options. */
void drift_configured(struct drift *drift, int64_t time_ns);

/* The last event was settled: trades that are open are valued as they stand. */
void drift_end(struct drift *drift, const struct engine *session, const struct engine *rerun);
