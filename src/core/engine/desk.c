/* SPDX-License-Identifier: MIT */
#include "core/engine/desk.h"

#include "core/base/check.h"

void desk_init(struct desk *desk, struct engine *engine, struct matching *matching,
               desk_on_step *on_step, void *context)
{
    desk->engine = engine;
    desk->matching = matching;
    desk->on_step = on_step;
    desk->context = context;
    desk->actions.count = 0;
    desk->actions.record_count = 0;
    desk->reports.count = 0;
    desk->tapes = NULL;
    desk->broker = NULL;
    desk->on_request = NULL;
    desk->requests.count = 0;
}

void desk_play(struct desk *desk, const struct tape *tapes)
{
    CHECK(desk->matching != NULL && desk->matching->config.fills == FILLS_TRADES);
    desk->tapes = tapes;
}

void desk_trade(struct desk *desk, struct broker *broker, desk_on_request *on_request)
{
    CHECK(desk->matching == NULL && broker != NULL && on_request != NULL);
    desk->broker = broker;
    desk->on_request = on_request;
}

static struct matching_market market_of(const struct desk *desk, uint32_t pair)
{
    const struct pair_state *state = &desk->engine->pairs[pair];
    return (struct matching_market){
        .pair = pair,
        .time_ns = desk->engine->time_ns,
        .terms = &state->terms,
        .book = &state->book,
        .tape = desk->tapes == NULL ? NULL : &desk->tapes[pair],
    };
}

static void carry_out(struct desk *desk, const struct action *action)
{
    switch (action->kind) {
    case ACTION_PLACE: {
        const struct matching_market market = market_of(desk, action->place.pair);
        matching_place(desk->matching, &market, &action->place, &desk->reports);
        return;
    }
    case ACTION_AMEND:
        matching_amend(desk->matching, action->amend.order_id, action->amend.qty_lots,
                       action->amend.stop_ticks, action->amend.target_ticks, &desk->reports);
        return;
    case ACTION_CANCEL:
        matching_cancel(desk->matching, action->cancel.order_id, &desk->reports);
        return;
    case ACTION_RECORD:
        return;
    }
}

static struct broker_out broker_out_of(struct desk *desk)
{
    return (struct broker_out){.reports = &desk->reports, .requests = &desk->requests};
}

static void commission(struct desk *desk, const struct action *action)
{
    struct broker_out out = broker_out_of(desk);
    switch (action->kind) {
    case ACTION_PLACE: {
        const struct matching_market market = market_of(desk, action->place.pair);
        broker_place(desk->broker, &market, &action->place, &out);
        return;
    }
    case ACTION_AMEND: {
        const struct matching_market market = market_of(desk, action->amend.pair);
        broker_amend(desk->broker, &market, action->amend.order_id, action->amend.qty_lots,
                     action->amend.stop_ticks, action->amend.target_ticks, &out);
        return;
    }
    case ACTION_CANCEL: {
        const struct matching_market market = market_of(desk, action->cancel.pair);
        broker_cancel(desk->broker, &market, action->cancel.order_id, &out);
        return;
    }
    case ACTION_RECORD:
        return;
    }
}

static void __attribute__((noinline)) carry_out_all(struct desk *desk)
{
    for (uint32_t i = 0; i < desk->actions.count; i++) {
        if (desk->broker != NULL) {
            commission(desk, &desk->actions.list[i]);
        } else {
            carry_out(desk, &desk->actions.list[i]);
        }
    }
}

static inline void step_once(struct desk *desk, const struct event *event)
{
    engine_step(desk->engine, event, &desk->actions);
    if (desk->on_step != NULL) {
        desk->on_step(desk->context, event, &desk->actions);
    }
    if (desk->actions.count > 0 && (desk->matching != NULL || desk->broker != NULL)) {
        carry_out_all(desk);
    }
}

/* Gives the engine every report, and the matching what the engine makes of it, until all is said.
 */
static void settle_reports(struct desk *desk, int64_t time_ns)
{
    for (uint32_t i = 0; i < desk->reports.count; i++) {
        const struct event event = {
            .kind = EVENT_REPORT,
            .time_ns = time_ns,
            .report = desk->reports.list[i],
        };
        step_once(desk, &event);
    }
    desk->reports.count = 0;
}

static inline void settle(struct desk *desk, int64_t time_ns)
{
    if (desk->reports.count > 0) {
        settle_reports(desk, time_ns);
    }
}

static void match_range(struct desk *desk, const struct matching_market *market,
                        const struct candle *candle, int64_t time_ns)
{
    matching_limits(desk->matching, market, candle, &desk->reports);
    const bool bought = desk->reports.count > 0;
    settle(desk, time_ns);
    matching_stops(desk->matching, market, candle, &desk->reports);
    settle(desk, time_ns);
    if (!bought) {
        matching_targets(desk->matching, market, candle, &desk->reports);
        settle(desk, time_ns);
    }
}

