/* SPDX-License-Identifier: MIT */
/*
 * REST, one call at a time, rest_gap_ns apart: first the system's status and the pairs, then the
 * history of each pair once, then candles only where a gap shows.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/check.h"
#include "core/base/timestamp.h"
#include "platform/log/log.h"
#include "venue/kraken/state.h"

#define TIMEOUT_NS (10 * NS_PER_S)
#define TIMEOUT_PAIRS_NS (60 * NS_PER_S) /* 4 MB over a slow line */
#define PROOF_NS (10 * NS_PER_S)         /* between two subscriptions that are to prove a channel */

/* For so long REST may lag behind the boundary before the history is taken as it is: two minutes
 * of the real venue. What it lacks is repaired like any gap. */
#define HISTORY_TRIES 6

static void on_reply(void *context, const struct http_response *response);

static void call_failed(struct kraken_feed *feed, const char *reason)
{
    int64_t delay_ns = kraken_backoff_fail(&feed->call_backoff, kraken_mono(feed), KRAKEN_FAILED);
    enum log_level level = feed->call_noted ? LOG_DEBUG : LOG_WARN;
    feed->call_noted = true;
    log_printf(level, "feed.offline",
               "cannot reach %s: %s; check the network; trying again, next in %lld s",
               feed->rest_url, reason, (long long)((delay_ns + NS_PER_S - 1) / NS_PER_S));
}

static void call_worked(struct kraken_feed *feed)
{
    kraken_backoff_good(&feed->call_backoff);
    if (feed->call_noted)
        log_printf(LOG_INFO, "feed.online", "%s answers again", feed->rest_url);
    feed->call_noted = false;
}

/* A time that the market has reached for certain: what was told, or else the feed's own, which
 * stands while nothing comes. */
static int64_t reached(const struct kraken_feed *feed, int64_t told_ns)
{
    return told_ns > 0 ? told_ns : feed->time_ns;
}

static void send(struct kraken_feed *feed, enum kraken_call call, const char *path)
{
    char url[2 * KRAKEN_URL_MAX];
    snprintf(url, sizeof url, "%s/0/public/%s", feed->rest_url, path);
    const struct http_request request = {
        .method = "GET",
        .url = url,
        .timeout_ns = call == KRAKEN_CALL_PAIRS ? TIMEOUT_PAIRS_NS : TIMEOUT_NS,
    };
    feed->call = call;
    feed->call_told = kraken_flow_told(feed) > 0;
    feed->call_clock_ns = kraken_clock_now(&feed->market);
    feed->call_next_ns = kraken_mono(feed) + feed->config.rest_gap_ns;
    if (feed->transport.http_request(feed->transport.self, &request, on_reply, feed) != 0) {
        feed->call = KRAKEN_CALL_NONE;
        call_failed(feed, "the request cannot be made: the address is wrong or too many wait");
    }
}

/* The key is the venue's text: whatever is no plain character is percent-encoded. */
static void encode(const char *key, char *out)
{
    for (; *key != '\0'; key++) {
        if (isalnum((unsigned char)*key))
            *out++ = *key;
        else
            out += snprintf(out, 4, "%%%02X", (unsigned char)*key);
    }
    *out = '\0';
}

static void ask_candles(struct kraken_feed *feed, uint32_t index)
{
    const struct kraken_side *side = &feed->sides[index];
    char key[3 * KRAKEN_KEY_MAX], path[KRAKEN_URL_MAX];
    encode(side->key, key);
    int64_t span_ns = kraken_span(feed);
    int64_t from_ns = side->join.cursor_ns - span_ns;
    if (!side->history_done)
        from_ns =
            reached(feed, kraken_flow_told(feed)) - ((int64_t)feed->config.history + 2) * span_ns;
    snprintf(path, sizeof path, "OHLC?pair=%s&interval=%lld&since=%lld", key,
             (long long)timeframe_minutes(feed->config.timeframe),
             (long long)(from_ns > 0 ? from_ns / NS_PER_S : 0));
    feed->call_pair = index;
    send(feed, KRAKEN_CALL_OHLC, path);
}

