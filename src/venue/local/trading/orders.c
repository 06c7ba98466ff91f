/* SPDX-License-Identifier: MIT */
/* Nodes: their places in the lists of account and pair, their end, and what is said of them. */
#include <stddef.h>

#include "core/base/check.h"
#include "venue/local/trading/internal.h"

/* ---- An account's lists: open, oldest first; closed, latest first. ---- */

static void account_unlink(struct trading *trading, struct node *node, uint32_t *first,
                           uint32_t *last)
{
    struct node *before = node_at(trading, node->account_before);
    struct node *next = node_at(trading, node->account_next);
    *(before != NULL ? &before->account_next : first) = node->account_next;
    *(next != NULL ? &next->account_before : last) = node->account_before;
}

void node_list_open(struct trading *trading, struct node *node)
{
    struct account *account = &trading->accounts[node->order.account];
    const uint32_t slot = slot_of(trading, node);
    node->account_before = account->open_last;
    node->account_next = NIL;
    struct node *last = node_at(trading, account->open_last);
    *(last != NULL ? &last->account_next : &account->open_first) = slot;
    account->open_last = slot;
    trading->open_count++;
    trading->desks[node->order.pair].alive++;
    ++*open_count_of(trading, node->order.account, node->order.pair);
}

void node_list_closed(struct trading *trading, struct node *node)
{
    struct account *account = &trading->accounts[node->order.account];
    const uint32_t slot = slot_of(trading, node);
    node->account_before = NIL;
    node->account_next = account->closed_first;
    struct node *first = node_at(trading, account->closed_first);
    *(first != NULL ? &first->account_before : &account->closed_last) = slot;
    account->closed_first = slot;
}

uint32_t *open_count_of(struct trading *trading, uint32_t account, uint32_t pair)
{
    return &trading->open_counts[(size_t)account * trading->config.pair_count + pair];
}

/* The next id whose slot no open order holds; an ended order that stood there is forgotten. */
struct node *node_new(struct trading *trading)
{
    if (trading->open_count >= trading->config.order_max / 2)
        return NULL;
    struct node *node;
    do {
        node = &trading->nodes[++trading->order_last % trading->config.order_max];
    } while (node->order.id != 0 && trading_order_open(&node->order));
    if (node->order.id != 0) {
        struct account *account = &trading->accounts[node->order.account];
        account_unlink(trading, node, &account->closed_first, &account->closed_last);
    }
    *node = (struct node){
        .order.id = trading->order_last,
        .account_before = NIL,
        .account_next = NIL,
        .pair_before = NIL,
        .pair_next = NIL,
    };
    return node;
}

struct node *node_open(struct trading *trading, uint32_t account, uint64_t id)
{
    struct node *node = &trading->nodes[id % trading->config.order_max];
    const bool there = id != 0 && node->order.id == id && node->order.account == account;
    return there && trading_order_open(&node->order) ? node : NULL;
}

/* ---- A pair's lists. ---- */

bool node_resting_before(const struct node *a, const struct node *b)
{
    const int64_t pa = a->order.limit_ticks, pb = b->order.limit_ticks;
    if (pa != pb)
        return a->order.side == SIDE_BUY ? pa > pb : pa < pb;
    return a->sequence < b->sequence;
}

static uint32_t *first_of(struct desk *desk, const struct node *node)
{
    switch (node->place) {
    case PLACE_ARRIVING:
        return &desk->arriving;
    case PLACE_RESTING:
        return &desk->resting[node->order.side];
    case PLACE_WAITING:
        return &desk->waiting;
    case PLACE_NONE:
        break;
    }
    return NULL;
}

static uint32_t *last_of(struct desk *desk, const struct node *node)
{
    return node->place == PLACE_ARRIVING  ? &desk->arriving_last
           : node->place == PLACE_WAITING ? &desk->waiting_last
                                          : NULL;
}

static void pair_unlink(struct trading *trading, struct node *node)
{
    struct desk *desk = desk_of(trading, node);
    uint32_t *first = first_of(desk, node), *last = last_of(desk, node);
    struct node *before = node_at(trading, node->pair_before);
    struct node *next = node_at(trading, node->pair_next);
    if (first == NULL)
        return;
    *(before != NULL ? &before->pair_next : first) = node->pair_next;
    if (next != NULL)
        next->pair_before = node->pair_before;
    else if (last != NULL)
        *last = node->pair_before;
    node->place = PLACE_NONE;
}

/* Behind the last that goes before it. */
static uint32_t resting_before(struct trading *trading, const struct desk *desk,
                               const struct node *node)
{
    uint32_t before = NIL, at = desk->resting[node->order.side];
    while (at != NIL && node_resting_before(&trading->nodes[at], node)) {
        before = at;
        at = trading->nodes[at].pair_next;
    }
    return before;
}

void node_place(struct trading *trading, struct node *node, enum place place)
{
    pair_unlink(trading, node);
    if (place == PLACE_NONE)
        return;
    struct desk *desk = desk_of(trading, node);
    const uint32_t slot = slot_of(trading, node);
    node->place = place;
    uint32_t *first = first_of(desk, node), *last = last_of(desk, node);
    node->pair_before = last != NULL ? *last : resting_before(trading, desk, node);
    struct node *before = node_at(trading, node->pair_before);
    uint32_t *link = before != NULL ? &before->pair_next : first;
    node->pair_next = *link;
    *link = slot;
    struct node *next = node_at(trading, node->pair_next);
    if (next != NULL)
        next->pair_before = slot;
    else if (last != NULL)
        *last = slot;
}

/* ---- What happens to it. ---- */

int64_t node_visible(const struct node *node)
{
    const int64_t left = trading_order_left(&node->order);
    const int64_t shown = node->order.display_left_lots;
    return node->order.display_lots > 0 && shown < left ? shown : left;
}

void node_emit(struct trading *trading, enum trading_event_kind kind, const struct node *node)
{
    if (trading->config.on_event == NULL)
        return;
    const struct trading_event event = {
        .kind = kind,
        .account = node->order.account,
        .time_ns = trading->now_ns,
        .order = &node->order,
    };
    trading->config.on_event(trading->config.user, &event);
}

void node_end(struct trading *trading, struct node *node, enum trading_status status,
              enum trading_reason reason)
{
    struct trading_order *order = &node->order;
    struct account *account = &trading->accounts[order->account];
    CHECK(trading_order_open(order) && status > TRADING_PARTIAL);
    order->status = status;
    order->reason = reason;
    order->change_ns = order->close_ns = trading->now_ns;
    if (order->cash > 0)
        order->qty_lots = order->filled_lots;
    pair_unlink(trading, node);
    account_unlink(trading, node, &account->open_first, &account->open_last);
    node_list_closed(trading, node);
    trading->open_count--;
    trading->desks[order->pair].alive--;
    --*open_count_of(trading, order->account, order->pair);
    hold_update(trading, node);
    const enum trading_event_kind kind = status == TRADING_FILLED     ? TRADING_EVENT_FILLED
                                         : status == TRADING_CANCELED ? TRADING_EVENT_CANCELED
                                                                      : TRADING_EVENT_EXPIRED;
    node_emit(trading, kind, node);
}
