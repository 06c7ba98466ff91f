/* SPDX-License-Identifier: MIT */
#include "core/base/check.h"
#include "core/base/timestamp.h"
#include "core/engine/engine_internal.h"

/* An exit that was not taken is not tried again before: the market is as it was. */
#define EXIT_AGAIN_NS NS_PER_S

void engine_place(struct engine *engine, const struct order *wanted, uint64_t *ret_id,
                  struct actions *out)
{
    struct order *order = portfolio_add_order(&engine->portfolio, wanted);
    if (order == NULL) {
        return; /* the list is full: tried again at the next batch */
    }
    CHECK(out->count < ACTION_MAX);
    out->list[out->count++] = (struct action){.kind = ACTION_PLACE, .place = *order};
    if (ret_id != NULL) {
        *ret_id = order->id;
    }
}

void engine_cancel_order(const struct order *order, struct actions *out)
{
    CHECK(out->count < ACTION_MAX);
    out->list[out->count++] = (struct action){
        .kind = ACTION_CANCEL,
        .cancel = {.order_id = order->id, .pair = order->pair},
    };
}

int64_t engine_worst_price(const struct engine *engine, uint32_t pair, int64_t price_ticks)
{
    const double price = pair_price_to_double(&engine->pairs[pair].terms, price_ticks);
    int64_t worst = 0;
    const bool known = pair_price_from_double(
        &engine->pairs[pair].terms, price * (1 + engine->config.execution.slack), ROUND_UP, &worst);
    return known ? worst : price_ticks; /* never 0, which would be any price */
}

void engine_enter(struct engine *engine, uint32_t pair, const struct risk_size *size,
                  const struct order *exits, struct actions *out)
{
    const struct execution_config *execution = &engine->config.execution;
    const bool limit = exits->kind == ORDER_LIMIT;
    struct order order = {
        .pair = pair,
        .purpose = PURPOSE_ENTRY,
        .kind = limit ? ORDER_LIMIT : ORDER_MARKET,
        .side = SIDE_BUY,
        .qty_lots = size->qty_lots,
        .cash = size->cash,
        .limit_ticks =
            limit ? exits->limit_ticks : engine_worst_price(engine, pair, exits->limit_ticks),
        .stop_ticks = exits->stop_ticks,
        .target_ticks = exits->target_ticks,
        .created_ns = engine->time_ns,
        .expire_ns = limit ? engine->time_ns + execution->entry_life_ns : 0,
        .strategies = exits->strategies,
        .risk = size->risk,
        .plan = exits->plan,
    };
    if (exits->stop_ticks > 0) {
        order.plan.risk_ticks = exits->limit_ticks - exits->stop_ticks;
    }
    engine->crash.tried = true;
    engine_place(engine, &order, NULL, out);
}

static void place_bracket(struct engine *engine, uint32_t pair, struct position *position,
                          struct actions *out)
{
    const struct order order = {
        .pair = pair,
        .purpose = PURPOSE_PROTECT,
        .kind = ORDER_BRACKET,
        .side = SIDE_SELL,
        .qty_lots = position->qty_lots,
        .stop_ticks = position->stop_ticks,
        .target_ticks = position->target_ticks,
        .created_ns = engine->time_ns,
    };
    position->protect_lots = position->qty_lots;
    engine_place(engine, &order, &position->protect_order, out);
}

static bool sells_part(const struct position *position)
{
    return position->exit_lots > 0 && position->exit_lots < position->qty_lots;
}

static void place_exit(struct engine *engine, uint32_t pair, struct position *position,
                       struct actions *out)
{
    const struct order order = {
        .pair = pair,
        .purpose = PURPOSE_EXIT,
        .kind = ORDER_MARKET,
        .side = SIDE_SELL,
        .qty_lots = sells_part(position) ? position->exit_lots : position->qty_lots,
        .created_ns = engine->time_ns,
    };
    position->exit_tried_ns = engine->time_ns;
    engine_place(engine, &order, &position->exit_order, out);
    position->exit_last = position->exit_order;
}