/* After a reconnect the channel's own snapshot closes most gaps: it gets a second to come. */
static bool gap_is_rests(const struct kraken_feed *feed, const struct kraken_side *side,
                         int64_t mono_ns)
{
    if (!kraken_flow_gap(feed, side))
        return false;
    if (!feed->link.up)
        return side->has_health && side->health == FEED_STALE;
    int64_t up_ns = mono_ns - feed->link.up_ns;
    return up_ns >= 5 * NS_PER_S ||
           (side->subs[KRAKEN_OHLC].state == KRAKEN_SUB_ON && up_ns >= NS_PER_S);
}

static bool wants_call(const struct kraken_feed *feed, const struct kraken_side *side,
                       int64_t mono_ns)
{
    if (!side->listed || mono_ns < side->call_due_ns)
        return false;
    return !side->history_done || gap_is_rests(feed, side, mono_ns);
}

static void end_history(struct kraken_feed *feed, uint32_t index, int64_t committed_ns)
{
    struct kraken_side *side = &feed->sides[index];
    side->history_done = true;
    side->call_failures = 0;
    kraken_join_start(&side->join, committed_ns);
    feed->events.on_history_end(feed->context, index);
}

/* Round robin from the last one asked, so that one that always fails does not starve the rest. */
static void ask_next(struct kraken_feed *feed)
{
    int64_t mono_ns = kraken_mono(feed);
    for (uint32_t n = 1; n <= feed->side_count; n++) {
        uint32_t index = (feed->call_pair + n) % feed->side_count;
        struct kraken_side *side = &feed->sides[index];
        if (!wants_call(feed, side, mono_ns))
            continue;
        if (side->history_done || feed->config.history > 0) {
            ask_candles(feed, index);
            return;
        }
        end_history(feed, index, kraken_floor(feed, reached(feed, kraken_flow_told(feed))));
    }
}

void kraken_calls_pump(struct kraken_feed *feed)
{
    int64_t mono_ns = kraken_mono(feed);
    if (feed->call != KRAKEN_CALL_NONE || feed->closing || mono_ns < feed->call_next_ns ||
        !kraken_backoff_due(&feed->call_backoff, mono_ns))
        return;
    if (feed->stage == KRAKEN_SYSTEM_UNKNOWN)
        send(feed, KRAKEN_CALL_SYSTEM, "SystemStatus");
    else if (feed->stage == KRAKEN_PAIRS_UNKNOWN)
        send(feed, KRAKEN_CALL_PAIRS, "AssetPairs");
    else if (feed->market_known)
        ask_next(feed);
}

static void take_system(struct kraken_feed *feed, struct kraken_reply *reply)
{
    char status[24];
    feed->stage = KRAKEN_PAIRS_UNKNOWN;
    if (!reply->has_result || !kraken_system_parse(&reply->result, status, sizeof status) ||
        strcmp(status, "online") == 0)
        return;
    feed->link.maintenance = strcmp(status, "maintenance") == 0;
    log_printf(LOG_WARN, "feed.system", "Kraken's system is in state \"%s\"", status);
}

/* By its symbol as well, for that is all that the WebSocket's messages name. */
static bool taken_already(const struct kraken_feed *feed, uint32_t index,
                          const struct kraken_name *name)
{
    for (uint32_t i = 0; i < index; i++) {
        const struct kraken_side *side = &feed->sides[i];
        if (side->listed && (strcmp(side->key, name->key) == 0 ||
                             strcmp(side->terms.symbol, name->terms.symbol) == 0))
            return true;
    }
    return false;
}

static void list_side(struct kraken_feed *feed, uint32_t index, const struct kraken_name *name)
{
    struct kraken_side *side = &feed->sides[index];
    if (name == NULL) {
        kraken_flow_unlist(feed, index, "Kraken lists no such pair (check the name)");
    } else if (taken_already(feed, index, name)) {
        kraken_flow_unlist(feed, index, "it names a pair that is in the list already");
    } else {
        snprintf(side->key, sizeof side->key, "%s", name->key);
        side->listed = true;
        kraken_stream_terms(feed, index, &name->terms);
    }
}

