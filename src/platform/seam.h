/* SPDX-License-Identifier: MIT */
/*
 * The seams: all that a venue knows of the world outside. platform/net implements the transport
 * with libuv and OpenSSL, tests/sim with an in-memory network; likewise the clock and the entropy.
 * Everything is called, and calls back, on the thread that owns the loop; nothing blocks.
 * (The fourth seam, the store, is store/ledger.h and store/journal.h.)
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A WebSocket connection. 0 is none. Numbers are never used twice in one process. */
typedef uint32_t connection_id;

struct transport_events {
    void (*on_open)(void *context, connection_id id);

    /* One whole text message, however it was cut on the wire. Valid during the call. */
    void (*on_text)(void *context, connection_id id, const char *text, size_t len);

    /* The last call for this id, also after a failed open or an own close. `reason` says what
     * happened and what to do, in words; `code` is the WebSocket close code, 0 where none came. */
    void (*on_closed)(void *context, connection_id id, uint32_t code, const char *reason);
};

struct http_request {
    const char *method;  /* "GET", "POST" */
    const char *url;     /* absolute */
    const char *headers; /* "Name: value\r\n" lines, or NULL */
    const char *body;    /* or NULL */
    size_t body_len;
    int64_t timeout_ns; /* from the call to the last byte of the reply */
};

struct http_response {
    int status; /* HTTP status; negative: no whole reply came, see `error` */
    const char *body;
    size_t body_len;
    const char *error; /* in words, NULL when status > 0 */

    /* False when it is certain that no byte of the request left this machine. When true and status
     * is negative, what the other side did is unknown. */
    bool sent;
};

typedef void http_callback(void *context, const struct http_response *response);

struct transport {
    void *self;

    /* Opens a WebSocket to ws://, wss://. Returns its id, or 0 when the url is unusable or the
     * connection table full (then no callback comes). */
    connection_id (*open)(void *self, const char *url, const struct transport_events *events,
                          void *context);

    /* Queues one text message. 0, or -ENOTCONN, or -ENOBUFS when the bounded queue is full (then
     * nothing was queued). */
    int (*send_text)(void *self, connection_id id, const char *text, size_t len);

    void (*close)(void *self, connection_id id, uint32_t code);

    /* Sends one request over a kept-alive connection; never sends it twice. The callback comes
     * exactly once, later. 0, or -ENOBUFS, or -EINVAL for an unusable url. */
    int (*http_request)(void *self, const struct http_request *request, http_callback *callback,
                        void *context);
};

struct clock {
    void *self;
    int64_t (*wall_ns)(void *self); /* UTC; may step */
    int64_t (*mono_ns)(void *self); /* never goes back; differences only */
};

struct entropy {
    void *self;
    void (*fill)(void *self, void *bytes, size_t len);
};
