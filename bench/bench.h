/* SPDX-License-Identifier: MIT */
/*
 * The speed table: each row times one thing beside a plain loop that does the same in the same run,
 * because a ratio holds on any machine and nanoseconds do not. What was computed is asserted, so a
 * row cannot be fast by being wrong.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/market/candle.h"

struct bench_row {
    const char *name;
    const char *unit;
    double ns;       /* per unit, the median of the runs */
    double floor_ns; /* of the plain loop; 0: none makes sense */
    double p99_ns;   /* of single ones, where the row times each; `ns` is then their median */
    char note[160];  /* "", or what was computed wrong, or why it could not be measured */
};

/* Each measures one row. False when what it computed is not what it must be; `note` then says. */
typedef bool bench_function(struct bench_row *row);

bench_function bench_engine_sma_cross;
bench_function bench_engine_full;
bench_function bench_sweep_sma_pairs;
bench_function bench_indicator; /* one for all of them: the row's name says which */
bench_function bench_book_score;
bench_function bench_model_forest;
bench_function bench_script;
bench_function bench_kraken_ticker;
bench_function bench_kraken_book;
bench_function bench_kraken_sign;
bench_function bench_order_frame;
bench_function bench_order_signed;
bench_function bench_order_decide;
bench_function bench_order_decide_each;
bench_function bench_order_wire;
bench_function bench_csv_row;
bench_function bench_candles_open;

/* A folder of its own in TMPDIR or /tmp, and away with it and all that is in it. */
bool bench_folder_make(char *path, size_t size);
void bench_folder_remove(const char *path);

#define BENCH_RUNS 11

/*
 * Runs both BENCH_RUNS times after a warm-up, in turn, so that what else the machine does falls on
 * both alike; sets the row's medians, each divided by the units of one run.
 */
struct bench_work {
    void (*run)(void *context);
    void (*floor)(void *context);
    void *context;
    double units;
};
void bench_time(struct bench_row *row, const struct bench_work *work);

/*
 * The random walk of the peers' comparison: one-minute candles from splitmix64 seed 42 and
 * Box-Muller, 30,000 at the start, four steps a minute of 2.5 bp, open = the close before, rounded
 * to 4 decimals.
 */
void bench_walk(struct candle *candles, size_t count);

/* The floor of `engine.sma_cross.candle`: SMA 20/50 over bare arrays and nothing else. */
struct bench_floor_result {
    uint64_t closed;
    double equity;
};
struct bench_floor_result bench_sma_floor(const struct candle *candles, size_t count, double fee);

/* The same loop with any two periods: of `search.sma_pairs.candle`, once for each pair. */
struct bench_floor_result bench_sma_pair_floor(const struct candle *candles, size_t count,
                                               size_t fast, size_t slow, double fee);
