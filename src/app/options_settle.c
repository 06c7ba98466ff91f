/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "app/options.h"
#include "core/base/timestamp.h"
#include "core/risk/dial_bound.h"
#include "platform/log/log.h"
#include "venue/local/exchange.h"
#include "venue/local/market.h"

/* What "default", "small" and "auto" stand for, decided once everything has been read. */

/* The mission's default market: 24 pairs against the dollar; and its preset of 8. */
static const char default_pairs[] =
    "BTC/USD ETH/USD SOL/USD BNB/USD XRP/USD ADA/USD AVAX/USD DOGE/USD DOT/USD LINK/USD UNI/USD "
    "ATOM/USD NEAR/USD ICP/USD ARB/USD OP/USD AAVE/USD CRV/USD MKR/USD INJ/USD SEI/USD PEPE/USD "
    "WIF/USD BONK/USD";
static const char small_pairs[] =
    "BTC/USD ETH/USD SOL/USD XRP/USD ADA/USD AVAX/USD DOGE/USD LINK/USD";

/* What a replay can trade. */
struct stock {
    char pairs[OPTION_LIST_MAX];
    enum timeframe finest; /* the coarsest of each pair's finest: nothing must be made up */
};

/* The account's currency, and at least one candle in the span: a file that ends before it would
 * only be a pair that never moves. */
static bool tradable(const struct options *options, struct market *market, uint32_t pair)
{
    const struct market_options *span = &options->market;
    struct bar bar;
    return strcmp(market->pairs[pair].instrument.terms.quote, options->session.currency) == 0 &&
           market_next(market, pair, span->from_ns, span->to_ns != 0 ? span->to_ns : INT64_MAX,
                       &bar);
}

/* The market itself says it, because what it would serve is what can be traded. */
static void see_market(const struct options *options, struct market *market, const char *wanted,
                       struct stock *stock)
{
    size_t len = 0;
    for (uint32_t i = 0; i < market->pair_count; i++) {
        const char *symbol = market->pairs[i].instrument.terms.symbol;
        if ((wanted != NULL && !market_names(wanted, symbol)) || !tradable(options, market, i) ||
            len + SYMBOL_MAX + 1 >= sizeof stock->pairs) {
            continue;
        }
        len += (size_t)snprintf(stock->pairs + len, sizeof stock->pairs - len, "%s%s",
                                len > 0 ? " " : "", symbol);
        while (stock->finest < TIMEFRAME_1D &&
               timeframe_ns[stock->finest] < market->pairs[i].step_ns) {
            stock->finest++;
        }
    }
}

/* `wanted`: names, or NULL for all. */
static int take_stock(const struct options *options, const char *wanted, struct stock *stock,
                      char *error, size_t error_size)
{
    *stock = (struct stock){.finest = TIMEFRAME_1M};
    const char *store = options->market.store;
    char why[256];
    struct market *market = market_replay_open(store, NULL, 0, why, sizeof why);
    if (market == NULL) {
        snprintf(error, error_size,
                 "market.store: %s; bring candles in with `cuttle data import FILE... --store %s`",
                 why, store);
        return -ENOENT;
    }
    see_market(options, market, wanted, stock);
    market_close(market);
    if (stock->pairs[0] == '\0') {
        snprintf(error, error_size,
                 "market.store: %s holds no candles %s in %s between market.from and market.to; "
                 "`cuttle data list --store %s` shows what it holds",
                 store, wanted != NULL ? "of session.pairs" : "quoted", options->session.currency,
                 store);
        return -ENOENT;
    }
    return 0;
}

static void set_pairs(struct options *options, const char *pairs)
{
    snprintf(options->session.pairs, sizeof options->session.pairs, "%s", pairs);
}

static void raise_timeframe(int32_t *timeframe, enum timeframe base, bool used, const char *name)
{
    if (*timeframe >= (int32_t)base) {
        return;
    }
    *timeframe = (int32_t)base;
    if (used) {
        log_printf(LOG_INFO, "options.timeframe", "%s looks at %s candles: there are none finer",
                   name, timeframe_names[base]);
    }
}

/* The decision's parts do as the strategies do. */
static void raise_chain(struct options *options)
{
    struct chain_config *chain = &options->chain;
    const enum timeframe base = options->base;
    raise_timeframe(&chain->filters.timeframe, base, chain->filters.enabled, "filters");
    raise_timeframe(&chain->regime.timeframe, base, chain->regime.enabled, "regime");
    raise_timeframe(&chain->mood.timeframe, base, chain->mood.enabled, "mood");
    raise_timeframe(&chain->model.timeframe, base, chain->model.enabled, "model");
    for (uint32_t t = 0; t < (uint32_t)base; t++) {
        int32_t timeframe = (int32_t)t;
        if (chain->agreement.asked[t]) {
            chain->agreement.asked[t] = false;
            chain->agreement.asked[base] = true;
            raise_timeframe(&timeframe, base, true, "agreement");
        }
    }
}

