/* SPDX-License-Identifier: MIT */
/* The REST calls on what an account has, pays and may: balances, ledger, fees, key, token. */
#include <stdio.h>
#include <string.h>

#include "core/base/timestamp.h"
#include "venue/local/private/inside.h"

#define PAGE 50
#define QUERY_LEDGERS_MAX 20

/* What is neither held nor reserved is left out, unless the variant lists it. */
static bool listed(const struct private_call *call, uint32_t asset)
{
    const struct trading *trading = call->private->trading;
    return call->private->variant.zero_balances ||
           trading_balance(trading, call->account, asset) != 0;
}

const char *put_balance(struct private_call *call)
{
    const struct private *private = call->private;
    json_begin_object(&call->writer, "result");
    for (uint32_t i = 0; i < private->asset_count; i++)
        if (listed(call, i))
            put_amount(&call->writer, private->assets[i].id, private, i,
                       trading_balance(private->trading, call->account, i));
    json_end_object(&call->writer);
    return NULL;
}

const char *put_balance_ex(struct private_call *call)
{
    const struct private *private = call->private;
    void (*put)(struct json_writer *, const char *, const struct private *, uint32_t, int64_t) =
        private->variant.plain_balances ? put_number : put_amount;
    json_begin_object(&call->writer, "result");
    for (uint32_t i = 0; i < private->asset_count; i++) {
        if (!listed(call, i))
            continue;
        json_begin_object(&call->writer, private->assets[i].id);
        put(&call->writer, "balance", private, i,
            trading_balance(private->trading, call->account, i));
        put(&call->writer, "hold_trade", private, i,
            trading_hold(private->trading, call->account, i));
        json_end_object(&call->writer);
    }
    json_end_object(&call->writer);
    return NULL;
}

/* What one of an asset is worth in another by the last price of their pair; 0 without a pair. */
static double price_of(const struct private *private, uint32_t asset, uint32_t in)
{
    if (asset == in)
        return 1;
    for (uint32_t i = 0; i < private->exchange->market->pair_count; i++) {
        const struct trading_pair *pair = trading_pair(private->trading, i);
        double price = pair_price_to_double(&pair->terms, trading_last(private->trading, i));
        if (pair->base == asset && pair->quote == in)
            return price;
        if (pair->quote == asset && pair->base == in && price > 0)
            return 1 / price;
    }
    return 0;
}

/* ... by way of dollars where the two have no pair. */
static double worth_of(const struct private *private, uint32_t asset, uint32_t in)
{
    double price = price_of(private, asset, in);
    uint32_t dollar = trading_asset_find(private->trading, "USD");
    if (price == 0 && dollar != TRADING_NONE)
        price = price_of(private, asset, dollar) * price_of(private, dollar, in);
    return price;
}

const char *put_trade_balance(struct private_call *call)
{
    static const char *const none[] = {"m", "n", "c", "v"};
    const struct private *private = call->private;
    const char *name = fields_text(&call->view, "asset");
    uint32_t in = private_asset_find(private, name[0] ? name : "ZUSD");
    double sum = 0;
    int64_t worth = 0;
    if (in == TRADING_NONE)
        return "EQuery:Unknown asset";
    for (uint32_t i = 0; i < private->asset_count; i++)
        sum += decimal_to_double(trading_balance(private->trading, call->account, i),
                                 private->assets[i].decimals) *
               worth_of(private, i, in);
    if (!decimal_from_double(sum, 4, ROUND_DOWN, &worth))
        return "EGeneral:Internal error";
    json_begin_object(&call->writer, "result");
    json_put_decimal_string(&call->writer, "eb", worth, 4);
    json_put_decimal_string(&call->writer, "tb", worth, 4);
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        json_put_decimal_string(&call->writer, none[i], 0, 4);
    json_put_decimal_string(&call->writer, "e", worth, 4);
    json_put_decimal_string(&call->writer, "mf", worth, 4);
    json_put_decimal_string(&call->writer, "uv", 0, 4);
    json_end_object(&call->writer);
    return NULL;
}

static uint32_t step_fee(const struct trading_fee_step *step, bool taker)
{
    return taker ? step->taker_ppm : step->maker_ppm;
}

