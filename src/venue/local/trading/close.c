/* SPDX-License-Identifier: MIT */
/*
 * Conditional close: each fill makes an order on the other side for the filled quantity, which
 * lives on its own. It asks no counter and no limit of open orders; what the account cannot cover
 * (a fee taken in base) makes it smaller, and below one lot there is none.
 */
#include "venue/local/trading/internal.h"

/* As many lots as the account's free balance covers. */
static int64_t covered(const struct trading *trading, const struct trading_order *order)
{
    const int64_t room = account_free(trading, order->account, order->hold_asset);
    if (hold_needed(trading, order) <= room)
        return order->qty_lots;
    struct trading_order less = *order;
    int64_t low = 0, high = order->qty_lots;
    while (low + 1 < high) {
        less.qty_lots = low + (high - low) / 2;
        if (hold_needed(trading, &less) <= room)
            low = less.qty_lots;
        else
            high = less.qty_lots;
    }
    return low;
}

void close_make(struct trading *trading, const struct node *parent, int64_t qty_lots)
{
    const struct trading_order *from = &parent->order;
    const struct desk *desk = &trading->desks[from->pair];
    struct trading_order order = {
        .parent = from->id,
        .account = from->account,
        .pair = from->pair,
        .side = from->side == SIDE_BUY ? SIDE_SELL : SIDE_BUY,
        .type = from->close.type == TRADING_ICEBERG ? TRADING_LIMIT : from->close.type,
        .stp = from->stp,
        .fee_in = from->fee_in,
        .reference = from->reference,
        .qty_lots = qty_lots,
        .limit_asked = from->close.limit,
        .trigger_asked = from->close.trigger,
        .hold_asset = from->side == SIDE_BUY ? desk->pair.base : desk->pair.quote,
        .open_ns = trading->now_ns,
        .change_ns = trading->now_ns,
        .userref = from->userref,
    };
    if (order_prices(trading, &order) != NULL)
        return;
    order.qty_lots = covered(trading, &order);
    const bool small = admit_minimums(trading, &order) != NULL;
    if (order.qty_lots > 0 && !(small && trading->variant.small_close_dropped))
        order_enter(trading, &order);
}
