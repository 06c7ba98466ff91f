/* SPDX-License-Identifier: MIT */
/*
 * The private WebSocket: its messages, each to what follows from it, and its two subscriptions.
 * A message missing between two that came makes the channel's state unknown: it is left and
 * subscribed again, and until its snapshot is in the link is told down.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/timestamp.h"
#include "platform/json/json_writer.h"
#include "platform/log/log.h"
#include "venue/kraken/gateway_state.h"
#include "venue/kraken/messages.h"
#include "venue/kraken/words.h"

#define ANSWER_NS (10 * NS_PER_S)
#define LEAVE_NS (3 * NS_PER_S)
#define SETTLE_NS (300 * NS_PER_MS) /* after a snapshot's message: one more may follow */
#define EMPTY_NS (3 * NS_PER_S)     /* an account without orders may get none */
#define KEEP_FAST_NS (NS_PER_S / 4) /* between pings to a market that runs faster than time */

static const char *const channel_names[KRAKEN_OWN_STREAMS] = {
    [KRAKEN_OWN_EXECUTIONS] = "executions",
    [KRAKEN_OWN_BALANCES] = "balances",
};

/* Messages of a snapshot: executions come in two, orders and trades. */
static const uint32_t snapshot_messages[KRAKEN_OWN_STREAMS] = {
    [KRAKEN_OWN_EXECUTIONS] = 2,
    [KRAKEN_OWN_BALANCES] = 1,
};

void kraken_gate_complain(struct kraken_gateway *gateway, const struct json *json, const char *what)
{
    uint64_t count = ++gateway->stats.malformed_count;
    if ((count & (count - 1)) != 0)
        return; /* the 1st, 2nd, 4th, 8th ... is told: a broken venue must not fill the disk */
    char where[160] = "it is not what it should be";
    if (json != NULL)
        json_explain(json, where, sizeof where);
    log_printf(LOG_WARN, "gateway.malformed", "Kraken's private side: %s: %s (%llu so far)", what,
               where, (unsigned long long)count);
}

static bool wanted(uint32_t channel)
{
    return channel == KRAKEN_OWN_EXECUTIONS || channel == KRAKEN_OWN_BALANCES;
}

void kraken_gate_subs_start(struct kraken_gateway *gateway)
{
    gateway->sequence = 0;
    gateway->sequence_of = KRAKEN_SEQUENCE_OPEN;
    for (uint32_t c = 0; c < KRAKEN_OWN_STREAMS; c++)
        gateway->subs[c] =
            (struct kraken_own_sub){.state = wanted(c) ? KRAKEN_OWN_WANTED : KRAKEN_OWN_OFF};
}

void kraken_gate_subs_stop(struct kraken_gateway *gateway)
{
    for (uint32_t c = 0; c < KRAKEN_OWN_STREAMS; c++)
        gateway->subs[c].state = KRAKEN_OWN_OFF;
}

static bool say(struct kraken_gateway *gateway, const char *method, uint32_t channel)
{
    char text[KRAKEN_TOKEN_MAX + 256];
    struct json_writer writer;
    json_writer_init(&writer, text, sizeof text);
    json_begin_object(&writer, NULL);
    json_put_string(&writer, "method", method);
    json_begin_object(&writer, "params");
    json_put_string(&writer, "channel", channel_names[channel]);
    if (strcmp(method, "subscribe") == 0) {
        if (channel == KRAKEN_OWN_EXECUTIONS) {
            json_put_bool(&writer, "snap_orders", true);
            json_put_bool(&writer, "snap_trades", true);
            json_put_bool(&writer, "order_status", true);
        } else {
            json_put_bool(&writer, "snapshot", true);
        }
    }
    json_put_string(&writer, "token", gateway->token);
    json_end_object(&writer);
    json_put_uint(&writer, "req_id", ++gateway->req_id);
    json_end_object(&writer);
    return json_writer_ok(&writer) && kraken_link_send(&gateway->link, text, writer.len) == 0;
}

static void leave(struct kraken_gateway *gateway, uint32_t channel)
{
    struct kraken_own_sub *sub = &gateway->subs[channel];
    if (!say(gateway, "unsubscribe", channel))
        return; /* tried again when its time is up */
    sub->state = KRAKEN_OWN_LEAVING;
    sub->req_id = gateway->req_id;
    sub->due_ns = kraken_gate_mono(gateway) + LEAVE_NS;
}

