/* SPDX-License-Identifier: MIT */
/* Reading: by id, and from one to the next. */
#include <string.h>

#include "core/base/check.h"
#include "venue/local/trading/internal.h"

const struct trading_order *trading_order(const struct trading *trading, uint32_t account,
                                          uint64_t id)
{
    const struct trading_order *order = &trading->nodes[id % trading->config.order_max].order;
    return id != 0 && order->id == id && order->account == account ? order : NULL;
}

const struct trading_trade *trading_trade(const struct trading *trading, uint32_t account,
                                          uint64_t id)
{
    const struct trading_trade *trade = &trading->trades[id % trading->config.trade_max];
    return id != 0 && trade->id == id && trade->account == account ? trade : NULL;
}

const struct trading_ledger *trading_ledger(const struct trading *trading, uint32_t account,
                                            uint64_t id)
{
    const struct trading_ledger *row = &trading->ledgers[id % (2 * trading->config.trade_max)];
    return id != 0 && row->id == id && row->account == account ? row : NULL;
}

const struct trading_amendment *trading_amendment(const struct trading *trading, uint32_t account,
                                                  uint64_t id)
{
    const struct trading_amendment *row = &trading->amendments[id % trading->config.order_max];
    if (id == 0 || row->id != id)
        return NULL;
    return trading_order(trading, account, row->order) != NULL ? row : NULL;
}

static const struct trading_order *order_at(const struct trading *trading, uint32_t slot)
{
    return slot == NIL ? NULL : &trading->nodes[slot].order;
}

static const struct node *node_of(const struct trading_order *order)
{
    return (const struct node *)(const void *)order;
}

const struct trading_order *trading_open_next(const struct trading *trading, uint32_t account,
                                              const struct trading_order *order)
{
    CHECK(account < trading->account_count);
    return order_at(trading, order == NULL ? trading->accounts[account].open_first
                                           : node_of(order)->account_next);
}

const struct trading_order *trading_closed_next(const struct trading *trading, uint32_t account,
                                                const struct trading_order *order)
{
    CHECK(account < trading->account_count);
    return order_at(trading, order == NULL ? trading->accounts[account].closed_first
                                           : node_of(order)->account_next);
}

const struct trading_order *trading_order_by_client(const struct trading *trading, uint32_t account,
                                                    const char *cl_ord_id)
{
    const struct trading_order *order = NULL;
    while ((order = trading_open_next(trading, account, order)) != NULL)
        if (order->cl_ord_id[0] != '\0' && strcmp(order->cl_ord_id, cl_ord_id) == 0)
            return order;
    return NULL;
}

const struct trading_trade *trading_trade_next(const struct trading *trading, uint32_t account,
                                               const struct trading_trade *trade)
{
    CHECK(account < trading->account_count);
    return trading_trade(trading, account,
                         trade == NULL ? trading->accounts[account].trade_last : trade->before);
}

const struct trading_ledger *trading_ledger_next(const struct trading *trading, uint32_t account,
                                                 const struct trading_ledger *ledger)
{
    CHECK(account < trading->account_count);
    return trading_ledger(trading, account,
                          ledger == NULL ? trading->accounts[account].ledger_last : ledger->before);
}