/* A strategy cannot see candles finer than the base: it then looks at the base itself. */
static void raise_strategies(struct options *options)
{
    for (uint32_t i = 0; i < strategy_table_count; i++) {
        struct strategy_params *params = (void *)options->setups[i].params;
        const char *name = strategy_table[i]->name;
        raise_timeframe(&params->timeframe, options->base,
                        strstr(options->strategies.enabled, name) != NULL, name);
    }
}

void options_raise(struct options *options)
{
    raise_strategies(options);
    raise_chain(options);
}

/* Beyond it a market second is so short that an order's round trip is a deadline. */
#define REHEARSAL_SPEED_MAX 20

static int refuse(char *error, size_t error_size, const char *what)
{
    snprintf(error, error_size, "session.mode: %s", what);
    return -EINVAL;
}

static bool keeps_up(const struct options *options)
{
    return options->market.speed <= REHEARSAL_SPEED_MAX && !options->market.lockstep;
}

enum app_mode options_mode(const struct options *options)
{
    if (options->session.mode != MODE_AUTO) {
        return (enum app_mode)options->session.mode;
    }
    return options->venue.name == VENUE_LOCAL && keeps_up(options) ? MODE_REHEARSAL : MODE_PAPER;
}

static int settle_mode(struct options *options, char *error, size_t error_size)
{
    const bool local = options->venue.name == VENUE_LOCAL;
    const bool kraken = options->venue.name == VENUE_KRAKEN;
    int32_t *mode = &options->session.mode;
    *mode = (int32_t)options_mode(options);
    if (*mode == MODE_REHEARSAL && (!local || !keeps_up(options))) {
        return refuse(
            error, error_size,
            "rehearsal trades on the local Kraken at 20x or slower, and not in lock-step: "
            "use --venue local --speed 20, or --set session.mode=paper");
    }
    if ((*mode == MODE_LIVE || *mode == MODE_VALIDATE) && !kraken) {
        return refuse(error, error_size, "live and validate need --venue kraken");
    }
    if (*mode == MODE_LIVE && !options->live_asked) {
        return refuse(error, error_size,
                      "live trades with real money: say --live on the command line too");
    }
    if (*mode != MODE_LIVE && options->live_asked) {
        return refuse(error, error_size,
                      "--live needs mode: live in the configuration file as well");
    }
    if (mode_trades(*mode) && !options->journal.enabled) {
        return refuse(error, error_size,
                      "orders at a venue need the journal: without it a restart forgets them");
    }
    return 0;
}

/* How long coins may be bare counts round trips, and those take real time: at 20x five seconds of
 * the market are a quarter of one, which a busy machine needs for an exit that is in order. */
#define REHEARSAL_BARE_S 1.0
#define REHEARSAL_UNPROTECTED_S 0.6

static void raise_bound(int64_t *bound_ns, double real_s, double speed)
{
    const int64_t least_ns = (int64_t)(real_s * speed * (double)NS_PER_S);
    *bound_ns = *bound_ns > least_ns ? *bound_ns : least_ns;
}

static void settle_bounds(struct options *options)
{
    const double speed = options->market.speed;
    if (options->session.mode == MODE_REHEARSAL && speed > 1) {
        raise_bound(&options->broker.bare_ns, REHEARSAL_BARE_S, speed);
        raise_bound(&options->alarm.bare_ns, REHEARSAL_UNPROTECTED_S, speed);
    }
}

/* Limits that are each within their range, and do not fit each other. */
static int settle_limits(const struct options *options, char *error, size_t error_size)
{
    for (uint32_t i = 0; i < DIAL_COUNT; i++) {
        const double value = dial_get(&options->risk, i);
        if (!dial_agrees(&options->risk, i, value)) {
            snprintf(error, error_size, "risk.%s is %g: it has to be %s", dial_option(i)->name,
                     value, dial_beside(i));
            return -EINVAL;
        }
    }
    return 0;
}

int options_settle(struct options *options, char *error, size_t error_size)
{
    const int limits = settle_limits(options, error, error_size);
    const int mode = limits != 0 ? limits : settle_mode(options, error, error_size);
    if (mode != 0) {
        return mode;
    }
    settle_bounds(options);
    if (options_universe(options) && options->venue.name != VENUE_KRAKEN) {
        snprintf(error, error_size,
                 "session.pairs: universe is chosen of all that Kraken lists, and needs --venue "
                 "kraken; name the pairs, or take \"default\"");
        return -EINVAL;
    }
    const bool is_default = strcmp(options->session.pairs, "default") == 0;
    const bool automatic = options->session.timeframe == 0;
    options->base = automatic ? TIMEFRAME_1M : (enum timeframe)(options->session.timeframe - 1);
    const bool replay =
        options->market.kind == EXCHANGE_REPLAY && options->venue.name != VENUE_KRAKEN;
    if (strcmp(options->session.pairs, "small") == 0) {
        set_pairs(options, small_pairs);
    }
    if (replay) {
        static struct stock stock;
        const char *wanted = is_default ? NULL : options->session.pairs;
        const int result = take_stock(options, wanted, &stock, error, error_size);
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
    options_raise(options);
    return 0;
}
