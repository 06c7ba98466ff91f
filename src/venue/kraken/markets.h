/* SPDX-License-Identifier: MIT */
/*
 * The session's markets by their WebSocket symbol: what a message needs to become integers. Built
 * when the pairs become known, read for every row of every message.
 */
#pragma once

#include <stdint.h>

#include "core/base/limits.h"
#include "core/market/pair.h"
#include "platform/json/json.h"

#define KRAKEN_MARKET_SLOTS 512 /* a power of two, at least twice PAIR_MAX */

struct kraken_market {
    char symbol[SYMBOL_MAX];
    uint32_t symbol_len; /* 0: not known, or not listed */
    uint32_t price_decimals;
    uint32_t qty_decimals;
};

struct kraken_markets {
    struct kraken_market list[PAIR_MAX];
    uint16_t slots[KRAKEN_MARKET_SLOTS]; /* index + 1; 0 is empty */
};

void kraken_markets_init(struct kraken_markets *markets);

/* Makes `index` known by the pair's symbol, or renews its precision. */
void kraken_markets_put(struct kraken_markets *markets, uint32_t index, const struct pair *terms);

/* The index, or -1 when the symbol is none of ours. Takes a raw JSON string ("BTC\/USD" too). */
int32_t kraken_markets_find(const struct kraken_markets *markets, struct json_text symbol);
