/* SPDX-License-Identifier: MIT */
#include "venue/kraken/own_replies.h"

#include <ctype.h>
#include <string.h>

#include "core/base/decimal.h"
#include "core/base/timestamp.h"
#include "core/market/alias.h"
#include "venue/kraken/words.h"

/* Unix seconds, a fraction allowed; 0 and null are no time. */
static void take_seconds(struct json *json, int64_t *ret_ns)
{
    struct json_text text = {0};
    int64_t time_ns;
    kraken_own_amount(json, &text);
    if (text.at == NULL)
        return;
    if (!decimal_parse_rounded(text.at, text.len, 9, ROUND_DOWN, &time_ns) || time_ns < 0)
        json_refuse(json, "a time is in Unix seconds");
    else if (time_ns > 0)
        *ret_ns = time_ns;
}

/* The words and the price that only mean something together. */
struct description {
    struct json_text side, kind, price;
};

static void read_description(struct json *json, struct description *ret, struct kraken_own_row *row)
{
    struct json_text key;
    json_object(json);
    while (json_key(json, &key)) {
        if (WORD_IS(key, "pair"))
            kraken_own_text(json, &row->symbol);
        else if (WORD_IS(key, "type"))
            kraken_own_text(json, &ret->side);
        else if (WORD_IS(key, "ordertype"))
            kraken_own_text(json, &ret->kind);
        else if (WORD_IS(key, "price"))
            kraken_own_text(json, &ret->price);
        else
            json_skip(json);
    }
}

static void read_ids(struct json *json, struct kraken_ids *ids)
{
    if (ids == NULL || json_peek(json) != JSON_ARRAY) {
        json_skip(json);
        return;
    }
    json_array(json);
    while (json_element(json)) {
        struct venue_id id = {0};
        kraken_own_id(json, &id);
        if (!venue_id_known(id))
            continue;
        if (ids->count == KRAKEN_IDS_MAX)
            ids->full = true;
        else
            ids->list[ids->count++] = id;
    }
}

static void settle_order(struct json *json, const struct description *words,
                         struct json_text status, struct kraken_own_row *row)
{
    row->has_state = kraken_own_state(status, &row->state);
    row->has_side = kraken_own_side(words->side, &row->side);
    row->has_kind = words->kind.len > 0;
    row->kind = kraken_own_kind(words->kind);
    bool number = words->price.len > 0 && isdigit((unsigned char)words->price.at[0]);
    if (number && row->kind == VENUE_LIMIT)
        row->limit = words->price;
    if (number && row->kind == VENUE_STOP)
        row->trigger = words->price;
    if (!row->has_state || !row->has_side || !row->has_kind || row->symbol.len == 0 ||
        row->qty.at == NULL)
        json_refuse(json, "an order has a status, a descr with pair, type and ordertype, and vol");
}

static void read_order(struct json *json, struct json_text id, struct kraken_ids *trades,
                       struct kraken_own_row *row)
{
    struct json_text key, status = {0};
    struct description words = {0};
    int64_t closed_ns = 0;
    *row = (struct kraken_own_row){0};
    if (!venue_id_parse(id.at, id.len, &row->txid))
        json_refuse(json, "an order's id is of capital letters, digits and dashes");
    json_object(json);
    while (json_key(json, &key)) {
        if (WORD_IS(key, "refid"))
            kraken_own_id(json, &row->parent);
        else if (WORD_IS(key, "cl_ord_id"))
            kraken_own_text(json, &row->client);
        else if (WORD_IS(key, "status"))
            kraken_own_text(json, &status);
        else if (WORD_IS(key, "opentm"))
            take_seconds(json, &row->time_ns);
        else if (WORD_IS(key, "closetm"))
            take_seconds(json, &closed_ns);
        else if (WORD_IS(key, "descr") && json_peek(json) == JSON_OBJECT)
            read_description(json, &words, row);
        else if (WORD_IS(key, "vol"))
            kraken_own_amount(json, &row->qty);
        else if (WORD_IS(key, "vol_exec"))
            kraken_own_amount(json, &row->filled);
        else if (WORD_IS(key, "trades"))
            read_ids(json, trades);
        else
            json_skip(json);
    }
    if (closed_ns > 0)
        row->time_ns = closed_ns;
    if (json->error == NULL)
        settle_order(json, &words, status, row);
}

