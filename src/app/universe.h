/* SPDX-License-Identifier: MIT */
/*
 * The universe from the venue's own words: AssetPairs and the Ticker of all pairs make a table of
 * candidates, of which core/decision/universe.h chooses. A session chooses at its start, and
 * watches for the turn of the UTC day; `cuttle universe` shows the whole table.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/options.h"
#include "core/decision/universe.h"
#include "core/engine/engine.h"
#include "platform/seam.h"
#include "venue/kraken/tickers.h"

/* In the ledger's small values: the pairs chosen last. */
#define STATE_UNIVERSE "universe"

struct universe_table {
    struct kraken_names names;
    struct kraken_day days[PAIR_META_MAX];
    uint32_t count; /* those on the WebSocket: the others cannot be watched */
    struct universe_candidate rows[PAIR_META_MAX];
    struct universe chosen; /* of rows */
};

/* The texts of the two replies. False with the reason in `error`. */
bool universe_read_pairs(struct universe_table *table, const char *text, size_t len, char *error,
                         size_t error_size);
bool universe_read_tickers(struct universe_table *table, const char *text, size_t len, char *error,
                           size_t error_size);

/*
 * Both lists are names with spaces between: pairs on which something stands, and those chosen
 * before. What is held and not in the table at all keeps a place free.
 */
void universe_settle(struct universe_table *table, const struct options *options, const char *held,
                     const char *before);

/* Asks options->venue.rest_url for both, and waits for it: with a network of its own, so it stands
 * apart, and a session is told of it by options->ask_universe. */
universe_asker universe_ask;

/* The names of the chosen, with spaces between; of the pairs on which something stands. */
void universe_list_chosen(const struct universe_table *table, char *out, size_t size);
void universe_list_held(const struct engine *engine, char *out, size_t size);

/* A position or an order stands on the pair. */
bool universe_holds(const struct engine *engine, uint32_t pair);

/* "chosen", "held", "currency", ... */
extern const char *const universe_words[UNIVERSE_VERDICTS];

/*
 * Once a UTC day of market time, half a minute after it began: asks again, without waiting, and
 * says whether what would be chosen differs from what the session watches.
 */
struct universe_watch;

/* `transport` outlives the watch's questions: the watch is freed after it. NULL: out of memory. */
struct universe_watch *universe_watch_new(const struct options *options,
                                          const struct transport *transport);
void universe_watch_free(struct universe_watch *watch);

/* What a session watches, and on what. */
struct universe_watched {
    const struct engine *engine;
    const char *const *symbols;
    uint32_t count;
};

/* Called often. True once, when a session of other pairs is wanted: those in `list`. */
bool universe_watch_tick(struct universe_watch *watch, const struct universe_watched *watched,
                         int64_t market_ns, int64_t mono_ns, char *list, size_t list_size);
