/* SPDX-License-Identifier: MIT */
/*
 * Kraken's names of pairs, by its own table: AssetPairs gives each pair a key (XXBTZUSD), an
 * altname (XBTUSD) and a wsname (XBT/USD); the WebSocket says BTC/USD. All of them, and BTCUSD, in
 * any letter case, find the same record. Never by stripping letters: XRP, XTZ and ZEC are names.
 *
 * Two words are ours to translate, XBT to BTC and XDG to DOGE; the rest is read from the reply.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/limits.h"
#include "core/market/pair.h"
#include "platform/json/json.h"

#define KRAKEN_KEY_MAX 32
#define KRAKEN_NAME_SLOTS 32768 /* a power of two; five names a pair leave it a third full */

struct kraken_name {
    char key[KRAKEN_KEY_MAX]; /* what REST is asked with, and answers by */
    char altname[KRAKEN_KEY_MAX];
    char wsname[KRAKEN_KEY_MAX]; /* "" when the pair is not on the WebSocket */
    struct pair terms;
};

struct kraken_names {
    uint32_t count;
    uint32_t skipped_count; /* records with terms that we cannot hold, or beyond PAIR_META_MAX */
    struct kraken_name list[PAIR_META_MAX];
    uint16_t slots[KRAKEN_NAME_SLOTS]; /* index + 1; 0 is empty */
};

/*
 * Reads the `result` object of AssetPairs; `json` stands before it. Returns false when it is
 * malformed (json_explain says where). A record that makes no pair is skipped and counted.
 */
bool kraken_names_read(struct kraken_names *names, struct json *json);

/* NULL when Kraken does not list it. */
const struct kraken_name *kraken_names_find(const struct kraken_names *names, const char *name);

/* The raw texts of a pair's terms, in AssetPairs and in the instrument channel alike. */
struct kraken_terms {
    struct json_text status, tick, qty_min, cost_min; /* .at NULL: absent */
    uint64_t price_decimals, qty_decimals;            /* UINT64_MAX: absent */
};

#define KRAKEN_NO_TERMS                                                                            \
    ((struct kraken_terms){.price_decimals = UINT64_MAX, .qty_decimals = UINT64_MAX})

/*
 * Puts them into *terms; what is absent stays as it was, but not the increment and the minimum of a
 * known pair that begins to count otherwise. NULL, or why they cannot be: *terms is then untouched.
 */
const char *kraken_terms_put(const struct kraken_terms *texts, struct pair *terms);
