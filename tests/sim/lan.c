/* SPDX-License-Identifier: MIT */
#include "lan_inner.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/check.h"
#include "core/base/timestamp.h"

struct lan *lan_only;

bool lan_chance(struct lan *lan, double p)
{
    return p > 0 && prng_real(&lan->prng) < p;
}

int64_t lan_latency(struct lan *lan)
{
    const struct lan_faults *faults = &lan->faults;
    const int64_t width = faults->latency_max_ns - faults->latency_min_ns;
    int64_t wait_ns = faults->latency_min_ns + (int64_t)prng_below(&lan->prng, (uint64_t)width + 1);
    if (lan_chance(lan, faults->slow)) {
        wait_ns += (int64_t)prng_below(&lan->prng, (uint64_t)faults->slow_ns + 1);
    }
    return wait_ns;
}

struct lan *lan_new(uint64_t seed, int64_t wall_ns)
{
    CHECK(lan_only == NULL);
    struct lan *lan = calloc(1, sizeof *lan);
    CHECK(lan != NULL);
    prng_init(&lan->prng, seed);
    lan->wall_ns = wall_ns;
    lan->plugged = true;
    lan->server_ns = INT64_MAX;
    lan->faults.latency_min_ns = 2 * NS_PER_MS;
    lan->faults.latency_max_ns = 40 * NS_PER_MS;
    lan_only = lan;
    return lan;
}

struct lan_faults *lan_faults(struct lan *lan)
{
    return &lan->faults;
}

void lan_free(struct lan *lan)
{
    for (uint32_t i = 0; i < lan->parcel_count; i++) {
        free(lan->parcels[i].text);
        free(lan->parcels[i].asked);
    }
    for (uint32_t i = 0; i < lan->line_count; i++) {
        free(lan->lines[i]);
    }
    free(lan->timer);
    free(lan);
    lan_only = NULL;
}

struct line *lan_line(const struct lan *lan, connection_id id)
{
    CHECK(id > 0 && id <= lan->line_count);
    return lan->lines[id - 1];
}

/* ---- The client's side ---- */

/* False: the process is dead, or dies of this one. */
static bool may_send(struct lan *lan, const char *text, size_t len)
{
    if (lan->dead) {
        return false;
    }
    if (lan->sends_left > 0 && --lan->sends_left == 0) {
        lan->dead = true;
        return false;
    }
    if (lan->watch.on_sent != NULL) {
        lan->watch.on_sent(lan->watch.context, text, len);
    }
    return true;
}

void lan_watch(struct lan *lan, const struct lan_watch *watch)
{
    lan->watch = *watch;
}

static connection_id client_open(void *self, const char *url, const struct transport_events *events,
                                 void *context)
{
    struct lan *lan = self;
    if (lan->dead) {
        return 0;
    }
    CHECK(strncmp(url, "ws", 2) == 0 && lan->line_count < LAN_LINES);
    struct line *line = calloc(1, sizeof *line);
    CHECK(line != NULL);
    lan->lines[lan->line_count++] = line;
    *line = (struct line){
        .id = lan->line_count, .client_open = true, .events = *events, .context = context};
    const char *host = strstr(url, "://") + 3;
    const char *path = strchr(host, '/');
    snprintf(line->path, sizeof line->path, "%s", path != NULL ? path : "/");
    line->to_client_ns = line->to_server_ns = lan->now_ns + lan_latency(lan);
    lan_push(lan,
             (struct parcel){.at_ns = line->to_server_ns, .kind = PARCEL_OPEN, .id = line->id});
    return line->id;
}

/* The line breaks here and now; each end hears of it a moment later. */
void lan_cut(struct lan *lan, struct line *line, uint32_t code, const char *reason)
{
    if (line->broken) {
        return;
    }
    line->broken = true;
    lan_push(lan, (struct parcel){.at_ns = lan->now_ns + lan_latency(lan),
                                  .kind = PARCEL_CLOSED_CLIENT,
                                  .id = line->id,
                                  .code = code,
                                  .text = lan_copy(reason, strlen(reason))});
    lan_push(lan, (struct parcel){.at_ns = lan->now_ns + lan_latency(lan),
                                  .kind = PARCEL_CLOSED_SERVER,
                                  .id = line->id});
}

