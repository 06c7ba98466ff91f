/* SPDX-License-Identifier: MIT */
#include "core/execution/broker.h"

#include <string.h>

#include "core/execution/broker_internal.h"

#define FIELD(member) OPTION_FIELD(struct broker_config, member)

static const char *const tiers[] = {"starter", "intermediate", "pro", NULL};

const struct option broker_options[] = {
    {"deadline", OPTION_DURATION, "", "10s", 0.5, 60, NULL, FIELD(deadline_ns),
     "an order not matched by then is refused by the venue"},
    {"lag", OPTION_DURATION, "", "60s", 1, 600, NULL, FIELD(lag_ns),
     "how long a listing of the venue's may lack what the venue has"},
    {"bare_limit", OPTION_DURATION, "", "5s", 1, 60, NULL, FIELD(bare_ns),
     "coins without a stop for so long are sold at market; in a rehearsal no less than a real "
     "second"},
    {"exit_try", OPTION_DURATION, "", "1s200ms", 0.1, 60, NULL, FIELD(try_ns),
     "a limit exit has so long to fill before it is priced anew"},
    {"exit_tries", OPTION_INT, "", "3", 0, 20, NULL, FIELD(try_count),
     "limit exits at the touch, before one as deep as max_spread"},
    {"reprice", OPTION_DURATION, "", "5s", 0, 600, NULL, FIELD(reprice_ns),
     "a resting entry follows the touch at most so often; 0 never"},
    {"list_every", OPTION_DURATION, "", "5m", 10, 86400, NULL, FIELD(list_ns),
     "everything is compared with the venue so often"},
    {"dead_man", OPTION_DURATION, "", "60s", 0, 86399, NULL, FIELD(timer_ns),
     "the venue cancels resting entries when unheard for so long; 0 never. Only while nothing is "
     "held and no order could leave a stop"},
    {"tier", OPTION_CHOICE, "", "intermediate", 0, 0, tiers, FIELD(tier),
     "the account's verification level: its rate limits"},
    {"failures", OPTION_INT, "entries", "5", 0, 100, NULL, FIELD(failure_limit),
     "so many entries refused or lost within the pause stop entries for that long; then one is "
     "tried. 0 never"},
    {"failure_pause", OPTION_DURATION, "", "2m", 1, 86400, NULL, FIELD(failure_pause_ns),
     "how long; doubled with each trial that fails"},
    {"max_spread", OPTION_REAL, "of price", "0.01", 0, 1, NULL, FIELD(spread_max),
     "a book that is wider takes no entry, and what is sold while it is no emergency goes no "
     "further "
     "below the best ask; 0 any"},
    {"wide_wait", OPTION_DURATION, "", "5m", 0, 86400, NULL, FIELD(wide_ns),
     "while a book is wider than max_spread an exit waits, and its stop stands, for so long at "
     "most; then it is sold at any price. 0: it does not wait"},
};
const uint32_t broker_option_count = sizeof broker_options / sizeof broker_options[0];

void broker_init(struct broker *broker, const struct broker_config *config, uint32_t pair_count)
{
    CHECK(pair_count <= PAIR_MAX);
    memset(broker, 0, sizeof *broker);
    broker->config = *config;
    broker->pair_count = pair_count;
    broker->number_next = broker->sequence_next = broker->trade_next = 1;
}

/* What was under way when the process died may have happened or not. */
static void doubt_ticket(struct ticket *ticket)
{
    if (ticket->state == TICKET_INTENDED || ticket->state == TICKET_SENT) {
        ticket->state = TICKET_UNKNOWN;
    }
    ticket->unsure = true;
    ticket->asked = 0;
    ticket->again_ns = 0;
    ticket->cancelling = false;
    ticket->listed = 0;
}

