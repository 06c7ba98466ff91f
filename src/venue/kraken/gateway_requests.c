/* SPDX-License-Identifier: MIT */
/*
 * A request's life. It takes a slot, leaves by the socket or waits for REST, and is answered once:
 * the slot is free before the answer is told, so that nothing can answer it again.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/base/check.h"
#include "core/base/timestamp.h"
#include "platform/log/log.h"
#include "venue/kraken/gateway_state.h"

#define REPLY_NS (10 * NS_PER_S)
#define WAIT_NS (15 * NS_PER_S) /* for REST, where a read may be under way for ten */

void kraken_gate_state(struct kraken_gateway *gateway, uint32_t slot, enum kraken_slot_state state)
{
    struct kraken_slot *at = &gateway->slots[slot];
    gateway->slot_counts[at->state]--;
    gateway->slot_counts[state]++;
    at->state = state;
}

/* Numbers are given round the ring: from the newest on, the oldest comes first. */
uint32_t kraken_gate_first(const struct kraken_gateway *gateway, enum kraken_slot_state state)
{
    if (gateway->slot_counts[state] == 0)
        return KRAKEN_GATE_SLOTS;
    uint64_t at = gateway->req_id + 1;
    while (gateway->slots[at % KRAKEN_GATE_SLOTS].state != state)
        at++;
    return (uint32_t)(at % KRAKEN_GATE_SLOTS);
}

void kraken_gate_answer(struct kraken_gateway *gateway, uint32_t index, enum news_kind kind,
                        enum reject_reason reject, struct venue_id txid)
{
    struct kraken_slot *slot = &gateway->slots[index];
    CHECK(slot->state != KRAKEN_SLOT_FREE);
    const struct news news = {
        .kind = kind,
        .sequence = slot->request.sequence,
        .reject = reject,
        .txid = txid,
    };
    kraken_gate_state(gateway, index, KRAKEN_SLOT_FREE);
    gateway->stats.refused_count += kind == NEWS_REFUSED;
    gateway->stats.lost_count += kind == NEWS_LOST;
    kraken_gate_tell(gateway, &news);
}

/* Decided without the venue; told later, never from inside send. */
static void settle(struct kraken_gateway *gateway, uint32_t index, enum news_kind kind,
                   enum reject_reason reject)
{
    gateway->slots[index].answer = kind;
    gateway->slots[index].reject = reject;
    kraken_gate_state(gateway, index, KRAKEN_SLOT_ANSWERED);
}

static uint32_t take_slot(struct kraken_gateway *gateway, const struct request *request)
{
    CHECK(gateway->slot_counts[KRAKEN_SLOT_FREE] > 0);
    do
        gateway->req_id++;
    while (gateway->slots[gateway->req_id % KRAKEN_GATE_SLOTS].state != KRAKEN_SLOT_FREE);
    uint32_t index = (uint32_t)(gateway->req_id % KRAKEN_GATE_SLOTS);
    struct kraken_slot *slot = &gateway->slots[index];
    *slot = (struct kraken_slot){
        .req_id = gateway->req_id,
        .sent_ns = kraken_gate_mono(gateway),
        .request = *request,
    };
    return index;
}

bool kraken_gate_wording(const struct kraken_gateway *gateway, const struct request *request,
                         struct kraken_wording *ret)
{
    *ret = (struct kraken_wording){
        .tag = gateway->config.tag,
        .validate = gateway->config.validate,
        .token = gateway->token,
    };
    if (request->kind == REQUEST_CANCEL || request->kind == REQUEST_TIMER)
        return true;
    if (request->pair >= gateway->config.symbol_count || !gateway->pairs[request->pair].has_terms)
        return false;
    const struct kraken_gate_pair *pair = &gateway->pairs[request->pair];
    ret->terms = &pair->terms;
    ret->rest_pair = pair->altname;
    return true;
}

