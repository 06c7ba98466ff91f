/* SPDX-License-Identifier: MIT */
/*
 * The adapter and the local Kraken on one loop, over loopback sockets: the real transport, the real
 * protocol, each end written against the reference and not against the other.
 */
#include "../test.h"

#include "core/base/timestamp.h"
#include "platform/loop/loop.h"
#include "platform/net/net.h"
#include "venue/kraken/kraken_feed.h"
#include "venue/local/exchange.h"

#define PAIRS 2
#define CANDLES_MAX 4096

struct run {
    struct loop *loop;
    struct net *net;
    struct exchange *exchange;
    struct kraken_feed *feed;
    struct clock clock;
    struct loop_timer *timer;
    bool steps;
    uint32_t step_count;
    uint32_t fresh[PAIRS], books[PAIRS], history_ends[PAIRS], unknown;
    uint32_t count[PAIRS];
    struct candle candles[PAIRS][CANDLES_MAX];
    uint32_t formed_count[PAIRS];
    struct candle formed[PAIRS][CANDLES_MAX]; /* each interval as its last row had it */
    int64_t time_ns;
    char rest_url[64], ws_url[64];
};

static void on_pair(void *context, uint32_t pair, const struct pair *terms)
{
    (void)context, (void)pair;
    EXPECT(terms->price_decimals <= 8 && terms->tick_step >= 1);
}

static void add(struct run *run, uint32_t pair, const struct candle *candle)
{
    EXPECT(run->count[pair] < CANDLES_MAX);
    if (run->count[pair] > 0)
        EXPECT(candle->time_ns > run->candles[pair][run->count[pair] - 1].time_ns);
    run->candles[pair][run->count[pair]++] = *candle;
}

static void on_history(void *context, uint32_t pair, const struct candle *candles, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        add(context, pair, &candles[i]);
}

static void on_history_end(void *context, uint32_t pair)
{
    ((struct run *)context)->history_ends[pair]++;
}

static void on_candle(void *context, uint32_t pair, const struct candle *candle)
{
    add(context, pair, candle);
}

static void on_forming(void *context, uint32_t pair, const struct candle *candle)
{
    struct run *run = context;
    EXPECT(candle_valid(candle));
    uint32_t count = run->formed_count[pair];
    bool more = count > 0 && run->formed[pair][count - 1].time_ns == candle->time_ns;
    EXPECT(count < CANDLES_MAX);
    run->formed[pair][more ? count - 1 : count] = *candle;
    run->formed_count[pair] += !more;
}

static void on_book(void *context, uint32_t pair, int64_t time_ns, bool snapshot, uint32_t depth,
                    const struct level_change *changes, uint32_t count)
{
    (void)time_ns, (void)depth, (void)changes;
    struct run *run = context;
    run->books[pair]++;
    run->unknown += snapshot && count == 0;
}

static void on_trade(void *context, uint32_t pair, const struct trade *trade)
{
    (void)context, (void)pair;
    EXPECT(trade->price_ticks > 0 && trade->qty_lots > 0);
}

static void on_health(void *context, uint32_t pair, enum feed_health health, int64_t silent_ns)
{
    (void)silent_ns;
    ((struct run *)context)->fresh[pair] += health == FEED_FRESH;
}

static void on_time(void *context, int64_t time_ns)
{
    struct run *run = context;
    EXPECT(time_ns >= run->time_ns);
    run->time_ns = time_ns;
    run->step_count++;
    if (run->steps)
        kraken_feed_step_done(run->feed);
}

static void on_connection(void *context, bool connected, const char *reason)
{
    (void)context, (void)connected, (void)reason;
}

static const struct feed_events events = {
    on_pair, on_history, on_history_end, on_candle, on_forming,
    on_book, on_trade,   on_health,      on_time,   on_connection,
};

static void on_tick(void *context)
{
    kraken_feed_tick(((struct run *)context)->feed);
}

