/* SPDX-License-Identifier: MIT */
/*
 * The WebSocket clients of the local Kraken: who holds which topic of which pair, and the sending.
 * A message is written once and queued for all who hold its topic; a client too slow for the
 * server's queue is dropped. Acknowledgements and snapshots wait while a client's queue is long,
 * so that subscribing to everything at once drops nobody.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/limits.h"
#include "platform/net/server.h"
#include "venue/local/faults.h"
#include "venue/local/history.h"

#define CLIENT_MAX 64

/* A topic is a channel with its parameters. */
enum topic {
    TOPIC_TICKER,     /* event_trigger trades */
    TOPIC_TICKER_BBO, /* event_trigger bbo */
    TOPIC_TRADE,
    TOPIC_OHLC,                               /* one each interval */
    TOPIC_BOOK = TOPIC_OHLC + INTERVAL_COUNT, /* one each depth */
    TOPIC_COUNT = TOPIC_BOOK + 5,
};

/* Instruments have no pair; they wait under this number. */
#define NO_PAIR UINT16_MAX

/* A subscription that was accepted and waits to be acknowledged. */
struct waiting {
    uint16_t pair;
    uint8_t topic;
    bool snapshot;
    bool has_req_id;
    int64_t req_id;
};

#define WAITING_MAX 4096 /* 200 pairs with every topic, and to spare: a power of two */

struct token;

/* A private channel that a client holds. */
struct private_channel {
    struct token *token; /* it subscribed with; NULL: not held */
    uint32_t account;
    uint64_t sequence; /* of the last message */
    bool order_status, ratecounter;
};

struct client {
    struct server_socket *socket;
    struct private_channel executions, balances;
    uint32_t wanted[PAIR_MAX]; /* bit t: topic t is asked for */
    uint32_t held[PAIR_MAX];   /* ... acknowledged, and being sent */
    bool wants_instruments, holds_instruments;
    uint32_t held_count; /* subscriptions, of all kinds */
    int64_t sent_ns;     /* monotonic, of the last message */
    bool step_due;       /* lock-step: a ping waits until `waiting` is empty */
    bool step_has_req_id;
    int64_t step_req_id;
    bool dropped;
    bool severed; /* dropped in the middle of a frame */
    uint32_t waiting_first, waiting_count;
    struct waiting waiting[WAITING_MAX];
};

struct clients {
    uint32_t count;
    struct client *list[CLIENT_MAX];
    uint16_t holders[PAIR_MAX][TOPIC_COUNT]; /* clients that hold it */
    uint64_t dropped_count;
    struct faults faults;
};

/* NULL when CLIENT_MAX are there or memory is out. */
struct client *clients_add(struct clients *clients, struct server_socket *socket);
void clients_remove(struct clients *clients, struct client *client);

/* Marks a topic as sent from now on, or no more. */
void clients_hold(struct clients *clients, struct client *client, uint32_t pair, uint32_t topic);
void clients_release(struct clients *clients, struct client *client, uint32_t pair, uint32_t topic);

/* Queues a text; a client that cannot take it is marked dropped and cut by clients_reap. */
void clients_send(struct clients *clients, struct client *client, const char *text, size_t len,
                  int64_t mono_ns);
void clients_publish(struct clients *clients, uint32_t pair, uint32_t topic, const char *text,
                     size_t len, int64_t mono_ns);
void clients_broadcast(struct clients *clients, const char *text, size_t len, int64_t mono_ns);

/* Sends what a fault held back, once it is due. */
void clients_release_late(struct clients *clients, int64_t mono_ns);

/* Every connection is to break, each in the middle of a frame: clients_reap does it. */
void clients_cut(struct clients *clients);

/* Cuts those that were dropped. Not to be called while walking the list. */
void clients_reap(struct clients *clients);

/* False when the queue is full. */
bool client_wait(struct client *client, const struct waiting *waiting);
bool client_take_waiting(struct client *client, struct waiting *ret);
