/* SPDX-License-Identifier: MIT */
/*
 * The client behind a proxy that cuts at every byte, minces and dawdles, plain and through TLS:
 * whatever happens a message comes whole or not at all, and each opening and each request ends
 * with exactly one call back, soon.
 */
#include "core/base/timestamp.h"
#include "platform/net/net.h"
#include "platform/net/server.h"
#include "support/cert.h"
#include "support/proxy.h"
#include "support/raw.h"
#include "test.h"

#define GREETING "a greeting from the server: one whole message or none"
#define ANSWER "{\"error\":[],\"result\":{\"txid\":[\"OABCDE-12345-FGHIJK\"]}}"

static struct {
    struct loop *loop;
    struct server *server;
    struct proxy *proxy;
    struct net *net;
    struct transport transport;
    bool tls;
    int requests; /* that reached the server */
    int opens, texts, over, replies, status;
    bool sent;
    char said[1024];
} on;

static void serve_request(void *context, struct server_reply *reply,
                          const struct server_request *request)
{
    (void)context;
    EXPECT_TEXT(request->body, "order=1");
    on.requests++;
    server_answer(reply, 200, "application/json", NULL, ANSWER, strlen(ANSWER));
}

static int serve_upgrade(void *context, const struct server_request *request)
{
    (void)context;
    (void)request;
    return 0;
}

static void serve_open(void *context, struct server_socket *socket, const char *path)
{
    (void)context;
    (void)path;
    EXPECT_INT(server_send(socket, GREETING, strlen(GREETING)), 0);
}

static const struct server_events server_events = {
    .on_request = serve_request, .on_upgrade = serve_upgrade, .on_socket_open = serve_open};

static void on_open(void *context, connection_id id)
{
    (void)context;
    (void)id;
    EXPECT_INT(on.over, 0);
    on.opens++;
}

static void on_text(void *context, connection_id id, const char *text, size_t len)
{
    (void)context;
    (void)id;
    EXPECT_INT(on.over, 0);
    EXPECT_INT(on.opens, 1);
    EXPECT_INT(len, strlen(GREETING));
    EXPECT(memcmp(text, GREETING, len) == 0);
    on.texts++;
}

static void on_closed(void *context, connection_id id, uint32_t code, const char *reason)
{
    (void)context;
    (void)id;
    (void)code;
    on.over++;
    snprintf(on.said, sizeof on.said, "%s", reason);
}

static const struct transport_events events = {on_open, on_text, on_closed};

static void on_reply(void *context, const struct http_response *response)
{
    (void)context;
    on.replies++;
    on.status = response->status;
    on.sent = response->sent;
    snprintf(on.said, sizeof on.said, "%s", response->error ? response->error : "");
    if (response->status == 200) {
        EXPECT_INT(response->body_len, strlen(ANSWER));
        EXPECT_TEXT(response->body, ANSWER);
    }
}

static void fresh_client(void)
{
    char error[256] = "";
    struct net_config config = {.ca_file = cert_localhost()->cert_file};
    on.net = net_open(on.loop, &config, error, sizeof error);
    EXPECT_TEXT(error, "");
    on.transport = net_transport(on.net);
    on.opens = on.texts = on.over = on.replies = on.status = on.requests = 0;
    on.said[0] = '\0';
}

static void up(bool tls)
{
    char error[256] = "";
    memset(&on, 0, sizeof on);
    on.tls = tls;
    on.loop = loop_new();
    struct server_config config = {.address = "127.0.0.1",
                                   .max_clients = 64,
                                   .events = &server_events,
                                   .cert_file = tls ? cert_localhost()->cert_file : NULL,
                                   .key_file = tls ? cert_localhost()->key_file : NULL};
    on.server = server_open(on.loop, &config, error, sizeof error);
    EXPECT_TEXT(error, "");
    on.proxy = proxy_open(on.loop, server_port(on.server));
    fresh_client();
}

static void down(void)
{
    net_close(on.net);
    proxy_close(on.proxy);
    server_close(on.server);
    loop_free(on.loop);
}

/* Opens a WebSocket through the proxy and waits for its greeting, or its end. */
static void greet(void)
{
    char url[64];
    snprintf(url, sizeof url, "ws%s://localhost:%u/", on.tls ? "s" : "", proxy_port(on.proxy));
    EXPECT(on.transport.open(on.transport.self, url, &events, NULL) > 0);
    for (int i = 0; i < 3000 && on.over == 0 && on.texts == 0; i++)
        loop_turn(on.loop, 1);
    EXPECT(on.over + on.texts > 0); /* no hang */
}

/* Sends an order through the proxy and waits for its end. */
static void order(void)
{
    char url[64];
    snprintf(url, sizeof url, "http%s://localhost:%u/order", on.tls ? "s" : "",
             proxy_port(on.proxy));
    struct http_request request = {
        .method = "POST", .url = url, .body = "order=1", .body_len = 7, .timeout_ns = 3 * NS_PER_S};
    EXPECT_INT(on.transport.http_request(on.transport.self, &request, on_reply, NULL), 0);
    for (int i = 0; i < 5000 && on.replies == 0; i++)
        loop_turn(on.loop, 1);
    EXPECT_INT(on.replies, 1);
    EXPECT(strncmp(on.said, "no whole reply", 14) != 0); /* told by the cut, not by the clock */
}

