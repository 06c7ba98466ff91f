/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "core/base/check.h"
#include "core/engine/engine_internal.h"

/* The operator's word. What it may do stands in command.h; each function here answers with the
 * verdict, and the record tells it. */

static void set_held(struct engine *engine, bool held, struct actions *out)
{
    if (engine->held != held) {
        engine->held = held;
        engine_record(engine, out, held ? RECORD_HELD : RECORD_RELEASED, UINT32_MAX);
        if (held) {
            engine_take_back_all(engine, out);
        }
    }
}

static void name_asker(struct record *record, const struct instruction *asked)
{
    record->ask = asked->ask;
    memcpy(record->origin, asked->origin, sizeof record->origin);
}

static void set_paused(struct engine *engine, const struct instruction *asked, struct actions *out)
{
    const bool paused = asked->command == COMMAND_PAUSE;
    engine->paused = paused;
    engine->flatten = engine->flatten && paused;
    if (!paused) {
        engine_guard_resume(engine);
    }
    const enum record_kind kind = paused ? RECORD_PAUSED : RECORD_RESUMED;
    name_asker(engine_record(engine, out, kind, UINT32_MAX), asked);
    if (paused) {
        engine_take_back_all(engine, out);
    }
}

/* A price that can stand in an order: none, or a multiple of the tick. */
static bool on_tick(const struct pair *terms, int64_t price_ticks)
{
    return price_ticks >= 0 && price_ticks % terms->tick_step == 0;
}

static bool on_ticks(const struct pair *terms, const struct instruction *asked)
{
    return on_tick(terms, asked->limit_ticks) && on_tick(terms, asked->stop_ticks) &&
           on_tick(terms, asked->target_ticks);
}

static double price_of(const struct pair *terms, int64_t price_ticks)
{
    return price_ticks > 0 ? pair_price_to_double(terms, price_ticks) : 0;
}

/* Before anything is reckoned with: an entry of this kind can be thought of on this pair now. */
static enum verdict entry_thinkable(struct engine *engine, const struct instruction *asked,
                                    bool loss_limit, struct record *record)
{
    const struct pair_state *state = &engine->pairs[asked->pair];
    if (!state->listed) {
        return VERDICT_PAIR_STATUS;
    }
    if (engine->portfolio.positions[asked->pair].qty_lots > 0) {
        return VERDICT_HOLD;
    }
    if (portfolio_working(&engine->portfolio, asked->pair)) {
        return VERDICT_HAVE_ORDER;
    }
    const enum verdict barred = engine_barred(engine, asked->pair, loss_limit, false, record);
    if (barred != 0) {
        return barred;
    }
    return engine->portfolio.order_count == ORDER_MAX ? VERDICT_FULL : engine_full(engine, record);
}

static enum verdict exits_sound(const struct engine *engine, const struct instruction *asked,
                                int64_t price_ticks)
{
    if (!on_ticks(&engine->pairs[asked->pair].terms, asked)) {
        return VERDICT_BAD_PRICE;
    }
    if (asked->stop_ticks == 0 && engine->config.risk.stop_required) {
        return VERDICT_NO_STOP;
    }
    if (asked->stop_ticks >= price_ticks) {
        return VERDICT_BAD_STOP;
    }
    return asked->target_ticks > 0 &&
                   (double)asked->target_ticks <= (double)price_ticks * (1 + engine->round_trip_fee)
               ? VERDICT_NO_REWARD
               : 0;
}

static enum verdict buy(struct engine *engine, const struct instruction *asked, bool loss_limit,
                        struct record *record, struct actions *out)
{
    const struct pair_state *state = &engine->pairs[asked->pair];
    const bool limit = asked->limit_ticks > 0;
    struct order exits = {.kind = limit ? ORDER_LIMIT : ORDER_MARKET,
                          .stop_ticks = asked->stop_ticks,
                          .target_ticks = asked->target_ticks};
    const bool late = asked->qty_lots == 0 && asked->cash == 0;
    enum verdict verdict = late ? VERDICT_LATE : entry_thinkable(engine, asked, loss_limit, record);
    if (verdict != 0) {
        return verdict;
    }
    int64_t market_ticks = 0;
    const bool market_known = engine_entry_price(state, &market_ticks);
    if (!limit && !market_known) {
        return VERDICT_PAIR_STATUS;
    }
    exits.limit_ticks = limit ? asked->limit_ticks : market_ticks;
    record->price = price_of(&state->terms, exits.limit_ticks);
    verdict = exits_sound(engine, asked, exits.limit_ticks);
    /* A limit above the market buys at the market: a stop between the two would sell at once. */
    if (verdict == 0 && market_known && asked->stop_ticks >= market_ticks) {
        verdict = VERDICT_BAD_STOP;
    }
    if (verdict != 0) {
        return verdict;
    }
    const struct risk_wish wish = {.qty_lots = asked->qty_lots, .cash = asked->cash};
    struct risk_size size = {0};
    verdict = engine_size_entry(engine, asked->pair, &exits, &wish, record, &size);
    if (verdict != VERDICT_ENTER) {
        return verdict;
    }
    engine_enter(engine, asked->pair, &size, &exits, out);
    return VERDICT_DONE;
}

