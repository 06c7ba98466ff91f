/* SPDX-License-Identifier: MIT */
#include "research/drift.h"

#include <string.h>

#include "core/base/check.h"
#include "research/drift_internal.h"

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
    const bool on_pair = state->command != 0 && state->command_ns >= drift->standing_ns;
    const bool done = difference->cause == DRIFT_LATENCY || difference->cause == DRIFT_DECISION;
    const bool poor = difference->cause == DRIFT_REFUSED && difference->reject == REJECT_FUNDS;
    if (done && (on_pair || drift->standing != 0)) {
        difference->cause = DRIFT_ACCOUNT;
        difference->command = on_pair ? state->command : drift->standing;
        difference->command_ns = on_pair ? state->command_ns : drift->standing_ns;
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

static void add_fill(struct drift *drift, enum drift_side side, const struct report *report,
                     const struct engine *engine)
{
    struct drift_pair *state = &drift->pairs[report->pair];
    drift->totals.fill_count[side]++;
    drift->totals.fee[side] += report->fee;
    state->touched = true;
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
        fills->resting = engine->last_order.kind != ORDER_MARKET;
    }
    fills->low_ticks = price < fills->low_ticks ? price : fills->low_ticks;
    fills->high_ticks = price > fills->high_ticks ? price : fills->high_ticks;
    fills->qty_lots += report->qty_lots;
    fills->cost += report_cost(report, &engine->pairs[report->pair].terms);
    fills->fee += report->fee;
}

#define NOTHING ((enum command)0)

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

