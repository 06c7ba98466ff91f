/* SPDX-License-Identifier: MIT */
#include "venue/kraken/markets.h"

#include <string.h>

#include "core/base/check.h"
#include "venue/kraken/words.h"

_Static_assert(KRAKEN_MARKET_SLOTS >= 2 * PAIR_MAX, "probing must end soon");

static uint32_t hash_of(const char *at, size_t len)
{
    return kraken_word_hash(at, len) & (KRAKEN_MARKET_SLOTS - 1);
}

void kraken_markets_init(struct kraken_markets *markets)
{
    memset(markets, 0, sizeof *markets);
}

static int32_t find(const struct kraken_markets *markets, const char *at, size_t len)
{
    for (uint32_t slot = hash_of(at, len);; slot = (slot + 1) & (KRAKEN_MARKET_SLOTS - 1)) {
        if (markets->slots[slot] == 0)
            return -1;
        const struct kraken_market *market = &markets->list[markets->slots[slot] - 1];
        if (market->symbol_len == len && memcmp(market->symbol, at, len) == 0)
            return markets->slots[slot] - 1;
    }
}

void kraken_markets_put(struct kraken_markets *markets, uint32_t index, const struct pair *terms)
{
    CHECK(index < PAIR_MAX);
    struct kraken_market *market = &markets->list[index];
    bool known = market->symbol_len > 0;
    CHECK(!known || strcmp(market->symbol, terms->symbol) == 0);

    size_t len = strnlen(terms->symbol, SYMBOL_MAX - 1);
    memcpy(market->symbol, terms->symbol, len);
    market->symbol[len] = '\0';
    market->symbol_len = (uint32_t)len;
    market->price_decimals = terms->price_decimals;
    market->qty_decimals = terms->qty_decimals;
    if (known)
        return;

    uint32_t slot = hash_of(market->symbol, len);
    while (markets->slots[slot] != 0)
        slot = (slot + 1) & (KRAKEN_MARKET_SLOTS - 1);
    markets->slots[slot] = (uint16_t)(index + 1);
}

int32_t kraken_markets_find(const struct kraken_markets *markets, struct json_text symbol)
{
    if (symbol.len == 0 || symbol.len >= 2 * SYMBOL_MAX)
        return -1;
    if (memchr(symbol.at, '\\', symbol.len) == NULL)
        return find(markets, symbol.at, symbol.len);

    /* Some writers escape the slash. No other escape occurs in a symbol. */
    char plain[2 * SYMBOL_MAX];
    size_t len = 0;
    for (size_t i = 0; i < symbol.len; i++) {
        if (symbol.at[i] != '\\')
            plain[len++] = symbol.at[i];
    }
    return find(markets, plain, len);
}
