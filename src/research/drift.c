/* SPDX-License-Identifier: MIT */
#include "research/drift.h"

#include <string.h>

#include "core/base/check.h"
#include "research/drift_internal.h"

#define NOTHING ((enum command)0)

const char *const drift_cause_names[DRIFT_CAUSE_COUNT] = {
    [DRIFT_NONE] = "none",
    [DRIFT_DATA] = "data",
    [DRIFT_CONFIGURATION] = "configuration",
    [DRIFT_ACCOUNT] = "account",
    [DRIFT_FILL_PRICE] = "fill price",
    [DRIFT_LATENCY] = "latency",
    [DRIFT_REFUSED] = "refused",
    [DRIFT_FEES] = "fees",
    [DRIFT_DECISION] = "decision",
};

const char *const drift_field_names[] = {"candle", "open", "high", "low", "close", "volume"};

void drift_init(struct drift *drift, const struct engine_config *config, bool session_by_candles)
{
    memset(drift, 0, sizeof *drift);
    drift->step_ns = timeframe_ns[config->base];
    drift->pair_count = config->pair_count;
    drift->by_candles[DRIFT_SESSION] = session_by_candles;
    drift->by_candles[DRIFT_RERUN] = true;
    drift->boundary_ns = INT64_MIN;
    for (uint32_t i = 0; i < PAIR_MAX; i++) {
        drift->pairs[i].at[DRIFT_SESSION] = drift->pairs[i].at[DRIFT_RERUN] = -1;
    }
}

static bool circumstance(enum drift_cause cause)
{
    return cause == DRIFT_DATA || cause == DRIFT_CONFIGURATION;
}

bool drift_looking(const struct drift *drift)
{
    return drift->first.cause == DRIFT_NONE ||
           (circumstance(drift->first.cause) && drift->shows.cause == DRIFT_NONE);
}

/* What somebody's hand did explains a fill or a decision that differs; a price it does not. */
static void blame_hand(const struct drift *drift, struct drift_difference *difference)
{
    const struct drift_pair *state = &drift->pairs[difference->pair];
    const bool on_pair = state->command != NOTHING &&
                         (drift->standing == NOTHING || state->command_ns >= drift->standing_ns);
    const bool done = difference->cause == DRIFT_LATENCY || difference->cause == DRIFT_DECISION;
    const bool poor = difference->cause == DRIFT_REFUSED && difference->reject == REJECT_FUNDS;
    if (done && (on_pair || drift->standing != NOTHING)) {
        difference->cause = DRIFT_ACCOUNT;
        difference->command = on_pair ? state->command : drift->standing;
        difference->command_ns = on_pair ? state->command_ns : drift->standing_ns;
    } else if (done && drift->part_ns != 0) {
        difference->cause = DRIFT_ACCOUNT;
        difference->command = drift->part_command;
        difference->command_ns = drift->part_ns;
    } else if (drift->stray != NOTE_NONE && (poor || (done && drift->stray != NOTE_FOREIGN))) {
        difference->cause = DRIFT_ACCOUNT;
        difference->note = drift->stray;
        difference->command_ns = drift->stray_ns;
    }
}

void drift_note(struct drift *drift, const struct drift_difference *difference)
{
    const bool first = drift->first.cause == DRIFT_NONE;
    if (!drift_looking(drift) || (!first && circumstance(difference->cause))) {
        return;
    }
    struct drift_difference *kept = first ? &drift->first : &drift->shows;
    *kept = *difference;
    if (!circumstance(kept->cause)) {
        blame_hand(drift, kept);
    }
}

void drift_configured(struct drift *drift, int64_t time_ns)
{
    drift_note(drift, &(struct drift_difference){
                          .cause = DRIFT_CONFIGURATION, .pair = UINT32_MAX, .time_ns = time_ns});
}

void drift_candle(struct drift *drift, uint32_t pair, const struct pair *terms,
                  const struct candle *session, const struct candle *rerun)
{
    const struct candle none = {0};
    const struct candle *a = session != NULL ? session : &none, *b = rerun != NULL ? rerun : &none;
    drift->totals.candle_count++;
    const bool both = session != NULL && rerun != NULL;
    enum drift_field field = DRIFT_CANDLE;
    if (both) {
        field = a->open != b->open       ? DRIFT_OPEN
                : a->high != b->high     ? DRIFT_HIGH
                : a->low != b->low       ? DRIFT_LOW
                : a->close != b->close   ? DRIFT_CLOSE
                : a->volume != b->volume ? DRIFT_VOLUME
                                         : DRIFT_CANDLE;
        if (field == DRIFT_CANDLE) {
            return;
        }
    }
    drift->totals.candle_differ_count++;
    drift_note(drift, &(struct drift_difference){
                          .cause = DRIFT_DATA,
                          .pair = pair,
                          .time_ns = session != NULL ? a->time_ns : b->time_ns,
                          .terms = *terms,
                          .field = field,
                          .has = {session != NULL, rerun != NULL},
                          .candles = {*a, *b},
                      });
}

