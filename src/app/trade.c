/* SPDX-License-Identifier: MIT */
#include "app/trade.h"

#include <stdio.h>
#include <string.h>

struct bridge_trade trade_of_row(const struct ledger_trade *row)
{
    struct bridge_trade trade = {
        .qty_decimals = row->qty_decimals,
        .direction = 1, /* spot: what is held was bought */
        .number = row->number,
        .opened_ns = row->opened_ns,
        .closed_ns = row->closed_ns,
        .qty_lots = row->qty_lots,
        .entry_price = row->entry_price,
        .exit_price = row->exit_price,
        .cost = row->cost,
        .fee = row->fee,
        .pnl = row->pnl,
        .stop_hit = row->stop_hit,
        .purpose = (enum order_purpose)row->purpose,
        .by_hand = row->by_hand,
    };
    memcpy(trade.symbol, row->symbol, sizeof trade.symbol);
    snprintf(trade.strategies, sizeof trade.strategies, "%s", row->strategies);
    return trade;
}