static struct run *start(double speed, bool lockstep, uint64_t variant)
{
    static const char *const symbols[PAIRS] = {"XXBTZUSD", "eth/usd"};
    char error[256] = "";
    struct run *run = calloc(1, sizeof *run);
    EXPECT(run != NULL);
    run->loop = loop_new();
    run->clock = clock_system();
    run->steps = lockstep;
    const struct exchange_config market = {
        .address = "127.0.0.1",
        .market = EXCHANGE_SYNTHETIC,
        .profile = EXCHANGE_REAL,
        .pairs = "BTC/USD ETH/USD",
        .speed = speed,
        .lockstep = lockstep,
        .seed = 7,
        .variant = variant,
    };
    run->exchange = exchange_open(run->loop, &run->clock, &market, error, sizeof error);
    if (run->exchange == NULL)
        fail_msg("%s", error);
    const struct net_config net = {.user_agent = "cuttle-test"};
    run->net = net_open(run->loop, &net, error, sizeof error);
    if (run->net == NULL)
        fail_msg("%s", error);
    unsigned port = exchange_port(run->exchange);
    snprintf(run->rest_url, sizeof run->rest_url, "http://127.0.0.1:%u", port);
    snprintf(run->ws_url, sizeof run->ws_url, "ws://127.0.0.1:%u/v2", port);
    const struct kraken_feed_config config = {
        .rest_url = run->rest_url,
        .ws_url = run->ws_url,
        .symbols = symbols,
        .symbol_count = PAIRS,
        .timeframe = TIMEFRAME_1M,
        .history = 60,
        .depth = 10,
        .stale_ns = 180 * NS_PER_S,
        .seed = 1,
    };
    struct transport transport = net_transport(run->net);
    run->feed =
        kraken_feed_open(&config, &transport, &run->clock, &events, run, error, sizeof error);
    if (run->feed == NULL)
        fail_msg("%s", error);
    run->timer = loop_timer_start(run->loop, 1, 20, on_tick, run);
    return run;
}

static void stop(struct run *run)
{
    loop_timer_stop(run->timer);
    kraken_feed_close(run->feed);
    net_close(run->net);
    exchange_close(run->exchange);
    loop_free(run->loop);
    free(run);
}

static void turn_for(struct run *run, int64_t for_ns)
{
    int64_t end_ns = run->clock.mono_ns(run->clock.self) + for_ns;
    while (run->clock.mono_ns(run->clock.self) < end_ns)
        loop_turn(run->loop, 5);
}

/* Every interval that a row told of and that has passed was told as a candle, as its last row had
 * it, once. */
static void expect_whole(const struct run *run, int64_t passed_ns)
{
    for (uint32_t p = 0; p < PAIRS; p++) {
        EXPECT(run->count[p] > 30 && run->formed_count[p] > 5);
        uint32_t c = 0;
        for (uint32_t f = 0; f < run->formed_count[p]; f++) {
            const struct candle *formed = &run->formed[p][f];
            if (formed->time_ns + NS_PER_MIN > passed_ns)
                break;
            if (formed->time_ns < run->candles[p][0].time_ns)
                continue; /* a snapshot may reach back beyond the history asked for */
            while (c < run->count[p] && run->candles[p][c].time_ns < formed->time_ns)
                c++;
            EXPECT(c < run->count[p]);
            EXPECT(memcmp(&run->candles[p][c], formed, sizeof *formed) == 0);
        }
    }
}

TEST(the_local_kraken_is_fresh_within_a_second_and_ten_minutes_are_all_there)
{
    struct run *run = start(120, false, 0);
    turn_for(run, NS_PER_S);
    for (uint32_t p = 0; p < PAIRS; p++) {
        EXPECT_INT(run->fresh[p], 1);
        EXPECT_INT(run->history_ends[p], 1);
        EXPECT(run->books[p] > 0);
    }
    int64_t from_ns = run->candles[0][run->count[0] - 1].time_ns;
    turn_for(run, 6 * NS_PER_S); /* 12 market minutes */
    expect_whole(run, run->time_ns - 2 * NS_PER_MIN);
    for (uint32_t p = 0; p < PAIRS; p++)
        EXPECT(run->candles[p][run->count[p] - 1].time_ns >= from_ns + 9 * NS_PER_MIN);
    const struct feed_stats *stats = kraken_feed_stats(run->feed);
    EXPECT_INT((int64_t)stats->malformed_count, 0);
    EXPECT_INT((int64_t)stats->checksum_fault_count, 0);
    EXPECT_INT((int64_t)stats->late_count, 0);
    EXPECT_INT(run->unknown, 0);
    EXPECT(kraken_feed_speed(run->feed) == 120);
    stop(run);
}

TEST(in_lock_step_over_loopback_every_minute_is_told_in_its_step)
{
    for (uint64_t variant = 0; variant < 4; variant++) {
        struct run *run = start(1, true, variant);
        turn_for(run, NS_PER_S);
        EXPECT(run->step_count > 20);
        expect_whole(run, run->time_ns);
        EXPECT_INT((int64_t)kraken_feed_stats(run->feed)->malformed_count, 0);
        stop(run);
    }
}