void kraken_gate_subs_reset(struct kraken_gateway *gateway, enum kraken_own_channel channel)
{
    struct kraken_own_sub *sub = &gateway->subs[channel];
    if (sub->state == KRAKEN_OWN_LIVE || sub->state == KRAKEN_OWN_ON)
        leave(gateway, channel);
}

static void subscribe(struct kraken_gateway *gateway, uint32_t channel)
{
    struct kraken_own_sub *sub = &gateway->subs[channel];
    if (!say(gateway, "subscribe", channel))
        return;
    sub->state = KRAKEN_OWN_ASKED;
    sub->req_id = gateway->req_id;
    sub->due_ns = kraken_gate_mono(gateway) + ANSWER_NS;
    sub->snapshot_count = 0;
    sub->sequence = 0;
}

static void snapshot_in(struct kraken_gateway *gateway, uint32_t channel)
{
    gateway->subs[channel].state = KRAKEN_OWN_LIVE;
    gateway->subs[channel].failure_count = 0;
    if (channel != KRAKEN_OWN_EXECUTIONS)
        return;
    gateway->snapshots++;
    kraken_gate_tell_link(gateway, true);
}

static bool settled(const struct kraken_own_sub *sub, uint32_t channel, int64_t mono_ns)
{
    if (sub->snapshot_count >= snapshot_messages[channel])
        return true;
    return mono_ns - sub->heard_ns >= (sub->snapshot_count > 0 ? SETTLE_NS : EMPTY_NS);
}

void kraken_gate_subs_pump(struct kraken_gateway *gateway)
{
    int64_t mono_ns = kraken_gate_mono(gateway);
    if (!gateway->link.up || gateway->token[0] == '\0')
        return;
    for (uint32_t c = 0; c < KRAKEN_OWN_STREAMS; c++) {
        struct kraken_own_sub *sub = &gateway->subs[c];
        bool due = mono_ns >= sub->due_ns;
        if ((sub->state == KRAKEN_OWN_ASKED || sub->state == KRAKEN_OWN_LEAVING) && due)
            sub->state = KRAKEN_OWN_WANTED; /* no answer came */
        if (sub->state == KRAKEN_OWN_WANTED && due && mono_ns >= sub->wait_ns)
            subscribe(gateway, c);
        else if (sub->state == KRAKEN_OWN_ON && settled(sub, c, mono_ns))
            snapshot_in(gateway, c);
    }
}

static void sub_refused(struct kraken_gateway *gateway, uint32_t channel, struct json_text error)
{
    struct kraken_own_sub *sub = &gateway->subs[channel];
    char text[160];
    if (kraken_mentions(error, "already subscribed")) {
        leave(gateway, channel); /* its snapshot is wanted */
        return;
    }
    snprintf(text, sizeof text, "%.*s", (int)error.len, error.at == NULL ? "" : error.at);
    if (sub->failure_count == 0)
        log_printf(LOG_WARN, "gateway.refused", "Kraken refuses the %s channel (%s); trying again",
                   channel_names[channel], text);
    uint32_t doublings = sub->failure_count < 5 ? sub->failure_count : 5;
    sub->state = KRAKEN_OWN_WANTED;
    sub->due_ns = kraken_gate_mono(gateway) + ((2 * NS_PER_S) << doublings);
    sub->failure_count++;
    const struct kraken_error *found = kraken_error_find(text, strlen(text));
    if (found->reject == REJECT_PERMISSION)
        kraken_gate_shut(gateway,
                         "Kraken does not let this API key follow its own orders: allow it "
                         "the queries of orders and funds");
    else
        kraken_gate_remedy(gateway, found->remedy, text);
}

static void take_sub_reply(struct kraken_gateway *gateway, const struct kraken_own_frame *frame)
{
    for (uint32_t c = 0; c < KRAKEN_OWN_STREAMS; c++) {
        struct kraken_own_sub *sub = &gateway->subs[c];
        if (sub->req_id != frame->req_id || frame->req_id == 0)
            continue;
        if (frame->method == KRAKEN_OWN_UNSUBSCRIBED && sub->state == KRAKEN_OWN_LEAVING) {
            sub->state = KRAKEN_OWN_WANTED;
            sub->due_ns = 0;
        } else if (frame->method == KRAKEN_OWN_SUBSCRIBED && sub->state == KRAKEN_OWN_ASKED) {
            if (!frame->success) {
                sub_refused(gateway, c, frame->error);
                return;
            }
            sub->state = KRAKEN_OWN_ON;
            sub->heard_ns = kraken_gate_mono(gateway);
        }
    }
    kraken_gate_subs_pump(gateway);
}

