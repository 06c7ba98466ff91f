/* SPDX-License-Identifier: MIT */
#include "venue/files/file_feed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/check.h"
#include "core/market/batch.h"
#include "platform/log/log.h"
#include "venue/local/market.h"

/* Boundaries given in one tick: enough to be fast, few enough that Ctrl-C is heard at once. */
#define BOUNDARIES_A_TICK 256

#define LIST_MAX 16384

struct file_feed {
    struct market *market;
    struct feed_events events;
    void *context;
    struct feed_stats stats;
    enum timeframe timeframe;
    uint32_t history;
    uint32_t symbol_count;
    int32_t places[PAIR_MAX]; /* index in the market by our index; -1: not there */
    int64_t next_ns;          /* open time of the candles to give next */
    int64_t now_ns;
    int64_t end_ns;
    bool begun;
    const char *const *symbols; /* the caller's */
    char list[LIST_MAX];
};

static bool list_symbols(struct file_feed *feed, const struct file_feed_config *config)
{
    size_t len = 0;
    for (uint32_t i = 0; i < config->symbol_count; i++) {
        const int wrote = snprintf(feed->list + len, LIST_MAX - len, "%s%s", i > 0 ? " " : "",
                                   config->symbols[i]);
        if (wrote < 0 || (size_t)wrote >= LIST_MAX - len) {
            return false;
        }
        len += (size_t)wrote;
    }
    return true;
}

struct file_feed *file_feed_open(const struct file_feed_config *config,
                                 const struct feed_events *events, void *context, char *error,
                                 size_t error_size)
{
    struct file_feed *feed = calloc(1, sizeof *feed);
    if (feed == NULL || !list_symbols(feed, config)) {
        snprintf(error, error_size, "too many pairs, or out of memory");
        free(feed);
        return NULL;
    }
    feed->market =
        config->store != NULL
            ? market_replay_open(config->store, feed->list, config->seed, error, error_size)
            : market_synthetic_open(feed->list, config->seed, error, error_size);
    if (feed->market == NULL) {
        free(feed);
        return NULL;
    }
    feed->events = *events;
    feed->context = context;
    feed->timeframe = config->timeframe;
    feed->history = config->history;
    feed->symbol_count = config->symbol_count;
    feed->symbols = config->symbols;
    for (uint32_t i = 0; i < config->symbol_count; i++) {
        feed->places[i] = market_find(feed->market, config->symbols[i], strlen(config->symbols[i]));
    }
    const int64_t from_ns = config->from_ns != 0 ? config->from_ns : feed->market->from_ns;
    feed->next_ns = timeframe_floor(config->timeframe, from_ns);
    feed->now_ns = from_ns;
    feed->end_ns = feed->market->end_ns;
    if (config->to_ns != 0 && config->to_ns < feed->end_ns) {
        feed->end_ns = config->to_ns;
    }
    return feed;
}

static double price_of(const struct pair *terms, int64_t ticks)
{
    return decimal_to_double(ticks, terms->price_decimals);
}

/* The candle of [time_ns, time_ns + length) from the market's bars; false when it had no trades. */
static bool candle_of(struct file_feed *feed, uint32_t pair, int64_t time_ns, struct candle *ret)
{
    const uint32_t place = (uint32_t)feed->places[pair];
    const struct pair *terms = &feed->market->pairs[place].instrument.terms;
    const int64_t end_ns = time_ns + timeframe_ns[feed->timeframe];
    struct bar bar, all;
    if (!market_next(feed->market, place, time_ns, end_ns, &all)) {
        return false;
    }
    for (int64_t at_ns = all.time_ns + 1; market_next(feed->market, place, at_ns, end_ns, &bar);
         at_ns = bar.time_ns + 1) {
        bar_merge(&all, &bar);
    }
    *ret = (struct candle){
        .time_ns = time_ns,
        .open = price_of(terms, all.open_ticks),
        .high = price_of(terms, all.high_ticks),
        .low = price_of(terms, all.low_ticks),
        .close = price_of(terms, all.close_ticks),
        .volume = decimal_to_double(all.volume_lots, terms->qty_decimals),
    };
    return true;
}

static void give_history(struct file_feed *feed, uint32_t pair)
{
    const int64_t length = timeframe_ns[feed->timeframe];
    int64_t time_ns = feed->next_ns - (int64_t)feed->history * length;
    for (; time_ns < feed->next_ns; time_ns += length) {
        struct candle candle;
        if (candle_of(feed, pair, time_ns, &candle)) {
            feed->events.on_history(feed->context, pair, &candle, 1);
        }
    }
    feed->events.on_history_end(feed->context, pair);
}

static void begin(struct file_feed *feed)
{
    feed->begun = true;
    feed->events.on_connection(feed->context, true, NULL);
    for (uint32_t i = 0; i < feed->symbol_count; i++) {
        if (feed->places[i] < 0) {
            log_printf(LOG_WARN, "feed.unlisted", "%s: the files hold no such pair; it is skipped",
                       feed->symbols[i]);
            feed->events.on_health(feed->context, i, FEED_UNLISTED, 0);
            continue;
        }
        feed->events.on_pair(feed->context, i,
                             &feed->market->pairs[feed->places[i]].instrument.terms);
        feed->events.on_health(feed->context, i, FEED_FRESH, 0);
    }
    for (uint32_t i = 0; i < feed->symbol_count; i++) {
        if (feed->places[i] >= 0) {
            give_history(feed, i);
        }
    }
}

static void give_boundary(struct file_feed *feed)
{
    const int64_t boundary_ns = feed->next_ns;
    feed->next_ns += timeframe_ns[feed->timeframe];
    feed->now_ns = feed->next_ns;
    for (uint32_t i = 0; i < feed->symbol_count; i++) {
        struct candle candle;
        if (feed->places[i] >= 0 && candle_of(feed, i, boundary_ns, &candle)) {
            feed->stats.message_count++;
            feed->events.on_candle(feed->context, i, &candle);
        }
    }
    feed->events.on_time(feed->context, feed->now_ns);
}

static bool file_feed_ended(void *self)
{
    const struct file_feed *feed = self;
    return feed->next_ns + timeframe_ns[feed->timeframe] > feed->end_ns;
}

static void file_feed_tick(void *self)
{
    struct file_feed *feed = self;
    if (!feed->begun) {
        begin(feed);
    }
    for (int i = 0; i < BOUNDARIES_A_TICK && !file_feed_ended(feed); i++) {
        give_boundary(feed);
    }
}

static void file_feed_close(void *self)
{
    struct file_feed *feed = self;
    market_close(feed->market);
    free(feed);
}

static int64_t file_feed_time(void *self)
{
    return ((const struct file_feed *)self)->now_ns;
}

static double file_feed_speed(void *self)
{
    (void)self;
    return 0;
}

static bool file_feed_lockstep(void *self)
{
    (void)self;
    return true;
}

static bool file_feed_timed(void *self)
{
    (void)self;
    return true;
}

static void file_feed_step_done(void *self)
{
    (void)self;
}

static const struct feed_stats *file_feed_stats(void *self)
{
    return &((const struct file_feed *)self)->stats;
}

struct feed file_feed_face(struct file_feed *feed)
{
    return (struct feed){
        .self = feed,
        .close = file_feed_close,
        .tick = file_feed_tick,
        .time = file_feed_time,
        .timed = file_feed_timed,
        .speed = file_feed_speed,
        .ended = file_feed_ended,
        .lockstep = file_feed_lockstep,
        .step_done = file_feed_step_done,
        .stats = file_feed_stats,
    };
}