void drift_event(struct drift *drift, const struct event *event)
{
    drift->event++;
    drift->batch = event->kind == EVENT_BATCH;
    drift->time_ns = event->time_ns > drift->time_ns ? event->time_ns : drift->time_ns;
    if (drift->batch) {
        struct drift_totals *totals = &drift->totals;
        drift->boundary_ns = event->batch.boundary_ns;
        const bool begun = totals->boundary_count > 0;
        totals->first_ns = begun ? totals->first_ns : drift->boundary_ns;
        /* A session that was started again is told once more of the boundary it ended with. */
        totals->boundary_count += !begun || drift->boundary_ns > totals->last_ns;
        totals->last_ns = drift->boundary_ns;
    }
    if (event->kind == EVENT_NEWS && event->news.kind == NEWS_FLOW) {
        drift->totals.flow_count++;
        drift->totals.flow += event->news.money;
    }
}

static void touch(struct drift *drift, uint32_t pair)
{
    if (!drift->pairs[pair].touched) {
        drift->pairs[pair].touched = true;
        drift->touched[drift->touched_count++] = pair;
    }
}

static void add_fill(struct drift *drift, enum drift_side side, const struct report *report,
                     const struct engine *engine)
{
    struct drift_pair *state = &drift->pairs[report->pair];
    drift->totals.fill_count[side]++;
    drift->totals.fee[side] += report->fee;
    touch(drift, report->pair);
    if (state->at[side] < 0) {
        return; /* of a trade from before */
    }
    struct drift_leg *leg = &state->deals[state->at[side]].legs[side];
    struct drift_fills *fills = report->side == SIDE_BUY ? &leg->entry : &leg->exit;
    const int64_t price = report->price_ticks;
    if (fills->count++ == 0) {
        const bool by_candles = drift->by_candles[side];
        fills->low_ticks = fills->high_ticks = price;
        fills->first_ns = by_candles ? drift->boundary_ns : drift->time_ns;
        fills->candle_ns = fills->first_ns - fills->first_ns % drift->step_ns;
        fills->by = engine->last_order.kind == ORDER_MARKET  ? DRIFT_BY_MARKET
                    : engine->last_order.kind == ORDER_LIMIT ? DRIFT_BY_LIMIT
                    : report->stop_hit                       ? DRIFT_BY_STOP
                                                             : DRIFT_BY_TARGET;
    }
    fills->low_ticks = price < fills->low_ticks ? price : fills->low_ticks;
    fills->high_ticks = price > fills->high_ticks ? price : fills->high_ticks;
    fills->qty_lots += report->qty_lots;
    fills->cost += report_cost(report, &engine->pairs[report->pair].terms);
    fills->fee += report->fee;
}

static void see_report(struct drift *drift, enum drift_side side, const struct report *report,
                       const struct engine *engine)
{
    const struct order *order = &engine->last_order;
    if (report->kind == REPORT_NOTE) {
        const enum report_note note = report->note;
        if (side == DRIFT_SESSION && drift->stray != NOTE_STRAY &&
            (note == NOTE_STRAY || note == NOTE_SECOND_INSTANCE || note == NOTE_FOREIGN)) {
            drift->stray = note;
            drift->stray_ns = drift->time_ns;
        }
        return;
    }
    if (report->kind == REPORT_FILL && order->id == report->order_id &&
        order->trade_id_last == report->trade_id) {
        add_fill(drift, side, report, engine);
    }
    struct drift_pair *state = &drift->pairs[report->pair];
    if (report->kind == REPORT_REJECTED && state->at[side] >= 0 && report->side == SIDE_BUY) {
        state->deals[state->at[side]].legs[side].reject = report->reject;
    }
}

static bool leg_done(const struct drift_leg *leg)
{
    return !leg->placed || leg->over || leg->closed;
}

void drift_end_deals(struct drift *drift, struct drift_pair *state, const struct pair *terms)
{
    for (uint32_t i = 0; i < DRIFT_DEAL_MAX; i++) {
        struct drift_deal *deal = &state->deals[i];
        if (deal->used && leg_done(&deal->legs[0]) && leg_done(&deal->legs[1])) {
            drift_tally(drift, deal, terms);
            deal->used = false;
            state->command = NOTHING; /* what it did to the trade has been seen */
        }
    }
}

static uint32_t spare_deal(const struct drift_pair *state)
{
    uint32_t spare = 0;
    while (spare < DRIFT_DEAL_MAX && state->deals[spare].used) {
        spare++;
    }
    return spare;
}