static void amend_bracket(struct engine *engine, uint32_t pair, struct position *position,
                          int64_t qty_lots, struct actions *out)
{
    const struct order *bracket = portfolio_find_order(&engine->portfolio, position->protect_order);
    CHECK(bracket != NULL && out->count < ACTION_MAX);
    position->protect_lots = qty_lots;
    out->list[out->count++] = (struct action){
        .kind = ACTION_AMEND,
        .amend = {.order_id = bracket->id,
                  .pair = pair,
                  .qty_lots = bracket->filled_lots + qty_lots,
                  .stop_ticks = position->stop_ticks,
                  .target_ticks = position->target_ticks},
    };
}

/* The bracket must cover what is held and is to stay, no more and no less. One that is being taken
 * back too: until it is gone its stop sells, and an entry under way may fill yet. */
static void tend_bracket(struct engine *engine, uint32_t pair, struct position *position,
                         struct actions *out)
{
    if (position->protect_order == 0) {
        if (!position->exit_wanted && (position->stop_ticks | position->target_ticks) != 0) {
            place_bracket(engine, pair, position, out);
        }
        return;
    }
    const int64_t stays = position->qty_lots - (sells_part(position) ? position->exit_lots : 0);
    if (position->protect_lots != stays) {
        amend_bracket(engine, pair, position, stays, out);
    }
}

/* A late fill of the entry made the position larger than its exit. */
static void tend_exit(struct engine *engine, uint32_t pair, const struct position *position,
                      struct actions *out)
{
    const struct order *exit = portfolio_find_order(&engine->portfolio, position->exit_order);
    CHECK(exit != NULL);
    if (exit->qty_lots - exit->filled_lots >= position->qty_lots) {
        return;
    }
    CHECK(out->count < ACTION_MAX);
    out->list[out->count++] = (struct action){
        .kind = ACTION_AMEND,
        .amend = {.order_id = exit->id,
                  .pair = pair,
                  .qty_lots = exit->filled_lots + position->qty_lots},
    };
}

/* A sale waits for the coins that the bracket holds: all of them, or for a part its own. */
static bool coins_free(const struct position *position)
{
    return position->protect_order == 0 ||
           (sells_part(position) &&
            position->protect_lots <= position->qty_lots - position->exit_lots);
}

void engine_tend_position(struct engine *engine, uint32_t pair, struct actions *out)
{
    struct position *position = &engine->portfolio.positions[pair];
    if (!position->exit_wanted && position->exit_order != 0) {
        return; /* an exit is being taken back: what is left then, its end says */
    }
    tend_bracket(engine, pair, position, out);
    if (!position->exit_wanted || !coins_free(position)) {
        return;
    }
    if (position->exit_order == 0) {
        place_exit(engine, pair, position, out);
    } else if (!sells_part(position)) {
        tend_exit(engine, pair, position, out);
    }
}

void engine_retry(struct engine *engine, uint32_t pair, struct actions *out)
{
    const struct position *position = &engine->portfolio.positions[pair];
    if (position->exit_wanted && position->exit_order == 0 &&
        engine->time_ns - position->exit_tried_ns >= EXIT_AGAIN_NS) {
        engine_tend(engine, pair, out);
    }
}

uint32_t engine_take_back(struct engine *engine, uint32_t pair, struct actions *out)
{
    const struct portfolio *portfolio = &engine->portfolio;
    uint32_t count = 0;
    for (uint32_t i = 0; i < portfolio->order_count; i++) {
        const struct order *order = &portfolio->orders[i];
        if (order->pair == pair && order->purpose == PURPOSE_ENTRY) {
            engine_cancel_order(order, out);
            count++;
        }
    }
    return count;
}

void engine_take_back_all(struct engine *engine, struct actions *out)
{
    const struct portfolio *portfolio = &engine->portfolio;
    for (uint32_t i = 0; i < portfolio->order_count; i++) {
        if (portfolio->orders[i].purpose == PURPOSE_ENTRY) {
            engine_cancel_order(&portfolio->orders[i], out);
        }
    }
}

void engine_close(struct engine *engine, uint32_t pair, struct actions *out)
{
    struct portfolio *portfolio = &engine->portfolio;
    struct position *position = &portfolio->positions[pair];
    engine_take_back(engine, pair, out);
    if (position->qty_lots == 0 || (position->exit_wanted && position->exit_lots == 0)) {
        return;
    }
    position->exit_wanted = true;
    position->exit_by_hand = engine->flatten;
    position->exit_lots = 0;
    position->exit_last = 0;
    if (position->protect_order != 0) {
        /* The bracket holds the coins: first it must be confirmed gone. */
        engine_cancel_order(portfolio_find_order(portfolio, position->protect_order), out);
        return;
    }
    engine_tend(engine, pair, out);
}

