/* SPDX-License-Identifier: MIT */
/*
 * What a strategy is: declared parameters, the indicators it asks for, and one pure step that
 * looks at a pair when a candle of its timeframe has closed and gives a signal. It holds no state
 * but a fixed record of numbers, which lives in the engine's snapshot; it sends no orders.
 *
 * A new strategy is one file with one `const struct strategy`, named in strategy.c's table. The
 * shell adds those that its user wrote; they keep the same promise: what a step says hangs on its
 * arguments alone. EVENT_STRATEGY carries their text to whoever replays.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/base/option.h"
#include "core/indicator/panel.h"
#include "core/market/pair.h"

#define STRATEGY_PARAMS_SIZE 256 /* bytes a strategy's parameter struct may have */
#define STRATEGY_SLOT_MAX 8      /* indicators one strategy may ask for */
#define STRATEGY_STATE_MAX 8     /* numbers it may remember per pair */
#define SIGNAL_FIGURE_MAX 4

/* Why a signal was given. operator/sentence turns each into words with the signal's figures; the
 * comment names the figures in their order. */
enum signal_reason {
    REASON_NONE,             /* nothing to say */
    REASON_WARMING_UP,       /* - */
    REASON_SMA_CROSS_UP,     /* close, sma now, close before, sma before */
    REASON_SMA_CROSS_DOWN,   /* the same */
    REASON_PAIR_CROSS_UP,    /* fast sma, slow sma */
    REASON_PAIR_CROSS_DOWN,  /* fast sma, slow sma */
    REASON_TREND_UP,         /* fast ema, slow ema, adx, adx threshold */
    REASON_TREND_DOWN,       /* the same */
    REASON_TREND_WEAK,       /* fast ema, slow ema, adx, adx threshold: crossed, but no strength */
    REASON_BELOW_BAND,       /* close, lower band, rsi, rsi threshold */
    REASON_ABOVE_BAND,       /* close, upper band, rsi, rsi threshold */
    REASON_BAND_UNCONFIRMED, /* close, band, rsi, rsi threshold: beyond the band, rsi not extreme */
    REASON_CHANNEL_LOW,      /* close, support, resistance, reward/risk */
    REASON_CHANNEL_HIGH,     /* the same */
    REASON_CHANNEL_POOR,     /* support, resistance, reward/risk, what is needed */
    REASON_CHANNEL_UNSURE,   /* support, resistance, confidence, what is needed */
    REASON_SWING_UP,         /* close, resistance, volume ratio, what is needed */
    REASON_SWING_DOWN,       /* the same of a support */
    REASON_SWING_QUIET,      /* close, level, volume ratio, what is needed: broken, on less */
    REASON_SWING_UNSURE,     /* level, volume ratio, confidence, what is needed */
    REASON_DIP,              /* percent below the high, high, rsi, rsi threshold */
    REASON_DIP_UNCONFIRMED,  /* the same: deep enough, rsi not low enough */
    REASON_DIP_UNSURE,       /* percent below the high, high, confidence, what is needed */
    REASON_MOMENTUM_UP,      /* rsi before, rsi now, volume ratio, volume threshold */
    REASON_MOMENTUM_DOWN,    /* the same */
    REASON_MOMENTUM_QUIET,   /* the same: a thrust, but too little volume */
    REASON_BREAKOUT_UP,      /* close, level, volume ratio, volume threshold */
    REASON_BREAKOUT_DOWN,    /* the same */
    REASON_BREAKOUT_QUIET,   /* the same: broken, but on too little volume */
    REASON_REVERSAL_UP,      /* enum pattern, lowest low, rsi, rsi threshold */
    REASON_REVERSAL_DOWN,    /* enum pattern, highest high, rsi, rsi threshold */
    REASON_REVERSAL_AWAITED, /* rsi, rsi threshold: extreme, but no pattern */
    REASON_KELTNER_LOW,      /* low or close, lower channel, rsi, rsi threshold */
    REASON_KELTNER_HIGH,     /* high or close, upper channel, rsi, rsi threshold */
    REASON_KELTNER_UNCONFIRMED, /* price, channel, rsi, the rsi bound it is on the wrong side of */
    REASON_SCRIPT,              /* close: a user's strategy, which names no figures */
    REASON_SCRIPT_FIGURES,      /* close, and the three figures it names */
    REASON_COUNT,
};

