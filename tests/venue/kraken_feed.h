/* SPDX-License-Identifier: MIT */
/*
 * A session that only writes down what the feed tells it, on the simulated network and venue.
 */
#pragma once

#include "../sim/net_sim.h"
#include "../sim/venue_sim.h"
#include "../test.h"

#include "core/base/timestamp.h"
#include "core/market/batch.h"
#include "core/market/book.h"
#include "platform/log/log.h"
#include "venue/kraken/kraken_feed.h"

#define PLAY_PAIRS 8
#define PLAY_CANDLES 8192
#define PLAY_START INT64_C(1722816000000000000) /* 2024-08-05T00:00:00Z */
#define TICK_NS (50 * NS_PER_MS)

struct play_pair {
    uint32_t pair_calls;
    struct pair terms;
    uint32_t history_count, history_ends;
    uint32_t count; /* of history and closed candles together */
    struct candle candles[PLAY_CANDLES];
    uint32_t trade_count, forming_count, book_count, book_unknown_count;
    bool book_known;
    struct book book;
    uint32_t fresh_count, stale_count, unlisted_count;
    enum feed_health health;
};

struct play {
    struct net_sim *net;
    struct venue_sim venue;
    struct transport transport;
    struct clock clock;
    struct kraken_feed_config config;
    struct kraken_feed *feed;
    struct play_pair pairs[PLAY_PAIRS];
    uint32_t time_calls, connects, disconnects;
    int64_t time_ns;
    bool steps; /* in lock-step: answer each on_time */
    char reason[200];
};

static const char *const play_symbols[] = {"BTC/USD", "XETHZUSD", "solusd", "XDG/USD"};

static void play_on_pair(void *context, uint32_t pair, const struct pair *terms)
{
    struct play *play = context;
    play->pairs[pair].pair_calls++;
    play->pairs[pair].terms = *terms;
}

static void play_add(struct play_pair *pair, const struct candle *candle)
{
    EXPECT(pair->count < PLAY_CANDLES);
    EXPECT(pair->pair_calls > 0);
    EXPECT(candle_valid(candle) && candle->volume > 0);
    if (pair->count > 0)
        EXPECT(candle->time_ns > pair->candles[pair->count - 1].time_ns);
    pair->candles[pair->count++] = *candle;
}

static void play_on_history(void *context, uint32_t index, const struct candle *candles,
                            uint32_t count)
{
    struct play_pair *pair = &((struct play *)context)->pairs[index];
    EXPECT_INT(pair->history_ends, 0);
    for (uint32_t i = 0; i < count; i++)
        play_add(pair, &candles[i]);
    pair->history_count += count;
}

static void play_on_history_end(void *context, uint32_t index)
{
    ((struct play *)context)->pairs[index].history_ends++;
}

static void play_on_candle(void *context, uint32_t index, const struct candle *candle)
{
    struct play *play = context;
    struct play_pair *pair = &play->pairs[index];
    EXPECT_INT(pair->history_ends, 1);
    /* The batch would refuse it: only a stale pair may be so late. */
    if (candle->time_ns + NS_PER_MIN + BATCH_GRACE_NS <= play->time_ns)
        EXPECT_INT(pair->health, FEED_STALE);
    play_add(pair, candle);
}

static void play_on_forming(void *context, uint32_t index, const struct candle *candle)
{
    (void)candle;
    ((struct play *)context)->pairs[index].forming_count++;
}

static inline bool play_same_side(const struct book_side *a, const struct book_side *b)
{
    return a->count == b->count &&
           memcmp(a->levels, b->levels, a->count * sizeof a->levels[0]) == 0;
}

/* Level by level; their texts are there only where somebody has checked. */
static inline bool play_same_book(const struct book *a, const struct book *b)
{
    return a->depth == b->depth && play_same_side(&a->bids, &b->bids) &&
           play_same_side(&a->asks, &b->asks);
}

static void play_on_book(void *context, uint32_t index, int64_t time_ns, bool snapshot,
                         uint32_t depth, const struct level_change *changes, uint32_t count)
{
    struct play_pair *pair = &((struct play *)context)->pairs[index];
    EXPECT(time_ns > 0);
    if (snapshot) {
        book_init(&pair->book, depth);
        pair->book_known = count > 0;
        pair->book_unknown_count += count == 0;
    }
    EXPECT(snapshot || pair->book_known); /* no change of a book that is unknown */
    book_apply(&pair->book, changes, count);
    pair->book_count++;
}

static void play_on_trade(void *context, uint32_t index, const struct trade *trade)
{
    EXPECT(trade->price_ticks > 0 && trade->qty_lots > 0);
    ((struct play *)context)->pairs[index].trade_count++;
}

