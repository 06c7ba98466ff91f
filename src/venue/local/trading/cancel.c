/* SPDX-License-Identifier: MIT */
/*
 * Cancels. A single one is refused when the counter would go above its limit; of many, those that
 * are too dear stay, and only if none could go is that an error. cancel_all is neither counted nor
 * refused: it is what one reaches for when all else fails.
 */
#include "core/base/check.h"
#include "venue/local/trading/internal.h"

static const char *cancel_one(struct trading *trading, struct node *node)
{
    const struct trading_order *order = &node->order;
    const int64_t cost = rate_cost_by_age(RATE_CANCEL, trading->now_ns - order->open_ns);
    if (!trading->variant.cancel_unlimited &&
        !rate_admits(trading, order->account, order->pair, cost))
        return "EOrder:Rate limit exceeded";
    rate_charge(trading, order->account, order->pair, cost);
    node_end(trading, node, TRADING_CANCELED, TRADING_REASON_USER);
    return NULL;
}

static const char *closed_for_all(const struct trading *trading)
{
    return trading->system == TRADING_MAINTENANCE ? "EService:Unavailable" : NULL;
}

const char *trading_cancel(struct trading *trading, uint32_t account, uint64_t order)
{
    CHECK(account < trading->account_count);
    const char *fault = closed_for_all(trading);
    if (fault != NULL)
        return fault;
    struct node *node = node_open(trading, account, order);
    return node == NULL ? "EOrder:Unknown order" : cancel_one(trading, node);
}

const char *trading_cancel_userref(struct trading *trading, uint32_t account, int32_t userref,
                                   uint32_t *ret_count)
{
    CHECK(account < trading->account_count);
    const char *fault = closed_for_all(trading);
    uint32_t count = 0, next;
    for (uint32_t at = trading->accounts[account].open_first; fault == NULL && at != NIL;
         at = next) {
        struct node *node = &trading->nodes[at];
        next = node->account_next;
        if (node->order.userref != userref)
            continue;
        fault = cancel_one(trading, node);
        count += fault == NULL;
    }
    if (count == 0)
        return fault != NULL ? fault : "EOrder:Unknown order";
    *ret_count = count;
    return NULL;
}

const char *trading_cancel_batch(struct trading *trading, uint32_t account, const uint64_t *orders,
                                 uint32_t count, uint32_t *ret_count)
{
    CHECK(account < trading->account_count);
    const char *fault = closed_for_all(trading);
    if (fault != NULL)
        return fault;
    uint32_t done = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct node *node = node_open(trading, account, orders[i]);
        const char *refused = node != NULL ? cancel_one(trading, node) : NULL;
        done += node != NULL && refused == NULL;
        fault = refused != NULL ? refused : fault;
    }
    if (done == 0 && fault != NULL)
        return fault;
    *ret_count = done;
    return NULL;
}

uint32_t cancel_every(struct trading *trading, uint32_t account, enum trading_reason reason)
{
    uint32_t count = 0;
    while (trading->accounts[account].open_first != NIL) {
        struct node *node = &trading->nodes[trading->accounts[account].open_first];
        node_end(trading, node, TRADING_CANCELED, reason);
        count++;
    }
    return count;
}

const char *trading_cancel_all(struct trading *trading, uint32_t account, uint32_t *ret_count)
{
    CHECK(account < trading->account_count);
    const char *fault = closed_for_all(trading);
    if (fault != NULL)
        return fault;
    *ret_count = cancel_every(trading, account, TRADING_REASON_USER);
    return NULL;
}
