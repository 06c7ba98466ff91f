/* SPDX-License-Identifier: MIT */
#include "support/proxy.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include "core/base/check.h"
#include "platform/loop/loop_native.h"

#define PROXY_HOLD 65536

/* A watched socket; the watch's end frees it. */
struct proxy_end {
    struct loop_handle handle;
    uv_poll_t poll;
    int fd;
    void (*ready)(void *context);
    void *context;
};

struct proxy_pair {
    struct proxy_pair *next;
    struct proxy *proxy;
    struct proxy_faults faults;
    struct proxy_end *client, *server;
    struct loop_timer *pace;
    size_t passed, passed_up, held;
    bool server_ended;
    char hold[PROXY_HOLD]; /* from the server, not yet passed on */
};

struct proxy {
    struct loop *loop;
    struct proxy_end *listener;
    struct proxy_pair *pairs;
    struct proxy_faults faults;
    uint16_t port, to_port;
    size_t passed;
    int connections;
};

static void proxy_ready(uv_poll_t *poll, int status, int events)
{
    (void)status;
    (void)events;
    struct proxy_end *end = poll->data;
    end->ready(end->context);
}

static void proxy_freed(struct loop_handle *handle)
{
    free(handle);
}

static struct proxy_end *proxy_watch(struct loop *loop, int fd, void (*ready)(void *),
                                     void *context)
{
    struct proxy_end *end = calloc(1, sizeof *end);
    CHECK(end && fd >= 0);
    end->fd = fd;
    end->ready = ready;
    end->context = context;
    uv_poll_init(loop_native(loop), &end->poll, fd);
    loop_handle_add(loop, &end->handle, (uv_handle_t *)&end->poll, proxy_freed);
    uv_poll_start(&end->poll, UV_READABLE, proxy_ready);
    return end;
}

static void proxy_unwatch(struct proxy_end *end, bool reset)
{
    if (reset) {
        struct linger now = {.l_onoff = 1, .l_linger = 0};
        setsockopt(end->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    }
    int fd = end->fd;
    loop_handle_close(&end->handle);
    close(fd);
}

static void proxy_end_pair(struct proxy_pair *pair)
{
    struct proxy_pair **place = &pair->proxy->pairs;
    while (*place != pair)
        place = &(*place)->next;
    *place = pair->next;
    proxy_unwatch(pair->client, pair->faults.cut_by_reset);
    proxy_unwatch(pair->server, false);
    loop_timer_stop(pair->pace);
    free(pair);
}

static void proxy_write(int fd, const char *bytes, size_t len)
{
    while (len > 0) { /* small amounts into an empty buffer: it takes them */
        ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);
        if (n < 0 && errno != EAGAIN)
            return;
        if (n > 0) {
            bytes += n;
            len -= (size_t)n;
        }
    }
}

/* Passes one piece on. Returns false when the pair is gone. */
static bool proxy_pass(struct proxy_pair *pair)
{
    size_t len = pair->held;
    if (pair->faults.piece > 0 && len > pair->faults.piece)
        len = pair->faults.piece;
    if (pair->faults.cut_after != PROXY_NEVER && len > pair->faults.cut_after - pair->passed)
        len = pair->faults.cut_after - pair->passed;
    proxy_write(pair->client->fd, pair->hold, len);
    memmove(pair->hold, pair->hold + len, pair->held - len);
    pair->held -= len;
    pair->passed += len;
    pair->proxy->passed = pair->passed;
    if (pair->passed == pair->faults.cut_after || (pair->server_ended && pair->held == 0)) {
        proxy_end_pair(pair);
        return false;
    }
    return true;
}

static void proxy_pace(void *context)
{
    struct proxy_pair *pair = context;
    if (proxy_pass(pair) && (pair->held > 0 || pair->server_ended))
        loop_timer_set(pair->pace, pair->faults.delay_ms, 0);
}