static void put_fee_row(struct private_call *call, uint32_t index, bool taker)
{
    const struct trading *trading = call->private->trading;
    const struct trading_pair *pair = trading_pair(trading, index);
    uint32_t at = trading_fee_step(trading, call->account, index);
    const struct trading_fee_step *first = &pair->fees[0];
    const struct trading_fee_step *last = &pair->fees[pair->fee_step_count - 1];
    struct json_writer *writer = &call->writer;
    json_begin_object(writer, private_instrument(call->private, index)->key);
    json_put_decimal_string(writer, "fee", step_fee(&pair->fees[at], taker), 4);
    json_put_decimal_string(writer, "minfee", step_fee(last, taker), 4);
    json_put_decimal_string(writer, "maxfee", step_fee(first, taker), 4);
    if (at + 1 < pair->fee_step_count) {
        json_put_decimal_string(writer, "nextfee", step_fee(&pair->fees[at + 1], taker), 4);
        json_put_decimal_string(writer, "nextvolume", pair->fees[at + 1].volume * 10000, 4);
    } else {
        json_put_null(writer, "nextfee");
        json_put_null(writer, "nextvolume");
    }
    json_put_decimal_string(writer, "tiervolume", pair->fees[at].volume * 10000, 4);
    json_end_object(writer);
}

const char *put_trade_volume(struct private_call *call)
{
    const struct private *private = call->private;
    uint32_t pairs[PAIR_MAX], count = 0;
    const char *at = fields_text(&call->view, "pair");
    while (*at) {
        size_t len = strcspn(at, ",");
        int32_t found = market_find(private->exchange->market, at, len);
        if (found < 0 || count == PAIR_MAX)
            return "EQuery:Unknown asset pair";
        pairs[count++] = (uint32_t)found;
        at += len + (at[len] == ',');
    }
    json_begin_object(&call->writer, "result");
    json_put_string(&call->writer, "currency", "ZUSD");
    json_put_decimal_string(&call->writer, "volume",
                            trading_volume(private->trading, call->account) / 10000, 4);
    for (int taker = 1; count > 0 && taker >= 0; taker--) {
        json_begin_object(&call->writer, taker ? "fees" : "fees_maker");
        for (uint32_t i = 0; i < count; i++)
            put_fee_row(call, pairs[i], taker);
        json_end_object(&call->writer);
    }
    json_end_object(&call->writer);
    return NULL;
}

struct ledger_narrow {
    uint32_t asset; /* TRADING_NONE: all */
    int kind;       /* -1: all */
    int64_t after_ns, until_ns, offset;
    bool without_count;
};

static const char *read_ledger_bound(const struct private_call *call, const char *name,
                                     int64_t *ret_ns)
{
    const struct trading *trading = call->private->trading;
    const char *text = fields_text(&call->view, name);
    const struct trading_ledger *ledger =
        trading_ledger(trading, call->account, trading_id_parse(trading, 'L', text, strlen(text)));
    if (ledger)
        *ret_ns = ledger->time_ns;
    else if (fields_time(&call->view, name, ret_ns) == FIELD_MALFORMED)
        return "EGeneral:Invalid arguments";
    return NULL;
}

static const char *read_ledger_narrow(const struct private_call *call, struct ledger_narrow *ret)
{
    static const char *const kinds[] = {"trade", "deposit", "withdrawal"};
    const char *asset = fields_text(&call->view, "asset"), *type = fields_text(&call->view, "type");
    *ret = (struct ledger_narrow){
        .asset = TRADING_NONE, .kind = -1, .after_ns = -1, .until_ns = INT64_MAX};
    if (asset[0] && strcmp(asset, "all") != 0) {
        ret->asset = private_asset_find(call->private, asset);
        if (ret->asset == TRADING_NONE)
            return "EQuery:Unknown asset";
    }
    if (type[0] && strcmp(type, "all") != 0)
        ret->kind = 99; /* a kind that never happens here */
    for (int i = 0; i < 3; i++)
        if (strcmp(type, kinds[i]) == 0)
            ret->kind = i;
    if (fields_int(&call->view, "ofs", &ret->offset) == FIELD_MALFORMED || ret->offset < 0 ||
        fields_bool(&call->view, "without_count", &ret->without_count) == FIELD_MALFORMED)
        return "EGeneral:Invalid arguments";
    const char *error = read_ledger_bound(call, "start", &ret->after_ns);
    return error ? error : read_ledger_bound(call, "end", &ret->until_ns);
}

