/* SPDX-License-Identifier: MIT */
/*
 * How much history an indicator needs until its value no longer shows where it began. A simple
 * average needs its window and no more; an exponential one forgets its beginning slowly, on-balance
 * volume never. What a session fetches at its start may be too little, and then its first decisions
 * are not those that a backtest made there.
 *
 * Each indicator that the configuration asks for is worked out at a few times in the candles twice:
 * from all there is before (up to WARMUP_REFERENCE candles), and from the newest N alone. Off is
 *
 *     max over times |short - long| / mean over times |long - mean of long|
 *
 * of the output that is worst: in parts of how much the figure itself moves about, so that it means
 * the same for a price, a percentage and a volume.
 */
#pragma once

#include "core/engine/engine.h"
#include "research/boundary.h"

#define WARMUP_REFERENCE 8192
#define WARMUP_TIMES 16

struct warmup_config {
    const struct engine_config *engine; /* says which indicators, and the base timeframe */
    const struct candle_rows *rows;     /* of each of its pairs */
    int64_t history_ns;                 /* what a session begins with */
    double tolerance;                   /* off by less is settled: 0.01 is 1 % */
    bool (*on_progress)(void *context, double done); /* 0..1; false ends it. May be NULL */
    void *context;
};

struct warmup_row {
    struct panel_ask ask;
    uint32_t strategies; /* mask of those that ask for it; 0: the decision's other parts */
    uint32_t needs;      /* candles of its timeframe until it says anything */
    uint32_t settles; /* until it stays within the tolerance; 0: not within what could be tried */
    uint32_t tried;   /* the most candles that could be tried */
    uint32_t has;     /* what a session's history comes to, in its timeframe */
    double off;       /* with that much; NAN where it then says nothing at all */
};

struct warmup {
    uint32_t count;
    struct warmup_row rows[PANEL_SLOT_MAX];
    bool stopped;
};

/* 0, or -errno with the reason in `error`. */
int warmup_check(const struct warmup_config *config, struct warmup *ret, char *error,
                 size_t error_size);

/* Whether a session begins with enough. */
bool warmup_row_holds(const struct warmup_row *row, double tolerance);
