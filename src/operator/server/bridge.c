/* SPDX-License-Identifier: MIT */
#include "operator/server/bridge.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "core/base/timestamp.h"
#include "operator/server/bridge_inside.h"
#include "operator/server/bridge_web.h"
#include "operator/server/control.h"
#include "operator/server/door.h"
#include "operator/server/jobs_web.h"
#include "operator/server/lobby.h"
#include "platform/json/json_writer.h"
#include "platform/log/log.h"
#include "platform/net/server.h"

#define DRAIN_MS 50
#define PUSH_MS 500
#define WATCH_MS 1000
#define PART_NS (500 * NS_PER_MS)
#define PART_TURN_MS 20
#define BODY_MAX (64 * 1024) /* of a request */
#define RATE_DEFAULT 50
#define NICE 10 /* more, of the bridge's thread alone: Linux keeps one for each */

/* What requests and pushes look at now. */
struct outlook {
    struct section_now now;
    struct api_source source;
};

static void look(struct bridge *bridge, struct outlook *outlook)
{
    outlook->now = (struct section_now){
        .wall_ns = bridge->clock.wall_ns(bridge->clock.self),
        .mono_ns = bridge->clock.mono_ns(bridge->clock.self),
        .watchdog_ns = bridge->config.watchdog_ns,
        .client_count = live_client_count(bridge->live),
    };
    outlook->source = (struct api_source){
        .view = view_read(bridge->box),
        .now = &outlook->now,
        .history = bridge->history,
        .insights = &bridge->config.insights,
        .models = &bridge->config.models,
        .configuration = bridge->config.configuration,
        .books = &bridge->config.books,
        .events = bridge->alarm ? alarm_events(bridge->alarm) : NULL,
        .alarm = bridge->alarm ? &bridge->alarm_figures : NULL,
        .requests = &bridge->request_times,
    };
}

static void late_commands(struct bridge *bridge, int64_t mono_ns)
{
    struct json_writer writer;
    json_writer_init(&writer, bridge->scratch, SCRATCH_SIZE);
    bridge_kept(bridge);
    if (bridge->control)
        control_tick(bridge->control, mono_ns, &writer);
}

static void on_push(void *context)
{
    struct bridge *bridge = context;
    struct outlook outlook;
    look(bridge, &outlook);
    live_tick(bridge->live, &outlook.source);
    late_commands(bridge, outlook.now.mono_ns);
    lobby_tick(bridge->lobby, outlook.now.mono_ns);
    struct access *access = door_access(bridge->front.door);
    if (access_tick(access, outlook.now.mono_ns))
        live_check_keys(bridge->live, access);
}

static struct bridge *bridge_of(void *context)
{
    return ((struct entrance *)context)->bridge;
}

static void on_watch(void *context)
{
    struct bridge *bridge = context;
    struct outlook outlook;
    look(bridge, &outlook);
    alarm_tick(bridge->alarm, outlook.source.view, &outlook.now);
    alarm_figures(bridge->alarm, &bridge->alarm_figures);
}

static void on_event(void *context, enum sentry_news news, const struct ledger_event *event)
{
    (void)news;
    struct bridge *bridge = context;
    live_send_event(bridge->live, event, alarm_events(bridge->alarm));
}

static void answer(const struct entrance *entrance, struct server_reply *reply,
                   const struct server_request *request)
{
    struct bridge *bridge = entrance->bridge;
    struct outlook outlook;
    struct access_answer may;
    struct json_writer writer;
    look(bridge, &outlook);
    json_writer_init(&writer, bridge->scratch, SCRATCH_SIZE);
    if (!door_pass(entrance->door, reply, request, outlook.now.mono_ns, &writer, &may))
        return;
    if (bridge->control && bridge_web_commands(request)) {
        control_set_origin(bridge->control, may.origin);
        control_post(bridge->control, reply, request, outlook.source.view, outlook.now.mono_ns,
                     &writer);
        return;
    }
    if (jobs_web_is(&bridge->config.jobs, request)) {
        jobs_web_answer(&bridge->config.jobs, reply, request, outlook.source.view, &writer);
        return;
    }
    bridge_web_answer(reply, request, &outlook.source, bridge->scratch, SCRATCH_SIZE);
}

static int64_t mono_ns(const struct bridge *bridge)
{
    return bridge->clock.mono_ns(bridge->clock.self);
}

static bool waits(uint64_t tag)
{
    return tag == DOOR_WAITS || tag == DOOR_WAITS_FORWARDED;
}

static void on_request(void *context, struct server_reply *reply,
                       const struct server_request *request)
{
    const struct entrance *entrance = context;
    struct bridge *bridge = entrance->bridge;
    const int64_t began_ns = mono_ns(bridge);
    answer(entrance, reply, request);
    histogram_add(&bridge->request_times, mono_ns(bridge) - began_ns);
}

static void on_jobs(void *context)
{
    const struct bridge *bridge = context;
    bridge->config.jobs.turn(bridge->config.jobs.context);
}