/* True when nothing is missing before this message. One said twice is no gap. */
static bool in_order(struct kraken_gateway *gateway, struct kraken_own_sub *sub,
                     const struct kraken_own_frame *frame)
{
    uint64_t now = frame->sequence, of_channel = sub->sequence, of_connection = gateway->sequence;
    if (!frame->has_sequence)
        return true;
    if (of_channel == 0 || frame->snapshot) {
        sub->sequence = now;
        gateway->sequence = now;
        return true;
    }
    bool follows = now <= of_channel + 1, joins = now <= of_connection + 1;
    if (gateway->sequence_of == KRAKEN_SEQUENCE_OPEN && follows != joins)
        gateway->sequence_of = follows ? KRAKEN_SEQUENCE_CHANNEL : KRAKEN_SEQUENCE_CONNECTION;
    if (now > sub->sequence)
        sub->sequence = now;
    gateway->sequence = now;
    switch (gateway->sequence_of) {
    case KRAKEN_SEQUENCE_CHANNEL:
        return follows;
    case KRAKEN_SEQUENCE_CONNECTION:
        return joins;
    default:
        return follows || joins;
    }
}

/* Until the venue told its time our own clock stood for it, and may have been minutes ahead: what
 * was counted by it would not run off before the venue's has come as far. */
static void count_from_now(struct kraken_gateway *gateway)
{
    const int64_t now_ns = kraken_clock_now(&gateway->market);
    if (gateway->rate.time_ns > now_ns)
        gateway->rate.time_ns = now_ns;
}

/* A stamp of the venue. A market that stands moves by it; one that told its clock is not moved by
 * a stamp that is far from what it told. */
static void hear_time(struct kraken_gateway *gateway, int64_t venue_ns)
{
    struct kraken_clock *market = &gateway->market;
    int64_t off_ns = venue_ns - kraken_clock_now(market);
    int64_t slack_ns = (int64_t)((60 + 60 * market->speed) * (double)NS_PER_S);
    if (venue_ns <= 0)
        return;
    if (market->lockstep || market->ended) {
        if (off_ns > 0)
            kraken_clock_follow(market, venue_ns, market->speed, market->lockstep, market->ended);
    } else if (!gateway->local || (off_ns <= slack_ns && off_ns >= -slack_ns)) {
        kraken_clock_anchor(market, venue_ns);
    }
    count_from_now(gateway);
}

static void take_rows(struct kraken_gateway *gateway, struct kraken_own_frame *frame)
{
    struct kraken_own_row row;
    struct kraken_own_balance balance;
    struct json json;
    bool executions = frame->channel == KRAKEN_OWN_EXECUTIONS;
    kraken_own_rows(frame);
    while (kraken_own_row(frame, &json)) {
        bool read =
            executions ? kraken_own_execution(&json, &row) : kraken_own_balance(&json, &balance);
        if (!read) {
            kraken_gate_complain(gateway, &json, channel_names[frame->channel]);
            if (executions && venue_id_known(row.txid))
                kraken_gate_look_up(gateway, row.txid);
        } else if (executions) {
            if (gateway->market.lockstep && !frame->snapshot)
                hear_time(gateway, row.time_ns); /* else only replies tell that it has moved */
            kraken_gate_row(gateway, &row, frame->snapshot);
        } else {
            kraken_gate_balance(gateway, &balance, frame->snapshot);
        }
    }
    if (frame->data.error != NULL)
        kraken_gate_complain(gateway, &frame->data, channel_names[frame->channel]);
    if (!executions)
        kraken_gate_tell_balances(gateway);
}

/* A venue whose numbers never fit is asked ever more rarely. */
static void doubt(struct kraken_gateway *gateway, uint32_t channel)
{
    struct kraken_own_sub *sub = &gateway->subs[channel];
    int64_t mono_ns = kraken_gate_mono(gateway);
    gateway->stats.sequence_gap_count++;
    sub->gap_count = mono_ns - sub->gap_ns < NS_PER_MIN ? sub->gap_count + 1 : 1;
    sub->gap_ns = mono_ns;
    if (sub->gap_count > 2)
        sub->wait_ns = mono_ns + (NS_PER_S << (sub->gap_count < 8 ? sub->gap_count - 2 : 6));
    log_printf(LOG_WARN, "gateway.gap",
               "a message of Kraken's %s channel is missing: asking for its state anew",
               channel_names[channel]);
    if (channel == KRAKEN_OWN_EXECUTIONS)
        kraken_gate_tell_link(gateway, false);
    kraken_gate_subs_reset(gateway, (enum kraken_own_channel)channel);
}

