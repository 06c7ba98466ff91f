/* SPDX-License-Identifier: MIT */
/* The inside of the private side, shared by the files of this folder alone. */
#pragma once

#include "platform/json/json_writer.h"
#include "venue/local/private/fields.h"
#include "venue/local/private/keyring.h"
#include "venue/local/private/private.h"
#include "venue/local/private/private_variant.h"
#include "venue/local/private/token.h"
#include "venue/local/state.h"
#include "venue/local/trading/trading.h"

/* One row of any channel, and its envelope. */
#define ROW_TEXT_MAX 4096

/* Rows that wait while a request is being answered: those of a batch that sweeps the book. */
#define LATER_TEXT_MAX (1u << 20)

struct private
{
    struct exchange *exchange;
    struct trading *trading;
    struct private_variant variant;
    struct entropy entropy;
    struct keyring keyring;
    struct tokens tokens;
    uint32_t asset_count;
    struct asset assets[2 * PAIR_MAX]; /* by trading's index */
    struct fields fields;              /* of the request being answered */
    bool changed;                      /* since the accounts were last written */
    bool touched[PAIR_MAX];            /* a client's order changed the pair's book */
    bool waiting;                      /* rows wait until it has been answered */
    size_t later_len;
    char later[LATER_TEXT_MAX];
    char row[ROW_TEXT_MAX];
};

static inline const struct instrument *private_instrument(const struct private *private,
                                                          uint32_t pair)
{
    return &private->exchange->market->pairs[pair].instrument;
}

static inline int64_t private_now(const struct private *private)
{
    return trading_now(private->trading);
}

/* Any of an asset's three names; trading's index, or TRADING_NONE. */
uint32_t private_asset_find(const struct private *private, const char *name);

/* Tells the public the books that clients' orders have changed. */
void private_tell(struct private *private);

/* ---- A REST call being answered ---- */

struct private_call {
    struct private *private;
    struct key *key;
    uint32_t account;
    struct fields_view view;
    struct json_writer writer; /* inside the envelope, where "result" comes next */
};

/* Each writes "result" and returns NULL, or returns the error. */
typedef const char *private_put(struct private_call *call);

private_put put_balance, put_balance_ex, put_trade_balance, put_trade_volume; /* rest_funds.c */
private_put put_ledgers, put_query_ledgers, put_token, put_key_info;
private_put put_open_orders, put_closed_orders, put_query_orders; /* rest_orders.c */
private_put put_order_amends, put_trades_history, put_query_trades, put_open_positions;
private_put put_add_order, put_add_batch, put_amend_order, put_edit_order; /* rest_trade.c */
private_put put_cancel_order, put_cancel_batch, put_cancel_all, put_cancel_after;

/* ---- Reading orders (order_read.c, order_read_socket.c) ---- */

/* What an order is read against. */
struct order_reader {
    const struct private *private;
    struct fields_view view;
    uint32_t pair;
    uint32_t account;
};

/* NULL, or the error. The pair is set in the reader before. */
const char *order_read_pair(struct order_reader *reader, const char *name);
const char *order_read_add(const struct order_reader *reader, struct trading_add *ret);
const char *order_read_amend(const struct order_reader *reader, struct trading_amend *ret);
const char *order_read_edit(const struct order_reader *reader, struct trading_edit *ret);

const char *order_read_add_socket(const struct order_reader *reader, struct trading_add *ret);
const char *order_read_amend_socket(const struct order_reader *reader, struct trading_amend *ret);
const char *order_read_edit_socket(const struct order_reader *reader, struct trading_edit *ret);

/* Shared by both. A deadline lies at most 60 s ahead. */
bool order_type_find(const char *word, enum trading_type *ret);
const char *order_type_word(enum trading_type type);
const char *order_read_client_id(const struct order_reader *reader,
                                 char ret[TRADING_CL_ORD_ID_MAX]);
const char *order_read_userref(const struct order_reader *reader, const char *name, int32_t *ret);
const char *order_read_deadline(const struct order_reader *reader, int64_t *ret_ns);
const char *order_read_qty(const struct order_reader *reader, const char *name, int64_t *ret_lots);

/* The order a request names by id (or client id where `client` says); 0: none such. */
uint64_t order_named(const struct order_reader *reader, const char *id, const char *client);

/* ---- Writing (order_text.c, execution_text.c) ---- */

/* "buy 1.25000000 XBTUSD @ limit 30010.0" and "close position @ ..." ("" without a close). */
#define DESCRIPTION_MAX 192
void describe_order(const struct private *private, const struct trading_order *order,
                    char out[DESCRIPTION_MAX]);
void describe_close(const struct private *private, const struct trading_order *order,
                    char out[DESCRIPTION_MAX]);
void describe_price(const struct pair *terms, const struct trading_price *price, char out[48]);

/* An amount of an asset as a JSON string or number. */
void put_amount(struct json_writer *writer, const char *key, const struct private *private,
                uint32_t asset, int64_t amount);
void put_number(struct json_writer *writer, const char *key, const struct private *private,
                uint32_t asset, int64_t amount);

/* An amount in the quote of a pair, with the decimals of its costs. */
void put_cost(struct json_writer *writer, const char *key, const struct private *private,
              uint32_t pair, int64_t amount);

/* Unix seconds with four decimals; 0 as 0. */
void put_seconds(struct json_writer *writer, const char *key, int64_t time_ns);

void put_id(struct json_writer *writer, const char *key, const struct private *private, char kind,
            uint64_t id);
uint32_t fee_asset(const struct private *private, uint32_t pair, enum trading_fee_in fee_in);

/* An entry of OpenOrders, ClosedOrders, TradesHistory, Ledgers: an object under its id. */
void put_order(struct json_writer *writer, const struct private *private,
               const struct trading_order *order, bool trades);
void put_trade(struct json_writer *writer, const struct private *private,
               const struct trading_trade *trade, bool ledgers);
void put_ledger(struct json_writer *writer, const struct private *private,
                const struct trading_ledger *ledger);

/* A row of the executions channel. `sparse`: as the real venue sends it. */
void put_execution(struct json_writer *writer, const struct private *private,
                   const struct trading_event *event, bool sparse);

/* ---- Sockets (socket.c, socket_rows.c, socket_trade.c) ---- */

struct socket_call {
    struct private *private;
    struct client *client;
    const char *method;
    struct fields_view params;
    struct key *key;
    struct token *token;
};

/* {"method":M, ... "success":true, times, req_id}: the writer stands where "result" comes next. */
struct json_writer socket_begin(const struct socket_call *call);
void socket_end(const struct socket_call *call, struct json_writer *writer, bool success);
void socket_refuse(const struct socket_call *call, const char *error);

/* False when it is none of the trading methods. */
bool socket_trade(struct socket_call *call);

/* Snapshots after an acknowledgement, and rows as trading tells them. */
void socket_snapshot_executions(struct private *private, struct client *client, bool orders,
                                bool trades);
void socket_snapshot_balances(struct private *private, struct client *client);
void socket_on_event(void *user, const struct trading_event *event);

/* Between these, rows wait: in variant 0 the answer to a request goes before what it caused. */
void socket_hold_rows(struct private *private);
void socket_release_rows(struct private *private);
