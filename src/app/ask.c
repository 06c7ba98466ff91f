/* SPDX-License-Identifier: MIT */
#include "app/ask.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/timestamp.h"
#include "platform/json/json.h"
#include "platform/net/net.h"

#define TURN_MS 50
#define MESSAGE_WAIT_NS (10 * NS_PER_S)
#define CLOSE_NORMAL 1000

struct ask {
    struct loop *loop;
    struct net *net;
    struct transport transport;
    struct clock clock;
    char *text; /* of the last answer */
    size_t len;
    bool done;
    uint32_t stop_count; /* signals that came */
    int status;          /* of the last reply */
    char error[512];
    connection_id id; /* 0: no WebSocket, or it has ended */
    uint64_t req_id;  /* awaited; 0: none */
};

static void keep(struct ask *ask, const char *text, size_t len)
{
    char *copy = malloc(len + 1);
    if (copy == NULL) {
        snprintf(ask->error, sizeof ask->error, "out of memory");
        return;
    }
    memcpy(copy, text, len);
    copy[len] = '\0';
    free(ask->text);
    ask->text = copy;
    ask->len = len;
}

static void begin(struct ask *ask, struct ask_answer *ret)
{
    free(ask->text);
    ask->text = NULL;
    ask->error[0] = '\0';
    ask->done = false;
    ask->status = 0;
    *ret = (struct ask_answer){.began_wall_ns = ask->clock.wall_ns(ask->clock.self)};
}

/* Waits until something has set `done`; the transport has its own bounds for all but messages. */
static void await(struct ask *ask, int64_t wait_ns, struct ask_answer *ret)
{
    const int64_t began_ns = ask->clock.mono_ns(ask->clock.self);
    int64_t now_ns = began_ns;
    while (!ask->done && ask->stop_count < 2 && now_ns - began_ns < wait_ns) {
        loop_turn(ask->loop, TURN_MS);
        now_ns = ask->clock.mono_ns(ask->clock.self);
    }
    if (!ask->done && ask->stop_count > 1) {
        snprintf(ask->error, sizeof ask->error, "it was stopped");
    } else if (!ask->done) {
        snprintf(ask->error, sizeof ask->error, "no answer in %lld s",
                 (long long)(wait_ns / NS_PER_S));
    }
    ret->text = ask->text;
    ret->len = ask->len;
    ret->status = ask->status;
    ret->took_ns = now_ns - began_ns;
    snprintf(ret->error, sizeof ret->error, "%s", ask->error);
}

static void on_reply(void *context, const struct http_response *response)
{
    struct ask *ask = context;
    ask->done = true;
    ask->status = response->status;
    if (response->status == 200) {
        keep(ask, response->body, response->body_len);
    } else if (response->status > 0) {
        snprintf(ask->error, sizeof ask->error, "it answers with HTTP status %d", response->status);
    } else {
        snprintf(ask->error, sizeof ask->error, "%s",
                 response->error != NULL ? response->error : "no whole reply came");
    }
}

bool ask_http(struct ask *ask, const struct http_request *request, struct ask_answer *ret)
{
    begin(ask, ret);
    if (ask->transport.http_request(ask->transport.self, request, on_reply, ask) != 0) {
        snprintf(ret->error, sizeof ret->error, "%s is no address that can be asked", request->url);
        return false;
    }
    await(ask, INT64_MAX, ret);
    return ret->text != NULL;
}

static void on_open(void *context, connection_id id)
{
    struct ask *ask = context;
    if (id == ask->id) {
        keep(ask, "", 0);
        ask->done = true;
    }
}

static bool carries(const char *text, size_t len, uint64_t req_id)
{
    struct json json;
    struct json_text key;
    uint64_t number = 0;
    json_init(&json, text, len);
    json_object(&json);
    while (json_key(&json, &key)) {
        if (json_is(key, "req_id")) {
            json_uint(&json, &number);
        } else {
            json_skip(&json);
        }
    }
    return json_done(&json) && number == req_id;
}