/* A buy in equal steps below a high: core/risk/ladder.h. */
struct ladder_terms {
    double first;  /* of the high, below it: 0..1 */
    double step;   /* of the high: 0..1 */
    double high;   /* a price */
    int64_t rungs; /* 1..LADDER_RUNG_MAX; 0: no ladder */
};

struct signal {
    int32_t direction; /* +1 long, -1 short, 0 neutral */
    enum signal_reason reason;
    double strength;   /* 0..1 */
    double confidence; /* 0..1 */
    double stop;       /* a price; 0 none */
    double target;     /* a price; 0 none */
    double trail;      /* the stop follows the best price at this part of it; 0 it does not */
    double broken;     /* a price: a close beyond it, on the stop's side, ends the trade; 0 none */
    int64_t hold_ns;   /* the trade ends after so long; 0 never */
    struct ladder_terms ladder; /* a long is bought in these steps; no rungs: at once */
    double figures[SIGNAL_FIGURE_MAX];
};

struct strategy_view {
    const struct pair *pair;
    const struct series *series;
    const struct panel_cell *cells; /* by slot */
    const uint32_t *slots;          /* the slots `plan` was given, in the order it asked */
    enum timeframe timeframe;
    double round_trip_fee; /* entry and exit fee together, as a fraction of the price */
};

/* Where a market goes, as core/decision/regime.h tells it. */
enum regime_way {
    REGIME_UNKNOWN,
    REGIME_RANGING,
    REGIME_RISING,
    REGIME_FALLING,
};

struct sweep_kernel;

#define TASTE_RANGING (1u << REGIME_RANGING)
#define TASTE_RISING (1u << REGIME_RISING)
#define TASTE_FALLING (1u << REGIME_FALLING)

struct strategy {
    const char *name;
    const char *help;
    const struct option *options; /* over its parameter struct; the first is always `timeframe` */
    uint32_t option_count;
    uint32_t params_size; /* at most STRATEGY_PARAMS_SIZE */
    double alone;         /* confidence with which it is enough by itself; 0: as any other */
    uint32_t taste;       /* the markets it was made for: 1 << regime_way of each; 0 none */

    /* Asks for its indicators; returns how many slots it wrote. */
    uint32_t (*plan)(const void *params, struct panel_plan *plan, uint32_t *slots);

    /* Checks parameters against each other: NULL, or what is wrong and what would be right. */
    const char *(*check)(const void *params);

    /* `state` starts as zeros. *signal arrives neutral; who has nothing to say (REASON_NONE) leaves
     * it as it came. */
    void (*step)(const void *params, const struct strategy_view *view, double *state,
                 struct signal *signal);

    /* Its signals for many parameter sets in one pass (core/strategy/sweep.h); NULL: it has no such
     * kernel, and a search runs the engine. */
    const struct sweep_kernel *sweep;

    void *user; /* of a strategy from outside: what its functions find by strategy_params.type */
};

/* Every built-in strategy, in a fixed order, and behind them those from outside; the index is what
 * snapshots and records hold. */
extern const struct strategy *strategy_table[STRATEGY_TABLE_MAX];
extern uint32_t strategy_table_count;
extern const uint32_t strategy_built_in;

/* The strategies from outside are these, and no others, until the next call: before an engine is
 * made of them, and on its thread. CHECKs that they fit. */
void strategy_add(const struct strategy *const *added, uint32_t count);

/* Each strategy's parameter struct begins with this. */
struct strategy_params {
    int32_t timeframe; /* enum timeframe, an OPTION_CHOICE over timeframe_names */
    uint32_t type;     /* of a strategy from outside: its index in strategy_table */
};

const struct strategy *strategy_find(const char *name, uint32_t *ret_index);

/*
 * Stop and target so far from the price, for the signal's direction (CHECKED: not neutral). The
 * target is moved out so that reward counts after fees, and the stop drawn in so that the loss
 * does, but never nearer than those fees: see docs/strategies.md for the arithmetic. What would lie
 * at or below zero is 0: none.
 */
void strategy_place_at(struct signal *signal, double price, double stop_distance,
                       double target_distance, double round_trip_fee);

/* The same, so many ATRs away. Where there is no ATR there is neither. */
void strategy_place_exits(struct signal *signal, double price, double atr, double stop_atr,
                          double target_atr, double round_trip_fee);

/*
 * Draws the stop that strategy_place_exits has set in to `stop`, a price that refutes the signal,
 * where that is nearer; but never nearer than the fees of the round trip. None stays none.
 */
void strategy_draw_stop(struct signal *signal, double price, double stop, double round_trip_fee);
