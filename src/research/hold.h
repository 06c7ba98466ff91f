/* SPDX-License-Identifier: MIT */
/*
 * Buy and hold: what the same capital would have become with no strategy at all. Equal parts of it
 * buy every pair at the open of its first candle, through the same matching, at the same fee and
 * slippage, by candles whatever fills the run's orders; then nothing is sold. What is held is
 * valued at the newest close, as an open position of the run is.
 */
#pragma once

#include "core/engine/engine.h"
#include "core/matching/matching.h"

struct hold_pair {
    double qty; /* 0 until it is bought */
    double close;
};

struct hold {
    struct matching *matching; /* its own; the caller's memory, as are the reports */
    struct matching_reports *reports;
    uint32_t pair_count;
    int64_t part; /* money for each pair */
    double money; /* cash and what is held, in units of the currency */
    struct hold_pair pairs[PAIR_MAX];
};

void hold_init(struct hold *hold, struct matching *matching, struct matching_reports *reports,
               const struct matching_config *config, uint32_t pair_count, int64_t capital);

void hold_buy(struct hold *hold, uint32_t pair, const struct pair *terms,
              const struct candle *candle);

static inline void hold_candle(struct hold *hold, uint32_t index, const struct pair *terms,
                               const struct candle *candle)
{
    struct hold_pair *pair = &hold->pairs[index];
    if (pair->close == 0) {
        hold_buy(hold, index, terms, candle);
    }
    hold->money += pair->qty * (candle->close - pair->close);
    pair->close = candle->close;
}

/* In 1e-8 of the currency. */
static inline int64_t hold_equity(const struct hold *hold)
{
    return (int64_t)(hold->money * 1e8 + 0.5);
}
