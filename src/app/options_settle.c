/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "app/options.h"
#include "platform/log/log.h"
#include "store/candle_file.h"
#include "venue/local/exchange.h"

/* What "default", "small" and "auto" stand for, decided once everything has been read. */

/* The mission's default market: 24 pairs against the dollar; and its preset of 8. */
static const char default_pairs[] =
    "BTC/USD ETH/USD SOL/USD BNB/USD XRP/USD ADA/USD AVAX/USD DOGE/USD DOT/USD LINK/USD UNI/USD "
    "ATOM/USD NEAR/USD ICP/USD ARB/USD OP/USD AAVE/USD CRV/USD MKR/USD INJ/USD SEI/USD PEPE/USD "
    "WIF/USD BONK/USD";
static const char small_pairs[] =
    "BTC/USD ETH/USD SOL/USD XRP/USD ADA/USD AVAX/USD DOGE/USD LINK/USD";

/* What a store holds of the account's currency. */
struct stock {
    const char *currency;
    char pairs[OPTION_LIST_MAX];
    size_t len;
    char last[SYMBOL_MAX];
    enum timeframe finest; /* the coarsest of each pair's finest: nothing must be made up */
    uint32_t count;
};

/* Files come pair by pair, each from its finest timeframe on. */
static int see_file(void *context, const struct candle_key *key)
{
    struct stock *stock = context;
    const char *slash = strchr(key->symbol, '/');
    if (strcmp(key->symbol, stock->last) == 0 || slash == NULL ||
        strcmp(slash + 1, stock->currency) != 0 || stock->len + SYMBOL_MAX >= sizeof stock->pairs ||
        stock->count == PAIR_MAX) {
        return 0;
    }
    snprintf(stock->last, sizeof stock->last, "%s", key->symbol);
    stock->len += (size_t)snprintf(stock->pairs + stock->len, sizeof stock->pairs - stock->len,
                                   "%s%s", stock->count > 0 ? " " : "", key->symbol);
    stock->finest = key->timeframe > stock->finest ? key->timeframe : stock->finest;
    stock->count++;
    return 0;
}

static int take_stock(const struct options *options, struct stock *stock, char *error,
                      size_t error_size)
{
    *stock = (struct stock){.currency = options->session.currency};
    const char *store = options->market.store;
    char why[256];
    const int result = candle_store_each(store, see_file, stock, why, sizeof why);
    if (result != 0 && result != -ENOENT) {
        snprintf(error, error_size, "market.store: %s", why);
        return result;
    }
    if (stock->count == 0) {
        snprintf(error, error_size,
                 "market.store: %s holds no candles quoted in %s; bring some in with `cuttle data "
                 "import FILE... --store %s`",
                 store, stock->currency, store);
        return -ENOENT;
    }
    return 0;
}

static void set_pairs(struct options *options, const char *pairs)
{
    snprintf(options->session.pairs, sizeof options->session.pairs, "%s", pairs);
}

/* A strategy cannot see candles finer than the base: it then looks at the base itself. */
static void raise_strategies(struct options *options)
{
    for (uint32_t i = 0; i < strategy_table_count; i++) {
        struct strategy_params *params = (void *)options->setups[i].params;
        const char *name = strategy_table[i]->name;
        if (params->timeframe >= (int32_t)options->base) {
            continue;
        }
        params->timeframe = (int32_t)options->base;
        if (strstr(options->strategies.enabled, name) != NULL) {
            log_printf(LOG_INFO, "options.timeframe",
                       "%s looks at %s candles: there are none finer", name,
                       timeframe_names[options->base]);
        }
    }
}

int options_settle(struct options *options, char *error, size_t error_size)
{
    const bool is_default = strcmp(options->session.pairs, "default") == 0;
    const bool automatic = options->session.timeframe == 0;
    options->base = automatic ? TIMEFRAME_1M : (enum timeframe)(options->session.timeframe - 1);
    if (options->market.kind == EXCHANGE_REPLAY && options->venue.name != VENUE_KRAKEN) {
        static struct stock stock;
        const int result = take_stock(options, &stock, error, error_size);
        if (result != 0) {
            return result;
        }
        if (is_default) {
            set_pairs(options, stock.pairs);
        }
        options->base = automatic ? stock.finest : options->base;
    } else if (is_default) {
        set_pairs(options, default_pairs);
    }
    if (strcmp(options->session.pairs, "small") == 0) {
        set_pairs(options, small_pairs);
    }
    raise_strategies(options);
    return 0;
}
