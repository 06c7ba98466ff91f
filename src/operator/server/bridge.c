/* SPDX-License-Identifier: MIT */
#include "operator/server/bridge.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/timestamp.h"
#include "operator/sentence/sentence.h"
#include "operator/server/bridge_item.h"
#include "operator/server/bridge_web.h"
#include "operator/server/control.h"
#include "operator/server/door.h"
#include "operator/server/jobs_web.h"
#include "operator/server/live.h"
#include "operator/server/lobby.h"
#include "platform/json/json_writer.h"
#include "platform/log/log.h"
#include "platform/loop/loop.h"
#include "platform/net/server.h"

#define SCRATCH_SIZE (8 * 1024 * 1024) /* 500 thoughts of 16 KB; pages are touched when needed */
#define DRAIN_MS 50
#define PUSH_MS 500
#define DRAIN_MAX 4096 /* items a turn, so that requests are answered while history pours in */
#define ERROR_MAX 256
#define BODY_MAX (64 * 1024)   /* of a request */
#define MESSAGE_MAX (4 * 1024) /* of a client of the push */
#define RATE_DEFAULT 50

/* A port that requests come by. */
struct entrance {
    struct bridge *bridge;
    struct server *server; /* NULL: closed */
    struct door *door;
};

struct bridge {
    struct view_box *box;
    struct queue *queue;
    struct bridge_config config;
    struct loop *loop;
    struct entrance front;
    struct entrance beside; /* of this machine alone, where the front is not as it is there */
    struct clock clock;
    struct history *history;
    struct live *live;
    struct control *control; /* NULL: no commands are taken */
    struct lobby *lobby;
    char *scratch;
    struct pair pairs[PAIR_MAX]; /* the view's terms, side by side, for sentences */
    const char *strategies[STRATEGY_MAX];
    pthread_t thread;
    sem_t started;
    _Atomic bool stop;
    bool failed;
    char error[ERROR_MAX];
};

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
    };
}

static struct sentence_names names_of(struct bridge *bridge, const struct view *view)
{
    for (uint32_t i = 0; i < view->pair_count; i++)
        bridge->pairs[i] = view->pairs[i].terms;
    for (uint32_t i = 0; i < view->strategy_count; i++)
        bridge->strategies[i] = view->strategies[i].name;
    return (struct sentence_names){
        .currency = view->account.currency,
        .strategies = bridge->strategies,
        .strategy_count = view->strategy_count,
        .pairs = bridge->pairs,
        .pair_count = view->pair_count,
    };
}

static void keep_thought(struct bridge *bridge, enum record_kind kind, const char *symbol,
                         const char *json, size_t len)
{
    history_add_thought(bridge->history, kind, symbol, json, len);
    const struct history_thought *thought = history_thought_at(bridge->history, 0);
    if (thought)
        live_send_thought(bridge->live, thought);
}

/* Whoever asked for what this record tells hears it. */
static void answer_command(struct bridge *bridge, const struct record *record,
                           const struct sentence_names *names, const struct json_writer *json)
{
    char sentence[SENTENCE_MAX];
    struct json_writer answer;
    const struct control_said said = {
        .record = record, .sentence = sentence, .json = json->text, .json_len = json->len};
    sentence_record(sentence, sizeof sentence, record, names);
    json_writer_init(&answer, bridge->scratch, SCRATCH_SIZE);
    control_record(bridge->control, &said, &answer);
}

static void take_record(struct bridge *bridge, const struct view *view, const struct record *record)
{
    char json[BRIDGE_THOUGHT_MAX];
    struct json_writer writer;
    struct sentence_names names = names_of(bridge, view);
    json_writer_init(&writer, json, sizeof json);
    sentence_json(&writer, NULL, record, &names);
    if (!json_writer_ok(&writer)) {
        log_printf(LOG_WARN, "dashboard.record", "record %llu is too long for the dashboard",
                   (unsigned long long)record->number);
        return;
    }
    if (bridge->control)
        answer_command(bridge, record, &names, &writer);
    bool about_pair = sentence_about_pair(record) && record->pair < view->pair_count;
    keep_thought(bridge, record->kind, about_pair ? view->pairs[record->pair].terms.symbol : "",
                 json, writer.len);
}

static void take_item(struct bridge *bridge, const struct view *view,
                      const struct bridge_item *item)
{
    switch (item->kind) {
    case BRIDGE_CANDLES:
        history_add_candles(bridge->history, item->pair, item->base, item->candles, item->count);
        break;
    case BRIDGE_FORMING:
        history_set_forming(bridge->history, item->pair, item->base, &item->candles[0]);
        break;
    case BRIDGE_RECORD:
        take_record(bridge, view, &item->record);
        break;
    case BRIDGE_THOUGHT:
        keep_thought(bridge, item->thought.kind, item->thought.symbol, item->thought.json,
                     item->count);
        break;
    case BRIDGE_TRADE:
        history_add_trade(bridge->history, &item->trade);
        live_send_trade(bridge->live, &item->trade);
        break;
    }
}

/* Items name pairs by their index in the view, so they wait for the first view; and each is told
 * with a view no older than itself, or a pair's first decision would be without its decimals. */
static void on_drain(void *context)
{
    struct bridge *bridge = context;
    const struct bridge_item *item;
    for (int i = 0; i < DRAIN_MAX && (item = bridge_item_peek(bridge->queue)); i++) {
        const struct view *view = view_read(bridge->box);
        if (view->number == 0)
            return;
        take_item(bridge, view, item);
        bridge_item_pop(bridge->queue);
    }
}

static void late_commands(struct bridge *bridge, int64_t mono_ns)
{
    struct json_writer writer;
    json_writer_init(&writer, bridge->scratch, SCRATCH_SIZE);
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

static void on_request(void *context, struct server_reply *reply,
                       const struct server_request *request)
{
    const struct entrance *entrance = context;
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
        .message_max = MESSAGE_MAX,
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
    const bool apart = tls || config->key_always || !guard_address(config->address);
    loop_on_wake(bridge->loop, on_wake, bridge);
    if (!open_at(bridge, &bridge->front, config->address, config->port, tls))
        return false;
    if (!apart || open_at(bridge, &bridge->beside, "127.0.0.1", 0, false))
        return true;
    server_close(bridge->front.server);
    return false;
}

static void *run(void *context)
{
    struct bridge *bridge = context;
    bridge->failed = !open_server(bridge);
    sem_post(&bridge->started);
    if (bridge->failed)
        return NULL;
    struct loop_timer *drain = loop_timer_start(bridge->loop, DRAIN_MS, DRAIN_MS, on_drain, bridge);
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
    late_commands(bridge, INT64_MAX);
    server_close(bridge->beside.server);
    server_close(bridge->front.server);
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
        .address = config->address,
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
    return server_port(bridge->front.server);
}
