/* SPDX-License-Identifier: MIT */
#include "core/execution/broker_internal.h"

/* A refused request is not made again before: the venue will think the same a moment later. Not
 * longer either, for what it would protect is bare. */
#define REFUSED_WAIT_NS NS_PER_S

static uint32_t slot_of(const struct broker *broker, const struct ticket *ticket)
{
    return (uint32_t)(ticket - broker->lanes[ticket->pair].tickets);
}

/* Rows of a position's own orders still come: its children name their parent. */
static bool ticket_needed(const struct broker *broker, const struct lane *lane,
                          const struct ticket *ticket)
{
    return ticket_alive(ticket) ||
           (ticket->state == TICKET_ENDED &&
            (lane->held_lots != 0 || broker->time_ns - ticket->ended_ns < TICKET_KEEP_NS));
}

/* A free slot, else one that is forgettable, else the longest ended, of which no child can come: a
 * stop or a sale, or a rung that never bought. A listing that lags shows what ended lately as open
 * still; whose ticket is gone by then is taken for another. */
static struct ticket *find_slot(struct broker *broker, struct lane *lane)
{
    struct ticket *best = NULL;
    for (uint32_t i = 0; i < LANE_TICKET_MAX; i++) {
        struct ticket *ticket = &lane->tickets[i];
        if (ticket->state == TICKET_FREE || !ticket_needed(broker, lane, ticket)) {
            return ticket;
        }
        const bool older = best == NULL || ticket->ended_ns < best->ended_ns;
        const bool parent = ticket->role == TICKET_ENTRY && ticket->told_lots > 0;
        if (ticket->state == TICKET_ENDED && !parent && older) {
            best = ticket;
        }
    }
    return best;
}

struct ticket *ticket_new(struct broker *broker, uint32_t pair, enum ticket_role role)
{
    struct ticket *ticket = find_slot(broker, &broker->lanes[pair]);
    if (ticket != NULL) {
        *ticket = (struct ticket){
            .number = broker->number_next++,
            .role = role,
            .state = TICKET_INTENDED,
            .side = role == TICKET_ENTRY ? SIDE_BUY : SIDE_SELL,
            .pair = pair,
            .created_ns = broker->time_ns,
        };
    }
    return ticket;
}

struct ticket *lane_find(struct lane *lane, struct venue_id txid, uint64_t number)
{
    for (uint32_t i = 0; i < LANE_TICKET_MAX; i++) {
        struct ticket *ticket = &lane->tickets[i];
        if (ticket->state == TICKET_FREE) {
            continue;
        }
        if ((venue_id_known(txid) && venue_id_same(ticket->txid, txid)) ||
            (number != 0 && !ticket->made_by_venue && ticket->number == number)) {
            return ticket;
        }
    }
    return NULL;
}

void ticket_over(struct broker *broker, struct ticket *ticket, struct broker_out *out)
{
    CHECK(ticket_alive(ticket));
    struct lane *lane = ticket_lane(broker, ticket);
    ticket->state = TICKET_ENDED;
    ticket->ended_ns = broker->time_ns;
    ticket->asked = 0;
    lane->stir = true;
    if (ticket->role == TICKET_ENTRY) {
        lane_entry_over(lane, ticket, out);
    } else if (ticket->ended_told && ticket->filled_lots == 0 && !ticket->cancelling) {
        /* Nobody to sell to, or an order of the same account: not again in the same breath. */
        lane->again_ns = broker->time_ns + REFUSED_WAIT_NS;
    }
}

struct request *broker_ask(struct broker *broker, enum request_kind kind, struct broker_out *out)
{
    CHECK(out->requests->count < REQUEST_MAX);
    struct request *request = &out->requests->list[out->requests->count++];
    *request = (struct request){
        .sequence = broker->sequence_next++,
        .kind = kind,
        .pair = UINT32_MAX,
    };
    return request;
}

static bool room_for_request(const struct broker *broker, const struct broker_out *out)
{
    return broker->pending_count < PENDING_MAX && out->requests->count < REQUEST_MAX;
}

