/* SPDX-License-Identifier: MIT */
/*
 * How a trade ends otherwise than at its stop and target, and how its stop follows the market. A
 * plan comes with the entry: what the agreeing strategies asked for. The configuration adds its
 * own, and the tighter of both holds. Looked at with each closed base candle; a stop is only ever
 * raised.
 *
 *   trail        the stop stays this part below the highest price since the entry
 *
 *   trail_atr    the same, in ATRs of the newest candle (the chandelier exit: Le Beau)
 *
 *   break_even   the highest price was so many times the risk above the entry: a stop where a sale
 *                gives back what was paid, both fees included
 *
 *   broken       a close below it sells: the range that the trade was taken in is no more
 *
 *   hold         so long after the entry it is sold at market
 *
 * A stop that would then stand at the close or above it is no stop any more: the position is sold.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/base/option.h"
#include "core/market/timeframe.h"
#include "core/portfolio/order.h"

struct exit_config {
    double trail;     /* part of the price; 0 none */
    double trail_atr; /* ATRs; 0 none */
    int64_t atr_period;
    int32_t atr_timeframe; /* enum timeframe */
    double break_even;     /* multiples of what was risked; 0 never */
    double step;           /* part of the price: what a stop is raised by at least */
    int64_t hold_ns;       /* 0 for ever */
};

extern const struct option exit_options[];
extern const uint32_t exit_option_count;

/* Whether it gives every position a plan, whatever the strategies ask for. */
bool exit_config_asks(const struct exit_config *config);

/* The time after which a position is sold: the shorter of what its plan asks for and what every
 * position has; 0 none. */
int64_t exit_hold_ns(const struct exit_config *config, int64_t own_ns);

/* What the strategies asked for, in integers. */
struct exit_plan exit_plan_of(double trail, int64_t broken_ticks, int64_t hold_ns);

enum exit_cause {
    EXIT_NONE,
    EXIT_BREAK_EVEN,
    EXIT_TRAIL,
    EXIT_TRAIL_ATR,
    EXIT_BROKEN,
    EXIT_TIME,
};

struct exit_view {
    int64_t held_ns;
    int64_t close_ticks; /* > 0 */
    int64_t best_ticks;  /* highest since the entry */
    int64_t entry_ticks; /* paid on average */
    int64_t even_ticks;  /* a sale here gives back what was paid, with both fees */
    int64_t stop_ticks;  /* in force; 0 none */
    int64_t tick_step;
    double atr_ticks; /* 0 not known */
};

struct exit_move {
    enum exit_cause cause; /* EXIT_NONE: all stays as it is */
    bool sell;             /* at market, now */
    int64_t stop_ticks;    /* else the new stop, above the one in force, a multiple of tick_step */
};

struct exit_move exit_tighten(const struct exit_config *config, const struct exit_plan *plan,
                              const struct exit_view *view);
