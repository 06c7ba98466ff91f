/* SPDX-License-Identifier: MIT */
#include "app/options.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "operator/watch/sentry.h"

#define FIELD(section, member) OPTION_FIELD(struct section##_options, member)
#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static const char *const mode_names[] = {"auto", "rehearsal", "paper", "validate", "live", NULL};
static const char *const venue_names[] = {"local", "kraken", "files", NULL};
static const char *const market_names[] = {"synthetic", "replay", NULL};
static const char *const fill_names[] = {"book", "candles", "simple", NULL};
static const char *const fee_names[] = {"kraken", "kraken-2023", "own", NULL};
static const char *const level_names[] = {"debug", "info", "warn", "error", NULL};

/* timeframe_names, and before them what settles it by itself. */
static const char *const base_names[] = {"auto", "1m", "5m", "15m", "1h", "4h", "1d", NULL};

static const struct option session_rows[] = {
    {"mode", OPTION_CHOICE, "", "auto", 0, 0, mode_names, FIELD(session, mode),
     "rehearsal: orders go to the local Kraken over its private protocol, the live path without "
     "the "
     "risk. paper: market data from the venue, orders matched here on its live book. validate: "
     "paper, and the venue checks every order without taking it. live: orders go to Kraken; needs "
     "--live too. auto: rehearsal on the local Kraken at 20x or slower, else paper"},
    {"state", OPTION_TEXT, "", "state", 0, 0, NULL, FIELD(session, state),
     "Directory that holds the ledger, the journal and the log; one session at a time"},
    {"pairs", OPTION_TEXT, "", "default", 0, 0, NULL, FIELD(session, pairs),
     "Markets: names or aliases, \"small\" (8), \"default\": 24, or all that a replay's store "
     "holds, or \"universe\": those that trade most at Kraken, chosen at the start and once a "
     "day (venue kraken; section universe)"},
    {"exclude", OPTION_TEXT, "",
     "USDT/USD USDC/USD DAI/USD PYUSD/USD USDG/USD RLUSD/USD EUR/USD GBP/USD AUD/USD", 0, 0, NULL,
     FIELD(session, exclude),
     "Never in the universe: names or aliases; stablecoins and currencies move too little"},
    {"timeframe", OPTION_CHOICE, "", "auto", 0, 0, base_names, FIELD(session, timeframe),
     "Base candles; every larger timeframe is made from them. auto: 1m, or the finest that all "
     "files "
     "of a replay have"},
    {"capital", OPTION_MONEY, "USD", "10000", 1, 1e9, NULL, FIELD(session, capital),
     "What paper trading starts with"},
    {"history", OPTION_INT, "candles", "0", 0, 719, NULL, FIELD(session, history),
     "Base candles fetched to warm up; 0: 719, all that Kraken gives"},
    {"stale_after", OPTION_DURATION, "", "180s", 10, 3600, NULL, FIELD(session, stale_ns),
     "A pair silent for so long is not traded but refreshed and reported"},
    {"keep", OPTION_DURATION, "", "400d", 86400, 3.2e8, NULL, FIELD(session, keep_ns),
     "The ledger's decisions, equity and intents older than this are deleted, hourly and bit by "
     "bit; trades, orders and fills never"},
    {"currency", OPTION_TEXT, "", "USD", 0, 0, NULL, FIELD(session, currency),
     "The account's currency; pairs quoted in another are refused"},
};

static const struct option venue_rows[] = {
    {"name", OPTION_CHOICE, "", "local", 0, 0, venue_names, FIELD(venue, name),
     "local: a Kraken of our own on this machine. kraken: the real one. files: the local Kraken's "
     "market without sockets, filled by candles, as fast as it goes"},
    {"rest_url", OPTION_TEXT, "", "https://api.kraken.com", 0, 0, NULL, FIELD(venue, rest_url),
     "REST endpoint of venue kraken"},
    {"ws_url", OPTION_TEXT, "", "wss://ws.kraken.com/v2", 0, 0, NULL, FIELD(venue, ws_url),
     "WebSocket endpoint of venue kraken"},
    {"private_ws_url", OPTION_TEXT, "", "wss://ws-auth.kraken.com/v2", 0, 0, NULL,
     FIELD(venue, private_ws_url), "WebSocket endpoint for the account, of venue kraken"},
    {"ca_file", OPTION_TEXT, "", "", 0, 0, NULL, FIELD(venue, ca_file),
     "Certificates to trust instead of the system's"},
    {"depth", OPTION_INT, "levels", "10", 10, 100, NULL, FIELD(venue, depth),
     "Order book levels a side: 10, 25 or 100"},
    {"rest_gap", OPTION_DURATION, "", "1s", 0, 60, NULL, FIELD(venue, rest_gap_ns),
     "From one read over REST to the next, wall time; Kraken takes about one a second. The local "
     "Kraken of venue local is never waited for"},
};