static int client_send(void *self, connection_id id, const char *text, size_t len)
{
    struct lan *lan = self;
    struct line *line = lan_line(lan, id);
    if (!line->client_open || line->broken || !may_send(lan, text, len)) {
        return -ENOTCONN;
    }
    if (lan_chance(lan, lan->faults.cut)) {
        lan_cut(lan, line, 0, "connection reset by peer");
        return 0; /* the bytes are gone with it */
    }
    const int64_t at_ns = lan->now_ns + lan_latency(lan);
    line->to_server_ns = at_ns > line->to_server_ns ? at_ns : line->to_server_ns;
    lan_push(lan, (struct parcel){.at_ns = line->to_server_ns,
                                  .kind = PARCEL_TO_SERVER,
                                  .id = id,
                                  .len = len,
                                  .text = lan_copy(text, len)});
    return 0;
}

static void client_close(void *self, connection_id id, uint32_t code)
{
    struct lan *lan = self;
    lan_cut(lan, lan_line(lan, id), code, "closed by us");
}

static void reply_later(struct lan *lan, const struct call *call, int status, const char *text,
                        size_t len, int64_t at_ns)
{
    lan_push(lan, (struct parcel){.at_ns = at_ns,
                                  .kind = PARCEL_REPLY,
                                  .call = *call,
                                  .status = status,
                                  .len = len,
                                  .text = lan_copy(text, len)});
}

void lan_answer(struct lan *lan, const struct call *call, int status, const char *text, size_t len)
{
    static const char late[] = "the reply did not come in time";
    const int64_t at_ns = lan->now_ns + lan_latency(lan);
    if (!lan->plugged || lan_chance(lan, lan->faults.reply_lost) || at_ns > call->timeout_ns) {
        reply_later(lan, call, -ETIMEDOUT, late, sizeof late - 1,
                    call->timeout_ns > lan->now_ns ? call->timeout_ns : lan->now_ns);
    } else {
        reply_later(lan, call, status, text, len, at_ns);
    }
}

static int client_request(void *self, const struct http_request *request, http_callback *callback,
                          void *context)
{
    static const char nowhere[] = "no route to host", late[] = "the reply did not come in time";
    struct lan *lan = self;
    if (!may_send(lan, request->body != NULL ? request->body : "", request->body_len)) {
        return -ENOBUFS;
    }
    struct call call = {.callback = callback,
                        .context = context,
                        .life = lan->life,
                        .timeout_ns = lan->now_ns + request->timeout_ns};
    if (!lan->plugged) {
        reply_later(lan, &call, -EHOSTUNREACH, nowhere, sizeof nowhere - 1,
                    lan->now_ns + lan_latency(lan));
        return 0;
    }
    call.sent = true;
    if (lan_chance(lan, lan->faults.call_lost)) {
        reply_later(lan, &call, -ETIMEDOUT, late, sizeof late - 1, call.timeout_ns);
        return 0;
    }
    struct parcel parcel = {.at_ns = lan->now_ns + lan_latency(lan),
                            .kind = PARCEL_CALL,
                            .call = call,
                            .len = request->body_len,
                            .text = lan_copy(request->body != NULL ? request->body : "",
                                             request->body != NULL ? request->body_len : 0)};
    const char *headers = request->headers != NULL ? request->headers : "";
    parcel.asked = malloc(sizeof *parcel.asked);
    CHECK(parcel.asked != NULL && strlen(headers) < sizeof parcel.asked->headers);
    snprintf(parcel.asked->url, sizeof parcel.asked->url, "%s",
             strchr(strstr(request->url, "://") + 3, '/'));
    snprintf(parcel.asked->method, sizeof parcel.asked->method, "%s", request->method);
    snprintf(parcel.asked->headers, sizeof parcel.asked->headers, "%s", headers);
    lan_push(lan, parcel);
    return 0;
}

