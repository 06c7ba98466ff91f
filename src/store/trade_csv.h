/* SPDX-License-Identifier: MIT */
/*
 * Trades from CSV files, plain or gzip:
 *
 *   a header       that names time (or timestamp), price, volume (or amount, qty, quantity, size)
 *                  and, if it is known, side, in any order; other columns are passed over
 *   three columns  time,price,volume without a header: Kraken's downloads of time and sales
 *   four columns   time,price,volume,side without a header
 *
 * Times in s, ms, us or ns, told apart by magnitude, with a fraction or without. The side is the
 * taker's: buy, sell, b or s. Where it is not said the tick test tells it: up is a buy, down a
 * sell, and no change is as before. What the pair counts more coarsely is rounded. Rows without
 * volume are passed over and counted; a bad row is refused with its line, and beyond `bad_max` the
 * file. Rows are put in order of time; those of one time stay as they stood.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/market/pair.h"
#include "core/market/trade.h"

struct trade_csv_options {
    const struct pair *terms; /* how finely the pair counts */
    uint64_t bad_max;
    void (*on_bad)(void *context, uint64_t line, const char *reason); /* or NULL */
    void *context;
};

struct trade_data {
    struct trade *rows; /* ascending; freed by trade_data_free */
    size_t count;
    bool sided;              /* the file says who took */
    uint64_t bad_count;      /* refused */
    uint64_t empty_count;    /* of no volume */
    uint64_t disorder_count; /* stood after a newer one */
};

/* 0, or -errno with what, where and what to do in `error`. */
int trade_csv_read(const char *path, const struct trade_csv_options *options,
                   struct trade_data *ret, char *error, size_t error_size);
void trade_data_free(struct trade_data *data);

/* The fewest decimals, ten at most, that hold every price of the file: for a pair nobody knows. */
int trade_csv_decimals(const char *path, uint32_t *ret_decimals, char *error, size_t error_size);
