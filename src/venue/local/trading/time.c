/* SPDX-License-Identifier: MIT */
/*
 * What falls due: orders that expire or start, and dead-man's timers. They are taken one by one in
 * order of their time, each at its own time. due_ns is a lower bound, so that a market event
 * usually costs one comparison here.
 */
#include "core/base/timestamp.h"
#include "venue/local/trading/internal.h"

#define TIMER_MAX_S 86399

struct due {
    int64_t time_ns;
    struct node *node; /* NULL: the account's timer */
    uint32_t account;
};

void due_by(struct trading *trading, int64_t time_ns)
{
    if (time_ns != 0 && time_ns < trading->due_ns)
        trading->due_ns = time_ns;
}

/* A scheduled order expires after its start: admit.c has seen to it. */
static int64_t due_of(const struct node *node)
{
    const struct trading_order *order = &node->order;
    if (order->status == TRADING_PENDING_NEW && order->start_ns != 0)
        return order->start_ns;
    return order->expire_ns != 0 ? order->expire_ns : INT64_MAX;
}

static struct due earliest(const struct trading *trading)
{
    struct due due = {.time_ns = INT64_MAX};
    for (uint32_t i = 0; i < trading->account_count; i++) {
        const struct account *account = &trading->accounts[i];
        if (account->timer_ns != 0 && account->timer_ns < due.time_ns)
            due = (struct due){account->timer_ns, NULL, i};
        for (uint32_t at = account->open_first; at != NIL; at = trading->nodes[at].account_next) {
            struct node *node = &trading->nodes[at];
            const int64_t time_ns = due_of(node);
            if (time_ns < due.time_ns)
                due = (struct due){time_ns, node, i};
        }
    }
    return due;
}

void timer_fire(struct trading *trading, uint32_t account)
{
    trading->accounts[account].timer_ns = 0;
    cancel_every(trading, account, TRADING_REASON_TIMER);
}

static void happen(struct trading *trading, const struct due *due)
{
    struct node *node = due->node;
    if (node == NULL) {
        timer_fire(trading, due->account);
        return;
    }
    struct desk *desk = desk_of(trading, node);
    if (node->order.expire_ns != 0 && node->order.expire_ns <= due->time_ns) {
        penalise(trading, &node->order);
        node_end(trading, node, TRADING_EXPIRED, TRADING_REASON_EXPIRED);
        return;
    }
    node_start(trading, node);
    settle(trading, desk);
}

void trading_advance(struct trading *trading, int64_t now_ns)
{
    if (now_ns < trading->now_ns)
        now_ns = trading->now_ns;
    while (trading->due_ns <= now_ns && trading->system != TRADING_MAINTENANCE) {
        const struct due due = earliest(trading);
        trading->due_ns = due.time_ns;
        if (due.time_ns > now_ns)
            break;
        if (due.time_ns > trading->now_ns)
            trading->now_ns = due.time_ns;
        happen(trading, &due);
    }
    trading->now_ns = now_ns;
}

int64_t trading_next_ns(const struct trading *trading)
{
    if (trading->due_ns == INT64_MAX || trading->system == TRADING_MAINTENANCE)
        return INT64_MAX;
    return earliest(trading).time_ns;
}

const char *trading_cancel_after(struct trading *trading, uint32_t account, int64_t timeout_s,
                                 int64_t *ret_ns)
{
    if (trading->system == TRADING_MAINTENANCE)
        return "EService:Unavailable";
    if (timeout_s < 0 || timeout_s > TIMER_MAX_S)
        return "EGeneral:Invalid arguments:timeout";
    int64_t *timer_ns = &trading->accounts[account].timer_ns;
    *timer_ns = timeout_s == 0 ? 0 : trading->now_ns + timeout_s * NS_PER_S;
    *ret_ns = *timer_ns;
    due_by(trading, *timer_ns);
    return NULL;
}
