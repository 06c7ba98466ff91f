/* SPDX-License-Identifier: MIT */
/* What the account holds, and what was done with it. */
#include <string.h>

#include "core/base/decimal.h"
#include "operator/server/api_routes.h"
#include "platform/json/json.h"
#include "platform/json/json_writer.h"

/* Amounts in 1e-8 of the asset; value in money, negative where it is not known. */
struct balance {
    const char *asset;
    int64_t total, held, value;
};

static void put_balance(struct json_writer *writer, const struct balance *balance)
{
    json_begin_object(writer, NULL);
    json_put_string(writer, "asset", balance->asset);
    json_put_decimal_string(writer, "total", balance->total, MONEY_DECIMALS);
    json_put_decimal_string(writer, "held", balance->held, MONEY_DECIMALS);
    if (balance->value >= 0)
        json_put_decimal_string(writer, "value", balance->value, MONEY_DECIMALS);
    else
        json_put_null(writer, "value");
    json_end_object(writer);
}

/* An amount of the asset at the last price of the pair that quotes it in the account's currency. */
static int64_t value_of(const struct view *view, const char *asset, int64_t amount)
{
    if (strcmp(asset, view->account.currency) == 0)
        return amount;
    for (uint32_t i = 0; i < view->pair_count; i++) {
        const struct view_pair *pair = &view->pairs[i];
        int64_t value;
        if (pair->last_ticks > 0 && strcmp(pair->terms.base, asset) == 0 &&
            strcmp(pair->terms.quote, view->account.currency) == 0 &&
            decimal_from_double(decimal_to_double(amount, MONEY_DECIMALS) *
                                    decimal_to_double(pair->last_ticks, pair->terms.price_decimals),
                                MONEY_DECIMALS, ROUND_NEAREST, &value))
            return value;
    }
    return -1;
}

/* What the venue says that the account holds. */
static void put_venue(struct json_writer *writer, const struct view *view)
{
    for (uint32_t i = 0; i < view->at_venue.balance_count; i++) {
        const struct view_balance *each = &view->at_venue.balances[i];
        const struct balance balance = {each->asset, each->total, each->held,
                                        value_of(view, each->asset, each->total)};
        put_balance(writer, &balance);
    }
}

/* NULL until the venue has told how its prices and quantities count: they mean nothing before. */
static const struct view_pair *known_pair(const struct view *view, uint32_t pair)
{
    return pair < view->pair_count && pair_usable(&view->pairs[pair].terms) ? &view->pairs[pair]
                                                                            : NULL;
}

/* A quantity of the pair in 1e-8 of its base. */
static int64_t amount_of(const struct pair *terms, int64_t qty_lots)
{
    int64_t amount = 0;
    decimal_from_double(decimal_to_double(qty_lots, terms->qty_decimals), MONEY_DECIMALS,
                        ROUND_NEAREST, &amount);
    return amount;
}

/* What open orders of the pair would sell. */
static int64_t offered(const struct view *view, uint32_t pair)
{
    int64_t lots = 0;
    for (uint32_t i = 0; i < view->order_count; i++) {
        const struct order *order = &view->orders[i];
        if (order->pair == pair && order->side == SIDE_SELL)
            lots += order->qty_lots - order->filled_lots;
    }
    return lots;
}

/* Money that open orders would spend, those without a price at the last one. */
static int64_t bid(const struct view *view)
{
    int64_t money = 0;
    for (uint32_t i = 0; i < view->order_count; i++) {
        const struct order *order = &view->orders[i];
        const struct view_pair *pair = known_pair(view, order->pair);
        if (order->side != SIDE_BUY || !pair)
            continue;
        const int64_t ticks = order->limit_ticks > 0 ? order->limit_ticks : pair->last_ticks;
        money += pair_notional(&pair->terms, ticks, order->qty_lots - order->filled_lots, ROUND_UP);
    }
    return money;
}

/* On paper nobody else keeps the account: its cash, and what its positions hold. */
static void put_own(struct json_writer *writer, const struct view *view)
{
    const struct view_account *account = &view->account;
    const struct balance cash = {account->currency, account->cash, bid(view), account->cash};
    put_balance(writer, &cash);
    for (uint32_t i = 0; i < view->position_count; i++) {
        const struct view_position *position = &view->positions[i];
        const struct view_pair *pair = known_pair(view, position->pair);
        if (!pair)
            continue;
        const int64_t lots = offered(view, position->pair);
        const struct balance balance = {
            .asset = pair->terms.base,
            .total = amount_of(&pair->terms, position->qty_lots),
            .held = amount_of(&pair->terms, lots < position->qty_lots ? lots : position->qty_lots),
            .value = pair->last_ticks > 0 ? pair_notional(&pair->terms, pair->last_ticks,
                                                          position->qty_lots, ROUND_DOWN)
                                          : -1,
        };
        put_balance(writer, &balance);
    }
}

int api_get_balances(const struct api_source *source, const struct query *query,
                     struct json_writer *writer, const char *name)
{
    (void)query;
    const struct view *view = source->view;
    json_begin_object(writer, NULL);
    json_put_string(writer, "currency", view->account.currency);
    json_put_string(writer, "by", view->at_venue.trades ? "venue" : "session");
    json_begin_array(writer, name);
    if (view->at_venue.trades)
        put_venue(writer, view);
    else if (view->number)
        put_own(writer, view);
    json_end_array(writer);
    json_end_object(writer);
    return 200;
}

/* What was done, by the operator or by the session; thoughts that moved nothing are not among it.
 */
static bool was_done(const struct history_thought *thought, const struct query *query)
{
    (void)query;
    switch (thought->kind) {
    case RECORD_ENTRY:
    case RECORD_EXIT:
    case RECORD_ORDER_ENDED:
    case RECORD_PAUSED:
    case RECORD_RESUMED:
    case RECORD_FLOW:
    case RECORD_COMMAND:
    case RECORD_STOP:
    case RECORD_PLANNED:
        return true;
    default:
        return false;
    }
}

static bool is_told(struct json_text key)
{
    return json_is(key, "number") || json_is(key, "time") || json_is(key, "kind") ||
           json_is(key, "pair") || json_is(key, "sentence");
}

/* Of a thought the members that every kind has, as they stand in it. */
static void put_activity(struct json_writer *writer, const struct history_thought *thought)
{
    struct json json;
    struct json_text key;
    json_init(&json, thought->json, thought->len);
    json_object(&json);
    json_begin_object(writer, NULL);
    while (json_key(&json, &key)) {
        char name[16];
        const char *begin = json.at;
        const bool told = is_told(key);
        if (json_skip(&json) && told) {
            memcpy(name, key.at, key.len);
            name[key.len] = '\0';
            json_put_raw(writer, name, begin, (size_t)(json.at - begin));
        }
    }
    json_end_object(writer);
}

int api_get_activity(const struct api_source *source, const struct query *query,
                     struct json_writer *writer, const char *name)
{
    json_begin_object(writer, NULL);
    const uint64_t total = api_put_thoughts(source, query, writer, name, was_done, put_activity);
    api_put_page(writer, query, total);
    json_end_object(writer);
    return 200;
}