static const struct option market_rows[] = {
    {"kind", OPTION_CHOICE, "", "synthetic", 0, 0, market_names, FIELD(market, kind),
     "What the local Kraken trades: a seeded synthetic market, or recorded candles"},
    {"store", OPTION_TEXT, "", "data", 0, 0, NULL, FIELD(market, store),
     "Directory of candle files, for kind replay, and to train models on"},
    {"from", OPTION_TIME, "", "", 0, 0, NULL, FIELD(market, from_ns),
     "Market time at the start; a session that goes on continues where it stopped"},
    {"to", OPTION_TIME, "", "", 0, 0, NULL, FIELD(market, to_ns), "Market time at the end"},
    {"speed", OPTION_REAL, "x", "20", 0.01, 100000, NULL, FIELD(market, speed),
     "Market seconds a second; orders over sockets keep up with 20 at most"},
    {"seed", OPTION_INT, "", "1", 0, 9e15, NULL, FIELD(market, seed), "Of the synthetic market"},
    {"lockstep", OPTION_BOOL, "", "false", 0, 0, NULL, FIELD(market, lockstep),
     "The market waits for every decision: as fast as the machine, the same each time"},
    {"variant", OPTION_INT, "", "0", 0, 1e6, NULL, FIELD(market, variant),
     "How the local Kraken settles what Kraken's documents leave open"},
};

static const struct option paper_rows[] = {
    {"fills", OPTION_CHOICE, "", "book", 0, 0, fill_names, FIELD(paper, fills),
     "book: the live book and its queue. candles: next open. simple: the touch and slippage"},
    {"half_spread", OPTION_REAL, "of price", "0.0001", 0, 0.1, NULL, FIELD(paper, half_spread),
     "Half the spread assumed where only candles are known"},
    {"slippage", OPTION_REAL, "of price", "0.0005", 0, 0.1, NULL, FIELD(paper, slippage),
     "Slippage assumed by candles and simple"},
    {"fees", OPTION_CHOICE, "", "kraken", 0, 0, fee_names, FIELD(paper, fees),
     "kraken: today's first tier, 0.25 % maker and 0.40 % taker. kraken-2023: 0.16 and 0.26. own: "
     "maker and taker below"},
    {"maker", OPTION_REAL, "of cost", "0.0025", 0, 0.1, NULL, FIELD(paper, maker),
     "Maker fee with fees: own"},
    {"taker", OPTION_REAL, "of cost", "0.004", 0, 0.1, NULL, FIELD(paper, taker),
     "Taker fee with fees: own"},
};

static const struct option strategies_rows[] = {
    {"enabled", OPTION_TEXT, "", "sma_cross trend mean_reversion", 0, 0, NULL,
     FIELD(strategies, enabled), "The strategies that vote"},
    {"folder", OPTION_TEXT, "", "strategies", 0, 0, NULL, FIELD(strategies, folder),
     "Your own strategies: every NAME.lua in it is one (docs/lua.md). A relative path begins at "
     "the "
     "configuration file's folder"},
};

static const struct option retrain_rows[] = {
    {"retrain", OPTION_DURATION, "", "7d", 0, 3.2e7, NULL, FIELD(retrain, every_ns),
     "A session trains new models so often, in a child at the lowest priority; 0s: only when "
     "`cuttle "
     "models train` asks for it"},
    {"history", OPTION_DURATION, "", "1095d", 0, 6.4e8, NULL, FIELD(retrain, history_ns),
     "So much of market.store's candles it trains them on, up to now; 0s: all"},
};

