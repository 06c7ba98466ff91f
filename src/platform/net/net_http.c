/* SPDX-License-Identifier: MIT */
/*
 * Requests over kept-alive connections, a small pool a host. A request is given to one connection
 * once; if that ends before the reply is whole the caller is told, and what the other side did is
 * for the caller to find out. Nothing here ever sends a request again.
 */
#include "platform/net/net_inside.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/check.h"
#include "core/base/timestamp.h"

#define NET_TIMEOUT_DEFAULT_NS (30 * NS_PER_S)

struct net_request {
    struct net_request *next;
    struct net_host *host;
    struct net_link *link; /* NULL while it waits */
    char *bytes;           /* head and body as they go out */
    size_t len;
    bool to_head;
    bool sent;
    int64_t timeout_ns;
    struct loop_timer *timer;
    http_callback *callback;
    void *context;
};

/* One connection. Its request is the one being answered, or NULL while it idles. */
struct net_link {
    struct net_host *host;
    struct stream *stream;
    struct net_request *request;
    struct http_reply reply;
    struct loop_timer *idle;
    bool ready;
};

struct net_host {
    struct net *net;
    bool secure;
    uint16_t port;
    char name[URL_HOST_MAX];
    struct net_link *links[NET_CONNECTION_MAX];
    struct net_request *waiting; /* in the order of the calls */
    uint32_t waiting_count;
    int64_t used; /* a count, to find the host unused for longest */
};

static void net_host_pump(struct net_host *host);

static void net_request_free(struct net_request *request)
{
    loop_timer_stop(request->timer);
    free(request->bytes);
    free(request);
}

static void net_link_free(struct net_link *link)
{
    struct net_host *host = link->host;
    for (size_t i = 0; i < NET_CONNECTION_MAX; i++)
        if (host->links[i] == link)
            host->links[i] = NULL;
    if (link->stream)
        stream_close(link->stream);
    loop_timer_stop(link->idle);
    http_reply_deinit(&link->reply);
    free(link);
}

/* The request is nobody's any more: out of its queue or off its connection. */
static void net_request_detach(struct net_request *request)
{
    if (request->link) {
        request->link->request = NULL;
        return;
    }
    struct net_request **place = &request->host->waiting;
    while (*place != request)
        place = &(*place)->next;
    *place = request->next;
    request->host->waiting_count--;
}

/* Tells the caller that no whole reply came. What carried the request is already dropped. */
static void net_request_fail(struct net_request *request, const char *error)
{
    struct http_response response = {
        .status = -1, .body = "", .error = error, .sent = request->sent};
    request->callback(request->context, &response);
    net_request_free(request);
}

static void net_request_overdue(void *context)
{
    struct net_request *request = context;
    struct net_host *host = request->host;
    struct net_link *link = request->link;
    char error[NET_REASON_MAX];
    snprintf(error, sizeof error, "no whole reply from %s within %lld ms", host->name,
             (long long)(request->timeout_ns / NS_PER_MS));
    net_request_detach(request);
    if (link) /* a late reply must not be taken for the next request's */
        net_link_free(link);
    net_host_pump(host);
    net_request_fail(request, error);
}

static void net_link_send(struct net_link *link)
{
    struct net_request *request = link->request;
    char *out = stream_reserve(link->stream, request->len);
    CHECK(out);
    memcpy(out, request->bytes, request->len);
    http_reply_deinit(&link->reply);
    http_reply_init(&link->reply, request->to_head);
    request->sent = true;
    stream_commit(link->stream, request->len);
}

static void net_link_on_ready(void *context)
{
    struct net_link *link = context;
    link->ready = true;
    if (link->request)
        net_link_send(link);
    else
        loop_timer_set(link->idle, NET_IDLE_MS, 0);
}

/* The connection cannot go on, and with it the request it carries. */
static void net_link_fail(struct net_link *link, const char *error)
{
    struct net_host *host = link->host;
    struct net_request *request = link->request;
    if (request)
        net_request_detach(request);
    net_link_free(link);
    net_host_pump(host);
    if (request)
        net_request_fail(request, error);
}

