/* SPDX-License-Identifier: MIT */
/*
 * Changes of open orders: amend in place, and the older edit, which is a cancel and a new order in
 * one. An amended order keeps its place in the queue only if nothing but its quantity fell.
 */
#include "core/base/check.h"
#include "venue/local/trading/internal.h"

static const char *find(struct trading *trading, uint32_t account, uint64_t id,
                        enum rate_action action, struct node **ret)
{
    CHECK(account < trading->account_count);
    if (trading->system == TRADING_MAINTENANCE)
        return "EService:Unavailable";
    struct node *node = node_open(trading, account, id);
    if (node == NULL)
        return "EOrder:Unknown order";
    const struct trading_order *order = &node->order;
    const int64_t fixed = rate_cost_fixed(action);
    const int64_t more = rate_cost_by_age(action, trading->now_ns - order->open_ns);
    if (!rate_admits(trading, account, order->pair, fixed + more))
        return "EOrder:Rate limit exceeded";
    rate_charge(trading, account, order->pair, fixed);
    *ret = node;
    return NULL;
}

static void charge_age(struct trading *trading, const struct trading_order *order,
                       enum rate_action action)
{
    rate_charge(trading, order->account, order->pair,
                rate_cost_by_age(action, trading->now_ns - order->open_ns));
}

static struct trading_amendment *remember(struct trading *trading, struct trading_order *order,
                                          enum trading_amend_kind kind)
{
    const uint64_t id = ++trading->amend_last;
    struct trading_amendment *amendment = &trading->amendments[id % trading->config.order_max];
    *amendment = (struct trading_amendment){
        .id = id,
        .order = order->id,
        .before = order->amend_last,
        .kind = kind,
        .reason = kind == TRADING_AMEND_USER ? TRADING_REASON_AMENDED : TRADING_REASON_NONE,
        .time_ns = kind == TRADING_AMEND_ORIGINAL ? order->open_ns : trading->now_ns,
        .qty_lots = order->qty_lots,
        .left_lots = trading_order_left(order),
        .display_lots = order->display_lots,
        .limit_ticks = order->limit_ticks,
        .trigger_ticks = order->trigger_ticks,
    };
    order->amend_last = id;
    return amendment;
}

/* Order as it would stand; what is asked beyond what its kind can change is refused. */
static const char *changed(const struct trading *trading, const struct trading_amend *amend,
                           struct trading_order *order)
{
    const bool waits = trading_type_triggers(order->type) && !order->triggered;
    const bool plain = order->type == TRADING_LIMIT || order->type == TRADING_ICEBERG;
    if (amend->limit.kind != TRADING_PRICE_NONE && !trading_type_limits(order->type))
        return "EGeneral:Invalid arguments:limit_price";
    if (amend->trigger.kind != TRADING_PRICE_NONE && !waits)
        return "EGeneral:Invalid arguments:trigger_price";
    if (amend->display_set && order->type != TRADING_ICEBERG)
        return "EGeneral:Invalid arguments:display_qty";
    if (amend->post_only_set && amend->post_only && !plain)
        return "EGeneral:Invalid arguments:post_only";
    if (amend->qty_set && (amend->qty_lots <= 0 || amend->qty_lots > AMOUNT_MAX))
        return "EGeneral:Invalid arguments:order_qty";
    if (amend->qty_set)
        order->qty_lots = amend->qty_lots;
    if (amend->display_set)
        order->display_lots = amend->display_lots;
    if (order->type == TRADING_ICEBERG &&
        (order->display_lots < (order->qty_lots + DISPLAY_PARTS - 1) / DISPLAY_PARTS ||
         (amend->display_set && order->display_lots > order->qty_lots)))
        return "EGeneral:Invalid arguments:display_qty";
    if (amend->post_only_set)
        order->post_only = amend->post_only;
    const bool trigger = amend->trigger.kind != TRADING_PRICE_NONE;
    const bool limit = amend->limit.kind != TRADING_PRICE_NONE;
    if (trigger)
        order->trigger_asked = amend->trigger;
    if (limit)
        order->limit_asked = amend->limit;
    if (trading_type_trails(order->type) && trigger &&
        (amend->trigger.value <= 0 ||
         (amend->trigger.kind != TRADING_PRICE_OFFSET && amend->trigger.kind != TRADING_PRICE_PPM)))
        return "EOrder:Invalid price";
    const bool relative = trading_type_trails(order->type);
    const struct desk *desk = &trading->desks[order->pair];
    if (trigger)
        order->trigger_ticks = price_trigger(
            trading, order, relative ? order->peak_ticks : price_reference(desk, order));
    if (limit || (trigger && order->limit_asked.kind > TRADING_PRICE_TICKS))
        order->limit_ticks = price_limit(trading, order,
                                         trading_type_triggers(order->type) ? order->trigger_ticks
                                                                            : desk->last_ticks);
    const char *fault = trigger ? admit_price(desk, order->trigger_ticks) : NULL;
    return fault == NULL && (limit || (trigger && order->limit_ticks != 0))
               ? admit_price(desk, order->limit_ticks)
               : fault;
}

static const char *amend_fault(const struct trading *trading, const struct trading_order *before,
                               const struct trading_order *after)
{
    const char *fault = admit_market(trading, after);
    fault = fault != NULL ? fault : admit_minimums(trading, after);
    fault = fault != NULL ? fault : admit_funds(trading, after, before);
    if (fault != NULL)
        return fault;
    if (trading->variant.crossed_refused && after->trigger_ticks != before->trigger_ticks &&
        trigger_met(after, price_reference(&trading->desks[after->pair], after)))
        return "EOrder:Invalid price";
    const bool books = after->start_ns == 0 || before->status != TRADING_PENDING_NEW;
    return after->post_only && books && match_best(trading, after) != 0 ? "EOrder:Post only order"
                                                                        : NULL;
}

