/* SPDX-License-Identifier: MIT */
#include "platform/net/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libwebsockets.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include "core/base/check.h"
#include "platform/loop/loop_native.h"
#include "platform/net/address.h"
#include "platform/net/server_inside.h"

/* We listen and accept ourselves and hand each socket to libwebsockets: its own listener says no
 * more than "failed", and counts no clients. */
struct server_listener {
    struct loop_handle handle; /* first: closing frees the listener */
    uv_poll_t poll;
    struct loop_timer *pause; /* after running out of descriptors */
    struct server *server;
    int fd;
};

static void server_acceptable(uv_poll_t *poll, int status, int events);

static int server_client_begin(struct server *server, struct lws *wsi)
{
    struct server_client *client = calloc(1, sizeof *client);
    if (!client)
        return -1;
    client->server = server;
    client->wsi = wsi;
    memcpy(client->remote, server->adopting, sizeof client->remote);
    client->prev = server->clients.prev;
    client->next = &server->clients;
    client->prev->next = client->next->prev = client;
    server->client_count++;
    lws_set_opaque_user_data(wsi, client);
    return 0;
}

static void server_client_end(struct server_client *client)
{
    server_http_gone(client);
    server_socket_gone(client);
    lws_set_opaque_user_data(client->wsi, NULL);
    client->prev->next = client->next;
    client->next->prev = client->prev;
    client->server->client_count--;
    free(client->upgrade_path);
    free(client);
}

static int server_client_callback(struct server_client *client, enum lws_callback_reasons reason,
                                  void *in, size_t len)
{
    switch (reason) {
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
        return server_http_upgrade(client);
    case LWS_CALLBACK_HTTP:
        return server_http_begin(client, in, len);
    case LWS_CALLBACK_HTTP_BODY:
        return server_http_body(client, in, len);
    case LWS_CALLBACK_HTTP_BODY_COMPLETION:
        return server_http_body_end(client);
    case LWS_CALLBACK_HTTP_WRITEABLE:
        return server_http_writable(client);
    case LWS_CALLBACK_ESTABLISHED:
        return server_socket_begin(client);
    case LWS_CALLBACK_RECEIVE:
        return server_socket_receive(client, in, len);
    case LWS_CALLBACK_SERVER_WRITEABLE:
        return server_socket_writable(client);
    case LWS_CALLBACK_CLOSED:
    case LWS_CALLBACK_CLOSED_HTTP:
        client->closed = true;
        server_http_gone(client);
        server_socket_gone(client);
        return 0;
    case LWS_CALLBACK_WSI_DESTROY:
        server_client_end(client);
        return 0;
    default:
        return 0;
    }
}

static int server_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                           size_t len)
{
    (void)user;
    if (reason == LWS_CALLBACK_SERVER_NEW_CLIENT_INSTANTIATED)
        return server_client_begin(lws_context_user(lws_get_context(wsi)), wsi);
    if (reason == LWS_CALLBACK_RAW_ADOPT) /* the method CONNECT: not ours to tunnel */
        return -1;
    struct server_client *client = lws_get_opaque_user_data(wsi);
    return client ? server_client_callback(client, reason, in, len) : 0;
}

static const struct lws_protocols server_protocols[] = {
    {.name = "cuttle", .callback = server_callback, .rx_buffer_size = 16384},
    {0},
};

static void server_accept_resume(void *context)
{
    struct server_listener *listener = context;
    uv_poll_start(&listener->poll, UV_READABLE, server_acceptable);
}

/* Whether the address being adopted has as many connections as it may. */
static bool server_crowded(const struct server *server)
{
    uint32_t count = 0;
    if (address_loopback(server->adopting))
        return false;
    for (const struct server_client *client = server->clients.next; client != &server->clients;
         client = client->next)
        count += strcmp(client->remote, server->adopting) == 0;
    return count >= server->address_max;
}

static void server_adopt(struct server *server, int fd, const struct sockaddr_storage *from)
{
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (from->ss_family == AF_INET6)
        uv_ip6_name((const struct sockaddr_in6 *)from, server->adopting, sizeof server->adopting);
    else
        uv_ip4_name((const struct sockaddr_in *)from, server->adopting, sizeof server->adopting);
    if (server->client_count >= server->client_max || server_crowded(server))
        close(fd);
    else
        lws_adopt_socket_vhost(server->wire->vhost, fd); /* closes fd when it fails */
}

static void server_acceptable(uv_poll_t *poll, int status, int events)
{
    (void)status;
    (void)events;
    struct server_listener *listener = poll->data;
    for (;;) {
        struct sockaddr_storage from;
        socklen_t len = sizeof from;
        int fd =
            accept4(listener->fd, (struct sockaddr *)&from, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            server_adopt(listener->server, fd, &from);
            continue;
        }
        if (errno == EINTR || errno == ECONNABORTED)
            continue;
        if (errno != EAGAIN) { /* out of descriptors: the client waits in the kernel's queue */
            uv_poll_stop(&listener->poll);
            loop_timer_set(listener->pause, 100, 0);
        }
        return;
    }
}

