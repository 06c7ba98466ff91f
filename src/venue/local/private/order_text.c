/* SPDX-License-Identifier: MIT */
/* Orders, trades and ledger entries as REST shows them. */
#include <stdio.h>
#include <string.h>

#include "core/base/timestamp.h"
#include "venue/local/private/inside.h"

static const char *const type_words[TRADING_TYPE_COUNT] = {
    "market",
    "limit",
    "iceberg",
    "stop-loss",
    "take-profit",
    "trailing-stop",
    "stop-loss-limit",
    "take-profit-limit",
    "trailing-stop-limit",
    "settle-position",
};

const char *order_type_word(enum trading_type type)
{
    return type_words[type];
}

bool order_type_find(const char *word, enum trading_type *ret)
{
    for (int i = 0; i < TRADING_TYPE_COUNT; i++)
        if (strcmp(type_words[i], word) == 0) {
            *ret = (enum trading_type)i;
            return true;
        }
    return false;
}

/* Percent with four decimals; an offset with the pair's, its sign always shown. */
void describe_price(const struct pair *terms, const struct trading_price *price, char out[48])
{
    char digits[DECIMAL_TEXT_MAX];
    bool percent = price->kind == TRADING_PRICE_PPM || price->kind == TRADING_PRICE_AUTO_PPM;
    bool chosen = price->kind == TRADING_PRICE_AUTO || price->kind == TRADING_PRICE_AUTO_PPM;
    if (price->kind == TRADING_PRICE_NONE) {
        snprintf(out, 48, "0");
        return;
    }
    decimal_format(digits, price->value, percent ? 4 : terms->price_decimals);
    const char *sign = "";
    if (chosen)
        sign = "#";
    else if (price->kind != TRADING_PRICE_TICKS && price->value >= 0)
        sign = "+";
    snprintf(out, 48, "%s%s%s", sign, digits, percent ? "%" : "");
}

/* "limit 30010.0", "stop loss 2677.00 -> limit 2577.00" */
static void describe_terms(const struct pair *terms, enum trading_type type,
                           const struct trading_price *limit, const struct trading_price *trigger,
                           char *out, size_t size)
{
    static const char *const words[] = {"stop loss", "take profit", "trailing stop"};
    char first[48], second[48];
    describe_price(terms, trigger, first);
    describe_price(terms, limit, second);
    if (type == TRADING_MARKET || type == TRADING_SETTLE_POSITION)
        snprintf(out, size, "%s", type == TRADING_MARKET ? "market" : "settle position");
    else if (!trading_type_triggers(type))
        snprintf(out, size, "limit %s", second);
    else if (trading_type_limits(type))
        snprintf(out, size, "%s %s -> limit %s", words[type - TRADING_STOP_LOSS_LIMIT], first,
                 second);
    else
        snprintf(out, size, "%s %s", words[type - TRADING_STOP_LOSS], first);
}

/* The limit as it stands once it is known and was asked for as a price. */
static struct trading_price shown(const struct trading_price *asked, int64_t now_ticks)
{
    if (asked->kind == TRADING_PRICE_TICKS && now_ticks > 0)
        return (struct trading_price){TRADING_PRICE_TICKS, now_ticks};
    return *asked;
}

void describe_order(const struct private *private, const struct trading_order *order,
                    char out[DESCRIPTION_MAX])
{
    const struct instrument *instrument = private_instrument(private, order->pair);
    const struct trading_pair *pair = trading_pair(private->trading, order->pair);
    struct trading_price limit = shown(&order->limit_asked, order->limit_ticks);
    struct trading_price trigger = shown(&order->trigger_asked, order->trigger_ticks);
    char terms[128], volume[DECIMAL_TEXT_MAX];
    describe_terms(&instrument->terms, order->type, &limit, &trigger, terms, sizeof terms);
    if (order->cash > 0)
        decimal_format(volume, order->cash, private->assets[pair->quote].decimals);
    else
        decimal_format(volume, order->qty_lots, instrument->terms.qty_decimals);
    snprintf(out, DESCRIPTION_MAX, "%s %s %s @ %s", order->side == SIDE_BUY ? "buy" : "sell",
             volume, instrument->altname, terms);
}

void describe_close(const struct private *private, const struct trading_order *order,
                    char out[DESCRIPTION_MAX])
{
    char terms[128];
    out[0] = '\0';
    if (!order->close.wanted)
        return;
    describe_terms(&private_instrument(private, order->pair)->terms, order->close.type,
                   &order->close.limit, &order->close.trigger, terms, sizeof terms);
    snprintf(out, DESCRIPTION_MAX, "close position @ %s", terms);
}

void put_amount(struct json_writer *writer, const char *key, const struct private *private,
                uint32_t asset, int64_t amount)
{
    json_put_decimal_string(writer, key, amount, private->assets[asset].decimals);
}

void put_number(struct json_writer *writer, const char *key, const struct private *private,
                uint32_t asset, int64_t amount)
{
    json_put_decimal(writer, key, amount, private->assets[asset].decimals);
}