static void end_deals(struct drift *drift, struct drift_pair *state, const struct pair *terms)
{
    for (uint32_t i = 0; i < DRIFT_DEAL_MAX; i++) {
        struct drift_deal *deal = &state->deals[i];
        if (deal->used && leg_done(&deal->legs[0]) && leg_done(&deal->legs[1])) {
            drift_tally(drift, deal, terms);
            deal->used = false;
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
static uint32_t find_deal(struct drift *drift, struct drift_pair *state, enum drift_side side,
                          const struct pair *terms)
{
    for (uint32_t i = 0; i < DRIFT_DEAL_MAX; i++) {
        const struct drift_deal *deal = &state->deals[i];
        if (deal->used && deal->event == drift->event && !deal->legs[side].placed) {
            return i;
        }
    }
    uint32_t spare = spare_deal(state);
    if (spare == DRIFT_DEAL_MAX) { /* a side is in one at most, so some are over */
        end_deals(drift, state, terms);
        spare = spare_deal(state);
    }
    CHECK(spare < DRIFT_DEAL_MAX);
    state->deals[spare] =
        (struct drift_deal){.used = true, .event = drift->event, .decided_ns = drift->boundary_ns};
    return spare;
}

static void see_order(struct drift *drift, enum drift_side side, const struct order *order,
                      const struct pair *terms)
{
    struct drift_pair *state = &drift->pairs[order->pair];
    if (order->purpose != PURPOSE_ENTRY) {
        return;
    }
    state->touched = true;
    if (!state->ordered[side]) {
        state->ordered[side] = true;
        state->orders[side] = *order;
    }
    if (state->at[side] < 0) {
        const uint32_t index = find_deal(drift, state, side, terms);
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
    if (command == COMMAND_FLATTEN || command == COMMAND_STRATEGY || record->pair >= PAIR_MAX) {
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
        state->touched = state->decided[side] = true;
        state->decisions[side] = *record;
        return;
    case RECORD_EXIT:
        drift->totals.closed_count[side]++;
        drift->totals.pnl[side] += record->pnl;
        state->touched = true;
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
        leg->over = state->touched = true;
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

static bool same_votes(const struct record *a, const struct record *b)
{
    bool same = a->vote_count == b->vote_count;
    for (uint32_t i = 0; same && i < a->vote_count; i++) {
        const struct vote *x = &a->votes[i], *y = &b->votes[i];
        same = x->strategy == y->strategy && x->direction == y->direction &&
               x->reason == y->reason && x->actionable == y->actionable &&
               x->strength == y->strength && x->confidence == y->confidence && x->stop == y->stop &&
               x->target == y->target;
    }
    return same;
}

static bool same_decision(const struct record *a, const struct record *b)
{
    return a->verdict == b->verdict && a->direction == b->direction && a->price == b->price &&
           a->confidence == b->confidence && a->gate == b->gate && same_votes(a, b);
}

static bool same_order(const struct order *a, const struct order *b)
{
    return a->kind == b->kind && a->side == b->side && a->qty_lots == b->qty_lots &&
           a->cash == b->cash && a->limit_ticks == b->limit_ticks &&
           a->stop_ticks == b->stop_ticks && a->target_ticks == b->target_ticks;
}

/* A trade on the pair that has come further on one side: the decision differs by that. */
static const struct drift_deal *uneven(const struct drift_pair *state)
{
    for (uint32_t i = 0; i < DRIFT_DEAL_MAX; i++) {
        const struct drift_deal *deal = &state->deals[i];
        const struct drift_leg *a = &deal->legs[DRIFT_SESSION], *b = &deal->legs[DRIFT_RERUN];
        if (deal->used && a->placed && b->placed &&
            (a->entry.qty_lots - a->exit.qty_lots != b->entry.qty_lots - b->exit.qty_lots ||
             a->over != b->over)) {
            return deal;
        }
    }
    return NULL;
}

static void judge_decision(struct drift *drift, uint32_t pair, const struct pair *terms)
{
    const struct drift_pair *state = &drift->pairs[pair];
    const bool *decided = state->decided, *ordered = state->ordered;
    const bool differ = decided[0] != decided[1] ||
                        (decided[0] && !same_decision(&state->decisions[0], &state->decisions[1]));
    const bool orders_differ = ordered[0] != ordered[1] ||
                               (ordered[0] && !same_order(&state->orders[0], &state->orders[1]));
    if (!drift_looking(drift) || (!differ && !orders_differ)) {
        return;
    }
    const struct drift_deal *deal = uneven(state);
    struct drift_difference difference = {
        .cause = deal != NULL ? DRIFT_LATENCY : DRIFT_DECISION,
        .pair = pair,
        .time_ns = drift->time_ns,
        .terms = *terms,
        .ordered = !differ,
        .has = {differ ? decided[0] : ordered[0], differ ? decided[1] : ordered[1]},
        .records = {state->decisions[0], state->decisions[1]},
        .orders = {state->orders[0], state->orders[1]},
        .decided_ns = drift->boundary_ns,
    };
    if (deal != NULL) {
        difference.decided_ns = deal->decided_ns;
        difference.exit = deal->entry_judged;
    }
    drift_note(drift, &difference);
}

/* A lateness that was found may get its figures only when the other fill has come. */
static void complete(struct drift_difference *difference, uint32_t pair,
                     const struct drift_deal *deal)
{
    const bool ours = (difference->cause == DRIFT_LATENCY || difference->cause == DRIFT_ACCOUNT ||
                       difference->cause == DRIFT_REFUSED) &&
                      difference->pair == pair && difference->decided_ns == deal->decided_ns;
    if (!ours) {
        return;
    }
    for (uint32_t side = 0; side < DRIFT_SIDES; side++) {
        const struct drift_leg *leg = &deal->legs[side];
        difference->fills[side] = difference->exit ? leg->exit : leg->entry;
        difference->ended[side] = leg->over;
    }
    if (difference->fills[0].count > 0 && difference->fills[1].count > 0) {
        difference->delay_ns = drift_delay_ns(deal, difference->exit);
        difference->gap_bps = drift_gap_bps(deal, difference->exit, &difference->terms);
    }
}

static void settle_pair(struct drift *drift, uint32_t pair, const struct engine *engine)
{
    struct drift_pair *state = &drift->pairs[pair];
    const struct pair *terms = &engine->pairs[pair].terms;
    judge_decision(drift, pair, terms);
    for (uint32_t i = 0; i < DRIFT_DEAL_MAX; i++) {
        if (state->deals[i].used) {
            complete(&drift->first, pair, &state->deals[i]);
            complete(&drift->shows, pair, &state->deals[i]);
        }
    }
    end_deals(drift, state, terms);
    state->touched = false;
    state->decided[0] = state->decided[1] = state->ordered[0] = state->ordered[1] = false;
}

void drift_settle(struct drift *drift, const struct engine *rerun)
{
    /* What was filled came before what was decided on it, on whichever pair. */
    for (uint32_t pair = 0; pair < drift->pair_count && drift_looking(drift); pair++) {
        struct drift_pair *state = &drift->pairs[pair];
        for (uint32_t i = 0; i < DRIFT_DEAL_MAX && (drift->batch || state->touched); i++) {
            if (state->deals[i].used) {
                drift_judge(drift, pair, &state->deals[i], &rerun->pairs[pair].terms);
            }
        }
    }
    for (uint32_t pair = 0; pair < drift->pair_count; pair++) {
        if (drift->pairs[pair].touched) {
            settle_pair(drift, pair, rerun);
        }
    }
}
