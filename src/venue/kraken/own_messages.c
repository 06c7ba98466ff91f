/* SPDX-License-Identifier: MIT */
#include "venue/kraken/own_messages.h"

#include "venue/kraken/words.h"

static enum kraken_own_channel channel_of(struct json_text name)
{
    if (WORD_IS(name, "executions"))
        return KRAKEN_OWN_EXECUTIONS;
    if (WORD_IS(name, "balances"))
        return KRAKEN_OWN_BALANCES;
    return WORD_IS(name, "status") ? KRAKEN_OWN_STATUS : KRAKEN_OWN_OTHER;
}

static enum kraken_own_method method_of(struct json_text name)
{
    if (WORD_IS(name, "pong"))
        return KRAKEN_OWN_PONG;
    if (WORD_IS(name, "subscribe"))
        return KRAKEN_OWN_SUBSCRIBED;
    return WORD_IS(name, "unsubscribe") ? KRAKEN_OWN_UNSUBSCRIBED : KRAKEN_OWN_ANSWER;
}

void kraken_own_text(struct json *json, struct json_text *ret)
{
    if (json_peek(json) == JSON_STRING)
        json_string(json, ret);
    else
        json_skip(json);
}

void kraken_own_amount(struct json *json, struct json_text *ret)
{
    if (json_peek(json) == JSON_NUMBER || json_peek(json) == JSON_STRING)
        json_amount(json, ret);
    else
        json_skip(json);
}

void kraken_own_id(struct json *json, struct venue_id *ret)
{
    struct json_text text = {0};
    kraken_own_text(json, &text);
    if (text.len > 0 && !venue_id_parse(text.at, text.len, ret))
        json_refuse(json, "an id is of capital letters, digits and dashes, at most 24");
}

/* A reply's result is an object, but for methods that are not ours. */
static void read_result(struct kraken_own_frame *frame, struct json *json)
{
    struct json_text key, word = {0};
    if (json_peek(json) != JSON_OBJECT) {
        json_skip(json);
        return;
    }
    json_object(json);
    while (json_key(json, &key)) {
        if (WORD_IS(key, "channel")) {
            kraken_own_text(json, &word);
            frame->channel = channel_of(word);
        } else if (WORD_IS(key, "order_id")) {
            kraken_own_id(json, &frame->txid);
        } else {
            json_skip(json);
        }
    }
}

static void read_member(struct kraken_own_frame *frame, struct json *json, struct json_text key)
{
    struct json_text word = {0};
    if (WORD_IS(key, "channel")) {
        if (json_string(json, &word))
            frame->channel = channel_of(word);
    } else if (WORD_IS(key, "type")) {
        if (json_string(json, &word))
            frame->snapshot = WORD_IS(word, "snapshot");
    } else if (WORD_IS(key, "method")) {
        if (json_string(json, &word))
            frame->method = method_of(word);
    } else if (WORD_IS(key, "time_out")) {
        kraken_take_time(json, &frame->time_ns);
    } else if (WORD_IS(key, "success")) {
        json_bool(json, &frame->success);
    } else if (WORD_IS(key, "sequence") && json_peek(json) == JSON_NUMBER) {
        frame->has_sequence = json_uint(json, &frame->sequence);
    } else if (WORD_IS(key, "req_id") && json_peek(json) == JSON_NUMBER) {
        json_uint(json, &frame->req_id);
    } else if (WORD_IS(key, "error") || WORD_IS(key, "Error")) {
        kraken_own_text(json, &frame->error);
    } else if (WORD_IS(key, "result")) {
        read_result(frame, json);
    } else {
        json_skip(json);
    }
}

bool kraken_own_frame(const char *text, size_t len, struct kraken_own_frame *frame)
{
    *frame = (struct kraken_own_frame){0};
    struct json json;
    json_init(&json, text, len);
    json_object(&json);
    struct json_text key;
    while (json_key(&json, &key)) {
        if (!WORD_IS(key, "data")) {
            read_member(frame, &json, key);
            continue;
        }
        /* Checked whole before any row is believed, and then walked again from here. */
        frame->has_data = true;
        frame->data = json;
        json_skip(&json);
    }
    bool whole = json_done(&json);
    if (!whole || !frame->has_data)
        frame->data = json;
    return whole;
}

