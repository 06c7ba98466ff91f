/* SPDX-License-Identifier: MIT */
/*
 * Kraken's public Trades: a page of what was traded, oldest first, and where the next page begins.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/market/pair.h"
#include "core/market/trade.h"
#include "platform/json/json.h"

#define KRAKEN_TRADES_MAX 1000

struct kraken_trades {
    uint32_t count;
    uint32_t empty_count; /* rows of no price or no volume, of which early history has a few */
    int64_t last_ns;      /* `since` of the next page: what comes is later than this */
    struct trade rows[KRAKEN_TRADES_MAX];
};

/* The result of Trades. False when it is malformed; json_explain says where. */
bool kraken_trades_parse(struct json *json, const struct pair *terms, struct kraken_trades *ret);
