/* SPDX-License-Identifier: MIT */
#include "core/portfolio/order.h"

#include "core/base/check.h"
#include "core/base/decimal.h"

bool order_alive(const struct order *order)
{
    return order->state < ORDER_FILLED;
}

void exit_plan_move(struct exit_plan *plan, const struct pair *from, const struct pair *to)
{
    plan->broken_ticks = pair_price_moved(from, to, plan->broken_ticks);
    plan->risk_ticks = pair_price_moved(from, to, plan->risk_ticks);
    plan->price_ticks = pair_price_moved(from, to, plan->price_ticks);
}

void order_move(struct order *order, const struct pair *from, const struct pair *to)
{
    const int64_t left = order->qty_lots - order->filled_lots;
    order->filled_lots = pair_qty_moved(from, to, order->filled_lots);
    order->qty_lots =
        order->qty_lots == 0 ? 0 : order->filled_lots + pair_qty_moved(from, to, left);
    order->limit_ticks = pair_price_moved(from, to, order->limit_ticks);
    order->stop_ticks = pair_price_moved(from, to, order->stop_ticks);
    order->target_ticks = pair_price_moved(from, to, order->target_ticks);
    exit_plan_move(&order->plan, from, to);
}

int64_t report_cost(const struct report *report, const struct pair *pair)
{
    const int64_t told = report->before_lots;
    return pair_notional(pair, report->price_ticks, told + report->qty_lots, ROUND_NEAREST) -
           pair_notional(pair, report->price_ticks, told, ROUND_NEAREST);
}

static void order_fill(struct order *order, const struct pair *pair, const struct report *report)
{
    CHECK(report->qty_lots > 0 && report->price_ticks > 0);
    CHECK(order->filled_lots + report->qty_lots <= order->qty_lots);
    order->trade_id_last = report->trade_id;
    order->filled_lots += report->qty_lots;
    order->cost += report_cost(report, pair);
    order->fee += report->fee;
    order->state = order->filled_lots == order->qty_lots ? ORDER_FILLED : ORDER_PARTIAL;
}

bool order_apply(struct order *order, const struct pair *pair, const struct report *report)
{
    CHECK(report->order_id == order->id);
    if (!order_alive(order)) {
        return false;
    }
    switch (report->kind) {
    case REPORT_ACCEPTED:
        if (order->qty_lots == 0) {
            order->qty_lots = report->qty_lots;
        }
        /* A fill may overtake the acceptance: then the order is known to be open already. */
        if (order->state == ORDER_INTENDED || order->state == ORDER_SENT ||
            order->state == ORDER_UNKNOWN) {
            order->state = order->filled_lots > 0 ? ORDER_PARTIAL : ORDER_OPEN;
        }
        return true;
    case REPORT_AMENDED:
        CHECK(report->qty_lots >= order->filled_lots);
        order->qty_lots = report->qty_lots;
        order->stop_ticks = report->price_ticks;
        order->target_ticks = report->target_ticks;
        return true;
    case REPORT_FILL:
        if (report->trade_id <= order->trade_id_last) {
            return false;
        }
        order_fill(order, pair, report);
        return true;
    case REPORT_CANCELLED:
        order->state = ORDER_CANCELLED;
        return true;
    case REPORT_EXPIRED:
        order->state = ORDER_EXPIRED;
        return true;
    case REPORT_REJECTED:
        order->state = ORDER_REJECTED;
        return true;
    case REPORT_UNKNOWN:
        order->state = ORDER_UNKNOWN;
        return true;
    case REPORT_DUST:
        order->state = ORDER_CANCELLED;
        return true;
    case REPORT_NOTE: /* of no order: the engine keeps it away from here */
        return false;
    }
    check_failed("a report of a known kind", __FILE__, __LINE__);
}

int64_t order_risk(const struct order *order, int64_t lots)
{
    return lots == 0 ? 0 : decimal_mul_div(order->risk, lots, order->qty_lots, ROUND_UP);
}