bool kraken_own_rows(struct kraken_own_frame *frame)
{
    return json_array(&frame->data);
}

bool kraken_own_row(struct kraken_own_frame *frame, struct json *ret)
{
    if (!json_element(&frame->data))
        return false;
    *ret = frame->data;
    return json_skip(&frame->data);
}

bool kraken_own_side(struct json_text word, enum side *ret)
{
    if (!WORD_IS(word, "buy") && !WORD_IS(word, "sell"))
        return false;
    *ret = WORD_IS(word, "buy") ? SIDE_BUY : SIDE_SELL;
    return true;
}

enum request_order kraken_own_kind(struct json_text word)
{
    if (WORD_IS(word, "limit"))
        return VENUE_LIMIT;
    if (WORD_IS(word, "market"))
        return VENUE_MARKET;
    return WORD_IS(word, "stop-loss") ? VENUE_STOP : VENUE_OTHER;
}

/* Of the WebSocket's order_status and of REST's status. */
bool kraken_own_state(struct json_text word, enum news_state *ret)
{
    static const struct {
        const char *word;
        enum news_state state;
    } words[] = {
        {"pending_new", NEWS_PENDING},   {"pending", NEWS_PENDING},    {"new", NEWS_OPEN},
        {"partially_filled", NEWS_OPEN}, {"open", NEWS_OPEN},          {"filled", NEWS_FILLED},
        {"closed", NEWS_FILLED},         {"canceled", NEWS_CANCELLED}, {"expired", NEWS_EXPIRED},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (json_is(word, words[i].word)) {
            *ret = words[i].state;
            return true;
        }
    }
    return false;
}

static void read_fee(struct json *json, struct kraken_own_row *row)
{
    struct json_text key;
    struct kraken_fee fee = {0};
    json_object(json);
    while (json_key(json, &key)) {
        if (WORD_IS(key, "asset"))
            kraken_own_text(json, &fee.asset);
        else if (WORD_IS(key, "qty"))
            kraken_own_amount(json, &fee.qty);
        else
            json_skip(json);
    }
    if (json->error != NULL)
        return;
    if (row->fee_count == KRAKEN_FEES_MAX || fee.asset.at == NULL || fee.qty.at == NULL) {
        json_refuse(json, "a fee has an asset and a qty, and a trade at most 4");
        return;
    }
    row->fees[row->fee_count++] = fee;
}

static void read_fees(struct json *json, struct kraken_own_row *row)
{
    if (json_peek(json) != JSON_ARRAY) {
        json_skip(json);
        return;
    }
    json_array(json);
    while (json_element(json))
        read_fee(json, row);
}

static void read_triggers(struct json *json, struct kraken_own_row *row)
{
    struct json_text key;
    if (json_peek(json) != JSON_OBJECT) {
        json_skip(json);
        return;
    }
    json_object(json);
    while (json_key(json, &key)) {
        if (WORD_IS(key, "price"))
            kraken_own_amount(json, &row->trigger);
        else
            json_skip(json);
    }
}

struct words {
    struct json_text exec_type, status, side, kind, liquidity, stop;
};

/* True when the member was one that tells of a trade. */
static bool read_trade_member(struct json *json, struct json_text key, struct words *words,
                              struct kraken_own_row *row)
{
    if (WORD_IS(key, "exec_id"))
        kraken_own_id(json, &row->exec);
    else if (WORD_IS(key, "last_price"))
        kraken_own_amount(json, &row->price);
    else if (WORD_IS(key, "last_qty"))
        kraken_own_amount(json, &row->trade_qty);
    else if (WORD_IS(key, "fees"))
        read_fees(json, row);
    else if (WORD_IS(key, "liquidity_ind"))
        kraken_own_text(json, &words->liquidity);
    else
        return false;
    return true;
}

