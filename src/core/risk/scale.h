/* SPDX-License-Identifier: MIT */
/*
 * How much larger or smaller than usual a trade is: factors, each 1 where it is switched off or its
 * figure is not known.
 *
 *   confidence   0.5 at the gate, 1.5 at `confidence_full` and above, linear between
 *   volatility   `volatility` over the pair's ATR as a part of its price, 0.5 to 1.5: a quiet
 *                market is bought more of, so that a day's swing costs about the same everywhere
 *   drawdown     1 down to `drawdown_from` below the highest equity, `drawdown_floor` from
 *                `drawdown_to` on, linear between
 *   model        what a model that has proved itself makes of it, 0.5 to 1.5
 *                (core/decision/planned.h)
 *
 * Their product is held between `least` and `most`. Kelly and the risk of ruin come after it
 * (share.h).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/market/timeframe.h"

#define SCALE_LEAST 0.5
#define SCALE_MOST 1.5

enum size_factor {
    SIZE_CONFIDENCE,
    SIZE_VOLATILITY,
    SIZE_DRAWDOWN,
    SIZE_MODEL,
    SIZE_KELLY,  /* what Kelly makes of risk_per_trade */
    SIZE_RUIN,   /* what the risk of ruin then makes of it */
    SIZE_MARKET, /* the part that the regime and the mood leave of the size, max_position too */
    SIZE_ALL,    /* what risk_per_trade was multiplied by in the end */
    SIZE_FACTOR_COUNT,
};

struct scale_config {
    bool confidence;
    double confidence_full;
    double volatility; /* ATR over price that is usual; 0 off */
    int64_t volatility_period;
    int32_t volatility_timeframe;                      /* enum timeframe */
    double drawdown_from, drawdown_to, drawdown_floor; /* drawdown_to 0: off */
    double least, most;
};

/* What is known of an entry. */
struct scale_view {
    double per_trade;        /* risk_per_trade, of the configuration or of the strategies */
    double confidence, gate; /* 0: nobody voted */
    double volatility;       /* ATR over price; 0 not known */
    double drawdown;         /* below the highest equity, a part of it */
    double market;           /* the part of the size that the market leaves, 0..1 */
    double own;              /* the least that one of the strategies has of its own; 0: none */
    double model;            /* the model's times the usual size; 0: it says nothing */
};

/* Writes the four factors of its own and returns their product, bounded. */
double scale_factors(const struct scale_config *config, const struct scale_view *view,
                     double factors[SIZE_FACTOR_COUNT]);
