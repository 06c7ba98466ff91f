/* SPDX-License-Identifier: MIT */
/*
 * What one request or one market event sets off. An order that arrives takes what it may and rests,
 * or ends; its trades move the last price, which may fire triggers; its fills may make orders by
 * conditional close. All of these arrive in turn, until nothing does.
 */
#include "core/base/check.h"
#include "venue/local/trading/internal.h"

void queue_join(struct trading *trading, struct node *node)
{
    const struct desk *desk = &trading->desks[node->order.pair];
    const enum side side = node->order.side;
    const struct level *level = level_at(desk, side, node->order.limit_ticks);
    node->queue_lots = level != NULL ? level_left(trading, desk, side, level) : 0;
    node->sequence = ++trading->sequence;
    node_place(trading, node, PLACE_RESTING);
}

void penalise(struct trading *trading, const struct trading_order *order)
{
    if (trading->variant.end_penalised)
        rate_charge(trading, order->account, order->pair,
                    rate_cost_by_age(RATE_CANCEL, trading->now_ns - order->open_ns));
}

/* A market order is over, whatever it got. By cash it is whole when no further lot can be had. */
static void end_market(struct trading *trading, struct node *node)
{
    const struct trading_order *order = &node->order;
    const int64_t price_ticks = match_best(trading, order);
    if (price_ticks == 0)
        node_end(trading, node, TRADING_CANCELED, TRADING_REASON_LIQUIDITY);
    else if (order->cash > 0 && order->filled_lots > 0 &&
             lots_for(desk_of(trading, node), order->cash - order->cost, price_ticks) == 0)
        node_end(trading, node, TRADING_FILLED, TRADING_REASON_NONE);
    else
        node_end(trading, node, TRADING_CANCELED, TRADING_REASON_FUNDS);
}

static void arrive(struct trading *trading, struct node *node)
{
    struct trading_order *order = &node->order;
    node_place(trading, node, PLACE_NONE);
    if (order->status == TRADING_PENDING_NEW) {
        if (order->post_only && match_best(trading, order) != 0) {
            penalise(trading, order);
            node_end(trading, node, TRADING_CANCELED, TRADING_REASON_POST_ONLY);
            return;
        }
        order->status = TRADING_NEW;
        order->change_ns = trading->now_ns;
        node_emit(trading, TRADING_EVENT_NEW, node);
    }
    int64_t cost;
    const int64_t left = trading_order_left(order);
    if (order->tif == TRADING_FOK && match_reach(trading, order, left, &cost) < left) {
        node_end(trading, node, TRADING_CANCELED, TRADING_REASON_FOK);
        return;
    }
    if (!match_take(trading, node))
        return;
    if (!trading_type_limits(order->type)) {
        end_market(trading, node);
    } else if (order->tif == TRADING_IOC) {
        node_end(trading, node, trading->variant.ioc_expires ? TRADING_EXPIRED : TRADING_CANCELED,
                 TRADING_REASON_IOC);
    } else {
        const int64_t rest = trading_order_left(order);
        order->display_left_lots = order->display_lots < rest ? order->display_lots : rest;
        queue_join(trading, node);
    }
}

bool trigger_met(const struct trading_order *order, int64_t price_ticks)
{
    const bool profits =
        order->type == TRADING_TAKE_PROFIT || order->type == TRADING_TAKE_PROFIT_LIMIT;
    const bool rising = (order->side == SIDE_BUY) != profits;
    if (price_ticks == 0)
        return false;
    return rising ? price_ticks >= order->trigger_ticks : price_ticks <= order->trigger_ticks;
}

/* The best price it has seen drags the trigger along, and the limit with it. */
static void trail(struct trading *trading, struct node *node, int64_t price_ticks)
{
    struct trading_order *order = &node->order;
    const bool better =
        order->side == SIDE_BUY ? price_ticks < order->peak_ticks : price_ticks > order->peak_ticks;
    if (!better || price_ticks == 0)
        return;
    const int64_t trigger = price_trigger(trading, order, price_ticks);
    if (trigger == 0)
        return;
    order->peak_ticks = price_ticks;
    if (trigger == order->trigger_ticks)
        return;
    order->trigger_ticks = trigger;
    if (trading_type_limits(order->type)) {
        const int64_t limit = price_limit(trading, order, trigger);
        order->limit_ticks = limit > 0 ? limit : order->limit_ticks;
    }
    hold_lower(trading, node);
    node_emit(trading, TRADING_EVENT_STATUS, node);
}

static void fire(struct trading *trading, struct node *node, int64_t price_ticks)
{
    struct trading_order *order = &node->order;
    order->triggered = true;
    order->trigger_ns = trading->now_ns;
    order->trigger_last_ticks = price_ticks;
    hold_lower(trading, node);
    node_place(trading, node, PLACE_ARRIVING);
    node_emit(trading, TRADING_EVENT_STATUS, node);
}

static void check_triggers(struct trading *trading, struct desk *desk)
{
    uint32_t next;
    for (uint32_t at = desk->waiting; at != NIL; at = next) {
        struct node *node = &trading->nodes[at];
        next = node->pair_next;
        if (node->order.status == TRADING_PENDING_NEW)
            continue;
        const int64_t price_ticks = price_reference(desk, &node->order);
        if (trading_type_trails(node->order.type))
            trail(trading, node, price_ticks);
        if (trigger_met(&node->order, price_ticks))
            fire(trading, node, price_ticks);
    }
}

void node_start(struct trading *trading, struct node *node)
{
    struct trading_order *order = &node->order;
    if (!trading_type_triggers(order->type)) {
        node_place(trading, node, PLACE_ARRIVING);
        return;
    }
    order->status = TRADING_NEW;
    order->change_ns = trading->now_ns;
    node_place(trading, node, PLACE_WAITING);
    node_emit(trading, TRADING_EVENT_NEW, node);
}

void settle(struct trading *trading, struct desk *desk)
{
    check_triggers(trading, desk);
    while (desk->arriving != NIL) {
        arrive(trading, &trading->nodes[desk->arriving]);
        check_triggers(trading, desk);
    }
}
