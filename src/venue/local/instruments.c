/* SPDX-License-Identifier: MIT */
#include "venue/local/instruments.h"

#include <stdio.h>
#include <string.h>

/* Early listings carry an X or Z; the rest is called the same everywhere. */
static const struct asset assets[] = {
    {"BTC", "XXBT", "XBT", 10, 5, false},  {"ETH", "XETH", "ETH", 10, 5, false},
    {"LTC", "XLTC", "LTC", 10, 5, false},  {"XRP", "XXRP", "XRP", 8, 5, false},
    {"XLM", "XXLM", "XLM", 8, 5, false},   {"XMR", "XXMR", "XMR", 10, 5, false},
    {"ETC", "XETC", "ETC", 10, 5, false},  {"ZEC", "XZEC", "ZEC", 10, 5, false},
    {"DOGE", "XXDG", "XDG", 8, 2, false},  {"USD", "ZUSD", "USD", 4, 2, true},
    {"EUR", "ZEUR", "EUR", 4, 2, true},    {"GBP", "ZGBP", "GBP", 4, 2, true},
    {"CAD", "ZCAD", "CAD", 4, 2, true},    {"JPY", "ZJPY", "JPY", 2, 0, true},
    {"AUD", "ZAUD", "AUD", 4, 2, true},    {"CHF", "CHF", "CHF", 4, 2, true},
    {"USDT", "USDT", "USDT", 8, 4, false}, {"USDC", "USDC", "USDC", 8, 4, false},
};

static const struct {
    const char *symbol;
    uint32_t price_decimals, qty_decimals, leverage_max;
    const char *qty_min;
} pairs[] = {
    {"BTC/USD", 1, 8, 5, "0.00005"}, {"ETH/USD", 2, 8, 5, "0.001"},
    {"SOL/USD", 2, 8, 3, "0.02"},    {"BNB/USD", 2, 8, 0, "0.007"},
    {"XRP/USD", 5, 8, 5, "1.65"},    {"ADA/USD", 6, 8, 3, "4.4"},
    {"AVAX/USD", 2, 8, 3, "0.15"},   {"DOGE/USD", 7, 8, 3, "13"},
    {"DOT/USD", 4, 8, 3, "0.7"},     {"LINK/USD", 5, 8, 3, "0.2"},
    {"UNI/USD", 3, 8, 2, "0.4"},     {"ATOM/USD", 4, 8, 2, "0.7"},
    {"NEAR/USD", 3, 8, 2, "1"},      {"ICP/USD", 3, 8, 0, "0.5"},
    {"ARB/USD", 4, 5, 2, "6"},       {"OP/USD", 4, 5, 0, "2.5"},
    {"AAVE/USD", 2, 8, 2, "0.02"},   {"CRV/USD", 3, 8, 2, "6"},
    {"MKR/USD", 2, 8, 0, "0.003"},   {"INJ/USD", 3, 8, 0, "0.2"},
    {"SEI/USD", 4, 5, 0, "10"},      {"PEPE/USD", 9, 5, 2, "250000"},
    {"WIF/USD", 3, 5, 2, "2"},       {"BONK/USD", 8, 5, 0, "160000"},
    {"LTC/USD", 2, 8, 3, "0.04"},    {"XLM/USD", 6, 8, 2, "15"},
    {"XMR/USD", 2, 8, 2, "0.02"},    {"ETC/USD", 3, 8, 2, "0.2"},
    {"ZEC/USD", 2, 8, 2, "0.1"},     {"USDT/USD", 5, 8, 2, "5"},
    {"EUR/USD", 5, 8, 0, "4.5"},     {"BTC/EUR", 1, 8, 5, "0.00005"},
    {"ETH/EUR", 2, 8, 5, "0.001"},   {"SOL/EUR", 2, 8, 3, "0.02"},
    {"XRP/EUR", 5, 8, 5, "1.65"},    {"LTC/EUR", 2, 8, 3, "0.04"},
    {"ETH/BTC", 5, 8, 5, "0.001"},   {"LTC/BTC", 6, 8, 3, "0.04"},
    {"SOL/BTC", 7, 8, 2, "0.02"},    {"BTC/USDT", 1, 8, 5, "0.00005"},
    {"ETH/USDT", 2, 8, 5, "0.001"},  {"SOL/USDT", 2, 8, 0, "0.02"},
    {"XRP/USDT", 5, 8, 0, "1.65"},   {"DOGE/USDT", 7, 8, 0, "13"},
};

#define ASSET_COUNT (sizeof assets / sizeof assets[0])
#define PAIR_COUNT (sizeof pairs / sizeof pairs[0])

struct asset asset_of(const char *name)
{
    for (size_t i = 0; i < ASSET_COUNT; i++)
        if (strcmp(assets[i].name, name) == 0)
            return assets[i];
    return (struct asset){name, name, name, 10, 5, false};
}

const char *instrument_symbol(uint32_t index)
{
    return index < PAIR_COUNT ? pairs[index].symbol : NULL;
}

static bool prefixed(const struct asset *asset)
{
    return strcmp(asset->id, asset->altname) != 0;
}

/* Kraken's key is the two ids where both sides are early listings, else the altname. Dogecoin
 * against money is the exception: XDGUSD, though the ids are XXDG and ZUSD. */
