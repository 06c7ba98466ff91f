/* SPDX-License-Identifier: MIT */
/*
 * An order takes: the best price first, whether the market or a client offers it. At one price the
 * market's lots that stood before a client's order go first, then the order, then the rest. What
 * clients took of a level stays deducted until the level changes or ten seconds have passed.
 */
#include "core/base/check.h"
#include "core/base/timestamp.h"
#include "venue/local/trading/internal.h"

/* Its place in the table, or the count. */
static uint32_t taken_find(const struct desk *desk, enum side side, int64_t price_ticks)
{
    uint32_t i = 0;
    while (i < desk->taken_count &&
           (desk->taken[i].price_ticks != price_ticks || desk->taken[i].side != side))
        i++;
    return i;
}

int64_t level_left(const struct trading *trading, const struct desk *desk, enum side side,
                   const struct level *level)
{
    const uint32_t at = taken_find(desk, side, level->price_ticks);
    if (at == desk->taken_count || desk->taken[at].until_ns <= trading->now_ns)
        return level->qty_lots;
    const int64_t taken = desk->taken[at].qty_lots;
    return level->qty_lots > taken ? level->qty_lots - taken : 0;
}

const struct level *level_at(const struct desk *desk, enum side side, int64_t price_ticks)
{
    if (desk->sides == NULL)
        return NULL;
    const struct liquidity_side *levels = &desk->sides[side];
    uint32_t low = 0, high = levels->count;
    while (low < high) {
        const uint32_t middle = (low + high) / 2;
        const int64_t there = levels->levels[middle].price_ticks;
        if (there == price_ticks)
            return &levels->levels[middle];
        if (side == SIDE_BUY ? there > price_ticks : there < price_ticks)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* Drops what the book has settled: the level shows another figure, or the time is over. */
void taken_settle(const struct trading *trading, struct desk *desk)
{
    for (uint32_t i = desk->taken_count; i-- > 0;) {
        const struct taken *taken = &desk->taken[i];
        const struct level *level = level_at(desk, taken->side, taken->price_ticks);
        if (level == NULL || level->qty_lots != taken->shown_lots ||
            taken->until_ns <= trading->now_ns)
            desk->taken[i] = desk->taken[--desk->taken_count];
    }
}

/* When the table is full the oldest makes room: a level is then whole again a little early. */
static struct taken *taken_new(struct desk *desk)
{
    if (desk->taken_count < TAKEN_MAX)
        return &desk->taken[desk->taken_count++];
    struct taken *oldest = &desk->taken[0];
    for (uint32_t i = 1; i < TAKEN_MAX; i++)
        if (desk->taken[i].until_ns < oldest->until_ns)
            oldest = &desk->taken[i];
    return oldest;
}

void taken_add(struct trading *trading, struct desk *desk, enum side side,
               const struct level *level, int64_t qty_lots)
{
    const uint32_t at = taken_find(desk, side, level->price_ticks);
    const bool there = at < desk->taken_count;
    struct taken *taken = there ? &desk->taken[at] : taken_new(desk);
    if (!there || taken->until_ns <= trading->now_ns)
        *taken = (struct taken){.side = side, .price_ticks = level->price_ticks};
    taken->qty_lots += qty_lots;
    taken->shown_lots = level->qty_lots;
    taken->until_ns = trading->now_ns + TAKEN_NS;
}

/* What stands best against an order: a level of the market, or a client's order. */
struct offer {
    int64_t price_ticks, qty_lots;
    const struct level *level; /* NULL: of a client */
    struct node *maker;
};

struct walk {
    uint32_t level;  /* the first that may have something left */
    uint32_t client; /* the first that still stands */
};

static bool within(const struct trading_order *order, int64_t price_ticks)
{
    if (!trading_type_limits(order->type))
        return true;
    return order->side == SIDE_BUY ? price_ticks <= order->limit_ticks
                                   : price_ticks >= order->limit_ticks;
}

static bool best_offer(const struct trading *trading, const struct trading_order *order,
                       struct walk *walk, struct offer *ret)
{
    const struct desk *desk = &trading->desks[order->pair];
    const enum side other = order->side == SIDE_BUY ? SIDE_SELL : SIDE_BUY;
    struct node *client = walk->client == NIL ? NULL : &trading->nodes[walk->client];
    const struct level *level = NULL;
    int64_t left = 0;
    for (; desk->sides != NULL && walk->level < desk->sides[other].count; walk->level++) {
        level = &desk->sides[other].levels[walk->level];
        left = level_left(trading, desk, other, level);
        if (left > 0)
            break;
        level = NULL;
    }
    if (client != NULL && level != NULL) {
        const int64_t theirs = client->order.limit_ticks, there = level->price_ticks;
        const bool client_better = other == SIDE_SELL ? theirs < there : theirs > there;
        if (client_better || (theirs == there && client->queue_lots <= 0)) {
            level = NULL;
        } else {
            if (theirs == there && client->queue_lots < left)
                left = client->queue_lots;
            client = NULL;
        }
    }
    if (client == NULL && level == NULL)
        return false;
    *ret = (struct offer){.level = level, .maker = client};
    ret->price_ticks = level != NULL ? level->price_ticks : client->order.limit_ticks;
    ret->qty_lots = level != NULL ? left : node_visible(client);
    return within(order, ret->price_ticks);
}

int64_t match_best(const struct trading *trading, const struct trading_order *order)
{
    const enum side other = order->side == SIDE_BUY ? SIDE_SELL : SIDE_BUY;
    struct walk walk = {.client = trading->desks[order->pair].resting[other]};
    struct offer offer;
    return best_offer(trading, order, &walk, &offer) ? offer.price_ticks : 0;
}

int64_t match_reach(const struct trading *trading, const struct trading_order *order,
                    int64_t enough, int64_t *ret_cost)
{
    const struct desk *desk = &trading->desks[order->pair];
    const enum side other = order->side == SIDE_BUY ? SIDE_SELL : SIDE_BUY;
    const struct liquidity_side *side = desk->sides != NULL ? &desk->sides[other] : NULL;
    uint32_t level = 0, client = desk->resting[other];
    int64_t reach = 0, cost = 0;
    while (reach < enough) {
        const struct node *node = client == NIL ? NULL : &trading->nodes[client];
        const bool more = side != NULL && level < side->count;
        if (node == NULL && !more)
            break;
        const int64_t theirs = node != NULL ? node->order.limit_ticks : 0;
        const int64_t there = more ? side->levels[level].price_ticks : 0;
        const bool from_node =
            node != NULL && (!more || (other == SIDE_SELL ? theirs <= there : theirs >= there));
        const int64_t price = from_node ? theirs : there;
        if (!within(order, price))
            break;
        int64_t qty = from_node ? trading_order_left(&node->order)
                                : level_left(trading, desk, other, &side->levels[level]);
        if (from_node && node->order.account == order->account)
            qty = 0;
        qty = qty < enough - reach ? qty : enough - reach;
        reach += qty;
        cost += cost_of(desk, price, qty, ROUND_UP);
        cost = cost < AMOUNT_MAX ? cost : AMOUNT_MAX;
        if (from_node)
            client = node->pair_next;
        else
            level++;
    }
    *ret_cost = cost;
    return reach;
}

static void prevent_self_trade(struct trading *trading, struct node *taker, struct node *maker)
{
    if (taker->order.stp != TRADING_CANCEL_NEWEST)
        node_end(trading, maker, TRADING_CANCELED, TRADING_REASON_STP);
    if (taker->order.stp != TRADING_CANCEL_OLDEST)
        node_end(trading, taker, TRADING_CANCELED, TRADING_REASON_STP);
}

void shorten_queues(struct trading *trading, const struct desk *desk, enum side side,
                    int64_t price_ticks, int64_t qty_lots)
{
    for (uint32_t at = desk->resting[side]; at != NIL; at = trading->nodes[at].pair_next) {
        struct node *node = &trading->nodes[at];
        const bool beyond = side == SIDE_BUY ? node->order.limit_ticks < price_ticks
                                             : node->order.limit_ticks > price_ticks;
        if (beyond)
            break;
        if (node->order.limit_ticks == price_ticks)
            node->queue_lots = node->queue_lots > qty_lots ? node->queue_lots - qty_lots : 0;
    }
}

static int64_t wanted(const struct trading *trading, const struct trading_order *order,
                      const struct offer *offer)
{
    const int64_t left = order->cash > 0 ? offer->qty_lots : trading_order_left(order);
    const int64_t qty = left < offer->qty_lots ? left : offer->qty_lots;
    if (trading_type_limits(order->type))
        return qty;
    return hold_affords(trading, order, offer->price_ticks, qty);
}

bool match_take(struct trading *trading, struct node *node)
{
    struct trading_order *order = &node->order;
    const uint64_t id = order->id;
    struct desk *desk = desk_of(trading, node);
    const enum side other = order->side == SIDE_BUY ? SIDE_SELL : SIDE_BUY;
    struct walk walk = {0};
    while (order->id == id && trading_order_open(order)) {
        struct offer offer;
        walk.client = desk->resting[other];
        if (!best_offer(trading, order, &walk, &offer))
            break;
        if (offer.maker != NULL && offer.maker->order.account == order->account) {
            prevent_self_trade(trading, node, offer.maker);
            continue;
        }
        const int64_t qty = wanted(trading, order, &offer);
        if (qty == 0)
            break;
        if (offer.level != NULL) {
            taken_add(trading, desk, other, offer.level, qty);
            shorten_queues(trading, desk, other, offer.price_ticks, qty);
        }
        fill_meet(trading, node, offer.maker, offer.price_ticks, qty);
    }
    return order->id == id && trading_order_open(order);
}
