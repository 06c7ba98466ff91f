/* SPDX-License-Identifier: MIT */
/*
 * What kind of market a pair is in, and what follows from it.
 *
 *   ADX(14) below 25             ranging
 *   else +DI at or above -DI     rising
 *   else                         falling
 *
 *   rank of ATR(14) among the 100 before: at most 30 low, at least 70 high, else normal volatility
 *
 * The regime does not choose trades, it leans the choice. A strategy made for it (its `taste`)
 * weighs 1.5 times as much in the vote.
 *
 * Targets stand at 0.8 of their distance where the market ranges, at 1.25 of it where it goes
 * somewhere; stops at 0.8 where volatility is low, at 1.25 where it is high. High volatility also
 * takes a quarter of the size, and asks for 0.05 more confidence. While either half warms up it is
 * unknown, and changes nothing.
 *
 * ADX 25 and the ATR's rank are the mission's (Wilder's own reading of ADX); the factors are ours,
 * mild on purpose.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/base/limits.h"
#include "core/base/option.h"
#include "core/indicator/panel.h"
#include "core/strategy/strategy.h"

enum volatility {
    VOLATILITY_UNKNOWN,
    VOLATILITY_LOW,
    VOLATILITY_NORMAL,
    VOLATILITY_HIGH,
};

struct regime_config {
    bool enabled;
    int32_t timeframe;
    int64_t adx_period;
    double adx_trend;
    int64_t atr_period, atr_window;
    double volatility_low, volatility_high; /* ranks, 0..100 */
    double favour;                          /* weight of a strategy made for the regime */
    double ranging_target, trending_target; /* times the target's distance */
    double low_stop, high_stop;             /* times the stop's distance */
    double high_size, high_confidence;
};

extern const struct option regime_options[];
extern const uint32_t regime_option_count;

struct regime {
    enum regime_way way;
    enum volatility volatility;
    double adx;      /* 0 while unknown, as is the rank */
    double atr_rank; /* 0..100 */
};

/* What a regime makes of an entry. Where there is none: {1, 0, 1, 1}. */
struct regime_effect {
    double size;       /* times the size; 0: no entry */
    double confidence; /* more than the gate asks for anyway */
    double stop;       /* times the distance from the price */
    double target;
};

enum regime_slot {
    REGIME_ADX,
    REGIME_ATR,
    REGIME_SLOT_COUNT,
};

const char *regime_check(const struct regime_config *config);
void regime_plan(const struct regime_config *config, struct panel_plan *plan,
                 uint32_t slots[REGIME_SLOT_COUNT]);

/* Unknown in both halves where it is not enabled. */
struct regime regime_read(const struct regime_config *config, const struct panel_cell *cells,
                          const uint32_t slots[REGIME_SLOT_COUNT]);

struct regime_effect regime_effect(const struct regime_config *config, const struct regime *regime);

/* What the weight of a strategy of this taste is multiplied by. */
double regime_weight(const struct regime_config *config, uint32_t taste, enum regime_way way);

/* Two effects on the same entry. */
struct regime_effect regime_effect_both(const struct regime_effect *a,
                                        const struct regime_effect *b);

/* Moves an entry's stop and target, each 0 for none. A stop is not drawn nearer to the price than
 * `nearest`, which the strategies keep, too; what would cross zero stays where it was. */
void regime_exits(const struct regime_effect *effect, double price, int32_t direction,
                  double nearest, double *stop, double *target);
