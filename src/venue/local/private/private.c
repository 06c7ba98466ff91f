/* SPDX-License-Identifier: MIT */
#include "venue/local/private/private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/check.h"
#include "core/base/timestamp.h"
#include "platform/loop/loop.h"
#include "venue/local/private/accounts.h"
#include "venue/local/private/inside.h"

/* Orders, of which half may be open, and trades that are remembered: a busy day of several bots.
 * EXCHANGE_TEXT_SIZE is made for them. */
#define ORDER_KEPT 8192
#define TRADE_KEPT 32768

static uint32_t add_asset(struct private *private, const char *name)
{
    for (uint32_t i = 0; i < private->asset_count; i++)
        if (strcmp(private->assets[i].name, name) == 0)
            return i;
    private->assets[private->asset_count] = asset_of(name);
    return private->asset_count++;
}

/* A ledger counts no coarser than a pair's lots, and every account is valued in dollars. */
static void list_assets(struct private *private, struct trading_asset *assets,
                        struct trading_pair *pairs)
{
    const struct market *market = private->exchange->market;
    for (uint32_t i = 0; i < market->pair_count; i++) {
        const struct pair *terms = &market->pairs[i].instrument.terms;
        pairs[i].base = add_asset(private, terms->base);
        pairs[i].quote = add_asset(private, terms->quote);
        struct asset *base = &private->assets[pairs[i].base];
        if (base->decimals < terms->qty_decimals)
            base->decimals = terms->qty_decimals;
    }
    add_asset(private, "USD");
    for (uint32_t i = 0; i < private->asset_count; i++) {
        snprintf(assets[i].name, sizeof assets[i].name, "%s", private->assets[i].name);
        assets[i].decimals = private->assets[i].decimals;
    }
}

static void list_pairs(const struct market *market, struct trading_pair *pairs)
{
    for (uint32_t i = 0; i < market->pair_count; i++) {
        const struct instrument *instrument = &market->pairs[i].instrument;
        pairs[i].terms = instrument->terms;
        pairs[i].cost_decimals = instrument->cost_decimals;
        pairs[i].fee_step_count = rest_fee_steps(pairs[i].fees);
    }
}

static bool open_trading(struct private *private, char *error, size_t error_size)
{
    struct exchange *exchange = private->exchange;
    const struct market *market = exchange->market;
    struct trading_asset assets[2 * PAIR_MAX + 1] = {0};
    struct trading_pair *pairs = calloc(market->pair_count, sizeof *pairs);
    if (!pairs) {
        snprintf(error, error_size, "no memory for the pairs");
        return false;
    }
    list_assets(private, assets, pairs);
    list_pairs(market, pairs);
    struct trading_config config = {.seed = exchange->config.seed,
                                    .variant = exchange->config.variant,
                                    .assets = assets,
                                    .asset_count = private->asset_count,
                                    .pairs = pairs,
                                    .pair_count = market->pair_count,
                                    .account_max = KEYRING_MAX,
                                    .order_max = ORDER_KEPT,
                                    .trade_max = TRADE_KEPT,
                                    .time_ns = exchange->now_ns,
                                    .user = private,
                                    .on_event = socket_on_event};
    private->trading = trading_open(&config, error, error_size);
    free(pairs);
    return private->trading != NULL;
}

/* "USD=100000,BTC=1": paid in before anything else happens. */
static bool pay_in(struct private *private, uint32_t account, const char *list, char *error,
                   size_t error_size)
{
    while (*list) {
        char name[SYMBOL_MAX] = "";
        size_t len = strcspn(list, ","), name_len = strcspn(list, "=");
        uint32_t asset = TRADING_NONE;
        int64_t amount = 0;
        if (name_len < len && name_len < sizeof name) {
            memcpy(name, list, name_len);
            asset = private_asset_find(private, name);
        }
        const char *refusal = "no such asset here";
        if (asset != TRADING_NONE && !decimal_parse(list + name_len + 1, len - name_len - 1,
                                                    private->assets[asset].decimals, &amount))
            refusal = "not an amount, or finer than the asset's ledger";
        else if (asset != TRADING_NONE)
            refusal = trading_deposit(private->trading, account, asset, amount);
        if (refusal) {
            snprintf(error, error_size, "balance %.*s: %s (write USD=100000,BTC=1.5)", (int)len,
                     list, refusal);
            return false;
        }
        list += len + (list[len] == ',');
    }
    return true;
}

/* A key that the file has: what is said of it now holds, but its account stays as it was. */
static bool renew_key(struct key *key, const struct key_config *said, const struct entropy *entropy,
                      char *error, size_t error_size)
{
    struct keyring alone = {0};
    struct key *renewed = keyring_add(&alone, said, entropy, error, error_size);
    if (!renewed)
        return false;
    renewed->account = key->account;
    renewed->nonce_last = key->nonce_last;
    renewed->made_ns = key->made_ns;
    renewed->tier = key->tier;
    *key = *renewed;
    return true;
}