static void read_trade(struct json *json, struct json_text id, struct kraken_own_row *row)
{
    struct json_text key, side = {0};
    *row = (struct kraken_own_row){.is_trade = true, .fee_count = 1};
    if (!venue_id_parse(id.at, id.len, &row->exec))
        json_refuse(json, "a trade's id is of capital letters, digits and dashes");
    json_object(json);
    while (json_key(json, &key)) {
        if (WORD_IS(key, "ordertxid"))
            kraken_own_id(json, &row->txid);
        else if (WORD_IS(key, "pair"))
            kraken_own_text(json, &row->symbol);
        else if (WORD_IS(key, "time"))
            take_seconds(json, &row->time_ns);
        else if (WORD_IS(key, "type"))
            kraken_own_text(json, &side);
        else if (WORD_IS(key, "price"))
            kraken_own_amount(json, &row->price);
        else if (WORD_IS(key, "vol"))
            kraken_own_amount(json, &row->trade_qty);
        else if (WORD_IS(key, "fee"))
            kraken_own_amount(json, &row->fees[0].qty);
        else if (WORD_IS(key, "maker") && json_peek(json) == JSON_BOOL)
            json_bool(json, &row->maker);
        else
            json_skip(json);
    }
    row->has_side = kraken_own_side(side, &row->side);
    if (json->error == NULL &&
        (!venue_id_known(row->txid) || !row->has_side || row->symbol.len == 0 ||
         row->price.at == NULL || row->trade_qty.at == NULL || row->fees[0].qty.at == NULL))
        json_refuse(json, "a trade has ordertxid, pair, type, price, vol and fee");
}

static void read_ledger(struct json *json, struct json_text id, struct kraken_own_balance *row)
{
    struct json_text key;
    *row = (struct kraken_own_balance){.spot = true};
    if (!venue_id_parse(id.at, id.len, &row->ledger))
        json_refuse(json, "a ledger entry's id is of capital letters, digits and dashes");
    json_object(json);
    while (json_key(json, &key)) {
        if (WORD_IS(key, "asset"))
            kraken_own_text(json, &row->asset);
        else if (WORD_IS(key, "type"))
            kraken_own_text(json, &row->type);
        else if (WORD_IS(key, "amount"))
            kraken_own_amount(json, &row->amount);
        else if (WORD_IS(key, "fee"))
            kraken_own_amount(json, &row->fee);
        else if (WORD_IS(key, "balance"))
            kraken_own_amount(json, &row->balance);
        else if (WORD_IS(key, "time"))
            take_seconds(json, &row->time_ns);
        else
            json_skip(json);
    }
    if (json->error == NULL &&
        (row->asset.len == 0 || row->type.len == 0 || row->amount.at == NULL))
        json_refuse(json, "a ledger entry has an asset, a type and an amount");
}

/* Whom the rows of one reply go to. */
struct walk {
    kraken_row_callback *on_order, *on_trade;
    kraken_ledger_callback *on_ledger;
    void *context;
    struct kraken_ids *trades;
    struct kraken_page page;
};

static void read_entry(struct json *json, struct json_text id, struct walk *walk)
{
    struct kraken_own_row row;
    struct kraken_own_balance entry;
    if (walk->on_ledger != NULL)
        read_ledger(json, id, &entry);
    else if (walk->on_trade != NULL)
        read_trade(json, id, &row);
    else
        read_order(json, id, walk->trades, &row);
    if (json->error != NULL)
        return;
    walk->page.rows++;
    if (walk->on_ledger != NULL)
        walk->on_ledger(walk->context, &entry);
    else if (walk->on_trade != NULL)
        walk->on_trade(walk->context, &row);
    else
        walk->on_order(walk->context, &row);
}

