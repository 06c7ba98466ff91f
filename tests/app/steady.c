/* SPDX-License-Identifier: MIT */
/*
 * A whole session in its stride: the local Kraken on a thread of its own, the feed, the batches,
 * the engine, the paper market, recorder and dashboard queue on this one. Between the first minute
 * and the last not one allocation is made on the trading thread: what came in over the socket went
 * all the way to orders, journal and ledger on memory that was there.
 */
#include <pthread.h>
#include <stdatomic.h>

#include "app/session.h"
#include "platform/log/log.h"
#include "platform/net/net.h"
#include "platform/queue/queue.h"
#include "support/allocations.h"
#include "test.h"
#include "venue/kraken/kraken_feed.h"
#include "venue/local/exchange.h"

static atomic_int port, over;

static void on_exchange_tick(void *context)
{
    if (atomic_load(&over)) {
        loop_stop(context);
    }
}

static void *serve(void *context)
{
    (void)context;
    char error[256];
    struct loop *loop = loop_new();
    const struct clock clock = clock_system();
    const struct exchange_config config = {
        .address = "127.0.0.1",
        .market = EXCHANGE_SYNTHETIC,
        .profile = EXCHANGE_REAL,
        .pairs = "BTC/USD ETH/USD SOL/USD DOGE/USD",
        .speed = 60,
        .seed = 7,
    };
    struct exchange *exchange = exchange_open(loop, &clock, &config, error, sizeof error);
    atomic_store(&port, exchange == NULL ? -1 : exchange_port(exchange));
    if (exchange != NULL) {
        struct loop_timer *timer = loop_timer_start(loop, 50, 50, on_exchange_tick, loop);
        loop_run(loop);
        loop_timer_stop(timer);
        exchange_close(exchange);
    }
    loop_free(loop);
    return NULL;
}

static struct options options;

static struct feed open_feed(struct session *session, const struct transport *transport)
{
    static char rest_url[64], ws_url[64];
    char error[256];
    static struct clock clock;
    clock = clock_system();
    snprintf(rest_url, sizeof rest_url, "http://127.0.0.1:%d", atomic_load(&port));
    snprintf(ws_url, sizeof ws_url, "ws://127.0.0.1:%d/v2", atomic_load(&port));
    const struct kraken_feed_config config = {
        .rest_url = rest_url,
        .ws_url = ws_url,
        .symbols = session->symbols,
        .symbol_count = session->pair_count,
        .timeframe = TIMEFRAME_1M,
        .history = 720,
        .depth = 10,
        .stale_ns = 180 * NS_PER_S,
        .seed = 1,
    };
    struct kraken_feed *kraken = kraken_feed_open(&config, transport, &clock, &session_feed_events,
                                                  session, error, sizeof error);
    EXPECT(kraken != NULL);
    return kraken_feed_face(kraken);
}

static void turn_until(struct loop *loop, struct session *session, uint64_t batches)
{
    for (int i = 0; i < 40000 && session->counters.batch_count < batches; i++) {
        loop_turn(loop, 2);
        session_tick(session);
    }
    EXPECT(session->counters.batch_count >= batches);
}

TEST(a_session_in_its_stride_allocates_nothing)
{
    char error[512], state[] = "/tmp/cuttle-steady-XXXXXX";
    EXPECT(mkdtemp(state) != NULL);
    pthread_t thread;
    EXPECT_INT(pthread_create(&thread, NULL, serve, NULL), 0);
    while (atomic_load(&port) == 0) {
        usleep(1000);
    }
    EXPECT(atomic_load(&port) > 0);
    options_declare(&options);
    struct config *config = config_new(options.sections, options.section_count);
    snprintf(options.session.state, sizeof options.session.state, "%s", state);
    snprintf(options.session.pairs, sizeof options.session.pairs,
             "BTC/USD ETH/USD SOL/USD DOGE/USD");
    options.server.enabled = false;
    struct loop *loop = loop_new();
    struct session *session = session_open(&options, loop, error, sizeof error);
    if (session == NULL) {
        print_error("%s\n", error);
    }
    EXPECT(session != NULL);
    struct net *net = net_open(loop, &(struct net_config){.user_agent = "test"}, error, 256);
    EXPECT(net != NULL);
    const struct transport transport = net_transport(net);
    const struct feed feed = open_feed(session, &transport);
    session_attach(session, &feed);
    turn_until(loop, session, 2);
    const uint64_t messages = feed.stats(feed.self)->message_count;
    counting = true;
    turn_until(loop, session, 10); /* eight minutes of the market */
    counting = false;
    print_message("%llu messages, %llu decisions, %llu orders, %zu allocations\n",
                  (unsigned long long)(feed.stats(feed.self)->message_count - messages),
                  (unsigned long long)session->counters.decision_count,
                  (unsigned long long)session->counters.order_count, allocations);
    EXPECT(feed.stats(feed.self)->message_count - messages > 500);
    EXPECT_INT((int64_t)allocations, 0);
    session_close(session);
    net_close(net);
    loop_free(loop);
    config_free(config);
    atomic_store(&over, 1);
    pthread_join(thread, NULL);
    char command[128];
    snprintf(command, sizeof command, "rm -r %s", state);
    EXPECT_INT(system(command), 0);
}
