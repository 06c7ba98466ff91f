/* SPDX-License-Identifier: MIT */
/*
 * The server's insides, shared by server.c (port, clients), server_http.c (one exchange) and
 * server_socket.c (one WebSocket). Nobody else includes this.
 */
#pragma once

#include "platform/net/outbox.h"
#include "platform/net/server.h"
#include "platform/net/wire.h"

#define SERVER_BODY_MAX (1u << 20)
#define SERVER_MESSAGE_MAX (1u << 20)
#define SERVER_QUEUE_MAX ((4u << 20) + 4096) /* one message of 4 MB, with room to spare */
#define SERVER_HEADER_MAX 16384
#define SERVER_STALL_S 30   /* a client that takes no byte of an answer for so long is cut */
#define SERVER_BODY_S 30    /* for all of a body to arrive, however it drips */
#define SERVER_ANSWER_S 300 /* for all of an answer to be taken */
#define SERVER_HELD_MAX (64u << 20)    /* of answers not yet taken, by all clients together */
#define SERVER_QUEUE_KEPT (128u << 10) /* of a queue's memory, once it is empty */

struct lws;

/* One TCP connection: first HTTP, one exchange after the other, then perhaps a WebSocket. */
struct server_client {
    struct server_client *next, *prev;
    struct server *server;
    struct lws *wsi;
    struct server_reply *reply;   /* the exchange under way, or NULL */
    struct server_socket *socket; /* after the upgrade */
    char *upgrade_path;
    uint64_t tag;
    char remote[64];
    bool parting; /* its WebSocket is to be closed politely when the loop turns */
    bool doomed;  /* to be cut when the loop turns */
    bool closed;  /* the library is taking it down; wsi must not be used */
};

struct server {
    struct loop *loop;
    struct wire *wire;
    struct server_events events;
    void *context;
    struct server_client clients; /* head of a ring */
    uint32_t client_count, client_max, address_max;
    size_t body_max, message_max;
    size_t held;                /* bytes of answers under way */
    struct loop_timer *sweeper; /* every second */
    struct loop_timer *reaper;  /* cuts the doomed outside of their own callbacks */
    struct server_listener *listener;
    uint16_t port;
    bool closing;
    char adopting[64]; /* the address of the client being adopted */
};

/* Marks a client to be cut, or its WebSocket to be closed, soon; safe from any callback. */
void server_doom(struct server_client *client);
void server_part(struct server_client *client);

/* server_http.c: each returns what the libwebsockets callback must return. */
int server_http_begin(struct server_client *client, const char *path, size_t path_len);
int server_http_body(struct server_client *client, const char *bytes, size_t len);
int server_http_body_end(struct server_client *client);
int server_http_writable(struct server_client *client);
int server_http_upgrade(struct server_client *client);
void server_http_gone(struct server_client *client);

/* A second has passed: true when the exchange under way takes too long. */
bool server_http_overdue(struct server_client *client);

/* server_socket.c */
int server_socket_begin(struct server_client *client);
int server_socket_receive(struct server_client *client, const char *bytes, size_t len);
int server_socket_writable(struct server_client *client);
void server_socket_part(struct server_client *client);
void server_socket_gone(struct server_client *client);

/* server_tls.c: false with the reason when TLS could not start with them. NULL files: no TLS. */
bool server_tls_check(const char *cert_file, const char *key_file, char *error, size_t error_size);

/* server_request.c: the request line and headers as libwebsockets parsed them. */
char *server_request_query(struct lws *wsi);
bool server_request_header(struct lws *wsi, const char *name, char *value, size_t size);
/* A header that says how long the body is has a blank before its colon. RFC 9112 refuses it: a
 * proxy before us may have read a length there, and what it took for a body we would for a request.
 */
bool server_request_disguised(struct lws *wsi);
const char *server_request_method(struct lws *wsi);