static void take_pairs(struct kraken_feed *feed, struct kraken_reply *reply)
{
    struct kraken_names *names = malloc(sizeof *names);
    if (names == NULL || !kraken_names_read(names, &reply->result) || names->count == 0) {
        char where[160] = "it is empty";
        if (names != NULL && reply->result.error != NULL)
            json_explain(&reply->result, where, sizeof where);
        free(names);
        log_printf(LOG_WARN, "feed.malformed", "the list of pairs cannot be read: %s", where);
        call_failed(feed, "its list of pairs cannot be read");
        return;
    }
    for (uint32_t i = 0; i < feed->side_count; i++)
        list_side(feed, i, kraken_names_find(names, feed->sides[i].wanted));
    log_printf(LOG_DEBUG, "feed.pairs", "Kraken lists %u pairs (%u not understood)", names->count,
               names->skipped_count);
    free(names);
    feed->stage = KRAKEN_READY;
}

static void take_history(struct kraken_feed *feed, uint32_t index, int64_t committed_ns)
{
    const struct kraken_rows *rows = &feed->rows;
    int64_t from_ns = committed_ns - (int64_t)feed->config.history * kraken_span(feed);
    uint32_t first = 0, end = rows->count;
    while (end > 0 && rows->rows[end - 1].time_ns >= committed_ns)
        end--;
    while (first < end && rows->rows[first].time_ns < from_ns)
        first++;
    if (end > first)
        feed->events.on_history(feed->context, index, &rows->rows[first], end - first);
    end_history(feed, index, committed_ns);
}

static void call_again(struct kraken_feed *feed, struct kraken_side *side)
{
    int64_t delay_ns = feed->config.rest_gap_ns > 0 ? 2 * NS_PER_S : 100 * NS_PER_MS;
    delay_ns <<= side->call_failures < 5 ? side->call_failures : 5;
    side->call_failures++;
    side->call_due_ns = kraken_mono(feed) + delay_ns;
}

/* A candle that began after the channel was acknowledged, and that it did not tell: the channels of
 * this pair are dead, whatever they answered. */
static void suspect_channels(struct kraken_feed *feed, uint32_t index)
{
    struct kraken_side *side = &feed->sides[index];
    const struct kraken_sub *sub = &side->subs[KRAKEN_OHLC];
    const struct kraken_rows *rows = &feed->rows;
    uint32_t end = rows->count;
    while (end > 0 && rows->rows[end - 1].time_ns >= side->join.cursor_ns)
        end--;
    if (end == 0 || !side->has_health || side->health != FEED_STALE ||
        sub->state != KRAKEN_SUB_ON ||
        rows->rows[end - 1].time_ns < kraken_clock_at(&feed->market, sub->due_ns))
        return;
    for (uint32_t c = KRAKEN_TICKER; c < KRAKEN_BOOK; c++)
        kraken_subs_reset(feed, index, (enum kraken_channel)c, 0);
    kraken_stream_resync(feed, index, side->keeper.live);
    side->doubted = true;
}

/* There is news of the pair, but none on the channel of its candles since that was doubted: a new
 * subscription's snapshot proves it. Until then REST tells each candle. */
static void ask_for_proof(struct kraken_feed *feed, uint32_t index)
{
    const struct kraken_side *side = &feed->sides[index];
    const struct kraken_sub *sub = &side->subs[KRAKEN_OHLC];
    bool silent = kraken_clock_now(&feed->market) - side->news_ns > feed->config.stale_ns;
    if (side->doubted && !silent && sub->state == KRAKEN_SUB_ON &&
        kraken_mono(feed) - sub->due_ns >= PROOF_NS)
        kraken_subs_reset(feed, index, KRAKEN_OHLC, 0);
}