/* The trade that the other side decided on in this same event, or a new one. */
static uint32_t find_deal(struct drift *drift, uint32_t pair, enum drift_side side,
                          const struct pair *terms)
{
    struct drift_pair *state = &drift->pairs[pair];
    for (uint32_t i = 0; i < DRIFT_DEAL_MAX; i++) {
        const struct drift_deal *deal = &state->deals[i];
        if (deal->used && deal->event == drift->event && !deal->legs[side].placed) {
            return i;
        }
    }
    uint32_t spare = spare_deal(state);
    if (spare == DRIFT_DEAL_MAX) { /* a side is in one at most, so some are over */
        drift_end_deals(drift, state, terms);
        spare = spare_deal(state);
    }
    CHECK(spare < DRIFT_DEAL_MAX);
    state->deals[spare] = (struct drift_deal){
        .used = true,
        .pair = pair,
        .event = drift->event,
        .decided_ns = drift->boundary_ns,
    };
    return spare;
}

static void see_order(struct drift *drift, enum drift_side side, const struct order *order,
                      const struct pair *terms)
{
    struct drift_pair *state = &drift->pairs[order->pair];
    if (order->purpose != PURPOSE_ENTRY) {
        return;
    }
    touch(drift, order->pair);
    if (!state->ordered[side]) {
        state->ordered[side] = true;
        state->orders[side] = *order;
    }
    if (state->at[side] < 0) {
        const uint32_t index = find_deal(drift, order->pair, side, terms);
        state->at[side] = (int32_t)index;
        state->deals[index].legs[side] = (struct drift_leg){.placed = true};
    }
}

static void stand(struct drift *drift, enum command command)
{
    drift->standing = command;
    drift->standing_ns = drift->time_ns;
}

static void see_command(struct drift *drift, const struct record *record)
{
    const enum command command = record->command;
    if (record->verdict != VERDICT_DONE) {
        return;
    }
    if (command == COMMAND_STRATEGY || command == COMMAND_LIMIT) {
        drift->part_ns = drift->time_ns; /* what is decided, is decided otherwise from here on */
        drift->part_command = command;
    } else if (command == COMMAND_FLATTEN || record->pair >= PAIR_MAX) {
        stand(drift, command);
    } else {
        drift->pairs[record->pair].command = command;
        drift->pairs[record->pair].command_ns = drift->time_ns;
    }
}

static void see_record(struct drift *drift, enum drift_side side, const struct record *record)
{
    struct drift_pair *state = record->pair < PAIR_MAX ? &drift->pairs[record->pair] : NULL;
    switch (record->kind) {
    case RECORD_DECISION:
        drift->totals.decision_count[side]++;
        touch(drift, record->pair);
        state->decided[side] = true;
        state->decisions[side] = *record;
        return;
    case RECORD_EXIT:
        drift->totals.closed_count[side]++;
        drift->totals.pnl[side] += record->pnl;
        touch(drift, record->pair);
        if (state->at[side] >= 0) {
            struct drift_leg *leg = &state->deals[state->at[side]].legs[side];
            leg->complete = leg->closed = true;
            leg->pnl = record->pnl;
            state->at[side] = -1;
        }
        return;
    case RECORD_COMMAND:
        see_command(drift, record);
        return;
    case RECORD_PAUSED:
    case RECORD_RESUMED:
        stand(drift, record->kind == RECORD_PAUSED ? COMMAND_PAUSE : NOTHING);
        return;
    case RECORD_HELD:
    case RECORD_RELEASED: /* what the operator asked for outlasts it */
        if (drift->standing == NOTHING || drift->standing == COMMAND_HOLD) {
            stand(drift, record->kind == RECORD_HELD ? COMMAND_HOLD : NOTHING);
        }
        return;
    default:
        return;
    }
}

/* The side's last entry ended: with nothing bought its part of the trade is over. */
static void see_end(struct drift *drift, enum drift_side side, uint32_t pair,
                    const struct engine *engine)
{
    struct drift_pair *state = &drift->pairs[pair];
    if (state->at[side] < 0 || portfolio_working(&engine->portfolio, pair)) {
        return;
    }
    struct drift_leg *leg = &state->deals[state->at[side]].legs[side];
    leg->complete = leg->complete || leg->entry.count > 0;
    if (leg->entry.count == 0) {
        leg->over = true;
        touch(drift, pair);
        state->at[side] = -1;
    }
}

void drift_step(struct drift *drift, enum drift_side side, const struct event *event,
                const struct actions *actions, const struct engine *engine)
{
    const bool report = event->kind == EVENT_REPORT;
    if (report) {
        see_report(drift, side, &event->report, engine);
    }
    for (uint32_t i = 0; i < actions->count; i++) {
        const struct action *action = &actions->list[i];
        if (action->kind == ACTION_PLACE) {
            see_order(drift, side, &action->place, &engine->pairs[action->place.pair].terms);
        } else if (action->kind == ACTION_RECORD) {
            see_record(drift, side, &actions->records[action->record]);
        }
    }
    if (report && event->report.kind != REPORT_NOTE) {
        see_end(drift, side, event->report.pair, engine);
    }
}
