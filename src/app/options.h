/* SPDX-License-Identifier: MIT */
/*
 * Every option of cuttle, gathered: the sections that configuration fills, and what a session
 * makes of them. The rows of the core's own options stand beside the core's structs; those of the
 * shells stand in options.c.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "core/decision/universe.h"
#include "core/engine/engine.h"
#include "core/execution/broker.h"
#include "core/matching/matching.h"
#include "operator/script/shelf.h"
#include "platform/config/config.h"

#define OPTION_PATH_MAX 1024
#define OPTION_LIST_MAX 8192

enum app_mode {
    MODE_AUTO, /* options_settle makes one of the others of it */
    MODE_REHEARSAL,
    MODE_PAPER,
    MODE_VALIDATE,
    MODE_LIVE,
};

/* True when orders go to a venue and come back as fills: there is a broker, and no matching. */
static inline bool mode_trades(int32_t mode)
{
    return mode == MODE_REHEARSAL || mode == MODE_LIVE;
}

enum app_venue {
    VENUE_LOCAL,
    VENUE_KRAKEN,
    VENUE_FILES,
};

struct session_options {
    int32_t mode;
    char state[OPTION_PATH_MAX];
    char pairs[OPTION_LIST_MAX];
    char exclude[OPTION_LIST_MAX];
    int32_t timeframe;
    int64_t capital;
    int64_t history;
    int64_t stale_ns;
    int64_t keep_ns;
    char currency[SYMBOL_MAX];
};

struct venue_options {
    int32_t name;
    char rest_url[OPTION_PATH_MAX];
    char ws_url[OPTION_PATH_MAX];
    char private_ws_url[OPTION_PATH_MAX];
    char ca_file[OPTION_PATH_MAX];
    int64_t depth;
    int64_t rest_gap_ns;
};

struct market_options {
    int32_t kind; /* enum exchange_market */
    char store[OPTION_PATH_MAX];
    int64_t from_ns, to_ns;
    double speed;
    int64_t seed;
    bool lockstep;
    int64_t variant;
};

struct paper_options {
    int32_t fills; /* enum fill_model */
    double half_spread, slippage;
    int32_t fees;
    double maker, taker;
};

struct strategies_options {
    char enabled[OPTION_LIST_MAX];
    char folder[OPTION_PATH_MAX];
};

struct retrain_options {
    int64_t every_ns;   /* 0: never */
    int64_t history_ns; /* 0: all the candles there are */
};

struct server_options {
    bool enabled;
    char address[128];
    int64_t port;
    int64_t max_clients;
    char cert_file[OPTION_PATH_MAX], key_file[OPTION_PATH_MAX]; /* "": no TLS */
    char names[OPTION_PATH_MAX];
    bool read_only, key_always;
    int64_t max_rate;
};

struct alarm_options {
    char webhook[OPTION_PATH_MAX];
    bool is_signed;
    char command[OPTION_PATH_MAX];
    char ca_file[OPTION_PATH_MAX];
    int32_t severity; /* enum sentry_severity */
    int64_t repeat_ns, silence_ns, disconnected_ns;
    double stale_share;
    int64_t faults;
    int64_t skew_ns;
    int64_t disk_mb;
    double drawdown;
    int64_t bare_ns;
};

struct log_options {
    int32_t level;
    bool file;
    int64_t rotate_mb, keep;
};

struct journal_options {
    bool enabled;
    int64_t keep_days;
    int64_t max_mb;
    int64_t rotate_ns;
};

struct universe_table;
struct alarm_waiting;
struct options;

/* Fills the table's names and days; false with the reason in `error`. */
typedef bool universe_asker(struct universe_table *table, const struct options *options,
                            char *error, size_t error_size);

struct options {
    struct session_options session;
    struct venue_options venue;
    struct market_options market;
    struct paper_options paper;
    struct execution_config execution;
    struct broker_config broker;
    struct decision_config decision;
    struct book_score_config book;
    struct chain_config chain;
    struct universe_config universe;
    struct risk_config risk;
    struct exit_config exits;
    struct day_config day;
    struct strategies_options strategies;
    struct retrain_options retrain;
    struct server_options server;
    struct alarm_options alarm;
    struct log_options log;
    struct journal_options journal;
    const struct config *config;   /* that filled them; NULL: nothing did */
    bool live_asked;               /* --live stood on the command line */
    struct alarm_waiting *waiting; /* of a shell that opens session after session; else NULL */
    universe_asker *ask_universe; /* of a shell that has a network; needed for the universe alone */

    /* The universe where it is known: a session need not ask; else "". */
    char chosen[OPTION_LIST_MAX];

    enum timeframe base; /* options_settle: what session.timeframe comes to */
    struct shelf *shelf; /* the user's strategies, in the core's table; NULL: not looked for */
    struct strategy_setup setups[STRATEGY_TABLE_MAX]; /* by strategy_table */
    struct config_section sections[CONFIG_SECTION_MAX];
    size_t section_count;
};

/* The table, over `options`; values get their defaults from config_new. */
void options_declare(struct options *options);

/* The one section that says where the user's strategies are, which declare options of their own. */
void options_declare_folder(struct options *options);

/*
 * Reads every source in order: the file (`path`, or cuttle.yaml where there is one), .env, the
 * environment, then the flags of argv that name options ("--risk-max-daily-loss 0.03", "--set
 * a.b=c", and the short ones of options_short). Flags it does not know are left to `other`, which
 * returns how many words it took, 0 when it does not know the flag either.
 *
 * 0, or -EINVAL after saying on standard error what is wrong and what to do.
 */
typedef int option_other(void *context, int argc, char **argv);
int options_load(struct options *options, struct config **ret, int argc, char **argv,
                 option_other *other, void *context);

/* Short flags for what is asked most, one line each, for help texts. */
extern const char options_short_help[];

/* What session.mode comes to, also before options_settle: never MODE_AUTO. */
enum app_mode options_mode(const struct options *options);

/* Decides what "default" pairs and "auto" timeframes are, from the store where there is one, and
 * lets no strategy look at candles finer than the base. 0, or -errno with the reason in `error`. */
int options_settle(struct options *options, char *error, size_t error_size);

/* The last part of options_settle by itself, after parameters have changed: no strategy, and none
 * of the decision's parts, looks at candles finer than the base. */
void options_raise(struct options *options);

/* True when the pairs are chosen by the venue's figures, once a day. */
static inline bool options_universe(const struct options *options)
{
    return strcmp(options->session.pairs, "universe") == 0;
}

/* True when the account is spoken to: with orders, or to have them checked. */
static inline bool mode_has_account(int32_t mode)
{
    return mode_trades(mode) || mode == MODE_VALIDATE;
}

/* After options_settle: what the engine and the matching run with. 0, or -EINVAL with the reason in
 * `error`. */
int options_engine(const struct options *options, uint32_t pair_count, struct engine_config *ret,
                   char *error, size_t error_size);

/* What stops one of the enabled strategies of the user's from the start, with file and line; NULL:
 * nothing. A session goes on without it. */
const char *options_fault(const struct options *options, const struct engine_config *config);
void options_matching(const struct options *options, struct matching_config *ret);
void options_broker(const struct options *options, struct broker_config *ret);

/* The pairs of a list, as session.pairs is after options_settle, each a word. Returns their count,
 * at most PAIR_MAX, or -EINVAL. Words point into `text`, which is cut up. */
int options_pairs(const char *list, char *text, size_t size, const char *words[PAIR_MAX]);
