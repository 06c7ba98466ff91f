/* SPDX-License-Identifier: MIT */
/*
 * The transport seam over libwebsockets on a libuv loop: WebSocket client and keep-alive HTTPS
 * client. Names are resolved without blocking (uv_getaddrinfo); TLS verifies the name. A request
 * is never sent a second time by itself: see the note on libcurl in docs/architecture.md.
 *
 * Bounds: 32 connections, 4 MB a message, 1 MB queued to send a connection, 16 requests waiting a
 * host. All is allocated when a connection opens; an established one allocates nothing per message
 * (except where a message outgrows its buffer, which then stays grown).
 */
#pragma once

#include "platform/loop/loop.h"
#include "platform/seam.h"

struct net;

struct net_config {
    const char *user_agent;
    const char *ca_file; /* NULL: the system's certificates */
};

/* NULL, with the reason written to `error`, when the network library cannot start. */
struct net *net_open(struct loop *loop, const struct net_config *config, char *error,
                     size_t error_size);
void net_close(struct net *net);

struct transport net_transport(struct net *net);