void broker_adopt(struct broker *broker, const struct broker *before, const uint32_t *map)
{
    const struct broker_config config = broker->config;
    const uint32_t pair_count = broker->pair_count;
    memcpy(broker, before, offsetof(struct broker, lanes)); /* all but the lanes, megabytes */
    memcpy(broker->execs, before->execs, sizeof broker->execs);
    broker->config = config;
    broker->pair_count = pair_count;
    memset(broker->lanes, 0, pair_count * sizeof broker->lanes[0]);
    for (uint32_t i = 0; i < before->pair_count; i++) {
        if (map[i] >= pair_count) {
            continue;
        }
        struct lane *lane = &broker->lanes[map[i]];
        *lane = before->lanes[i];
        lane->protect.pair = lane->exit.pair = map[i];
        for (uint32_t e = 0; e < LADDER_RUNG_MAX; e++) {
            lane->entries[e].order.pair = map[i];
        }
        lane->again_ns = 0;
        lane->stir = true;
        lane->rate_asked = 0;
        lane_fill_counter(broker, lane); /* what the dead process asked last is not known */
        for (uint32_t t = 0; t < LANE_TICKET_MAX; t++) {
            lane->tickets[t].pair = map[i];
            doubt_ticket(&lane->tickets[t]);
        }
    }
    broker->pending_count = 0;
    broker->list_asked = broker->timer_asked = 0;
    broker->up = broker->settled = broker->held = broker->foreign_told = false;
    broker->system = PAIR_ONLINE; /* until it is heard otherwise, with the connection */
    broker->blocked = false; /* whoever starts it anew has looked; what stands on is heard again */
    if (broker->breaker.state == BREAKER_TRIAL) {
        broker->breaker.state = BREAKER_OPEN; /* its end was not heard */
    }
    broker->timer = before->timer == TIMER_OFF ? TIMER_OFF : TIMER_ON;
    broker_want_list(broker, 0);
}

void broker_hold(struct broker *broker, bool held)
{
    if (broker->held == held) {
        return;
    }
    broker->held = held;
    for (uint32_t i = 0; i < broker->pair_count; i++) {
        broker->lanes[i].stir = true;
    }
}

void broker_raise(struct broker *broker, uint64_t sequence, uint64_t number)
{
    if (sequence >= broker->sequence_next) {
        broker->sequence_next = sequence + 1;
    }
    if (number >= broker->number_next) {
        broker->number_next = number + 1;
    }
    broker->durable = sequence > broker->durable ? sequence : broker->durable;
}

void broker_place(struct broker *broker, const struct matching_market *market,
                  const struct order *order, struct broker_out *out)
{
    struct lane *lane = &broker->lanes[order->pair];
    switch (order->purpose) {
    case PURPOSE_ENTRY:
        lane_enter(broker, market, order, out);
        return;
    case PURPOSE_PROTECT:
        CHECK(lane->protect.id == 0);
        lane->protect = *order;
        lane->protect_cancel = lane->protect_told = false;
        lane->guard_ticks = order->stop_ticks;
        break;
    case PURPOSE_EXIT:
        CHECK(lane->exit.id == 0);
        lane->exit = *order;
        lane->exit_cancel = false;
        lane->tries = 0;
        broker_report(out, order, REPORT_ACCEPTED)->qty_lots = order->qty_lots;
        break;
    }
    broker_tend(broker, market, out);
}

void broker_amend(struct broker *broker, const struct matching_market *market, uint64_t order_id,
                  int64_t qty_lots, int64_t stop_ticks, int64_t target_ticks,
                  struct broker_out *out)
{
    struct lane *lane = &broker->lanes[market->pair];
    struct order *order = lane->exit.id == order_id ? &lane->exit : &lane->protect;
    if (order->id != order_id || qty_lots < order->filled_lots) {
        return;
    }
    const bool part = order == &lane->protect && qty_lots < order->qty_lots;
    order->qty_lots = qty_lots;
    order->stop_ticks = stop_ticks;
    order->target_ticks = target_ticks;
    lane->guard_ticks = order == &lane->protect ? order->stop_ticks : lane->guard_ticks;
    struct report *report = broker_report(out, order, REPORT_AMENDED);
    report->qty_lots = qty_lots;
    report->price_ticks = order->stop_ticks;
    report->target_ticks = target_ticks;
    if (part) {
        lane->stir = true; /* an exit for the rest follows, and says when its coins are needed */
    } else {
        broker_tend(broker, market, out);
    }
}

