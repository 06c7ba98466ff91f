/* SPDX-License-Identifier: MIT */
#include "core/portfolio/portfolio.h"

#include <math.h>

#include "core/base/check.h"

void portfolio_init(struct portfolio *portfolio, int64_t capital)
{
    *portfolio = (struct portfolio){
        .cash = capital,
        .start = capital,
        .peak = capital,
        .calm = capital,
        .day_ns = INT64_MIN,
        .day_equity = capital,
        .day_reference = capital,
        .order_next = 1,
    };
}

void portfolio_mark(struct portfolio *portfolio, uint32_t index, const struct pair *pair,
                    int64_t price_ticks)
{
    struct position *position = &portfolio->positions[index];
    if (position->qty_lots == 0 || !pair_plausible(pair, price_ticks, position->qty_lots)) {
        return;
    }
    const int64_t value = pair_notional(pair, price_ticks, position->qty_lots, ROUND_DOWN);
    portfolio->holdings += value - position->value;
    position->value = value;
    position->mark_ticks = price_ticks;
}

/* A little less than the fall that the next whole ppm takes, so that rounding hides none. */
static int64_t calm_below(const struct portfolio *portfolio)
{
    const double peak = (double)portfolio->peak;
    const double fall = (double)(portfolio->drawdown_worst_ppm + 1) * peak * 1e-6;
    return portfolio->peak - (int64_t)(fall * (1 - 1e-9));
}

void portfolio_watch_extreme(struct portfolio *portfolio)
{
    const int64_t equity = portfolio_equity(portfolio);
    if (equity >= portfolio->peak) {
        portfolio->peak = equity;
    }
    if (portfolio->peak <= 0) { /* emptied: nothing can be a part of it */
        portfolio->calm = INT64_MIN;
        return;
    }
    const double peak = (double)portfolio->peak;
    const double below = (double)(portfolio->peak - equity) * 1e6;
    if (below > (double)(portfolio->drawdown_worst_ppm + 1) * peak) {
        portfolio->drawdown_worst_ppm = (int64_t)(below / peak);
    }
    portfolio->calm = calm_below(portfolio);
}

/* 0.0001 of the currency: of less, one more or less in the last place would be a part of weight. */
#define EQUITY_LEAST 10000

int64_t portfolio_rebase(int64_t reference, int64_t before, int64_t after)
{
    if (after < EQUITY_LEAST) {
        return 0;
    }
    if (before < EQUITY_LEAST || reference <= 0) {
        return after;
    }
    if ((double)reference / (double)before * (double)after > (double)PORTFOLIO_REFERENCE_MAX) {
        return PORTFOLIO_REFERENCE_MAX; /* all but all is lost, and stays so */
    }
    return decimal_mul_div(reference, after, before, ROUND_UP);
}

void portfolio_flow(struct portfolio *portfolio, int64_t money)
{
    const int64_t before = portfolio_equity(portfolio), after = before + money;
    portfolio->cash += money;
    portfolio->start += money;
    portfolio->day_equity += money;
    portfolio->day_reference = portfolio_rebase(portfolio->day_reference, before, after);
    portfolio->peak = portfolio_rebase(portfolio->peak, before, after);
    portfolio->calm = portfolio->peak > 0 ? calm_below(portfolio) : INT64_MIN;
}

double portfolio_day_loss(const struct portfolio *portfolio)
{
    if (portfolio->day_reference <= 0) {
        return 0;
    }
    return (double)(portfolio->day_reference - portfolio_equity(portfolio)) /
           (double)portfolio->day_reference;
}

double portfolio_drawdown(const struct portfolio *portfolio)
{
    if (portfolio->peak <= 0) {
        return 0;
    }
    return (double)(portfolio->peak - portfolio_equity(portfolio)) / (double)portfolio->peak;
}

