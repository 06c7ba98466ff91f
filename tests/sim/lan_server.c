/* SPDX-License-Identifier: MIT */
/*
 * The server's end of the network: platform/net/server.h, and of the loop and the entropy what the
 * local Kraken asks for. The linker takes these in the place of the real ones.
 */
#include "lan_inner.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/check.h"
#include "core/base/timestamp.h"
#include "platform/loop/loop.h"
#include "platform/net/server.h"

/* Its timer comes a hundred times a second. */
#define TURN_NS (10 * NS_PER_MS)

struct server {
    struct server_events events;
    void *context;
};

struct server_reply {
    struct lan *lan;
    struct call call;
};

struct loop_timer {
    loop_callback *callback;
    void *context;
};

static struct line *line_of(const struct server_socket *socket)
{
    return (struct line *)(void *)(uintptr_t)socket;
}

static struct server_socket *socket_of(struct line *line)
{
    return (struct server_socket *)(void *)line;
}

struct server *server_open(struct loop *loop, const struct server_config *config, char *error,
                           size_t error_size)
{
    (void)loop, (void)error, (void)error_size;
    struct server *server = calloc(1, sizeof *server);
    CHECK(server != NULL && lan_only != NULL && lan_only->server == NULL);
    *server = (struct server){.events = *config->events, .context = config->context};
    lan_only->server = server;
    return server;
}

void server_close(struct server *server)
{
    for (uint32_t i = 0; i < lan_only->line_count; i++) {
        struct line *line = lan_only->lines[i];
        if (line->server_open) {
            lan_cut(lan_only, line, 1001, "the venue goes down");
            lan_server_closed(lan_only, line);
        }
    }
    lan_only->server = NULL;
    free(server);
}

uint16_t server_port(const struct server *server)
{
    (void)server;
    return 8080;
}

bool lan_server_accept(struct lan *lan, struct line *line)
{
    struct server *server = lan->server;
    const struct server_request request = {
        .method = "GET", .path = line->path, .query = "", .body = "", .remote = "10.0.0.1"};
    if (server == NULL || server->events.on_upgrade(server->context, &request) != 0) {
        return false;
    }
    line->server_open = true;
    line->to_client_ns = lan->now_ns + lan_latency(lan);
    lan_push(lan,
             (struct parcel){.at_ns = line->to_client_ns, .kind = PARCEL_OPENED, .id = line->id});
    server->events.on_socket_open(server->context, socket_of(line), line->path);
    return true;
}

/* It hears of something. Its clock, which it reads with its timer, is as old as that in life. */
static void stir(struct lan *lan)
{
    const int64_t at_ns = lan->now_ns + TURN_NS;
    if (lan->timer != NULL && lan->now_ns - lan->turned_ns > TURN_NS) {
        lan_server_turn(lan);
    }
    if (lan->timer != NULL && at_ns < lan->server_ns) {
        lan->server_ns = at_ns;
    }
}

void lan_server_text(struct lan *lan, struct line *line, const char *text, size_t len)
{
    stir(lan);
    if (line->server_open && lan->server != NULL) {
        lan->server->events.on_socket_text(lan->server->context, socket_of(line), text, len);
    }
}

void lan_server_closed(struct lan *lan, struct line *line)
{
    if (line->server_open) {
        line->server_open = false;
        stir(lan);
        if (lan->server != NULL) {
            lan->server->events.on_socket_closed(lan->server->context, socket_of(line));
        }
    }
}

static int hex_digit(char c)
{
    return isdigit((unsigned char)c) ? c - '0' : tolower((unsigned char)c) - 'a' + 10;
}

static void decode_path(char *path)
{
    char *to = path;
    for (const char *from = path; *from != '\0'; from++) {
        if (from[0] == '%' && isxdigit((unsigned char)from[1]) &&
            isxdigit((unsigned char)from[2])) {
            *to++ = (char)(hex_digit(from[1]) * 16 + hex_digit(from[2]));
            from += 2;
        } else {
            *to++ = *from;
        }
    }
    *to = '\0';
}

void lan_server_call(struct lan *lan, const struct parcel *parcel)
{
    static const char away[] = "connection refused";
    stir(lan);
    if (lan->server == NULL) {
        lan_answer(lan, &parcel->call, -ECONNREFUSED, away, sizeof away - 1);
        return;
    }
    char path[sizeof parcel->asked->url];
    snprintf(path, sizeof path, "%s", parcel->asked->url);
    char *query = strchr(path, '?');
    if (query != NULL) {
        *query++ = '\0';
    }
    decode_path(path);
    struct server_reply *reply = malloc(sizeof *reply);
    CHECK(reply != NULL);
    *reply = (struct server_reply){.lan = lan, .call = parcel->call};
    const struct server_request request = {.method = parcel->asked->method,
                                           .path = path,
                                           .query = query != NULL ? query : "",
                                           .body = parcel->text,
                                           .body_len = parcel->len,
                                           .remote = "10.0.0.1",
                                           .headers = parcel->asked->headers};
    lan->server->events.on_request(lan->server->context, reply, &request);
}

