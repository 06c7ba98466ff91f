/* SPDX-License-Identifier: MIT */
/* The public market meets the orders that rest and wait. */
#include "core/base/check.h"
#include "venue/local/trading/internal.h"

static bool running(const struct trading *trading)
{
    return trading->system == TRADING_ONLINE || trading->system == TRADING_LIMIT_ONLY;
}

/* Orders better than the trade's price were passed by: they fill whole. */
static void fill_through(struct trading *trading, struct desk *desk, enum side side,
                         const struct trade *trade)
{
    while (desk->resting[side] != NIL) {
        struct node *node = &trading->nodes[desk->resting[side]];
        const int64_t limit = node->order.limit_ticks;
        if (side == SIDE_BUY ? limit <= trade->price_ticks : limit >= trade->price_ticks)
            break;
        fill_passive(trading, node, node_visible(node), trade->id);
    }
}

/* At its price a trade takes what stood there in turn: the market's lots that came before an order,
 * then the order. */
static void fill_at(struct trading *trading, struct desk *desk, enum side side,
                    const struct trade *trade)
{
    int64_t left = trade->qty_lots, gone = 0;
    while (desk->resting[side] != NIL && left > 0) {
        struct node *node = &trading->nodes[desk->resting[side]];
        if (node->order.limit_ticks != trade->price_ticks)
            break;
        const int64_t ahead = node->queue_lots > gone ? node->queue_lots - gone : 0;
        const int64_t passed = ahead < left ? ahead : left;
        gone += passed;
        left -= passed;
        if (left == 0)
            break;
        const int64_t visible = node_visible(node);
        const int64_t qty = visible < left ? visible : left;
        left -= qty;
        fill_passive(trading, node, qty, trade->id);
    }
    shorten_queues(trading, desk, side, trade->price_ticks, gone);
}

void trading_on_trade(struct trading *trading, uint32_t pair, const struct trade *trade)
{
    CHECK(pair < trading->config.pair_count);
    trading_advance(trading, trade->time_ns);
    struct desk *desk = &trading->desks[pair];
    desk->last_ticks = trade->price_ticks;
    if (desk->alive == 0 || !running(trading))
        return;
    const enum side side = trade->taker == SIDE_BUY ? SIDE_SELL : SIDE_BUY;
    fill_through(trading, desk, side, trade);
    fill_at(trading, desk, side, trade);
    settle(trading, desk);
}

/* The market has come to where clients rest: they stood there first, and fill at their price. */
static void fill_crossed(struct trading *trading, struct desk *desk, enum side side)
{
    const enum side other = side == SIDE_BUY ? SIDE_SELL : SIDE_BUY;
    const struct liquidity_side *levels = &desk->sides[other];
    uint32_t at = 0;
    while (at < levels->count && desk->resting[side] != NIL) {
        struct node *node = &trading->nodes[desk->resting[side]];
        const struct level *level = &levels->levels[at];
        const int64_t limit = node->order.limit_ticks;
        if (side == SIDE_BUY ? level->price_ticks > limit : level->price_ticks < limit)
            break;
        const int64_t there = level_left(trading, desk, other, level);
        const int64_t visible = node_visible(node);
        const int64_t qty = there < visible ? there : visible;
        if (qty == there)
            at++;
        if (qty == 0)
            continue;
        taken_add(trading, desk, other, level, qty);
        const struct trade trade = {.price_ticks = limit, .qty_lots = qty, .taker = other};
        desk->last_ticks = limit;
        fill_passive(trading, node, qty, public_tell(trading, node->order.pair, &trade, false));
    }
}

/* The queue before an order cannot be longer than its level: those who left were before it too. */
static void clip_queues(struct trading *trading, const struct desk *desk, enum side side)
{
    for (uint32_t at = desk->resting[side]; at != NIL; at = trading->nodes[at].pair_next) {
        struct node *node = &trading->nodes[at];
        if (node->queue_lots == 0)
            continue;
        const struct level *level = level_at(desk, side, node->order.limit_ticks);
        const int64_t there = level != NULL ? level_left(trading, desk, side, level) : 0;
        if (there < node->queue_lots)
            node->queue_lots = there;
    }
}

void trading_on_book(struct trading *trading, uint32_t pair, int64_t now_ns)
{
    CHECK(pair < trading->config.pair_count);
    trading_advance(trading, now_ns);
    struct desk *desk = &trading->desks[pair];
    if (desk->sides == NULL)
        return;
    if (desk->taken_count > 0)
        taken_settle(trading, desk);
    if (desk->alive == 0 || !running(trading))
        return;
    fill_crossed(trading, desk, SIDE_BUY);
    fill_crossed(trading, desk, SIDE_SELL);
    clip_queues(trading, desk, SIDE_BUY);
    clip_queues(trading, desk, SIDE_SELL);
    settle(trading, desk);
}

enum trading_system trading_system(const struct trading *trading)
{
    return trading->system;
}

void trading_set_system(struct trading *trading, enum trading_system system)
{
    const bool back = trading->system == TRADING_MAINTENANCE && system != TRADING_MAINTENANCE;
    trading->system = system;
    for (uint32_t i = 0; back && i < trading->account_count; i++)
        if (trading->accounts[i].timer_ns != 0)
            timer_fire(trading, i);
    trading->due_ns = trading->now_ns;
}

/* ---- The book as everyone sees it. ---- */

static void shown_add(struct liquidity_side *levels, enum side side, int64_t price_ticks,
                      int64_t qty_lots)
{
    uint32_t at = 0;
    while (at < levels->count && (side == SIDE_BUY ? levels->levels[at].price_ticks > price_ticks
                                                   : levels->levels[at].price_ticks < price_ticks))
        at++;
    if (at < levels->count && levels->levels[at].price_ticks == price_ticks) {
        levels->levels[at].qty_lots += qty_lots;
        return;
    }
    if (at == LIQUIDITY_LEVELS_MAX)
        return;
    if (levels->count < LIQUIDITY_LEVELS_MAX)
        levels->count++;
    for (uint32_t i = levels->count - 1; i > at; i--)
        levels->levels[i] = levels->levels[i - 1];
    levels->levels[at] = (struct level){price_ticks, qty_lots};
}

bool trading_touched(const struct trading *trading, uint32_t pair)
{
    CHECK(pair < trading->config.pair_count);
    const struct desk *desk = &trading->desks[pair];
    return desk->taken_count > 0 || desk->resting[SIDE_BUY] != NIL ||
           desk->resting[SIDE_SELL] != NIL;
}

void trading_shown(const struct trading *trading, uint32_t pair, enum side side,
                   struct liquidity_side *ret)
{
    CHECK(pair < trading->config.pair_count);
    const struct desk *desk = &trading->desks[pair];
    ret->count = 0;
    for (uint32_t i = 0; desk->sides != NULL && i < desk->sides[side].count; i++) {
        const struct level *level = &desk->sides[side].levels[i];
        const int64_t left = level_left(trading, desk, side, level);
        if (left > 0)
            ret->levels[ret->count++] = (struct level){level->price_ticks, left};
    }
    for (uint32_t at = desk->resting[side]; at != NIL; at = trading->nodes[at].pair_next) {
        const struct node *node = &trading->nodes[at];
        shown_add(ret, side, node->order.limit_ticks, node_visible(node));
    }
}