static int on_upgrade(void *context, const struct server_request *request)
{
    const struct entrance *entrance = context;
    const struct bridge *bridge = entrance->bridge;
    const int status = door_upgrade(entrance->door, request, mono_ns(bridge), request->tag);
    if (status != 0)
        return status;
    if (strcmp(request->path, "/ws/live") != 0)
        return 404;
    if (waits(*request->tag) && !lobby_room(bridge->lobby, request->remote))
        return 503;
    return live_client_count(bridge->live) < LIVE_CLIENT_MAX ? 0 : 503;
}

static void let_in(struct bridge *bridge, struct server_socket *socket, uint64_t key)
{
    struct outlook outlook;
    look(bridge, &outlook);
    if (!live_open(bridge->live, socket, key, &outlook.source))
        server_socket_close(socket, 1013, "too many dashboards");
}

static void on_socket_open(void *context, struct server_socket *socket, const char *path)
{
    (void)path;
    struct bridge *bridge = bridge_of(context);
    const uint64_t tag = server_socket_tag(socket);
    if (waits(tag))
        lobby_enter(bridge->lobby, socket, tag == DOOR_WAITS_FORWARDED, mono_ns(bridge));
    else
        let_in(bridge, socket, tag);
}

static void on_socket_text(void *context, struct server_socket *socket, const char *text,
                           size_t len)
{
    struct bridge *bridge = bridge_of(context);
    struct outlook outlook;
    uint64_t key;
    if (lobby_holds(bridge->lobby, socket)) {
        if (lobby_text(bridge->lobby, socket, text, len, mono_ns(bridge), &key))
            let_in(bridge, socket, key);
        return;
    }
    look(bridge, &outlook);
    live_text(bridge->live, socket, text, len, &outlook.source);
}

static void on_socket_closed(void *context, struct server_socket *socket)
{
    struct bridge *bridge = bridge_of(context);
    lobby_leave(bridge->lobby, socket);
    live_closed(bridge->live, socket);
}

static const struct server_events events = {
    .on_request = on_request,
    .on_upgrade = on_upgrade,
    .on_socket_open = on_socket_open,
    .on_socket_text = on_socket_text,
    .on_socket_closed = on_socket_closed,
};

static void on_wake(void *context)
{
    struct bridge *bridge = context;
    if (atomic_load(&bridge->stop))
        loop_stop(bridge->loop);
}

static bool open_at(struct bridge *bridge, struct entrance *entrance, const char *address,
                    uint16_t port, bool tls)
{
    const uint32_t most = bridge->config.max_clients;
    const struct server_config config = {
        .address = address,
        .port = port,
        .max_clients = most,
        .max_per_address = most / 4 > 8 ? most / 4 : 8,
        .body_max = BODY_MAX,
        .message_max = LIVE_TEXT_MAX,
        .cert_file = tls ? bridge->config.cert_file : NULL,
        .key_file = tls ? bridge->config.key_file : NULL,
        .events = &events,
        .context = entrance,
    };
    entrance->bridge = bridge;
    entrance->server = server_open(bridge->loop, &config, bridge->error, sizeof bridge->error);
    return entrance->server != NULL;
}

/* The operator's own programs find the session on loopback, whatever stands before the front: they
 * look without a key, command with the session's token, and need no certificate. */
static bool open_server(struct bridge *bridge)
{
    const struct bridge_config *config = &bridge->config;
    const bool tls = config->cert_file != NULL;
    if (!config->address)
        return true;
    const bool apart = tls || config->key_always || !guard_address(config->address);
    return open_at(bridge, &bridge->front, config->address, config->port, tls) &&
           (!apart || open_at(bridge, &bridge->beside, "127.0.0.1", 0, false));
}

/* Whoever has an interface keeps it, though alarms should have no way out; whoever has none is told
 * that there are no alarms either. */
static bool open_alarm(struct bridge *bridge)
{
    if (!bridge->config.alarm)
        return true;
    bridge->alarm = alarm_new(bridge->loop, bridge->config.alarm, on_event, bridge, bridge->error,
                              sizeof bridge->error);
    if (!bridge->alarm)
        log_printf(LOG_ERROR, "alarm.none", "nobody watches this session: %s", bridge->error);
    return bridge->alarm || bridge->front.server;
}

/* Who looks on learns that this is an end in order, and no lost connection. */
static void part(struct bridge *bridge)
{
    const int64_t end_ns = mono_ns(bridge) + PART_NS;
    live_end(bridge->live);
    while (live_client_count(bridge->live) > 0 && mono_ns(bridge) < end_ns)
        loop_turn(bridge->loop, PART_TURN_MS);
}

static void close_servers(struct bridge *bridge)
{
    server_close(bridge->beside.server);
    server_close(bridge->front.server);
    bridge->beside.server = bridge->front.server = NULL;
}

/* Where both want the same processor, the trading thread is first. */
static void step_back(void)
{
    if (setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + NICE) != 0)
        log_printf(LOG_WARN, "dashboard.priority", "the dashboard's thread keeps its priority: %s",
                   strerror(errno));
}

