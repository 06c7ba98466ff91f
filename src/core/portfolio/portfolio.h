/* SPDX-License-Identifier: MIT */
/*
 * What we own and owe: cash, positions from our own fills, orders alive, and the day's and the
 * life's figures. Integers only: money in 1e-8 of the account currency, quantities in lots.
 *
 *     equity = cash + sum over positions of quantity * mark
 *     free   = cash - what the buys alive may still spend
 *
 * One position a pair, and one order on its way to it, or one ladder of them. Quantities bought
 * carry their fee, so realised P&L is net of both fees.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/base/limits.h"
#include "core/portfolio/order.h"

struct position {
    int64_t qty_lots; /* 0: none */
    int64_t cost;     /* money paid for qty_lots, before fees */
    int64_t fee;      /* money paid in fees for qty_lots */
    int64_t stop_ticks;
    int64_t target_ticks;
    int64_t risk;  /* money lost if the stop is hit, fees included; of the whole of an entry that
                      has begun to fill */
    int64_t sized; /* the same as the entry was sized, of what was bought; a stop moves it not */
    int64_t opened_ns;
    int64_t mark_ticks; /* price it is valued at */
    int64_t value;      /* qty_lots at mark_ticks */
    int64_t sold;       /* money received so far for parts of it, before fees */
    int64_t sold_fee;
    int64_t sold_lots;
    int64_t pnl; /* of the parts sold so far, net of both fees */
    uint64_t entry_order;
    uint64_t protect_order; /* 0 none alive */
    uint64_t exit_order;    /* 0 none alive */
    int64_t protect_lots;   /* what the bracket was last asked to cover */
    bool exit_wanted;       /* close it as soon as the bracket is confirmed gone */
    bool exit_by_hand;      /* the operator wants all of it sold */
    int64_t exit_lots;      /* only so much of it is to be sold; 0: all */
    int64_t exit_tried_ns;  /* when an exit was last placed */
    uint64_t exit_last;     /* its number, by which it can be taken back between two tries */
    uint32_t strategies;    /* those that voted for it, by engine seat */
    int64_t best_ticks; /* the highest price since it was opened, or a ladder's last rung bought */
    int64_t best_from_ns; /* since then */
    struct exit_plan plan;
};

/*
 * What the closed trades came to, in R: profit or loss, net of fees, over what the trade risked as
 * sized, in ppm. One trade counts for a thousand R at most. risk/kelly.h reads it.
 */
struct tally {
    uint64_t count, won_count; /* of those whose risk is known */
    int64_t won_ppm, lost_ppm; /* sums of both, each >= 0 */
    uint64_t streak;           /* losses in a row until now, of all trades */
    int64_t lost_ns;           /* when the last of them closed */
};

struct portfolio {
    int64_t cash;
    int64_t reserved;
    int64_t holdings;   /* sum of position values */
    int64_t realised;   /* net P&L of everything sold, over the whole life */
    int64_t fees;       /* over the whole life */
    int64_t start;      /* capital at the very start */
    int64_t day_ns;     /* the UTC day that day_equity belongs to; INT64_MIN before the first */
    int64_t day_equity; /* with which it began, and what flowed since: its profit is from there */
    int64_t day_reference; /* what its loss is a part of, as flows rebased it */
    int64_t peak;          /* highest equity seen, as flows rebased it */
    int64_t calm;          /* equity from here to the peak is no new worst drawdown */
    int64_t drawdown_worst_ppm;
    uint64_t trade_count, trade_won_count;
    struct tally tally;
    uint64_t fill_count;
    uint64_t order_next; /* the next order's id */
    uint32_t open_count;
    uint32_t order_count;
    struct position positions[PAIR_MAX];
    struct order orders[ORDER_MAX]; /* alive ones, dense, in no meaningful order */
};

void portfolio_init(struct portfolio *portfolio, int64_t capital);

static inline int64_t portfolio_equity(const struct portfolio *portfolio)
{
    return portfolio->cash + portfolio->holdings;
}

static inline int64_t portfolio_free(const struct portfolio *portfolio)
{
    return portfolio->cash - portfolio->reserved;
}

/* Values the pair's position at a price; one beyond all plausible worth is passed over. */
void portfolio_mark(struct portfolio *portfolio, uint32_t index, const struct pair *pair,
                    int64_t price_ticks);

/* After marks: the peak and the worst drawdown. Inline for the candle on which neither moves. */
void portfolio_watch_extreme(struct portfolio *portfolio);

static inline void portfolio_watch(struct portfolio *portfolio)
{
    const int64_t equity = portfolio_equity(portfolio);
    if (equity > portfolio->peak || equity < portfolio->calm) {
        portfolio_watch_extreme(portfolio);
    }
}

/*
 * Money came in, or went out, other than by trade. Amounts are measured on from where it moves
 * them (start, day_equity); what is a part of something (the day's loss, the drawdown) stays the
 * part that it was: its reference is rebased.
 */
void portfolio_flow(struct portfolio *portfolio, int64_t money);

/*
 * A reference as a flow leaves it: reference * after / before, rounded up, so that no flow makes a
 * loss less. That is a fund's unit value (GIPS: time-weighted return): money that comes buys units
 * at the day's price, and the price does not move by it. An account that was or becomes empty has
 * no price: it is 0 then, and what comes next is the new one. At most PORTFOLIO_REFERENCE_MAX.
 */
#define PORTFOLIO_REFERENCE_MAX (INT64_MAX / 2)
int64_t portfolio_rebase(int64_t reference, int64_t before, int64_t after);

/* Loss since the day began as a fraction of its reference; negative is a gain. */
double portfolio_day_loss(const struct portfolio *portfolio);

/* How far equity is below its peak, as a fraction of the peak. */
double portfolio_drawdown(const struct portfolio *portfolio);

/* The venue counts the pair otherwise from now on: its position and orders in the new terms. */
void portfolio_move(struct portfolio *portfolio, uint32_t index, const struct pair *from,
                    const struct pair *to);

/* Takes an order into the list: gives it its id, reserves what a buy may spend. NULL when full. */
struct order *portfolio_add_order(struct portfolio *portfolio, const struct order *order);

struct order *portfolio_find_order(struct portfolio *portfolio, uint64_t id);

/* True while an order of ours works on the pair, brackets aside. */
bool portfolio_working(const struct portfolio *portfolio, uint32_t index);

/*
 * Applies a venue's report to its order, cash and position. Returns false when the order is unknown
 * or the report changes nothing. *ret_order is the order as it is after; one that ended has left
 * the list. *ret_closed: the position as it was, when this fill closed it.
 */
struct portfolio_change {
    struct order order;
    bool closed;
    struct position position;
};
bool portfolio_apply(struct portfolio *portfolio, uint32_t index, const struct pair *pair,
                     const struct report *report, int64_t time_ns, struct portfolio_change *ret);
