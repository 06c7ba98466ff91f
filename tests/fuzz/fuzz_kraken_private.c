/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a message or a reply of Kraken's private side: the parsers must neither crash nor
 * hang, and what they accept must hold what they promise. The first byte picks the pair of what a
 * row leaves out; orders are kept over inputs, so that rows meet what others said.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "venue/kraken/errors.h"
#include "venue/kraken/own_orders.h"
#include "venue/kraken/own_replies.h"
#include "venue/kraken/replies.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TAG 46655

static struct kraken_own_orders orders;
static struct kraken_ids ids;
static const struct pair *terms_now;

static const struct pair pairs[] = {
    {.symbol = "BTC/USD", .base = "BTC", .quote = "USD", .price_decimals = 1, .qty_decimals = 8},
    {.symbol = "XDG/USD", .base = "DOGE", .quote = "USD", .price_decimals = 7, .qty_decimals = 0},
};

static void must(bool held)
{
    if (!held)
        abort();
}

static void meet(void *context, const struct kraken_own_row *row)
{
    (void)context;
    if (!venue_id_known(row->txid))
        return;
    struct kraken_own_order *own = kraken_own_get(&orders, row->txid);
    const struct kraken_own_order before = *own;
    bool taken =
        kraken_own_merge(own, row, terms_now == NULL ? KRAKEN_PAIR_FOREIGN : 0, terms_now, TAG);
    must(kraken_own_find(&orders, row->txid) == own);
    if (!taken) {
        must(memcmp(&own->order, &before.order, sizeof before.order) == 0);
        return;
    }
    must(own->order.qty_lots >= 0 && own->order.limit_ticks >= 0);
    must(own->order.filled_lots >= before.order.filled_lots);
    if (before.has_state && kraken_own_ended(before.order.state))
        must(own->order.state == before.order.state);
    struct news_trade trade;
    if (row->is_trade && terms_now != NULL && kraken_own_trade(row, &own->order, terms_now, &trade))
        must(trade.price_ticks > 0 && trade.qty_lots > 0);
}

static void read_message(const char *text, size_t len)
{
    struct kraken_own_frame frame;
    struct json json;
    struct kraken_own_row row;
    struct kraken_own_balance balance;
    if (!kraken_own_frame(text, len, &frame))
        return;
    if (frame.error.at != NULL)
        must(kraken_error_find(frame.error.at, frame.error.len) != NULL);
    if (!frame.has_data)
        return;
    kraken_own_rows(&frame);
    while (kraken_own_row(&frame, &json)) {
        struct json again = json;
        if (kraken_own_execution(&json, &row))
            meet(NULL, &row);
        if (kraken_own_balance(&again, &balance))
            must(balance.asset.len > 0 && balance.balance.at != NULL);
    }
}

static void on_ledger(void *context, const struct kraken_own_balance *row)
{
    char name[GATEWAY_ASSET_MAX];
    (void)context;
    must(row->asset.len > 0 && row->type.len > 0 && row->amount.at != NULL);
    if (kraken_asset_name(row->asset, name))
        must(strlen(name) < sizeof name);
}

static void read_reply(const char *text, size_t len)
{
    struct kraken_reply reply;
    struct kraken_page page;
    struct gateway_balance balances[GATEWAY_BALANCE_MAX];
    struct kraken_key_info info;
    struct venue_id id;
    char where[100], token[KRAKEN_TOKEN_MAX];
    uint32_t count;
    uint64_t reached;
    int64_t life_ns;
    if (!kraken_reply_parse(text, len, &reply, where, sizeof where) || !reply.has_result)
        return;
    struct json json = reply.result;
    ids = (struct kraken_ids){0};
    kraken_orders_read(&json, meet, NULL, &ids, &page);
    must(ids.count <= KRAKEN_IDS_MAX);
    json = reply.result;
    kraken_trades_read(&json, meet, NULL, &page);
    json = reply.result;
    kraken_ledgers_read(&json, on_ledger, NULL, &page);
    json = reply.result;
    if (kraken_balances_read(&json, balances, &count))
        must(count <= GATEWAY_BALANCE_MAX);
    json = reply.result;
    if (kraken_token_read(&json, token, &life_ns))
        must(token[0] != '\0' && strlen(token) < sizeof token && life_ns >= 0);
    json = reply.result;
    kraken_key_read(&json, &info);
    json = reply.result;
    kraken_count_read(&json, &reached);
    json = reply.result;
    kraken_added_read(&json, &id);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    terms_now = data[0] % 3 == 2 ? NULL : &pairs[data[0] % 3];
    char *text = malloc(size); /* its own block, so that one byte too far is seen */
    if (text == NULL)
        return 0;
    memcpy(text, data + 1, size - 1);
    read_message(text, size - 1);
    read_reply(text, size - 1);
    free(text);
    return 0;
}
