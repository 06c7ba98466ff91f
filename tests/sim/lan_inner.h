/* SPDX-License-Identifier: MIT */
/* What the two halves of the network share: lan.c carries, lan_server.c is the server's end. */
#pragma once

#include <stdio.h>

#include "core/base/timestamp.h"
#include "lan.h"
#include "platform/loop/loop.h"

#define LAN_PARCELS 16384
#define LAN_LINES 4096

/* Monotonic clocks start well after 0, as a machine's does. */
#define LAN_MONO_NS NS_PER_HOUR

enum parcel_kind {
    PARCEL_OPEN,
    PARCEL_OPENED,
    PARCEL_TO_CLIENT,
    PARCEL_TO_SERVER,
    PARCEL_CLOSED_CLIENT,
    PARCEL_CLOSED_SERVER,
    PARCEL_CALL,
    PARCEL_REPLY,
    PARCEL_ALARM,
};

/* One REST call, from the client's asking to its answer. */
struct call {
    http_callback *callback; /* NULL: nobody waits any more */
    void *context;
    uint32_t life; /* of the process that asked */
    bool sent;
    int64_t timeout_ns;
};

/* What a REST call asks, beside its body. */
struct asked {
    char method[8], url[256];
    char headers[1024];
};

struct parcel {
    int64_t at_ns;
    uint64_t order;
    enum parcel_kind kind;
    connection_id id;
    uint32_t code;
    int status;
    struct call call;
    struct asked *asked; /* of a REST call; ours, as the text is */
    size_t len;
    char *text; /* the message, the reason or the body */
    void (*alarm)(void *context);
    void *context;
};

/* A WebSocket; also the server's struct server_socket. */
struct line {
    connection_id id;
    char path[32];
    bool client_open; /* on_closed has not been said */
    bool server_open;
    bool broken;
    int64_t to_client_ns, to_server_ns; /* the last delivery: order is kept */
    struct transport_events events;
    void *context;
    void *data; /* server_socket_set */
};

struct server;

struct lan {
    struct prng prng;
    struct lan_faults faults;
    int64_t now_ns, wall_ns, skew_ns, stall_ns;
    bool plugged, dead;
    uint32_t sends_left; /* until it dies; 0: it does not */
    struct lan_watch watch;
    loop_callback *wake;
    void *wake_context;
    uint32_t life;
    uint64_t order;
    struct server *server;
    struct loop_timer *timer; /* the exchange's one */
    struct lan_pace pace;
    int64_t server_ns; /* its next turn */
    int64_t turned_ns; /* its last one */
    int64_t heard_ns;  /* the client, in the run under way; INT64_MAX: nothing */
    uint32_t line_count;
    struct line *lines[LAN_LINES];
    uint32_t parcel_count;
    struct parcel parcels[LAN_PARCELS]; /* a binary heap */
};

extern struct lan *lan_only;

/* lan_parcels.c: of equal times the first pushed is the first. */
void lan_push(struct lan *lan, struct parcel parcel);
struct parcel lan_pop(struct lan *lan);
char *lan_copy(const char *text, size_t len);
bool lan_chance(struct lan *lan, double p);
int64_t lan_latency(struct lan *lan);
struct line *lan_line(const struct lan *lan, connection_id id);
void lan_cut(struct lan *lan, struct line *line, uint32_t code, const char *reason);

/* The call's answer starts on its way. */
void lan_answer(struct lan *lan, const struct call *call, int status, const char *text, size_t len);

/* lan_server.c */
bool lan_server_accept(struct lan *lan, struct line *line);
void lan_server_text(struct lan *lan, struct line *line, const char *text, size_t len);
void lan_server_closed(struct lan *lan, struct line *line);
void lan_server_call(struct lan *lan, const struct parcel *parcel);
void lan_server_turn(struct lan *lan);