static bool add_key(struct private *private, const struct exchange_key *config, char *error,
                    size_t error_size)
{
    struct key_config said = {.text = config->key,
                              .secret = config->secret,
                              .otp = config->otp,
                              .permissions = PERMIT_USUAL,
                              .nonce_window = config->nonce_window,
                              .tier = config->tier};
    if (config->permissions && !permission_parse(config->permissions, &said.permissions)) {
        snprintf(error, error_size, "permissions %s: see docs/local-kraken.md for their names",
                 config->permissions);
        return false;
    }
    if (private->variant.window_in_ms)
        said.nonce_window *= (uint64_t)NS_PER_MS;
    if (!said.text && private->keyring.count > 0)
        return true; /* none was asked for, and the file has some */
    const struct key *kept = said.text ? keyring_find(&private->keyring, said.text) : NULL;
    if (kept)
        return renew_key(&private->keyring.keys[kept - private->keyring.keys], &said,
                         &private->entropy, error, error_size);
    struct key *key = keyring_add(&private->keyring, &said, &private->entropy, error, error_size);
    if (!key)
        return false;
    key->account = trading_account(private->trading, key->text, key->tier);
    key->made_ns = private_now(private);
    CHECK(key->account != TRADING_NONE);
    return pay_in(private, key->account, config->balance ? config->balance : EXCHANGE_BALANCE,
                  error, error_size);
}

/* True when a key of the command line stands there once. */
static bool once(const struct exchange_config *config, uint32_t index, char *error,
                 size_t error_size)
{
    const char *text = config->keys[index].key;
    for (uint32_t i = 0; i < index && text; i++)
        if (config->keys[i].key && strcmp(config->keys[i].key, text) == 0) {
            snprintf(error, error_size, "the API key %s is given twice", text);
            return false;
        }
    return true;
}

struct private *private_open(struct exchange *exchange, char *error, size_t error_size)
{
    struct private *private = calloc(1, sizeof *private);
    const struct exchange_config *config = &exchange->config;
    if (!private) {
        snprintf(error, error_size, "no memory for the accounts");
        return NULL;
    }
    private->exchange = exchange;
    private->entropy = entropy_system();
    private->variant = private_variant_of(config->variant);
    if (!open_trading(private, error, error_size))
        goto fail;
    if (config->accounts &&
        !accounts_load(config->accounts, &private->keyring, private->trading, error, error_size))
        goto fail;
    for (uint32_t i = 0; i < config->key_count; i++)
        if (!once(config, i, error, error_size) ||
            !add_key(private, &config->keys[i], error, error_size))
            goto fail;
    for (uint32_t i = 0; i < exchange->market->pair_count; i++) {
        const struct listing *listing = &exchange->boards[i].listing;
        trading_set_book(private->trading, i, listing->liquidity.sides);
        if (listing->alive)
            trading_set_last(private->trading, i, listing->last.price_ticks);
    }
    return private;
fail:
    private_close(private);
    return NULL;
}

bool private_save(struct private *private, char *error, size_t error_size)
{
    const char *path = private->exchange->config.accounts;
    if (!path || !private->changed)
        return true;
    private->changed = false;
    return accounts_save(path, &private->keyring, private->trading, error, error_size);
}

void private_close(struct private *private)
{
    if (!private)
        return;
    trading_close(private->trading);
    free(private);
}

const char *private_key(const struct private *private, uint32_t index, const char **ret_secret)
{
    if (index >= private->keyring.count)
        return NULL;
    *ret_secret = private->keyring.keys[index].secret_text;
    return private->keyring.keys[index].text;
}

int64_t private_next_ns(const struct private *private)
{
    return trading_next_ns(private->trading);
}

void private_advance(struct private *private, int64_t now_ns)
{
    trading_advance(private->trading, now_ns);
    private_tell(private);
}

void private_on_book(struct private *private, uint32_t pair, int64_t now_ns)
{
    trading_on_book(private->trading, pair, now_ns);
}

void private_on_trade(struct private *private, uint32_t pair, const struct trade *trade)
{
    trading_on_trade(private->trading, pair, trade);
}

bool private_touched(const struct private *private, uint32_t pair)
{
    return trading_touched(private->trading, pair);
}

void private_shown(const struct private *private, uint32_t pair, enum side side,
                   struct liquidity_side *ret)
{
    trading_shown(private->trading, pair, side, ret);
}

uint32_t private_asset_find(const struct private *private, const char *name)
{
    for (uint32_t i = 0; i < private->asset_count; i++) {
        const struct asset *asset = &private->assets[i];
        if (strcmp(asset->id, name) == 0 || strcmp(asset->altname, name) == 0 ||
            strcmp(asset->name, name) == 0)
            return i;
    }
    return TRADING_NONE;
}

/* What clients' orders did to books is told to the public, after whoever did it has his answer. */
void private_tell(struct private *private)
{
    for (uint32_t i = 0; i < private->exchange->market->pair_count; i++) {
        if (!private->touched[i])
            continue;
        private->touched[i] = false;
        publish_quote(private->exchange, &private->exchange->boards[i], private_now(private));
    }
}