void broker_cancel(struct broker *broker, const struct matching_market *market, uint64_t order_id,
                   struct broker_out *out)
{
    struct lane *lane = &broker->lanes[market->pair];
    for (uint32_t i = 0; i < LADDER_RUNG_MAX; i++) {
        lane->entries[i].cancel |= lane->entries[i].order.id == order_id && order_id != 0;
    }
    lane->protect_cancel |= lane->protect.id == order_id;
    lane->exit_cancel |= lane->exit.id == order_id;
    broker_tend(broker, market, out);
}

/* The disk has these intents: the shell sends them now. */
static void durable(struct broker *broker, uint64_t sequence)
{
    broker->durable = sequence > broker->durable ? sequence : broker->durable;
    for (uint32_t i = 0; i < broker->pending_count; i++) {
        const struct pending *pending = &broker->pending[i];
        struct ticket *ticket = &broker->lanes[pending->pair].tickets[pending->slot];
        if (pending->kind == REQUEST_ADD && pending->sequence <= sequence &&
            ticket->intent == pending->sequence && ticket->state == TICKET_INTENDED) {
            ticket->state = TICKET_SENT;
        }
    }
}

/* Answers to what concerns no ticket. */
static bool answer_own(struct broker *broker, const struct news *news, struct broker_out *out)
{
    if (news->sequence == broker->list_asked && broker->list_asked != 0) {
        const bool listed = news->kind == NEWS_LISTED;
        const struct news failed = {.kind = NEWS_LISTED};
        broker_listed(broker, listed ? news : &failed, out);
        return true;
    }
    if (news->sequence == broker->timer_asked && broker->timer_asked != 0) {
        broker->timer_asked = 0;
        if (news->kind == NEWS_ACCEPTED && broker->timer == TIMER_ARMING) {
            broker->timer = TIMER_ON;
        } else if (news->kind == NEWS_ACCEPTED) {
            broker->timer = TIMER_OFF;
        }
        return true;
    }
    return false;
}

static void set_time(struct broker *broker, int64_t time_ns)
{
    broker->time_ns = time_ns > broker->time_ns ? time_ns : broker->time_ns;
}

void broker_news(struct broker *broker, const struct news *news, int64_t time_ns,
                 struct broker_out *out)
{
    set_time(broker, time_ns);
    switch (news->kind) {
    case NEWS_DURABLE:
        durable(broker, news->sequence);
        return;
    case NEWS_ACCEPTED:
    case NEWS_REFUSED:
    case NEWS_LOST:
    case NEWS_UNSENT:
    case NEWS_LISTED:
        if (!answer_own(broker, news, out)) {
            broker_answer(broker, news, out);
        }
        return;
    case NEWS_ORDER:
        broker_order_row(broker, &news->order, out);
        return;
    case NEWS_TRADE:
        broker_trade_row(broker, &news->trade, out);
        return;
    case NEWS_LINK:
        broker->up = news->up;
        if (news->up) {
            broker_want_list(broker, 0); /* what happened while nobody listened */
            broker_list_tick(broker, out);
        }
        return;
    case NEWS_SYSTEM:
        broker_set_system(broker, news->system, out);
        return;
    case NEWS_FLOW:
        return; /* the engine's affair */
    }
}

/* The dead man's timer would cancel stops with everything else: it may run only where there are
 * none, and nobody else's orders either. */
static bool timer_fits(const struct broker *broker)
{
    bool resting = false;
    for (uint32_t p = 0; p < broker->pair_count; p++) {
        const struct lane *lane = &broker->lanes[p];
        if (lane->held_lots != 0 || lane->protect.id != 0) {
            return false;
        }
        for (uint32_t i = 0; i < LANE_TICKET_MAX; i++) {
            const struct ticket *ticket = &lane->tickets[i];
            if (ticket_alive(ticket)) {
                if (ticket->role != TICKET_ENTRY || ticket->close_ticks != 0) {
                    return false;
                }
                resting = true;
            }
        }
    }
    return resting && broker->foreign_open == 0 && broker->settled;
}

