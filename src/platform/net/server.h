/* SPDX-License-Identifier: MIT */
/*
 * An HTTP/1.1 and WebSocket server on one port (libwebsockets behind an opaque type). Used by the
 * local Kraken and by the dashboard. Runs on the loop it was opened with.
 *
 * Bounds: max_clients connections and of one address max_per_address (more are turned away on
 * arrival), 16 KB of request headers, body_max a request body (413 beyond; a Transfer-Encoding
 * 411; one without a Content-Length is empty, and closes the connection), message_max a WebSocket
 * message received, 4 MB queued a WebSocket client. A client whose
 * queue would overflow is the caller's to drop: server_send says -ENOBUFS. A request's headers have
 * 10 s to arrive (75 s behind another's answer), its body 30 s more, and its answer 300 s to be
 * taken. Pings are answered, HEAD is answered as GET without the body. TLS is 1.2 or newer.
 *
 * Limits of libwebsockets 4.1.6 that show: only GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS
 * reach on_request (others are refused with 403); the query is decoded and written anew; a client
 * that sends its next request before the answer to one with a body loses the connection; one that
 * asks for a WebSocket subprotocol is turned away.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "platform/loop/loop.h"

struct server;
struct server_reply;  /* one HTTP exchange, until answered */
struct server_socket; /* one WebSocket client, until on_socket_closed */

struct server_request {
    const char *method;
    const char *path;  /* decoded, without the query: "/0/public/Time" */
    const char *query; /* percent-encoded, equal in meaning to what was sent; "" when absent */
    const char *body;  /* raw bytes, terminated; "" when absent */
    size_t body_len;
    const char *remote;  /* the client's address */
    const void *headers; /* for server_header */
    uint64_t *tag;       /* of an upgrade: what server_socket_tag is to say; 0 at first */
};

/* A request header by lower-case name ("api-key"); false when absent or longer than size - 1. */
bool server_header(const struct server_request *request, const char *name, char *value,
                   size_t size);

/* Whether it is there, however long; empty counts as absent. */
bool server_has_header(const struct server_request *request, const char *name);

struct server_events {
    /* Must answer with server_answer before returning, or keep `reply` and answer later. */
    void (*on_request)(void *context, struct server_reply *reply,
                       const struct server_request *request);

    /* A client asks to upgrade: return 0 to accept, or the HTTP status to refuse with. */
    int (*on_upgrade)(void *context, const struct server_request *request);

    void (*on_socket_open)(void *context, struct server_socket *socket, const char *path);
    void (*on_socket_text)(void *context, struct server_socket *socket, const char *text,
                           size_t len);
    void (*on_socket_closed)(void *context, struct server_socket *socket);
};

struct server_config {
    const char *address; /* "127.0.0.1" */
    uint16_t port;       /* 0: any free one */
    uint32_t max_clients;
    uint32_t max_per_address;         /* other than loopback; 0: max_clients */
    size_t body_max, message_max;     /* 0: 1 MB, the most */
    const char *cert_file, *key_file; /* NULL: no TLS */
    const struct server_events *events;
    void *context;
};

/* `address` is a number, IPv4 or IPv6. NULL with the reason in `error` ("127.0.0.1:8080: address
 * already in use; ..."). */
struct server *server_open(struct loop *loop, const struct server_config *config, char *error,
                           size_t error_size);

/* Cuts every connection (on_socket_closed is called for each) and stops listening; the port is free
 * after the loop's next turn. Never from inside a callback of this server. Replies still kept may
 * be answered afterwards; that frees them. */
void server_close(struct server *server);

uint16_t server_port(const struct server *server);

/* headers: extra "Name: value\r\n" lines or NULL. The body is copied. Status as HTTP. */
void server_answer(struct server_reply *reply, int status, const char *content_type,
                   const char *headers, const void *body, size_t body_len);

/* Queues one text message: 0, -ENOBUFS when the client's queue is full, or -ENOTCONN after a close
 * or abort. */
int server_send(struct server_socket *socket, const char *text, size_t len);

/* Bytes queued and not yet sent. */
size_t server_queued(const struct server_socket *socket);

/* Closes after what is queued has been sent (a client that does not take it, or does not answer
 * the close, is cut after 5 s); server_socket_abort cuts at once. on_socket_closed comes later,
 * never from inside these calls. Texts received meanwhile are dropped. */
void server_socket_close(struct server_socket *socket, uint32_t code, const char *reason);
void server_socket_abort(struct server_socket *socket);

/* Cuts at once and in the middle of a frame, whose head promises more than comes: what a client has
 * to live with. Over TLS it is cut like any other. */
void server_socket_sever(struct server_socket *socket);

/* The client's address, and what on_upgrade put into the request's tag. */
const char *server_socket_remote(const struct server_socket *socket);
uint64_t server_socket_tag(const struct server_socket *socket);

/* A pointer of the caller's, NULL at first. */
void server_socket_set(struct server_socket *socket, void *data);
void *server_socket_get(const struct server_socket *socket);
