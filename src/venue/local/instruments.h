/* SPDX-License-Identifier: MIT */
/*
 * What the local Kraken lists: assets and pairs under all the names Kraken gives them, with the
 * precision and minimums it gives them (figures as of 2025; they only have to be plausible, since
 * a client must read them anyway). A symbol that is not in the table gets names made by Kraken's
 * rules and the precision its data needs.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/market/pair.h"

#define INSTRUMENT_DEFAULT_COUNT 24

struct asset {
    const char *name;    /* "BTC": the WebSocket's and ours */
    const char *id;      /* "XXBT": key of REST Assets */
    const char *altname; /* "XBT" */
    uint32_t decimals;   /* of the ledger */
    uint32_t display_decimals;
    bool fiat;
};

struct instrument {
    struct pair terms;
    char key[SYMBOL_MAX];     /* "XXBTZUSD": key of REST AssetPairs */
    char altname[SYMBOL_MAX]; /* "XBTUSD" */
    char wsname[SYMBOL_MAX];  /* "XBT/USD" */
    char base_id[SYMBOL_MAX]; /* "XXBT" */
    char quote_id[SYMBOL_MAX];
    uint32_t cost_decimals;
    uint32_t leverage_max; /* 0: spot only */
};

/* The asset of the table, or one made up for an unknown name (`name` is kept, not copied). */
struct asset asset_of(const char *name);

/* Symbols of the table, the 24 defaults first; NULL behind the last. */
const char *instrument_symbol(uint32_t index);

/* Any of Kraken's names ("XBT/USD", "XBTUSD", "XXBTZUSD", "BTC/USD") as "BTC/USD". False when it
 * is no name of the table and has no slash to tell base from quote. */
bool instrument_symbol_of(const char *name, size_t len, char symbol[SYMBOL_MAX]);

/* The row of the table; false for a symbol that is not in it. */
bool instrument_find(const char *symbol, struct instrument *ret);

/* An instrument for a symbol outside the table, counted as finely as said. */
bool instrument_make(const char *symbol, uint32_t price_decimals, uint32_t qty_decimals,
                     struct instrument *ret);

/* The fewest decimals, ten at most, that hold every price of the sample: each stride-th row. */
uint32_t instrument_price_decimals(const struct candle *rows, size_t count, size_t stride);

/* True when the name is any of the instrument's four. */
bool instrument_is(const struct instrument *instrument, const char *name, size_t len);