static enum verdict sell(struct engine *engine, const struct instruction *asked,
                         struct record *record, struct actions *out)
{
    const struct pair *terms = &engine->pairs[asked->pair].terms;
    const struct position *position = &engine->portfolio.positions[asked->pair];
    const int64_t held = position->qty_lots;
    record->qty_lots = asked->qty_lots > 0 && asked->qty_lots < held ? asked->qty_lots : held;
    if (held == 0) {
        return VERDICT_NO_POSITION;
    }
    if (asked->qty_lots > held) {
        return VERDICT_NOT_SO_MUCH;
    }
    if (position->exit_wanted) {
        return VERDICT_CLOSING;
    }
    if (record->qty_lots == held) {
        engine_close_by_hand(engine, asked->pair, out);
        return VERDICT_DONE;
    }
    const int64_t price = engine_exit_price(engine, asked->pair);
    if (pair_too_small(terms, price, asked->qty_lots)) {
        return VERDICT_TOO_SMALL;
    }
    /* Its stop is an order too, at its own price. */
    const int64_t stop = position->stop_ticks > 0 ? position->stop_ticks : price;
    if (pair_too_small(terms, stop < price ? stop : price, held - asked->qty_lots)) {
        return VERDICT_REST_SMALL;
    }
    engine_sell_part(engine, asked->pair, asked->qty_lots, out);
    return VERDICT_DONE;
}

static enum verdict close_pair(struct engine *engine, const struct instruction *asked,
                               struct record *record, struct actions *out)
{
    const struct position *position = &engine->portfolio.positions[asked->pair];
    const bool closing = position->exit_wanted && position->exit_lots == 0;
    const bool entering = engine_take_back(engine, asked->pair, out) > 0;
    record->qty_lots = position->qty_lots;
    if (position->qty_lots > 0 && !closing) {
        engine_close_by_hand(engine, asked->pair, out);
        return VERDICT_DONE;
    }
    return entering ? VERDICT_DONE : closing ? VERDICT_CLOSING : VERDICT_NO_POSITION;
}

/* Every pair, also those that hold nothing: an entry under way there would fill later. */
static enum verdict flatten(struct engine *engine, struct record *record, struct actions *out)
{
    engine->paused = engine->flatten = true;
    record->agree_count = engine->portfolio.open_count;
    for (uint32_t i = 0; i < engine->config.pair_count; i++) {
        engine_close_by_hand(engine, i, out);
    }
    return VERDICT_DONE;
}

/* An exit between two tries is no order just now, and goes by the number of its last. */
static enum verdict cancel_waiting(struct engine *engine, const struct instruction *asked,
                                   struct record *record, struct actions *out)
{
    for (uint32_t i = 0; i < engine->config.pair_count; i++) {
        const struct position *position = &engine->portfolio.positions[i];
        if (!position->exit_wanted || position->exit_order != 0 || asked->order_id == 0 ||
            position->exit_last != asked->order_id) {
            continue;
        }
        record->pair = i;
        record->purpose = PURPOSE_EXIT;
        record->qty_lots = position->exit_lots > 0 ? position->exit_lots : position->qty_lots;
        return engine_cancel_waiting(engine, i, out) ? VERDICT_DONE : VERDICT_FLATTENING;
    }
    return VERDICT_NO_ORDER;
}

static enum verdict cancel_order(struct engine *engine, const struct instruction *asked,
                                 struct record *record, struct actions *out)
{
    const struct order *order = portfolio_find_order(&engine->portfolio, asked->order_id);
    if (order == NULL) {
        return cancel_waiting(engine, asked, record, out);
    }
    record->pair = order->pair;
    record->purpose = order->purpose;
    record->qty_lots = order->qty_lots - order->filled_lots;
    if (order->purpose == PURPOSE_PROTECT) {
        return VERDICT_BRACKET;
    }
    if (order->purpose == PURPOSE_EXIT && engine->flatten) {
        return VERDICT_FLATTENING;
    }
    engine_cancel(engine, order, out);
    return VERDICT_DONE;
}

