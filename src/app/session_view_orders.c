/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "app/session.h"

/* The operator sees the orders that there are: on paper the engine's, at a venue those that the
 * venue has, under its names, and beside them what the account holds by its word. */

static enum order_state state_of(const struct ticket *ticket)
{
    switch (ticket->state) {
    case TICKET_INTENDED:
        return ORDER_INTENDED;
    case TICKET_SENT:
        return ORDER_SENT;
    case TICKET_UNKNOWN:
        return ORDER_UNKNOWN;
    case TICKET_OPEN:
    case TICKET_FREE:
    case TICKET_ENDED:
        break;
    }
    return ticket->filled_lots > 0 ? ORDER_PARTIAL : ORDER_OPEN;
}

/* The engine's order that it serves: by that number it can be cancelled. */
static const struct order *order_behind(const struct lane *lane, const struct ticket *ticket)
{
    static const struct order nobodys;
    const struct order *entry;
    switch (ticket->role) {
    case TICKET_ENTRY:
        entry = broker_entry_of(lane, ticket);
        return entry != NULL ? entry : &nobodys;
    case TICKET_EXIT:
        return lane->exit.id != 0 ? &lane->exit : &lane->protect;
    case TICKET_STOP:
        break;
    }
    return &lane->protect;
}

static void view_ticket(struct view *view, const struct lane *lane, const struct ticket *ticket)
{
    const struct order *behind = order_behind(lane, ticket);
    view->order_ids[view->order_count] = ticket->txid;
    view->orders[view->order_count++] = (struct order){
        .id = behind->id,
        .pair = ticket->pair,
        .purpose = ticket->role == TICKET_ENTRY  ? PURPOSE_ENTRY
                   : ticket->role == TICKET_STOP ? PURPOSE_PROTECT
                                                 : PURPOSE_EXIT,
        .kind = ticket->kind == VENUE_LIMIT  ? ORDER_LIMIT
                : ticket->kind == VENUE_STOP ? ORDER_BRACKET
                                             : ORDER_MARKET,
        .state = state_of(ticket),
        .side = ticket->side,
        .qty_lots = ticket->qty_lots,
        .filled_lots = ticket->filled_lots,
        .limit_ticks = ticket->limit_ticks,
        .stop_ticks = ticket->role == TICKET_ENTRY ? ticket->close_ticks : ticket->trigger_ticks,
        .target_ticks = ticket->role == TICKET_EXIT ? 0 : behind->target_ticks,
        .created_ns = ticket->created_ns,
        .expire_ns = ticket->expire_ns,
    };
}

static void view_tickets(const struct broker *broker, struct view *view)
{
    view->order_count = 0;
    for (uint32_t p = 0; p < broker->pair_count; p++) {
        const struct lane *lane = &broker->lanes[p];
        for (uint32_t i = 0; i < LANE_TICKET_MAX && view->order_count < ORDER_MAX; i++) {
            const struct ticket *ticket = &lane->tickets[i];
            if (ticket->state > TICKET_FREE && ticket->state < TICKET_ENDED) {
                view_ticket(view, lane, ticket);
            }
        }
    }
}

/* The longest that any pair's coins stand bare now. */
static int64_t bare_now(const struct broker *broker)
{
    int64_t longest_ns = 0;
    for (uint32_t p = 0; p < broker->pair_count; p++) {
        const int64_t since_ns = broker->lanes[p].bare_since_ns;
        const int64_t bare_ns = since_ns != 0 ? broker->time_ns - since_ns : 0;
        longest_ns = bare_ns > longest_ns ? bare_ns : longest_ns;
    }
    return longest_ns;
}

static void view_counters_of(const struct session *session, struct view_venue *venue)
{
    const struct broker_stats *stats = &session->broker->stats;
    venue->unknown_count = stats->unknown_count;
    venue->found_count = stats->found_count;
    venue->absent_count = stats->absent_count;
    venue->bare_count = stats->bare_count;
    venue->bare_long_count = stats->bare_long_count;
    venue->emergency_count = stats->emergency_count;
    venue->bare_longest_ns = stats->bare_longest_ns;
    venue->bare_ns = bare_now(session->broker);
    venue->fill_count = stats->fill_count;
    venue->fill_again_count = stats->fill_again_count;
    venue->stray_count = stats->stray_count;
    venue->list_count = stats->list_count;
    if (session->orders->gateway.self == NULL) {
        return;
    }
    const struct gateway *gateway = &session->orders->gateway;
    const struct gateway_stats *sent = gateway->stats(gateway->self);
    venue->request_count = sent->request_count;
    venue->sent_count = sent->order_count;
    venue->refused_count = sent->refused_count;
    venue->lost_count = sent->lost_count;
    venue->reconnect_count = sent->reconnect_count;
    venue->gap_count = sent->sequence_gap_count;
    venue->malformed_count = sent->malformed_count;
    venue->fallback_count = sent->fallback_count;
    venue->held_count = sent->held_count;
    venue->rate_used = sent->rate_used;
}

static void view_account_of(const struct session *session, struct view_venue *venue)
{
    const struct session_orders *orders = session->orders;
    venue->trades = true;
    venue->open = broker_open(session->broker);
    venue->tripped = session->broker->breaker.state != BREAKER_CLOSED;
    venue->tripped_until_ns =
        breaker_until(&session->broker->breaker, session->broker->config.failure_pause_ns);
    const char *trouble = orders->trouble[0] != '\0' ? orders->trouble : orders->funds.text;
    snprintf(venue->trouble, sizeof venue->trouble, "%.*s", (int)sizeof venue->trouble - 1,
             trouble);
    venue->balance_count = 0;
    for (uint32_t i = 0; i < orders->balance_count && i < VIEW_BALANCE_MAX; i++) {
        const struct gateway_balance *balance = &orders->balances[i];
        struct view_balance *out = &venue->balances[venue->balance_count++];
        *out = (struct view_balance){.total = balance->total, .held = balance->held};
        snprintf(out->asset, sizeof out->asset, "%.*s", (int)sizeof out->asset - 1, balance->asset);
    }
}

void session_view_orders(struct session *session)
{
    struct view *view = session->view;
    const struct portfolio *portfolio = &session->engine->portfolio;
    if (session->broker != NULL) {
        view_tickets(session->broker, view);
        view_account_of(session, &view->at_venue);
        view_counters_of(session, &view->at_venue);
        return;
    }
    view->order_count = portfolio->order_count;
    memcpy(view->orders, portfolio->orders, portfolio->order_count * sizeof view->orders[0]);
}
