/* SPDX-License-Identifier: MIT */
/*
 * All that the engine can want: an order placed, amended or cancelled, or a record kept. The core
 * writes no sentence: a record is a code with figures, and operator/sentence turns it into words.
 */
#pragma once

#include <stdint.h>

#include "core/base/limits.h"
#include "core/decision/chain.h"
#include "core/engine/command.h"
#include "core/market/book_score.h"
#include "core/portfolio/order.h"
#include "core/risk/exits.h"
#include "core/risk/risk.h"
#include "core/risk/scale.h"

enum action_kind {
    ACTION_PLACE = 1,
    ACTION_AMEND,
    ACTION_CANCEL,
    ACTION_RECORD,
};

enum record_kind {
    RECORD_DECISION = 1, /* votes were weighed: what came of it and why */
    RECORD_ENTRY,        /* an entry was filled, in whole or part */
    RECORD_EXIT,         /* a position was closed: the trade's whole account */
    RECORD_ORDER_ENDED,  /* an order ended without a fill: rejected, expired, cancelled */
    RECORD_STALE,        /* a pair went silent; entries there stop */
    RECORD_FRESH,        /* it is heard again */
    RECORD_LOSS_LIMIT,   /* the day's loss limit is reached: no entries until the next UTC day */
    RECORD_NEW_DAY,      /* a UTC day began: the day's reference is set */
    RECORD_PAUSED,
    RECORD_RESUMED,
    RECORD_HELD, /* the disk takes nothing: no entries until it does */
    RECORD_RELEASED,
    RECORD_NOTE,        /* of the orders' life at the venue: `note` says what */
    RECORD_FLOW,        /* money came into the account or left it: `pnl` */
    RECORD_COMMAND,     /* the operator asked for something: `command`, and the verdict */
    RECORD_CRASH,       /* of actionable_count pairs agree_count fell by `gate`: no entries */
    RECORD_CRASH_TRIAL, /* the pause is over: one entry may be made */
    RECORD_CRASH_OVER,
    RECORD_STOP,       /* a position's stop was raised: stop_before, stop, price, `cause` */
    RECORD_PLANNED,    /* a position is sold because its plan says so: price, `cause` */
    RECORD_MOOD,       /* the market's mood turned, as its leader, the pair, shows: findings.mood */
    RECORD_DRAWDOWN,   /* the drawdown guard: entries pause until the operator resumes */
    RECORD_DAY_TARGET, /* the day's profit target is reached: no entries until the next UTC day */
    RECORD_MODEL,      /* another model is in force: `model` says which; of the strategies that it
                          knows, actionable_count, agree_count are live */
    /* Of a strategy's model, that of votes[0]. */
    RECORD_DRIFT,   /* it is asked of what it was not trained on: `drifted`; the furthest stands at
                       `figure`, where `limit` is out of the ordinary */
    RECORD_DEMOTED, /* what it says does not come true, so `part`, enum watch_belief, says; it is a
                       shadow from here on: after actionable_count outcomes `figure` against 1 */
};

enum verdict {
    VERDICT_ENTER = 1,
    VERDICT_CLOSE,      /* an opposite signal closes the position */
    VERDICT_HOLD,       /* agrees with the position we have */
    VERDICT_TIE,        /* as many long as short */
    VERDICT_TOO_FEW,    /* not enough agree, and none is strong enough alone */
    VERDICT_UNSURE,     /* confidence below the gate */
    VERDICT_NO_SHORT,   /* a short signal with nothing to close: spot only */
    VERDICT_HAVE_ORDER, /* an order of ours is still working on the pair */
    VERDICT_FULL,       /* as many positions as allowed */
    VERDICT_LOSS_LIMIT, /* the day's loss limit stands */
    VERDICT_PAUSED,
    VERDICT_STALE,       /* the pair's feed is silent */
    VERDICT_PAIR_STATUS, /* the venue does not take entries on it */
    VERDICT_NO_STOP,     /* no usable stop: risk cannot be bounded */
    VERDICT_NO_REWARD,   /* at the price to be paid the target does not even cover the fees */
    VERDICT_TOO_SMALL,   /* the sized order is below the pair's minimum */
    VERDICT_NO_FUNDS,
    VERDICT_LATE,      /* catching up after a gap: too old to act on */
    VERDICT_HELD,      /* what follows could not be kept on disk */
    VERDICT_CRASH,     /* the market fell too far too fast */
    VERDICT_COOLDOWN,  /* every strategy that speaks cools down after a close */
    VERDICT_FILTER,    /* findings.filter_first did not pass */
    VERDICT_MOOD,      /* the whole market's regime stops entries */
    VERDICT_TIMEFRAME, /* findings.timeframe_first does not agree */
    /* These have their `figure` and their `limit` in the record, as FULL and LOSS_LIMIT have. */
    VERDICT_DRAWDOWN,       /* the account has fallen too far; until the operator resumes */
    VERDICT_AT_RISK,        /* all positions together could lose as much as they may */
    VERDICT_PAIR_LIMIT,     /* the pair's own share of equity is too small for an order */
    VERDICT_STRATEGY_LIMIT, /* a strategy's positions cost as much as they may */
    VERDICT_STRATEGY_FULL,  /* a strategy has as many positions as it may */
    VERDICT_GROUP_FULL,     /* pairs that move together have as many */
    VERDICT_DAY_TARGET,     /* the day's profit target is reached */
    VERDICT_COOL_OFF,       /* too many losses in a row, too short ago */
    VERDICT_MODEL,          /* a model that has proved itself expects it to lose: findings.blend */
    VERDICT_BANDIT,         /* what closed trades have taught skips it: findings.bandit */
    /* Of commands alone. */
    VERDICT_DONE,
    VERDICT_NO_POSITION,
    VERDICT_NO_ORDER,    /* none of that number is alive */
    VERDICT_CLOSING,     /* the position is being sold already */
    VERDICT_FLATTENING,  /* everything is being sold */
    VERDICT_BRACKET,     /* the order is a position's stop and target: it is moved, not cancelled */
    VERDICT_BAD_PRICE,   /* no multiple of the pair's tick, or nothing was named */
    VERDICT_BAD_STOP,    /* a stop at the price or above it would sell at once */
    VERDICT_BAD_TARGET,  /* a target at the price or below it would sell at once */
    VERDICT_TOO_LARGE,   /* more than the limits allow: qty_lots is what they do */
    VERDICT_NOT_SO_MUCH, /* more than is held: qty_lots is what is */
    VERDICT_REST_SMALL,  /* what would be left could be neither sold nor protected */
    VERDICT_NO_STRATEGY, /* it is not among those that were started */
    VERDICT_BAD_LIMIT,   /* the limit may not be that */
    /* No decision's: said of a pair that is looked at. */
    VERDICT_WIDE_BOOK, /* the broker would send no entry into its book */
};