static enum verdict move_bracket(struct engine *engine, const struct instruction *asked,
                                 struct record *record, struct actions *out)
{
    struct position *position = &engine->portfolio.positions[asked->pair];
    const struct pair_state *state = &engine->pairs[asked->pair];
    record->qty_lots = position->qty_lots;
    if (position->qty_lots == 0) {
        return VERDICT_NO_POSITION;
    }
    if (position->exit_wanted) {
        return VERDICT_CLOSING;
    }
    if (!on_ticks(&state->terms, asked) || (asked->stop_ticks == 0 && asked->target_ticks == 0)) {
        return VERDICT_BAD_PRICE;
    }
    const int64_t price_ticks = engine_exit_price(engine, asked->pair);
    record->price = price_of(&state->terms, price_ticks);
    if (asked->stop_ticks >= price_ticks) {
        return VERDICT_BAD_STOP;
    }
    if (asked->target_ticks > 0 && asked->target_ticks <= price_ticks) {
        return VERDICT_BAD_TARGET;
    }
    if (asked->stop_ticks > 0) {
        record->stop_before = price_of(&state->terms, position->stop_ticks);
        position->stop_ticks = asked->stop_ticks;
        position->risk = engine_risk_at(engine, asked->pair, asked->stop_ticks);
    }
    if (asked->target_ticks > 0) {
        position->target_ticks = asked->target_ticks;
        position->plan.price_ticks = 0; /* the operator's word stands, whatever a rung costs */
    }
    record->stop = price_of(&state->terms, position->stop_ticks);
    record->target = price_of(&state->terms, position->target_ticks);
    record->risk = position->risk;
    engine_move_bracket(engine, asked->pair, out);
    return VERDICT_DONE;
}

static enum verdict cast(struct engine *engine, const struct instruction *asked,
                         struct record *record)
{
    const struct engine_config *config = &engine->config;
    uint32_t index = 0;
    while (index < config->strategy_count && config->strategies[index].type != asked->strategy) {
        index++;
    }
    record->vote_count = 1;
    record->votes[0] = (struct vote){.strategy = (uint8_t)index};
    if (index == config->strategy_count) {
        record->vote_count = 0;
        return VERDICT_NO_STRATEGY;
    }
    engine->seats[index].part = (uint8_t)asked->part;
    engine_cast_parts(engine);
    return VERDICT_DONE;
}

static enum verdict obey(struct engine *engine, const struct instruction *asked, bool loss_limit,
                         struct record *record, struct actions *out)
{
    switch (asked->command) {
    case COMMAND_CLOSE:
        return close_pair(engine, asked, record, out);
    case COMMAND_FLATTEN:
        return flatten(engine, record, out);
    case COMMAND_BUY:
        return buy(engine, asked, loss_limit, record, out);
    case COMMAND_SELL:
        return sell(engine, asked, record, out);
    case COMMAND_CANCEL:
        return cancel_order(engine, asked, record, out);
    case COMMAND_BRACKET:
        return move_bracket(engine, asked, record, out);
    case COMMAND_STRATEGY:
        return cast(engine, asked, record);
    case COMMAND_LIMIT:
        return engine_turn_dial(engine, asked, record);
    case COMMAND_PAUSE:
    case COMMAND_RESUME:
    case COMMAND_HOLD:
    case COMMAND_RELEASE:
        break;
    }
    check_failed("a command that is obeyed here", __FILE__, __LINE__);
}

static void answer(struct engine *engine, const struct instruction *asked, struct actions *out)
{
    const bool about_pair = asked->command != COMMAND_FLATTEN && asked->command != COMMAND_CANCEL &&
                            asked->command != COMMAND_STRATEGY && asked->command != COMMAND_LIMIT;
    CHECK(!about_pair || asked->pair < engine->config.pair_count);
    const bool loss_limit = asked->command == COMMAND_BUY && engine_loss_limit(engine, out);
    if (asked->command == COMMAND_BUY) {
        engine_guard(engine, out);
        engine_day_target(engine, out);
    }
    struct record *record =
        engine_record(engine, out, RECORD_COMMAND, about_pair ? asked->pair : UINT32_MAX);
    record->command = asked->command;
    name_asker(record, asked);
    record->order_id = asked->order_id;
    record->direction = asked->command == COMMAND_BUY ? 1 : 0;
    record->qty_lots = asked->qty_lots;
    record->part = asked->part;
    if (asked->command == COMMAND_BUY) {
        record->stop = price_of(&engine->pairs[asked->pair].terms, asked->stop_ticks);
        record->target = price_of(&engine->pairs[asked->pair].terms, asked->target_ticks);
    }
    record->verdict = obey(engine, asked, loss_limit, record, out);
}

void engine_command(struct engine *engine, const struct instruction *asked, struct actions *out)
{
    switch (asked->command) {
    case COMMAND_PAUSE:
    case COMMAND_RESUME:
        set_paused(engine, asked, out);
        return;
    case COMMAND_HOLD:
    case COMMAND_RELEASE:
        set_held(engine, asked->command == COMMAND_HOLD, out);
        return;
    case COMMAND_CLOSE:
    case COMMAND_FLATTEN:
    case COMMAND_BUY:
    case COMMAND_SELL:
    case COMMAND_CANCEL:
    case COMMAND_BRACKET:
    case COMMAND_STRATEGY:
    case COMMAND_LIMIT:
        answer(engine, asked, out);
        return;
    }
}
