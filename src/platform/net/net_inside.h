/* SPDX-License-Identifier: MIT */
/*
 * The client's insides: net.c (the whole), net_socket.c (WebSockets), net_http.c (requests). Nobody
 * else includes this.
 */
#pragma once

#include "platform/net/http_reply.h"
#include "platform/net/net.h"
#include "platform/net/stream.h"
#include "platform/net/url.h"

#define NET_SOCKET_MAX 32
#define NET_MESSAGE_MAX (4u << 20)
#define NET_QUEUE_MAX (1u << 20)
#define NET_OPEN_MS 15000 /* from open to on_open: name, TCP, TLS and handshake */
#define NET_CLOSE_MS 2000 /* for the other side to answer our close */
#define NET_WAITING_MAX 16
#define NET_HOST_MAX 16      /* hosts with a pool; the longest idle one makes room */
#define NET_REASON_MAX 768   /* a sentence with a name of 255 and what the other side said */
#define NET_CONNECTION_MAX 4 /* a host */
#define NET_IDLE_MS 50000    /* kept alive unused; servers close at 60 s and more */

struct ssl_ctx_st;

struct net {
    struct loop *loop;
    struct ssl_ctx_st *tls;
    struct entropy entropy;
    char user_agent[64];
    uint32_t connections_per_host;
    connection_id last_id;
    bool closing;
    struct net_socket *sockets[NET_SOCKET_MAX];
    struct net_host *hosts[NET_HOST_MAX];
    int64_t host_uses;
    uint8_t masks[256]; /* random bytes, handed out four at a time */
    uint32_t masks_used;
};

/* net_socket.c */
connection_id net_socket_open(void *self, const char *url, const struct transport_events *events,
                              void *context);
int net_socket_send(void *self, connection_id id, const char *text, size_t len);
void net_socket_close(void *self, connection_id id, uint32_t code);
void net_socket_end_all(struct net *net);

/* net_http.c */
int net_http_request(void *self, const struct http_request *request, http_callback *callback,
                     void *context);
void net_http_end_all(struct net *net);
