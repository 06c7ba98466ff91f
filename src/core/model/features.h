/* SPDX-License-Identifier: MIT */
/*
 * What a model is told of an entry that is wanted.
 *
 *   adx          ADX(14), 0..100
 *   volume_rank  rank of the volume among the 50 before it, 0..100
 *   atr_rank     rank of ATR(14) among the 100 before it, 0..100
 *   book         how the order book leans in the entry's direction, -1..1
 *   majority     strategies that agree less those against; unknown where nobody votes
 *   odds         the stop's distance over the stop's and the target's together, 0..1: how often a
 *                market without any direction reaches the target first
 *
 * The first three are of one timeframe's newest closed candle. No feature knows a direction: what
 * has a side is counted in the entry's, so that a long and its mirror image are the same question.
 *
 * What is not known is NaN, the one NaN that crosses a module's border: a tree has a branch for it,
 * and any number would be an answer. An infinite figure is not known either.
 */
#pragma once

#include "core/indicator/panel.h"

enum feature {
    FEATURE_ADX,
    FEATURE_VOLUME_RANK,
    FEATURE_ATR_RANK,
    FEATURE_BOOK,
    FEATURE_MAJORITY,
    FEATURE_ODDS,
    FEATURE_COUNT,
};

struct features {
    double values[FEATURE_COUNT];
};

/* What is asked about, beside what the panel knows. */
struct candidate {
    int32_t direction;          /* +1 or -1 */
    double price, stop, target; /* 0 none */
    double book;                /* -1 sellers..1 buyers; NaN: there is no book */
    double majority;            /* NaN: nobody votes */
};

enum features_slot {
    FEATURES_ADX,
    FEATURES_VOLUME,
    FEATURES_ATR,
    FEATURES_SLOT_COUNT,
};

void features_plan(enum timeframe timeframe, struct panel_plan *plan,
                   uint32_t slots[FEATURES_SLOT_COUNT]);

void features_read(const struct panel_cell *cells, const uint32_t slots[FEATURES_SLOT_COUNT],
                   const struct candidate *candidate, struct features *ret);