void portfolio_move(struct portfolio *portfolio, uint32_t index, const struct pair *from,
                    const struct pair *to)
{
    struct position *position = &portfolio->positions[index];
    position->qty_lots = pair_qty_moved(from, to, position->qty_lots);
    position->protect_lots = pair_qty_moved(from, to, position->protect_lots);
    position->sold_lots = pair_qty_moved(from, to, position->sold_lots);
    position->exit_lots = pair_qty_moved(from, to, position->exit_lots);
    position->stop_ticks = pair_price_moved(from, to, position->stop_ticks);
    position->target_ticks = pair_price_moved(from, to, position->target_ticks);
    position->mark_ticks = pair_price_moved(from, to, position->mark_ticks);
    position->best_ticks = pair_price_moved(from, to, position->best_ticks);
    exit_plan_move(&position->plan, from, to);
    for (uint32_t i = 0; i < portfolio->order_count; i++) {
        if (portfolio->orders[i].pair == index) {
            order_move(&portfolio->orders[i], from, to);
        }
    }
}

/* What a buy alive may still spend; a fee a hair above what was reckoned frees no cash. */
static int64_t order_reserve(const struct order *order)
{
    const int64_t left = order->cash - order->cost - order->fee;
    return order->side == SIDE_BUY && left > 0 ? left : 0;
}

struct order *portfolio_add_order(struct portfolio *portfolio, const struct order *order)
{
    if (portfolio->order_count == ORDER_MAX) {
        return NULL;
    }
    struct order *added = &portfolio->orders[portfolio->order_count++];
    *added = *order;
    added->id = portfolio->order_next++;
    added->state = ORDER_SENT;
    portfolio->reserved += order_reserve(added);
    return added;
}

struct order *portfolio_find_order(struct portfolio *portfolio, uint64_t id)
{
    for (uint32_t i = 0; i < portfolio->order_count; i++) {
        if (portfolio->orders[i].id == id) {
            return &portfolio->orders[i];
        }
    }
    return NULL;
}

bool portfolio_working(const struct portfolio *portfolio, uint32_t index)
{
    for (uint32_t i = 0; i < portfolio->order_count; i++) {
        const struct order *order = &portfolio->orders[i];
        if (order->pair == index && order->purpose != PURPOSE_PROTECT) {
            return true;
        }
    }
    return false;
}

static void position_buy(struct portfolio *portfolio, struct position *position,
                         const struct order *order, const struct report *report, int64_t cost,
                         int64_t time_ns)
{
    const bool opens = position->qty_lots == 0;
    if (opens) {
        *position = (struct position){
            .stop_ticks = order->stop_ticks,
            .target_ticks = order->target_ticks,
            .opened_ns = time_ns,
            .entry_order = order->id,
            .strategies = order->strategies,
            .best_ticks = report->price_ticks,
            .best_from_ns = time_ns,
            .plan = order->plan,
        };
        portfolio->open_count++;
    }
    position->risk += order_risk(order, order->filled_lots) -
                      order_risk(order, order->filled_lots - report->qty_lots);
    if (order->ladder != 0 && report->price_ticks < position->best_ticks) {
        position->best_ticks = report->price_ticks; /* else the fall that it buys would be a gain */
        position->best_from_ns = time_ns;
    }
    position->sized +=
        decimal_mul_div(order->risk, report->qty_lots, order->qty_lots, ROUND_NEAREST);
    position->qty_lots += report->qty_lots;
    position->cost += cost;
    position->fee += report->fee;
    portfolio->cash -= cost + report->fee;
}

#define R_MAX 1000

/* A trade is over: what came of it. */
static void count_trade(struct portfolio *portfolio, const struct position *position,
                        int64_t time_ns)
{
    struct tally *tally = &portfolio->tally;
    const bool won = position->pnl > 0;
    portfolio->open_count--;
    portfolio->trade_count++;
    portfolio->trade_won_count += won;
    if (won) {
        tally->streak = 0;
    } else if (position->pnl < 0) {
        tally->streak++;
        tally->lost_ns = time_ns;
    }
    if (position->sized <= 0) {
        return;
    }
    const double r = fabs((double)position->pnl) / (double)position->sized;
    const int64_t r_ppm = (int64_t)((r < R_MAX ? r : R_MAX) * 1e6);
    tally->count++;
    tally->won_count += won;
    *(won ? &tally->won_ppm : &tally->lost_ppm) += r_ppm;
}

