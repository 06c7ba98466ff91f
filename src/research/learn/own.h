/* SPDX-License-Identifier: MIT */
/*
 * The bot's own closed trades among the examples. Each came of a decision, and of that there is an
 * example where history has the candidate: of the same pair, at the same candle's end, of the same
 * strategy, in the same direction. What really became of it, fees and all, takes the place of the
 * label, and it counts more (fit_terms.own).
 *
 * A trade whose candidate history does not have, because its outcome is not known yet, the candles
 * are of another market, or a script has changed, teaches nothing and is counted.
 */
#pragma once

#include "research/learn/examples.h"

/* Farther than this part from the candidate's price it was bought in another market. */
#define OWN_PRICE_PART 0.05

struct own_trade {
    int64_t ordered_ns; /* when it was decided on */
    int64_t opened_ns, closed_ns;
    uint32_t pair;
    uint32_t strategies; /* mask of those that it came of, by the examples' index */
    int8_t direction;
    double price;  /* it was bought at */
    double reward; /* the return after both fees */
};

struct own_count {
    uint64_t trades, matched;
    uint64_t examples; /* that are the bot's own: of several strategies one trade is several */
};

/* Marks them, each example once: the first trade has it. `step` is of the candles that the examples
 * were decided on. Uniqueness is worked out anew. 0, -ENOMEM. */
int own_mark(struct examples *examples, const struct own_trade *trades, size_t count,
             enum timeframe step, struct own_count *ret);
