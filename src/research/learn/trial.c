/* SPDX-License-Identifier: MIT */
#include "research/learn/trial.h"

#include <math.h>
#include <stdlib.h>

#include "core/base/check.h"

/* After so many the account is begun anew, so that no sum over all of them can grow too large. */
#define TRADES_MAX (1u << 20)

struct trial {
    struct trial_terms terms;
    struct matching_market market;
    struct matching matching;
    struct matching_reports reports;
    struct portfolio portfolio;
    uint32_t trade_count;
    enum trial_state state;
    const struct candle *candle; /* the one that fills now */
    enum exit_cause raised, planned;
    bool follows; /* more than its time may end it at a close, or raise its stop */
    int64_t entry_ticks, even_ticks;
    struct trial_result result;
    /* A candle wholly between these prices, and before that time, fills nothing. */
    double calm_low, calm_high;
    int64_t calm_until_ns;
};

struct trial *trial_new(const struct trial_terms *terms)
{
    CHECK(terms->matching.fills == FILLS_CANDLES && terms->step_ns > 0);
    struct trial *trial = malloc(sizeof *trial); /* of the reports no page is touched in vain */
    if (trial != NULL) {
        trial->terms = *terms;
        trial->reports.count = 0;
        trial->trade_count = TRADES_MAX;
        trial->state = TRIAL_WAITS;
    }
    return trial;
}

void trial_free(struct trial *trial)
{
    free(trial);
}

static struct position *position_of(struct trial *trial)
{
    return &trial->portfolio.positions[0];
}

static uint64_t place(struct trial *trial, const struct order *wanted)
{
    const struct order *order = portfolio_add_order(&trial->portfolio, wanted);
    CHECK(order != NULL); /* a ladder and a bracket have room */
    const struct order placed = *order;
    matching_place(&trial->matching, &trial->market, &placed, &trial->reports);
    return placed.id;
}

/* The rungs at a price or below it. */
static void take_back(struct trial *trial, int64_t price_ticks)
{
    const struct portfolio *portfolio = &trial->portfolio;
    for (uint32_t i = 0; i < portfolio->order_count; i++) {
        const struct order *order = &portfolio->orders[i];
        if (order->purpose == PURPOSE_ENTRY && order->limit_ticks <= price_ticks) {
            matching_cancel(&trial->matching, order->id, &trial->reports);
        }
    }
}

static void amend(struct trial *trial, struct position *position)
{
    position->protect_lots = position->qty_lots;
    matching_amend(&trial->matching, position->protect_order, position->qty_lots,
                   position->stop_ticks, position->target_ticks, &trial->reports);
}

/* What the position still waits for: its sale, or a bracket of its size. */
static void tend(struct trial *trial)
{
    struct position *position = position_of(trial);
    struct order order = {.purpose = PURPOSE_PROTECT,
                          .kind = ORDER_BRACKET,
                          .side = SIDE_SELL,
                          .qty_lots = position->qty_lots,
                          .stop_ticks = position->stop_ticks,
                          .target_ticks = position->target_ticks};
    if (position->qty_lots == 0) {
        return;
    }
    if (position->exit_wanted) {
        if (position->protect_order == 0 && position->exit_order == 0) {
            order.purpose = PURPOSE_EXIT;
            order.kind = ORDER_MARKET;
            order.stop_ticks = order.target_ticks = 0;
            position->exit_order = place(trial, &order);
        }
    } else if (position->protect_order != 0) {
        if (position->protect_lots != position->qty_lots) {
            amend(trial, position);
        }
    } else if ((position->stop_ticks | position->target_ticks) != 0) {
        position->protect_lots = position->qty_lots;
        position->protect_order = place(trial, &order);
    }
}

static double money_to_double(int64_t money)
{
    return (double)money / (double)decimal_pow10(MONEY_DECIMALS);
}

static int64_t ticks_of(const struct trial *trial, double price, enum rounding rounding)
{
    int64_t ticks = 0;
    return pair_price_from_double(trial->market.terms, price, rounding, &ticks) ? ticks : 0;
}

