/* SPDX-License-Identifier: MIT */
#include "core/matching/matching.h"

#include "core/base/check.h"
#include "core/matching/matching_internal.h"

void matching_init(struct matching *matching, const struct matching_config *config)
{
    *matching = (struct matching){.config = *config, .trade_next = 1};
}

void matching_adopt(struct matching *matching, const struct matching *before, const uint32_t *map)
{
    matching->trade_next = before->trade_next;
    matching->order_count = before->order_count;
    for (uint32_t i = 0; i < before->order_count; i++) {
        struct matching_order *resting = &matching->orders[i];
        *resting = before->orders[i];
        resting->order.pair = map[resting->order.pair];
        CHECK(resting->order.pair < PAIR_MAX);
        matching->alive[resting->order.pair]++;
    }
}

void matching_move(struct matching *matching, uint32_t pair, const struct pair *from,
                   const struct pair *to)
{
    for (uint32_t i = 0; i < matching->order_count; i++) {
        struct matching_order *resting = &matching->orders[i];
        if (resting->order.pair == pair) {
            order_move(&resting->order, from, to);
            resting->queue_lots = pair_qty_moved(from, to, resting->queue_lots);
        }
    }
    for (uint32_t i = matching->taken_count; i-- > 0;) {
        if (matching->taken[i].pair == pair) {
            matching->taken[i] = matching->taken[--matching->taken_count];
        }
    }
}

static struct report *report_add(struct matching_reports *out, const struct order *order,
                                 enum report_kind kind)
{
    CHECK(out->count < MATCHING_REPORT_MAX);
    struct report *report = &out->list[out->count++];
    *report = (struct report){
        .order_id = order->id,
        .kind = kind,
        .pair = order->pair,
        .side = order->side,
    };
    return report;
}

static struct matching_order *find_order(struct matching *matching, uint64_t id)
{
    for (uint32_t i = 0; i < matching->order_count; i++) {
        if (matching->orders[i].order.id == id) {
            return &matching->orders[i];
        }
    }
    return NULL;
}

static void remove_order(struct matching *matching, struct matching_order *resting)
{
    matching->alive[resting->order.pair]--;
    *resting = matching->orders[--matching->order_count];
}

void matching_end(struct matching *matching, struct matching_order *resting, enum report_kind kind,
                  struct matching_reports *out)
{
    report_add(out, &resting->order, kind);
    remove_order(matching, resting);
}

int64_t matching_slip(const struct pair *pair, int64_t price_ticks, int64_t ppm, enum side side)
{
    const int64_t step = pair->tick_step;
    if (ppm == 0) {
        return price_ticks;
    }
    if (side == SIDE_BUY) {
        const int64_t up = decimal_mul_div(price_ticks, PPM + ppm, PPM, ROUND_UP);
        return (up + step - 1) / step * step;
    }
    const int64_t down = decimal_mul_div(price_ticks, PPM - ppm, PPM, ROUND_DOWN) / step * step;
    return down > step ? down : step;
}

/* The most lots that `cash` buys at a price with the taker's fee. */
static int64_t qty_for_cash(const struct matching *matching, const struct pair *pair, int64_t cash,
                            int64_t price_ticks)
{
    const int64_t before_fee =
        decimal_mul_div(cash, PPM, PPM + matching->config.fees.taker_ppm, ROUND_DOWN);
    int64_t qty = pair_qty_for(pair, before_fee, price_ticks);
    while (qty > 0) {
        const int64_t cost = pair_notional(pair, price_ticks, qty, ROUND_NEAREST);
        if (cost + fee_of(cost, matching->config.fees.taker_ppm) <= cash) {
            break;
        }
        qty--;
    }
    return qty;
}

