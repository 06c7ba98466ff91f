/* SPDX-License-Identifier: MIT */
#include "core/matching/virtual_trade.h"

#include <math.h>

#include "core/base/check.h"

/* No trade lasts longer, and no sum with it can grow too large. */
#define HOLD_MAX_NS (INT64_MAX / 4)

/* Of a price that cannot be said in ticks, 0. */
static int64_t ticks_of(const struct pair *pair, double price, enum rounding rounding)
{
    int64_t ticks = 0;
    return pair_price_from_double(pair, price, rounding, &ticks) ? ticks : 0;
}

/* A price in ticks, 0 for none. False: there is one, and no ticks can count it. */
static bool exit_ticks(const struct pair *pair, double price, int64_t *ret)
{
    *ret = 0;
    return !(price > 0) || pair_price_from_double(pair, price, ROUND_NEAREST, ret);
}

static int64_t time_of(const struct exit_config *exits, int64_t own_ns)
{
    const int64_t hold_ns = exit_hold_ns(exits, own_ns);
    return hold_ns <= 0 ? VIRTUAL_HORIZON_NS : hold_ns < HOLD_MAX_NS ? hold_ns : HOLD_MAX_NS;
}

static bool has_more_plans(const struct exit_config *exits, const struct exit_plan *plan)
{
    return (plan->trail_ppm | plan->broken_ticks) != 0 || exits->trail > 0 ||
           exits->trail_atr > 0 || exits->break_even > 0;
}

/* A step's room on either side, for what rounding to ticks may do. */
static void look_ahead(struct virtual_trade *outcome, const struct virtual_terms *terms,
                       const struct pair *pair)
{
    const bool calm = outcome->state == VIRTUAL_HELD && !outcome->follows;
    outcome->calm_until_ns =
        calm ? outcome->opened_ns + outcome->plan.hold_ns - terms->step_ns : INT64_MIN;
    outcome->calm_low = pair_price_to_double(pair, outcome->stop_ticks + pair->tick_step);
    outcome->calm_high = outcome->target_ticks == 0
                             ? (double)INFINITY
                             : pair_price_to_double(pair, outcome->target_ticks - pair->tick_step);
}

bool virtual_begin(struct virtual_trade *outcome, const struct virtual_terms *terms,
                   const struct pair *pair, const struct virtual_wish *wish)
{
    int64_t price_ticks = 0;
    *outcome = (struct virtual_trade){.state = VIRTUAL_WAITS};
    if (!(wish->price > 0) ||
        !pair_price_from_double(pair, wish->price, ROUND_NEAREST, &price_ticks) ||
        !exit_ticks(pair, wish->stop, &outcome->stop_ticks) ||
        !exit_ticks(pair, wish->target, &outcome->target_ticks)) {
        return false;
    }
    const int64_t broken_ticks = ticks_of(pair, wish->broken, ROUND_NEAREST);
    outcome->plan = exit_plan_of(wish->trail, broken_ticks, time_of(terms->exits, wish->hold_ns));
    outcome->plan.risk_ticks = outcome->stop_ticks > 0 ? price_ticks - outcome->stop_ticks : 0;
    outcome->follows = has_more_plans(terms->exits, &outcome->plan);
    outcome->qty_lots = pair_qty_for(pair, VIRTUAL_STAKE, price_ticks);
    look_ahead(outcome, terms, pair);
    return outcome->qty_lots > 0 && pair_plausible(pair, price_ticks, outcome->qty_lots);
}

static double money_to_double(int64_t money)
{
    return (double)money / (double)decimal_pow10(MONEY_DECIMALS);
}

static int64_t worth(const struct virtual_trade *outcome, const struct pair *pair,
                     int64_t price_ticks)
{
    return pair_notional(pair, price_ticks, outcome->qty_lots, ROUND_NEAREST);
}

static void buy(struct virtual_trade *outcome, const struct virtual_terms *terms,
                const struct pair *pair, const struct candle *candle)
{
    const struct matching_config *matching = &terms->matching;
    const int64_t taker_ppm = matching->fees.taker_ppm;
    const double qty = pair_qty_to_double(pair, outcome->qty_lots);
    outcome->entry_ticks = matching_taker_ticks(matching, pair, candle->open, SIDE_BUY);
    const int64_t cost = worth(outcome, pair, outcome->entry_ticks);
    const double even =
        money_to_double(cost + fee_of(cost, taker_ppm)) / qty / (1 - (double)taker_ppm / 1e6);
    outcome->even_ticks = ticks_of(pair, even, ROUND_UP);
    outcome->best_ticks = outcome->entry_ticks;
    outcome->opened_ns = candle->time_ns + terms->step_ns;
    outcome->state = VIRTUAL_HELD;
}

static void sell(struct virtual_trade *outcome, const struct virtual_terms *terms,
                 const struct pair *pair, const struct candle *candle)
{
    const struct fee_rates *fees = &terms->matching.fees;
    const int64_t cost = worth(outcome, pair, outcome->entry_ticks);
    const int64_t back = worth(outcome, pair, outcome->exit_ticks);
    const int64_t fee_in = fee_of(cost, fees->taker_ppm);
    const int64_t fee_out = fee_of(back, outcome->maker ? fees->maker_ppm : fees->taker_ppm);
    outcome->net = cost > 0 ? (double)(back - fee_out - cost - fee_in) / (double)cost : 0;
    outcome->closed_ns = candle->time_ns + terms->step_ns;
    outcome->state = VIRTUAL_OVER;
}

