/* SPDX-License-Identifier: MIT */
/* New orders, one or many. */
#include "core/base/check.h"
#include "venue/local/trading/internal.h"

const char *rate_gate(struct trading *trading, uint32_t account, uint32_t pair, int64_t cost)
{
    if (!rate_admits(trading, account, pair, cost))
        return "EOrder:Rate limit exceeded";
    rate_charge(trading, account, pair, cost);
    return NULL;
}

struct node *order_enter(struct trading *trading, const struct trading_order *order)
{
    struct node *node = node_new(trading);
    if (node == NULL)
        return NULL;
    const uint64_t id = node->order.id;
    node->order = *order;
    node->order.id = id;
    node_list_open(trading, node);
    hold_update(trading, node);
    due_by(trading, order->expire_ns);
    due_by(trading, order->start_ns);
    node_emit(trading, TRADING_EVENT_PENDING, node);
    if (order->start_ns != 0)
        node_place(trading, node, PLACE_WAITING);
    else
        node_start(trading, node);
    return node;
}

/* Takes an order in that was found good in form. */
static const char *take_in(struct trading *trading, const struct trading_order *order,
                           bool validate, struct trading_order *ret)
{
    const char *fault = admit_state(trading, order, NULL);
    if (fault != NULL)
        return fault;
    *ret = *order;
    if (validate)
        return NULL;
    const struct node *node = order_enter(trading, order);
    CHECK(node != NULL);
    *ret = node->order;
    settle(trading, &trading->desks[order->pair]);
    return NULL;
}

const char *trading_add(struct trading *trading, uint32_t account, const struct trading_add *add,
                        struct trading_order *ret)
{
    CHECK(account < trading->account_count);
    if (add->pair >= trading->config.pair_count)
        return "EQuery:Unknown asset pair";
    struct trading_order order;
    const char *fault = rate_gate(trading, account, add->pair, rate_cost_fixed(RATE_ADD));
    fault = fault != NULL ? fault : admit_form(trading, account, add, &order);
    fault = fault != NULL ? fault : admit_market(trading, &order);
    fault = fault != NULL ? fault : admit_deadline(trading, add->deadline_ns);
    return fault != NULL ? fault : take_in(trading, &order, add->validate, ret);
}

static int64_t batch_cost(const struct trading *trading, uint32_t count)
{
    return trading->variant.batch_whole_cost ? (int64_t)count * rate_cost_fixed(RATE_ADD)
                                             : rate_cost_batch(count);
}

const char *trading_add_batch(struct trading *trading, uint32_t account,
                              const struct trading_add *adds, uint32_t count,
                              struct trading_batch_row *ret_rows)
{
    CHECK(account < trading->account_count);
    if (count < 2 || count > TRADING_BATCH_MAX)
        return "EGeneral:Invalid arguments:orders";
    const uint32_t pair = adds[0].pair;
    for (uint32_t i = 0; i < count; i++)
        if (adds[i].pair != pair)
            return "EGeneral:Invalid arguments:pair";
    if (pair >= trading->config.pair_count)
        return "EQuery:Unknown asset pair";
    const char *fault = rate_gate(trading, account, pair, batch_cost(trading, count));
    fault = fault != NULL ? fault : admit_deadline(trading, adds[0].deadline_ns);
    if (fault != NULL)
        return fault;
    struct trading_order orders[TRADING_BATCH_MAX];
    struct trading_batch_row rows[TRADING_BATCH_MAX] = {0};
    for (uint32_t i = 0; i < count; i++) {
        rows[i].error = admit_form(trading, account, &adds[i], &orders[i]);
        if (rows[i].error != NULL && !trading->variant.batch_strict)
            return rows[i].error;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (rows[i].error == NULL)
            rows[i].error = admit_market(trading, &orders[i]);
        if (rows[i].error == NULL)
            rows[i].error = take_in(trading, &orders[i], adds[0].validate, &rows[i].order);
        ret_rows[i] = rows[i];
    }
    return NULL;
}