bool matching_fill(struct matching *matching, struct matching_order *resting,
                   const struct matching_market *market, const struct matching_fill_terms *terms,
                   struct matching_reports *out)
{
    struct order *order = &resting->order;
    int64_t qty = terms->qty_lots;
    if (order->side == SIDE_BUY && order->cash > 0) {
        const int64_t left = order->cash - order->cost - order->fee;
        const int64_t most = qty_for_cash(matching, market->terms, left, terms->price_ticks);
        if (order->qty_lots == 0 && most > 0) {
            order->qty_lots = most;
            report_add(out, order, REPORT_ACCEPTED)->qty_lots = most;
        }
        qty = qty < most ? qty : most;
    }
    if (qty <= 0) {
        matching_end(matching, resting, REPORT_CANCELLED, out);
        return false;
    }
    const int64_t cost = pair_notional(market->terms, terms->price_ticks, qty, ROUND_NEAREST);
    const struct fee_rates *fees = &matching->config.fees;
    const int64_t fee = fee_of(cost, terms->maker ? fees->maker_ppm : fees->taker_ppm);
    struct report *report = report_add(out, order, REPORT_FILL);
    report->maker = terms->maker;
    report->stop_hit = terms->stop_hit;
    report->trade_id = matching->trade_next++;
    report->price_ticks = terms->price_ticks;
    report->qty_lots = qty;
    report->fee = fee;
    order->filled_lots += qty;
    order->cost += cost;
    order->fee += fee;
    if (order->filled_lots == order->qty_lots) {
        remove_order(matching, resting);
        return false;
    }
    return true;
}

static bool fills_by_book(const struct matching *matching)
{
    return matching->config.fills == FILLS_BOOK || matching->config.fills == FILLS_SIMPLE;
}

static enum reject_reason refuse(const struct matching *matching,
                                 const struct matching_market *market, const struct order *order)
{
    const struct pair *pair = market->terms;
    if (matching->order_count == ORDER_MAX) {
        return REJECT_FULL;
    }
    if (pair->status != PAIR_ONLINE && order->purpose == PURPOSE_ENTRY) {
        return REJECT_PAIR_STATUS;
    }
    if (order->qty_lots < pair->qty_min_lots && order->qty_lots != 0 &&
        order->purpose == PURPOSE_ENTRY) {
        return REJECT_QTY_MIN;
    }
    if (order->limit_ticks % pair->tick_step != 0 || order->stop_ticks % pair->tick_step != 0 ||
        order->target_ticks % pair->tick_step != 0) {
        return REJECT_TICK;
    }
    if (order->kind == ORDER_MARKET && fills_by_book(matching) && !book_sound(market->book)) {
        return REJECT_NO_MARKET;
    }
    return REJECT_NONE;
}

void matching_place(struct matching *matching, const struct matching_market *market,
                    const struct order *order, struct matching_reports *out)
{
    CHECK(order->pair == market->pair);
    const enum reject_reason reason = refuse(matching, market, order);
    if (reason != REJECT_NONE) {
        report_add(out, order, REPORT_REJECTED)->reject = reason;
        return;
    }
    struct matching_order *resting = &matching->orders[matching->order_count++];
    *resting = (struct matching_order){
        .order = *order,
        .fresh = order->kind == ORDER_MARKET,
    };
    matching->alive[order->pair]++;
    if (order->qty_lots > 0) {
        report_add(out, order, REPORT_ACCEPTED)->qty_lots = order->qty_lots;
    }
    if (fills_by_book(matching)) {
        matching_arrive(matching, resting, market, out);
    } else if (matching->config.fills == FILLS_TRADES) {
        matching_tape_arrive(resting, market);
    }
}

void matching_cancel(struct matching *matching, uint64_t order_id, struct matching_reports *out)
{
    struct matching_order *resting = find_order(matching, order_id);
    if (resting != NULL) {
        matching_end(matching, resting, REPORT_CANCELLED, out);
    }
}

void matching_amend(struct matching *matching, uint64_t order_id, int64_t qty_lots,
                    int64_t stop_ticks, int64_t target_ticks, struct matching_reports *out)
{
    struct matching_order *resting = find_order(matching, order_id);
    if (resting == NULL || qty_lots < resting->order.filled_lots) {
        return;
    }
    resting->order.qty_lots = qty_lots;
    resting->order.stop_ticks = stop_ticks;
    resting->order.target_ticks = target_ticks;
    struct report *report = report_add(out, &resting->order, REPORT_AMENDED);
    report->qty_lots = qty_lots;
    report->price_ticks = stop_ticks;
    report->target_ticks = target_ticks;
}

void matching_expire(struct matching *matching, int64_t time_ns, struct matching_reports *out)
{
    for (uint32_t i = matching->order_count; i-- > 0;) {
        struct matching_order *resting = &matching->orders[i];
        if (resting->order.expire_ns != 0 && resting->order.expire_ns <= time_ns) {
            matching_end(matching, resting, REPORT_EXPIRED, out);
        }
    }
}