static struct request *ask_about(struct broker *broker, struct ticket *ticket,
                                 enum request_kind kind, int64_t cost, struct broker_out *out)
{
    struct request *request = broker_ask(broker, kind, out);
    request->pair = ticket->pair;
    request->client = ticket->made_by_venue ? 0 : ticket->number;
    request->txid = ticket->txid;
    request->side = ticket->side;
    request->order = ticket->kind;
    ticket->asked = request->sequence;
    ticket->asked_kind = kind;
    ticket->asked_ns = broker->time_ns;
    ticket_lane(broker, ticket)->rate_asked += cost;
    broker->pending[broker->pending_count++] = (struct pending){
        .sequence = request->sequence,
        .kind = kind,
        .pair = ticket->pair,
        .slot = slot_of(broker, ticket),
        .number = ticket->number,
        .cost = cost,
    };
    return request;
}

/* At most: what the venue does not have for certain counts as fresh. */
static int64_t cost_of(const struct broker *broker, const struct ticket *ticket,
                       enum rate_action action)
{
    const int64_t age = ticket->opened_ns != 0 ? broker->time_ns - ticket->opened_ns : 0;
    return rate_cost_fixed(action) + rate_cost_by_age(action, age);
}

/* An order that ends by itself may be counted like one cancelled. */
static int64_t cost_of_add(const struct ticket *ticket)
{
    return rate_cost_fixed(RATE_ADD) +
           (ticket->life == LIFE_IOC ? rate_cost_by_age(RATE_CANCEL, 0) : 0);
}

/*
 * When a request is counted, the venue alone knows: after it was sent, before it was answered. So
 * until its answer it counts in full, and from then on as if it had just been made. The venue's
 * counter is never above that.
 */
static bool admits(const struct broker *broker, uint32_t pair, int64_t cost)
{
    const struct lane *lane = &broker->lanes[pair];
    const struct rate_limit limit = rate_limit_trading((enum rate_tier)broker->config.tier);
    return rate_counter_admits(&lane->rate, &limit, lane->rate_asked + cost, broker->time_ns);
}

void lane_count(const struct broker *broker, struct lane *lane, int64_t cost)
{
    const struct rate_limit limit = rate_limit_trading((enum rate_tier)broker->config.tier);
    lane->rate_asked -= cost;
    rate_counter_add(&lane->rate, &limit, cost, broker->time_ns);
}

void lane_fill_counter(const struct broker *broker, struct lane *lane)
{
    const struct rate_limit limit = rate_limit_trading((enum rate_tier)broker->config.tier);
    lane->rate = (struct rate_counter){0};
    rate_counter_add(&lane->rate, &limit, limit.max, broker->time_ns);
}

/* An entry leaves room to cancel it, and its stops, while young: the dearest thing there is. Of a
 * ladder's rungs, which rest for long and are cheaper every minute, as far as half the counter
 * goes. */
bool lane_admits(const struct broker *broker, uint32_t pair, uint32_t entry_count)
{
    const struct rate_limit limit = rate_limit_trading((enum rate_tier)broker->config.tier);
    const int64_t young = rate_cost_by_age(RATE_CANCEL, 0);
    const int64_t all = (2 + (int64_t)entry_count) * young;
    const int64_t most = limit.max / 2 > 3 * young ? limit.max / 2 : 3 * young;
    const int64_t kept = all < most ? all : most;
    return admits(broker, pair, rate_cost_fixed(RATE_ADD) + kept);
}

static int64_t deadline_of(const struct broker *broker, const struct ticket *ticket)
{
    const int64_t deadline = broker->config.deadline_ns;
    return ticket->role == TICKET_ENTRY || deadline < GUARD_DEADLINE_NS ? deadline
                                                                        : GUARD_DEADLINE_NS;
}