/* The ledger of dollars has four decimals, a cost in them is shown with five. */
void put_cost(struct json_writer *writer, const char *key, const struct private *private,
              uint32_t pair, int64_t amount)
{
    char text[DECIMAL_TEXT_MAX + DECIMAL_PLACES_MAX];
    const uint32_t held = private->assets[trading_pair(private->trading, pair)->quote].decimals;
    const uint32_t wanted = private_instrument(private, pair)->cost_decimals;
    size_t len = decimal_format(text, amount, held);
    for (uint32_t i = held; i < wanted; i++)
        text[len++] = '0';
    json_put_text(writer, key, text, len);
}

void put_seconds(struct json_writer *writer, const char *key, int64_t time_ns)
{
    if (time_ns == 0)
        json_put_int(writer, key, 0);
    else
        json_put_decimal(writer, key, time_ns / (NS_PER_S / 10000), 4);
}

void put_id(struct json_writer *writer, const char *key, const struct private *private, char kind,
            uint64_t id)
{
    char text[TRADING_ID_SIZE];
    trading_id_text(private->trading, kind, id, text);
    json_put_string(writer, key, text);
}

uint32_t fee_asset(const struct private *private, uint32_t pair, enum trading_fee_in fee_in)
{
    const struct trading_pair *terms = trading_pair(private->trading, pair);
    return fee_in == TRADING_FEE_BASE ? terms->base : terms->quote;
}

static void put_fee(struct json_writer *writer, const struct private *private, uint32_t pair,
                    enum trading_fee_in fee_in, int64_t fee)
{
    if (fee_in == TRADING_FEE_BASE)
        put_amount(writer, "fee", private, fee_asset(private, pair, fee_in), fee);
    else
        put_cost(writer, "fee", private, pair, fee);
}

static void put_description(struct json_writer *writer, const struct private *private,
                            const struct trading_order *order)
{
    const struct instrument *instrument = private_instrument(private, order->pair);
    char text[DESCRIPTION_MAX], price[48];
    struct trading_price limit = shown(&order->limit_asked, order->limit_ticks);
    struct trading_price trigger = shown(&order->trigger_asked, order->trigger_ticks);
    bool triggers = trading_type_triggers(order->type);
    json_begin_object(writer, "descr");
    json_put_string(writer, "pair", instrument->altname);
    json_put_string(writer, "type", order->side == SIDE_BUY ? "buy" : "sell");
    json_put_string(writer, "ordertype", type_words[order->type]);
    describe_price(&instrument->terms, triggers ? &trigger : &limit, price);
    json_put_string(writer, "price", price);
    describe_price(&instrument->terms, triggers ? &limit : &(struct trading_price){0}, price);
    json_put_string(writer, "price2", price);
    json_put_string(writer, "leverage", "none");
    describe_order(private, order, text);
    json_put_string(writer, "order", text);
    describe_close(private, order, text);
    json_put_string(writer, "close", text);
    json_end_object(writer);
}

static const char *status_word(enum trading_status status)
{
    static const char *const words[] = {"pending", "open", "open", "closed", "canceled", "expired"};
    return words[status];
}

static void join(char *list, size_t size, const char *word)
{
    size_t len = strlen(list);
    snprintf(list + len, size - len, "%s%s", len ? "," : "", word);
}

static void put_flags(struct json_writer *writer, const struct trading_order *order)
{
    char flags[32] = "", misc[48] = "";
    join(flags, sizeof flags, order->fee_in == TRADING_FEE_BASE ? "fcib" : "fciq");
    if (order->post_only)
        join(flags, sizeof flags, "post");
    if (order->cash > 0)
        join(flags, sizeof flags, "viqc");
    bool touched = order->type == TRADING_TAKE_PROFIT || order->type == TRADING_TAKE_PROFIT_LIMIT;
    if (order->triggered)
        join(misc, sizeof misc, touched ? "touched" : "stopped");
    if (order->amended)
        join(misc, sizeof misc, "amended");
    if (!trading_order_open(order) && order->filled_lots > 0 && order->status != TRADING_FILLED)
        join(misc, sizeof misc, "partial");
    json_put_string(writer, "misc", misc);
    json_put_string(writer, "oflags", flags);
}

static void put_order_trades(struct json_writer *writer, const struct private *private,
                             const struct trading_order *order)
{
    json_begin_array(writer, "trades");
    for (uint64_t id = order->trade_last; id;) {
        const struct trading_trade *trade = trading_trade(private->trading, order->account, id);
        if (!trade)
            break;
        put_id(writer, NULL, private, 'T', trade->id);
        id = trade->order_before;
    }
    json_end_array(writer);
}

