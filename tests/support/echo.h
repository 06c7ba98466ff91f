/* SPDX-License-Identifier: MIT */
/* A server for localhost that takes every WebSocket, gives each text back, and has no pages. */
#pragma once

#include "platform/net/server.h"
#include "support/cert.h"

static inline void echo_request(void *context, struct server_reply *reply,
                                const struct server_request *request)
{
    (void)context;
    (void)request;
    server_answer(reply, 404, NULL, NULL, "", 0);
}

static inline int echo_upgrade(void *context, const struct server_request *request)
{
    (void)context;
    (void)request;
    return 0;
}

static inline void echo_text(void *context, struct server_socket *socket, const char *text,
                             size_t len)
{
    (void)context;
    server_send(socket, text, len);
}

/* NULL with the reason in `error`. */
static inline struct server *echo_open(struct loop *loop, bool tls, char *error, size_t error_size)
{
    static const struct server_events events = {
        .on_request = echo_request, .on_upgrade = echo_upgrade, .on_socket_text = echo_text};
    const struct server_config config = {.address = "127.0.0.1",
                                         .max_clients = 64,
                                         .events = &events,
                                         .cert_file = tls ? cert_localhost()->cert_file : NULL,
                                         .key_file = tls ? cert_localhost()->key_file : NULL};
    return server_open(loop, &config, error, error_size);
}
