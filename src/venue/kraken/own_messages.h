/* SPDX-License-Identifier: MIT */
/*
 * Kraken's private WebSocket v2 messages (reference: executions, balances, trading methods): text
 * to small structs, as messages.h does for the public ones. Nothing is allocated; members come in
 * any order; what we do not know is passed over; numbers may be bare or quoted and stay texts here,
 * because a sparse row does not say in whose decimals they count (own_orders.h knows).
 *
 *     kraken_own_frame(text, len, &frame)          what kind of message, and where its rows are
 *     kraken_own_rows(&frame)
 *     while (kraken_own_row(&frame, &json))        one call a row, each walked apart, then
 *         kraken_own_execution(&json, &row) or kraken_own_balance(&json, &balance)
 *
 * The whole text is checked first, so a row that is not what it should be spoils no other.
 *
 * The same row is what an order or a trade of REST is read into (own_replies.h).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/execution/news.h"
#include "platform/json/json.h"

enum kraken_own_channel {
    KRAKEN_OWN_NONE,
    KRAKEN_OWN_EXECUTIONS,
    KRAKEN_OWN_BALANCES,
    KRAKEN_OWN_STATUS,
    KRAKEN_OWN_OTHER,
};

/* The channels with a subscription. */
#define KRAKEN_OWN_STREAMS (KRAKEN_OWN_BALANCES + 1)

enum kraken_own_method {
    KRAKEN_OWN_NO_METHOD,
    KRAKEN_OWN_PONG,
    KRAKEN_OWN_SUBSCRIBED,
    KRAKEN_OWN_UNSUBSCRIBED,
    KRAKEN_OWN_ANSWER, /* to a request: found by its req_id */
};

struct kraken_own_frame {
    enum kraken_own_channel channel; /* of data; of a reply: the channel it is about */
    enum kraken_own_method method;
    bool snapshot;
    bool success;
    bool has_data;
    bool has_sequence;
    uint64_t sequence;
    uint64_t req_id;
    int64_t time_ns;        /* time_out of a reply; 0 none */
    struct json_text error; /* of a refusal, as sent */
    struct venue_id txid;   /* the order_id of a reply's result; none where it said none */
    struct json data;       /* at the rows */
};

#define KRAKEN_FEES_MAX 4

struct kraken_fee {
    struct json_text asset; /* empty: the quote's */
    struct json_text qty;
};

/* An order, or a trade and what it tells of its order. Texts without `at` were not said. */
struct kraken_own_row {
    struct venue_id txid, parent;
    struct json_text symbol; /* as this source names it */
    struct json_text client; /* cl_ord_id */
    bool has_state, has_side, has_kind;
    enum news_state state;
    enum side side;
    enum request_order kind;
    struct json_text qty, filled, limit, trigger;
    int64_t time_ns; /* 0 not said */

    bool is_trade;
    struct venue_id exec;
    bool maker;
    struct json_text price, trade_qty;
    uint32_t fee_count;
    struct kraken_fee fees[KRAKEN_FEES_MAX];
};

struct kraken_own_balance {
    struct json_text asset, balance;
    struct json_text type;   /* of a ledger entry: "deposit", "trade"; a snapshot has none */
    struct json_text amount; /* what the entry changed; its fee goes beside it */
    struct json_text fee;
    struct venue_id ledger;
    int64_t time_ns; /* of a listed entry; 0 not said */
    bool spot;       /* of the wallet that trades */
};

/* False when the text is not JSON or its envelope is not as documented. */
bool kraken_own_frame(const char *text, size_t len, struct kraken_own_frame *frame);

bool kraken_own_rows(struct kraken_own_frame *frame);

/* *ret stands before the row; the frame's own walk has passed it. */
bool kraken_own_row(struct kraken_own_frame *frame, struct json *ret);

/* Each reads one row. False: malformed, and what was read of it until then stands in *ret. */
bool kraken_own_execution(struct json *json, struct kraken_own_row *ret);
bool kraken_own_balance(struct json *json, struct kraken_own_balance *ret);

/* The words of orders, for REST too. */
bool kraken_own_side(struct json_text word, enum side *ret);
enum request_order kraken_own_kind(struct json_text word);
bool kraken_own_state(struct json_text word, enum news_state *ret);

/* Reads a string that may be null, or no string at all: then *ret is left alone. */
void kraken_own_text(struct json *json, struct json_text *ret);
/* The same of a number, and of an id; an id that is none of Kraken's is refused. */
void kraken_own_amount(struct json *json, struct json_text *ret);
void kraken_own_id(struct json *json, struct venue_id *ret);
