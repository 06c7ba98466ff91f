/* SPDX-License-Identifier: MIT */
/*
 * The inside of a kraken_gateway, shared by the files that make it:
 *
 *     gateway.c          opens, ticks, closes; the link's ups and downs
 *     gateway_requests.c a request's life: sent, answered once
 *     gateway_calls.c    signed REST, one at a time: the start, orders as the fallback
 *     gateway_jobs.c     listings and queries: several calls each, paced, tried again
 *     gateway_stream.c   the WebSocket's messages and the two subscriptions
 *     gateway_news.c     rows into news
 *
 * Everything runs on the loop's thread. Whoever is told news may send from inside the call: so what
 * is told is told last, and loops over slots look at each again.
 */
#pragma once

#include "venue/kraken/errors.h"
#include "venue/kraken/kraken_gateway.h"
#include "venue/kraken/link.h"
#include "venue/kraken/market_clock.h"
#include "venue/kraken/markets.h"
#include "venue/kraken/names.h"
#include "venue/kraken/order_bytes.h"
#include "venue/kraken/own_orders.h"
#include "venue/kraken/own_replies.h"
#include "venue/kraken/replies.h"

#define KRAKEN_GATE_URL_MAX 256
#define KRAKEN_GATE_KEY_MAX 128

/* Requests without an answer: one event's, and a thousand before it. A request's number is its
 * place: req_id modulo this. */
#define KRAKEN_GATE_SLOTS 2048

/* Orders that a row named and nobody knew; QueryOrders takes up to 50, QueryTrades 20. */
#define KRAKEN_GATE_LOOKUPS 20
#define KRAKEN_GATE_TRADES_QUERY 20

/* Ledger entries that were told as flows; more never come between two of one entry. */
#define KRAKEN_GATE_FLOWS 256

enum kraken_gate_stage {
    KRAKEN_GATE_PAIRS,   /* names are not known */
    KRAKEN_GATE_KEY,     /* what the key may is not known */
    KRAKEN_GATE_BALANCE, /* nor what the account holds */
    KRAKEN_GATE_OPEN,
    KRAKEN_GATE_SHUT, /* for a human */
};

enum kraken_slot_state {
    KRAKEN_SLOT_FREE,
    KRAKEN_SLOT_ANSWERED, /* to be told at the next tick */
    KRAKEN_SLOT_SENT,     /* on the socket */
    KRAKEN_SLOT_REST,     /* waits for its call */
    KRAKEN_SLOT_CALLED,   /* the call is under way */
    KRAKEN_SLOT_JOB,      /* a LIST or QUERY, waiting or under way */
    KRAKEN_SLOT_STATES,
};

struct kraken_slot {
    enum kraken_slot_state state;
    uint64_t req_id;
    int64_t sent_ns; /* monotonic; while it waits for REST: since when */
    enum news_kind answer;
    enum reject_reason reject;
    struct request request;
};

struct kraken_gate_pair {
    const char *wanted; /* as the operator wrote it */
    char key[KRAKEN_KEY_MAX];
    char altname[KRAKEN_KEY_MAX];
    char wsname[KRAKEN_KEY_MAX];
    bool has_terms;
    struct pair terms;
};

enum kraken_own_sub_state {
    KRAKEN_OWN_OFF,
    KRAKEN_OWN_WANTED,  /* to be subscribed, once due */
    KRAKEN_OWN_ASKED,   /* until due */
    KRAKEN_OWN_ON,      /* acknowledged; its snapshot is to come */
    KRAKEN_OWN_LIVE,    /* its snapshot is in */
    KRAKEN_OWN_LEAVING, /* unsubscribe sent */
};

struct kraken_own_sub {
    enum kraken_own_sub_state state;
    uint64_t req_id;
    int64_t due_ns;
    uint32_t failure_count;
    uint32_t gap_count; /* within a minute of each other */
    int64_t gap_ns;
    int64_t wait_ns;         /* not subscribed before */
    uint32_t snapshot_count; /* messages of the snapshot */
    int64_t heard_ns;        /* the last of them, or the acknowledgement */
    uint64_t sequence;       /* the last; 0 none yet */
};

/* Whose numbers the sequence counts, a channel's or the connection's, shows with the first message
 * that fits one and not the other. */