/* Returns a listening descriptor, or -1 with the reason in `error`. */
static int server_listen(const struct server_config *config, uint16_t *ret_port, char *error,
                         size_t error_size)
{
    struct sockaddr_storage address = {0};
    socklen_t len = sizeof(struct sockaddr_in);
    if (uv_ip4_addr(config->address, config->port, (struct sockaddr_in *)&address) != 0) {
        len = sizeof(struct sockaddr_in6);
        if (uv_ip6_addr(config->address, config->port, (struct sockaddr_in6 *)&address) != 0) {
            snprintf(error, error_size,
                     "\"%s\" is not an address to listen on; give a number such as 127.0.0.1",
                     config->address);
            return -1;
        }
    }
    int on = 1;
    int fd = socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd >= 0)
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, len) != 0 || listen(fd, 128) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &len) != 0) {
        const char *advice = "choose another address";
        if (errno == EADDRINUSE)
            advice = "stop the program that listens there or choose another port";
        else if (errno == EACCES)
            advice = "ports below 1024 need privilege; choose a higher one";
        snprintf(error, error_size, "%s:%u: %s; %s", config->address, config->port,
                 uv_strerror(-errno), advice);
        if (fd >= 0)
            close(fd);
        return -1;
    }
    *ret_port = ntohs(((struct sockaddr_in *)&address)->sin_port); /* same place in sockaddr_in6 */
    return fd;
}

static void server_listener_closed(struct loop_handle *handle)
{
    struct server_listener *listener = (struct server_listener *)handle;
    close(listener->fd);
    free(listener);
}

static void server_listener_start(struct server *server, int fd)
{
    struct server_listener *listener = calloc(1, sizeof *listener);
    CHECK(listener);
    listener->server = server;
    listener->fd = fd;
    int rc = uv_poll_init(loop_native(server->loop), &listener->poll, fd);
    CHECK(rc == 0);
    loop_handle_add(server->loop, &listener->handle, (uv_handle_t *)&listener->poll,
                    server_listener_closed);
    listener->pause = loop_timer_start(server->loop, LOOP_NEVER, 0, server_accept_resume, listener);
    server->listener = listener;
    server_accept_resume(listener);
}

/* Does one thing that is due. A callback may doom, or end, any other client, so the ring is read
 * from the start after each. */
static bool server_reap_one(struct server *server)
{
    for (struct server_client *client = server->clients.next; client != &server->clients;
         client = client->next) {
        if (client->closed || !(client->doomed || client->parting))
            continue;
        bool cut = client->doomed;
        client->doomed = client->parting = false;
        if (cut)
            wire_cut(client->wsi);
        else
            server_socket_part(client);
        return true;
    }
    return false;
}

static void server_reap(void *context)
{
    while (server_reap_one(context))
        ;
}

static void server_reap_soon(struct server *server)
{
    if (!server->closing)
        loop_timer_set(server->reaper, 0, 0);
}

void server_doom(struct server_client *client)
{
    client->doomed = true;
    server_reap_soon(client->server);
}

void server_part(struct server_client *client)
{
    client->parting = true;
    server_reap_soon(client->server);
}

static void server_sweep(void *context)
{
    struct server *server = context;
    for (struct server_client *client = server->clients.next; client != &server->clients;
         client = client->next)
        if (!client->closed && !client->doomed && server_http_overdue(client))
            server_doom(client);
}

static struct wire *server_wire(struct server *server, const struct server_config *config,
                                char *error, size_t error_size)
{
    struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN_SERVER,
        .protocols = server_protocols,
        .user = server,
        .gid = (gid_t)-1,
        .uid = (uid_t)-1,
        .max_http_header_data = SERVER_HEADER_MAX,
        .max_http_header_pool2 = config->max_clients,
        .fd_limit_per_thread = config->max_clients + 16,
        .keepalive_timeout = 75,
        .timeout_secs = 20,
        .ssl_cert_filepath = config->cert_file,
        .ssl_private_key_filepath = config->key_file,
        .options = LWS_SERVER_OPTION_VALIDATE_UTF8,
    };
    if (config->cert_file) /* and none of the system's certificates: we verify nobody */
        info.options |=
            LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT | LWS_SERVER_OPTION_DISABLE_OS_CA_CERTS;
    info.ssl_options_set = SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1 | SSL_OP_NO_RENEGOTIATION;
    char reason[200] = "";
    struct wire *wire = wire_open(server->loop, &info, reason, sizeof reason);
    if (!wire)
        snprintf(error, error_size, "%s:%u: %s", config->address, config->port, reason);
    return wire;
}

struct server *server_open(struct loop *loop, const struct server_config *config, char *error,
                           size_t error_size)
{
    if (!server_tls_check(config->cert_file, config->key_file, error, error_size))
        return NULL;
    struct server *server = calloc(1, sizeof *server);
    CHECK(server);
    server->loop = loop;
    server->events = *config->events;
    server->context = config->context;
    server->client_max = config->max_clients;
    server->address_max = config->max_per_address ? config->max_per_address : config->max_clients;
    server->body_max = config->body_max ? config->body_max : SERVER_BODY_MAX;
    server->message_max = config->message_max ? config->message_max : SERVER_MESSAGE_MAX;
    server->clients.next = server->clients.prev = &server->clients;
    int fd = server_listen(config, &server->port, error, error_size);
    if (fd < 0) {
        free(server);
        return NULL;
    }
    server->wire = server_wire(server, config, error, error_size);
    if (!server->wire) {
        close(fd);
        free(server);
        return NULL;
    }
    server->reaper = loop_timer_start(loop, LOOP_NEVER, 0, server_reap, server);
    server->sweeper = loop_timer_start(loop, 1000, 1000, server_sweep, server);
    server_listener_start(server, fd);
    return server;
}

void server_close(struct server *server)
{
    if (!server)
        return;
    server->closing = true;
    loop_timer_stop(server->listener->pause);
    loop_handle_close(&server->listener->handle);
    loop_timer_stop(server->reaper);
    loop_timer_stop(server->sweeper);
    wire_close(server->wire);
    /* What is still in the ring is closed by the loop later; its memory is ours to end now. */
    while (server->clients.next != &server->clients)
        server_client_end(server->clients.next);
    free(server);
}

uint16_t server_port(const struct server *server)
{
    return server->port;
}
