/* SPDX-License-Identifier: MIT */
/*
 * Subscriptions: a state for each channel of each pair, and one message at a time, so that a
 * session of 200 pairs never exceeds the venue's message rate. In the order in which they are
 * needed: terms, candles, trades, tickers, books.
 */
#include <stdio.h>
#include <string.h>

#include "core/base/timestamp.h"
#include "platform/json/json_writer.h"
#include "platform/log/log.h"
#include "venue/kraken/state.h"
#include "venue/kraken/words.h"

#define SEND_GAP_NS (50 * NS_PER_MS)
#define GROUP_MAX 50 /* symbols a message */
#define ANSWER_NS (10 * NS_PER_S)
#define LEAVE_NS (3 * NS_PER_S)
#define RATE_PAUSE_NS (5 * NS_PER_S)

static const enum kraken_channel order[] = {KRAKEN_OHLC, KRAKEN_TRADE, KRAKEN_TICKER, KRAKEN_BOOK};

void kraken_subs_start(struct kraken_feed *feed)
{
    feed->instrument_on = false;
    feed->send_next_ns = 0;
    for (uint32_t i = 0; i < feed->side_count; i++) {
        feed->sides[i].doubted = false;
        for (uint32_t c = KRAKEN_TICKER; c < KRAKEN_STREAMS; c++) {
            struct kraken_sub *sub = &feed->sides[i].subs[c];
            *sub = (struct kraken_sub){
                .state = feed->sides[i].listed ? KRAKEN_SUB_WANTED : KRAKEN_SUB_OFF,
            };
        }
    }
}

void kraken_subs_stop(struct kraken_feed *feed)
{
    for (uint32_t i = 0; i < feed->side_count; i++) {
        for (uint32_t c = KRAKEN_TICKER; c < KRAKEN_STREAMS; c++)
            feed->sides[i].subs[c].state = KRAKEN_SUB_OFF;
    }
}

bool kraken_subs_all_on(const struct kraken_feed *feed)
{
    for (uint32_t i = 0; i < feed->side_count; i++) {
        if (feed->sides[i].listed && (feed->sides[i].subs[KRAKEN_OHLC].state != KRAKEN_SUB_ON ||
                                      feed->sides[i].subs[KRAKEN_TRADE].state != KRAKEN_SUB_ON ||
                                      feed->sides[i].subs[KRAKEN_BOOK].state != KRAKEN_SUB_ON))
            return false;
    }
    return true;
}

void kraken_subs_reset(struct kraken_feed *feed, uint32_t index, enum kraken_channel channel,
                       int64_t delay_ns)
{
    struct kraken_sub *sub = &feed->sides[index].subs[channel];
    if (sub->state != KRAKEN_SUB_ON && sub->state != KRAKEN_SUB_ASKED)
        return;
    sub->state = KRAKEN_SUB_RESET;
    sub->due_ns = kraken_mono(feed) + delay_ns;
    if (channel == KRAKEN_OHLC)
        kraken_join_uncover(&feed->sides[index].join);
}

/* An answer that never came is asked for again; a leave that was not confirmed is taken as done. */
static void give_up(struct kraken_sub *sub, int64_t mono_ns)
{
    if ((sub->state != KRAKEN_SUB_ASKED && sub->state != KRAKEN_SUB_LEAVING) ||
        mono_ns < sub->due_ns)
        return;
    sub->state = KRAKEN_SUB_WANTED;
    sub->due_ns = mono_ns;
}

struct group {
    uint32_t count;
    uint32_t sides[GROUP_MAX];
};

static void gather(struct kraken_feed *feed, enum kraken_channel channel,
                   enum kraken_sub_state state, int64_t mono_ns, struct group *group)
{
    group->count = 0;
    for (uint32_t i = 0; i < feed->side_count && group->count < GROUP_MAX; i++) {
        const struct kraken_sub *sub = &feed->sides[i].subs[channel];
        if (sub->state != state || mono_ns < sub->due_ns || (sub->alone && group->count > 0))
            continue;
        group->sides[group->count++] = i;
        if (sub->alone)
            return;
    }
}