void server_answer(struct server_reply *reply, int status, const char *content_type,
                   const char *headers, const void *body, size_t body_len)
{
    (void)content_type, (void)headers;
    if (reply->call.life == reply->lan->life) {
        lan_answer(reply->lan, &reply->call, status, body, body_len);
    }
    free(reply);
}

bool server_header(const struct server_request *request, const char *name, char *value, size_t size)
{
    const size_t name_len = strlen(name);
    for (const char *at = request->headers; at != NULL && *at != '\0';) {
        const size_t line_len = strcspn(at, "\r\n");
        if (line_len > name_len + 1 && strncasecmp(at, name, name_len) == 0 &&
            at[name_len] == ':') {
            const char *from = at + name_len + 1;
            from += strspn(from, " ");
            const size_t len = (size_t)(at + line_len - from);
            if (len >= size) {
                return false;
            }
            memcpy(value, from, len);
            value[len] = '\0';
            return true;
        }
        at += line_len;
        at += strspn(at, "\r\n");
    }
    return false;
}

int server_send(struct server_socket *socket, const char *text, size_t len)
{
    struct lan *lan = lan_only;
    struct line *line = line_of(socket);
    if (!line->server_open) {
        return -ENOTCONN;
    }
    if (line->broken) {
        return 0; /* into the void: this end has not heard yet */
    }
    if (lan_chance(lan, lan->faults.cut)) {
        lan_cut(lan, line, 0, "connection reset by peer");
        return 0;
    }
    int64_t at_ns = lan->now_ns + lan_latency(lan);
    at_ns = at_ns > lan->stall_ns ? at_ns : lan->stall_ns;
    line->to_client_ns = at_ns > line->to_client_ns ? at_ns : line->to_client_ns;
    lan_push(lan, (struct parcel){.at_ns = line->to_client_ns,
                                  .kind = PARCEL_TO_CLIENT,
                                  .id = line->id,
                                  .len = len,
                                  .text = lan_copy(text, len)});
    return 0;
}

size_t server_queued(const struct server_socket *socket)
{
    (void)socket;
    return 0;
}

void server_socket_close(struct server_socket *socket, uint32_t code, const char *reason)
{
    lan_cut(lan_only, line_of(socket), code, reason);
}

/* Whole messages alone cross this network: half of one is none. */
void server_socket_sever(struct server_socket *socket)
{
    server_socket_abort(socket);
}

void server_socket_abort(struct server_socket *socket)
{
    lan_cut(lan_only, line_of(socket), 0, "connection reset by peer");
}

void server_socket_set(struct server_socket *socket, void *data)
{
    line_of(socket)->data = data;
}

void *server_socket_get(const struct server_socket *socket)
{
    return line_of(socket)->data;
}

/* The one timer is the exchange's. */
struct loop_timer *loop_timer_start(struct loop *loop, uint64_t delay_ms, uint64_t repeat_ms,
                                    loop_callback *callback, void *context)
{
    (void)loop, (void)delay_ms, (void)repeat_ms;
    CHECK(lan_only->timer == NULL);
    struct loop_timer *timer = malloc(sizeof *timer);
    CHECK(timer != NULL);
    *timer = (struct loop_timer){.callback = callback, .context = context};
    lan_only->timer = timer;
    lan_only->server_ns = lan_only->now_ns;
    return timer;
}

void loop_timer_stop(struct loop_timer *timer)
{
    lan_only->timer = NULL;
    lan_only->server_ns = INT64_MAX;
    free(timer);
}

void lan_pace(struct lan *lan, const struct lan_pace *pace)
{
    lan->pace = *pace;
}

void lan_server_turn(struct lan *lan)
{
    lan->turned_ns = lan->now_ns;
    lan->server_ns = lan->now_ns + NS_PER_S;
    lan->timer->callback(lan->timer->context);
    if (lan->timer != NULL && lan->pace.next_ns != NULL) {
        const int64_t next_ns = lan->pace.next_ns(lan->pace.context) - LAN_MONO_NS;
        const int64_t soonest_ns = lan->now_ns + TURN_NS;
        lan->server_ns = next_ns > soonest_ns ? next_ns : soonest_ns;
    }
}

void loop_on_wake(struct loop *loop, loop_callback *callback, void *context)
{
    (void)loop;
    lan_only->wake = callback;
    lan_only->wake_context = context;
}

static void wake(void *context)
{
    struct lan *lan = context;
    if (lan->wake != NULL && !lan->dead) {
        lan->wake(lan->wake_context);
    }
}

void loop_wake(struct loop *loop)
{
    (void)loop;
    lan_at(lan_only, lan_only->now_ns, wake, lan_only);
}

/* Numbers that nobody can guess are not needed here, and they would not come from the seed. */
static void fill(void *self, void *bytes, size_t len)
{
    (void)self;
    for (size_t i = 0; i < len; i++) {
        ((uint8_t *)bytes)[i] = (uint8_t)prng_next(&lan_only->prng);
    }
}

struct entropy entropy_system(void)
{
    return (struct entropy){.fill = fill};
}