/* As much was paid on average, and a ladder's target comes down with it. */
static void bought(struct trial *trial, const struct order *order)
{
    struct position *position = position_of(trial);
    const double qty = pair_qty_to_double(trial->market.terms, position->qty_lots);
    const double taker = (double)trial->terms.matching.fees.taker_ppm / 1e6;
    const double paid = money_to_double(position->cost) / qty;
    const double even = money_to_double(position->cost + position->fee) / qty / (1 - taker);
    const int64_t from_ticks = position->plan.price_ticks;
    trial->entry_ticks = ticks_of(trial, paid, ROUND_NEAREST);
    trial->even_ticks = ticks_of(trial, even, ROUND_UP);
    if (trial->state == TRIAL_WAITS) {
        trial->state = TRIAL_HOLDS;
        trial->result.opened_ns = trial->candle->time_ns;
    }
    if (order->ladder == 0 || position->target_ticks == 0 || from_ticks == 0) {
        return;
    }
    const int64_t target_ticks =
        ticks_of(trial, paid * ((double)order->target_ticks / (double)from_ticks), ROUND_UP);
    if (target_ticks > 0 && target_ticks < position->target_ticks) {
        position->target_ticks = target_ticks;
    }
}

static void sold(struct trial *trial, const struct portfolio_change *change,
                 const struct report *report)
{
    const struct position *position = &change->position;
    const struct pair *pair = trial->market.terms;
    struct trial_result *result = &trial->result;
    const double qty = pair_qty_to_double(pair, position->sold_lots);
    result->end =
        trade_end_of(change->order.purpose, report->stop_hit, trial->raised, trial->planned);
    result->maker = report->maker;
    result->closed_ns = trial->candle->time_ns;
    result->pnl = position->pnl;
    result->cost = position->sold - position->pnl - position->sold_fee;
    result->entry_price = money_to_double(result->cost) / qty;
    result->exit_price = money_to_double(position->sold) / qty;
    trial->state = TRIAL_OVER;
    take_back(trial, INT64_MAX);
}

static void settle(struct trial *trial)
{
    for (uint32_t i = 0; i < trial->reports.count; i++) {
        const struct report report = trial->reports.list[i];
        struct portfolio_change change = {0};
        if (!portfolio_apply(&trial->portfolio, 0, trial->market.terms, &report,
                             trial->market.time_ns, &change)) {
            continue;
        }
        if (change.closed) {
            sold(trial, &change, &report);
        } else if (report.kind == REPORT_FILL && change.order.purpose == PURPOSE_ENTRY) {
            bought(trial, &change.order);
        }
        tend(trial);
    }
    trial->reports.count = 0;
}

static void match(struct trial *trial, const struct candle *candle)
{
    struct matching *matching = &trial->matching;
    const struct matching_market *market = &trial->market;
    matching_expire(matching, market->time_ns, &trial->reports);
    settle(trial);
    matching_open(matching, market, candle, &trial->reports);
    settle(trial);
    matching_limits(matching, market, candle, &trial->reports);
    const bool filled = trial->reports.count > 0;
    settle(trial);
    matching_stops(matching, market, candle, &trial->reports);
    settle(trial);
    if (!filled) {
        matching_targets(matching, market, candle, &trial->reports);
        settle(trial);
    }
}

/* Of a candle that began before the last buy the high is not known to be later. */
static void note_best(struct position *position, const struct trial *trial,
                      const struct candle *candle)
{
    const double high = candle->time_ns >= position->best_from_ns ? candle->high : candle->close;
    const int64_t ticks = ticks_of(trial, high, ROUND_NEAREST);
    position->best_ticks = ticks > position->best_ticks ? ticks : position->best_ticks;
}

static void sell(struct trial *trial, struct position *position)
{
    take_back(trial, INT64_MAX);
    position->exit_wanted = true;
    if (position->protect_order != 0) {
        matching_cancel(&trial->matching, position->protect_order, &trial->reports);
    } else {
        tend(trial);
    }
    settle(trial);
}

/* The exit plan's turn at the candle's close. True when something moved. */
static bool follow(struct trial *trial, const struct candle *candle, double atr_ticks)
{
    struct position *position = position_of(trial);
    note_best(position, trial, candle);
    const struct exit_view view = {
        .held_ns = trial->market.time_ns - position->opened_ns,
        .close_ticks = ticks_of(trial, candle->close, ROUND_NEAREST),
        .best_ticks = position->best_ticks,
        .entry_ticks = trial->entry_ticks,
        .even_ticks = trial->even_ticks,
        .stop_ticks = position->stop_ticks,
        .tick_step = trial->market.terms->tick_step,
        .atr_ticks = atr_ticks,
    };
    if (position->exit_wanted || view.close_ticks == 0) {
        return false;
    }
    const struct exit_move move = exit_tighten(&trial->terms.exits, &position->plan, &view);
    if (move.cause == EXIT_NONE) {
        return false;
    }
    if (move.sell) {
        trial->planned = move.cause;
        sell(trial, position);
        return true;
    }
    trial->raised = move.cause;
    position->stop_ticks = move.stop_ticks;
    take_back(trial, move.stop_ticks);
    if (position->protect_order != 0) {
        amend(trial, position);
    } else {
        tend(trial);
    }
    settle(trial);
    return true;
}