static const struct option server_rows[] = {
    {"enabled", OPTION_BOOL, "", "true", 0, 0, NULL, FIELD(server, enabled),
     "Serve the dashboard and the API"},
    {"address", OPTION_TEXT, "", "127.0.0.1", 0, 0, NULL, FIELD(server, address),
     "Another than loopback needs cert_file, key_file and a key made by `cuttle key add`"},
    {"port", OPTION_INT, "", "8080", 0, 65535, NULL, FIELD(server, port), "0: any free one"},
    {"max_clients", OPTION_INT, "", "320", 1, 1024, NULL, FIELD(server, max_clients),
     "Connections at once; 256 of them may watch"},
    {"max_rate", OPTION_INT, "requests/s", "50", 1, 10000, NULL, FIELD(server, max_rate),
     "Of one key, or one address that is not this machine; four times as many at once"},
    {"cert_file", OPTION_TEXT, "", "", 0, 0, NULL, FIELD(server, cert_file),
     "TLS: the certificate and those it rests on, PEM; empty: none. Read at the start alone"},
    {"key_file", OPTION_TEXT, "", "", 0, 0, NULL, FIELD(server, key_file),
     "TLS: the certificate's private key, PEM"},
    {"names", OPTION_TEXT, "", "", 0, 0, NULL, FIELD(server, names),
     "Names and addresses that a browser may call it by (Host), besides localhost, 127.0.0.1, ::1 "
     "and address"},
    {"key_always", OPTION_BOOL, "", "false", 0, 0, NULL, FIELD(server, key_always),
     "On this machine a look needs a key too, as from elsewhere; for a proxy that does not say for "
     "whom it asks"},
    {"read_only", OPTION_BOOL, "", "false", 0, 0, NULL, FIELD(server, read_only),
     "Take no commands, whoever asks"},
};

static const struct option alarm_rows[] = {
    {"webhook", OPTION_SECRET, "", "", 0, 0, NULL, FIELD(alarm, webhook),
     "URL that alarms are POSTed to as JSON; it is shown to nobody, because such URLs often hold a "
     "key"},
    {"signed", OPTION_BOOL, "", "false", 0, 0, NULL, FIELD(alarm, is_signed),
     "Sign them with the vault's alarm.secret (or CUTTLE_ALARM__SECRET, which signs by itself): "
     "HMAC-SHA-256 of the body"},
    {"command", OPTION_TEXT, "", "", 0, 0, NULL, FIELD(alarm, command),
     "Program that gets alarms as JSON on its input and as CUTTLE_EVENT_ variables; its path and "
     "words, no shell"},
    {"ca_file", OPTION_TEXT, "", "", 0, 0, NULL, FIELD(alarm, ca_file),
     "Certificates to trust instead of the system's, for the webhook"},
    {"severity", OPTION_CHOICE, "", "warning", 0, 0, sentry_severity_names, FIELD(alarm, severity),
     "The least that webhook and command are told"},
    {"repeat", OPTION_DURATION, "", "1h", 0, 604800, NULL, FIELD(alarm, repeat_ns),
     "An event that stays open is told again so often; 0s: never"},
    {"silence", OPTION_DURATION, "", "60s", 1, 3600, NULL, FIELD(alarm, silence_ns),
     "The watchdog: the trading thread has said nothing for so long"},
    {"disconnected", OPTION_DURATION, "", "30s", 0, 86400, NULL, FIELD(alarm, disconnected_ns),
     "The market feed has been away for so long"},
    {"stale_share", OPTION_REAL, "of the pairs", "0.25", 0.001, 1, NULL, FIELD(alarm, stale_share),
     "So many are silent"},
    {"faults", OPTION_INT, "in ten minutes", "20", 1, 1e9, NULL, FIELD(alarm, faults),
     "Messages that cannot be read, books whose checksum is wrong, gaps"},
    {"clock_skew", OPTION_DURATION, "", "2s", 0.1, 3600, NULL, FIELD(alarm, skew_ns),
     "This machine's clock and the venue's are apart by so much"},
    {"disk_mb", OPTION_INT, "MB", "1024", 0, 1e9, NULL, FIELD(alarm, disk_mb),
     "The state directory's disk has less left; below 256 MB entries stop"},
    {"drawdown", OPTION_REAL, "of the peak", "0.1", 0.0001, 1, NULL, FIELD(alarm, drawdown),
     "Equity has fallen so far"},
    {"unprotected", OPTION_DURATION, "", "3s", 0.1, 60, NULL, FIELD(alarm, bare_ns),
     "Held coins have stood without a stop for so long, the venue's time; broker.bare_limit sells "
     "them. In a rehearsal no less than 0.6 real seconds"},
};