bool kraken_gate_late(const struct kraken_gateway *gateway, const struct request *request)
{
    return (request->kind == REQUEST_ADD || request->kind == REQUEST_AMEND) &&
           request->deadline_ns > 0 && kraken_clock_now(&gateway->market) >= request->deadline_ns;
}

static void send_frame(struct kraken_gateway *gateway, uint32_t index,
                       const struct kraken_wording *wording)
{
    struct kraken_slot *slot = &gateway->slots[index];
    size_t len = kraken_order_frame(wording, &slot->request, slot->req_id, gateway->frame);
    if (len == 0) {
        settle(gateway, index, NEWS_REFUSED, REJECT_OTHER);
        return;
    }
    slot->sent_ns = kraken_gate_mono(gateway); /* it may have waited for REST until now */
    int code = kraken_link_send(&gateway->link, gateway->frame, len);
    if (code == 0)
        kraken_gate_state(gateway, index, KRAKEN_SLOT_SENT);
    else if (code == -ENOTCONN)
        kraken_gate_state(gateway, index, KRAKEN_SLOT_REST);
    else
        settle(gateway, index, NEWS_UNSENT, REJECT_VENUE_DOWN); /* its queue is full */
}

void kraken_gate_send(struct kraken_gateway *gateway, const struct request *request)
{
    struct kraken_wording wording;
    uint32_t index = take_slot(gateway, request);
    gateway->stats.request_count++;
    gateway->stats.order_count += request->kind == REQUEST_ADD;
    bool job = request->kind == REQUEST_LIST || request->kind == REQUEST_QUERY;
    if (gateway->stage == KRAKEN_GATE_SHUT)
        settle(gateway, index, job ? NEWS_LISTED : NEWS_REFUSED, REJECT_PERMISSION);
    else if (job)
        kraken_gate_state(gateway, index, KRAKEN_SLOT_JOB);
    else if (!kraken_gate_wording(gateway, request, &wording))
        settle(gateway, index, NEWS_REFUSED, REJECT_NO_MARKET);
    else if (kraken_gate_late(gateway, request))
        settle(gateway, index, NEWS_REFUSED, REJECT_DEADLINE);
    else if (gateway->link.up && gateway->token[0] != '\0')
        send_frame(gateway, index, &wording);
    else
        kraken_gate_state(gateway, index, KRAKEN_SLOT_REST);
}

void kraken_gate_reply(struct kraken_gateway *gateway, const struct kraken_own_frame *frame)
{
    uint32_t index = (uint32_t)(frame->req_id % KRAKEN_GATE_SLOTS);
    const struct kraken_slot *slot = &gateway->slots[index];
    if (slot->state != KRAKEN_SLOT_SENT || slot->req_id != frame->req_id)
        return; /* answered already: as lost, or the venue says it twice */
    if (frame->success) {
        if (slot->request.kind == REQUEST_ADD)
            kraken_gate_learn(gateway, &slot->request, frame->txid);
        gateway->balance_stale = true;
        kraken_gate_answer(gateway, index, NEWS_ACCEPTED, REJECT_NONE, frame->txid);
        return;
    }
    char text[160];
    snprintf(text, sizeof text, "%.*s", (int)frame->error.len,
             frame->error.at == NULL ? "" : frame->error.at);
    const struct kraken_error *error = kraken_error_find(text, strlen(text));
    bool lost = error->lost || text[0] == '\0'; /* no success and no error is no answer */
    log_printf(LOG_WARN, "gateway.said_no", "Kraken says to a request: %s",
               text[0] != '\0' ? text : "neither yes nor no");
    kraken_gate_answer(gateway, index, lost ? NEWS_LOST : NEWS_REFUSED,
                       lost ? REJECT_NONE : error->reject, (struct venue_id){0});
    kraken_gate_remedy(gateway, error->remedy, text);
}