struct transport lan_transport(struct lan *lan)
{
    return (struct transport){.self = lan,
                              .open = client_open,
                              .send_text = client_send,
                              .close = client_close,
                              .http_request = client_request};
}

/* ---- Clocks ---- */

static int64_t client_wall(void *self)
{
    const struct lan *lan = self;
    return lan->wall_ns + lan->now_ns + lan->skew_ns;
}

static int64_t server_wall(void *self)
{
    const struct lan *lan = self;
    return lan->wall_ns + lan->now_ns;
}

static int64_t mono(void *self)
{
    const struct lan *lan = self;
    return LAN_MONO_NS + lan->now_ns;
}

struct clock lan_clock(struct lan *lan)
{
    return (struct clock){.self = lan, .wall_ns = client_wall, .mono_ns = mono};
}

struct clock lan_server_clock(struct lan *lan)
{
    return (struct clock){.self = lan, .wall_ns = server_wall, .mono_ns = mono};
}

void lan_skew(struct lan *lan, int64_t skew_ns)
{
    lan->skew_ns = skew_ns;
}

int64_t lan_now(const struct lan *lan)
{
    return lan->now_ns;
}

/* ---- Trouble ---- */

void lan_plug(struct lan *lan, bool plugged)
{
    lan->plugged = plugged;
    for (uint32_t i = 0; i < lan->line_count && !plugged; i++) {
        lan_cut(lan, lan->lines[i], 0, "the network is unreachable");
    }
}

void lan_stall(struct lan *lan, int64_t for_ns)
{
    lan->stall_ns = lan->now_ns + for_ns;
}

void lan_kill(struct lan *lan)
{
    lan->dead = true;
}

void lan_kill_after(struct lan *lan, uint32_t sends)
{
    lan->sends_left = sends;
}

bool lan_killed(const struct lan *lan)
{
    return lan->dead;
}

void lan_bury(struct lan *lan)
{
    for (uint32_t i = 0; i < lan->line_count; i++) {
        struct line *line = lan->lines[i];
        if (line->client_open) {
            lan_cut(lan, line, 0, "the process is gone");
            line->client_open = false;
            line->events.on_closed(line->context, line->id, 0, "the process is gone");
        }
    }
    const struct http_response gone = {.status = -ECONNRESET, .error = "gone", .sent = true};
    for (uint32_t i = 0; i < lan->parcel_count; i++) {
        struct parcel *parcel = &lan->parcels[i];
        if (parcel->kind == PARCEL_REPLY || parcel->kind == PARCEL_CALL) {
            http_callback *callback = parcel->call.callback;
            parcel->call.callback = NULL;
            if (callback != NULL) {
                callback(parcel->call.context, &gone);
            }
        }
    }
    lan->life++;
    lan->sends_left = 0;
    lan->wake = NULL;
    lan->dead = false;
}

/* ---- Delivery ---- */

static void deliver_line(struct lan *lan, const struct parcel *parcel)
{
    struct line *line = lan_line(lan, parcel->id);
    switch (parcel->kind) {
    case PARCEL_OPEN:
        if (!lan->plugged) {
            lan_cut(lan, line, 0, "no route to host");
        } else if (!line->broken && !lan_server_accept(lan, line)) {
            lan_cut(lan, line, 0, "the upgrade was refused");
        }
        return;
    case PARCEL_OPENED:
        if (line->client_open && !line->broken && !lan->dead) {
            line->events.on_open(line->context, line->id);
        }
        return;
    case PARCEL_TO_CLIENT:
        if (line->client_open && !line->broken && !lan->dead) {
            if (lan->watch.on_told != NULL) {
                lan->watch.on_told(lan->watch.context, parcel->text, parcel->len);
            }
            line->events.on_text(line->context, line->id, parcel->text, parcel->len);
        }
        return;
    case PARCEL_TO_SERVER:
        lan_server_text(lan, line, parcel->text, parcel->len);
        return;
    case PARCEL_CLOSED_CLIENT:
        if (line->client_open && !lan->dead) {
            line->client_open = false;
            line->events.on_closed(line->context, line->id, parcel->code, parcel->text);
        }
        return;
    case PARCEL_CLOSED_SERVER:
        lan_server_closed(lan, line);
        return;
    default:
        return;
    }
}

