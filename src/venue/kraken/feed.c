/* SPDX-License-Identifier: MIT */
#include "venue/kraken/kraken_feed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/timestamp.h"
#include "platform/log/log.h"
#include "venue/kraken/state.h"

#define STATUS_NS (2 * NS_PER_S) /* the first message; a venue that sends none is a real one */
#define SNAPSHOT_NS (10 * NS_PER_S)
#define UNTIMED_NS (30 * NS_PER_S)

static const struct kraken_link_events link_events;

static const char *fault_of(const struct kraken_feed_config *config)
{
    if (config->rest_url == NULL || strlen(config->rest_url) >= KRAKEN_URL_MAX)
        return "rest_url is missing or too long";
    if (config->ws_url == NULL || strlen(config->ws_url) >= KRAKEN_URL_MAX)
        return "ws_url is missing or too long";
    if (config->symbol_count == 0 || config->symbol_count > PAIR_MAX)
        return "a feed follows 1 to 200 pairs";
    if ((uint32_t)config->timeframe >= TIMEFRAME_COUNT)
        return "timeframe is none of 1m 5m 15m 1h 4h 1d";
    if (config->depth != 10 && config->depth != 25 && config->depth != 100)
        return "depth is 10, 25 or 100";
    if (config->stale_ns <= 0)
        return "stale_ns is above 0";
    if (config->rest_gap_ns < 0)
        return "rest_gap_ns is not below 0";
    return NULL;
}

static bool copy_symbols(struct kraken_feed *feed, const struct kraken_feed_config *config)
{
    size_t size = 0;
    for (uint32_t i = 0; i < config->symbol_count; i++)
        size += strlen(config->symbols[i]) + 1;
    char *at = feed->symbols = malloc(size);
    if (at == NULL)
        return false;
    for (uint32_t i = 0; i < config->symbol_count; i++) {
        feed->sides[i].wanted = at;
        at = stpcpy(at, config->symbols[i]) + 1;
    }
    return true;
}

static void init_feed(struct kraken_feed *feed, const struct kraken_feed_config *config)
{
    snprintf(feed->rest_url, sizeof feed->rest_url, "%s", config->rest_url);
    snprintf(feed->ws_url, sizeof feed->ws_url, "%s", config->ws_url);
    size_t len = strlen(feed->rest_url);
    if (len > 0 && feed->rest_url[len - 1] == '/')
        feed->rest_url[len - 1] = '\0';
    feed->config = *config;
    feed->config.symbols = NULL; /* not ours: see kraken_side.wanted */
    if (feed->config.history > KRAKEN_REST_ROWS)
        feed->config.history = KRAKEN_REST_ROWS;
    feed->published_ns = INT64_MIN;
    feed->side_count = config->symbol_count;
    feed->call_pair = config->symbol_count - 1; /* so that the first asked is the first */
    kraken_clock_init(&feed->market, &feed->clock);
    kraken_markets_init(&feed->markets);
    kraken_backoff_init(&feed->call_backoff, prng_mix(config->seed, 1));
    kraken_link_init(&feed->link, &feed->transport, &feed->clock, feed->ws_url,
                     prng_mix(config->seed, 2), &link_events, feed);
    for (uint32_t i = 0; i < feed->side_count; i++) {
        kraken_keeper_init(&feed->sides[i].keeper, config->depth);
        kraken_join_init(&feed->sides[i].join, kraken_span(feed), 0);
    }
}

struct kraken_feed *kraken_feed_open(const struct kraken_feed_config *config,
                                     const struct transport *transport, const struct clock *clock,
                                     const struct feed_events *events, void *context, char *error,
                                     size_t error_size)
{
    const char *fault = fault_of(config);
    if (fault != NULL) {
        snprintf(error, error_size, "the Kraken feed cannot start: %s", fault);
        return NULL;
    }
    struct kraken_feed *feed =
        calloc(1, sizeof *feed + config->symbol_count * sizeof feed->sides[0]);
    if (feed == NULL || !copy_symbols(feed, config)) {
        snprintf(error, error_size, "the Kraken feed cannot start: out of memory");
        free(feed);
        return NULL;
    }
    feed->transport = *transport;
    feed->clock = *clock;
    feed->events = *events;
    feed->context = context;
    init_feed(feed, config);
    return feed;
}

/* The transport still owes us its last calls; it gets a feed that wants nothing more. */
void kraken_feed_gone(struct kraken_feed *feed)
{
    if (!feed->closing || feed->call != KRAKEN_CALL_NONE || feed->link.pending_count > 0)
        return;
    free(feed->symbols);
    free(feed);
}

void kraken_feed_close(struct kraken_feed *feed)
{
    if (feed == NULL)
        return;
    /* A socket may say its last word inside the call: the feed must outlive it. */
    feed->link.pending_count++;
    feed->closing = true;
    kraken_link_close(&feed->link);
    feed->link.pending_count--;
    kraken_feed_gone(feed);
}

static void on_up(void *context)
{
    struct kraken_feed *feed = context;
    if (feed->link_noted)
        log_printf(LOG_INFO, "feed.online", "connected to %s again", feed->ws_url);
    if (feed->was_connected)
        feed->stats.reconnect_count++;
    feed->was_connected = true;
    feed->link_noted = false;
    feed->status_seen = false;
    feed->time_told = false;
    feed->step_ready = false;
    feed->heard_ns = kraken_mono(feed);
    feed->calm_ns = feed->heard_ns;
    feed->call_backoff.next_ns = feed->heard_ns; /* the network is back: REST may be as well */
    kraken_subs_start(feed);
    feed->events.on_connection(feed->context, true, "connected");
}