static void write_message(struct kraken_feed *feed, struct json_writer *writer, const char *method,
                          enum kraken_channel channel, const struct group *group)
{
    json_begin_object(writer, NULL);
    json_put_string(writer, "method", method);
    json_begin_object(writer, "params");
    json_put_string(writer, "channel", kraken_channel_names[channel]);
    if (group != NULL) {
        json_begin_array(writer, "symbol");
        for (uint32_t i = 0; i < group->count; i++)
            json_put_string(writer, NULL, feed->sides[group->sides[i]].terms.symbol);
        json_end_array(writer);
    }
    if (channel == KRAKEN_OHLC)
        json_put_int(writer, "interval", timeframe_minutes(feed->config.timeframe));
    if (channel == KRAKEN_BOOK)
        json_put_uint(writer, "depth", feed->config.depth);
    if (strcmp(method, "subscribe") == 0)
        json_put_bool(writer, "snapshot", channel != KRAKEN_TRADE);
    json_end_object(writer);
    json_put_uint(writer, "req_id", ++feed->req_id);
    json_end_object(writer);
}

static bool send_message(struct kraken_feed *feed, const char *method, enum kraken_channel channel,
                         const struct group *group)
{
    char text[GROUP_MAX * (SYMBOL_MAX + 3) + 256];
    struct json_writer writer;
    json_writer_init(&writer, text, sizeof text);
    write_message(feed, &writer, method, channel, group);
    feed->send_next_ns = kraken_mono(feed) + SEND_GAP_NS;
    return json_writer_ok(&writer) && kraken_link_send(&feed->link, text, writer.len) == 0;
}

static bool send_group(struct kraken_feed *feed, enum kraken_channel channel,
                       enum kraken_sub_state from)
{
    struct group group;
    int64_t mono_ns = kraken_mono(feed);
    gather(feed, channel, from, mono_ns, &group);
    if (group.count == 0)
        return false;
    bool leave = from == KRAKEN_SUB_RESET;
    if (!send_message(feed, leave ? "unsubscribe" : "subscribe", channel, &group))
        return true; /* the queue is full: tried again at the next turn */
    for (uint32_t i = 0; i < group.count; i++) {
        struct kraken_sub *sub = &feed->sides[group.sides[i]].subs[channel];
        sub->state = leave ? KRAKEN_SUB_LEAVING : KRAKEN_SUB_ASKED;
        sub->req_id = feed->req_id;
        sub->due_ns = mono_ns + (leave ? LEAVE_NS : ANSWER_NS);
    }
    return true;
}

/* Nothing is, nearly always: seen in one pass over the pairs. */
static bool anything_due(struct kraken_feed *feed, int64_t mono_ns)
{
    bool due = false;
    for (uint32_t i = 0; i < feed->side_count; i++) {
        for (uint32_t k = 0; k < sizeof order / sizeof *order; k++) {
            struct kraken_sub *sub = &feed->sides[i].subs[order[k]];
            give_up(sub, mono_ns);
            due = due || ((sub->state == KRAKEN_SUB_RESET || sub->state == KRAKEN_SUB_WANTED) &&
                          mono_ns >= sub->due_ns);
        }
    }
    return due;
}

void kraken_subs_pump(struct kraken_feed *feed)
{
    if (!feed->link.up || !feed->market_known || !feed->status_seen ||
        kraken_mono(feed) < feed->send_next_ns)
        return;
    if (!feed->instrument_on) {
        feed->instrument_on = send_message(feed, "subscribe", KRAKEN_INSTRUMENT, NULL);
        return;
    }
    if (!anything_due(feed, kraken_mono(feed)))
        return;
    for (uint32_t i = 0; i < sizeof order / sizeof *order; i++) {
        if (send_group(feed, order[i], KRAKEN_SUB_RESET) ||
            send_group(feed, order[i], KRAKEN_SUB_WANTED))
            return;
    }
}

/* The stretch of a refusal that names its pair: "Currency pair not supported FOO/BAR". */
static struct json_text last_word(struct json_text text)
{
    size_t at = text.len;
    while (at > 0 && text.at[at - 1] != ' ')
        at--;
    return (struct json_text){text.at + at, text.len - at};
}

static void turned_on(struct kraken_feed *feed, uint32_t index, enum kraken_channel channel,
                      int64_t venue_ns)
{
    struct kraken_side *side = &feed->sides[index];
    struct kraken_sub *sub = &side->subs[channel];
    if (sub->state != KRAKEN_SUB_ASKED)
        return;
    *sub = (struct kraken_sub){.state = KRAKEN_SUB_ON, .due_ns = kraken_mono(feed)};
    if (channel == KRAKEN_BOOK)
        side->resync_ns = sub->due_ns;
    if (channel != KRAKEN_OHLC || side->doubted)
        return;
    /* From the next interval on nothing is missed; of this one a row will tell, or REST. A market
     * in lock-step stands: on a boundary, its interval has not begun. */
    int64_t now_ns = kraken_clock_now(&feed->market);
    int64_t span_ns = kraken_span(feed);
    if (venue_ns > now_ns && !feed->local)
        now_ns = venue_ns;
    bool unbegun = feed->market.lockstep && now_ns % span_ns == 0;
    kraken_join_cover(&side->join, kraken_floor(feed, now_ns) + (unbegun ? 0 : span_ns));
}