enum kraken_sequence { KRAKEN_SEQUENCE_OPEN, KRAKEN_SEQUENCE_CHANNEL, KRAKEN_SEQUENCE_CONNECTION };

enum kraken_errand {
    KRAKEN_ERRAND_NONE,
    KRAKEN_ERRAND_PAIRS,
    KRAKEN_ERRAND_KEY,
    KRAKEN_ERRAND_BALANCE,
    KRAKEN_ERRAND_TOKEN,
    KRAKEN_ERRAND_ORDER,
    KRAKEN_ERRAND_JOB,
};

enum kraken_step {
    KRAKEN_STEP_SNAPSHOT,
    KRAKEN_STEP_OPEN,
    KRAKEN_STEP_CLOSED,
    KRAKEN_STEP_TRADES,
    KRAKEN_STEP_DEPOSITS,
    KRAKEN_STEP_WITHDRAWALS,
    KRAKEN_STEP_ORDERS,       /* QueryOrders */
    KRAKEN_STEP_ORDER_TRADES, /* QueryTrades */
    KRAKEN_STEP_DONE,
};

struct kraken_job {
    bool active;
    bool answers; /* a request waits for it, in `slot` */
    uint32_t slot;
    struct request request;
    enum kraken_step step;
    bool whole;
    bool asked;        /* the fresh snapshot */
    uint64_t snapshot; /* gateway's count when it was asked */
    uint32_t offset;   /* rows of the pages read */
    uint32_t attempts;
    int64_t due_ns; /* monotonic: no call before; SNAPSHOT: given up then */
    int64_t begun_ns;
    uint32_t order_count;
    struct venue_id orders[KRAKEN_GATE_LOOKUPS];
    uint32_t trades_at;
    struct kraken_ids trades;
};

struct kraken_gateway {
    char rest_url[KRAKEN_GATE_URL_MAX];
    char ws_url[KRAKEN_GATE_URL_MAX];
    char api_key[KRAKEN_GATE_KEY_MAX];
    char currency[SYMBOL_MAX];
    struct kraken_gateway_config config; /* its texts are our copies */
    char *symbols;                       /* the copies' memory */
    struct transport transport;
    struct clock clock;
    struct gateway_events events;
    void *context;
    struct gateway_stats stats;
    enum kraken_gate_stage stage;
    bool closing;
    bool link_noted, call_noted; /* the log knows of this outage */
    bool nonce_noted;            /* the last call's number was too low */
    bool link_told;              /* NEWS_LINK up was the last */
    bool was_up;                 /* once, ever */

    struct kraken_link link;
    struct kraken_clock market;
    bool status_seen;        /* on this connection */
    bool local;              /* a local Kraken: its status has a market */
    enum pair_status system; /* as last told */
    char token[KRAKEN_TOKEN_MAX];
    int64_t token_ns, token_life_ns; /* monotonic: when it was had, and how long it is good */
    struct kraken_own_sub subs[KRAKEN_OWN_STREAMS];
    enum kraken_sequence sequence_of;
    uint64_t sequence;  /* the connection's last */
    uint64_t snapshots; /* of executions that were whole */

    /* Requests. */
    uint64_t req_id;
    uint32_t slot_counts[KRAKEN_SLOT_STATES];
    struct kraken_slot slots[KRAKEN_GATE_SLOTS];
    char frame[KRAKEN_ORDER_BYTES];

    /* REST. */
    enum kraken_errand errand;
    uint32_t errand_slot;
    int64_t call_next_ns; /* monotonic: the pace of reads */
    int64_t locked_ns;    /* monotonic: no call at all before */
    struct kraken_backoff call_backoff;
    struct rate_limit rate_limit;
    struct rate_counter rate;
    char body[KRAKEN_ORDER_BYTES];

    struct kraken_job job;
    uint32_t lookup_count;
    struct venue_id lookups[KRAKEN_GATE_LOOKUPS];

    /* The account. */
    struct kraken_own_orders own;
    bool balance_stale; /* what orders hold has changed */
    int64_t balance_ns; /* monotonic: when it was asked last */
    uint32_t balance_count;
    struct gateway_balance balances[GATEWAY_BALANCE_MAX];
    int64_t flows_ns;        /* market time up to which the ledger was read; 0 never */
    int64_t flows_floor_ns;  /* what is older was there before us, or is counted for certain */
    int64_t flows_listed_ns; /* monotonic: the ledger was last read, or need not be before */
    bool flows_missed;       /* the connection was lost since */
    bool flows_closed;       /* the key may not read ledgers */
    uint32_t flow_count;
    struct venue_id flows[KRAKEN_GATE_FLOWS]; /* a ring */