static void *run(void *context)
{
    struct bridge *bridge = context;
    step_back();
    loop_on_wake(bridge->loop, on_wake, bridge);
    bridge->failed = !open_server(bridge) || !open_alarm(bridge);
    if (bridge->failed)
        close_servers(bridge);
    sem_post(&bridge->started);
    if (bridge->failed)
        return NULL;
    struct loop_timer *watch = loop_timer_start(bridge->loop, bridge->alarm ? WATCH_MS : LOOP_NEVER,
                                                WATCH_MS, on_watch, bridge);
    struct loop_timer *drain =
        loop_timer_start(bridge->loop, DRAIN_MS, DRAIN_MS, bridge_news, bridge);
    struct loop_timer *push = loop_timer_start(bridge->loop, PUSH_MS, PUSH_MS, on_push, bridge);
    const struct bridge_jobs *jobs = &bridge->config.jobs;
    struct loop_timer *turn = jobs->answer ? loop_timer_start(bridge->loop, JOBS_WEB_TURN_MS,
                                                              JOBS_WEB_TURN_MS, on_jobs, bridge)
                                           : NULL;
    loop_run(bridge->loop);
    if (turn) {
        loop_timer_stop(turn);
        jobs->end(jobs->context);
    }
    loop_timer_stop(drain);
    loop_timer_stop(push);
    loop_timer_stop(watch);
    late_commands(bridge, INT64_MAX);
    part(bridge);
    close_servers(bridge);
    alarm_end(bridge->alarm);
    alarm_free(bridge->alarm);
    return NULL;
}

static void bridge_free(struct bridge *bridge)
{
    control_free(bridge->control);
    lobby_free(bridge->lobby);
    door_free(bridge->beside.door);
    door_free(bridge->front.door);
    live_free(bridge->live);
    history_free(bridge->history);
    free(bridge->scratch);
    if (bridge->loop)
        loop_free(bridge->loop);
    sem_destroy(&bridge->started);
    free(bridge);
}

static struct door *open_door(const struct bridge_config *config)
{
    const struct entropy entropy = entropy_system();
    struct door_config door = {
        .address = config->address ? config->address : "127.0.0.1",
        .names = config->names,
        .access = {.token = config->commands ? config->token : NULL,
                   .keys_file = config->keys_file,
                   .read_only = config->read_only,
                   .key_always = config->key_always,
                   .rate = config->max_rate > 0 ? config->max_rate : RATE_DEFAULT},
    };
    entropy.fill(entropy.self, &door.access.seed, sizeof door.access.seed);
    return door_new(&door);
}

static struct bridge *bridge_new(const struct bridge_config *config, struct view_box *box,
                                 struct queue *queue)
{
    struct bridge *bridge = calloc(1, sizeof *bridge);
    if (!bridge)
        return NULL;
    sem_init(&bridge->started, 0, 0);
    bridge->config = *config;
    bridge->box = box;
    bridge->queue = queue;
    bridge->clock = clock_system();
    bridge->scratch = malloc(SCRATCH_SIZE);
    bridge->history = history_new();
    bridge->live = live_new(bridge->scratch, SCRATCH_SIZE);
    bridge->loop = loop_new();
    struct door *door = bridge->front.door = open_door(config);
    bridge->beside.door = door ? door_beside(door) : NULL;
    bridge->lobby = door ? lobby_new(door_access(door)) : NULL;
    if (config->commands)
        bridge->control = control_new(config->commands);
    if (bridge->scratch && bridge->history && bridge->live && bridge->loop && bridge->lobby &&
        bridge->beside.door && (bridge->control || !config->commands))
        return bridge;
    bridge_free(bridge);
    return NULL;
}

struct bridge *bridge_start(const struct bridge_config *config, struct view_box *box,
                            struct queue *queue, char *error, size_t error_size)
{
    struct bridge *bridge = bridge_new(config, box, queue);
    if (!bridge) {
        snprintf(error, error_size, "dashboard: out of memory or file descriptors");
        return NULL;
    }
    int code = pthread_create(&bridge->thread, NULL, run, bridge);
    if (code) {
        snprintf(error, error_size, "dashboard: no thread for it: %s", strerror(code));
        bridge_free(bridge);
        return NULL;
    }
    while (sem_wait(&bridge->started) != 0)
        continue; /* interrupted by a signal */
    if (bridge->failed) {
        pthread_join(bridge->thread, NULL);
        snprintf(error, error_size, "%s", bridge->error);
        bridge_free(bridge);
        return NULL;
    }
    return bridge;
}

void bridge_stop(struct bridge *bridge)
{
    if (!bridge)
        return;
    atomic_store(&bridge->stop, true);
    loop_wake(bridge->loop);
    pthread_join(bridge->thread, NULL);
    bridge_free(bridge);
}

uint16_t bridge_local_port(const struct bridge *bridge)
{
    return bridge->beside.server ? server_port(bridge->beside.server) : 0;
}

uint16_t bridge_port(const struct bridge *bridge)
{
    return bridge->front.server ? server_port(bridge->front.server) : 0;
}
