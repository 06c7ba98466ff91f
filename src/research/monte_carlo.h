/* SPDX-License-Identifier: MIT */
/*
 * What else could have come of the same returns: they are drawn anew, many times, and compounded.
 *
 *   shuffle    each return once, in another order. What it comes to in the end stays, how deep it
 *              falls on the way does not.
 *   bootstrap  blocks of returns that followed each other, drawn with repetition, so that what
 *              hangs together in time mostly stays together: the stationary bootstrap (D. N.
 * Politis and J. P. Romano, 1994). A block goes on with probability 1 - 1 / length, past the end at
 * the beginning; the mean length is n^(1/3) unless it is said.
 *
 * The same seed gives the same runs, whatever their number: run k is drawn from (seed, k).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "research/account.h"
#include "research/metrics.h"

#define BAND_COUNT 5

extern const double band_levels[BAND_COUNT]; /* 0.05 0.25 0.5 0.75 0.95 */

/* What a figure came to: at[i] is above band_levels[i] of all values, between two of them in
 * proportion. NAN where there are none. */
struct bands {
    size_t count; /* of the values that were numbers */
    double at[BAND_COUNT];
    double mean;
};

/* Sorts the values; those that are NAN, which do not count, to the end. */
void bands_measure(double *values, size_t count, struct bands *ret);

/* What returns came to, compounded from 1 in their order. */
struct path {
    double total_return;
    double drawdown; /* the worst, 0..1 */
    double lowest;   /* of 1 */
};

void path_follow(const double *returns, size_t count, struct path *ret);

enum resampling {
    RESAMPLE_SHUFFLE,
    RESAMPLE_BLOCKS,
};

struct monte_carlo_config {
    const double *returns;
    size_t count;
    enum resampling resampling;
    double block_length; /* mean, at least 1; 0: count^(1/3) */
    uint32_t runs;
    uint64_t seed;
    double ruin;         /* equity below this part of what it began with */
    uint32_t fan_points; /* where the fan is measured; 0: no fan */
    double *fan;     /* [fan_points + 1][BAND_COUNT]: of the equity, in parts of what it began with,
                        after each fan_points-th part of the returns, the first 1 */
    double *scratch; /* monte_carlo_scratch() of them */

    /* Called now and then with the part done, 0..1, or NULL. */
    void (*on_progress)(void *context, double done);
    void *context;
};

struct monte_carlo {
    struct path own; /* of the returns as they came */
    struct bands total_return, drawdown;
    double ruin_probability;  /* part of the runs */
    double loss_probability;  /* to end below the beginning */
    double worse_probability; /* to fall deeper than our own did */
    double block_length;      /* 0 when shuffled */
};

/* How many doubles the measuring needs beside. */
size_t monte_carlo_scratch(const struct monte_carlo_config *config);

/* False, *ret untouched, when there is nothing to draw from: no return, or no run. */
bool monte_carlo_measure(const struct monte_carlo_config *config, struct monte_carlo *ret);

/*
 * What each closed trade brought of the whole equity there was when it began, in `out` in their
 * order: compounded they come to the curve's growth, as far as trades do not overlap and none is
 * left open. Returns how many: those that began with an equity above 0.
 */
size_t returns_of_trades(const struct closed_trade *trades, size_t count, const struct curve *curve,
                         double *out);
