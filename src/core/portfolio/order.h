/* SPDX-License-Identifier: MIT */
/*
 * An order and its life. No terminal state without the venue's word; `unknown` is a state.
 *
 *     intended --> sent --> open --> partial --> filled
 *                   |  \      \        |  \----> cancelled | expired
 *                   |   \      `-------'
 *                   |    `--> unknown --(the venue's word)--> any of the others
 *                   `-------> rejected
 *
 * Fills are recognised by trade id and counted once. All amounts are integers.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/market/book.h"
#include "core/market/pair.h"
#include "core/portfolio/venue_id.h"

enum order_kind {
    ORDER_MARKET,
    ORDER_LIMIT,
    ORDER_BRACKET, /* an exit: stop and target, one cancels the other; either may be 0 */
};

enum order_state {
    ORDER_INTENDED,
    ORDER_SENT,
    ORDER_OPEN,
    ORDER_PARTIAL,
    ORDER_UNKNOWN,
    ORDER_FILLED,
    ORDER_CANCELLED,
    ORDER_EXPIRED,
    ORDER_REJECTED,
};

enum order_purpose {
    PURPOSE_ENTRY,
    PURPOSE_PROTECT, /* the bracket of a position */
    PURPOSE_EXIT,    /* a signal, the operator or a limit closes it */
};

/* How a trade ends otherwise than at its stop and target (core/risk/exits.h); 0: not so. */
struct exit_plan {
    int64_t trail_ppm;    /* the stop stays this part below the best price */
    int64_t broken_ticks; /* a close below it ends the trade */
    int64_t hold_ns;      /* the trade ends after so long */
    int64_t risk_ticks;   /* from the entry's price down to its first stop */
    int64_t price_ticks;  /* a ladder's: its target stands so far above the average paid as it stood
                             above this price, and only ever comes down; 0: it stays */
};

struct order {
    uint64_t id; /* ours, ascending, never used twice; becomes the client order id */
    uint32_t pair;
    enum order_purpose purpose;
    enum order_kind kind;
    enum order_state state;
    enum side side;
    int64_t qty_lots;     /* 0: as much as `cash` buys; the venue's acceptance then says how much */
    int64_t cash;         /* a buy: the most it may spend, fee included */
    int64_t limit_ticks;  /* ORDER_LIMIT; ORDER_MARKET: the worst price to take, 0 any */
    int64_t stop_ticks;   /* ORDER_BRACKET: a trade at or beyond sells at market */
    int64_t target_ticks; /* ORDER_BRACKET: a limit at this price */
    int64_t created_ns;
    int64_t expire_ns; /* 0 good till cancelled */
    int64_t filled_lots;
    int64_t cost; /* money of the fills */
    int64_t fee;  /* money */
    uint64_t trade_id_last;
    uint32_t strategies; /* an entry: those that voted for it, by engine seat */
    int64_t risk;        /* an entry: money lost at its stop, as sized */
    uint64_t ladder;     /* an entry: the first order of the ladder that it is a rung of; 0 none */
    struct exit_plan plan; /* an entry's */
};

enum report_kind {
    REPORT_ACCEPTED, /* qty_lots: the quantity, where the order left it to the venue */
    REPORT_AMENDED,  /* qty_lots, price_ticks (stop) and target_ticks are now in force */
    REPORT_FILL,
    REPORT_CANCELLED,
    REPORT_EXPIRED,
    REPORT_REJECTED,
    REPORT_UNKNOWN, /* sent, and no answer: its fate is not known */
    REPORT_DUST,    /* what is left of the position is too little to sell: written off */
    REPORT_NOTE,    /* of no order: something about the orders' life that an operator must know */
};

/* What a REPORT_NOTE says; qty_lots is its figure. */
enum report_note {
    NOTE_NONE,
    NOTE_UNKNOWN,         /* an order was sent and not answered: being looked for */
    NOTE_FOUND,           /* it was found at the venue */
    NOTE_ABSENT,          /* it never arrived: proven */
    NOTE_ADOPTED,         /* the venue's own stop for a fill is now looked after; lots */
    NOTE_BARE,            /* held coins stood without a stop for so many ms */
    NOTE_EMERGENCY,       /* ... too long: sold at market */
    NOTE_RESTORED,        /* a sale did not come about: the stop stands again */
    NOTE_REFUSED,         /* the venue refused what protects or sells; `reject` says why */
    NOTE_MISSED_FILL,     /* a fill was heard of only in a listing; lots */
    NOTE_STRAY,           /* a fill of ours that no order asked for; entries stop */
    NOTE_SECOND_INSTANCE, /* an order under our tag that we did not place; entries stop */
    NOTE_BREAKER_OPEN,    /* entries were refused or lost too often: none for a while */
    NOTE_BREAKER_CLOSED,  /* the trial went well: entries go on */
    NOTE_RECONCILED,      /* ledger and venue agree; the number of differences settled */
    NOTE_FOREIGN,         /* another client has orders on this account; said once */
    NOTE_CLOSED,          /* the venue takes no orders, or not all: stops and sales wait */
    NOTE_REOPENED,        /* it takes them again */
    NOTE_UNMOVED,         /* a stop was not changed as asked: the old one stands; `reject` */
    NOTE_PASSED,          /* the price passed a stop that could not be moved: lots, at market */
    NOTE_WIDE,            /* a book too wide to sell into: an exit of lots waits under its stop */
};