static void proxy_from_server(void *context)
{
    struct proxy_pair *pair = context;
    bool was_empty = pair->held == 0;
    if (pair->held < sizeof pair->hold) {
        ssize_t n = recv(pair->server->fd, pair->hold + pair->held, sizeof pair->hold - pair->held,
                         MSG_DONTWAIT);
        if (n < 0 && errno == EAGAIN)
            return;
        if (n <= 0) {
            pair->server_ended = true;
            uv_poll_stop(&pair->server->poll);
        } else {
            pair->held += (size_t)n;
        }
    }
    if (pair->faults.delay_ms > 0) {
        if (was_empty)
            loop_timer_set(pair->pace, pair->faults.delay_ms, 0);
        return;
    }
    while (proxy_pass(pair))
        if (pair->held == 0)
            return;
}

static void proxy_from_client(void *context)
{
    struct proxy_pair *pair = context;
    char bytes[65536];
    ssize_t n = recv(pair->client->fd, bytes, sizeof bytes, MSG_DONTWAIT);
    if (n < 0 && errno == EAGAIN)
        return;
    if (n <= 0) {
        proxy_end_pair(pair);
        return;
    }
    size_t len = (size_t)n, left = pair->faults.cut_request_after - pair->passed_up;
    if (pair->faults.cut_request_after != PROXY_NEVER && len >= left) {
        proxy_write(pair->server->fd, bytes, left);
        proxy_end_pair(pair);
        return;
    }
    proxy_write(pair->server->fd, bytes, len);
    pair->passed_up += len;
}

static int proxy_dial(uint16_t port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int rc = connect(fd, (struct sockaddr *)&to, sizeof to);
    CHECK(rc == 0);
    return fd;
}

static void proxy_accept(void *context)
{
    struct proxy *proxy = context;
    int fd = accept4(proxy->listener->fd, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0)
        return;
    struct proxy_pair *pair = calloc(1, sizeof *pair);
    CHECK(pair);
    pair->proxy = proxy;
    pair->faults = proxy->faults;
    pair->next = proxy->pairs;
    proxy->pairs = pair;
    proxy->connections++;
    proxy->passed = 0;
    pair->client = proxy_watch(proxy->loop, fd, proxy_from_client, pair);
    pair->server = proxy_watch(proxy->loop, proxy_dial(proxy->to_port), proxy_from_server, pair);
    pair->pace = loop_timer_start(proxy->loop, LOOP_NEVER, 0, proxy_pace, pair);
    if (pair->faults.cut_after == 0)
        proxy_end_pair(pair);
}

struct proxy *proxy_open(struct loop *loop, uint16_t to_port)
{
    struct proxy *proxy = calloc(1, sizeof *proxy);
    CHECK(proxy);
    proxy->loop = loop;
    proxy->to_port = to_port;
    proxy->faults = (struct proxy_faults){PROXY_NEVER, .cut_request_after = PROXY_NEVER};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct sockaddr_in at = {.sin_family = AF_INET};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t len = sizeof at;
    int rc = bind(fd, (struct sockaddr *)&at, len);
    rc |= listen(fd, 16);
    rc |= getsockname(fd, (struct sockaddr *)&at, &len);
    CHECK(rc == 0);
    proxy->port = ntohs(at.sin_port);
    proxy->listener = proxy_watch(loop, fd, proxy_accept, proxy);
    return proxy;
}

void proxy_close(struct proxy *proxy)
{
    while (proxy->pairs)
        proxy_end_pair(proxy->pairs);
    proxy_unwatch(proxy->listener, false);
    free(proxy);
}

uint16_t proxy_port(const struct proxy *proxy)
{
    return proxy->port;
}

void proxy_set(struct proxy *proxy, const struct proxy_faults *faults)
{
    proxy->faults = *faults;
}

size_t proxy_passed(const struct proxy *proxy)
{
    return proxy->passed;
}

int proxy_connections(const struct proxy *proxy)
{
    return proxy->connections;
}