struct record {
    enum record_kind kind;
    uint32_t pair; /* UINT32_MAX: of none */
    int64_t time_ns;
    uint64_t number;          /* ascending over a state directory's life */
    uint64_t order_id;        /* 0 none */
    uint64_t ask;             /* of the command that this answers; 0 of none */
    char origin[ORIGIN_SIZE]; /* of the command that this answers; "" of none, or not told */
    uint64_t model; /* the first eight bytes of its hash, as a number to be read; 0 none */
    enum command command;
    uint64_t drifted;    /* RECORD_DRIFT: a bit for each feature */
    uint32_t part;       /* COMMAND_STRATEGY: enum strategy_part; who, is the strategy of votes[0].
                            COMMAND_LIMIT: the dial, from `figure` to `limit` */
    uint32_t strategies; /* RECORD_EXIT: mask of the seats of who wanted the trade; 0 by hand */
    enum verdict verdict;
    int32_t direction;
    enum reject_reason reject;
    enum report_note note;
    enum exit_cause cause;
    double price; /* the close decided on, or the fill's average price */
    double strength;
    double confidence;
    double imbalance; /* of the book, -1..1 */
    struct book_figures book;
    double gate;  /* the confidence that was needed */
    double value; /* of an entry: expected_value */
    double stop, target;
    double stop_before; /* COMMAND_BRACKET, RECORD_STOP: the stop that this one replaces */
    double atr;
    double figure, limit;              /* what a limit was measured by, and the limit; 0 none */
    double factors[SIZE_FACTOR_COUNT]; /* of an entry's size, or by hand of the largest allowed; all
                                          0: none */
    enum size_rule rule;               /* of a strategy's entry: what its size came to */
    int64_t qty_lots;
    int64_t cost;      /* money: the order's notional, or the entry's */
    int64_t risk;      /* money lost if the stop is hit, fees included */
    int64_t proceeds;  /* RECORD_EXIT: money received before fees */
    int64_t fee;       /* money */
    int64_t pnl;       /* money, net of both fees */
    int64_t equity;    /* money, after this */
    int64_t opened_ns; /* RECORD_EXIT */
    bool stop_hit;
    bool by_hand;               /* RECORD_EXIT: sold because the operator asked for it */
    bool chained;               /* `findings` is filled */
    bool configured;            /* COMMAND_LIMIT: as the configuration says */
    enum order_purpose purpose; /* of the order that closed it, or ended */
    uint32_t agree_count, actionable_count;
    uint32_t rungs; /* orders that the entry was split into; 0: one */
    uint32_t vote_count;
    struct vote votes[STRATEGY_MAX]; /* behind vote_count is nothing, not even zeros */
    struct chain_findings findings;  /* nor is here, unless `chained` */
};

struct action {
    enum action_kind kind;
    union {
        struct order place;
        struct {
            uint64_t order_id;
            uint32_t pair;
        } cancel;
        struct {
            uint64_t order_id;
            uint32_t pair;
            int64_t qty_lots; /* whole quantity, what is filled included */
            int64_t stop_ticks;
            int64_t target_ticks;
        } amend;
        uint32_t record; /* index in actions.records */
    };
};

/* Orders in the order they are meant; records stand aside because they are large. */
struct actions {
    uint32_t count;
    uint32_t record_count;
    struct action list[ACTION_MAX];
    struct record records[PAIR_MAX * 2 + 2 * STRATEGY_MAX + 16];
};