enum reject_reason {
    REJECT_NONE,
    REJECT_FUNDS,
    REJECT_QTY_MIN,
    REJECT_COST_MIN,
    REJECT_TICK,
    REJECT_PAIR_STATUS,
    REJECT_POST_ONLY,
    REJECT_FULL, /* too many orders */
    REJECT_NO_MARKET,
    REJECT_OTHER,
    REJECT_RATE,          /* too many requests: later */
    REJECT_DEADLINE,      /* it came too late to the venue */
    REJECT_UNKNOWN_ORDER, /* a cancel or an amendment of an order that is not open */
    REJECT_PERMISSION,    /* the key or the account may not */
    REJECT_VENUE_DOWN,    /* the venue was not there; no byte left, or it said so */
    REJECT_LOST,          /* proven absent: past its deadline no listing has it */
    REJECT_BUSY,          /* an earlier order of ours on the pair is not settled yet */
    REJECT_BREAKER,       /* too much went wrong of late: a pause, then one trial */
    REJECT_SPREAD,        /* the book is too thin or too wide to buy on */
    REJECT_STRAY,         /* entries stand still since NOTE_STRAY or NOTE_SECOND_INSTANCE */
};

/* Whether the venue would not have the order, by its answer or by its terms. Otherwise the order
 * was held back here for now, or never arrived: nobody has to do anything about it. */
static inline bool reject_by_venue(enum reject_reason reject)
{
    switch (reject) {
    case REJECT_FUNDS:
    case REJECT_QTY_MIN:
    case REJECT_COST_MIN:
    case REJECT_TICK:
    case REJECT_PAIR_STATUS:
    case REJECT_POST_ONLY:
    case REJECT_OTHER:
    case REJECT_DEADLINE:
    case REJECT_UNKNOWN_ORDER:
    case REJECT_PERMISSION:
        return true;
    case REJECT_NONE:
    case REJECT_FULL:
    case REJECT_NO_MARKET:
    case REJECT_RATE:
    case REJECT_VENUE_DOWN:
    case REJECT_LOST:
    case REJECT_BUSY:
    case REJECT_BREAKER:
    case REJECT_SPREAD:
    case REJECT_STRAY:
        break;
    }
    return false;
}

/* What a venue (or the paper market) says of one order. */
struct report {
    uint64_t order_id;
    enum report_kind kind;
    enum reject_reason reject;
    uint32_t pair;
    enum side side;
    bool maker;
    bool stop_hit; /* a bracket's fill: by its stop, else by its target */
    enum report_note note;
    uint64_t trade_id; /* of a fill; ascending per order */
    int64_t price_ticks;
    int64_t qty_lots;
    int64_t before_lots;  /* a part of a trade: so many lots of it were told of before */
    int64_t fee;          /* money */
    int64_t target_ticks; /* REPORT_AMENDED */
    struct venue_id exec; /* a fill's name at its venue; none on paper */
};

bool order_alive(const struct order *order);

/* What so much of an entry risks, as it was sized; of nothing nothing, before its quantity is known
 * too. */
int64_t order_risk(const struct order *order, int64_t lots);

/* Money of a fill, before its fee. The parts of one trade add up to what the venue makes of the
 * whole, which it rounds once. */
int64_t report_cost(const struct report *report, const struct pair *pair);

/* The order in a pair's new terms, when the venue counts it otherwise than it did. */
void order_move(struct order *order, const struct pair *from, const struct pair *to);
void exit_plan_move(struct exit_plan *plan, const struct pair *from, const struct pair *to);

/*
 * Applies a report. Returns false, and changes nothing, when it is a fill already counted or the
 * order has ended. CHECKs that a fill does not exceed the quantity: the venue adapter refuses that.
 */
bool order_apply(struct order *order, const struct pair *pair, const struct report *report);