void kraken_gate_requests_down(struct kraken_gateway *gateway)
{
    for (uint32_t i = 0; i < KRAKEN_GATE_SLOTS && gateway->slot_counts[KRAKEN_SLOT_SENT] > 0; i++) {
        if (gateway->slots[i].state == KRAKEN_SLOT_SENT)
            kraken_gate_answer(gateway, i, NEWS_LOST, REJECT_NONE, (struct venue_id){0});
    }
}

/* What was decided without the venue, oldest first. What the told one sends is for the next turn.
 */
static void tell_answered(struct kraken_gateway *gateway)
{
    uint64_t newest = gateway->req_id;
    for (uint64_t at = newest + 1;
         at <= newest + KRAKEN_GATE_SLOTS && gateway->slot_counts[KRAKEN_SLOT_ANSWERED] > 0; at++) {
        uint32_t index = (uint32_t)(at % KRAKEN_GATE_SLOTS);
        const struct kraken_slot *slot = &gateway->slots[index];
        if (slot->state == KRAKEN_SLOT_ANSWERED && slot->req_id <= newest)
            kraken_gate_answer(gateway, index, slot->answer, slot->reject, (struct venue_id){0});
    }
}

/* What waits for REST has not left: the socket takes it when that comes first. */
void kraken_gate_requests_up(struct kraken_gateway *gateway)
{
    for (uint32_t left = gateway->slot_counts[KRAKEN_SLOT_REST]; left > 0; left--) {
        struct kraken_wording wording;
        uint32_t index = kraken_gate_first(gateway, KRAKEN_SLOT_REST);
        const struct request *request = &gateway->slots[index].request;
        if (kraken_gate_late(gateway, request))
            settle(gateway, index, NEWS_REFUSED, REJECT_DEADLINE);
        else if (kraken_gate_wording(gateway, request, &wording))
            send_frame(gateway, index, &wording);
        else
            settle(gateway, index, NEWS_REFUSED, REJECT_NO_MARKET);
    }
}

static void give_up_waiting(struct kraken_gateway *gateway, int64_t mono_ns)
{
    bool locked = mono_ns < gateway->locked_ns;
    for (uint32_t i = 0; i < KRAKEN_GATE_SLOTS && gateway->slot_counts[KRAKEN_SLOT_REST] > 0; i++) {
        const struct kraken_slot *slot = &gateway->slots[i];
        if (slot->state == KRAKEN_SLOT_REST && (locked || mono_ns - slot->sent_ns >= WAIT_NS))
            kraken_gate_answer(gateway, i, NEWS_UNSENT, REJECT_VENUE_DOWN, (struct venue_id){0});
    }
}

void kraken_gate_requests_tick(struct kraken_gateway *gateway)
{
    int64_t mono_ns = kraken_gate_mono(gateway);
    tell_answered(gateway);
    give_up_waiting(gateway, mono_ns);
    uint32_t left = gateway->slot_counts[KRAKEN_SLOT_SENT];
    for (uint32_t i = 0; i < KRAKEN_GATE_SLOTS && left > 0; i++) {
        const struct kraken_slot *slot = &gateway->slots[i];
        if (slot->state != KRAKEN_SLOT_SENT)
            continue;
        left--;
        if (mono_ns - slot->sent_ns >= REPLY_NS)
            kraken_gate_answer(gateway, i, NEWS_LOST, REJECT_NONE, (struct venue_id){0});
    }
}

/* Nobody will ever send what still waits. */
void kraken_gate_requests_shut(struct kraken_gateway *gateway)
{
    gateway->job.active = false;
    for (uint32_t i = 0; i < KRAKEN_GATE_SLOTS; i++) {
        if (gateway->slots[i].state == KRAKEN_SLOT_REST)
            settle(gateway, i, NEWS_REFUSED, REJECT_PERMISSION);
        else if (gateway->slots[i].state == KRAKEN_SLOT_JOB)
            settle(gateway, i, NEWS_LISTED, REJECT_PERMISSION);
    }
}