static void tell_amended(struct trading *trading, const struct node *node,
                         const struct trading_amendment *amendment)
{
    if (trading->config.on_event == NULL)
        return;
    const struct trading_event event = {
        .kind = TRADING_EVENT_AMENDED,
        .account = node->order.account,
        .time_ns = trading->now_ns,
        .order = &node->order,
        .amendment = amendment,
    };
    trading->config.on_event(trading->config.user, &event);
}

/* Stands as amended; `place`: it must queue anew. */
static void apply(struct trading *trading, struct node *node, const struct trading_order *after,
                  uint64_t *ret_amend)
{
    struct trading_order *order = &node->order;
    const bool requeue = after->limit_ticks != order->limit_ticks ||
                         after->qty_lots > order->qty_lots ||
                         after->display_lots != order->display_lots;
    if (order->amend_last == 0)
        remember(trading, order, TRADING_AMEND_ORIGINAL);
    const uint64_t before = order->amend_last;
    *order = *after;
    order->amend_last = before;
    order->amended = true;
    const int64_t left = trading_order_left(order);
    if (order->display_left_lots > left)
        order->display_left_lots = left;
    hold_update(trading, node);
    const struct trading_amendment *amendment = remember(trading, order, TRADING_AMEND_USER);
    *ret_amend = amendment->id;
    tell_amended(trading, node, amendment);
    if (left == 0)
        node_end(trading, node, TRADING_CANCELED, TRADING_REASON_REDUCED);
    else if (requeue && node->place == PLACE_RESTING)
        node_place(trading, node, PLACE_ARRIVING);
    settle(trading, &trading->desks[after->pair]);
}

const char *trading_amend(struct trading *trading, uint32_t account,
                          const struct trading_amend *amend, uint64_t *ret_amend)
{
    struct node *node;
    const char *fault = find(trading, account, amend->order, RATE_AMEND, &node);
    if (fault != NULL)
        return fault;
    struct trading_order after = node->order;
    fault = admit_deadline(trading, amend->deadline_ns);
    fault = fault != NULL ? fault : changed(trading, amend, &after);
    if (fault == NULL && trading_order_left(&after) > 0)
        fault = amend_fault(trading, &node->order, &after);
    if (fault != NULL)
        return fault;
    charge_age(trading, &node->order, RATE_AMEND);
    apply(trading, node, &after, ret_amend);
    return NULL;
}

static struct trading_add as_asked(const struct trading_order *order,
                                   const struct trading_edit *edit)
{
    const bool limit = edit->limit.kind != TRADING_PRICE_NONE;
    const bool trigger = edit->trigger.kind != TRADING_PRICE_NONE;
    const struct trading_price limit_now = {TRADING_PRICE_TICKS, order->limit_ticks};
    const bool trails = trading_type_trails(order->type);
    struct trading_add add = {
        .pair = order->pair,
        .side = order->side,
        .type = order->type,
        .qty_lots = edit->qty_lots != 0 ? edit->qty_lots : trading_order_left(order),
        .display_lots = edit->display_lots != 0 ? edit->display_lots : order->display_lots,
        .reference = order->reference,
        .tif = order->tif,
        .stp = order->stp,
        .fee_in = order->fee_in,
        .post_only = edit->post_only_set ? edit->post_only : order->post_only,
        .start_ns = order->start_ns,
        .expire_ns = order->expire_ns,
        .userref = edit->userref_set ? edit->userref : order->userref,
    };
    if (trading_type_limits(order->type) || limit)
        add.limit = limit ? edit->limit : trails ? order->limit_asked : limit_now;
    if (trading_type_triggers(order->type) || trigger)
        add.trigger = trigger  ? edit->trigger
                      : trails ? order->trigger_asked
                               : (struct trading_price){TRADING_PRICE_TICKS, order->trigger_ticks};
    if (add.display_lots > add.qty_lots && edit->display_lots == 0)
        add.display_lots = add.qty_lots;
    return add;
}

const char *trading_edit(struct trading *trading, uint32_t account, const struct trading_edit *edit,
                         struct trading_order *ret)
{
    struct node *node;
    const char *fault = find(trading, account, edit->order, RATE_EDIT, &node);
    if (fault != NULL)
        return fault;
    const struct trading_order *old = &node->order;
    if (old->cl_ord_id[0] != '\0' || old->close.wanted || old->triggered)
        return "ETrade:Invalid request";
    const struct trading_add add = as_asked(old, edit);
    struct trading_order order;
    fault = admit_deadline(trading, edit->deadline_ns);
    fault = fault != NULL ? fault : admit_form(trading, account, &add, &order);
    fault = fault != NULL ? fault : admit_market(trading, &order);
    fault = fault != NULL ? fault : admit_state(trading, &order, old);
    if (fault != NULL)
        return fault;
    order.parent = old->id;
    *ret = order;
    if (edit->validate)
        return NULL;
    charge_age(trading, old, RATE_EDIT);
    node_end(trading, node, TRADING_CANCELED, TRADING_REASON_EDITED);
    const struct node *entered = order_enter(trading, &order);
    CHECK(entered != NULL);
    *ret = entered->order;
    settle(trading, &trading->desks[order.pair]);
    return NULL;
}
