/* SPDX-License-Identifier: MIT */
#include "app/ask.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/caller.h"
#include "core/base/timestamp.h"
#include "platform/json/json.h"

#define MESSAGE_WAIT_NS (10 * NS_PER_S)

struct ask {
    struct caller caller;
    char *text; /* of the last answer */
    size_t len;
    bool done;
    int status; /* of the last reply */
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
    const struct clock *clock = &ask->caller.clock;
    *ret = (struct ask_answer){.began_wall_ns = clock->wall_ns(clock->self)};
}

/* Waits until something has set `done`; the transport has its own bounds for all but messages. */
static void await(struct ask *ask, int64_t wait_ns, struct ask_answer *ret)
{
    const int64_t began_ns = caller_now_ns(&ask->caller);
    const bool done = caller_await(&ask->caller, &ask->done, wait_ns);
    if (!done && ask->caller.stop_count > 1) {
        snprintf(ask->error, sizeof ask->error, "it was stopped");
    } else if (!done) {
        snprintf(ask->error, sizeof ask->error, "no answer in %lld s",
                 (long long)(wait_ns / NS_PER_S));
    }
    ret->text = ask->text;
    ret->len = ask->len;
    ret->status = ask->status;
    ret->took_ns = caller_now_ns(&ask->caller) - began_ns;
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
    if (ask->caller.transport.http_request(ask->caller.transport.self, request, on_reply, ask) !=
        0) {
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

void ask_heed_signals(struct ask *ask)
{
    caller_heed(&ask->caller, SIGINT);
    caller_heed(&ask->caller, SIGTERM);
}

bool ask_stopped(const struct ask *ask)
{
    return ask->caller.stop_count > 0;
}

bool ask_pause(struct ask *ask, int64_t wait_ns)
{
    return caller_wait(&ask->caller, caller_now_ns(&ask->caller) + wait_ns);
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
        ask->caller.transport.close(ask->caller.transport.self, old, CALLER_CLOSE_NORMAL);
    }
    begin(ask, ret);
    ask->id = ask->caller.transport.open(ask->caller.transport.self, url, &events, ask);
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
    if (ask->id == 0 || ask->caller.transport.send_text(ask->caller.transport.self, ask->id, text,
                                                        strlen(text)) != 0) {
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
    if (ask == NULL) {
        snprintf(error, error_size, "out of memory");
        return NULL;
    }
    if (!caller_open(&ask->caller, ca_file, error, error_size)) {
        free(ask);
        return NULL;
    }
    return ask;
}

void ask_close(struct ask *ask)
{
    if (ask == NULL) {
        return;
    }
    caller_close(&ask->caller);
    free(ask->text);
    free(ask);
}