static void take_repair(struct kraken_feed *feed, uint32_t index, int64_t committed_ns)
{
    struct kraken_side *side = &feed->sides[index];
    const struct kraken_rows *rows = &feed->rows;
    if (rows->first_ns > side->join.cursor_ns && rows->count >= KRAKEN_REST_ROWS)
        log_printf(LOG_WARN, "feed.hole",
                   "%s: the gap is longer than the 720 candles that Kraken's REST keeps; what is "
                   "older is missing in this session",
                   side->terms.symbol);
    uint32_t taken = kraken_join_rest(&side->join, rows->rows, rows->count, committed_ns);
    feed->stats.rest_repair_count += taken;
    if (kraken_flow_gap(feed, side))
        call_again(feed, side);
    else
        side->call_failures = 0;

    if (taken > 0 && feed->link.up)
        suspect_channels(feed, index);
    ask_for_proof(feed, index);
    kraken_flow_release(feed);
}

static void take_candles(struct kraken_feed *feed, struct kraken_reply *reply)
{
    uint32_t index = feed->call_pair;
    struct kraken_side *side = &feed->sides[index];
    if (!side->listed)
        return;
    if (!kraken_rows_parse(&reply->result, kraken_span(feed), &side->terms, &feed->rows)) {
        char where[160];
        json_explain(&reply->result, where, sizeof where);
        feed->stats.malformed_count++;
        log_printf(LOG_WARN, "feed.malformed", "%s: OHLC reply refused, %s", side->terms.symbol,
                   where);
        call_again(feed, side);
        return;
    }
    int64_t committed_ns =
        kraken_rows_committed(&feed->rows, kraken_span(feed), feed->call_clock_ns, feed->call_told);
    bool lags = committed_ns == 0 || kraken_flow_passed(feed, committed_ns);
    if (side->history_done)
        take_repair(feed, index, committed_ns);
    else if (lags && side->call_failures < HISTORY_TRIES)
        call_again(feed, side); /* the first candles would come too late for a batch */
    else if (committed_ns == 0) /* no row, and nobody told the time: it has no past */
        end_history(feed, index, kraken_floor(feed, feed->time_ns));
    else
        take_history(feed, index, committed_ns);
}

/* The venue refuses. What it says of one pair delays that pair, anything else the whole. */
static void take_refusal(struct kraken_feed *feed, enum kraken_call call, const char *error)
{
    struct kraken_side *side = &feed->sides[feed->call_pair];
    if (call != KRAKEN_CALL_OHLC || strncmp(error, "EQuery:", 7) != 0) {
        call_failed(feed, error);
        return;
    }
    if (side->call_failures == 0)
        log_printf(LOG_WARN, "feed.history", "%s: Kraken has no candles for it (%s)",
                   side->terms.symbol, error);
    if (side->listed && !side->history_done)
        end_history(feed, feed->call_pair,
                    kraken_floor(feed, reached(feed, feed->call_told ? feed->call_clock_ns : 0)));
    call_again(feed, side);
}

static void take_reply(struct kraken_feed *feed, enum kraken_call call,
                       const struct http_response *response)
{
    char explain[200];
    struct kraken_reply reply;
    if (response->status < 0) {
        call_failed(feed, response->error != NULL ? response->error : "no whole reply came");
        return;
    }
    if (response->status != 200) {
        snprintf(explain, sizeof explain, "it answers with HTTP status %d", response->status);
        call_failed(feed, explain);
        return;
    }
    if (!kraken_reply_parse(response->body, response->body_len, &reply, explain, sizeof explain)) {
        feed->stats.malformed_count++;
        call_failed(feed, explain);
        return;
    }
    if (call == KRAKEN_CALL_SYSTEM) {
        call_worked(feed);
        take_system(feed, &reply);
    } else if (reply.error[0] != '\0' || !reply.has_result) {
        take_refusal(feed, call, reply.error);
    } else {
        call_worked(feed);
        if (call == KRAKEN_CALL_PAIRS)
            take_pairs(feed, &reply);
        else
            take_candles(feed, &reply);
    }
}

static void on_reply(void *context, const struct http_response *response)
{
    struct kraken_feed *feed = context;
    enum kraken_call call = feed->call;
    CHECK(call != KRAKEN_CALL_NONE);
    feed->call = KRAKEN_CALL_NONE;
    if (feed->closing) {
        kraken_feed_gone(feed);
        return;
    }
    take_reply(feed, call, response);
    kraken_calls_pump(feed);
}
