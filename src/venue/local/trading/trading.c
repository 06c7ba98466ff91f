/* SPDX-License-Identifier: MIT */
/* Opening and closing: the tables are checked against each other once, then believed. */
#include "venue/local/trading/trading.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/check.h"
#include "venue/local/trading/internal.h"

#define REMEMBERED 65536u

static const char *asset_fault(const struct trading_asset *asset)
{
    if (asset->name[0] == '\0' || memchr(asset->name, '\0', sizeof asset->name) == NULL)
        return "an asset has no name";
    return asset->decimals > 15 ? "an asset has more than 15 decimals" : NULL;
}

static const char *pair_fault(const struct trading_config *config, const struct trading_pair *pair)
{
    if (!pair_usable(&pair->terms))
        return "its terms are beyond our bounds";
    if (pair->base >= config->asset_count || pair->quote >= config->asset_count)
        return "its asset is none of the assets";
    if (config->assets[pair->base].decimals < pair->terms.qty_decimals)
        return "its quantities are finer than the ledger of its base";
    if (pair->fee_step_count == 0 || pair->fee_step_count > TRADING_FEE_STEPS ||
        pair->fees[0].volume != 0)
        return "its fees do not begin at volume 0";
    const uint32_t quote = config->assets[pair->quote].decimals;
    const uint32_t cost = pair->cost_decimals < quote ? pair->cost_decimals : quote;
    if (pair->terms.price_decimals + pair->terms.qty_decimals > cost + DECIMAL_PLACES_MAX)
        return "its costs are too coarse for its prices and quantities";
    for (uint32_t i = 0; i < pair->fee_step_count; i++)
        if (pair->fees[i].taker_ppm > PPM / 2 || pair->fees[i].maker_ppm > PPM / 2)
            return "its fees are above one half";
    return NULL;
}

static void desk_init(const struct trading *trading, struct desk *desk,
                      const struct trading_pair *pair)
{
    const uint32_t base = trading->assets[pair->base].decimals;
    const uint32_t quote = trading->assets[pair->quote].decimals;
    const uint32_t cost = pair->cost_decimals < quote ? pair->cost_decimals : quote;
    const uint32_t product = pair->terms.price_decimals + pair->terms.qty_decimals;
    *desk = (struct desk){
        .pair = *pair,
        .status = pair->terms.status,
        .cost_step = decimal_pow10(quote - cost),
        .cost_divisor = product > cost ? decimal_pow10(product - cost) : 1,
        .cost_factor = decimal_pow10(product < cost ? quote - product : quote - cost),
        .lot_factor = decimal_pow10(base - pair->terms.qty_decimals),
        .resting = {NIL, NIL},
        .waiting = NIL,
        .waiting_last = NIL,
        .arriving = NIL,
        .arriving_last = NIL,
    };
}

/* The pair in which each asset is worth dollars. */
static void find_dollars(struct trading *trading)
{
    trading->usd = trading_asset_find(trading, "USD");
    for (uint32_t i = 0; i < trading->config.asset_count; i++) {
        trading->dollars[i] = NIL;
        for (uint32_t k = 0; k < trading->config.pair_count; k++) {
            const struct trading_pair *pair = &trading->desks[k].pair;
            if (pair->base == i && strcmp(trading->assets[pair->quote].name, "USD") == 0)
                trading->dollars[i] = k;
        }
    }
}

/* calloc, because pages nobody touches then cost nothing. */
static bool take_memory(struct trading *trading)
{
    const struct trading_config *config = &trading->config;
    const size_t accounts = config->account_max;
    trading->assets = calloc(config->asset_count, sizeof *trading->assets);
    trading->dollars = calloc(config->asset_count, sizeof *trading->dollars);
    trading->accounts = calloc(accounts, sizeof *trading->accounts);
    trading->desks = calloc(config->pair_count, sizeof *trading->desks);
    trading->nodes = calloc(config->order_max, sizeof *trading->nodes);
    trading->trades = calloc(config->trade_max, sizeof *trading->trades);
    trading->ledgers = calloc(config->trade_max, 2 * sizeof *trading->ledgers);
    trading->amendments = calloc(config->order_max, sizeof *trading->amendments);
    trading->balances = calloc(accounts * config->asset_count, sizeof *trading->balances);
    trading->holds = calloc(accounts * config->asset_count, sizeof *trading->holds);
    trading->counters = calloc(accounts * config->pair_count, sizeof *trading->counters);
    trading->open_counts = calloc(accounts * config->pair_count, sizeof *trading->open_counts);
    return trading->assets && trading->dollars && trading->accounts && trading->desks &&
           trading->nodes && trading->trades && trading->ledgers && trading->amendments &&
           trading->balances && trading->holds && trading->counters && trading->open_counts;
}