static void play_on_health(void *context, uint32_t index, enum feed_health health,
                           int64_t silent_ns)
{
    struct play_pair *pair = &((struct play *)context)->pairs[index];
    EXPECT(silent_ns >= 0);
    pair->health = health;
    pair->fresh_count += health == FEED_FRESH;
    pair->stale_count += health == FEED_STALE;
    pair->unlisted_count += health == FEED_UNLISTED;
}

static void play_on_time(void *context, int64_t time_ns)
{
    struct play *play = context;
    EXPECT(time_ns >= play->time_ns);
    play->time_ns = time_ns;
    play->time_calls++;
    if (play->steps)
        kraken_feed_step_done(play->feed);
}

static void play_on_connection(void *context, bool connected, const char *reason)
{
    struct play *play = context;
    play->connects += connected;
    play->disconnects += !connected;
    snprintf(play->reason, sizeof play->reason, "%s", reason);
}

static const struct feed_events play_events = {
    .on_pair = play_on_pair,
    .on_history = play_on_history,
    .on_history_end = play_on_history_end,
    .on_candle = play_on_candle,
    .on_forming = play_on_forming,
    .on_book = play_on_book,
    .on_trade = play_on_trade,
    .on_health = play_on_health,
    .on_time = play_on_time,
    .on_connection = play_on_connection,
};

/* The venue and the network, before the feed is opened: faults may be set. */
static inline struct play *play_new(uint64_t seed)
{
    struct play *play = calloc(1, sizeof *play);
    EXPECT(play != NULL);
    play->net = net_sim_new(seed, PLAY_START, &venue_sim_server, &play->venue);
    venue_sim_init(&play->venue, play->net, seed + 1, NS_PER_MIN, PLAY_START);
    play->transport = net_sim_transport(play->net);
    play->clock = net_sim_clock(play->net);
    play->config = (struct kraken_feed_config){
        .rest_url = "https://api.kraken.com",
        .ws_url = "wss://ws.kraken.com/v2",
        .symbols = play_symbols,
        .symbol_count = 4,
        .timeframe = TIMEFRAME_1M,
        .history = 100,
        .depth = 10,
        .stale_ns = 180 * NS_PER_S,
        .rest_gap_ns = NS_PER_S,
        .seed = seed,
    };
    return play;
}

static inline void play_open(struct play *play)
{
    char error[200];
    play->feed = kraken_feed_open(&play->config, &play->transport, &play->clock, &play_events, play,
                                  error, sizeof error);
    EXPECT(play->feed != NULL);
}

static void play_tick(void *context)
{
    struct play *play = context;
    venue_sim_tick(&play->venue);
    if (play->feed != NULL)
        kraken_feed_tick(play->feed);
}

static inline void play_run(struct play *play, int64_t for_ns)
{
    net_sim_run(play->net, for_ns, TICK_NS, play_tick, play);
}

static inline void play_free(struct play *play)
{
    kraken_feed_close(play->feed);
    net_sim_free(play->net);
    free(play);
}

/*
 * Each candle that had trades, from the first told on, exactly once and equal to the truth; at
 * most the last `open` intervals may be missing still. Returns how many were compared.
 */
static inline uint32_t play_compare(const struct play *play, uint32_t index, uint32_t open)
{
    const struct play_pair *told = &play->pairs[index];
    const struct venue_pair *truth = &play->venue.pairs[index];
    int64_t now_ns = venue_sim_time(&play->venue);
    int64_t end_ns = now_ns - now_ns % NS_PER_MIN - (int64_t)open * NS_PER_MIN;
    uint32_t t = 0;
    EXPECT(told->count > 0);
    while (t < truth->candle_count && truth->candles[t].time_ns < told->candles[0].time_ns)
        t++;
    uint32_t compared = 0;
    for (uint32_t i = 0; i < told->count; i++, t++, compared++) {
        EXPECT(t < truth->candle_count);
        if (memcmp(&told->candles[i], &truth->candles[t], sizeof(struct candle)) != 0)
            fail_msg("pair %u candle %u: told %lld %.8f, truth %lld %.8f", index, i,
                     (long long)told->candles[i].time_ns / NS_PER_S, told->candles[i].volume,
                     (long long)truth->candles[t].time_ns / NS_PER_S, truth->candles[t].volume);
    }
    if (t < truth->candle_count && truth->candles[t].time_ns < end_ns)
        fail_msg("pair %u: the candle of %lld was never told", index,
                 (long long)truth->candles[t].time_ns / NS_PER_S);
    return compared;
}