bool ticket_add(struct broker *broker, struct ticket *ticket, struct broker_out *out)
{
    CHECK(ticket->state == TICKET_INTENDED && ticket->intent == 0);
    const int64_t cost = cost_of_add(ticket);
    if (!room_for_request(broker, out) || !admits(broker, ticket->pair, cost) ||
        !broker_takes(broker, ticket->pair, REQUEST_ADD, ticket->kind)) {
        return false;
    }
    struct request *request = ask_about(broker, ticket, REQUEST_ADD, cost, out);
    request->life = ticket->life;
    request->expire_ns = ticket->expire_ns;
    request->qty_lots = ticket->qty_lots;
    request->limit_ticks = ticket->limit_ticks;
    request->trigger_ticks = ticket->trigger_ticks;
    request->close_ticks = ticket->close_ticks;
    request->deadline_ns = ticket->deadline_ns = broker->time_ns + deadline_of(broker, ticket);
    ticket->intent = request->sequence;
    return true;
}

/* Nothing may be asked of it now. */
static bool ticket_waits(const struct broker *broker, const struct ticket *ticket,
                         enum request_kind kind, const struct broker_out *out)
{
    return ticket->asked != 0 || broker->time_ns < ticket->again_ns ||
           !room_for_request(broker, out) ||
           !broker_takes(broker, ticket->pair, kind, ticket->kind);
}

bool ticket_amend(struct broker *broker, struct ticket *ticket, int64_t qty_lots,
                  int64_t limit_ticks, int64_t trigger_ticks, struct broker_out *out)
{
    const int64_t cost = cost_of(broker, ticket, RATE_AMEND);
    if (!ticket_standing(ticket) || ticket_waits(broker, ticket, REQUEST_AMEND, out) ||
        !admits(broker, ticket->pair, cost)) {
        return false;
    }
    struct request *request = ask_about(broker, ticket, REQUEST_AMEND, cost, out);
    ticket->want_lots = qty_lots;
    ticket->grown = ticket->grown || qty_lots > ticket->qty_lots;
    ticket->want_limit_ticks = limit_ticks;
    ticket->want_trigger_ticks = trigger_ticks;
    request->qty_lots = qty_lots != ticket->qty_lots ? qty_lots : 0;
    request->limit_ticks = limit_ticks != ticket->limit_ticks ? limit_ticks : 0;
    request->trigger_ticks = trigger_ticks != ticket->trigger_ticks ? trigger_ticks : 0;
    request->deadline_ns = broker->time_ns + deadline_of(broker, ticket);
    return true;
}

bool broker_intends(const struct broker *broker, uint64_t sequence)
{
    for (uint32_t i = 0; i < broker->pending_count; i++) {
        if (broker->pending[i].sequence == sequence) {
            return true;
        }
    }
    return false;
}

/* Its intent may be on disk or not: it was not sent, and never will be. */
static void withdraw(struct broker *broker, struct ticket *ticket, struct broker_out *out)
{
    for (uint32_t i = 0; i < broker->pending_count; i++) {
        if (broker->pending[i].sequence == ticket->intent) {
            ticket_lane(broker, ticket)->rate_asked -= broker->pending[i].cost;
            broker->pending[i] = broker->pending[--broker->pending_count];
            break;
        }
    }
    if (ticket->role == TICKET_ENTRY) {
        broker_entry_unmade(broker);
    }
    ticket->ended_as = NEWS_CANCELLED;
    ticket_over(broker, ticket, out);
}

/* An order that the venue may have, open or not known: a cancel can do no harm twice. One that only
 * the disk may have is withdrawn. */
bool ticket_cancel(struct broker *broker, struct ticket *ticket, struct broker_out *out)
{
    if (ticket->state == TICKET_INTENDED) {
        withdraw(broker, ticket, out);
        return true;
    }
    const bool there = ticket->state == TICKET_OPEN || ticket->state == TICKET_UNKNOWN;
    const int64_t cost = cost_of(broker, ticket, RATE_CANCEL);
    if (!there || ticket->ended_told || ticket->missed_ns != 0 ||
        ticket_waits(broker, ticket, REQUEST_CANCEL, out) || !admits(broker, ticket->pair, cost)) {
        return false;
    }
    ticket->cancelling = true;
    ask_about(broker, ticket, REQUEST_CANCEL, cost, out);
    return true;
}

