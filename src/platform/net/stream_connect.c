/* SPDX-License-Identifier: MIT */
#include "platform/net/stream_inside.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/check.h"

#define STREAM_ATTEMPT_MS 4000 /* for one address, when there is another */

/* A question to the resolver; it may outlive the stream, because one that runs cannot be taken
 * back. */
struct stream_resolving {
    uv_getaddrinfo_t request;
    struct stream *stream; /* NULL: nobody cares any more */
};

static void stream_try_address(struct stream *stream);

void stream_forget_names(struct stream *stream)
{
    if (stream->resolving) {
        stream->resolving->stream = NULL;
        uv_cancel((uv_req_t *)&stream->resolving->request);
        stream->resolving = NULL;
    }
    if (stream->addresses)
        uv_freeaddrinfo(stream->addresses);
    stream->addresses = stream->address = NULL;
}

static void stream_socket_closed(struct loop_handle *handle)
{
    free(handle);
}

void stream_drop_socket(struct stream *stream)
{
    struct stream_socket *socket = stream->socket;
    if (!socket)
        return;
    stream->socket = NULL;
    stream->polled = 0;
    int fd = socket->fd;
    loop_handle_close(&socket->handle);
    close(fd); /* allowed as soon as its watch is closing */
}

static void stream_resolved(uv_getaddrinfo_t *request, int status, struct addrinfo *addresses)
{
    struct stream_resolving *resolving = (struct stream_resolving *)request;
    struct stream *stream = resolving->stream;
    free(resolving);
    if (!stream) {
        uv_freeaddrinfo(addresses);
        return;
    }
    stream->resolving = NULL;
    if (status != 0) {
        stream_end(stream, false, "cannot resolve %s: %s; check the name and the network",
                   stream->host, uv_strerror(status));
        return;
    }
    stream->addresses = stream->address = addresses;
    stream_try_address(stream);
}

static void stream_attempt_over(uv_timer_t *timer)
{
    struct stream *stream = timer->data; /* its loop_handle, which is the stream's first member */
    if (stream->state == STREAM_RESOLVING) { /* it could not even be asked */
        stream_end(stream, false, "cannot resolve %s: %s", stream->host, stream->reason);
        return;
    }
    stream_drop_socket(stream);
    stream->address = stream->address->ai_next;
    stream_try_address(stream);
}

bool stream_host_is_number(const struct stream *stream)
{
    struct in6_addr number;
    return uv_inet_pton(AF_INET, stream->host, &number) == 0 ||
           uv_inet_pton(AF_INET6, stream->host, &number) == 0;
}

/* A number is resolved by the same call, but answered without a look at the network. */
void stream_resolve(struct stream *stream)
{
    struct stream_resolving *resolving = calloc(1, sizeof *resolving);
    CHECK(resolving);
    resolving->stream = stream;
    struct addrinfo hints = {.ai_family = AF_UNSPEC,
                             .ai_socktype = SOCK_STREAM,
                             .ai_flags =
                                 stream_host_is_number(stream) ? AI_NUMERICHOST : AI_ADDRCONFIG};
    char port[8];
    snprintf(port, sizeof port, "%u", stream->port);
    int rc = uv_getaddrinfo(loop_native(stream->loop), &resolving->request, stream_resolved,
                            stream->host, port, &hints);
    if (rc == 0) {
        stream->resolving = resolving;
        return;
    }
    free(resolving);
    snprintf(stream->reason, sizeof stream->reason, "%s", uv_strerror(rc));
    uv_timer_start(&stream->timer, stream_attempt_over, 0, 0);
}

static struct stream_socket *stream_socket_new(struct stream *stream, int family)
{
    int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return NULL;
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct stream_socket *made = calloc(1, sizeof *made);
    CHECK(made);
    made->fd = fd;
    made->stream = stream;
    int rc = uv_poll_init(loop_native(stream->loop), &made->poll, fd);
    CHECK(rc == 0);
    loop_handle_add(stream->loop, &made->handle, (uv_handle_t *)&made->poll, stream_socket_closed);
    return made;
}

static void stream_address_text(const struct addrinfo *address, char *text, size_t size)
{
    if (!address)
        snprintf(text, size, "no address");
    else if (address->ai_family == AF_INET6)
        uv_ip6_name((const struct sockaddr_in6 *)(const void *)address->ai_addr, text, size);
    else
        uv_ip4_name((const struct sockaddr_in *)(const void *)address->ai_addr, text, size);
}

/* This address is no good. The next one, or the end. */
static void stream_address_failed(struct stream *stream, int error)
{
    char text[64];
    stream_address_text(stream->address, text, sizeof text);
    snprintf(stream->reason, sizeof stream->reason, "%s port %u: %s", text, stream->port,
             uv_strerror(-error));
    uv_timer_stop(&stream->timer);
    stream_drop_socket(stream);
    stream->address = stream->address->ai_next;
    stream_try_address(stream);
}

static void stream_try_address(struct stream *stream)
{
    const struct addrinfo *address = stream->address;
    if (!address) {
        stream_end(stream, false, "cannot connect to %s: %s; is it up, and the network?",
                   stream->host, stream->reason[0] ? stream->reason : "no answer in time");
        return;
    }
    stream->state = STREAM_CONNECTING;
    stream->socket = stream_socket_new(stream, address->ai_family);
    if (!stream->socket) {
        stream_address_failed(stream, errno);
        return;
    }
    int rc = connect(stream->socket->fd, address->ai_addr, address->ai_addrlen);
    if (rc != 0 && errno != EINPROGRESS) {
        stream_address_failed(stream, errno);
        return;
    }
    if (address->ai_next)
        uv_timer_start(&stream->timer, stream_attempt_over, STREAM_ATTEMPT_MS, 0);
    stream_watch(stream);
}

void stream_connect_done(struct stream *stream)
{
    int error = 0;
    socklen_t len = sizeof error;
    getsockopt(stream->socket->fd, SOL_SOCKET, SO_ERROR, &error, &len);
    if (error != 0) {
        stream_address_failed(stream, error);
        return;
    }
    uv_timer_stop(&stream->timer);
    if (stream->tls) {
        stream->state = STREAM_SHAKING_HANDS;
        if (stream_tls_begin(stream))
            stream_tls_shake(stream);
        return;
    }
    stream->state = STREAM_OPEN;
    stream_watch(stream);
    stream->events.on_ready(stream->context);
}