static void refused(struct kraken_feed *feed, uint32_t index, enum kraken_channel channel,
                    struct json_text error, bool alone)
{
    struct kraken_side *side = &feed->sides[index];
    struct kraken_sub *sub = &side->subs[channel];
    if (sub->state != KRAKEN_SUB_ASKED)
        return;
    if (kraken_mentions(error, "already subscribed")) {
        turned_on(feed, index, channel, 0);
        return;
    }
    if (!alone &&
        (kraken_mentions(error, "pair not supported") || kraken_mentions(error, "unknown symbol") ||
         kraken_mentions(error, "invalid symbol"))) {
        kraken_flow_unlist(feed, index, "Kraken's WebSocket does not carry this pair");
        return;
    }
    if (sub->failure_count == 0 && !alone)
        log_printf(LOG_WARN, "feed.refused", "%s: the %s channel was refused (%.*s); trying again",
                   side->terms.symbol, kraken_channel_names[channel], (int)error.len, error.at);
    uint32_t doublings = sub->failure_count < 5 ? sub->failure_count : 5;
    sub->state = KRAKEN_SUB_WANTED;
    sub->alone = alone;
    sub->due_ns = kraken_mono(feed) + (alone ? 0 : (2 * NS_PER_S) << doublings);
    sub->failure_count += alone ? 0 : 1;
}

/* A reply without a symbol is matched by its request; which of several was meant is found out by
 * asking for each alone. */
static void reply_by_request(struct kraken_feed *feed, const struct kraken_frame *frame)
{
    uint32_t count = 0;
    for (uint32_t pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < feed->side_count; i++) {
            for (uint32_t c = KRAKEN_TICKER; c < KRAKEN_STREAMS; c++) {
                const struct kraken_sub *sub = &feed->sides[i].subs[c];
                if (sub->state != KRAKEN_SUB_ASKED || sub->req_id != frame->req_id)
                    continue;
                if (pass == 0)
                    count++;
                else
                    refused(feed, i, (enum kraken_channel)c, frame->error, count > 1);
            }
        }
    }
}

static void reply_of(struct kraken_feed *feed, const struct kraken_frame *frame, uint32_t index)
{
    struct kraken_side *side = &feed->sides[index];
    for (uint32_t c = KRAKEN_TICKER; c < KRAKEN_STREAMS; c++) {
        struct kraken_sub *sub = &side->subs[c];
        bool meant =
            frame->channel != KRAKEN_NONE ? frame->channel == c : sub->req_id == frame->req_id;
        if (!meant)
            continue;
        if (frame->method == KRAKEN_UNSUBSCRIBED) {
            if (sub->state == KRAKEN_SUB_LEAVING)
                *sub = (struct kraken_sub){.state = KRAKEN_SUB_WANTED,
                                           .failure_count = sub->failure_count};
        } else if (frame->success) {
            turned_on(feed, index, (enum kraken_channel)c, frame->time_ns);
        } else {
            refused(feed, index, (enum kraken_channel)c, frame->error, false);
        }
    }
}

void kraken_subs_reply(struct kraken_feed *feed, const struct kraken_frame *frame)
{
    if (frame->method == KRAKEN_NO_METHOD) {
        if (kraken_mentions(frame->error, "rate")) {
            feed->send_next_ns = kraken_mono(feed) + RATE_PAUSE_NS;
            log_printf(LOG_WARN, "feed.rate", "Kraken says \"%.*s\": sending pauses for 5 s",
                       (int)frame->error.len, frame->error.at);
        }
        return;
    }
    struct json_text symbol = frame->symbol.at != NULL ? frame->symbol : last_word(frame->error);
    int32_t index = kraken_markets_find(&feed->markets, symbol);
    if (index >= 0)
        reply_of(feed, frame, (uint32_t)index);
    else if (frame->method == KRAKEN_SUBSCRIBED && !frame->success)
        reply_by_request(feed, frame);
}