static void deliver_reply(struct lan *lan, const struct parcel *parcel)
{
    const struct http_response response = {
        .status = parcel->status,
        .body = parcel->status > 0 ? parcel->text : NULL,
        .body_len = parcel->status > 0 ? parcel->len : 0,
        .error = parcel->status > 0 ? NULL : parcel->text,
        .sent = parcel->call.sent,
    };
    if (lan->watch.on_told != NULL && parcel->status > 0) {
        lan->watch.on_told(lan->watch.context, parcel->text, parcel->len);
    }
    parcel->call.callback(parcel->call.context, &response);
}

static void deliver(struct lan *lan, struct parcel *parcel)
{
    switch (parcel->kind) {
    case PARCEL_CALL:
        lan_server_call(lan, parcel);
        break;
    case PARCEL_REPLY:
        if (parcel->call.callback != NULL) {
            deliver_reply(lan, parcel);
        }
        break;
    case PARCEL_ALARM:
        parcel->alarm(parcel->context);
        break;
    default:
        deliver_line(lan, parcel);
        break;
    }
    free(parcel->text);
    free(parcel->asked);
}

void lan_at(struct lan *lan, int64_t at_ns, void (*callback)(void *context), void *context)
{
    lan_push(lan, (struct parcel){
                      .at_ns = at_ns, .kind = PARCEL_ALARM, .alarm = callback, .context = context});
}

/* Heartbeats come each second, and nothing ever follows from one. */
static bool is_heartbeat(const struct parcel *parcel)
{
    static const char heartbeat[] = "{\"channel\":\"heartbeat\"}";
    return parcel->len == sizeof heartbeat - 1 &&
           memcmp(parcel->text, heartbeat, sizeof heartbeat - 1) == 0;
}

static bool reaches_client(const struct parcel *parcel)
{
    return parcel->kind == PARCEL_REPLY || parcel->kind == PARCEL_OPENED ||
           parcel->kind == PARCEL_CLOSED_CLIENT ||
           (parcel->kind == PARCEL_TO_CLIENT && !is_heartbeat(parcel));
}

static void carry_next(struct lan *lan)
{
    struct parcel parcel = lan_pop(lan);
    lan->now_ns = parcel.at_ns > lan->now_ns ? parcel.at_ns : lan->now_ns;
    const bool heard = reaches_client(&parcel);
    deliver(lan, &parcel);
    if (heard && !lan->dead) {
        lan->heard_ns = lan->heard_ns < lan->now_ns ? lan->heard_ns : lan->now_ns;
        if (lan->watch.on_taken != NULL) {
            lan->watch.on_taken(lan->watch.context);
        }
    }
}

void lan_run(struct lan *lan, int64_t until_ns, int64_t soon_ns)
{
    lan->heard_ns = INT64_MAX - soon_ns;
    while (!lan->dead) {
        const int64_t end_ns =
            lan->heard_ns + soon_ns < until_ns ? lan->heard_ns + soon_ns : until_ns;
        const int64_t parcel_ns = lan->parcel_count > 0 ? lan->parcels[0].at_ns : INT64_MAX;
        if (parcel_ns > end_ns && lan->server_ns > end_ns) {
            lan->now_ns = end_ns > lan->now_ns ? end_ns : lan->now_ns;
            return;
        }
        if (lan->server_ns <= parcel_ns) {
            lan->now_ns = lan->server_ns > lan->now_ns ? lan->server_ns : lan->now_ns;
            lan_server_turn(lan);
        } else {
            carry_next(lan);
        }
    }
}
