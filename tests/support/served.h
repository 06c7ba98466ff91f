/* SPDX-License-Identifier: MIT */
/*
 * One server on one loop, and what it saw last; for the tests of platform/net/server.h.
 */
#pragma once

#include <errno.h>

#include "platform/loop/loop.h"
#include "platform/net/server.h"
#include "support/raw.h"
#include "test.h"

static struct {
    struct loop *loop;
    struct server *server;
    int requests, opens, closes, texts;
    char method[16], path[256], query[512], remote[64], header[256], socket_path[128];
    const char *ask_header; /* copied to `header` */
    char *body, *text;
    size_t body_len, text_len;
    struct server_reply *kept[8];
    int kept_count;
    bool keep;         /* keep replies, answer later */
    bool mute;         /* do not echo WebSocket texts */
    int refuse;        /* status on_upgrade gives */
    size_t answer_len; /* > 0: answer with so many bytes */
    struct server_socket *socket;
} on;

static void answer_big(struct server_reply *reply)
{
    char *body = malloc(on.answer_len);
    for (size_t i = 0; i < on.answer_len; i++)
        body[i] = (char)('a' + i % 26);
    server_answer(reply, 200, "text/plain", NULL, body, on.answer_len);
    free(body);
}

static void on_request(void *context, struct server_reply *reply,
                       const struct server_request *request)
{
    EXPECT(context == &on);
    on.requests++;
    snprintf(on.method, sizeof on.method, "%s", request->method);
    snprintf(on.path, sizeof on.path, "%s", request->path);
    snprintf(on.query, sizeof on.query, "%s", request->query);
    snprintf(on.remote, sizeof on.remote, "%s", request->remote);
    free(on.body);
    on.body = malloc(request->body_len + 1);
    memcpy(on.body, request->body, request->body_len + 1);
    on.body_len = request->body_len;
    if (on.ask_header && !server_header(request, on.ask_header, on.header, sizeof on.header))
        snprintf(on.header, sizeof on.header, "(absent)");
    if (on.keep) {
        on.kept[on.kept_count++] = reply;
        return;
    }
    if (on.answer_len > 0) {
        answer_big(reply);
        return;
    }
    char text[64];
    int n = snprintf(text, sizeof text, "answer %d", on.requests);
    server_answer(reply, 200, "text/plain", "x-extra: yes\r\nx-more: 2\r\n", text, (size_t)n);
}

static int on_upgrade(void *context, const struct server_request *request)
{
    (void)context;
    snprintf(on.path, sizeof on.path, "%s", request->path);
    snprintf(on.query, sizeof on.query, "%s", request->query);
    if (on.ask_header)
        server_header(request, on.ask_header, on.header, sizeof on.header);
    return on.refuse;
}

static void on_socket_open(void *context, struct server_socket *socket, const char *path)
{
    (void)context;
    on.opens++;
    on.socket = socket;
    snprintf(on.socket_path, sizeof on.socket_path, "%s", path);
    EXPECT(server_socket_get(socket) == NULL);
    server_socket_set(socket, &on);
}

static void on_socket_text(void *context, struct server_socket *socket, const char *text,
                           size_t len)
{
    (void)context;
    EXPECT(server_socket_get(socket) == &on);
    on.texts++;
    free(on.text);
    on.text = malloc(len + 1);
    memcpy(on.text, text, len);
    on.text[len] = '\0';
    on.text_len = len;
    if (len == 5 && memcmp(text, "abort", 5) == 0)
        server_socket_abort(socket);
    else if (len == 5 && memcmp(text, "close", 5) == 0)
        server_socket_close(socket, 4001, "as you wish");
    else if (!on.mute)
        EXPECT_INT(server_send(socket, text, len), 0);
}

static void on_socket_closed(void *context, struct server_socket *socket)
{
    (void)context;
    EXPECT(server_socket_get(socket) == &on);
    on.closes++;
    on.socket = NULL;
}

static const struct server_events events = {on_request, on_upgrade, on_socket_open, on_socket_text,
                                            on_socket_closed};

static inline void up(uint32_t max_clients)
{
    char error[256] = "";
    memset(&on, 0, sizeof on);
    on.loop = loop_new();
    struct server_config config = {
        .address = "127.0.0.1", .max_clients = max_clients, .events = &events, .context = &on};
    on.server = server_open(on.loop, &config, error, sizeof error);
    EXPECT_TEXT(error, "");
    EXPECT(on.server);
    EXPECT(server_port(on.server) > 0);
}

static inline void down(void)
{
    server_close(on.server);
    loop_free(on.loop);
    free(on.body);
    free(on.text);
}

static inline struct raw dial(void)
{
    struct raw raw = raw_connect(on.loop, server_port(on.server));
    EXPECT(raw.fd >= 0);
    return raw;
}

/* Sends a request and waits for the end of its answer. */
static inline struct raw ask(const char *request, const char *until)
{
    struct raw raw = dial();
    raw_send_text(&raw, request);
    if (!raw_wait_text(&raw, until, 2000))
        print_error("got: %s\n", raw.in);
    EXPECT(raw_wait_text(&raw, until, 0));
    return raw;
}
