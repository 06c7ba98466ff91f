/* SPDX-License-Identifier: MIT */
/*
 * The bridge between a session and its operator: the dashboard, the REST interface and the push
 * over WebSocket, on a thread and loop of its own. It shares with the trading thread a view_box
 * and two queues, nothing else; all are free of pointers and may stand in memory shared with
 * another process.
 *
 *     trading thread --view_publish--> view_box --> sections, metrics, health
 *                    --bridge_put_*--> queue    --> history: candles, thoughts, trades
 *                    <--control_item-- commands <-- POST
 *
 * What has happened before (from the ledger and the candle store) is queued at start like news.
 * Every request comes through the door (door.h): who may look, and who command. All but commands
 * (control.h) only read.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/limits.h"
#include "core/engine/action.h"
#include "core/market/candle.h"
#include "core/market/timeframe.h"
#include "operator/server/view.h"

struct bridge;
struct queue;

/* Candles one item carries: as many as make it no larger than a record. */
#define BRIDGE_CANDLES_MAX 32

/* Sentence and figures of a past record, as JSON. */
#define BRIDGE_THOUGHT_MAX 16384

enum bridge_item_kind {
    BRIDGE_CANDLES = 1, /* closed base candles, oldest first */
    BRIDGE_FORMING,     /* the base candle being formed */
    BRIDGE_RECORD,      /* what the engine said just now */
    BRIDGE_THOUGHT,     /* what it said in an earlier session: sentence_json's text */
    BRIDGE_TRADE,       /* a closed trade */
};

#define BRIDGE_NAMES_MAX 160

/* Names its pair itself, because an old trade's pair may not be among today's. */
struct bridge_trade {
    char symbol[SYMBOL_MAX];
    uint32_t qty_decimals;
    int32_t direction;
    uint64_t number; /* of the record that closed it */
    int64_t opened_ns, closed_ns;
    int64_t qty_lots;
    double entry_price, exit_price; /* averages */
    int64_t cost, fee, pnl;         /* money; fee is both fees, pnl is net */
    bool stop_hit;
    enum order_purpose purpose;        /* of the order that closed it */
    bool by_hand;                      /* the operator asked for that order */
    char strategies[BRIDGE_NAMES_MAX]; /* whose it was: "trend+swing", "hand"; "": not known */
};

/*
 * Each queues one item, or returns false when the queue is full: then the item is lost to the
 * dashboard, never to the ledger. queue_drop_count goes into view_counters.dropped_count. Without a
 * queue (NULL) nobody looks: nothing is kept, nothing counted, and the answer is false. A queue
 * of 4 MB holds the candles of warming up 24 pairs and 500 thoughts before the bridge has started;
 * the bridge takes nothing before the first view.
 */
bool bridge_put_candles(struct queue *queue, uint32_t pair, enum timeframe base,
                        const struct candle *candles, uint32_t count);
bool bridge_put_forming(struct queue *queue, uint32_t pair, enum timeframe base,
                        const struct candle *candle);
bool bridge_put_record(struct queue *queue, const struct record *record);
bool bridge_put_thought(struct queue *queue, enum record_kind kind, const char *symbol,
                        const char *json, size_t len);
bool bridge_put_trade(struct queue *queue, const struct bridge_trade *trade);

/* The trade that an exit record closes. */
struct bridge_trade bridge_trade_of(const struct record *record, const struct pair *pair);

/* What /api/v1/insights answers: JSON, written on the bridge's thread. False: there is none now,
 * and why is in `error`. */
struct json_writer;
struct bridge_insights {
    bool (*write)(void *context, struct json_writer *writer, char *error, size_t error_size);
    void *context;
};

/* What of the model in force /metrics tells. */
struct bridge_model_row {
    char strategy[STRATEGY_NAME_MAX + 1];
    bool live;
    double accuracy; /* forward in time; NAN: nothing says */
};
struct bridge_model {
    int64_t made_ns; /* 0: there is no model, or it does not say */
    uint32_t count;
    struct bridge_model_row rows[STRATEGY_TABLE_MAX];
};

