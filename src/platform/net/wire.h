/* SPDX-License-Identifier: MIT */
/*
 * A libwebsockets context with one vhost on one of our loops. The environment's http_proxy is
 * ignored, HTTP/2 and permessage-deflate are off, and the library's own log goes nowhere but into
 * the error text when it does not start.
 *
 * Contexts may live on several threads, opened and closed at any time, as long as none of them is a
 * TLS client: see docs/two-contexts.md.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "platform/loop/loop.h"

struct lws;
struct lws_context;
struct lws_context_creation_info;
struct lws_vhost;

struct wire {
    struct loop *loop;
    struct lws_context *context;
    struct lws_vhost *vhost;
};

/* NULL with the reason in `error`. The caller fills what is its own of `info`. */
struct wire *wire_open(struct loop *loop, struct lws_context_creation_info *info, char *error,
                       size_t error_size);

/* Closes every connection at once (their callbacks run now). The wire itself and the context go
 * with the loop, because they are closed by turns of it. */
void wire_close(struct wire *wire);

/* Cuts a connection now. Never from one of its own callbacks. */
void wire_cut(struct lws *wsi);

/* Sends a WebSocket close frame and waits for the other side's, some seconds. Never from one of its
 * own callbacks: an error returned there cuts without the frame, whatever lws_close_reason was
 * told. */
void wire_part(struct lws *wsi, uint16_t code, const char *reason);
