/* SPDX-License-Identifier: MIT */
#include "account.h"

#include <string.h>

#include "core/portfolio/venue_id.h"
#include "venue/local/private/inside.h"

void account_make_sparse(struct exchange *exchange, int64_t stir_ns)
{
    exchange->stir_gap_ns = stir_ns;
    exchange->conflate = true;
}

void account_make_faultless(struct exchange *exchange)
{
    exchange->clients.faults.on = false;
    exchange->clients.faults.config.lag_ns = 0;
}

static const struct trading *trading_of(const struct exchange *exchange)
{
    return exchange->private->trading;
}

const struct pair *account_terms(const struct exchange *exchange, uint32_t pair)
{
    return &trading_pair(trading_of(exchange), pair)->terms;
}

int64_t account_coins(const struct exchange *exchange, uint32_t pair)
{
    const struct trading *trading = trading_of(exchange);
    const uint32_t base = trading_pair(trading, pair)->base;
    const int64_t finer = decimal_pow10(trading_asset(trading, base)->decimals -
                                        trading_pair(trading, pair)->terms.qty_decimals);
    return trading_balance(trading, 0, base) / finer;
}

int64_t account_covered(const struct exchange *exchange, uint32_t pair)
{
    int64_t lots = 0;
    const struct trading *trading = trading_of(exchange);
    for (const struct trading_order *order = NULL;
         (order = trading_open_next(trading, 0, order)) != NULL;) {
        if (order->pair == pair && order->side == SIDE_SELL && order->type == TRADING_STOP_LOSS) {
            lots += trading_order_left(order);
        }
    }
    return lots;
}

static bool is_ours(const struct trading *trading, const struct trading_order *order, uint32_t tag)
{
    uint32_t its_tag = 0;
    uint64_t number;
    const char *id = order->cl_ord_id;
    if (id[0] == '\0' && order->parent != 0) {
        const struct trading_order *parent = trading_order(trading, 0, order->parent);
        return parent != NULL && is_ours(trading, parent, tag);
    }
    return client_id_parse(id, strlen(id), &its_tag, &number) && its_tag == tag;
}

int64_t account_money(const struct exchange *exchange, uint32_t tag, int64_t money,
                      uint64_t *ret_count)
{
    const struct trading *trading = trading_of(exchange);
    *ret_count = 0;
    for (const struct trading_trade *trade = NULL;
         (trade = trading_trade_next(trading, 0, trade)) != NULL;) {
        const struct trading_order *order = trading_order(trading, 0, trade->order);
        if (order == NULL || !is_ours(trading, order, tag)) {
            continue;
        }
        const struct trading_pair *pair = trading_pair(trading, trade->pair);
        const int64_t paid =
            pair_notional(&pair->terms, trade->price_ticks, trade->qty_lots, ROUND_NEAREST);
        const int64_t fee =
            trade->fee *
            decimal_pow10(MONEY_DECIMALS - trading_asset(trading, pair->quote)->decimals);
        money += (trade->side == SIDE_BUY ? -paid : paid) - fee;
        ++*ret_count;
    }
    return money;
}

struct account_open account_open(const struct exchange *exchange, uint32_t tag, uint32_t pair)
{
    struct account_open open = {0};
    const struct trading *trading = trading_of(exchange);
    for (const struct trading_order *order = NULL;
         (order = trading_open_next(trading, 0, order)) != NULL;) {
        if (order->pair != pair || !is_ours(trading, order, tag)) {
            continue;
        }
        const bool stop = order->type == TRADING_STOP_LOSS && order->side == SIDE_SELL;
        open.stop_count += stop;
        open.other_count += !stop;
        open.stop_lots += stop ? trading_order_left(order) : 0;
    }
    return open;
}

int64_t account_paid(const struct exchange *exchange, int64_t since_ns)
{
    const struct trading *trading = trading_of(exchange);
    const uint32_t usd = trading_asset_find(trading, "USD");
    int64_t paid = 0;
    for (const struct trading_ledger *ledger = NULL;
         (ledger = trading_ledger_next(trading, 0, ledger)) != NULL;) {
        if (ledger->asset == usd && ledger->kind != TRADING_LEDGER_TRADE &&
            ledger->time_ns > since_ns) {
            paid += ledger->amount - ledger->fee;
        }
    }
    return paid * decimal_pow10(MONEY_DECIMALS - trading_asset(trading, usd)->decimals);
}

int64_t account_foreign(const struct exchange *exchange, uint32_t pair)
{
    const struct trading *trading = trading_of(exchange);
    int64_t lots = 0;
    for (const struct trading_trade *trade = NULL;
         (trade = trading_trade_next(trading, 0, trade)) != NULL;) {
        const struct trading_order *order = trading_order(trading, 0, trade->order);
        if (trade->pair == pair && order != NULL && order->userref != 0) { /* ours have none */
            lots += trade->side == SIDE_BUY ? trade->qty_lots : -trade->qty_lots;
        }
    }
    return lots;
}

bool account_online(const struct exchange *exchange)
{
    return trading_system(trading_of(exchange)) == TRADING_ONLINE;
}