/* What /api/v1/ml-metrics answers, as for insights, and `look`, the same for /metrics. */
struct bridge_models {
    bool (*write)(void *context, struct json_writer *writer, char *error, size_t error_size);
    void (*look)(void *context, struct bridge_model *ret);
    void *context;
};

/* What the ledger knows of the account's whole life: each writes an answer on the bridge's thread,
 * for a request that was read (query.h). False: there is none now, and why is in `error`. */
struct query;
enum bridge_book {
    BRIDGE_TRADES,
    BRIDGE_TRADES_CSV, /* text, into the writer's buffer */
    BRIDGE_THOUGHTS,
    BRIDGE_PERFORMANCE,
    BRIDGE_EQUITY,
};
struct bridge_books {
    bool (*write)(void *context, enum bridge_book book, const struct query *query,
                  struct json_writer *writer, char *error, size_t error_size);
    uint64_t (*count_thoughts)(void *context, const struct query *query); /* 0: not known */
    void *context;
    /* Whether anything in it is of the pair and of the strategy, "" any; true: not known. NULL: it
     * cannot be asked. */
    bool (*knows)(void *context, const char *pair, const char *strategy);
};

/* A request under /api/v1/backtests, from whoever may make it. */
struct bridge_ask {
    const char *method; /* "POST" */
    const char *path;   /* behind /api/v1/backtests: "", "/options", "/17" */
    const char *query;  /* as server_request has it */
    const char *body;
    size_t body_len;
    const struct view *view;
};

/* Work beside the session that is asked for over the API. All on the bridge's thread. */
struct bridge_jobs {
    /* Writes the answer, which is a problem document from 400 on; returns the HTTP status. */
    int (*answer)(void *context, const struct bridge_ask *ask, struct json_writer *writer);
    void (*turn)(void *context); /* several times a second */
    void (*end)(void *context);  /* the thread ends */
    void *context;
};
struct alarm_config;

struct bridge_config {
    const char *address; /* "127.0.0.1"; NULL: no port is opened, and alarms alone are seen to */
    uint16_t port;       /* 0: any free one */
    uint32_t max_clients;
    int64_t watchdog_ns;    /* a view older than this is reported as degraded; 60 s by default */
    struct queue *commands; /* to the trading thread; NULL: none are taken. The caller's */
    const char *token;      /* with commands: it may give them, from this machine */
    const char *keys_file;  /* others that may look or command (store/key_ring.h); NULL: none */
    const char *cert_file, *key_file; /* for TLS; NULL: none */
    const char *names;                /* that Host may be besides our own; NULL: no others */
    double max_rate;                  /* requests a second of an address elsewhere; 0: 50 */
    bool read_only;                   /* nobody commands */
    bool key_always;                  /* on this machine a look needs a key, too */
    struct bridge_insights insights;  /* `write` NULL: no trades are kept here. The caller's */
    struct bridge_models models;      /* `write` NULL: no models are. The caller's */
    const char *configuration;        /* JSON, for /api/v1/config; NULL: not told. The caller's */
    struct bridge_books books;        /* `write` NULL: there is no ledger. The caller's */
    struct bridge_jobs jobs;          /* `answer` NULL: none are done. The caller's */
    const struct alarm_config *alarm; /* NULL: nobody watches. What it points to is the caller's */
};

/* NULL with the reason in `error` ("127.0.0.1:8080: ..."). The box and queue stay the caller's. */
struct bridge *bridge_start(const struct bridge_config *config, struct view_box *box,
                            struct queue *queue, char *error, size_t error_size);

/* Closes clients and port, and joins the thread, which has ALARM_END_NS to deliver alarms that are
 * on their way (operator/watch/alarm.h). */
void bridge_stop(struct bridge *bridge);

/* 0 without a port. */
uint16_t bridge_port(const struct bridge *bridge);

/* Where this machine alone reaches it, at 127.0.0.1, without TLS and without a key to look, when
 * bridge_port is not such a place; else 0. */
uint16_t bridge_local_port(const struct bridge *bridge);