const char *put_ledgers(struct private_call *call)
{
    struct ledger_narrow narrow;
    const struct trading *trading = call->private->trading;
    int64_t count = 0;
    const char *error = read_ledger_narrow(call, &narrow);
    if (error)
        return error;
    json_begin_object(&call->writer, "result");
    json_begin_object(&call->writer, "ledger");
    for (const struct trading_ledger *ledger = NULL;
         (ledger = trading_ledger_next(trading, call->account, ledger));) {
        if ((narrow.asset != TRADING_NONE && ledger->asset != narrow.asset) ||
            (narrow.kind >= 0 && (int)ledger->kind != narrow.kind) ||
            ledger->time_ns <= narrow.after_ns || ledger->time_ns > narrow.until_ns)
            continue;
        if (count >= narrow.offset && count - narrow.offset < PAGE)
            put_ledger(&call->writer, call->private, ledger);
        count++;
    }
    json_end_object(&call->writer);
    if (!narrow.without_count)
        json_put_int(&call->writer, "count", count);
    json_end_object(&call->writer);
    return NULL;
}

const char *put_query_ledgers(struct private_call *call)
{
    const struct trading *trading = call->private->trading;
    const char *at = fields_text(&call->view, "id");
    if (at[0] == '\0')
        return "EGeneral:Invalid arguments:id";
    json_begin_object(&call->writer, "result");
    for (uint32_t i = 0; *at; i++) {
        size_t len = strcspn(at, ",");
        const struct trading_ledger *ledger =
            trading_ledger(trading, call->account, trading_id_parse(trading, 'L', at, len));
        if (!ledger || i == QUERY_LEDGERS_MAX)
            return "EGeneral:Invalid arguments:id";
        put_ledger(&call->writer, call->private, ledger);
        at += len + (at[len] == ',');
    }
    json_end_object(&call->writer);
    return NULL;
}

const char *put_token(struct private_call *call)
{
    struct private *private = call->private;
    uint32_t key = (uint32_t)(call->key - private->keyring.keys);
    const struct token *token =
        token_new(&private->tokens, key, &private->entropy, private_now(private));
    json_begin_object(&call->writer, "result");
    json_put_string(&call->writer, "token", token->text);
    json_put_int(&call->writer, "expires", TOKEN_LIFE_S);
    json_end_object(&call->writer);
    return NULL;
}

static void put_key_text(struct json_writer *writer, bool camel, const char *name,
                         const char *camel_name, const char *text)
{
    json_put_string(writer, camel ? camel_name : name, text);
}

static void put_key_time(struct json_writer *writer, bool camel, const char *name,
                         const char *camel_name, int64_t time_ns)
{
    char text[DECIMAL_TEXT_MAX];
    decimal_format(text, time_ns / NS_PER_S, 0);
    json_put_string(writer, camel ? camel_name : name, text);
}

const char *put_key_info(struct private_call *call)
{
    struct json_writer *writer = &call->writer;
    const struct key *key = call->key;
    bool camel = call->private->variant.camel_case;
    char nonce[24], window[24];
    snprintf(nonce, sizeof nonce, "%llu", (unsigned long long)key->nonce_last);
    snprintf(window, sizeof window, "%llu", (unsigned long long)key->nonce_window);
    json_begin_object(writer, "result");
    put_key_text(writer, camel, "api_key_name", "apiKeyName", "local");
    put_key_text(writer, camel, "api_key", "apiKey", key->text);
    json_put_string(writer, "nonce", nonce);
    put_key_text(writer, camel, "nonce_window", "nonceWindow", window);
    json_begin_array(writer, "permissions");
    for (uint32_t i = 0; i < PERMIT_COUNT; i++)
        if (key->permissions & (1u << i))
            json_put_string(writer, NULL, permission_name(i));
    json_end_array(writer);
    json_put_string(writer, "iban", "");
    put_key_time(writer, camel, "valid_until", "validUntil", 0);
    put_key_time(writer, camel, "query_from", "queryFrom", 0);
    put_key_time(writer, camel, "query_to", "queryTo", 0);
    put_key_time(writer, camel, "created_time", "createdTime", key->made_ns);
    put_key_time(writer, camel, "modified_time", "modifiedTime", key->made_ns);
    json_begin_array(writer, camel ? "ipAllowlist" : "ip_allowlist");
    json_end_array(writer);
    put_key_time(writer, camel, "last_used", "lastUsed", key->used_ns);
    json_end_object(writer);
    return NULL;
}