static void match_candles(struct desk *desk, const struct event *event)
{
    for (uint32_t i = 0; i < event->batch.count; i++) {
        const struct batch_entry *entry = &event->batch.entries[i];
        if (desk->matching->alive[entry->pair] == 0) {
            continue;
        }
        const struct matching_market market = market_of(desk, entry->pair);
        matching_open(desk->matching, &market, &entry->candle, &desk->reports);
        settle(desk, event->time_ns);
        match_range(desk, &market, &entry->candle, event->time_ns);
    }
}

/* Both out of line: most candles of a backtest find no order alive. */
static void __attribute__((noinline)) match_before(struct desk *desk, const struct event *event)
{
    const bool candles = desk->matching->config.fills == FILLS_CANDLES;
    if (event->kind == EVENT_BATCH) {
        matching_expire(desk->matching, event->time_ns, &desk->reports);
        settle(desk, event->time_ns);
        if (candles) {
            match_candles(desk, event);
        }
    }
    if (event->kind == EVENT_PAIR && desk->engine->pairs[event->pair.pair].listed) {
        matching_move(desk->matching, event->pair.pair,
                      &desk->engine->pairs[event->pair.pair].terms, &event->pair.terms);
    }
    if (event->kind == EVENT_TRADE && !candles) {
        const struct matching_market market = market_of(desk, event->trade.pair);
        matching_trade(desk->matching, &market, &event->trade.trade, &desk->reports);
        settle(desk, event->time_ns);
    }
}

static void __attribute__((noinline)) match_after(struct desk *desk, const struct event *event)
{
    settle(desk, event->time_ns);
    if (event->kind == EVENT_BOOK && desk->matching->config.fills != FILLS_CANDLES) {
        const struct matching_market market = market_of(desk, event->book.pair);
        matching_book(desk->matching, &market, event->book.changes, event->book.count,
                      &desk->reports);
        settle(desk, event->time_ns);
    }
}

/* Whatever happened on a pair, its next missing thing; and what that causes, until all is still. */
static void tend_stirred(struct desk *desk, int64_t time_ns)
{
    struct broker_out out = broker_out_of(desk);
    for (uint32_t round = 0; round < 4; round++) {
        bool still = true;
        for (uint32_t i = 0; i < desk->engine->config.pair_count; i++) {
            if (broker_stirred(desk->broker, i)) {
                const struct matching_market market = market_of(desk, i);
                broker_tend(desk->broker, &market, &out);
                settle(desk, time_ns);
                still = false;
            }
        }
        if (still) {
            return;
        }
    }
}

static void __attribute__((noinline)) trade_before(struct desk *desk, const struct event *event)
{
    if (event->kind == EVENT_PAIR && desk->engine->pairs[event->pair.pair].listed) {
        broker_move(desk->broker, event->pair.pair, &desk->engine->pairs[event->pair.pair].terms,
                    &event->pair.terms);
    }
}

static void __attribute__((noinline)) trade_after(struct desk *desk, const struct event *event)
{
    struct broker_out out = broker_out_of(desk);
    settle(desk, event->time_ns);
    broker_hold(desk->broker, desk->engine->held);
    if (event->kind == EVENT_NEWS) {
        broker_news(desk->broker, &event->news, desk->engine->time_ns, &out);
    } else if (event->kind == EVENT_TIME) {
        broker_time(desk->broker, desk->engine->time_ns, &out);
    } else if (event->kind == EVENT_BOOK && broker_busy(desk->broker, event->book.pair)) {
        const struct matching_market market = market_of(desk, event->book.pair);
        broker_tend(desk->broker, &market, &out);
    }
    settle(desk, event->time_ns);
    tend_stirred(desk, event->time_ns);
    for (uint32_t i = 0; i < desk->requests.count; i++) {
        desk->on_request(desk->context, &desk->requests.list[i]);
    }
    desk->requests.count = 0;
}

/* With no order alive, only a trade or a book can stir the matching (what was taken of a level). */
void desk_step(struct desk *desk, const struct event *event)
{
    const bool matched = desk->matching != NULL;
    if (event->kind == EVENT_STRATEGY) {
        step_once(desk, event); /* nothing that an order could be stirred by */
        return;
    }
    if (matched && (desk->matching->order_count > 0 || event->kind != EVENT_BATCH)) {
        match_before(desk, event);
    }
    if (desk->broker != NULL) {
        trade_before(desk, event);
    }
    step_once(desk, event);
    if (matched && (desk->reports.count > 0 || event->kind != EVENT_BATCH)) {
        match_after(desk, event);
    }
    if (desk->broker != NULL) {
        trade_after(desk, event);
    }
}
