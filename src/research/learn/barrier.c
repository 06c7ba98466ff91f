/* SPDX-License-Identifier: MIT */
#include "research/learn/barrier.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "core/indicator/panel.h"
#include "core/risk/ladder.h"
#include "research/learn/trial.h"

struct barrier {
    struct barrier_terms terms;
    struct barrier_market market;
    struct pair pair; /* its terms, open for orders of any size */
    int64_t step_ns;
    double *atr_ticks; /* by candle; NULL: nothing follows it */
    struct trial *trial;
};

struct barrier *barrier_new(const struct barrier_terms *terms)
{
    struct barrier *barrier = calloc(1, sizeof *barrier);
    if (barrier == NULL) {
        return NULL;
    }
    barrier->terms = *terms;
    barrier->step_ns = timeframe_ns[terms->base];
    if (terms->horizon_ns == 0) {
        barrier->terms.horizon_ns = BARRIER_HORIZON_NS;
    }
    barrier->trial = trial_new(&(struct trial_terms){
        .matching = terms->matching, .exits = terms->exits, .step_ns = barrier->step_ns});
    if (barrier->trial == NULL) {
        free(barrier);
        return NULL;
    }
    return barrier;
}

void barrier_free(struct barrier *barrier)
{
    if (barrier != NULL) {
        trial_free(barrier->trial);
        free(barrier->atr_ticks);
        free(barrier);
    }
}

struct follower {
    struct panel_plan plan;
    struct panel panel;
    struct series series;
};

/* The ATR that stops follow, after each candle, by the same panel as the engine's. */
static bool learn_atr(struct barrier *barrier)
{
    const struct exit_config *exits = &barrier->terms.exits;
    const struct barrier_market *market = &barrier->market;
    const enum timeframe timeframe = (enum timeframe)exits->atr_timeframe;
    struct follower *follower = calloc(1, sizeof *follower);
    double *atr_ticks = malloc((market->count + 1) * sizeof *atr_ticks);
    if (follower == NULL || atr_ticks == NULL) {
        free(follower), free(atr_ticks);
        return false;
    }
    panel_plan_init(&follower->plan);
    const uint32_t slot =
        panel_plan_ask(&follower->plan, &(struct panel_ask){INDICATOR_ATR, timeframe,
                                                            (uint32_t)exits->atr_period, 0});
    panel_init(&follower->panel, &follower->plan);
    series_init(&follower->series, barrier->terms.base, 1u << timeframe);
    const double scale = (double)decimal_pow10(market->terms->price_decimals);
    const struct panel_cell *cell = &follower->panel.cells[slot];
    for (size_t i = 0; i < market->count; i++) {
        const uint32_t closed = series_push(&follower->series, &market->candles[i]);
        panel_update(&follower->panel, &follower->plan, &follower->series, closed);
        atr_ticks[i] = cell->ready ? cell->now[0] * scale : 0;
    }
    free(follower);
    barrier->atr_ticks = atr_ticks;
    return true;
}

int barrier_enter(struct barrier *barrier, const struct barrier_market *market)
{
    free(barrier->atr_ticks);
    barrier->atr_ticks = NULL;
    barrier->market = *market;
    barrier->pair = *market->terms;
    barrier->pair.status = PAIR_ONLINE;
    barrier->pair.qty_min_lots = barrier->pair.cost_min = 0;
    return barrier->terms.exits.trail_atr > 0 && !learn_atr(barrier) ? -ENOMEM : 0;
}

/* A candidate as the trade that it is: of a short the one in the mirror. */
struct view {
    bool is_short;
    double axis; /* twice the price decided on */
    double least;
    int64_t limit_ns;
};

static double seen(const struct view *view, double price)
{
    if (!view->is_short) {
        return price;
    }
    const double mirrored = view->axis - price;
    return mirrored > view->least ? mirrored : view->least; /* a price that more than doubled */
}

/* 0, none, stays none. */
static double seen_exit(const struct view *view, double price)
{
    return price > 0 ? seen(view, price) : 0;
}

static struct candle seen_candle(const struct view *view, const struct candle *candle)
{
    if (!view->is_short) {
        return *candle;
    }
    return (struct candle){
        .time_ns = candle->time_ns,
        .open = seen(view, candle->open),
        .high = seen(view, candle->low),
        .low = seen(view, candle->high),
        .close = seen(view, candle->close),
        .volume = candle->volume,
    };
}

static struct view view_of(const struct barrier *barrier, const struct candidate_row *row)
{
    const int64_t hold_ns = exit_hold_ns(&barrier->terms.exits, row->hold_ns);
    return (struct view){
        .is_short =
            row->direction<0, .axis = 2 * row->price,
                           .least = pair_price_to_double(&barrier->pair, barrier->pair.tick_step),
                           .limit_ns = hold_ns> 0
                ? hold_ns
                : barrier->terms.horizon_ns,
    };
}

