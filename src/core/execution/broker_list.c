/* SPDX-License-Identifier: MIT */
#include "core/execution/broker_internal.h"

/* Between listings that look for something, so that the venue's counter is not spent on it. */
#define LIST_AGAIN_NS (10 * NS_PER_S)

void broker_want_list(struct broker *broker, int64_t delay_ns)
{
    const int64_t due = broker->time_ns + delay_ns;
    if (!broker->list_wanted || due < broker->list_due_ns) {
        broker->list_due_ns = due;
    }
    broker->list_wanted = true;
}

/* Everything that may have happened since the last whole listing, and to anything alive. */
static int64_t list_since(const struct broker *broker)
{
    int64_t since = broker->listed_ns - 2 * broker->config.lag_ns;
    for (uint32_t p = 0; p < broker->pair_count; p++) {
        for (uint32_t i = 0; i < LANE_TICKET_MAX; i++) {
            const struct ticket *ticket = &broker->lanes[p].tickets[i];
            if (ticket_alive(ticket) && ticket->created_ns - NS_PER_MIN < since) {
                since = ticket->created_ns - NS_PER_MIN;
            }
        }
    }
    return since > 0 ? since : 0;
}

/* Fills that the totals promise, and requests that nobody answered. */
static void watch_ticket(struct broker *broker, struct ticket *ticket, struct broker_out *out)
{
    if (ticket->behind_ns != 0 && broker->time_ns - ticket->behind_ns > FILL_WAIT_NS) {
        ticket_query(broker, ticket, out);
    }
    if (ticket->asked != 0 && broker->time_ns - ticket->asked_ns > ANSWER_WAIT_NS &&
        ticket->state != TICKET_INTENDED) {
        const struct news lost = {.kind = NEWS_LOST, .sequence = ticket->asked};
        broker_answer(broker, &lost, out);
    }
}

void broker_list_tick(struct broker *broker, struct broker_out *out)
{
    for (uint32_t p = 0; p < broker->pair_count; p++) {
        for (uint32_t i = 0; i < LANE_TICKET_MAX; i++) {
            struct ticket *ticket = &broker->lanes[p].tickets[i];
            if (ticket_alive(ticket)) {
                watch_ticket(broker, ticket, out);
            }
        }
    }
    const int64_t since_asked = broker->time_ns - broker->list_asked_ns;
    if (broker->list_asked != 0 && since_asked > 4 * ANSWER_WAIT_NS) {
        broker->list_asked = 0;
        broker_want_list(broker, 0);
    }
    if (since_asked > broker->config.list_ns) {
        broker_want_list(broker, 0);
    }
    if (!broker->list_wanted || broker->list_asked != 0 || !broker->up ||
        broker->system == PAIR_OFFLINE || broker->time_ns < broker->list_due_ns) {
        return;
    }
    struct request *request = broker_ask(broker, REQUEST_LIST, out);
    request->since_ns = list_since(broker);
    broker->list_wanted = false;
    broker->list_asked = request->sequence;
    broker->list_asked_ns = broker->time_ns;
    broker->foreign_seen = 0;
    broker->stats.list_count++;
}

/* The one place where an order is given up: nothing of it can appear any more. */
static void conclude_absent(struct broker *broker, struct ticket *ticket, struct broker_out *out)
{
    broker->stats.absent_count++;
    broker_note(out, NOTE_ABSENT, ticket->pair, (int64_t)ticket->number);
    ticket->reject = REJECT_LOST;
    ticket_over(broker, ticket, out);
}

static void compare(struct broker *broker, struct ticket *ticket, int64_t begun_ns,
                    struct broker_out *out)
{
    if (ticket->missed_ns != 0 && begun_ns > ticket->missed_ns) {
        ticket->gone = true;
        ticket_lane(broker, ticket)->stir = true;
    }
    if (ticket->listed == broker->list_asked) {
        return;
    }
    if (ticket->state == TICKET_UNKNOWN) {
        if (begun_ns > ticket->deadline_ns + broker->config.lag_ns) {
            conclude_absent(broker, ticket, out);
        } else {
            broker_want_list(broker, LIST_AGAIN_NS);
        }
    } else if (ticket->state == TICKET_OPEN && ticket->created_ns < begun_ns) {
        ticket_query(broker, ticket, out);
    }
}

void broker_listed(struct broker *broker, const struct news *news, struct broker_out *out)
{
    if (!news->whole) {
        broker->list_asked = 0;
        broker_want_list(broker, LIST_AGAIN_NS / 2);
        return;
    }
    for (uint32_t p = 0; p < broker->pair_count; p++) {
        for (uint32_t i = 0; i < LANE_TICKET_MAX; i++) {
            struct ticket *ticket = &broker->lanes[p].tickets[i];
            if (ticket_alive(ticket)) {
                compare(broker, ticket, news->begun_ns, out);
            }
        }
    }
    broker->list_asked = 0;
    broker->listed_ns = news->begun_ns;
    broker->foreign_open = broker->foreign_seen;
    if (!broker->settled) {
        broker->settled = true;
        broker_note(out, NOTE_RECONCILED, 0,
                    (int64_t)(broker->stats.found_count + broker->stats.absent_count));
    }
}