    struct kraken_markets markets;
    struct kraken_gate_pair pairs[];
};

static inline int64_t kraken_gate_mono(const struct kraken_gateway *gateway)
{
    return gateway->clock.mono_ns(gateway->clock.self);
}

/* gateway.c */
void kraken_gate_gone(struct kraken_gateway *gateway); /* frees a closed one, once it can be */
void kraken_gate_shut(struct kraken_gateway *gateway, const char *what); /* for a human, final */
void kraken_gate_remedy(struct kraken_gateway *gateway, enum kraken_remedy remedy,
                        const char *error);

/* gateway_requests.c */
void kraken_gate_send(struct kraken_gateway *gateway, const struct request *request);
void kraken_gate_reply(struct kraken_gateway *gateway, const struct kraken_own_frame *frame);
void kraken_gate_answer(struct kraken_gateway *gateway, uint32_t slot, enum news_kind kind,
                        enum reject_reason reject, struct venue_id txid);
void kraken_gate_state(struct kraken_gateway *gateway, uint32_t slot, enum kraken_slot_state state);
void kraken_gate_requests_up(struct kraken_gateway *gateway);
void kraken_gate_requests_down(struct kraken_gateway *gateway);
void kraken_gate_requests_tick(struct kraken_gateway *gateway);
bool kraken_gate_late(const struct kraken_gateway *gateway, const struct request *request);

/* False for a pair that is not known. */
bool kraken_gate_wording(const struct kraken_gateway *gateway, const struct request *request,
                         struct kraken_wording *ret);

void kraken_gate_requests_shut(struct kraken_gateway *gateway);

/* The slot in this state whose request came first; KRAKEN_GATE_SLOTS when there is none. */
uint32_t kraken_gate_first(const struct kraken_gateway *gateway, enum kraken_slot_state state);

/* gateway_calls.c */
void kraken_gate_calls_pump(struct kraken_gateway *gateway);

/* A signed call with what follows the nonce in its body ("" or "&name=value"). False when none can
 * be made now. */
bool kraken_gate_read(struct kraken_gateway *gateway, enum kraken_errand errand, const char *name,
                      const char *fields, uint32_t counts);

/* gateway_jobs.c */
bool kraken_gate_job_pump(struct kraken_gateway *gateway); /* true when it made a call */
void kraken_gate_job_reply(struct kraken_gateway *gateway, struct json *result);
void kraken_gate_job_failed(struct kraken_gateway *gateway, bool passing, const char *error);

/* gateway_stream.c */
void kraken_gate_text(struct kraken_gateway *gateway, const char *text, size_t len);
void kraken_gate_subs_start(struct kraken_gateway *gateway);
void kraken_gate_subs_stop(struct kraken_gateway *gateway);
void kraken_gate_subs_pump(struct kraken_gateway *gateway);
void kraken_gate_subs_reset(struct kraken_gateway *gateway, enum kraken_own_channel channel);
void kraken_gate_complain(struct kraken_gateway *gateway, const struct json *json,
                          const char *what);

/* gateway_news.c */
void kraken_gate_tell(struct kraken_gateway *gateway, const struct news *news);
void kraken_gate_tell_link(struct kraken_gateway *gateway, bool up);
void kraken_gate_row(struct kraken_gateway *gateway, const struct kraken_own_row *row,
                     bool snapshot);
void kraken_gate_look_up(struct kraken_gateway *gateway, struct venue_id txid);
void kraken_gate_listed_order(void *context, const struct kraken_own_row *row);
void kraken_gate_listed_trade(void *context, const struct kraken_own_row *row);
int64_t kraken_gate_flows_since(const struct kraken_gateway *gateway);
void kraken_gate_listed_flow(void *context, const struct kraken_own_balance *row);
void kraken_gate_balance(struct kraken_gateway *gateway, const struct kraken_own_balance *row,
                         bool snapshot);
void kraken_gate_tell_balances(struct kraken_gateway *gateway);
void kraken_gate_learn(struct kraken_gateway *gateway, const struct request *request,
                       struct venue_id txid);
