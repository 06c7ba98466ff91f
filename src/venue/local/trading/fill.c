/* SPDX-License-Identifier: MIT */
/*
 * A trade, and what it moves. Both sides of it move by the same cost. Costs round to the nearest
 * digit and fees as the variant says, so many small fills could come to a digit more than their
 * order reserved: then the fee gives way, and at the very last the cost. No balance ever falls
 * below zero, and what leaves the accounts is fees alone.
 */
#include "core/base/check.h"
#include "venue/local/trading/internal.h"

struct fill {
    int64_t price_ticks, qty_lots;
    int64_t cost;
    bool maker;
    uint64_t public_id;
};

/* What the order reserves after a fill that takes `amount` of it. Never more than the share of what
 * is then left, whatever the fee tier has become since; and so much less at least. */
static int64_t hold_after(const struct trading *trading, const struct trading_order *order,
                          int64_t qty_lots, int64_t amount)
{
    if (order->hold <= amount)
        return 0;
    struct trading_order after = *order;
    after.filled_lots += qty_lots;
    const int64_t needed = hold_needed(trading, &after);
    const int64_t left = trading_order_left(order);
    const wide share = ((wide)order->hold * trading_order_left(&after) + left - 1) / left;
    const int64_t most = share < order->hold - amount ? (int64_t)share : order->hold - amount;
    return needed < most ? needed : most;
}

/* The cost, as far as the buyer can pay it. */
static int64_t cost_for(const struct trading *trading, const struct trading_order *buyer,
                        int64_t price_ticks, int64_t qty_lots)
{
    const struct desk *desk = &trading->desks[buyer->pair];
    const int64_t cost = cost_of(desk, price_ticks, qty_lots, ROUND_NEAREST);
    const int64_t most = account_free(trading, buyer->account, buyer->hold_asset) + buyer->hold;
    return cost < most ? cost : most - most % desk->cost_step;
}

static int64_t fee_for(const struct trading *trading, const struct trading_order *order,
                       const struct fill *fill, int64_t after)
{
    const struct desk *desk = &trading->desks[order->pair];
    const bool buy = order->side == SIDE_BUY, in_base = order->fee_in == TRADING_FEE_BASE;
    const int64_t lots = base_of(desk, fill->qty_lots);
    const int64_t of = in_base ? lots : fill->cost;
    const int64_t step = in_base ? 1 : desk->cost_step;
    const int64_t ppm = fee_ppm(trading, order->account, order->pair, fill->maker);
    const int64_t fee = trade_fee_of(of, ppm, step, trading->variant.fee_rounding);
    int64_t most = of;
    if (buy != in_base) { /* paid in what the order gives */
        const int64_t gives = buy ? fill->cost : lots;
        most = account_free(trading, order->account, order->hold_asset) + order->hold - after;
        most -= gives;
    }
    return fee < most ? fee : most - most % step;
}

static void emit_trade(struct trading *trading, const struct node *node,
                       const struct trading_trade *trade)
{
    if (trading->config.on_event == NULL)
        return;
    const struct trading_event event = {
        .kind = TRADING_EVENT_TRADE,
        .account = trade->account,
        .time_ns = trading->now_ns,
        .order = &node->order,
        .trade = trade,
    };
    trading->config.on_event(trading->config.user, &event);
}

/* The two rows of a trade: base, then quote. */
static uint64_t move_balances(struct trading *trading, const struct trading_trade *trade)
{
    const struct desk *desk = &trading->desks[trade->pair];
    const int64_t lots = base_of(desk, trade->qty_lots);
    const bool buy = trade->side == SIDE_BUY, in_base = trade->fee_in == TRADING_FEE_BASE;
    struct trading_ledger row = {
        .kind = TRADING_LEDGER_TRADE,
        .ref = trade->id,
        .account = trade->account,
        .asset = desk->pair.base,
        .amount = buy ? lots : -lots,
        .fee = in_base ? trade->fee : 0,
    };
    const uint64_t first = ledger_add(trading, &row);
    row.asset = desk->pair.quote;
    row.amount = buy ? -trade->cost : trade->cost;
    row.fee = in_base ? 0 : trade->fee;
    ledger_add(trading, &row);
    return first;
}