/* Sells at average cost: the part sold takes its share of cost and fee with it. */
static void position_sell(struct portfolio *portfolio, struct position *position,
                          const struct report *report, int64_t proceeds, int64_t time_ns)
{
    CHECK(report->qty_lots <= position->qty_lots);
    const int64_t cost =
        decimal_mul_div(position->cost, report->qty_lots, position->qty_lots, ROUND_NEAREST);
    const int64_t fee =
        decimal_mul_div(position->fee, report->qty_lots, position->qty_lots, ROUND_NEAREST);
    const int64_t pnl = proceeds - report->fee - cost - fee;
    position->qty_lots -= report->qty_lots;
    position->cost -= cost;
    position->fee -= fee;
    position->sold += proceeds;
    position->sold_fee += fee + report->fee;
    position->sold_lots += report->qty_lots;
    position->pnl += pnl;
    portfolio->realised += pnl;
    portfolio->cash += proceeds - report->fee;
    if (position->qty_lots == 0) {
        count_trade(portfolio, position, time_ns);
    }
}

/* Of a part that is to be sold, so much was; with it all sold the position is kept as it is. */
static void exit_sold(struct position *position, int64_t qty_lots)
{
    if (position->exit_lots == 0) {
        return;
    }
    position->exit_lots -= qty_lots < position->exit_lots ? qty_lots : position->exit_lots;
    position->exit_wanted = position->exit_lots > 0;
}

static void portfolio_fill(struct portfolio *portfolio, uint32_t index, const struct pair *pair,
                           const struct order *order, const struct report *report, int64_t time_ns)
{
    struct position *position = &portfolio->positions[index];
    const int64_t money = report_cost(report, pair);
    if (order->side == SIDE_BUY) {
        position_buy(portfolio, position, order, report, money, time_ns);
    } else {
        position_sell(portfolio, position, report, money, time_ns);
        if (order->id == position->protect_order) {
            position->protect_lots -= report->qty_lots; /* it covers the rest, as it stands */
        } else {
            exit_sold(position, report->qty_lots);
        }
    }
    portfolio->fees += report->fee;
    portfolio->fill_count++;
    portfolio->holdings -= position->value;
    position->value = 0;
    portfolio_mark(portfolio, index, pair, report->price_ticks);
}

/* Too little for any order: worth nothing to us from now on, and the trade ends here. */
static void portfolio_write_off(struct portfolio *portfolio, uint32_t index, int64_t time_ns)
{
    struct position *position = &portfolio->positions[index];
    const int64_t lost = position->cost + position->fee;
    position->pnl -= lost;
    position->sold_fee += position->fee;
    position->qty_lots = position->cost = position->fee = 0;
    portfolio->realised -= lost;
    portfolio->holdings -= position->value;
    position->value = 0;
    count_trade(portfolio, position, time_ns);
}

/* An order that ended frees its place; its position forgets it. */
static void portfolio_drop(struct portfolio *portfolio, struct order *order)
{
    struct position *position = &portfolio->positions[order->pair];
    if (position->protect_order == order->id) {
        position->protect_order = 0;
    }
    if (position->exit_order == order->id) {
        position->exit_order = 0;
    }
    *order = portfolio->orders[--portfolio->order_count];
}

bool portfolio_apply(struct portfolio *portfolio, uint32_t index, const struct pair *pair,
                     const struct report *report, int64_t time_ns, struct portfolio_change *ret)
{
    struct order *order = portfolio_find_order(portfolio, report->order_id);
    if (order == NULL) {
        return false;
    }
    CHECK(order->pair == index);
    const int64_t reserve_before = order_reserve(order);
    if (!order_apply(order, pair, report)) {
        return false;
    }
    if (report->kind == REPORT_FILL) {
        portfolio_fill(portfolio, index, pair, order, report, time_ns);
    }
    const bool dust = report->kind == REPORT_DUST && portfolio->positions[index].qty_lots != 0;
    if (dust) {
        portfolio_write_off(portfolio, index, time_ns);
    }
    portfolio->reserved -= reserve_before;
    ret->order = *order;
    if (order_alive(order)) {
        portfolio->reserved += order_reserve(order);
    } else {
        portfolio_drop(portfolio, order);
    }
    ret->closed =
        dust || (report->kind == REPORT_FILL && portfolio->positions[index].qty_lots == 0);
    if (ret->closed) {
        ret->position = portfolio->positions[index];
        portfolio->positions[index] = (struct position){0};
    }
    return true;
}
