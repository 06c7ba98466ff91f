/* SPDX-License-Identifier: MIT */
/*
 * Prices of assets in dollars, as logarithms, minute by minute: the skeleton of the synthetic
 * market. Every value is a function of (seed, asset, time) alone.
 *
 *   days     a market factor and one factor an asset, both pulled back softly towards the asset's
 *            anchor price (half-life four months, so that years do not carry a coin to nothing);
 *            volatility from a calm/normal/panic chain and a slow wave; rare jumps
 *   minutes  a bridge from one day's price to the next: the factor's and the asset's own moves,
 *            louder in the afternoon hours and in seeded hours, with the day's jump in one minute
 *
 * The pull and the days are computed once in order; any day's minutes can then be had at once.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define PATH_MINUTES 1440
#define PATH_ASSET_MAX 220

/* The path begins on 2018-01-01. */
#define PATH_ORIGIN_DAY 17532
#define PATH_DAY_MAX 60000 /* since the origin: to the year 2182 */

struct path_asset {
    char name[24];
    double anchor; /* dollars */
    double beta;   /* to the market factor */
    double sigma;  /* of a usual day, of its own */
    uint64_t seed;
    double *own; /* log distance from the anchor that is not the factor's, a day each */
};

struct path {
    uint64_t seed;
    uint32_t asset_count;
    uint32_t day_count; /* days known; the arrays hold one value more */
    uint32_t day_capacity;
    double *factor;
    double *loudness; /* multiplies volatility; 1 on a usual day */
    double wave;
    uint32_t regime;
    struct path_asset assets[PATH_ASSET_MAX];

    uint32_t loaded_day; /* the factor's minutes held below; UINT32_MAX: none */
    double factor_moves[PATH_MINUTES];
    double pace[PATH_MINUTES]; /* volatility of a minute against the day's mean */
};

void path_init(struct path *path, uint64_t seed);
void path_deinit(struct path *path);

/* Index of the asset, added when new; UINT32_MAX when the table is full. */
uint32_t path_add(struct path *path, const char *name);

/* Makes days 0..day known. False when memory is out or the day beyond PATH_DAY_MAX. */
bool path_reach(struct path *path, uint32_t day);

/* Log price of the asset at the start of each minute of a known day, and at its end. */
void path_minutes(struct path *path, uint32_t asset, uint32_t day, double levels[PATH_MINUTES + 1]);

/* Volatility of one minute of the (loaded) day for base against quote, as a log move. */
double path_minute_sigma(const struct path *path, uint32_t base, uint32_t quote, uint32_t day);

/* Dollars a usual day sees traded in the asset, and trades. */
double path_day_dollars(const char *name);
uint32_t path_day_trades(const char *name);
