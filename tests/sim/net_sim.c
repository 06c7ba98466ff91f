/* SPDX-License-Identifier: MIT */
#include "net_sim.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/check.h"
#include "core/base/timestamp.h"

#define LINKS_MAX 4096
#define EVENTS_MAX 65536

enum event_kind { OPENED, REFUSED, TO_CLIENT, TO_SERVER, CLOSED, REPLIED };

struct event {
    int64_t at_ns;
    uint64_t order;
    enum event_kind kind;
    connection_id id;
    uint32_t code;
    int status;
    bool sent;
    size_t len;
    char *text; /* the message, the reason or the body; ours */
    http_callback *callback;
    void *context;
};

struct socket_sim {
    bool client_open; /* on_closed has not been said */
    bool server_open;
    int64_t to_client_ns, to_server_ns; /* the last delivery: order is kept */
    struct transport_events events;
    void *context;
};

struct net_sim {
    struct prng prng;
    const struct net_sim_server *server;
    void *context;
    int64_t now_ns, wall_ns, skew_ns;
    int64_t latency_min_ns, latency_max_ns, stall_ns;
    bool online, http_online, silent;
    uint64_t order;
    uint32_t link_count;
    struct socket_sim links[LINKS_MAX]; /* id - 1, modulo: old ones are long gone */
    uint32_t event_count;
    struct event *events; /* a binary heap */
};

static bool before(const struct event *a, const struct event *b)
{
    return a->at_ns != b->at_ns ? a->at_ns < b->at_ns : a->order < b->order;
}

