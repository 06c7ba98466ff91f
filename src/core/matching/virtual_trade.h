/* SPDX-License-Identifier: MIT */
/*
 * What becomes of a candidate, followed candle by candle, taken or not: the label that training
 * would give it (research/learn/barrier.h), as it happens. It is bought at the next candle's open,
 * and sold at its stop, its target, after its time, by its trail, or because its range is broken,
 * by the same functions that fill paper and tighten stops (core/risk/exits.h):
 *
 *     waits --next open--> held --stop or target--> over
 *                           '--plan, at a close--> sold --next open--> over
 *
 * It won where something is left after both fees. Its time is its own hold, the configuration's
 * where that is shorter, or VIRTUAL_HORIZON_NS where there is neither.
 *
 * A long that is bought at once, and nothing else: ladders and shorts are not followed. The struct
 * has no pointers; what all have in common is told with each call. A candle on which nothing can
 * happen costs three comparisons.
 *
 * Outcomes that overlap are not independent. struct overlap keeps how many run side by side, and
 * says of each that ends what part of an example it is: the mean of 1 / (those that ran) over its
 * time (research/learn/uniqueness.h).
 */
#pragma once

#include "core/market/candle.h"
#include "core/matching/matching.h"
#include "core/risk/exits.h"

#define VIRTUAL_HORIZON_NS (3 * INT64_C(86400) * 1000000000)

/* What a candidate is bought for, in money: its return is of whole lots and rounded fees. */
#define VIRTUAL_STAKE (10000 * INT64_C(100000000))

enum virtual_state {
    VIRTUAL_WAITS,
    VIRTUAL_HELD,
    VIRTUAL_SELLS, /* at the next open */
    VIRTUAL_OVER,
};

struct virtual_trade {
    /* Between these prices, before that time, a candle changes nothing. */
    double calm_low, calm_high;
    int64_t calm_until_ns;
    enum virtual_state state;
    bool follows;         /* more than its time may end it at a close, or raise its stop */
    bool stop_hit, maker; /* of the sale */
    enum exit_cause raised,
        sold; /* why its stop stands where it does; why it was sold at a close */
    int64_t opened_ns, closed_ns; /* the ends of the candles that filled it */
    int64_t qty_lots;
    int64_t entry_ticks, even_ticks, best_ticks;
    int64_t stop_ticks, target_ticks; /* 0 none */
    int64_t exit_ticks;
    double net; /* once it is over: what is left after both fees, as a part of what was paid */
    struct exit_plan plan;
};

/* What all of a session's have in common. */
struct virtual_terms {
    struct matching_config matching; /* spread, slippage and fees */
    const struct exit_config *exits; /* what every position gets beside its own plan */
    int64_t step_ns;                 /* of a candle */
};

/* What a signal asked for: 0 none. */
struct virtual_wish {
    double price; /* the close that it was said at */
    double stop, target, trail, broken;
    int64_t hold_ns;
};

/* False: no ticks can count its prices, and it is not followed. */
bool virtual_begin(struct virtual_trade *outcome, const struct virtual_terms *terms,
                   const struct pair *pair, const struct virtual_wish *wish);

/* The next candle after the one that it was said at; atr_ticks as in struct exit_view. Not to be
 * called once it is over. */
enum virtual_state virtual_meet(struct virtual_trade *outcome, const struct virtual_terms *terms,
                                const struct pair *pair, const struct candle *candle,
                                double atr_ticks);

static inline enum virtual_state virtual_candle(struct virtual_trade *outcome,
                                                const struct virtual_terms *terms,
                                                const struct pair *pair,
                                                const struct candle *candle, double atr_ticks)
{
    return candle->low > outcome->calm_low && candle->high < outcome->calm_high &&
                   candle->time_ns < outcome->calm_until_ns
               ? outcome->state
               : virtual_meet(outcome, terms, pair, candle, atr_ticks);
}

/* The venue counts the pair otherwise from now on. */
void virtual_move(struct virtual_trade *outcome, const struct pair *from, const struct pair *to);

/* Those that run side by side; all zeros: nobody. */
struct overlap {
    int64_t time_ns; /* of the newest step */
    double shared;   /* time until then, each moment divided by those that shared it */
    uint32_t count;
};

/* One joins; what is returned is to be kept, and given back when it leaves. */
double overlap_join(struct overlap *overlap, int64_t time_ns);

/* One leaves that joined at begun_ns < time_ns: its uniqueness, 0 < u <= 1. */
double overlap_leave(struct overlap *overlap, int64_t time_ns, int64_t begun_ns, double begun);