static void net_link_done(struct net_link *link, bool clean)
{
    struct net_host *host = link->host;
    struct net_request *request = link->request;
    struct http_reply reply = link->reply;
    link->reply = (struct http_reply){0};
    net_request_detach(request);
    if (clean && reply.keep_alive)
        loop_timer_set(link->idle, NET_IDLE_MS, 0);
    else
        net_link_free(link);
    net_host_pump(host);
    struct http_response response = {
        .status = reply.status, .body = reply.body, .body_len = reply.body_len, .sent = true};
    request->callback(request->context, &response);
    net_request_free(request);
    http_reply_deinit(&reply);
}

static void net_link_on_bytes(void *context)
{
    struct net_link *link = context;
    size_t len;
    const char *in = stream_received(link->stream, &len);
    if (!link->request) { /* nobody asked: not a connection to trust with the next request */
        net_link_free(link);
        return;
    }
    size_t taken = http_reply_feed(&link->reply, in, len);
    stream_take(link->stream, taken);
    if (link->reply.state == HTTP_REPLY_DONE) {
        net_link_done(link, taken == len);
    } else if (link->reply.state == HTTP_REPLY_BAD) {
        char error[NET_REASON_MAX];
        snprintf(error, sizeof error, "the reply of %s cannot be used: %s", link->host->name,
                 link->reply.why);
        net_link_fail(link, error);
    }
}

static void net_link_on_end(void *context, bool clean, const char *reason)
{
    (void)clean;
    struct net_link *link = context;
    link->stream = NULL;
    char error[NET_REASON_MAX];
    bool begun = link->reply.head_len > 0;
    snprintf(error, sizeof error, "%s%s", reason,
             !link->request || !link->request->sent ? ""
             : begun                                ? " in the middle of its reply"
                                                    : " before it replied");
    net_link_fail(link, error);
}

static const struct stream_events net_link_stream_events = {net_link_on_ready, net_link_on_bytes,
                                                            net_link_on_end};

static void net_link_idle_over(void *context)
{
    net_link_free(context);
}

static struct net_link *net_link_open(struct net_host *host, struct net_link **place)
{
    struct net *net = host->net;
    struct net_link *link = calloc(1, sizeof *link);
    CHECK(link);
    *place = link;
    link->host = host;
    link->idle = loop_timer_start(net->loop, LOOP_NEVER, 0, net_link_idle_over, link);
    link->stream =
        stream_open(net->loop, &(struct stream_config){.host = host->name,
                                                       .port = host->port,
                                                       .tls = host->secure ? net->tls : NULL,
                                                       .in_max = 2 * HTTP_REPLY_HEAD_MAX,
                                                       .events = &net_link_stream_events,
                                                       .context = link});
    return link;
}

/* A connection free for a request: one that idles, or a new one, or NULL. */
static struct net_link *net_host_free_link(struct net_host *host)
{
    struct net_link **empty = NULL;
    for (size_t i = 0; i < host->net->connections_per_host; i++) {
        struct net_link *link = host->links[i];
        if (link && !link->request && link->ready && stream_is_stale(link->stream)) {
            net_link_free(link);
            link = NULL;
        }
        if (link && !link->request)
            return link;
        if (!link && !empty)
            empty = &host->links[i];
    }
    return empty ? net_link_open(host, empty) : NULL;
}

static void net_host_pump(struct net_host *host)
{
    while (host->waiting && !host->net->closing) {
        struct net_link *link = net_host_free_link(host);
        if (!link)
            return;
        struct net_request *request = host->waiting;
        net_request_detach(request);
        request->link = link;
        link->request = request;
        loop_timer_set(link->idle, LOOP_NEVER, 0);
        if (link->ready)
            net_link_send(link);
    }
}

static bool net_host_is_idle(const struct net_host *host)
{
    for (size_t i = 0; i < NET_CONNECTION_MAX; i++)
        if (host->links[i] && host->links[i]->request)
            return false;
    return !host->waiting;
}

static void net_host_free(struct net_host *host)
{
    for (size_t i = 0; i < NET_CONNECTION_MAX; i++)
        if (host->links[i])
            net_link_free(host->links[i]);
    free(host);
}