/* The map of entries by id: the result itself, or a member of it beside its count. */
static bool walk_result(struct json *json, struct walk *walk)
{
    struct json_text key, id;
    json_object(json);
    while (json_key(json, &key)) {
        bool wrapped = WORD_IS(key, "open") || WORD_IS(key, "closed") || WORD_IS(key, "trades") ||
                       WORD_IS(key, "ledger");
        if (WORD_IS(key, "count") && json_peek(json) == JSON_NUMBER) {
            json_uint(json, &walk->page.total);
        } else if (json_peek(json) != JSON_OBJECT) {
            json_skip(json);
        } else if (wrapped) {
            json_object(json);
            while (json_key(json, &id))
                read_entry(json, id, walk);
        } else {
            read_entry(json, key, walk);
        }
    }
    return json->error == NULL;
}

bool kraken_orders_read(struct json *json, kraken_row_callback *on_row, void *context,
                        struct kraken_ids *trades, struct kraken_page *ret)
{
    struct walk walk = {.on_order = on_row, .context = context, .trades = trades};
    bool whole = walk_result(json, &walk);
    *ret = walk.page;
    return whole;
}

bool kraken_trades_read(struct json *json, kraken_row_callback *on_row, void *context,
                        struct kraken_page *ret)
{
    struct walk walk = {.on_trade = on_row, .context = context};
    bool whole = walk_result(json, &walk);
    *ret = walk.page;
    return whole;
}

bool kraken_ledgers_read(struct json *json, kraken_ledger_callback *on_row, void *context,
                         struct kraken_page *ret)
{
    struct walk walk = {.on_ledger = on_row, .context = context};
    bool whole = walk_result(json, &walk);
    *ret = walk.page;
    return whole;
}

bool kraken_asset_name(struct json_text text, char ret[GATEWAY_ASSET_MAX])
{
    const char *dot = memchr(text.at, '.', text.len);
    size_t stem = dot == NULL ? text.len : (size_t)(dot - text.at), rest = text.len - stem;
    char name[SYMBOL_MAX];
    if (!alias_asset(text.at, stem, name))
        return false;
    size_t len = strlen(name);
    if (len + rest >= GATEWAY_ASSET_MAX)
        return false;
    memcpy(ret, name, len);
    memcpy(ret + len, text.at + stem, rest);
    ret[len + rest] = '\0';
    return true;
}

static void take_money(struct json *json, int64_t *ret)
{
    struct json_text text = {0};
    kraken_own_amount(json, &text);
    if (text.at != NULL &&
        !decimal_parse_rounded(text.at, text.len, MONEY_DECIMALS, ROUND_DOWN, ret))
        json_refuse(json, "a balance is a number");
}

bool kraken_balances_read(struct json *json, struct gateway_balance *list, uint32_t *ret_count)
{
    struct json_text asset, key;
    uint32_t count = 0;
    json_object(json);
    while (json_key(json, &asset)) {
        struct gateway_balance balance = {0};
        if (json_peek(json) != JSON_OBJECT) {
            take_money(json, &balance.total);
        } else {
            json_object(json);
            while (json_key(json, &key)) {
                if (WORD_IS(key, "balance"))
                    take_money(json, &balance.total);
                else if (WORD_IS(key, "hold_trade"))
                    take_money(json, &balance.held);
                else
                    json_skip(json);
            }
        }
        if (json->error == NULL && count < GATEWAY_BALANCE_MAX &&
            kraken_asset_name(asset, balance.asset))
            list[count++] = balance;
    }
    if (json->error == NULL)
        *ret_count = count;
    return json->error == NULL;
}

