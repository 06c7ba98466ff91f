/* SPDX-License-Identifier: MIT */
/*
 * A stream's insides: stream.c (buffers, reading, writing, the end), stream_connect.c (name,
 * address, TCP) and stream_tls.c. Nobody else includes this.
 */
#pragma once

#include <uv.h>

#include "platform/loop/loop_native.h"
#include "platform/net/stream.h"

struct ssl_st;

/* One socket: a stream has one at a time, a new one for each address it tries. */
struct stream_socket {
    struct loop_handle handle; /* first: closing frees it */
    uv_poll_t poll;
    struct stream *stream;
    int fd;
};

struct stream_buffer {
    char *bytes;
    size_t start, end, size;
};

enum stream_state {
    STREAM_RESOLVING,
    STREAM_CONNECTING,
    STREAM_SHAKING_HANDS,
    STREAM_OPEN,
    STREAM_OVER,
};

struct stream {
    struct loop_handle life; /* of `timer`; first: when that has closed the stream is freed */
    uv_timer_t timer;        /* for the next address, or to tell of an early end */
    struct loop *loop;
    struct stream_events events;
    void *context;
    char host[256];
    uint16_t port;
    enum stream_state state;
    struct stream_socket *socket;
    struct stream_resolving *resolving;
    struct addrinfo *addresses, *address; /* all, and the one being tried */
    struct ssl_ctx_st *tls;
    struct ssl_st *ssl;
    struct stream_buffer in, out;
    size_t in_max;
    int polled;       /* the events the poll is started for */
    bool wants_write; /* TLS cannot go on before it may write */
    bool broken;      /* a write failed; the end is told from the loop */
    char reason[512];
};

/* Tells the owner and takes everything down. */
void stream_end(struct stream *stream, bool clean, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Starts or changes the watch for what is now awaited. */
void stream_watch(struct stream *stream);

/* The loop says the socket is ready for something. */
void stream_on_poll(uv_poll_t *poll, int status, int events);

/* stream_connect.c */
bool stream_host_is_number(const struct stream *stream); /* of either family */
void stream_resolve(struct stream *stream);
void stream_connect_done(struct stream *stream); /* the socket became writable while connecting */
void stream_drop_socket(struct stream *stream);
void stream_forget_names(struct stream *stream);

/* stream_tls.c: bytes moved, 0 when it must wait, -1 at the end (stream->reason says which) and
 * -2 at a clean end. */
bool stream_tls_begin(struct stream *stream);
void stream_tls_shake(struct stream *stream);
ptrdiff_t stream_tls_read(struct stream *stream, char *bytes, size_t size);
ptrdiff_t stream_tls_write(struct stream *stream, const char *bytes, size_t len);
bool stream_tls_is_stale(struct stream *stream);
void stream_tls_free(struct stream *stream);
