/* SPDX-License-Identifier: MIT */
/*
 * One outgoing TCP connection, with TLS or without, on a loop: it resolves the name without
 * blocking, tries its addresses in turn, verifies the certificate against the name, and moves
 * bytes. What is received collects in one buffer that the owner takes from; what is to be sent is
 * written at once as far as the system takes it, the rest waits in a second one. Both grow only
 * when outgrown: a connection in its stride allocates nothing.
 *
 * Callbacks come from the loop alone, never from inside a call here. After on_end or stream_close
 * none comes and the stream is gone.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "platform/loop/loop.h"

struct stream;
struct ssl_ctx_st;

struct stream_events {
    void (*on_ready)(void *context); /* connected, the certificate verified */

    /* More was received; see stream_received. Not called again for bytes left there. */
    void (*on_bytes)(void *context);

    /* The connection is over: `reason` says in words why and what to do. `clean` when the other
     * side simply closed. */
    void (*on_end)(void *context, bool clean, const char *reason);
};

struct stream_config {
    const char *host;
    uint16_t port;
    struct ssl_ctx_st *tls; /* NULL: none */
    size_t in_max;          /* the most that may wait to be taken; beyond it the stream ends */
    const struct stream_events *events;
    void *context;
};

/* The strings are copied. Failures come as on_end. */
struct stream *stream_open(struct loop *loop, const struct stream_config *config);
void stream_close(struct stream *stream);

/* All that was received and not yet taken; the bytes may be changed in place. */
char *stream_received(struct stream *stream, size_t *ret_len);
void stream_take(struct stream *stream, size_t len);

/* `len` bytes to be filled in before stream_commit; NULL when memory is short. */
char *stream_reserve(struct stream *stream, size_t len);

/* Sends what was reserved, now if possible. */
void stream_commit(struct stream *stream, size_t len);

/* Bytes committed that the system has not taken yet. */
size_t stream_queued(const struct stream *stream);

/* True when the other side has closed or sent something unasked: not fit for another request. */
bool stream_is_stale(struct stream *stream);
