/* SPDX-License-Identifier: MIT */
/*
 * The exchange as bytes. One walk serves both directions, so what is written is what is read; a
 * figure is a varint. Nodes are written in the order of their lists, and the lists are built anew:
 * open orders of each account oldest first, closed ones earliest closed first. Assets and pairs
 * are known by name, so their numbers may differ when it is read. A CRC-32 of all before it ends
 * the bytes: what passes it is what was written, and is believed.
 */
#include "venue/local/trading/persist.h"

#include <stdio.h>
#include <string.h>

#include "core/base/check.h"
#include "core/base/crc32.h"

#define MAGIC UINT64_C(0x74726164) /* "trad" */
#define VERSION 1
#define CRC_SIZE 4u

struct numbers {
    uint64_t magic, version, orders, trades, seed;
};

static void walk_numbers(struct walk *walk, struct numbers *numbers)
{
    walk_u64(walk, &numbers->magic);
    walk_u64(walk, &numbers->version);
    if (numbers->magic != MAGIC || numbers->version != VERSION) {
        walk->in.bad = true;
        return;
    }
    walk_u64(walk, &numbers->orders);
    walk_u64(walk, &numbers->trades);
    walk_u64(walk, &numbers->seed);
    walk_below(walk, &walk->asset_count, PAIR_META_MAX);
    walk_below(walk, &walk->pair_count, PAIR_META_MAX);
}

static void walk_asset_terms(struct walk *walk, struct trading_asset *asset)
{
    walk_text(walk, asset->name, sizeof asset->name);
    walk_below(walk, &asset->decimals, DECIMAL_PLACES_MAX + 1);
}

static void walk_pair_terms(struct walk *walk, struct pair *terms)
{
    walk_text(walk, terms->symbol, sizeof terms->symbol);
    walk_below(walk, &terms->price_decimals, PAIR_PLACES_MAX + 1);
    walk_below(walk, &terms->qty_decimals, PAIR_PLACES_MAX + 1);
}

/* What the figures are counted in, which must not have changed. */
static const char *walk_tables(struct walk *walk)
{
    struct trading *trading = walk->trading;
    for (uint32_t i = 0; i < walk->asset_count && !walk->in.bad; i++) {
        struct trading_asset asset = {0};
        if (walk->saving)
            asset = trading->assets[i];
        walk_asset_terms(walk, &asset);
        const uint32_t ours = trading_asset_find(trading, asset.name);
        if (ours == TRADING_NONE || trading->assets[ours].decimals != asset.decimals)
            return "an asset is missing, or counted otherwise now";
        walk->assets[i] = ours;
    }
    for (uint32_t i = 0; i < walk->pair_count && !walk->in.bad; i++) {
        struct pair terms = {0};
        if (walk->saving)
            terms = trading->desks[i].pair.terms;
        walk_pair_terms(walk, &terms);
        uint32_t ours = 0;
        while (ours < trading->config.pair_count &&
               strcmp(trading->desks[ours].pair.terms.symbol, terms.symbol) != 0)
            ours++;
        if (ours == trading->config.pair_count ||
            trading->desks[ours].pair.terms.price_decimals != terms.price_decimals ||
            trading->desks[ours].pair.terms.qty_decimals != terms.qty_decimals)
            return "a pair is missing, or counted otherwise now";
        walk->pairs[i] = ours;
    }
    return NULL;
}

static const char *walk_header(struct walk *walk)
{
    struct trading_config *config = &walk->trading->config;
    struct numbers numbers = {MAGIC, VERSION, config->order_max, config->trade_max, config->seed};
    walk_numbers(walk, &numbers);
    if (walk->in.bad)
        return "it is no saved exchange of this version";
    if (numbers.orders != config->order_max || numbers.trades != config->trade_max)
        return "it was saved with other capacities";
    config->seed = numbers.seed; /* so that ids stay what they were */
    return walk_tables(walk);
}

size_t trading_save(struct trading *trading, uint8_t *bytes, size_t size)
{
    struct walk walk = {
        .saving = true,
        .out = {.bytes = bytes, .size = size > CRC_SIZE ? size - CRC_SIZE : 0},
        .trading = trading,
        .asset_count = trading->config.asset_count,
        .pair_count = trading->config.pair_count,
    };
    walk_header(&walk);
    persist_rows(&walk);
    if (walk.out.full)
        return 0;
    const uint32_t crc = crc32_update(0, bytes, walk.out.len);
    for (uint32_t i = 0; i < CRC_SIZE; i++)
        bytes[walk.out.len++] = (uint8_t)(crc >> 8 * i);
    return walk.out.len;
}

size_t trading_save_max(const struct trading *trading)
{
    const struct trading_config *config = &trading->config;
    const size_t accounts = trading->account_count;
    return 4096 + (size_t)config->asset_count * 64 +
           config->pair_count * (64 + 2 * sizeof(struct desk)) +
           accounts *
               (1024 + ((size_t)config->asset_count + config->pair_count * 2) * 2 * VARINT_MAX) +
           min_count(trading->order_last, config->order_max) * (sizeof(struct node) * 2) +
           min_count(trading->amend_last, config->order_max) *
               (sizeof(struct trading_amendment) * 2) +
           min_count(trading->trade_last, config->trade_max) * (sizeof(struct trading_trade) * 2) +
           min_count(trading->ledger_last, 2 * (uint64_t)config->trade_max) *
               (sizeof(struct trading_ledger) * 2);
}

static bool whole(const uint8_t *bytes, size_t size)
{
    if (size < CRC_SIZE)
        return false;
    uint32_t crc = 0;
    for (uint32_t i = 0; i < CRC_SIZE; i++)
        crc |= (uint32_t)bytes[size - CRC_SIZE + i] << 8 * i;
    return crc == crc32_update(0, bytes, size - CRC_SIZE);
}

bool trading_load(struct trading *trading, const uint8_t *bytes, size_t size, char *error,
                  size_t error_size)
{
    CHECK(trading->account_count == 0 && trading->order_last == 0);
    const char *fault = "it is cut short or damaged";
    if (whole(bytes, size)) {
        struct walk walk = {
            .in = {.at = bytes, .end = bytes + size - CRC_SIZE},
            .trading = trading,
        };
        fault = walk_header(&walk);
        if (fault == NULL) {
            persist_rows(&walk);
            fault = walk.in.bad || walk.in.at != walk.in.end ? "it does not fit together" : NULL;
        }
        trading->due_ns = trading->now_ns;
    }
    if (fault != NULL)
        snprintf(error, error_size, "saved exchange: %s", fault);
    return fault == NULL;
}

uint32_t trading_saved_pairs(const uint8_t *bytes, size_t size, char (*symbols)[SYMBOL_MAX],
                             uint32_t max)
{
    if (!whole(bytes, size))
        return 0;
    struct walk walk = {.in = {.at = bytes, .end = bytes + size - CRC_SIZE}};
    struct numbers numbers;
    walk_numbers(&walk, &numbers);
    for (uint32_t i = 0; i < walk.asset_count && !walk.in.bad; i++) {
        struct trading_asset asset = {0};
        walk_asset_terms(&walk, &asset);
    }
    for (uint32_t i = 0; i < walk.pair_count && i < max && !walk.in.bad; i++) {
        struct pair terms = {0};
        walk_pair_terms(&walk, &terms);
        memcpy(symbols[i], terms.symbol, SYMBOL_MAX);
    }
    if (walk.in.bad)
        return 0;
    return walk.pair_count < max ? walk.pair_count : max;
}
