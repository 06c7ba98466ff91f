/* SPDX-License-Identifier: MIT */
/*
 * What a model is told of an entry that is wanted: one table of features, each with its formula in
 * words, its unit, what brings it to one scale for all pairs, and the indicators it needs. The same
 * code computes them in training, in a backtest and live.
 *
 *     features_read   what the market looks like to a pair: once a decision, kept in its record
 *     features_aim    the same as a candidate sees it, with what is its own: once a strategy
 *
 * Between the two nothing is lost: from the record and a vote the whole vector comes again.
 *
 * No feature knows a direction. What has a side is counted in the entry's: for a short the signed
 * ones change their sign, and those of a pair (below the high, above the low) change places, so
 * that a long and its mirror image are the same question.
 *
 * No feature sees past the close of the candle it is asked at. What is not known is NaN, the one
 * NaN that crosses a module's border: a tree has a branch for it, and any number would be an
 * answer. An infinite figure is not known either.
 */
#pragma once

#include "core/indicator/panel.h"

enum feature {
    /* The heuristic's six. */
    FEATURE_ADX,
    FEATURE_VOLUME_RANK,
    FEATURE_ATR_RANK,
    FEATURE_BOOK,
    FEATURE_MAJORITY,
    FEATURE_ODDS,
    /* Where it came from. */
    FEATURE_RETURN_1,
    FEATURE_RETURN_6,
    FEATURE_RETURN_24,
    FEATURE_RETURN_96,
    FEATURE_RETURN_288,
    FEATURE_VOLATILITY,
    FEATURE_VOLATILITY_TURN,
    FEATURE_VOLUME_RATIO,
    /* Where it stands, and which way it leans. */
    FEATURE_TO_SMA20,
    FEATURE_TO_SMA50,
    FEATURE_TO_SMA200,
    FEATURE_STACKED,
    FEATURE_BAND_PLACE,
    FEATURE_BAND_WIDTH,
    FEATURE_RSI,
    FEATURE_RSI_TURN,
    FEATURE_MACD,
    FEATURE_SLOPE,
    FEATURE_DI,
    FEATURE_REGIME,
    FEATURE_CHOP,
    /* The range it moves in. */
    FEATURE_BELOW_HIGH,
    FEATURE_ABOVE_LOW,
    FEATURE_DAY_PLACE,
    FEATURE_ABOVE_SUPPORT,
    FEATURE_BELOW_RESISTANCE,
    FEATURE_SUPPORT_TOUCHES,
    FEATURE_RESISTANCE_TOUCHES,
    FEATURE_RANGE_WIDTH,
    FEATURE_RANGE_PLACE,
    /* When, and among whom. */
    FEATURE_NOON,
    FEATURE_EVENING,
    FEATURE_WEEKDAY,
    FEATURE_WEEKEND,
    FEATURE_LEADER_24,
    FEATURE_LEADER_288,
    FEATURE_BREADTH,
    /* The candidate's own. */
    FEATURE_STRENGTH,
    FEATURE_CONFIDENCE,
    FEATURE_STOP_ATR,
    FEATURE_TARGET_ATR,
    FEATURE_FEES,
    FEATURE_COUNT,
};

/* Vectors that others are known to learn from: a bot's ten, and those of three strategies. */
enum feature_set {
    FEATURE_SET_TEN = 1,
    FEATURE_SET_DCA = 2,
    FEATURE_SET_SWING = 4,
    FEATURE_SET_CHANNEL = 8,
};

/* How a short sees it. */
enum feature_mirror {
    MIRROR_SAME,
    MIRROR_SIGN, /* its sign changes */
    MIRROR_SWAP, /* it changes places with its partner, the feature beside it */
};

struct feature_row {
    const char *name;
    const char *formula; /* in words */
    const char *unit;
    const char *normal; /* what makes the figures of all pairs one scale */
    uint32_t slots;     /* mask of enum features_slot: what it is read from */
    uint32_t sets;      /* mask of enum feature_set */
    enum feature_mirror mirror;
};

extern const struct feature_row feature_table[FEATURE_COUNT];

struct features {
    double values[FEATURE_COUNT];
};

enum features_slot {
    FEATURES_ADX,
    FEATURES_VOLUME,
    FEATURES_ATR_RANK,
    FEATURES_ATR,
    FEATURES_ATR_SLOW,
    FEATURES_ROC_1,
    FEATURES_ROC_6,
    FEATURES_ROC_24,
    FEATURES_ROC_96,
    FEATURES_ROC_288,
    FEATURES_VOLUME_RATIO,
    FEATURES_SMA20,
    FEATURES_SMA50,
    FEATURES_SMA200,
    FEATURES_BANDS,
    FEATURES_RSI,
    FEATURES_MACD,
    FEATURES_SLOPE,
    FEATURES_HOURS, /* the highest and lowest of 48 candles */
    FEATURES_DAY,   /* of 288 */
    FEATURES_LEVELS,
    FEATURES_SLOT_COUNT,
};

/* Asks for every indicator of the table on candles of `timeframe`. */
void features_plan(enum timeframe timeframe, struct panel_plan *plan,
                   uint32_t slots[FEATURES_SLOT_COUNT]);

/* Candles of that timeframe before a feature is known, 0 for what needs none. */
uint32_t features_history(enum feature feature);

/* What the other pairs do. NaN: not known. */
struct surroundings {
    double leader_24, leader_288; /* the first pair's moves, in its ATRs */
    double breadth;               /* -1 all pairs below their SMA(50) .. 1 all above */
};

/* What is read at a decision. */
struct features_view {
    const struct panel_cell *cells;
    const uint32_t *slots; /* features_plan's */
    double price;          /* the newest close */
    int64_t time_ns;       /* the end of the candle decided on */
    double book;           /* -1 sellers..1 buyers; NaN: there is no book */
    const struct surroundings *around;
};

/* A pair's move over FEATURES_ROC_x, in its ATRs; NaN while it is not known. */
double features_move(const struct panel_cell *cells, const uint32_t *slots, enum features_slot roc);

/* +1 a pair at or above its SMA(50), -1 below it, 0 not known. */
int32_t features_side(const struct panel_cell *cells, const uint32_t *slots, double price);

/* The market's features, as a long sees them; a candidate's own are NaN. */
void features_read(const struct features_view *view, struct features *ret);

/* What is asked about. */
struct candidate {
    int32_t direction;          /* +1 or -1 */
    double price, stop, target; /* 0 none */
    double strength, confidence;
    double majority; /* strategies that agree less those against; NaN: nobody votes */
    double round_trip_fee;
};

/* The vector that a model is asked with. */
void features_aim(const struct features *market, const struct candidate *candidate,
                  struct features *ret);