void engine_close_by_hand(struct engine *engine, uint32_t pair, struct actions *out)
{
    struct position *position = &engine->portfolio.positions[pair];
    const bool closing = position->exit_wanted && position->exit_lots == 0;
    engine_close(engine, pair, out);
    position->exit_by_hand = closing ? position->exit_by_hand : position->qty_lots > 0;
}

void engine_sell_part(struct engine *engine, uint32_t pair, int64_t qty_lots, struct actions *out)
{
    struct position *position = &engine->portfolio.positions[pair];
    CHECK(qty_lots > 0 && qty_lots < position->qty_lots && !position->exit_wanted);
    engine_take_back(engine, pair, out);
    position->exit_wanted = true;
    position->exit_lots = qty_lots;
    position->exit_last = 0;
    if (position->protect_order != 0) {
        amend_bracket(engine, pair, position, position->qty_lots - qty_lots, out);
        return; /* once it is amended the part's coins are free */
    }
    engine_tend(engine, pair, out);
}

void engine_cancel(struct engine *engine, const struct order *order, struct actions *out)
{
    struct position *position = &engine->portfolio.positions[order->pair];
    if (order->purpose == PURPOSE_EXIT) {
        position->exit_wanted = position->exit_by_hand = false;
        position->exit_lots = 0;
    }
    engine_cancel_order(order, out);
}

bool engine_cancel_waiting(struct engine *engine, uint32_t pair, struct actions *out)
{
    struct position *position = &engine->portfolio.positions[pair];
    if (engine->flatten) {
        return false;
    }
    position->exit_wanted = position->exit_by_hand = false;
    position->exit_lots = 0;
    engine_tend(engine, pair, out);
    return true;
}

void engine_move_bracket(struct engine *engine, uint32_t pair, struct actions *out)
{
    struct position *position = &engine->portfolio.positions[pair];
    engine_cut_ladder(engine, pair, position->stop_ticks, out);
    if (position->protect_order != 0) {
        amend_bracket(engine, pair, position, position->qty_lots, out);
    } else {
        engine_tend(engine, pair, out);
    }
}

static void record_entry(struct engine *engine, const struct order *order, struct actions *out)
{
    const struct pair *terms = &engine->pairs[order->pair].terms;
    struct record *record = engine_record(engine, out, RECORD_ENTRY, order->pair);
    record->order_id = order->id;
    record->direction = 1;
    record->qty_lots = order->filled_lots;
    record->cost = order->cost;
    record->fee = order->fee;
    /* What was not filled risks nothing. */
    record->risk = order_risk(order, order->filled_lots);
    struct position *position = &engine->portfolio.positions[order->pair];
    if (position->qty_lots != 0 && position->stop_ticks != order->stop_ticks) {
        position->risk = engine_risk_at(engine, order->pair, position->stop_ticks);
    }
    record->price = (double)order->cost / (double)decimal_pow10(MONEY_DECIMALS) /
                    pair_qty_to_double(terms, order->filled_lots);
    record->stop = order->stop_ticks > 0 ? pair_price_to_double(terms, order->stop_ticks) : 0;
    /* Of a ladder's it comes down with each rung. */
    const int64_t target = position->qty_lots != 0 ? position->target_ticks : order->target_ticks;
    record->target = target > 0 ? pair_price_to_double(terms, target) : 0;
}

static void record_exit(struct engine *engine, const struct portfolio_change *change,
                        const struct report *report, struct actions *out)
{
    const struct position *position = &change->position;
    const struct pair *terms = &engine->pairs[change->order.pair].terms;
    struct record *record = engine_record(engine, out, RECORD_EXIT, change->order.pair);
    record->order_id = change->order.id;
    record->qty_lots = position->sold_lots;
    if (position->sold_lots > 0) { /* else it was dust from the start */
        record->price = (double)position->sold / (double)decimal_pow10(MONEY_DECIMALS) /
                        pair_qty_to_double(terms, position->sold_lots);
    }
    record->proceeds = position->sold;
    record->fee = position->sold_fee;
    record->pnl = position->pnl;
    record->cost = position->sold - position->pnl - position->sold_fee;
    record->opened_ns = position->opened_ns;
    record->stop_hit = report->stop_hit;
    record->by_hand = position->exit_by_hand && change->order.purpose == PURPOSE_EXIT;
    record->purpose = change->order.purpose;
    record->strategies = position->strategies;
}