static void again(void)
{
    net_close(on.net);
    fresh_client();
}

/* Two TLS handshakes differ by some bytes (signatures, tickets), so there the last stretch, of
 * which nobody can say whether it holds the message's end, is left out. */
#define TLS_SLACK 24

static void cut_greetings(bool tls, bool reset, size_t step)
{
    up(tls);
    greet();
    EXPECT_INT(on.texts, 1);
    size_t whole = proxy_passed(on.proxy);
    again();
    for (size_t at = 0; at + (tls ? TLS_SLACK : 0) <= whole; at += step) {
        proxy_set(on.proxy, &(struct proxy_faults){.cut_after = at,
                                                   .cut_by_reset = reset,
                                                   .cut_request_after = PROXY_NEVER});
        greet();
        for (int i = 0; i < 5000 && on.over == 0; i++)
            loop_turn(on.loop, 1);
        EXPECT_INT(on.over, 1);
        EXPECT(on.said[0]);
        if (!reset) /* an RST may overtake the last bytes */
            EXPECT_INT(on.texts, at == whole);
        raw_turn(on.loop, 0);
        EXPECT_INT(on.over, 1);
        again();
    }
    down();
}

TEST(a_websocket_cut_at_every_byte_gives_its_message_whole_or_not_at_all)
{
    cut_greetings(false, false, 1);
}

TEST(a_websocket_reset_at_every_byte_ends_with_a_reason)
{
    cut_greetings(false, true, 1);
}

TEST(a_websocket_in_tls_cut_anywhere_gives_its_message_whole_or_not_at_all)
{
    cut_greetings(true, false, 7);
}

static void cut_replies(bool tls, size_t step)
{
    up(tls);
    order();
    EXPECT_INT(on.status, 200);
    size_t whole = proxy_passed(on.proxy);
    again();
    for (size_t at = 0; at + (tls ? TLS_SLACK : 0) <= whole; at += step) {
        int before = proxy_connections(on.proxy);
        proxy_set(on.proxy,
                  &(struct proxy_faults){.cut_after = at, .cut_request_after = PROXY_NEVER});
        order();
        EXPECT_INT(on.status, at == whole ? 200 : -1);
        EXPECT((on.status > 0) == (on.said[0] == '\0'));
        if (on.requests > 0)
            EXPECT(on.sent); /* what reached the server was never denied */
        EXPECT_INT(proxy_connections(on.proxy), before + 1); /* asked once */
        EXPECT(on.requests <= 1);
        again();
    }
    down();
}

TEST(a_reply_cut_at_every_byte_is_whole_or_an_error_and_never_asked_again)
{
    cut_replies(false, 1);
}

TEST(a_reply_in_tls_cut_anywhere_is_whole_or_an_error_and_never_asked_again)
{
    cut_replies(true, 7);
}

TEST(a_request_cut_on_its_way_is_an_error_and_is_called_sent)
{
    up(false);
    size_t at = 0;
    while (on.requests == 0) {
        at++;
        again();
        proxy_set(on.proxy,
                  &(struct proxy_faults){.cut_after = PROXY_NEVER, .cut_request_after = at});
        order();
        EXPECT_INT(on.status, -1);
        EXPECT(on.sent);
    }
    EXPECT(at > 100); /* the last cut came just behind the whole request */
    down();
}

static void minced(bool tls, size_t piece, uint32_t delay_ms)
{
    up(tls);
    proxy_set(on.proxy, &(struct proxy_faults){.cut_after = PROXY_NEVER,
                                               .piece = piece,
                                               .delay_ms = delay_ms,
                                               .cut_request_after = PROXY_NEVER});
    greet();
    EXPECT_INT(on.texts, 1);
    order();
    EXPECT_INT(on.status, 200);
    down();
}

TEST(one_byte_a_millisecond_is_slow_and_whole)
{
    minced(false, 1, 1);
}

TEST(split_writes_and_delays_are_whole_through_tls)
{
    for (size_t piece = 1; piece < 64; piece += 13)
        minced(true, piece, 0);
    minced(true, 100, 3);
}

TEST(a_reply_slower_than_its_timeout_is_an_error_in_time)
{
    up(false);
    proxy_set(on.proxy, &(struct proxy_faults){.cut_after = PROXY_NEVER,
                                               .piece = 1,
                                               .delay_ms = 10,
                                               .cut_request_after = PROXY_NEVER});
    char url[64];
    snprintf(url, sizeof url, "http://localhost:%u/order", proxy_port(on.proxy));
    struct http_request request = {.method = "POST",
                                   .url = url,
                                   .body = "order=1",
                                   .body_len = 7,
                                   .timeout_ns = 100 * NS_PER_MS};
    EXPECT_INT(on.transport.http_request(on.transport.self, &request, on_reply, NULL), 0);
    raw_until(on.loop, &on.replies, 2000);
    EXPECT_INT(on.status, -1);
    EXPECT(on.sent);
    EXPECT_TEXT(on.said, "no whole reply from localhost within 100 ms");
    down();
}