static void take_data(struct kraken_gateway *gateway, struct kraken_own_frame *frame)
{
    struct kraken_own_sub *sub = &gateway->subs[frame->channel];
    bool whole = in_order(gateway, sub, frame);
    gateway->flows_missed |= !whole && frame->channel == KRAKEN_OWN_BALANCES;
    take_rows(gateway, frame);
    if (frame->snapshot) {
        sub->snapshot_count++;
        sub->heard_ns = kraken_gate_mono(gateway);
    }
    if (whole)
        kraken_gate_subs_pump(gateway);
    else if (sub->state == KRAKEN_OWN_LIVE || sub->state == KRAKEN_OWN_ON)
        doubt(gateway, frame->channel); /* else it is of the old subscription */
}

/* Of a state we do not know we sell, but do not buy. */
static enum pair_status system_of(const char *word)
{
    static const struct {
        const char *word;
        enum pair_status status;
    } words[] = {
        {"online", PAIR_ONLINE},           {"maintenance", PAIR_OFFLINE},
        {"cancel_only", PAIR_CANCEL_ONLY}, {"post_only", PAIR_POST_ONLY},
        {"limit_only", PAIR_LIMIT_ONLY},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(words[i].word, word) == 0)
            return words[i].status;
    }
    return PAIR_REDUCE_ONLY;
}

static void tell_system(struct kraken_gateway *gateway, const char *word)
{
    const enum pair_status system = system_of(word);
    if (word[0] == '\0' || system == gateway->system)
        return;
    gateway->system = system;
    log_printf(system == PAIR_ONLINE ? LOG_INFO : LOG_WARN, "gateway.system",
               "Kraken's trading is in state \"%s\"", word);
    kraken_gate_tell(gateway, &(struct news){.kind = NEWS_SYSTEM, .system = system});
}

/* The system's state, and the clock of a local Kraken. */
static void take_status(struct kraken_gateway *gateway, const char *text, size_t len)
{
    struct kraken_frame frame;
    struct kraken_status status;
    if (!kraken_parse_frame(text, len, &frame) || !kraken_parse_rows(&frame))
        return;
    while (kraken_parse_row(&frame)) {
        if (!kraken_parse_status(&frame, &status))
            return;
        gateway->link.maintenance = strcmp(status.system, "maintenance") == 0;
        if (status.has_market) {
            gateway->local = true;
            kraken_clock_follow(&gateway->market, status.market_ns, status.speed, status.lockstep,
                                status.ended);
            count_from_now(gateway);
            gateway->link.patient = status.lockstep || status.ended;
            gateway->link.keep_ns = status.speed > 1 ? KEEP_FAST_NS : 10 * NS_PER_S;
        } else if (!gateway->status_seen) {
            kraken_link_ping(&gateway->link); /* its answer is what the clock is set by */
        }
        gateway->status_seen = true;
        tell_system(gateway, status.system);
    }
}

void kraken_gate_text(struct kraken_gateway *gateway, const char *text, size_t len)
{
    struct kraken_own_frame frame;
    if (!kraken_own_frame(text, len, &frame)) {
        kraken_gate_complain(gateway, &frame.data, "a message");
        return;
    }
    hear_time(gateway, frame.time_ns);
    if (frame.has_data && frame.channel == KRAKEN_OWN_STATUS)
        take_status(gateway, text, len);
    else if (frame.has_data && frame.channel < KRAKEN_OWN_STREAMS && wanted(frame.channel))
        take_data(gateway, &frame);
    else if (frame.method == KRAKEN_OWN_SUBSCRIBED || frame.method == KRAKEN_OWN_UNSUBSCRIBED)
        take_sub_reply(gateway, &frame);
    else if (frame.method == KRAKEN_OWN_ANSWER)
        kraken_gate_reply(gateway, &frame);
    else if (frame.method == KRAKEN_OWN_NO_METHOD && frame.error.at != NULL)
        log_printf(LOG_WARN, "gateway.said", "Kraken's private side says \"%.*s\"",
                   (int)frame.error.len, frame.error.at);
}
