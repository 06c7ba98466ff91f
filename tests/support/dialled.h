/* SPDX-License-Identifier: MIT */
/*
 * One loop with a server, plain or TLS, and a client, and what each saw; also a server by hand. For
 * the tests of platform/net/net.h.
 */
#pragma once

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>

#include "core/base/timestamp.h"
#include "platform/net/net.h"
#include "platform/net/server.h"
#include "support/cert.h"
#include "support/raw.h"
#include "test.h"

static struct {
    struct loop *loop;
    struct server *server;
    struct net *net;
    struct transport transport;
    bool tls;
    /* the client's WebSocket */
    int opens, texts, closes;
    connection_id id;
    uint32_t code;
    char reason[1024];
    char *text;
    size_t text_len;
    /* the client's requests */
    int replies;
    int status[64];
    bool sent[64];
    char body[64][64], error[64][1024];
    size_t body_len;
    /* the server */
    int requests, connections;
    char method[16], path[128], query[128], header[128], request_body[256];
    struct server_reply *kept[32];
    bool keep;
    struct server_socket *socket;
    size_t answer_len;
} on;

static void on_request(void *context, struct server_reply *reply,
                       const struct server_request *request)
{
    (void)context;
    snprintf(on.method, sizeof on.method, "%s", request->method);
    snprintf(on.path, sizeof on.path, "%s", request->path);
    snprintf(on.query, sizeof on.query, "%s", request->query);
    snprintf(on.request_body, sizeof on.request_body, "%s", request->body);
    if (!server_header(request, "api-key", on.header, sizeof on.header))
        snprintf(on.header, sizeof on.header, "(absent)");
    on.kept[on.requests++ % 32] = reply;
    if (on.keep)
        return;
    if (on.answer_len > 0) {
        char *body = calloc(1, on.answer_len);
        server_answer(reply, 200, "text/plain", NULL, body, on.answer_len);
        free(body);
        return;
    }
    char text[64];
    int n = snprintf(text, sizeof text, "answer %d", on.requests);
    server_answer(reply, strcmp(request->path, "/missing") == 0 ? 404 : 200, "text/plain", NULL,
                  text, (size_t)n);
}

static int on_upgrade(void *context, const struct server_request *request)
{
    (void)context;
    snprintf(on.path, sizeof on.path, "%s", request->path);
    return strcmp(request->path, "/no") == 0 ? 403 : 0;
}

static void on_socket_open(void *context, struct server_socket *socket, const char *path)
{
    (void)context;
    (void)path;
    on.socket = socket;
}

static void on_socket_text(void *context, struct server_socket *socket, const char *text,
                           size_t len)
{
    (void)context;
    EXPECT_INT(server_send(socket, text, len), 0);
}

static void on_socket_closed(void *context, struct server_socket *socket)
{
    (void)context;
    (void)socket;
    on.socket = NULL;
}

static const struct server_events server_events = {on_request, on_upgrade, on_socket_open,
                                                   on_socket_text, on_socket_closed};

static void on_open(void *context, connection_id id)
{
    EXPECT(context == &on);
    EXPECT(id == on.id);
    on.opens++;
}

static void on_text(void *context, connection_id id, const char *text, size_t len)
{
    EXPECT(context == &on && id == on.id);
    EXPECT_INT(on.closes, 0);
    on.texts++;
    free(on.text);
    on.text = malloc(len + 1);
    memcpy(on.text, text, len);
    on.text[len] = '\0';
    on.text_len = len;
}

static void on_closed(void *context, connection_id id, uint32_t code, const char *reason)
{
    EXPECT(context == &on && id == on.id);
    on.closes++;
    on.code = code;
    snprintf(on.reason, sizeof on.reason, "%s", reason);
}

static const struct transport_events events = {on_open, on_text, on_closed};

static void on_reply(void *context, const struct http_response *response)
{
    size_t i = (size_t)(intptr_t)context;
    EXPECT_INT(on.status[i], 0); /* exactly once */
    on.replies++;
    on.status[i] = response->status;
    on.sent[i] = response->sent;
    on.body_len = response->body_len;
    snprintf(on.body[i], sizeof on.body[i], "%s", response->body);
    snprintf(on.error[i], sizeof on.error[i], "%s", response->error ? response->error : "");
    EXPECT((response->error == NULL) == (response->status > 0));
}

static inline struct net *client(const char *ca_file, uint32_t connections)
{
    char error[256] = "";
    struct net_config config = {
        .user_agent = "cuttle/test", .ca_file = ca_file, .connections_per_host = connections};
    struct net *net = net_open(on.loop, &config, error, sizeof error);
    EXPECT_TEXT(error, "");
    return net;
}

static inline void up(bool tls)
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
    on.net = client(tls ? cert_localhost()->cert_file : NULL, 0);
    on.transport = net_transport(on.net);
}

static inline void down(void)
{
    net_close(on.net);
    server_close(on.server);
    loop_free(on.loop);
    free(on.text);
}

static inline const char *url(const char *kind, uint16_t port, const char *target)
{
    static char text[256];
    snprintf(text, sizeof text, "%s%s://localhost:%u%s", kind, on.tls ? "s" : "", port, target);
    return text;
}

static inline void open_socket(const char *text)
{
    on.id = on.transport.open(on.transport.self, text, &events, &on);
    EXPECT(on.id > 0);
}

static inline void open_and_wait(void)
{
    open_socket(url("ws", server_port(on.server), "/v2"));
    EXPECT_INT(on.opens, 0); /* never from inside the call */
    raw_until(on.loop, &on.opens, 3000);
    EXPECT_TEXT(on.reason, "");
    EXPECT_INT(on.opens, 1);
}

static inline void wait_texts(int count)
{
    for (int i = 0; i < 3000 && on.texts < count; i++)
        loop_turn(on.loop, 1);
    EXPECT_INT(on.texts, count);
}

static inline void wait_replies(int count)
{
    for (int i = 0; i < 5000 && on.replies < count; i++)
        loop_turn(on.loop, 1);
    EXPECT_INT(on.replies, count);
}

static inline int request(int i, const char *method, const char *target, const char *body,
                          int64_t timeout_ms)
{
    struct http_request request = {.method = method,
                                   .url = url("http", server_port(on.server), target),
                                   .headers = "API-Key: k1\r\n",
                                   .body = body,
                                   .body_len = body ? strlen(body) : 0,
                                   .timeout_ns = timeout_ms * NS_PER_MS};
    return on.transport.http_request(on.transport.self, &request, on_reply, (void *)(intptr_t)i);
}

/* A server by hand, for what a proper one never says. */
static inline int listen_by_hand(uint16_t *ret_port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct sockaddr_in at = {.sin_family = AF_INET};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t len = sizeof at;
    EXPECT_INT(bind(fd, (struct sockaddr *)&at, len), 0);
    EXPECT_INT(listen(fd, 8), 0);
    EXPECT_INT(getsockname(fd, (struct sockaddr *)&at, &len), 0);
    *ret_port = ntohs(at.sin_port);
    return fd;
}

static inline struct raw accept_by_hand(int listener)
{
    struct raw raw = {.loop = on.loop, .fd = -1, .in = calloc(1, 1), .in_size = 1};
    for (int i = 0; i < 2000 && raw.fd < 0; i++) {
        raw.fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        loop_turn(on.loop, 1);
    }
    EXPECT(raw.fd >= 0);
    return raw;
}