static void timer_tick(struct broker *broker, struct broker_out *out)
{
    const bool due = broker->time_ns - broker->timer_ns >= broker->config.timer_ns / 3;
    if (broker->timer_asked != 0 || !broker->up || broker->config.timer_ns == 0 ||
        broker->system == PAIR_OFFLINE) {
        return;
    }
    const bool fits = timer_fits(broker);
    if ((!fits && broker->timer == TIMER_OFF) || (fits && broker->timer == TIMER_ON && !due)) {
        return;
    }
    struct request *request = broker_ask(broker, REQUEST_TIMER, out);
    request->life_ns = fits ? broker->config.timer_ns : 0;
    broker->timer = fits ? TIMER_ARMING : TIMER_DISARMING;
    broker->timer_asked = request->sequence;
    broker->timer_ns = broker->time_ns;
}

void broker_time(struct broker *broker, int64_t time_ns, struct broker_out *out)
{
    set_time(broker, time_ns);
    broker_list_tick(broker, out);
    timer_tick(broker, out);
    for (uint32_t p = 0; p < broker->pair_count; p++) {
        broker->lanes[p].stir = broker->lanes[p].stir || broker_busy(broker, p);
    }
}

bool broker_busy(const struct broker *broker, uint32_t pair)
{
    return !lane_free(&broker->lanes[pair]);
}

bool broker_entering(const struct broker *broker, uint32_t pair)
{
    return lane_entering(&broker->lanes[pair]);
}

/* One that a lane has given up lives until the venue has said that it ended. */
static bool sells(const struct lane *lane)
{
    bool found = false;
    for (uint32_t i = 0; i < LANE_TICKET_MAX; i++) {
        found |= lane->tickets[i].role == TICKET_EXIT && ticket_alive(&lane->tickets[i]);
    }
    return found;
}

bool broker_quiet(const struct broker *broker)
{
    if (broker->list_asked != 0 || broker->pending_count != 0 || !broker->settled) {
        return false;
    }
    for (uint32_t p = 0; p < broker->pair_count; p++) {
        const struct lane *lane = &broker->lanes[p];
        if (lane->stir || lane_entering(lane) || lane->exit.id != 0 || lane->sale != SALE_NONE ||
            sells(lane)) {
            return false;
        }
    }
    return true;
}

bool broker_settled(const struct broker *broker)
{
    bool settled = broker->pending_count == 0;
    for (uint32_t p = 0; p < broker->pair_count && settled; p++) {
        settled = broker->lanes[p].bare_since_ns == 0 && !broker->lanes[p].stir;
    }
    return settled;
}

bool broker_open(const struct broker *broker)
{
    return broker->up && broker->settled && !broker->blocked;
}

void broker_move(struct broker *broker, uint32_t pair, const struct pair *from,
                 const struct pair *to)
{
    struct lane *lane = &broker->lanes[pair];
    lane->held_lots = pair_qty_moved(from, to, lane->held_lots);
    lane->owed_lots = pair_qty_moved(from, to, lane->owed_lots);
    for (uint32_t i = 0; i < LADDER_RUNG_MAX; i++) {
        order_move(&lane->entries[i].order, from, to);
    }
    order_move(&lane->protect, from, to);
    order_move(&lane->exit, from, to);
    for (uint32_t i = 0; i < LANE_TICKET_MAX; i++) {
        struct ticket *ticket = &lane->tickets[i];
        ticket->qty_lots = pair_qty_moved(from, to, ticket->qty_lots);
        ticket->filled_lots = pair_qty_moved(from, to, ticket->filled_lots);
        ticket->told_lots = pair_qty_moved(from, to, ticket->told_lots);
        ticket->want_lots = pair_qty_moved(from, to, ticket->want_lots);
        ticket->limit_ticks = pair_price_moved(from, to, ticket->limit_ticks);
        ticket->trigger_ticks = pair_price_moved(from, to, ticket->trigger_ticks);
        ticket->close_ticks = pair_price_moved(from, to, ticket->close_ticks);
        ticket->want_limit_ticks = pair_price_moved(from, to, ticket->want_limit_ticks);
        ticket->want_trigger_ticks = pair_price_moved(from, to, ticket->want_trigger_ticks);
    }
    lane->guard_ticks = pair_price_moved(from, to, lane->guard_ticks);
}