static const struct option log_rows[] = {
    {"level", OPTION_CHOICE, "", "info", 0, 0, level_names, FIELD(log, level), "The least told"},
    {"file", OPTION_BOOL, "", "true", 0, 0, NULL, FIELD(log, file),
     "Keep JSON lines in the state directory"},
    {"rotate_mb", OPTION_INT, "MB", "32", 1, 4096, NULL, FIELD(log, rotate_mb),
     "Size at which a new file begins"},
    {"keep", OPTION_INT, "files", "8", 1, 100, NULL, FIELD(log, keep), "Old files kept"},
};

static const struct option journal_rows[] = {
    {"enabled", OPTION_BOOL, "", "true", 0, 0, NULL, FIELD(journal, enabled),
     "Record every event, so that the session can be replayed and a restart goes on exactly"},
    {"keep_days", OPTION_INT, "days", "30", 1, 3650, NULL, FIELD(journal, keep_days),
     "Older segments are deleted"},
    {"max_mb", OPTION_INT, "MB", "9000", 16, 1e6, NULL, FIELD(journal, max_mb),
     "All segments together; the oldest go first"},
    {"rotate", OPTION_DURATION, "", "1h", 10, 86400, NULL, FIELD(journal, rotate_ns),
     "A new segment, opened by a snapshot, begins so often"},
};

static void add_section(struct options *options, const char *name, const struct option *rows,
                        size_t count, void *values, const char *help)
{
    options->sections[options->section_count++] = (struct config_section){
        .name = name,
        .options = rows,
        .option_count = count,
        .values = values,
        .help = help,
    };
}

/* What a script that did not load may be configured by is not known. */
static bool unread(const struct options *options, uint32_t type)
{
    return type >= strategy_built_in && options->shelf != NULL &&
           !script_declared(shelf_script(options->shelf, type - strategy_built_in));
}

static void add_strategies(struct options *options)
{
    static char names[STRATEGY_TABLE_MAX][64];
    for (uint32_t i = 0; i < strategy_table_count; i++) {
        const struct strategy *strategy = strategy_table[i];
        options->setups[i] = (struct strategy_setup){.type = i, .weight = 1};
        snprintf(names[i], sizeof names[i], "strategy.%s", strategy->name);
        add_section(options, names[i], strategy->options, strategy->option_count,
                    options->setups[i].params, strategy->help);
        options->sections[options->section_count - 1].unread = unread(options, i);
        add_section(options, names[i], strategy_setup_options, strategy_setup_option_count,
                    &options->setups[i], NULL);
        if (i >= strategy_built_in) {
            ((struct strategy_params *)(void *)options->setups[i].params)->type = i;
        }
    }
}

static void add_chain(struct options *options)
{
    struct chain_config *chain = &options->chain;
    add_section(options, "filters", filters_options, filters_option_count, &chain->filters,
                "Hard filters that an entry must pass, in this order");
    add_section(options, "regime", regime_options, regime_option_count, &chain->regime,
                "The kind of market a pair is in");
    add_section(options, "mood", mood_options, mood_option_count, &chain->mood,
                "The market regime: the mood of all pairs together");
    add_section(options, "agreement", agreement_options, agreement_option_count, &chain->agreement,
                "Higher timeframes that must agree with an entry");
    add_section(options, "cooldown", cooldown_options, cooldown_option_count, &chain->cooldown,
                "How long a strategy is not listened to after a close");
    add_section(options, "model", blend_options, blend_option_count, &chain->model,
                "The model that checks what the strategies vote for");
    add_section(options, "model", retrain_rows, COUNT(retrain_rows), &options->retrain, NULL);
}