/* A step's room on either side, for what rounding to ticks may do. */
static void look_ahead(struct trial *trial)
{
    const struct portfolio *portfolio = &trial->portfolio;
    const struct pair *pair = trial->market.terms;
    int64_t low_ticks = 0, high_ticks = INT64_MAX;
    trial->calm_until_ns = INT64_MAX;
    for (uint32_t i = 0; i < portfolio->order_count; i++) {
        const struct order *order = &portfolio->orders[i];
        if (order->kind == ORDER_MARKET) {
            trial->calm_until_ns = INT64_MIN;
        }
        const int64_t buys = order->kind == ORDER_LIMIT ? order->limit_ticks : order->stop_ticks;
        low_ticks = buys > low_ticks ? buys : low_ticks;
        if (order->kind == ORDER_BRACKET && order->target_ticks > 0) {
            high_ticks = order->target_ticks;
        }
        if (order->expire_ns != 0 && order->expire_ns < trial->calm_until_ns) {
            trial->calm_until_ns = order->expire_ns;
        }
    }
    trial->calm_low = pair_price_to_double(pair, low_ticks + pair->tick_step);
    trial->calm_high = high_ticks == INT64_MAX
                           ? INFINITY
                           : pair_price_to_double(pair, high_ticks - pair->tick_step);
}

static bool has_more_plans(const struct exit_config *exits, const struct exit_plan *plan)
{
    return (plan->trail_ppm | plan->broken_ticks) != 0 || exits->trail > 0 ||
           exits->trail_atr > 0 || exits->break_even > 0;
}

void trial_begin(struct trial *trial, const struct trial_entry *entry)
{
    CHECK(entry->count > 0 && entry->count <= LADDER_RUNG_MAX);
    if (trial->trade_count == TRADES_MAX || trial->portfolio.order_count > 0 ||
        trial->portfolio.open_count > 0) {
        matching_init(&trial->matching, &trial->terms.matching);
        portfolio_init(&trial->portfolio, 0);
        trial->trade_count = 0;
    }
    trial->trade_count++;
    trial->market = (struct matching_market){.time_ns = entry->time_ns, .terms = entry->pair};
    trial->state = TRIAL_WAITS;
    trial->raised = trial->planned = EXIT_NONE;
    trial->follows = has_more_plans(&trial->terms.exits, &entry->orders[0].plan);
    const uint64_t first = trial->portfolio.order_next;
    for (uint32_t i = 0; i < entry->count; i++) {
        struct order order = entry->orders[i];
        order.ladder = order.ladder != 0 ? first : 0;
        order.created_ns = entry->time_ns;
        place(trial, &order);
    }
    settle(trial);
    look_ahead(trial);
}

/* Nothing but its time may end it here, and it is not yet over. */
static bool idles(struct trial *trial, int64_t time_ns)
{
    const struct position *position = position_of(trial);
    return trial->state != TRIAL_HOLDS ||
           (!trial->follows && time_ns - position->opened_ns < position->plan.hold_ns);
}

enum trial_state trial_candle(struct trial *trial, const struct candle *candle, double atr_ticks)
{
    CHECK(trial->state == TRIAL_WAITS || trial->state == TRIAL_HOLDS);
    bool moved = false;
    trial->candle = candle;
    trial->market.time_ns = candle->time_ns + trial->terms.step_ns;
    if (!(candle->low > trial->calm_low && candle->high < trial->calm_high &&
          trial->market.time_ns < trial->calm_until_ns)) {
        match(trial, candle);
        moved = true;
        if (trial->state == TRIAL_WAITS && trial->portfolio.order_count == 0) {
            trial->state = TRIAL_UNFILLED;
        }
    }
    if (!idles(trial, trial->market.time_ns) && follow(trial, candle, atr_ticks)) {
        moved = true;
    }
    if (moved && trial->state == TRIAL_HOLDS) {
        look_ahead(trial);
    }
    return trial->state;
}

const struct trial_result *trial_result(const struct trial *trial)
{
    CHECK(trial->state == TRIAL_OVER);
    return &trial->result;
}