bool kraken_token_read(struct json *json, char token[KRAKEN_TOKEN_MAX], int64_t *ret_life_ns)
{
    struct json_text key;
    uint64_t seconds = 900;
    char text[KRAKEN_TOKEN_MAX] = "";
    json_object(json);
    while (json_key(json, &key)) {
        if (WORD_IS(key, "token"))
            json_string_copy(json, text, sizeof text);
        else if (WORD_IS(key, "expires") && json_peek(json) == JSON_NUMBER)
            json_uint(json, &seconds);
        else
            json_skip(json);
    }
    if (json->error == NULL && (text[0] == '\0' || seconds > 1000000))
        json_refuse(json, "there is a token, and it expires within days");
    if (json->error != NULL)
        return false;
    memcpy(token, text, sizeof text);
    *ret_life_ns = (int64_t)seconds * NS_PER_S;
    return true;
}

/* "withdraw-funds", "withdrawFunds", "WITHDRAW_FUNDS", "funds.withdraw". */
static bool of_withdrawal(struct json_text word)
{
    static const char want[] = "withdraw";
    for (size_t i = 0; i + sizeof want - 1 <= word.len; i++) {
        if (strncasecmp(word.at + i, want, sizeof want - 1) == 0)
            return true;
    }
    return false;
}

/* "query-funds", "queryFunds", "QUERY_FUNDS": the letters alone, of either case. */
static uint32_t permission_of(struct json_text word)
{
    static const char *const names[] = {"queryfunds", "queryopentrades", "queryclosedtrades",
                                        "modifytrades", "createwstoken"};
    for (uint32_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *name = names[i];
        bool same = true;
        for (size_t at = 0; at < word.len && same; at++) {
            char letter = word.at[at] | 0x20;
            if (letter >= 'a' && letter <= 'z')
                same = *name != '\0' && letter == *name++;
        }
        if (same && *name == '\0')
            return 1u << i;
    }
    return 0;
}

static void grant(struct kraken_key_info *info, struct json_text word)
{
    info->withdraw |= of_withdrawal(word);
    info->permissions |= permission_of(word);
}

static void read_permissions(struct json *json, struct kraken_key_info *ret)
{
    struct json_text word, key;
    ret->has_permissions = true;
    if (json_peek(json) == JSON_ARRAY) {
        json_array(json);
        while (json_element(json)) {
            word = (struct json_text){0};
            kraken_own_text(json, &word);
            grant(ret, word);
        }
        return;
    }
    json_object(json);
    while (json_key(json, &key)) {
        bool granted = true;
        if (json_peek(json) == JSON_BOOL)
            json_bool(json, &granted);
        else
            json_skip(json);
        if (granted)
            grant(ret, key);
    }
}

bool kraken_key_read(struct json *json, struct kraken_key_info *ret)
{
    struct json_text key;
    *ret = (struct kraken_key_info){0};
    json_object(json);
    while (json_key(json, &key)) {
        bool listed = json_is(key, "permissions") || json_is(key, "Permissions");
        if (listed && (json_peek(json) == JSON_ARRAY || json_peek(json) == JSON_OBJECT))
            read_permissions(json, ret);
        else
            json_skip(json);
    }
    return json->error == NULL;
}

bool kraken_count_read(struct json *json, uint64_t *ret)
{
    struct json_text key;
    uint64_t count = 0;
    bool pending = false;
    json_object(json);
    while (json_key(json, &key)) {
        if (WORD_IS(key, "count") && json_peek(json) == JSON_NUMBER)
            json_uint(json, &count);
        else if (WORD_IS(key, "pending") && json_peek(json) == JSON_BOOL)
            json_bool(json, &pending);
        else
            json_skip(json);
    }
    if (json->error == NULL)
        *ret = count == 0 && pending ? 1 : count;
    return json->error == NULL;
}

bool kraken_added_read(struct json *json, struct venue_id *ret)
{
    struct json_text key;
    struct kraken_ids ids = {0};
    struct venue_id one = {0};
    json_object(json);
    while (json_key(json, &key)) {
        if (!WORD_IS(key, "txid"))
            json_skip(json);
        else if (json_peek(json) == JSON_ARRAY)
            read_ids(json, &ids);
        else
            kraken_own_id(json, &one); /* a plain string, as the batch call gives it */
    }
    if (json->error != NULL)
        return false;
    *ret = ids.count > 0 ? ids.list[0] : one;
    return true;
}
