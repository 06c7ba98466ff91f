/* SPDX-License-Identifier: MIT */
/*
 * What an open order reserves: a sell its quantity, a buy its cost at the limit, or at the trigger
 * while it waits for one, and the fee where the fee is paid in what it reserves, at the taker's
 * rate unless it can only be maker. Rounded up, so that however the order fills, its fills
 * together never take more. A market order reserves nothing: it is over before anything else
 * happens, and each fill asks what the account can still pay.
 */
#include "core/base/check.h"
#include "venue/local/trading/internal.h"

static bool pays_fee_in(const struct trading_order *order)
{
    return order->side == SIDE_BUY ? order->fee_in == TRADING_FEE_QUOTE
                                   : order->fee_in == TRADING_FEE_BASE;
}

int64_t hold_needed(const struct trading *trading, const struct trading_order *order)
{
    const struct desk *desk = &trading->desks[order->pair];
    const bool limits = trading_type_limits(order->type);
    const bool waits = trading_type_triggers(order->type) && !order->triggered;
    if (!trading_order_open(order) || (!limits && !waits))
        return 0;
    const int64_t left = trading_order_left(order);
    const int64_t price = limits ? order->limit_ticks : order->trigger_ticks;
    const int64_t amount =
        order->side == SIDE_SELL ? base_of(desk, left) : cost_of(desk, price, left, ROUND_UP);
    if (!pays_fee_in(order) || amount == AMOUNT_MAX)
        return amount;
    const int64_t ppm = fee_ppm(trading, order->account, order->pair, order->post_only);
    const int64_t step = order->side == SIDE_BUY ? desk->cost_step : 1;
    const int64_t fee = trade_fee_of(amount, ppm, step, ROUND_UP);
    return fee > AMOUNT_MAX - amount ? AMOUNT_MAX : amount + fee;
}

void hold_update(struct trading *trading, struct node *node)
{
    struct trading_order *order = &node->order;
    const int64_t needed = hold_needed(trading, order);
    *hold_of(trading, order->account, order->hold_asset) += needed - order->hold;
    order->hold = needed;
}

void hold_lower(struct trading *trading, struct node *node)
{
    if (hold_needed(trading, &node->order) < node->order.hold)
        hold_update(trading, node);
}

/* The most that goes with its fee into an amount. */
static int64_t before_fee(int64_t amount, int64_t ppm)
{
    return (int64_t)((wide)amount * PPM / (PPM + ppm));
}

int64_t hold_affords(const struct trading *trading, const struct trading_order *order,
                     int64_t price_ticks, int64_t qty_lots)
{
    const struct desk *desk = &trading->desks[order->pair];
    const int64_t ppm =
        pays_fee_in(order) ? fee_ppm(trading, order->account, order->pair, false) : 0;
    const int64_t room = account_free(trading, order->account, order->hold_asset) + order->hold;
    const int64_t amount = room > 0 ? before_fee(room, ppm) : 0;
    int64_t most = amount / desk->lot_factor;
    if (order->side == SIDE_BUY) {
        const int64_t cash = order->cash - order->cost;
        const bool by_cash = order->cash > 0 && cash < amount;
        most = lots_for(desk, by_cash ? cash : amount, price_ticks);
    }
    return most < qty_lots ? most : qty_lots;
}