static struct trading_trade *trade_add(struct trading *trading, const struct trading_order *order,
                                       const struct fill *fill, int64_t fee)
{
    struct account *account = &trading->accounts[order->account];
    const uint64_t id = ++trading->trade_last;
    struct trading_trade *trade = &trading->trades[id % trading->config.trade_max];
    const struct trading_pair *pair = &trading->desks[order->pair].pair;
    *trade = (struct trading_trade){
        .id = id,
        .order = order->id,
        .public_id = fill->public_id,
        .account = order->account,
        .pair = order->pair,
        .side = order->side,
        .type = order->type,
        .maker = fill->maker,
        .fee_in = order->fee_in,
        .time_ns = trading->now_ns,
        .price_ticks = fill->price_ticks,
        .qty_lots = fill->qty_lots,
        .cost = fill->cost,
        .fee = fee,
        .fee_usd =
            dollars_of(trading, order->fee_in == TRADING_FEE_BASE ? pair->base : pair->quote, fee),
        .order_before = order->trade_last,
        .before = account->trade_last,
    };
    account->trade_last = id;
    return trade;
}

/* The shown part of an iceberg is gone: the next stands at the end of the queue. */
static void refill(struct trading *trading, struct node *node)
{
    const int64_t left = trading_order_left(&node->order);
    node->order.display_left_lots =
        node->order.display_lots < left ? node->order.display_lots : left;
    queue_join(trading, node);
    node_emit(trading, TRADING_EVENT_REFILL, node);
}

static void fill_side(struct trading *trading, struct node *node, const struct fill *fill)
{
    struct trading_order *order = &node->order;
    struct desk *desk = desk_of(trading, node);
    const int64_t gives = order->side == SIDE_BUY ? fill->cost : base_of(desk, fill->qty_lots);
    const int64_t after = hold_after(trading, order, fill->qty_lots, gives);
    const int64_t fee = fee_for(trading, order, fill, after);
    struct trading_trade *trade = trade_add(trading, order, fill, fee);
    *hold_of(trading, order->account, order->hold_asset) += after - order->hold;
    order->hold = after;
    order->filled_lots += fill->qty_lots;
    order->cost += fill->cost;
    order->fee += fee;
    order->fee_usd += trade->fee_usd;
    order->trade_count++;
    order->trade_last = trade->id;
    order->change_ns = trading->now_ns;
    order->status = TRADING_PARTIAL;
    node->product += (wide)fill->price_ticks * fill->qty_lots;
    trade->ledger_first = move_balances(trading, trade);
    trading_add_volume(trading, order->account, dollars_of(trading, desk->pair.quote, fill->cost));
    emit_trade(trading, node, trade);
    const bool done = order->cash == 0 && trading_order_left(order) == 0;
    if (order->display_lots > 0 && node->place == PLACE_RESTING) {
        order->display_left_lots -= fill->qty_lots;
        if (order->display_left_lots == 0 && !done)
            refill(trading, node);
    }
    if (done)
        node_end(trading, node, TRADING_FILLED, TRADING_REASON_NONE);
    if (order->close.wanted)
        close_make(trading, node, fill->qty_lots);
}

uint64_t public_tell(struct trading *trading, uint32_t pair, const struct trade *trade, bool market)
{
    struct trade counted = *trade;
    counted.time_ns = trading->now_ns;
    counted.id = ++trading->desks[pair].public_id;
    if (trading->config.on_public == NULL)
        return counted.id;
    return trading->config.on_public(trading->config.user, pair, &counted, market);
}

void fill_meet(struct trading *trading, struct node *taker, struct node *maker, int64_t price_ticks,
               int64_t qty_lots)
{
    struct desk *desk = desk_of(trading, taker);
    struct fill fill = {.price_ticks = price_ticks, .qty_lots = qty_lots};
    const struct node *buyer = taker->order.side == SIDE_BUY ? taker : maker;
    fill.cost = buyer != NULL ? cost_for(trading, &buyer->order, price_ticks, qty_lots)
                              : cost_of(desk, price_ticks, qty_lots, ROUND_NEAREST);
    desk->last_ticks = price_ticks;
    const struct trade trade = {
        .price_ticks = price_ticks, .qty_lots = qty_lots, .taker = taker->order.side};
    fill.public_id =
        public_tell(trading, taker->order.pair, &trade, !trading_type_limits(taker->order.type));
    fill_side(trading, taker, &fill);
    fill.maker = true;
    if (maker != NULL)
        fill_side(trading, maker, &fill);
}

void fill_passive(struct trading *trading, struct node *node, int64_t qty_lots, uint64_t public_id)
{
    struct fill fill = {
        .price_ticks = node->order.limit_ticks,
        .qty_lots = qty_lots,
        .maker = true,
        .public_id = public_id,
    };
    fill.cost = node->order.side == SIDE_BUY
                    ? cost_for(trading, &node->order, fill.price_ticks, qty_lots)
                    : cost_of(desk_of(trading, node), fill.price_ticks, qty_lots, ROUND_NEAREST);
    fill_side(trading, node, &fill);
}