bool ticket_query(struct broker *broker, struct ticket *ticket, struct broker_out *out)
{
    if (ticket_waits(broker, ticket, REQUEST_QUERY, out)) {
        return false;
    }
    ask_about(broker, ticket, REQUEST_QUERY, 0, out);
    return true;
}

struct report *broker_report(struct broker_out *out, const struct order *order,
                             enum report_kind kind)
{
    CHECK(out->reports->count < MATCHING_REPORT_MAX && order->id != 0);
    struct report *report = &out->reports->list[out->reports->count++];
    *report = (struct report){
        .order_id = order->id,
        .kind = kind,
        .pair = order->pair,
        .side = order->side,
    };
    return report;
}

struct report *broker_note(struct broker_out *out, enum report_note note, uint32_t pair,
                           int64_t figure)
{
    CHECK(out->reports->count < MATCHING_REPORT_MAX);
    struct report *report = &out->reports->list[out->reports->count++];
    *report = (struct report){
        .kind = REPORT_NOTE,
        .note = note,
        .pair = pair,
        .qty_lots = figure,
    };
    return report;
}

static void note_refused(struct broker_out *out, enum report_note note, const struct ticket *ticket,
                         enum reject_reason reject)
{
    broker_note(out, note, ticket->pair, (int64_t)ticket->number)->reject = reject;
}

/* Takes the request from the list; its ticket, or NULL for one that gave way or was settled. */
static struct ticket *take_pending(struct broker *broker, uint64_t sequence, bool *ret_known)
{
    *ret_known = false;
    for (uint32_t i = 0; i < broker->pending_count; i++) {
        const struct pending pending = broker->pending[i];
        if (pending.sequence != sequence) {
            continue;
        }
        broker->pending[i] = broker->pending[--broker->pending_count];
        lane_count(broker, &broker->lanes[pending.pair], pending.cost);
        *ret_known = true;
        struct ticket *ticket = &broker->lanes[pending.pair].tickets[pending.slot];
        const bool same = ticket->number == pending.number && ticket->asked == sequence;
        return same && ticket_alive(ticket) ? ticket : NULL;
    }
    return NULL;
}

static void accepted(struct broker *broker, struct ticket *ticket, enum request_kind kind,
                     const struct news *news)
{
    switch (kind) {
    case REQUEST_ADD:
        ticket->state = TICKET_OPEN;
        ticket->opened_ns = ticket->opened_ns != 0 ? ticket->opened_ns : broker->time_ns;
        ticket_lane(broker, ticket)->refusals = 0;
        if (venue_id_known(news->txid)) {
            ticket->txid = news->txid;
        }
        return;
    case REQUEST_AMEND:
        ticket->qty_lots = ticket->want_lots;
        ticket->limit_ticks = ticket->want_limit_ticks;
        ticket->trigger_ticks = ticket->want_trigger_ticks;
        ticket->unsure = ticket->unmoved = false;
        return;
    case REQUEST_CANCEL: /* its end comes as a row; were that lost, asked again */
        ticket->again_ns = broker->time_ns + FILL_WAIT_NS;
        return;
    case REQUEST_LIST:
    case REQUEST_QUERY:
    case REQUEST_TIMER:
        return;
    }
}

