/* SPDX-License-Identifier: MIT */
/*
 * An experiment, not a test: may one process hold two libwebsockets contexts in two threads, TLS on
 * both? docs/two-contexts.md has the commands and what came out.
 *
 *     two_contexts lws N          N connections of an lws client context (this thread) to an lws
 *                                 server context (another thread)
 *     two_contexts lws N recreate the same, while a third context is opened and closed beside the
 *                                 server's, again and again
 *     two_contexts net N [recreate]  the same with our own client, which has no context
 *
 * Each connection: TLS handshake, upgrade, one text echoed, close. Prints what came of them.
 */
#include <libwebsockets.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/check.h"
#include "platform/net/net.h"
#include "platform/net/wire.h"
#include "support/cert.h"
#include "support/echo.h"

/* The server's thread. */
static atomic_int server_port_known, over, recreated;
static bool recreate;
static struct loop *server_loop;

static struct server *serve(struct loop *loop)
{
    char error[256];
    struct server *server = echo_open(loop, true, error, sizeof error);
    if (!server)
        fprintf(stderr, "%s\n", error);
    CHECK(server);
    return server;
}

static void *serve_in_thread(void *context)
{
    (void)context;
    server_loop = loop_new();
    struct server *server = serve(server_loop);
    atomic_store(&server_port_known, server_port(server));
    while (!atomic_load(&over)) {
        if (recreate) {
            struct loop *other_loop = loop_new();
            struct server *other = serve(other_loop);
            loop_turn(other_loop, 1);
            server_close(other);
            loop_free(other_loop);
            atomic_fetch_add(&recreated, 1);
        }
        loop_turn(server_loop, 1);
    }
    server_close(server);
    loop_free(server_loop);
    return NULL;
}

/* The client's side, of either kind. */
static struct loop *loop;
static int wanted, opened, echoed, closed, failed;
static char last_failure[256];

static void note_failure(const char *why)
{
    failed++;
    snprintf(last_failure, sizeof last_failure, "%s", why);
}

static struct wire *wire;
static void lws_connect(void);

static int lws_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                        size_t len)
{
    (void)user;
    unsigned char text[LWS_PRE + 4] = {0};
    switch (reason) {
    case LWS_CALLBACK_CLIENT_ESTABLISHED:
        opened++;
        lws_callback_on_writable(wsi);
        return 0;
    case LWS_CALLBACK_CLIENT_WRITEABLE:
        memcpy(text + LWS_PRE, "ping", 4);
        return lws_write(wsi, text + LWS_PRE, 4, LWS_WRITE_TEXT) < 0 ? -1 : 0;
    case LWS_CALLBACK_CLIENT_RECEIVE:
        echoed += len == 4 && memcmp(in, "ping", 4) == 0;
        return -1;
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
        note_failure(in ? in : "no reason");
        closed++;
        return 0;
    case LWS_CALLBACK_CLIENT_CLOSED:
        closed++;
        return 0;
    default:
        return 0;
    }
}

static const struct lws_protocols lws_protocols[] = {
    {.name = "experiment", .callback = lws_callback, .rx_buffer_size = 4096},
    {0},
};

static void lws_connect(void)
{
    struct lws_client_connect_info info = {.context = wire->context,
                                           .vhost = wire->vhost,
                                           .address = "127.0.0.1",
                                           .host = "localhost",
                                           .origin = "localhost",
                                           .path = "/",
                                           .port = atomic_load(&server_port_known),
                                           .ssl_connection = LCCSCF_USE_SSL,
                                           .alpn = "http/1.1",
                                           .local_protocol_name = "experiment"};
    if (!lws_client_connect_via_info(&info)) {
        note_failure("lws_client_connect_via_info");
        closed++;
    }
}

static void run_lws(void)
{
    struct lws_context_creation_info info = {.port = CONTEXT_PORT_NO_LISTEN,
                                             .protocols = lws_protocols,
                                             .gid = (gid_t)-1,
                                             .uid = (uid_t)-1,
                                             .client_ssl_ca_filepath = cert_localhost()->cert_file,
                                             .options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT};
    char error[256] = "";
    wire = wire_open(loop, &info, error, sizeof error);
    if (!wire)
        fprintf(stderr, "%s\n", error);
    CHECK(wire);
    for (int i = 0; i < wanted; i++) {
        lws_connect();
        for (int turns = 0; closed <= i && turns < 20000; turns++)
            loop_turn(loop, 1);
        if (closed <= i) {
            note_failure("hung");
            return;
        }
    }
    wire_close(wire);
}

static struct transport transport;

static void net_opened(void *context, connection_id id)
{
    (void)context;
    opened++;
    transport.send_text(transport.self, id, "ping", 4);
}

static void net_text(void *context, connection_id id, const char *text, size_t len)
{
    (void)context;
    echoed += len == 4 && memcmp(text, "ping", 4) == 0;
    transport.close(transport.self, id, 1000);
}

static void net_closed(void *context, connection_id id, uint32_t code, const char *reason)
{
    (void)context;
    (void)id;
    closed++;
    if (code != 1000)
        note_failure(reason);
}

static void run_net(void)
{
    static const struct transport_events events = {net_opened, net_text, net_closed};
    char error[256], url[64];
    struct net_config config = {.ca_file = cert_localhost()->cert_file};
    struct net *net = net_open(loop, &config, error, sizeof error);
    CHECK(net);
    transport = net_transport(net);
    snprintf(url, sizeof url, "wss://localhost:%d/", atomic_load(&server_port_known));
    for (int i = 0; i < wanted; i++) {
        transport.open(transport.self, url, &events, NULL);
        while (closed <= i)
            loop_turn(loop, 1);
    }
    net_close(net);
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: two_contexts lws|net N [recreate]\n");
        return 2;
    }
    wanted = (int)strtol(argv[2], NULL, 10);
    recreate = argc > 3;
    cert_localhost();
    pthread_t thread;
    pthread_create(&thread, NULL, serve_in_thread, NULL);
    while (!atomic_load(&server_port_known))
        sched_yield();
    loop = loop_new();
    if (strcmp(argv[1], "lws") == 0)
        run_lws();
    else
        run_net();
    atomic_store(&over, 1);
    pthread_join(thread, NULL);
    loop_free(loop);
    printf("%s%s: wanted %d, opened %d, echoed %d, closed %d, failed %d%s%s, contexts made beside "
           "%d\n",
           argv[1], recreate ? " recreate" : "", wanted, opened, echoed, closed, failed,
           failed ? ", last: " : "", last_failure, atomic_load(&recreated));
    return failed || echoed != wanted;
}
