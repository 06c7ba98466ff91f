/* SPDX-License-Identifier: MIT */
/*
 * A ladder: one stake that is bought in steps by orders that rest beside each other, as one
 * position with one average price, one stop and one target.
 *
 * The stake is sized once, as if all of it were bought at the average of all rungs: every rung
 * stands above the stop, so that is when the most can be lost. The stop is the signal's, for every
 * rung the same, and is never lowered as the average falls; so of what was paid the stop loses the
 * part that the strategy named, or less. The target comes down with the average.
 */
#include "core/base/check.h"
#include "core/base/timestamp.h"
#include "core/engine/engine_internal.h"
#include "core/risk/ladder.h"

/* A rung rests no longer, though its trade may last for ever: an order that dies by itself needs a
 * date, and Kraken takes none that is more than a month ahead. */
#define LADDER_LIFE_NS (28 * NS_PER_DAY)

/* Orders that every pair may need beside ladders: its bracket, and its exit. */
#define ORDERS_KEPT 2

static int64_t life_of(const struct engine *engine, const struct exit_plan *plan)
{
    const int64_t hold_ns = exit_hold_ns(&engine->config.exits, plan->hold_ns);
    return hold_ns > 0 && hold_ns < LADDER_LIFE_NS ? hold_ns : LADDER_LIFE_NS;
}

struct rung {
    struct order order;
    int64_t cost; /* expected, before the fee */
};

/* For its part of the stake. False: the pair takes no order so small. */
static bool size_rung(const struct engine *engine, const struct ladder_plan *plan, uint32_t index,
                      int64_t stake, struct rung *rung)
{
    struct order *order = &rung->order;
    const struct pair *terms = &engine->pairs[order->pair].terms;
    const struct fee_rates *fees = &engine->config.fees;
    const int64_t price_ticks = plan->orders[index].price_ticks;
    order->qty_lots = pair_qty_for(terms, ladder_cash(plan, index, stake), price_ticks);
    if (order->qty_lots <= 0 || pair_too_small(terms, price_ticks, order->qty_lots)) {
        return false;
    }
    const bool limit = index > 0 || plan->reached == 0 || order->kind == ORDER_LIMIT;
    order->kind = limit ? ORDER_LIMIT : ORDER_MARKET;
    order->limit_ticks = limit ? price_ticks : engine_worst_price(engine, order->pair, price_ticks);
    order->expire_ns = limit ? engine->time_ns + life_of(engine, &order->plan) : 0;
    rung->cost = pair_notional(terms, price_ticks, order->qty_lots, ROUND_UP);
    const int64_t rate = risk_cash_rate(fees, engine_slack_ppm(engine, limit));
    order->cash = decimal_mul_div(rung->cost, rate, PPM, ROUND_UP);
    order->risk = risk_loss(fees, rung->cost, price_ticks, order->stop_ticks);
    return true;
}

/* While the list has room for what positions need. */
static void place_rungs(struct engine *engine, const struct rung *rungs, uint32_t count,
                        struct record *record, struct actions *out)
{
    const struct portfolio *portfolio = &engine->portfolio;
    const uint32_t kept = ORDERS_KEPT * engine->config.pair_count;
    record->qty_lots = record->cost = record->risk = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0 && portfolio->order_count + kept >= ORDER_MAX) {
            return;
        }
        struct order order = rungs[i].order;
        const int64_t free = portfolio_free(portfolio);
        order.cash = order.cash < free ? order.cash : free; /* each was rounded up */
        engine_place(engine, &order, NULL, out);
        record->qty_lots += order.qty_lots;
        record->cost += rungs[i].cost;
        record->risk += order.risk;
        record->rungs++;
    }
}

/* What all the rungs have in common. */
static struct order pattern(const struct engine *engine, uint32_t pair, const struct order *exits)
{
    const struct pair_state *state = &engine->pairs[pair];
    struct order order = {
        .pair = pair,
        .purpose = PURPOSE_ENTRY,
        .kind = exits->kind,
        .side = SIDE_BUY,
        .stop_ticks = exits->stop_ticks,
        .target_ticks = exits->target_ticks,
        .created_ns = engine->time_ns,
        .strategies = exits->strategies,
        .plan = exits->plan,
        .ladder = engine->portfolio.order_next,
    };
    if (exits->stop_ticks > 0) {
        order.plan.risk_ticks = exits->limit_ticks - exits->stop_ticks;
    }
    int64_t close_ticks = 0;
    if (pair_price_from_double(&state->terms, state->price, ROUND_NEAREST, &close_ticks)) {
        order.plan.price_ticks = close_ticks;
    }
    return order;
}

enum verdict engine_enter_ladder(struct engine *engine, uint32_t pair,
                                 const struct ladder_terms *terms, const struct order *exits,
                                 struct record *record, struct actions *out)
{
    struct ladder_plan plan;
    ladder_init(&plan, terms, &engine->pairs[pair].terms, exits->limit_ticks, exits->stop_ticks);
    if (plan.count == 0) {
        return VERDICT_TOO_SMALL;
    }
    struct order whole = *exits;
    whole.kind = plan.reached > 0 ? exits->kind : ORDER_LIMIT;
    whole.limit_ticks = ladder_average(&plan, plan.count);
    struct risk_size size = {0};
    const enum verdict verdict = engine_size_entry(engine, pair, &whole, NULL, record, &size);
    if (verdict != VERDICT_ENTER) {
        return verdict;
    }
    const int64_t slack_ppm = engine_slack_ppm(engine, whole.kind == ORDER_LIMIT);
    const int64_t rate = risk_cash_rate(&engine->config.fees, slack_ppm);
    const int64_t stake = decimal_mul_div(size.cash, PPM, rate, ROUND_DOWN);
    struct rung rungs[LADDER_RUNG_MAX];
    for (uint32_t i = 0; i < plan.count; i++) {
        rungs[i].order = pattern(engine, pair, exits);
        if (!size_rung(engine, &plan, i, stake, &rungs[i])) {
            return VERDICT_TOO_SMALL;
        }
    }
    engine->crash.tried = true;
    place_rungs(engine, rungs, plan.count, record, out);
    return VERDICT_ENTER;
}

void engine_average(struct engine *engine, uint32_t pair, const struct order *rung)
{
    struct position *position = &engine->portfolio.positions[pair];
    const struct pair *terms = &engine->pairs[pair].terms;
    const int64_t from_ticks = position->plan.price_ticks;
    if (position->qty_lots == 0 || position->target_ticks == 0 || from_ticks == 0) {
        return;
    }
    const double paid = (double)position->cost / (double)decimal_pow10(MONEY_DECIMALS) /
                        pair_qty_to_double(terms, position->qty_lots);
    int64_t target_ticks = 0;
    const double target = paid * ((double)rung->target_ticks / (double)from_ticks);
    if (pair_price_from_double(terms, target, ROUND_UP, &target_ticks) &&
        target_ticks < position->target_ticks) {
        position->target_ticks = target_ticks;
    }
}

void engine_cut_ladder(struct engine *engine, uint32_t pair, int64_t stop_ticks,
                       struct actions *out)
{
    const struct portfolio *portfolio = &engine->portfolio;
    for (uint32_t i = 0; i < portfolio->order_count; i++) {
        const struct order *order = &portfolio->orders[i];
        if (order->pair == pair && order->ladder != 0 && order->limit_ticks <= stop_ticks) {
            engine_cancel_order(order, out);
        }
    }
}

void engine_end_ladder(struct engine *engine, uint32_t pair, struct actions *out)
{
    engine_cut_ladder(engine, pair, INT64_MAX, out);
}