static void record_ended(struct engine *engine, const struct order *order,
                         const struct report *report, struct actions *out)
{
    struct record *record = engine_record(engine, out, RECORD_ORDER_ENDED, order->pair);
    record->order_id = order->id;
    record->purpose = order->purpose;
    record->reject = report->reject;
    record->qty_lots = order->filled_lots;
}

/* What is left of a part that was to be sold is too little for an order: it is kept. */
static void leave_scrap(struct engine *engine, uint32_t pair)
{
    struct position *position = &engine->portfolio.positions[pair];
    if (sells_part(position) &&
        pair_too_small(&engine->pairs[pair].terms, engine_exit_price(engine, pair),
                       position->exit_lots)) {
        position->exit_wanted = false;
        position->exit_lots = 0;
    }
}

/* An entry filled although everything is to be sold. */
static bool sells_all(const struct engine *engine, const struct order *order,
                      const struct report *report)
{
    const bool entered = order->purpose == PURPOSE_ENTRY && report->kind == REPORT_FILL;
    return engine->flatten ||
           (entered && engine->config.risk.crash.flatten && engine->crash.state == BREAKER_OPEN);
}

/* The order that a report changed, and what its pair then needs. */
static void settle(struct engine *engine, uint32_t pair, const struct order *order,
                   const struct report *report, struct actions *out)
{
    if (order_alive(order)) {
        if (report->kind == REPORT_FILL || report->kind == REPORT_AMENDED) {
            engine_tend(engine, pair, out);
        }
        return;
    }
    if (order->purpose == PURPOSE_ENTRY && order->filled_lots > 0) {
        engine->pairs[pair].traded += order->ladder == 0 || order->ladder == order->id;
        if (engine->target_told) {
            engine_draw_in(engine, pair); /* its cancel came too late */
        }
        record_entry(engine, order, out);
    } else if (order->state != ORDER_FILLED && !(order->purpose == PURPOSE_PROTECT)) {
        record_ended(engine, order, report, out);
    }
    portfolio_watch(&engine->portfolio);
    /* After a rejection, or an exit that found too thin a book, nothing is tried again at once: the
     * market is the same as a moment ago. What the pair does next, or the next batch, does. */
    const bool exit_cut = order->purpose == PURPOSE_EXIT && order->state != ORDER_FILLED;
    if (exit_cut) {
        leave_scrap(engine, pair);
    }
    const bool wait = exit_cut && engine->portfolio.positions[pair].exit_wanted;
    if (report->kind != REPORT_REJECTED && !wait) {
        engine_tend(engine, pair, out);
    }
}

void engine_report(struct engine *engine, const struct report *report, struct actions *out)
{
    const uint32_t pair = report->pair;
    CHECK(pair < engine->config.pair_count);
    if (report->kind == REPORT_NOTE) {
        struct record *record = engine_record(engine, out, RECORD_NOTE, pair);
        record->note = report->note;
        record->reject = report->reject;
        record->qty_lots = report->qty_lots;
        return;
    }
    struct portfolio_change change = {0};
    if (!portfolio_apply(&engine->portfolio, pair, &engine->pairs[pair].terms, report,
                         engine->time_ns, &change)) {
        return;
    }
    const struct order *order = &change.order;
    engine->last_order = change.order;
    if (change.closed) {
        record_exit(engine, &change, report, out);
        engine_cool(engine, pair, &change.position);
        engine_end_outcomes(engine, pair, &change.position, out);
        engine_bandit_learn(engine, pair, &change.position);
        engine_end_ladder(engine, pair, out);
        if (limits_cooling(&engine->config.risk.limits, &engine->portfolio.tally,
                           engine->time_ns)) {
            engine_take_back_all(engine, out);
        }
    }
    if (report->kind == REPORT_FILL && order->ladder != 0) {
        engine_average(engine, pair, order);
    }
    settle(engine, pair, order, report, out);
    const struct position *position = &engine->portfolio.positions[pair];
    if (position->qty_lots != 0 && !position->exit_wanted && sells_all(engine, order, report)) {
        engine_close(engine, pair, out);
    }
}
