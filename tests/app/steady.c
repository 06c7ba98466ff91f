/* SPDX-License-Identifier: MIT */
/*
 * A whole session in its stride: the local Kraken on a thread of its own, the feed, the batches,
 * the engine, the paper market, recorder and dashboard queue on this one. Between the first minute
 * and the last not one allocation is made on the trading thread: what came in over the socket went
 * all the way to orders, journal and ledger on memory that was there. A rehearsal has the broker
 * and the gateway in the paper market's place: there it is true from a message to an order's frame.
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
static double speed = 60;
static char key[128], secret[128]; /* of the account, for who trades there */

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
        .speed = speed,
        .seed = 7,
        .key_count = 1,
    };
    struct exchange *exchange = exchange_open(loop, &clock, &config, error, sizeof error);
    const char *made_secret = "";
    const char *made = exchange == NULL ? "" : exchange_key(exchange, 0, &made_secret);
    snprintf(key, sizeof key, "%s", made);
    snprintf(secret, sizeof secret, "%s", made_secret);
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

static char rest_url[64], ws_url[64];

static struct feed open_feed(struct session *session, const struct transport *transport)
{
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

/* A state directory, a local Kraken on its thread, and a session on it with no dashboard. */
struct scene {
    char state[64];
    pthread_t thread;
    struct config *config;
    struct loop *loop;
    struct net *net;
    struct transport transport;
    struct session *session;
    struct feed feed;
};

static void open_scene(struct scene *scene)
{
    snprintf(scene->state, sizeof scene->state, "/tmp/cuttle-steady-XXXXXX");
    EXPECT(mkdtemp(scene->state) != NULL);
    atomic_store(&port, 0);
    atomic_store(&over, 0);
    EXPECT_INT(pthread_create(&scene->thread, NULL, serve, NULL), 0);
    while (atomic_load(&port) == 0) {
        usleep(1000);
    }
    EXPECT(atomic_load(&port) > 0);
    options = (struct options){0};
    options_declare(&options);
    scene->config = config_new(options.sections, options.section_count);
    snprintf(options.session.state, sizeof options.session.state, "%s", scene->state);
    snprintf(options.session.pairs, sizeof options.session.pairs,
             "BTC/USD ETH/USD SOL/USD DOGE/USD");
    options.server.enabled = false;
}

static void start_scene(struct scene *scene)
{
    char error[512];
    scene->loop = loop_new();
    scene->session = session_open(&options, scene->loop, error, sizeof error);
    if (scene->session == NULL) {
        print_error("%s\n", error);
    }
    EXPECT(scene->session != NULL);
    scene->net = net_open(scene->loop, &(struct net_config){.user_agent = "test"}, error, 256);
    EXPECT(scene->net != NULL);
    scene->transport = net_transport(scene->net);
}

static void close_scene(struct scene *scene)
{
    session_close(scene->session);
    net_close(scene->net);
    loop_free(scene->loop);
    config_free(scene->config);
    atomic_store(&over, 1);
    pthread_join(scene->thread, NULL);
    char command[128];
    snprintf(command, sizeof command, "rm -r %s", scene->state);
    EXPECT_INT(system(command), 0);
}

TEST(a_session_in_its_stride_allocates_nothing)
{
    struct scene scene;
    speed = 60;
    open_scene(&scene);
    start_scene(&scene);
    struct session *session = scene.session;
    const struct feed feed = open_feed(session, &scene.transport);
    session_attach(session, &feed);
    turn_until(scene.loop, session, 2);
    const uint64_t messages = feed.stats(feed.self)->message_count;
    counting = true;
    turn_until(scene.loop, session, 10); /* eight minutes of the market */
    counting = false;
    print_message("%llu messages, %llu decisions, %llu orders, %zu allocations\n",
                  (unsigned long long)(feed.stats(feed.self)->message_count - messages),
                  (unsigned long long)session->counters.decision_count,
                  (unsigned long long)session->counters.order_count, allocations);
    EXPECT(feed.stats(feed.self)->message_count - messages > 500);
    EXPECT_INT((int64_t)allocations, 0);
    close_scene(&scene);
}

/* The transport with a count round all that comes in over it, and none in a REST call, which takes
 * memory for its connection. */
static struct transport real;
static bool measuring;

struct listener {
    const struct transport_events *events;
    void *context;
};
static struct listener listeners[64];
static uint32_t listener_count;

static void on_open(void *context, connection_id id)
{
    const struct listener *listener = context;
    listener->events->on_open(listener->context, id);
}

static void on_text(void *context, connection_id id, const char *text, size_t len)
{
    const struct listener *listener = context;
    counting = measuring;
    listener->events->on_text(listener->context, id, text, len);
    counting = false;
}

static void on_closed(void *context, connection_id id, uint32_t code, const char *reason)
{
    const struct listener *listener = context;
    listener->events->on_closed(listener->context, id, code, reason);
}

static connection_id open_counted(void *self, const char *url,
                                  const struct transport_events *wanted, void *context)
{
    static const struct transport_events events = {on_open, on_text, on_closed};
    EXPECT(listener_count < 64);
    struct listener *listener = &listeners[listener_count++];
    *listener = (struct listener){wanted, context};
    return real.open(self, url, &events, listener);
}

static int request_uncounted(void *self, const struct http_request *request,
                             http_callback *callback, void *context)
{
    const bool counted = counting;
    counting = false;
    const int code = real.http_request(self, request, callback, context);
    counting = counted;
    return code;
}

static void on_wake_counted(void *context)
{
    counting = measuring;
    session_orders_pump(context);
    counting = false;
}

/* Eager, so that orders come within minutes. */
static void be_eager(void)
{
    options.session.mode = MODE_REHEARSAL;
    options.decision.actionable = options.decision.alone = options.decision.confidence = 0.05;
    options.decision.agree = 1;
}

/* From the message that leads to an order, over the disk's word, to the order's frame in the
 * socket's queue, and its answers back. */
TEST(a_rehearsal_allocates_nothing_between_a_message_and_the_frame_of_an_order)
{
    struct scene scene;
    char error[256];
    speed = 20;
    open_scene(&scene);
    be_eager();
    start_scene(&scene);
    real = scene.transport;
    scene.transport.open = open_counted;
    scene.transport.http_request = request_uncounted;
    struct session *session = scene.session;
    const struct feed feed = open_feed(session, &scene.transport);
    session_attach(session, &feed);
    const struct session_account account = {rest_url, ws_url, key, secret};
    EXPECT(session_trade(session, &account, &scene.transport, error, sizeof error));
    loop_on_wake(scene.loop, on_wake_counted, session);
    turn_until(scene.loop, session, 1);
    measuring = true;
    allocations = 0;
    const struct gateway *gateway = &session->orders->gateway;
    const uint64_t before = gateway->stats(gateway->self)->order_count;
    for (int i = 0; i < 40000 && gateway->stats(gateway->self)->order_count < before + 3; i++) {
        loop_turn(scene.loop, 2);
        counting = true; /* here the clock may close a candle, and be what decides */
        session_tick(session);
        counting = false;
    }
    measuring = false;
    const uint64_t orders = gateway->stats(gateway->self)->order_count - before;
    print_message("%llu orders sent, %llu fills, %zu allocations\n", (unsigned long long)orders,
                  (unsigned long long)session->engine->portfolio.fill_count, allocations);
    EXPECT(orders >= 3);
    EXPECT_INT((int64_t)allocations, 0);
    close_scene(&scene);
}