/* What a candle's prices do, in their order: its open, the stop, the target. */
static void match(struct virtual_trade *outcome, const struct virtual_terms *terms,
                  const struct pair *pair, const struct candle *candle)
{
    const struct matching_config *matching = &terms->matching;
    if (!matching_believable(pair, candle, SIDE_SELL, outcome->qty_lots)) {
        return;
    }
    if (outcome->state == VIRTUAL_SELLS) {
        outcome->exit_ticks = matching_taker_ticks(matching, pair, candle->open, SIDE_SELL);
        sell(outcome, terms, pair, candle);
        return;
    }
    if (outcome->state == VIRTUAL_WAITS) {
        buy(outcome, terms, pair, candle);
    }
    outcome->stop_hit =
        matching_stop_ticks(matching, pair, candle, outcome->stop_ticks, &outcome->exit_ticks);
    outcome->maker =
        !outcome->stop_hit &&
        matching_target_ticks(pair, candle, outcome->target_ticks, &outcome->exit_ticks);
    if (outcome->stop_hit || outcome->maker) {
        sell(outcome, terms, pair, candle);
    }
}

/* The exit plan's turn at the candle's close. */
static void follow(struct virtual_trade *outcome, const struct virtual_terms *terms,
                   const struct pair *pair, const struct candle *candle, double atr_ticks)
{
    /* Of the candle that it was bought in only the close is known to be later. */
    const double high = candle->time_ns >= outcome->opened_ns ? candle->high : candle->close;
    const int64_t best_ticks = ticks_of(pair, high, ROUND_NEAREST);
    outcome->best_ticks = best_ticks > outcome->best_ticks ? best_ticks : outcome->best_ticks;
    const struct exit_view view = {
        .held_ns = candle->time_ns + terms->step_ns - outcome->opened_ns,
        .close_ticks = ticks_of(pair, candle->close, ROUND_NEAREST),
        .best_ticks = outcome->best_ticks,
        .entry_ticks = outcome->entry_ticks,
        .even_ticks = outcome->even_ticks,
        .stop_ticks = outcome->stop_ticks,
        .tick_step = pair->tick_step,
        .atr_ticks = atr_ticks,
    };
    if (view.close_ticks == 0) {
        return;
    }
    const struct exit_move move = exit_tighten(terms->exits, &outcome->plan, &view);
    if (move.cause == EXIT_NONE) {
        return;
    }
    if (move.sell) {
        outcome->sold = move.cause;
        outcome->state = VIRTUAL_SELLS;
        return;
    }
    outcome->raised = move.cause;
    outcome->stop_ticks = move.stop_ticks;
}

enum virtual_state virtual_meet(struct virtual_trade *outcome, const struct virtual_terms *terms,
                                const struct pair *pair, const struct candle *candle,
                                double atr_ticks)
{
    CHECK(outcome->state != VIRTUAL_OVER);
    match(outcome, terms, pair, candle);
    const int64_t end_ns = candle->time_ns + terms->step_ns;
    if (outcome->state == VIRTUAL_HELD &&
        (outcome->follows || end_ns - outcome->opened_ns >= outcome->plan.hold_ns)) {
        follow(outcome, terms, pair, candle, atr_ticks);
    }
    if (outcome->state != VIRTUAL_OVER) {
        look_ahead(outcome, terms, pair);
    }
    return outcome->state;
}

void virtual_move(struct virtual_trade *outcome, const struct pair *from, const struct pair *to)
{
    int64_t *const prices[] = {&outcome->entry_ticks, &outcome->even_ticks, &outcome->best_ticks,
                               &outcome->stop_ticks, &outcome->target_ticks};
    for (uint32_t i = 0; i < sizeof prices / sizeof prices[0]; i++) {
        *prices[i] = pair_price_moved(from, to, *prices[i]);
    }
    exit_plan_move(&outcome->plan, from, to);
    outcome->qty_lots = pair_qty_moved(from, to, outcome->qty_lots);
    /* The next candle is looked at, and draws the lines anew. */
    outcome->calm_until_ns = INT64_MIN;
}

static void advance(struct overlap *overlap, int64_t time_ns)
{
    if (overlap->count > 0 && time_ns > overlap->time_ns) {
        overlap->shared += (double)(time_ns - overlap->time_ns) / overlap->count;
    }
    overlap->time_ns =
        time_ns > overlap->time_ns || overlap->count == 0 ? time_ns : overlap->time_ns;
}

double overlap_join(struct overlap *overlap, int64_t time_ns)
{
    advance(overlap, time_ns);
    if (overlap->count == 0) {
        overlap->shared = 0; /* nobody is there to whom the sum would mean something */
    }
    overlap->count++;
    return overlap->shared;
}

double overlap_leave(struct overlap *overlap, int64_t time_ns, int64_t begun_ns, double begun)
{
    CHECK(overlap->count > 0 && begun_ns < time_ns);
    advance(overlap, time_ns);
    overlap->count--;
    return fmin((overlap->shared - begun) / (double)(time_ns - begun_ns), 1);
}