/* What the lost connection had settled is given out; what it had begun is left to REST. */
static void forget_stream(struct kraken_feed *feed)
{
    kraken_subs_stop(feed);
    kraken_flow_release(feed);
    for (uint32_t i = 0; i < feed->side_count; i++) {
        struct kraken_side *side = &feed->sides[i];
        kraken_join_uncover(&side->join);
        if (side->keeper.live)
            feed->events.on_book(feed->context, i, kraken_clock_now(&feed->market), true,
                                 feed->config.depth, NULL, 0);
        kraken_keeper_drop(&side->keeper);
    }
}

static void on_down(void *context, bool was_up, const char *reason, int64_t delay_ns)
{
    struct kraken_feed *feed = context;
    if (was_up)
        forget_stream(feed);
    feed->status_seen = false;
    feed->time_told = false;
    feed->call_told = false; /* a reply still to come may be its successor's */
    enum log_level level = feed->link_noted ? LOG_DEBUG : LOG_WARN;
    log_printf(level, "feed.offline", "%s %s: %s; check the network; trying again, next in %lld s",
               was_up ? "lost the connection to" : "cannot reach", feed->ws_url, reason,
               (long long)((delay_ns + NS_PER_S - 1) / NS_PER_S));
    if (!feed->link_noted)
        feed->events.on_connection(feed->context, false, reason);
    feed->link_noted = true;
}

static void on_text(void *context, const char *text, size_t len)
{
    kraken_stream_text(context, text, len);
}

static void on_gone(void *context)
{
    kraken_feed_gone(context);
}

static const struct kraken_link_events link_events = {
    .on_up = on_up,
    .on_text = on_text,
    .on_down = on_down,
    .on_gone = on_gone,
};

static bool anything_listed(const struct kraken_feed *feed)
{
    for (uint32_t i = 0; i < feed->side_count; i++) {
        if (feed->sides[i].listed)
            return true;
    }
    return false;
}

static bool history_all_done(const struct kraken_feed *feed)
{
    for (uint32_t i = 0; i < feed->side_count; i++) {
        if (feed->sides[i].listed && !feed->sides[i].history_done)
            return false;
    }
    return true;
}

/* A subscribed book whose snapshot does not come is asked for again. */
static void watch_books(struct kraken_feed *feed)
{
    int64_t mono_ns = kraken_mono(feed);
    for (uint32_t i = 0; i < feed->side_count; i++) {
        struct kraken_side *side = &feed->sides[i];
        if (side->subs[KRAKEN_BOOK].state != KRAKEN_SUB_ON || side->keeper.live ||
            mono_ns - side->resync_ns < SNAPSHOT_NS)
            continue;
        side->resync_ns = mono_ns;
        feed->stats.resync_count++;
        kraken_subs_reset(feed, i, KRAKEN_BOOK, 0);
    }
}

/* In lock-step: once everything is subscribed the session hears the time, and may step. The same
 * after a reconnect that lost a step's answer. */
static void start_stepping(struct kraken_feed *feed)
{
    if (!feed->market.lockstep || feed->step_ready || !feed->status_seen ||
        !kraken_subs_all_on(feed) || !history_all_done(feed))
        return;
    feed->step_ready = true;
    if (feed->published_ns == INT64_MIN || feed->step_sent) {
        feed->step_sent = false;
        feed->step_due = true;
    }
}

void kraken_feed_tick(struct kraken_feed *feed)
{
    kraken_calls_pump(feed);
    if (feed->stage != KRAKEN_READY || !anything_listed(feed))
        return;
    kraken_link_tick(&feed->link);
    if (feed->link.up && !feed->status_seen && kraken_mono(feed) - feed->link.up_ns >= STATUS_NS) {
        static const char silent[] =
            "{\"channel\":\"status\",\"type\":\"update\",\"data\":[{\"system\":\"\"}]}";
        kraken_stream_text(feed, silent, sizeof silent - 1);
    }
    if (feed->link.up && !feed->market.anchored && !feed->untimed_told &&
        kraken_mono(feed) - feed->link.up_ns >= UNTIMED_NS) {
        feed->untimed_told = true;
        log_printf(LOG_WARN, "feed.untimed",
                   "%s has not told its time for %lld s: nothing begins before it does, because "
                   "this machine's clock may be wrong; it is asked every 10 s",
                   feed->ws_url, (long long)(UNTIMED_NS / NS_PER_S));
    }
    kraken_subs_pump(feed);
    watch_books(feed);
    start_stepping(feed);
    kraken_flow_release(feed);
    kraken_flow_health(feed);
}

bool kraken_feed_timed(const struct kraken_feed *feed)
{
    return feed->market.anchored;
}

int64_t kraken_feed_time(const struct kraken_feed *feed)
{
    return kraken_clock_now(&feed->market);
}

double kraken_feed_speed(const struct kraken_feed *feed)
{
    return feed->market.speed;
}

bool kraken_feed_ended(const struct kraken_feed *feed)
{
    return feed->market.ended;
}

bool kraken_feed_lockstep(const struct kraken_feed *feed)
{
    return feed->market.lockstep;
}

void kraken_feed_step_done(struct kraken_feed *feed)
{
    if (!feed->market.lockstep)
        return;
    feed->step_wanted = true;
    kraken_flow_release(feed);
}

const struct feed_stats *kraken_feed_stats(const struct kraken_feed *feed)
{
    return &feed->stats;
}