/* A price in ticks, 0 for none. False: there is one, and no ticks can count it. */
static bool exit_ticks(const struct pair *pair, double price, int64_t *ret)
{
    *ret = 0;
    return price == 0 || pair_price_from_double(pair, price, ROUND_NEAREST, ret);
}

/* What all orders of the entry have in common: core/engine/engine_decide.c. */
static bool pattern_of(const struct barrier *barrier, const struct candidate_row *row,
                       const struct view *view, int64_t price_ticks, struct order *ret)
{
    const struct pair *pair = &barrier->pair;
    int64_t broken_ticks = 0;
    *ret = (struct order){.purpose = PURPOSE_ENTRY, .kind = ORDER_MARKET, .side = SIDE_BUY};
    if (!exit_ticks(pair, seen_exit(view, row->stop), &ret->stop_ticks) ||
        !exit_ticks(pair, seen_exit(view, row->target), &ret->target_ticks)) {
        return false;
    }
    if (!exit_ticks(pair, seen_exit(view, row->broken), &broken_ticks)) {
        broken_ticks = 0;
    }
    ret->plan = exit_plan_of(row->trail, broken_ticks, view->limit_ns);
    ret->plan.risk_ticks = ret->stop_ticks > 0 ? price_ticks - ret->stop_ticks : 0;
    return true;
}

/* The most a rung may spend: past it the market's share of a ladder is cut, and so its weight. */
static int64_t cash_of(const struct barrier *barrier, const struct order *order,
                       int64_t price_ticks)
{
    const int64_t slack_ppm = order->kind == ORDER_LIMIT ? 0 : ppm_of(barrier->terms.slack);
    const int64_t cost = pair_notional(&barrier->pair, price_ticks, order->qty_lots, ROUND_UP);
    const int64_t rate = risk_cash_rate(&barrier->terms.matching.fees, slack_ppm);
    return decimal_mul_div(cost, rate, PPM, ROUND_UP);
}

/* As core/engine/engine_ladder.c does, but that the rungs rest as long as the trade may last. */
static bool enter_rungs(const struct barrier *barrier, const struct candidate_row *row,
                        int64_t price_ticks, const struct order *pattern, struct trial_entry *entry)
{
    struct ladder_plan plan;
    ladder_init(&plan, &row->ladder, &barrier->pair, price_ticks, pattern->stop_ticks);
    for (uint32_t i = 0; i < plan.count; i++) {
        struct order *order = &entry->orders[entry->count++];
        *order = *pattern;
        order->ladder = 1;
        order->plan.price_ticks = price_ticks;
        order->qty_lots = pair_qty_for(&barrier->pair, ladder_cash(&plan, i, VIRTUAL_STAKE),
                                       plan.orders[i].price_ticks);
        if (order->qty_lots <= 0) {
            return false;
        }
        if (i > 0 || plan.reached == 0) {
            order->kind = ORDER_LIMIT;
            order->limit_ticks = plan.orders[i].price_ticks;
            order->expire_ns = entry->time_ns + pattern->plan.hold_ns;
        }
        order->cash = cash_of(barrier, order, plan.orders[i].price_ticks);
    }
    return plan.count > 0;
}

static bool enter(const struct barrier *barrier, const struct candidate_row *row,
                  const struct view *view, struct trial_entry *ret)
{
    const struct pair *pair = &barrier->pair;
    int64_t price_ticks = 0;
    struct order pattern;
    *ret = (struct trial_entry){.pair = pair, .time_ns = row->boundary_ns + barrier->step_ns};
    if (!(row->price > 0) ||
        !pair_price_from_double(pair, row->price, ROUND_NEAREST, &price_ticks) ||
        !pattern_of(barrier, row, view, price_ticks, &pattern)) {
        return false;
    }
    if (row->ladder.rungs > 0 && !view->is_short) {
        return enter_rungs(barrier, row, price_ticks, &pattern, ret);
    }
    ret->count = 1;
    ret->orders[0] = pattern;
    ret->orders[0].qty_lots = pair_qty_for(pair, VIRTUAL_STAKE, price_ticks);
    return ret->orders[0].qty_lots > 0 &&
           pair_plausible(pair, price_ticks, ret->orders[0].qty_lots);
}

/* The highest and the lowest price since the entry. */
struct extremes_seen {
    double high, low;
};

static void widen(struct extremes_seen *seen, double high, double low)
{
    seen->high = high > seen->high ? high : seen->high;
    seen->low = low < seen->low ? low : seen->low;
}