/* The venue refused: an order added is over; one that it no longer has must be looked up. */
static void refused(struct broker *broker, struct ticket *ticket, enum request_kind kind,
                    const struct news *news, struct broker_out *out)
{
    struct lane *lane = ticket_lane(broker, ticket);
    ticket->again_ns = broker->time_ns + REFUSED_WAIT_NS;
    if (news->reject == REJECT_RATE) {
        lane_fill_counter(broker, lane); /* another client of the account uses it up as well */
    }
    if (kind == REQUEST_ADD && ticket->state != TICKET_SENT && ticket->state != TICKET_INTENDED) {
        return; /* the venue's rows already showed it */
    }
    if (kind == REQUEST_ADD) {
        ticket->reject = news->reject == REJECT_NONE ? REJECT_OTHER : news->reject;
        if (ticket->role != TICKET_ENTRY) {
            lane->again_ns =
                broker->time_ns + (lane->refusals++ == 0 ? REFUSED_WAIT_NS / 2 : REFUSED_WAIT_NS);
            note_refused(out, NOTE_REFUSED, ticket, ticket->reject);
            if (ticket->reject == REJECT_FUNDS) {
                broker_want_list(broker, 0); /* a stop we do not know of may hold the coins */
            }
        }
        ticket_over(broker, ticket, out);
    } else if (news->reject == REJECT_UNKNOWN_ORDER) {
        if (kind == REQUEST_CANCEL && broker->time_ns > ticket->deadline_ns) {
            ticket->missed_ns = broker->time_ns;
            broker_want_list(broker, 0);
        }
        ticket->again_ns = 0;
        ticket_query(broker, ticket, out);
    } else if (kind == REQUEST_AMEND && ticket->role == TICKET_STOP && !ticket->unmoved) {
        ticket->unmoved = true; /* said once: it is asked again every second */
        note_refused(out, NOTE_UNMOVED, ticket,
                     news->reject == REJECT_NONE ? REJECT_OTHER : news->reject);
    }
}

static void lost(struct broker *broker, struct ticket *ticket, enum request_kind kind,
                 struct broker_out *out)
{
    ticket->unsure = ticket->unsure || kind == REQUEST_AMEND;
    if (kind == REQUEST_ADD && ticket->state == TICKET_SENT) {
        ticket->state = TICKET_UNKNOWN;
        broker->stats.unknown_count++;
        broker_note(out, NOTE_UNKNOWN, ticket->pair, (int64_t)ticket->number);
        const struct lane_entry *entry = lane_entry_of(ticket_lane(broker, ticket), ticket);
        if (entry != NULL) {
            broker_report(out, &entry->order, REPORT_UNKNOWN);
        }
    }
    ticket->again_ns = broker->time_ns + REFUSED_WAIT_NS;
    broker_want_list(broker, 0);
}

static void judge_entry(struct broker *broker, const struct ticket *ticket, const struct news *news,
                        struct broker_out *out)
{
    if (ticket->role != TICKET_ENTRY || ticket->asked_kind != REQUEST_ADD ||
        ticket->state == TICKET_OPEN) { /* its rows came first */
        return;
    }
    if (news->kind == NEWS_ACCEPTED) {
        broker_entry_taken(broker, ticket, out);
    } else {
        broker_entry_failed(broker, ticket, out);
    }
}

static void answer_ticket(struct broker *broker, struct ticket *ticket, const struct news *news,
                          struct broker_out *out)
{
    const enum request_kind kind = ticket->asked_kind;
    judge_entry(broker, ticket, news, out);
    ticket->asked = 0;
    ticket_lane(broker, ticket)->stir = true;
    switch (news->kind) {
    case NEWS_ACCEPTED:
        accepted(broker, ticket, kind, news);
        return;
    case NEWS_REFUSED:
        refused(broker, ticket, kind, news, out);
        return;
    case NEWS_LOST:
        lost(broker, ticket, kind, out);
        return;
    case NEWS_UNSENT: {
        const struct news unsent = {.reject = REJECT_VENUE_DOWN};
        refused(broker, ticket, kind, &unsent, out);
        return;
    }
    case NEWS_LISTED: /* a query: its rows came before */
        ticket->again_ns = broker->time_ns + FILL_WAIT_NS;
        return;
    case NEWS_DURABLE:
    case NEWS_ORDER:
    case NEWS_TRADE:
    case NEWS_LINK:
    case NEWS_FLOW:
    case NEWS_SYSTEM:
        return;
    }
}

void broker_answer(struct broker *broker, const struct news *news, struct broker_out *out)
{
    bool known;
    struct ticket *ticket = take_pending(broker, news->sequence, &known);
    if (ticket != NULL) {
        answer_ticket(broker, ticket, news, out);
    }
}
