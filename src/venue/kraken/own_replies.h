/* SPDX-License-Identifier: MIT */
/*
 * The results of Kraken's private REST calls: orders, trades, balances, ledgers, the token, the
 * key. `json` stands before the value of "result". Each returns false when it is malformed
 * (json_explain says where); what was told until then is true, but not all.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "venue/gateway.h"
#include "venue/kraken/order_bytes.h"
#include "venue/kraken/own_messages.h"

struct kraken_page {
    uint32_t rows;  /* in this reply */
    uint64_t total; /* of all pages; 0 when it was not said */
};

/* Ids of trades, of one order or several. */
#define KRAKEN_IDS_MAX 512

struct kraken_ids {
    uint32_t count;
    bool full; /* there were more */
    struct venue_id list[KRAKEN_IDS_MAX];
};

typedef void kraken_row_callback(void *context, const struct kraken_own_row *row);

/* OpenOrders, ClosedOrders, QueryOrders. The ids of their trades go to `trades`, unless NULL. */
bool kraken_orders_read(struct json *json, kraken_row_callback *on_row, void *context,
                        struct kraken_ids *trades, struct kraken_page *ret);

/* TradesHistory, QueryTrades. */
bool kraken_trades_read(struct json *json, kraken_row_callback *on_row, void *context,
                        struct kraken_page *ret);

/* Ledgers. */
typedef void kraken_ledger_callback(void *context, const struct kraken_own_balance *row);
bool kraken_ledgers_read(struct json *json, kraken_ledger_callback *on_row, void *context,
                         struct kraken_page *ret);

/* Balance and BalanceEx, by the names that are shown; what is beyond GATEWAY_BALANCE_MAX, or of
 * an asset with another sort of name, is left out. */
bool kraken_balances_read(struct json *json, struct gateway_balance *list, uint32_t *ret_count);

/* "ZUSD", "USD", "XETH.S" as they are shown. False when it is no asset's name. */
bool kraken_asset_name(struct json_text text, char ret[GATEWAY_ASSET_MAX]);

bool kraken_token_read(struct json *json, char token[KRAKEN_TOKEN_MAX], int64_t *ret_life_ns);

/* What cuttle needs of a key, one bit each. */
enum kraken_permission {
    KRAKEN_MAY_QUERY_FUNDS = 1 << 0,
    KRAKEN_MAY_QUERY_OPEN = 1 << 1,
    KRAKEN_MAY_QUERY_CLOSED = 1 << 2,
    KRAKEN_MAY_MODIFY = 1 << 3,
    KRAKEN_MAY_TOKEN = 1 << 4,
};

struct kraken_key_info {
    bool has_permissions; /* they were told */
    bool withdraw;        /* it may take money out */
    uint32_t permissions;
};

/* GetApiKeyInfo, in whichever casing. */
bool kraken_key_read(struct json *json, struct kraken_key_info *ret);

/* How many orders a CancelOrder reached; one that is queued counts. */
bool kraken_count_read(struct json *json, uint64_t *ret);

/* The first txid of an AddOrder; none when it was only validated. */
bool kraken_added_read(struct json *json, struct venue_id *ret);