static void put_names(struct json_writer *writer, const struct private *private,
                      const struct trading_order *order)
{
    if (order->parent)
        put_id(writer, "refid", private, 'O', order->parent);
    else
        json_put_null(writer, "refid");
    json_put_int(writer, "userref", order->userref);
    if (order->cl_ord_id[0])
        json_put_string(writer, "cl_ord_id", order->cl_ord_id);
    json_put_string(writer, "status", status_word(order->status));
    if (!trading_order_open(order)) {
        const char *reason = trading_reason_text(private->trading, order->reason);
        if (reason && order->status != TRADING_FILLED)
            json_put_string(writer, "reason", reason);
        else
            json_put_null(writer, "reason");
        put_seconds(writer, "closetm", order->close_ns);
    }
    put_seconds(writer, "opentm", order->open_ns);
    put_seconds(writer, "starttm", order->start_ns);
    put_seconds(writer, "expiretm", order->expire_ns);
}

void put_order(struct json_writer *writer, const struct private *private,
               const struct trading_order *order, bool trades)
{
    const struct pair *terms = &private_instrument(private, order->pair)->terms;
    char id[TRADING_ID_SIZE];
    bool triggers = trading_type_triggers(order->type);
    bool stop_shown = triggers && (order->triggered || !private->variant.stop_price_late);
    trading_id_text(private->trading, 'O', order->id, id);
    json_begin_object(writer, id);
    put_names(writer, private, order);
    put_description(writer, private, order);
    json_put_decimal_string(writer, "vol",
                            order->cash && !order->qty_lots ? order->filled_lots : order->qty_lots,
                            terms->qty_decimals);
    json_put_decimal_string(writer, "vol_exec", order->filled_lots, terms->qty_decimals);
    put_cost(writer, "cost", private, order->pair, order->cost);
    put_fee(writer, private, order->pair, order->fee_in, order->fee);
    json_put_decimal_string(writer, "price", trading_average(private->trading, order, 0),
                            terms->price_decimals);
    json_put_decimal_string(writer, "stopprice", stop_shown ? order->trigger_ticks : 0,
                            terms->price_decimals);
    json_put_decimal_string(writer, "limitprice",
                            triggers && order->triggered ? order->limit_ticks : 0,
                            terms->price_decimals);
    if (triggers)
        json_put_string(writer, "trigger", order->reference == TRADING_INDEX ? "index" : "last");
    put_flags(writer, order);
    if (trades)
        put_order_trades(writer, private, order);
    if (private->variant.extra_fields)
        json_put_string(writer, "news", "an undocumented member");
    json_end_object(writer);
}

void put_trade(struct json_writer *writer, const struct private *private,
               const struct trading_trade *trade, bool ledgers)
{
    const struct instrument *instrument = private_instrument(private, trade->pair);
    char id[TRADING_ID_SIZE];
    trading_id_text(private->trading, 'T', trade->id, id);
    json_begin_object(writer, id);
    put_id(writer, "ordertxid", private, 'O', trade->order);
    put_id(writer, "postxid", private, 'T', trade->id);
    json_put_string(writer, "pair", instrument->key);
    put_seconds(writer, "time", trade->time_ns);
    json_put_string(writer, "type", trade->side == SIDE_BUY ? "buy" : "sell");
    json_put_string(writer, "ordertype", type_words[trade->type]);
    json_put_decimal_string(writer, "price", trade->price_ticks, instrument->terms.price_decimals);
    put_cost(writer, "cost", private, trade->pair, trade->cost);
    put_fee(writer, private, trade->pair, trade->fee_in, trade->fee);
    json_put_decimal_string(writer, "vol", trade->qty_lots, instrument->terms.qty_decimals);
    json_put_string(writer, "margin", "0.00000");
    json_put_string(writer, "misc", "");
    json_put_uint(writer, "trade_id", trade->public_id);
    json_put_bool(writer, "maker", trade->maker);
    if (ledgers) {
        json_begin_array(writer, "ledgers");
        put_id(writer, NULL, private, 'L', trade->ledger_first);
        put_id(writer, NULL, private, 'L', trade->ledger_first + 1);
        json_end_array(writer);
    }
    json_end_object(writer);
}

void put_ledger(struct json_writer *writer, const struct private *private,
                const struct trading_ledger *ledger)
{
    static const char *const kinds[] = {"trade", "deposit", "withdrawal"};
    char id[TRADING_ID_SIZE];
    trading_id_text(private->trading, 'L', ledger->id, id);
    json_begin_object(writer, id);
    put_id(writer, "refid", private, ledger->kind == TRADING_LEDGER_TRADE ? 'T' : 'L', ledger->ref);
    put_seconds(writer, "time", ledger->time_ns);
    json_put_string(writer, "type", kinds[ledger->kind]);
    json_put_string(writer, "subtype", "");
    json_put_string(writer, "aclass", "currency");
    json_put_string(writer, "asset", private->assets[ledger->asset].id);
    put_amount(writer, "amount", private, ledger->asset, ledger->amount);
    put_amount(writer, "fee", private, ledger->asset, ledger->fee);
    put_amount(writer, "balance", private, ledger->asset, ledger->balance);
    json_end_object(writer);
}