static double part(double way, double price)
{
    return way > 0 ? way / price : 0;
}

/* The whole of the trade's time, whatever ended it; from the candle with index `from` on. */
static void measure_widest(const struct barrier *barrier, const struct view *view, size_t from,
                           struct barrier_label *ret)
{
    const struct barrier_market *market = &barrier->market;
    const int64_t last_ns = ret->opened_ns + view->limit_ns;
    struct extremes_seen widest = {.high = 0, .low = INFINITY};
    size_t i = from;
    for (; i < market->count && market->candles[i].time_ns <= last_ns; i++) {
        widen(&widest, market->candles[i].high, market->candles[i].low);
    }
    ret->whole = i < market->count;
    const double best = seen(view, view->is_short ? widest.low : widest.high);
    const double worst = seen(view, view->is_short ? widest.high : widest.low);
    ret->favourable_widest = fmax(part(best - ret->entry_price, ret->entry_price), ret->favourable);
    ret->adverse_widest = fmax(part(ret->entry_price - worst, ret->entry_price), ret->adverse);
}

/* The return by the trade's own prices: a short's fees are not those of its mirror image. */
static double net_of(const struct barrier *barrier, const struct view *view,
                     const struct trial_result *result)
{
    const struct fee_rates *fees = &barrier->terms.matching.fees;
    if (!view->is_short) {
        return (double)result->pnl / (double)result->cost;
    }
    const double sold = view->axis - result->entry_price, bought = view->axis - result->exit_price;
    const double rate_in = (double)fees->taker_ppm / 1e6;
    const double rate_out = (double)(result->maker ? fees->maker_ppm : fees->taker_ppm) / 1e6;
    return (sold - bought - rate_in * sold - rate_out * bought) / sold;
}

static void tell(const struct barrier *barrier, const struct view *view, size_t from,
                 const struct extremes_seen *until, struct barrier_label *ret)
{
    const struct trial_result *result = trial_result(barrier->trial);
    struct extremes_seen all = *until;
    const double entry = result->entry_price;
    widen(&all, result->exit_price, result->exit_price);
    ret->fate = BARRIER_ENDED;
    ret->end = result->end;
    ret->opened_ns = result->opened_ns;
    ret->closed_ns = result->closed_ns;
    ret->known_ns = result->closed_ns + barrier->step_ns;
    ret->net = net_of(barrier, view, result);
    ret->favourable = part(all.high - entry, entry);
    ret->adverse = part(entry - all.low, entry);
    ret->entry_price = entry;
    measure_widest(barrier, view, from, ret);
    ret->entry_price = view->is_short ? view->axis - entry : entry;
    ret->exit_price = view->is_short ? view->axis - result->exit_price : result->exit_price;
}

static void walk(struct barrier *barrier, const struct view *view, size_t at, bool at_market,
                 struct barrier_label *ret)
{
    const struct barrier_market *market = &barrier->market;
    struct extremes_seen until = {.high = 0, .low = INFINITY};
    enum trial_state state = TRIAL_WAITS;
    size_t from = at + 1;
    for (size_t i = at + 1; i < market->count; i++) {
        const struct candle candle = seen_candle(view, &market->candles[i]);
        const double atr_ticks = barrier->atr_ticks != NULL ? barrier->atr_ticks[i] : 0;
        const bool held = state == TRIAL_HOLDS;
        state = trial_candle(barrier->trial, &candle, atr_ticks);
        if (state == TRIAL_WAITS) {
            continue;
        }
        if (state == TRIAL_UNFILLED) {
            ret->fate = BARRIER_UNFILLED;
            return;
        }
        /* Of the candle in which a rung was bought only its close is known to be later. */
        const bool all = held || at_market;
        from = held ? from : i + (size_t)!all;
        if (state == TRIAL_OVER) {
            tell(barrier, view, from, &until, ret);
            return;
        }
        widen(&until, all ? candle.high : candle.close, all ? candle.low : candle.close);
    }
    ret->fate = BARRIER_UNFINISHED;
}

void barrier_label(struct barrier *barrier, const struct candidate_row *row,
                   struct barrier_label *ret)
{
    const struct barrier_market *market = &barrier->market;
    const struct view view = view_of(barrier, row);
    struct trial_entry entry;
    *ret = (struct barrier_label){.fate = BARRIER_UNUSABLE, .hypothetical = view.is_short};
    const size_t at = candle_find(market->candles, market->count, row->boundary_ns);
    if (at == market->count || market->candles[at].time_ns != row->boundary_ns ||
        !enter(barrier, row, &view, &entry)) {
        return;
    }
    trial_begin(barrier->trial, &entry);
    walk(barrier, &view, at, entry.orders[0].kind == ORDER_MARKET, ret);
}