/* The pool for a url, made when there is none; NULL when every pool is at work for another. */
static struct net_host *net_host_of(struct net *net, const struct url *url)
{
    struct net_host **place = NULL;
    for (size_t i = 0; i < NET_HOST_MAX; i++) {
        struct net_host **here = &net->hosts[i];
        if (*here && (*here)->secure == url->secure && (*here)->port == url->port &&
            strcmp((*here)->name, url->host) == 0) {
            (*here)->used = ++net->host_uses;
            return *here;
        }
        if (!*here && (!place || *place))
            place = here;
        else if (*here && net_host_is_idle(*here) &&
                 (!place || (*place && (*here)->used < (*place)->used)))
            place = here;
    }
    if (!place)
        return NULL;
    if (*place)
        net_host_free(*place);
    struct net_host *host = calloc(1, sizeof *host);
    CHECK(host);
    *place = host;
    host->net = net;
    host->secure = url->secure;
    host->port = url->port;
    host->used = ++net->host_uses;
    snprintf(host->name, sizeof host->name, "%s", url->host);
    return host;
}

/* Header lines as promised: each with a name, ended by CR LF, no empty one among them. */
static bool net_headers_are_sound(const char *headers)
{
    while (headers && *headers) {
        size_t len = strcspn(headers, "\r\n");
        if (len == 0 || headers[len] != '\r' || headers[len + 1] != '\n' ||
            !memchr(headers, ':', len))
            return false;
        headers += len + 2;
    }
    return true;
}

static bool net_method_is_sound(const char *method)
{
    size_t len = strspn(method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    return len > 0 && len <= 16 && method[len] == '\0';
}

static bool net_request_write(struct net_request *made, const struct net *net,
                              const struct http_request *request, const struct url *url)
{
    char length[48] = "";
    if (request->body_len > 0 || strcmp(request->method, "GET") != 0)
        snprintf(length, sizeof length, "Content-Length: %zu\r\n", request->body_len);
    const char *headers = request->headers ? request->headers : "";
    static const char format[] =
        "%s %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: %s\r\nAccept: */*\r\n%s%s\r\n";
    int head = snprintf(NULL, 0, format, request->method, url->target, url->authority,
                        net->user_agent, length, headers);
    made->bytes = malloc((size_t)head + 1 + request->body_len);
    if (!made->bytes)
        return false;
    snprintf(made->bytes, (size_t)head + 1, format, request->method, url->target, url->authority,
             net->user_agent, length, headers);
    if (request->body_len > 0)
        memcpy(made->bytes + head, request->body, request->body_len);
    made->len = (size_t)head + request->body_len;
    return true;
}

int net_http_request(void *self, const struct http_request *request, http_callback *callback,
                     void *context)
{
    struct net *net = self;
    struct url url;
    if (!url_parse(request->url, &url) || url.websocket || !net_method_is_sound(request->method) ||
        !net_headers_are_sound(request->headers))
        return -EINVAL;
    struct net_host *host = net->closing ? NULL : net_host_of(net, &url);
    if (!host || host->waiting_count >= NET_WAITING_MAX)
        return -ENOBUFS;
    struct net_request *made = calloc(1, sizeof *made);
    if (!made || !net_request_write(made, net, request, &url)) {
        free(made);
        return -ENOBUFS;
    }
    made->host = host;
    made->to_head = strcmp(request->method, "HEAD") == 0;
    made->callback = callback;
    made->context = context;
    made->timeout_ns = request->timeout_ns > 0 ? request->timeout_ns : NET_TIMEOUT_DEFAULT_NS;
    uint64_t timeout_ms = (uint64_t)((made->timeout_ns + NS_PER_MS - 1) / NS_PER_MS);
    made->timer = loop_timer_start(net->loop, timeout_ms, 0, net_request_overdue, made);
    struct net_request **last = &host->waiting;
    while (*last)
        last = &(*last)->next;
    *last = made;
    host->waiting_count++;
    net_host_pump(host);
    return 0;
}

static struct net_request *net_host_any_request(struct net_host *host)
{
    for (size_t i = 0; i < NET_CONNECTION_MAX; i++)
        if (host->links[i] && host->links[i]->request)
            return host->links[i]->request;
    return host->waiting;
}

void net_http_end_all(struct net *net)
{
    for (size_t i = 0; i < NET_HOST_MAX; i++) {
        struct net_host *host = net->hosts[i];
        if (!host)
            continue;
        struct net_request *request;
        while ((request = net_host_any_request(host))) {
            net_request_detach(request);
            net_request_fail(request, "the program is closing its connections");
        }
        net_host_free(host);
        net->hosts[i] = NULL;
    }
}