static void on_text(void *context, connection_id id, const char *text, size_t len)
{
    struct ask *ask = context;
    if (id == ask->id && ask->req_id != 0 && !ask->done && carries(text, len, ask->req_id)) {
        keep(ask, text, len);
        ask->done = true;
    }
}

static void on_closed(void *context, connection_id id, uint32_t code, const char *reason)
{
    struct ask *ask = context;
    (void)code;
    if (id == ask->id) {
        snprintf(ask->error, sizeof ask->error, "%s", reason);
        ask->id = 0;
        ask->done = true;
    }
}

static void on_signal(void *context)
{
    struct ask *ask = context;
    ask->stop_count++;
}

void ask_heed_signals(struct ask *ask)
{
    loop_on_signal(ask->loop, SIGINT, on_signal, ask);
    loop_on_signal(ask->loop, SIGTERM, on_signal, ask);
}

bool ask_stopped(const struct ask *ask)
{
    return ask->stop_count > 0;
}

bool ask_pause(struct ask *ask, int64_t wait_ns)
{
    const int64_t until_ns = ask->clock.mono_ns(ask->clock.self) + wait_ns;
    int64_t left_ns = wait_ns;
    while (ask->stop_count == 0 && left_ns > 0) {
        const int64_t left_ms = left_ns / NS_PER_MS + 1;
        loop_turn(ask->loop, left_ms < TURN_MS ? (uint32_t)left_ms : TURN_MS);
        left_ns = until_ns - ask->clock.mono_ns(ask->clock.self);
    }
    return ask->stop_count == 0;
}

static const struct transport_events events = {
    .on_open = on_open,
    .on_text = on_text,
    .on_closed = on_closed,
};

bool ask_connect(struct ask *ask, const char *url, struct ask_answer *ret)
{
    if (ask->id != 0) {
        const connection_id old = ask->id;
        ask->id = 0;
        ask->transport.close(ask->transport.self, old, CLOSE_NORMAL);
    }
    begin(ask, ret);
    ask->id = ask->transport.open(ask->transport.self, url, &events, ask);
    if (ask->id == 0) {
        snprintf(ret->error, sizeof ret->error, "%s is no address that can be asked", url);
        return false;
    }
    await(ask, INT64_MAX, ret);
    return ret->text != NULL;
}

bool ask_message(struct ask *ask, const char *text, uint64_t req_id, struct ask_answer *ret)
{
    begin(ask, ret);
    ask->req_id = req_id;
    if (ask->id == 0 ||
        ask->transport.send_text(ask->transport.self, ask->id, text, strlen(text)) != 0) {
        snprintf(ret->error, sizeof ret->error, "the connection has ended");
        return false;
    }
    await(ask, MESSAGE_WAIT_NS, ret);
    ask->req_id = 0;
    return ret->text != NULL;
}

struct ask *ask_open(const char *ca_file, char *error, size_t error_size)
{
    struct ask *ask = calloc(1, sizeof *ask);
    struct loop *loop = loop_new();
    if (ask == NULL || loop == NULL) {
        snprintf(error, error_size, "out of memory or descriptors");
        goto fail;
    }
    const struct net_config config = {.user_agent = "cuttle/" CUTTLE_VERSION, .ca_file = ca_file};
    ask->net = net_open(loop, &config, error, error_size);
    if (ask->net == NULL) {
        goto fail;
    }
    ask->loop = loop;
    ask->transport = net_transport(ask->net);
    ask->clock = clock_system();
    return ask;
fail:
    if (loop != NULL) {
        loop_free(loop);
    }
    free(ask);
    return NULL;
}

void ask_close(struct ask *ask)
{
    if (ask == NULL) {
        return;
    }
    net_close(ask->net);
    loop_free(ask->loop);
    free(ask->text);
    free(ask);
}