static void name_key(struct instrument *instrument, const struct asset *base,
                     const struct asset *quote)
{
    bool ids = prefixed(base) && prefixed(quote);
    if (strcmp(base->name, "DOGE") == 0 && quote->fiat)
        ids = false;
    if (ids)
        snprintf(instrument->key, sizeof instrument->key, "%s%s", base->id, quote->id);
    else
        snprintf(instrument->key, sizeof instrument->key, "%s", instrument->altname);
}

/* Kraken asks for half a dollar, 0.45 euro, 0.00002 bitcoin at least. */
static int64_t cost_min(const char *quote)
{
    if (strcmp(quote, "BTC") == 0)
        return 2000;
    return strcmp(quote, "EUR") == 0 || strcmp(quote, "GBP") == 0 ? 45000000 : 50000000;
}

bool instrument_make(const char *symbol, uint32_t price_decimals, uint32_t qty_decimals,
                     struct instrument *ret)
{
    const char *slash = strchr(symbol, '/');
    size_t len = strlen(symbol);
    if (!slash || slash == symbol || slash[1] == '\0' || strchr(slash + 1, '/') ||
        len >= SYMBOL_MAX - 2)
        return false;
    struct instrument made = {.cost_decimals = 5};
    struct pair *terms = &made.terms;
    memcpy(terms->symbol, symbol, len);
    memcpy(terms->base, symbol, (size_t)(slash - symbol));
    memcpy(terms->quote, slash + 1, len - (size_t)(slash - symbol) - 1);
    terms->status = PAIR_ONLINE;
    terms->price_decimals = price_decimals;
    terms->qty_decimals = qty_decimals;
    terms->tick_step = 1;
    terms->qty_min_lots = 1;
    terms->cost_min = cost_min(terms->quote);
    struct asset base = asset_of(terms->base), quote = asset_of(terms->quote);
    snprintf(made.base_id, sizeof made.base_id, "%s", base.id);
    snprintf(made.quote_id, sizeof made.quote_id, "%s", quote.id);
    snprintf(made.altname, sizeof made.altname, "%.11s%.11s", base.altname, quote.altname);
    snprintf(made.wsname, sizeof made.wsname, "%.11s/%.11s", base.altname, quote.altname);
    name_key(&made, &base, &quote);
    if (made.cost_decimals < price_decimals)
        made.cost_decimals = price_decimals;
    *ret = made;
    return true;
}

bool instrument_find(const char *symbol, struct instrument *ret)
{
    for (size_t i = 0; i < PAIR_COUNT; i++) {
        if (strcmp(pairs[i].symbol, symbol) != 0)
            continue;
        if (!instrument_make(symbol, pairs[i].price_decimals, pairs[i].qty_decimals, ret))
            return false;
        ret->leverage_max = pairs[i].leverage_max;
        return decimal_parse(pairs[i].qty_min, strlen(pairs[i].qty_min), pairs[i].qty_decimals,
                             &ret->terms.qty_min_lots);
    }
    return false;
}

static bool is(const char *own, const char *name, size_t len)
{
    return strlen(own) == len && memcmp(own, name, len) == 0;
}

static bool holds(double value, uint32_t decimals)
{
    int64_t count;
    return decimal_from_double(value, decimals, ROUND_NEAREST, &count) &&
           decimal_to_double(count, decimals) == value;
}

uint32_t instrument_price_decimals(const struct candle *rows, size_t count, size_t stride)
{
    uint32_t decimals = 0;
    for (size_t row = 0; row < count; row += stride) {
        const struct candle *candle = &rows[row];
        while (decimals < 10 && !(holds(candle->open, decimals) && holds(candle->high, decimals) &&
                                  holds(candle->low, decimals) && holds(candle->close, decimals)))
            decimals++;
    }
    return decimals;
}

bool instrument_is(const struct instrument *instrument, const char *name, size_t len)
{
    return is(instrument->key, name, len) || is(instrument->altname, name, len) ||
           is(instrument->wsname, name, len) || is(instrument->terms.symbol, name, len);
}

/* One half of a slashed name: XBT and XDG become BTC and DOGE. */
static size_t readable(const char *name, size_t len, char *out, size_t size)
{
    for (size_t i = 0; i < ASSET_COUNT; i++)
        if (is(assets[i].altname, name, len) || is(assets[i].id, name, len))
            return (size_t)snprintf(out, size, "%s", assets[i].name);
    return (size_t)snprintf(out, size, "%.*s", (int)len, name);
}

bool instrument_symbol_of(const char *name, size_t len, char symbol[SYMBOL_MAX])
{
    struct instrument row;
    for (size_t i = 0; i < PAIR_COUNT; i++)
        if (instrument_find(pairs[i].symbol, &row) && instrument_is(&row, name, len)) {
            memcpy(symbol, row.terms.symbol, SYMBOL_MAX);
            return true;
        }
    const char *slash = memchr(name, '/', len);
    if (!slash || slash == name || slash + 1 == name + len || len >= SYMBOL_MAX - 4)
        return false;
    size_t used = readable(name, (size_t)(slash - name), symbol, SYMBOL_MAX);
    symbol[used++] = '/';
    readable(slash + 1, (size_t)(name + len - slash - 1), symbol + used, SYMBOL_MAX - used);
    return true;
}
