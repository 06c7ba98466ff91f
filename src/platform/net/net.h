/* SPDX-License-Identifier: MIT */
/*
 * The transport seam on a libuv loop: a WebSocket client (RFC 6455) and a keep-alive HTTP/1.1
 * client, with TLS by OpenSSL. Names are resolved without blocking; the certificate is verified
 * against the name; every failure says in words what happened. A request is never sent a second
 * time by itself: see the note on libcurl in docs/architecture.md.
 *
 * Bounds: 32 WebSockets, 4 MB a message or body received, 1 MB queued to send a WebSocket, 16
 * requests waiting a host, 15 s to open a WebSocket, 2 s for the other side to answer our close. An
 * established WebSocket allocates nothing per message (except where a message outgrows its buffer,
 * which then stays grown); a request allocates.
 *
 * Requests to one host leave in the order of the calls, by default one after another, each when the
 * reply before it is whole. A timeout of 0 means 30 s. A reply must have a length (Content-Length
 * or chunked), because the end of another could not be told from a cut.
 *
 * Through TLS, OpenSSL 3.0 makes two allocations of 40 bytes a record; nobody else makes any.
 * Why not libwebsockets here, which serves in server.h: docs/two-contexts.md.
 */
#pragma once

#include "platform/loop/loop.h"
#include "platform/seam.h"

struct net;

struct net_config {
    const char *user_agent;
    const char *ca_file; /* NULL: the system's certificates */

    /* Requests to one host under way at once, at most 4; 0 means 1. With more, replies and the
     * order of arrival are no longer those of the calls (mind nonces). */
    uint32_t connections_per_host;
};

/* NULL, with the reason written to `error`, when the network library cannot start. */
struct net *net_open(struct loop *loop, const struct net_config *config, char *error,
                     size_t error_size);

/* Ends everything: on_closed for each WebSocket and the callback of each request come from inside
 * this call. Never from inside one of their callbacks. SIGPIPE is ignored from net_open on. */
void net_close(struct net *net);

struct transport net_transport(struct net *net);