void options_declare_folder(struct options *options)
{
    add_section(options, "strategies", strategies_rows, COUNT(strategies_rows),
                &options->strategies, "");
}

void options_declare(struct options *options)
{
    *options = (struct options){.shelf = shelf_used()};
    add_section(options, "session", session_rows, COUNT(session_rows), &options->session,
                "What is traded, with what, and where its state lives");
    add_section(options, "universe", universe_options, universe_option_count, &options->universe,
                "Which pairs session.pairs: universe chooses of all that are listed");
    add_section(options, "venue", venue_rows, COUNT(venue_rows), &options->venue,
                "Where market data comes from");
    add_section(options, "market", market_rows, COUNT(market_rows), &options->market,
                "The local Kraken's market");
    add_section(options, "paper", paper_rows, COUNT(paper_rows), &options->paper,
                "How orders are filled where no exchange fills them");
    add_section(options, "execution", execution_options, execution_option_count,
                &options->execution, "How entries are sent");
    add_section(options, "broker", broker_options, broker_option_count, &options->broker,
                "How orders live at a venue that trades");
    add_section(options, "decision", decision_options, decision_option_count, &options->decision,
                "From signals to one decision");
    add_section(options, "book", book_score_options, book_score_option_count, &options->book,
                "The score of the order book, and its five parts");
    add_chain(options);
    add_section(options, "risk", risk_options, risk_option_count, &options->risk,
                "How much, and whether at all");
    add_section(options, "day", day_options, day_option_count, &options->day,
                "What a UTC day is to bring");
    add_section(options, "exits", exit_options, exit_option_count, &options->exits,
                "How stops follow the market, and what else ends a trade");
    add_section(options, "strategies", strategies_rows, COUNT(strategies_rows),
                &options->strategies, "The panel that votes");
    add_strategies(options);
    add_section(options, "server", server_rows, COUNT(server_rows), &options->server,
                "Dashboard and API");
    add_section(options, "alarm", alarm_rows, COUNT(alarm_rows), &options->alarm,
                "What an operator is told of, and how it leaves the machine");
    add_section(options, "log", log_rows, COUNT(log_rows), &options->log, "The log");
    add_section(options, "journal", journal_rows, COUNT(journal_rows), &options->journal,
                "The recording of every event");
}

static int fail(char *error, size_t error_size, const char *what, const char *which)
{
    snprintf(error, error_size, what, which);
    return -EINVAL;
}

/* The plan holds what the strategies ask for. */
static int engine_chain(const struct options *options, struct panel_plan *plan, char *error,
                        size_t error_size)
{
    const char *part = NULL;
    const char *wrong = chain_check(&options->chain, &part);
    if (wrong != NULL) {
        snprintf(error, error_size, "%s: %s", part, wrong);
        return -EINVAL;
    }
    struct chain_plan chain;
    chain_plan(&options->chain, plan, &chain);
    return plan->refused
               ? fail(error, error_size,
                      "filters, regime, mood, agreement and model: for their indicators beside "
                      "the strategies' there is no room: %s",
                      "switch some off, or shorten their periods")
               : 0;
}

static int engine_strategies(const struct options *options, struct engine_config *ret, char *error,
                             size_t error_size)
{
    char text[OPTION_LIST_MAX];
    snprintf(text, sizeof text, "%s", options->strategies.enabled);
    char *rest = text;
    struct panel_plan plan; /* of all of them, as the engine will make it */
    uint32_t slots[STRATEGY_SLOT_MAX];
    panel_plan_init(&plan);
    for (char *word; (word = strsep(&rest, " ,")) != NULL;) {
        if (*word == '\0') {
            continue;
        }
        uint32_t index = 0;
        const struct strategy *strategy = strategy_find(word, &index);
        if (strategy == NULL) {
            return fail(error, error_size,
                        "strategies.enabled: there is no strategy \"%s\", and no such file.lua in "
                        "strategies.folder; `cuttle config reference` lists them",
                        word);
        }
        const void *params = options->setups[index].params;
        const char *wrong = strategy->check == NULL ? NULL : strategy->check(params);
        if (wrong != NULL) {
            snprintf(error, error_size, "strategy.%s: %s", word, wrong);
            return -EINVAL;
        }
        strategy->plan(params, &plan, slots);
        if (plan.refused) {
            return fail(error, error_size,
                        "strategies.enabled: for the indicators of \"%s\" beside the others' there "
                        "is no room: enable fewer strategies, or shorten their periods",
                        word);
        }
        if (ret->strategy_count == STRATEGY_MAX) {
            return fail(error, error_size,
                        "strategies.enabled: \"%s\" is one too many: 16 vote at most", word);
        }
        ret->strategies[ret->strategy_count++] = options->setups[index];
    }
    engine_plan_atrs(ret, &plan, &slots[0], &slots[1]);
    if (plan.refused) {
        return fail(
            error, error_size,
            "for the ATRs of exits.trail_atr and risk.scale_volatility beside the "
            "strategies' indicators there is no room%s: shorten a period, or switch one off",
            "");
    }
    if (ret->strategy_count == 0) {
        return fail(error, error_size, "strategies.enabled is empty%s: name at least one", "");
    }
    return engine_chain(options, &plan, error, error_size);
}