static void read_order_member(struct json *json, struct json_text key, struct words *words,
                              struct kraken_own_row *row)
{
    if (WORD_IS(key, "order_id"))
        kraken_own_id(json, &row->txid);
    else if (WORD_IS(key, "ord_ref_id"))
        kraken_own_id(json, &row->parent);
    else if (WORD_IS(key, "cl_ord_id"))
        kraken_own_text(json, &row->client);
    else if (WORD_IS(key, "symbol"))
        kraken_own_text(json, &row->symbol);
    else if (WORD_IS(key, "exec_type"))
        kraken_own_text(json, &words->exec_type);
    else if (WORD_IS(key, "order_status"))
        kraken_own_text(json, &words->status);
    else if (WORD_IS(key, "side"))
        kraken_own_text(json, &words->side);
    else if (WORD_IS(key, "order_type"))
        kraken_own_text(json, &words->kind);
    else if (WORD_IS(key, "order_qty"))
        kraken_own_amount(json, &row->qty);
    else if (WORD_IS(key, "cum_qty"))
        kraken_own_amount(json, &row->filled);
    else if (WORD_IS(key, "limit_price"))
        kraken_own_amount(json, &row->limit);
    else if (WORD_IS(key, "stop_price"))
        kraken_own_amount(json, &words->stop);
    else if (WORD_IS(key, "triggers"))
        read_triggers(json, row);
    else if (WORD_IS(key, "timestamp"))
        kraken_take_time(json, &row->time_ns);
    else
        json_skip(json);
}

/* A state is the order's status; where that is missing, the event's name says as much. */
static void settle_words(struct json *json, const struct words *words, struct kraken_own_row *row)
{
    row->has_state = kraken_own_state(words->status, &row->state) ||
                     kraken_own_state(words->exec_type, &row->state);
    row->has_side = kraken_own_side(words->side, &row->side);
    if (words->side.len > 0 && !row->has_side)
        json_refuse(json, "the side of an order is buy or sell");
    row->has_kind = words->kind.len > 0;
    row->kind = kraken_own_kind(words->kind);
    row->maker = WORD_IS(words->liquidity, "m");
    row->is_trade = WORD_IS(words->exec_type, "trade");
    if (row->trigger.at == NULL)
        row->trigger = words->stop;
    if (!venue_id_known(row->txid))
        json_refuse(json, "a row has an order_id");
    else if (row->is_trade &&
             (!venue_id_known(row->exec) || row->price.at == NULL || row->trade_qty.at == NULL))
        json_refuse(json, "a trade has an exec_id, a last_price and a last_qty");
}

bool kraken_own_execution(struct json *json, struct kraken_own_row *ret)
{
    struct json_text key;
    struct words words = {0};
    *ret = (struct kraken_own_row){0};
    json_object(json);
    while (json_key(json, &key)) {
        if (!read_trade_member(json, key, &words, ret))
            read_order_member(json, key, &words, ret);
    }
    if (json->error == NULL)
        settle_words(json, &words, ret);
    return json->error == NULL;
}

bool kraken_own_balance(struct json *json, struct kraken_own_balance *ret)
{
    struct json_text key, wallet = {0};
    *ret = (struct kraken_own_balance){0};
    json_object(json);
    while (json_key(json, &key)) {
        if (WORD_IS(key, "asset"))
            kraken_own_text(json, &ret->asset);
        else if (WORD_IS(key, "balance"))
            kraken_own_amount(json, &ret->balance);
        else if (WORD_IS(key, "type"))
            kraken_own_text(json, &ret->type);
        else if (WORD_IS(key, "amount"))
            kraken_own_amount(json, &ret->amount);
        else if (WORD_IS(key, "fee"))
            kraken_own_amount(json, &ret->fee);
        else if (WORD_IS(key, "ledger_id"))
            kraken_own_id(json, &ret->ledger);
        else if (WORD_IS(key, "wallet_type"))
            kraken_own_text(json, &wallet);
        else
            json_skip(json);
    }
    ret->spot = wallet.len == 0 || WORD_IS(wallet, "spot");
    if (json->error == NULL && (ret->asset.len == 0 || ret->balance.at == NULL))
        json_refuse(json, "a balance has an asset and a balance");
    return json->error == NULL;
}
