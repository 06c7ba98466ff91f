/* SPDX-License-Identifier: MIT */
/*
 * Where Kraken's documents leave a point of the public side open, a client must live with either
 * reading. Variant 0 is the reading we hold likeliest; any other number throws a seeded die for
 * each point. docs/kraken-assumptions.md lists them.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct variant {
    bool quoted_numbers;       /* book and ticker: "30306.1" instead of 30306.1 */
    bool extra_fields;         /* a member nobody has documented in each row and message */
    bool symbol_last;          /* members in another order */
    bool without_tick_size;    /* instrument: price_increment alone */
    bool without_timestamp;    /* ohlc rows: no deprecated end of the interval */
    bool error_without_symbol; /* a refused subscription does not say for which symbol */
    uint32_t snapshot_rows;    /* candles in an ohlc snapshot */
};

struct variant variant_of(uint64_t number);