int options_engine(const struct options *options, uint32_t pair_count, struct engine_config *ret,
                   char *error, size_t error_size)
{
    struct matching_config matching;
    options_matching(options, &matching);
    *ret = (struct engine_config){
        .base = (int32_t)options->base,
        .pair_count = pair_count,
        .capital = options->session.capital,
        .fees = matching.fees,
        .slip_ppm = matching.half_spread_ppm + matching.slippage_ppm,
        .decision = options->decision,
        .book = options->book,
        .chain = options->chain,
        .risk = options->risk,
        .exits = options->exits,
        .day = options->day,
        .execution = options->execution,
    };
    const char *option = NULL;
    const char *const fault = limits_fault(&options->risk.limits, &option);
    if (fault != NULL) {
        snprintf(error, error_size, "risk.%s: %s", option, fault);
        return -EINVAL;
    }
    const char *const day = day_fault(&options->day);
    if (day != NULL) {
        return fail(error, error_size, "day.pair_trades: %s", day);
    }
    return engine_strategies(options, ret, error, error_size);
}

const char *options_fault(const struct options *options, const struct engine_config *config)
{
    for (uint32_t i = 0; i < config->strategy_count; i++) {
        const uint32_t type = config->strategies[i].type;
        const struct script *script = type < strategy_built_in
                                          ? NULL
                                          : shelf_script(options->shelf, type - strategy_built_in);
        if (script != NULL && script_stopped(script)) {
            return script_fault(script);
        }
    }
    return NULL;
}

void options_broker(const struct options *options, struct broker_config *ret)
{
    struct matching_config matching;
    options_matching(options, &matching);
    *ret = options->broker;
    ret->taker_ppm = matching.fees.taker_ppm;
    ret->bare_long_ns = options->alarm.bare_ns;
}

void options_matching(const struct options *options, struct matching_config *ret)
{
    static const struct fee_rates profiles[] = {{2500, 4000}, {1600, 2600}};
    const struct paper_options *paper = &options->paper;
    const struct fee_rates own = {(int64_t)(paper->maker * 1e6 + 0.5),
                                  (int64_t)(paper->taker * 1e6 + 0.5)};
    *ret = (struct matching_config){
        /* The market without sockets has no book to fill from. */
        .fills = options->venue.name == VENUE_FILES ? FILLS_CANDLES : paper->fills,
        .half_spread_ppm = (int64_t)(paper->half_spread * 1e6 + 0.5),
        .slippage_ppm = (int64_t)(paper->slippage * 1e6 + 0.5),
        .fees = paper->fees < 2 ? profiles[paper->fees] : own,
    };
}

int options_pairs(const char *list, char *text, size_t size, const char *words[PAIR_MAX])
{
    if ((size_t)snprintf(text, size, "%s", list) >= size) {
        return -EINVAL;
    }
    int count = 0;
    char *rest = text;
    for (char *word; (word = strsep(&rest, " ,")) != NULL;) {
        if (*word == '\0') {
            continue;
        }
        if (count == PAIR_MAX) {
            return -EINVAL;
        }
        words[count++] = word;
    }
    return count;
}