static bool tables_fit(const struct trading_config *config, char *error, size_t error_size)
{
    if (config->asset_count == 0 || config->pair_count == 0 || config->account_max == 0 ||
        config->order_max < 2) {
        snprintf(error, error_size,
                 "an exchange needs assets, pairs, accounts and room for orders");
        return false;
    }
    for (uint32_t i = 0; i < config->asset_count; i++) {
        const char *fault = asset_fault(&config->assets[i]);
        if (fault != NULL) {
            snprintf(error, error_size, "asset %u: %s", i, fault);
            return false;
        }
    }
    for (uint32_t i = 0; i < config->pair_count; i++) {
        const char *fault = pair_fault(config, &config->pairs[i]);
        if (fault != NULL) {
            snprintf(error, error_size, "%s: %s", config->pairs[i].terms.symbol, fault);
            return false;
        }
    }
    return true;
}

struct trading *trading_open(const struct trading_config *config, char *error, size_t error_size)
{
    struct trading *trading = calloc(1, sizeof *trading);
    if (trading == NULL)
        goto no_memory;
    trading->config = *config;
    if (config->order_max == 0)
        trading->config.order_max = REMEMBERED;
    if (config->trade_max == 0)
        trading->config.trade_max = REMEMBERED;
    trading->variant = trading_variant_of(config->variant);
    trading->now_ns = config->time_ns;
    trading->due_ns = INT64_MAX;
    if (!tables_fit(&trading->config, error, error_size)) {
        trading_close(trading);
        return NULL;
    }
    if (!take_memory(trading))
        goto no_memory;
    memcpy(trading->assets, config->assets, config->asset_count * sizeof *config->assets);
    for (uint32_t i = 0; i < config->pair_count; i++)
        desk_init(trading, &trading->desks[i], &config->pairs[i]);
    trading->config.assets = trading->assets;
    trading->config.pairs = NULL;
    find_dollars(trading);
    return trading;
no_memory:
    snprintf(error, error_size, "no memory for the exchange's accounts and orders");
    trading_close(trading);
    return NULL;
}

void trading_close(struct trading *trading)
{
    if (trading == NULL)
        return;
    free(trading->assets);
    free(trading->dollars);
    free(trading->accounts);
    free(trading->desks);
    free(trading->nodes);
    free(trading->trades);
    free(trading->ledgers);
    free(trading->amendments);
    free(trading->balances);
    free(trading->holds);
    free(trading->counters);
    free(trading->open_counts);
    free(trading);
}

const struct trading_asset *trading_asset(const struct trading *trading, uint32_t asset)
{
    CHECK(asset < trading->config.asset_count);
    return &trading->assets[asset];
}

const struct trading_pair *trading_pair(const struct trading *trading, uint32_t pair)
{
    CHECK(pair < trading->config.pair_count);
    return &trading->desks[pair].pair;
}

uint32_t trading_asset_find(const struct trading *trading, const char *name)
{
    for (uint32_t i = 0; i < trading->config.asset_count; i++)
        if (strcmp(trading->assets[i].name, name) == 0)
            return i;
    return TRADING_NONE;
}

const struct trading_variant *trading_variant(const struct trading *trading)
{
    return &trading->variant;
}

int64_t trading_now(const struct trading *trading)
{
    return trading->now_ns;
}

void trading_set_book(struct trading *trading, uint32_t pair, const struct liquidity_side sides[2])
{
    CHECK(pair < trading->config.pair_count);
    trading->desks[pair].sides = sides;
}

void trading_set_last(struct trading *trading, uint32_t pair, int64_t price_ticks)
{
    CHECK(pair < trading->config.pair_count && price_ticks >= 0);
    trading->desks[pair].last_ticks = price_ticks;
}

int64_t trading_last(const struct trading *trading, uint32_t pair)
{
    CHECK(pair < trading->config.pair_count);
    return trading->desks[pair].last_ticks;
}

void trading_set_status(struct trading *trading, uint32_t pair, enum pair_status status)
{
    CHECK(pair < trading->config.pair_count);
    trading->desks[pair].status = status;
}