static void push(struct net_sim *net, struct event event)
{
    CHECK(net->event_count < EVENTS_MAX);
    event.order = net->order++;
    uint32_t at = net->event_count++;
    while (at > 0 && before(&event, &net->events[(at - 1) / 2])) {
        net->events[at] = net->events[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    net->events[at] = event;
}

static struct event pop(struct net_sim *net)
{
    struct event first = net->events[0], last = net->events[--net->event_count];
    uint32_t at = 0;
    for (uint32_t child = 1; child < net->event_count; child = 2 * at + 1) {
        if (child + 1 < net->event_count && before(&net->events[child + 1], &net->events[child]))
            child++;
        if (!before(&net->events[child], &last))
            break;
        net->events[at] = net->events[child];
        at = child;
    }
    net->events[at] = last;
    return first;
}

static char *copy(const char *text, size_t len)
{
    char *made = malloc(len + 1);
    CHECK(made != NULL);
    memcpy(made, text, len);
    made[len] = '\0';
    return made;
}

static int64_t latency(struct net_sim *net)
{
    uint64_t width = (uint64_t)(net->latency_max_ns - net->latency_min_ns) + 1;
    return net->latency_min_ns + (int64_t)prng_below(&net->prng, width);
}

static struct socket_sim *link_of(struct net_sim *net, connection_id id)
{
    CHECK(id > 0);
    return &net->links[(id - 1) % LINKS_MAX];
}

struct net_sim *net_sim_new(uint64_t seed, int64_t wall_ns, const struct net_sim_server *server,
                            void *context)
{
    struct net_sim *net = calloc(1, sizeof *net);
    CHECK(net != NULL);
    net->events = calloc(EVENTS_MAX, sizeof *net->events);
    CHECK(net->events != NULL);
    prng_init(&net->prng, seed);
    net->server = server;
    net->context = context;
    net->wall_ns = wall_ns;
    net->online = net->http_online = true;
    net->latency_min_ns = 5 * NS_PER_MS;
    net->latency_max_ns = 60 * NS_PER_MS;
    return net;
}

/* The other side's share of an event; the client's calls are made even while it is closing. */
static void deliver(struct net_sim *net, struct event *event)
{
    struct transport_events *events = NULL;
    struct socket_sim *socket = NULL;
    if (event->kind != REPLIED) {
        socket = link_of(net, event->id);
        events = &socket->events;
    }
    switch (event->kind) {
    case OPENED:
        if (socket->server_open && socket->client_open) {
            events->on_open(socket->context, event->id);
            net->server->on_open(net->context, event->id);
        }
        break;
    case TO_CLIENT:
        if (socket->client_open)
            events->on_text(socket->context, event->id, event->text, event->len);
        break;
    case TO_SERVER:
        if (socket->server_open)
            net->server->on_text(net->context, event->id, event->text, event->len);
        break;
    case REFUSED:
    case CLOSED:
        if (socket->client_open) {
            socket->client_open = false;
            events->on_closed(socket->context, event->id, event->code, event->text);
        }
        break;
    case REPLIED: {
        struct http_response response = {
            .status = event->status,
            .body = event->status > 0 ? event->text : NULL,
            .body_len = event->status > 0 ? event->len : 0,
            .error = event->status > 0 ? NULL : event->text,
            .sent = event->sent,
        };
        event->callback(event->context, &response);
        break;
    }
    }
    free(event->text);
}

void net_sim_free(struct net_sim *net)
{
    /* Every promise is kept: last calls come, in order, before the network ends. */
    net_sim_cut_all(net, 1001, "the network ends");
    while (net->event_count > 0) {
        struct event event = pop(net);
        if (event.kind == OPENED || event.kind == TO_CLIENT || event.kind == TO_SERVER)
            free(event.text);
        else
            deliver(net, &event);
    }
    free(net->events);
    free(net);
}

static connection_id sim_open(void *self, const char *url, const struct transport_events *events,
                              void *context)
{
    struct net_sim *net = self;
    if (strncmp(url, "ws", 2) != 0)
        return 0;
    connection_id id = ++net->link_count;
    struct socket_sim *socket = link_of(net, id);
    CHECK(!socket->client_open);
    *socket = (struct socket_sim){
        .client_open = true,
        .server_open = net->online,
        .events = *events,
        .context = context,
    };
    struct event event = {.at_ns = net->now_ns + 2 * latency(net), .id = id, .kind = OPENED};
    socket->to_client_ns = socket->to_server_ns = event.at_ns;
    if (!net->online) {
        event.kind = REFUSED;
        event.text = copy("no route to host", 16);
    }
    push(net, event);
    return id;
}

static int sim_send_text(void *self, connection_id id, const char *text, size_t len)
{
    struct net_sim *net = self;
    struct socket_sim *socket = link_of(net, id);
    if (!socket->client_open)
        return -ENOTCONN;
    int64_t at_ns = net->now_ns + latency(net);
    if (at_ns < socket->to_server_ns)
        at_ns = socket->to_server_ns;
    socket->to_server_ns = at_ns;
    push(net,
         (struct event){
             .at_ns = at_ns, .id = id, .kind = TO_SERVER, .text = copy(text, len), .len = len});
    return 0;
}

static void server_lost(struct net_sim *net, connection_id id)
{
    struct socket_sim *socket = link_of(net, id);
    bool was_open = socket->server_open;
    socket->server_open = false;
    if (was_open)
        net->server->on_closed(net->context, id);
}

static void sim_close(void *self, connection_id id, uint32_t code)
{
    struct net_sim *net = self;
    server_lost(net, id);
    push(net, (struct event){.at_ns = net->now_ns,
                             .id = id,
                             .kind = CLOSED,
                             .code = code,
                             .text = copy("closed by us", 12)});
}

static int sim_http_request(void *self, const struct http_request *request, http_callback *callback,
                            void *context)
{
    struct net_sim *net = self;
    struct event event = {
        .at_ns = net->now_ns + 2 * latency(net),
        .kind = REPLIED,
        .status = -ECONNREFUSED,
        .callback = callback,
        .context = context,
    };
    if (!net->online || !net->http_online) {
        event.text = copy("name does not resolve", 21);
        push(net, event);
        return 0;
    }
    struct net_sim_answer answer = {.status = 200, .body = malloc(NET_SIM_BODY_MAX)};
    CHECK(answer.body != NULL);
    net->server->on_request(net->context, request->url, &answer);
    event.at_ns += answer.wait_ns;
    event.status = answer.status;
    event.sent = true;
    if (answer.wait_ns > request->timeout_ns || answer.status < 0) {
        event.status = -ETIMEDOUT;
        event.text = copy("the reply did not come in time", 30);
    } else {
        event.text = copy(answer.body, answer.len);
        event.len = answer.len;
    }
    free(answer.body);
    push(net, event);
    return 0;
}

struct transport net_sim_transport(struct net_sim *net)
{
    return (struct transport){
        .self = net,
        .open = sim_open,
        .send_text = sim_send_text,
        .close = sim_close,
        .http_request = sim_http_request,
    };
}

static int64_t sim_wall(void *self)
{
    const struct net_sim *net = self;
    return net->wall_ns + net->now_ns + net->skew_ns;
}

/* Starts well after 0, as a machine's does. */
static int64_t sim_mono(void *self)
{
    const struct net_sim *net = self;
    return NS_PER_HOUR + net->now_ns;
}

struct clock net_sim_clock(struct net_sim *net)
{
    return (struct clock){.self = net, .wall_ns = sim_wall, .mono_ns = sim_mono};
}

void net_sim_skew(struct net_sim *net, int64_t skew_ns)
{
    net->skew_ns = skew_ns;
}

void net_sim_latency(struct net_sim *net, int64_t min_ns, int64_t max_ns)
{
    net->latency_min_ns = min_ns;
    net->latency_max_ns = max_ns;
}

void net_sim_online(struct net_sim *net, bool online)
{
    net->online = online;
    if (!online)
        net_sim_cut_all(net, 0, "the network is unreachable");
}

void net_sim_http_online(struct net_sim *net, bool online)
{
    net->http_online = online;
}

void net_sim_stall(struct net_sim *net, int64_t for_ns)
{
    net->stall_ns = net->now_ns + for_ns;
    /* What is under way is held up too. */
    for (uint32_t i = 0; i < net->event_count; i++) {
        struct event *event = &net->events[i];
        if (event->kind == TO_CLIENT && event->at_ns < net->stall_ns) {
            event->at_ns = net->stall_ns;
            link_of(net, event->id)->to_client_ns = net->stall_ns;
        }
    }
    /* The order of equal times is that of sending, so a sort restores the heap. */
    uint32_t count = net->event_count;
    struct event *old = net->events;
    net->events = calloc(EVENTS_MAX, sizeof *net->events);
    CHECK(net->events != NULL);
    net->event_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t order = old[i].order;
        uint32_t at = net->event_count++;
        while (at > 0 && before(&old[i], &net->events[(at - 1) / 2])) {
            net->events[at] = net->events[(at - 1) / 2];
            at = (at - 1) / 2;
        }
        net->events[at] = old[i];
        net->events[at].order = order;
    }
    free(old);
}

void net_sim_silence(struct net_sim *net, bool silent)
{
    net->silent = silent;
}

void net_sim_send(struct net_sim *net, connection_id id, const char *text, size_t len)
{
    struct socket_sim *socket = link_of(net, id);
    if (!socket->server_open || net->silent)
        return;
    int64_t at_ns = net->now_ns + latency(net);
    if (at_ns < net->stall_ns)
        at_ns = net->stall_ns;
    if (at_ns < socket->to_client_ns)
        at_ns = socket->to_client_ns;
    socket->to_client_ns = at_ns;
    push(net,
         (struct event){
             .at_ns = at_ns, .id = id, .kind = TO_CLIENT, .text = copy(text, len), .len = len});
}

void net_sim_cut(struct net_sim *net, connection_id id, uint32_t code, const char *reason)
{
    if (!link_of(net, id)->client_open)
        return;
    server_lost(net, id);
    push(net, (struct event){.at_ns = net->now_ns,
                             .id = id,
                             .kind = CLOSED,
                             .code = code,
                             .text = copy(reason, strlen(reason))});
}

void net_sim_cut_all(struct net_sim *net, uint32_t code, const char *reason)
{
    uint32_t first = net->link_count > LINKS_MAX ? net->link_count - LINKS_MAX + 1 : 1;
    for (connection_id id = first; id <= net->link_count; id++)
        net_sim_cut(net, id, code, reason);
}

int64_t net_sim_now(const struct net_sim *net)
{
    return net->now_ns;
}

uint32_t net_sim_attempts(const struct net_sim *net)
{
    return net->link_count;
}

void net_sim_run(struct net_sim *net, int64_t for_ns, int64_t tick_ns, void (*tick)(void *context),
                 void *context)
{
    int64_t end_ns = net->now_ns + for_ns;
    for (int64_t next_ns = net->now_ns + tick_ns; next_ns <= end_ns; next_ns += tick_ns) {
        while (net->event_count > 0 && net->events[0].at_ns <= next_ns) {
            struct event event = pop(net);
            if (event.at_ns > net->now_ns)
                net->now_ns = event.at_ns;
            deliver(net, &event);
        }
        net->now_ns = next_ns;
        tick(context);
    }
}
