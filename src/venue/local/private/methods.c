/* SPDX-License-Identifier: MIT */
/* The private REST calls: what each may cost and asks of a key, and their envelope. */
#include <string.h>

#include "core/base/check.h"
#include "venue/local/private/inside.h"

enum asks {
    ANY_OF, /* one of the permissions is enough */
    ALL_OF,
};

static const struct method {
    const char *name;
    private_put *put;
    uint32_t permissions;
    enum asks asks;
    uint32_t calls; /* of the REST counter; orders have one of their own */
} methods[] = {
    {"Balance", put_balance, PERMIT_QUERY_FUNDS, ANY_OF, 1},
    {"BalanceEx", put_balance_ex, PERMIT_QUERY_FUNDS, ANY_OF, 1},
    {"TradeBalance", put_trade_balance, PERMIT_QUERY_FUNDS, ANY_OF, 1},
    {"TradeVolume", put_trade_volume, PERMIT_QUERY_FUNDS, ANY_OF, 1},
    {"OpenOrders", put_open_orders, PERMIT_QUERY_OPEN, ANY_OF, 1},
    {"ClosedOrders", put_closed_orders, PERMIT_QUERY_CLOSED, ANY_OF, 1},
    {"QueryOrders", put_query_orders, PERMIT_QUERY_OPEN | PERMIT_QUERY_CLOSED, ANY_OF, 1},
    {"OrderAmends", put_order_amends, PERMIT_QUERY_OPEN | PERMIT_QUERY_CLOSED, ANY_OF, 1},
    {"TradesHistory", put_trades_history, PERMIT_QUERY_CLOSED, ANY_OF, 2},
    {"QueryTrades", put_query_trades, PERMIT_QUERY_CLOSED, ANY_OF, 1},
    {"OpenPositions", put_open_positions, PERMIT_QUERY_OPEN, ANY_OF, 1},
    {"Ledgers", put_ledgers, PERMIT_QUERY_LEDGER, ANY_OF, 2},
    {"QueryLedgers", put_query_ledgers, PERMIT_QUERY_LEDGER, ANY_OF, 1},
    {"AddOrder", put_add_order, PERMIT_MODIFY, ANY_OF, 0},
    {"AddOrderBatch", put_add_batch, PERMIT_MODIFY, ANY_OF, 0},
    {"AmendOrder", put_amend_order, PERMIT_MODIFY, ANY_OF, 0},
    {"EditOrder", put_edit_order, PERMIT_MODIFY | PERMIT_CLOSE, ALL_OF, 0},
    {"CancelOrder", put_cancel_order, PERMIT_MODIFY | PERMIT_CLOSE, ANY_OF, 0},
    {"CancelOrderBatch", put_cancel_batch, PERMIT_MODIFY | PERMIT_CLOSE, ANY_OF, 0},
    {"CancelAll", put_cancel_all, PERMIT_MODIFY | PERMIT_CLOSE, ANY_OF, 0},
    {"CancelAllOrdersAfter", put_cancel_after, PERMIT_MODIFY | PERMIT_CLOSE, ANY_OF, 0},
    {"GetWebSocketsToken", put_token, PERMIT_TOKEN, ANY_OF, 1},
    {"GetApiKeyInfo", put_key_info, 0, ALL_OF, 1},
};

static const struct method *find(const char *name)
{
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
        if (strcmp(methods[i].name, name) == 0)
            return &methods[i];
    return NULL;
}

static bool permitted(const struct key *key, const struct method *method)
{
    uint32_t has = key->permissions & method->permissions;
    return method->asks == ANY_OF ? has != 0 : has == method->permissions;
}

/* The body is what its Content-Type says; without one, what it looks like. */
static void read_body(struct private *private, const struct server_request *request)
{
    char type[128] = "";
    bool said = server_header(request, "content-type", type, sizeof type);
    bool json = strncmp(type, "application/json", 16) == 0;
    if (!said)
        json = request->body[0] == '{';
    if (json)
        fields_read_json(&private->fields, request->body, request->body_len);
    else
        fields_read_form(&private->fields, request->body, request->body_len);
}

/* The checks in Kraken's order: NULL and the key, or the error. */
static const char *admit(struct private *private, const struct server_request *request,
                         const struct method *method, struct key **ret_key)
{
    char key[KEY_TEXT_MAX] = "", signature[SIGNATURE_TEXT_MAX] = "";
    if (!server_header(request, "api-key", key, sizeof key) ||
        !keyring_find(&private->keyring, key))
        return "EAPI:Invalid key";
    if (!method)
        return "EGeneral:Unknown method";
    if (!server_header(request, "api-sign", signature, sizeof signature))
        return "EAPI:Invalid signature";
    read_body(private, request);
    struct call_proof proof = {.path = request->path,
                               .key = key,
                               .signature = signature,
                               .body = request->body,
                               .body_len = request->body_len,
                               .fields = &private->fields};
    const char *error = keyring_admit(&private->keyring, &proof, ret_key);
    if (!error && !permitted(*ret_key, method))
        error = "EGeneral:Permission denied";
    if (!error)
        error = key_count_call(*ret_key, method->calls, private_now(private));
    if (!error && private_system(private) == TRADING_MAINTENANCE)
        error = "EService:Unavailable";
    return error;
}

void private_on_request(struct private *private, struct server_reply *reply,
                        const struct server_request *request, const char *name)
{
    struct exchange *exchange = private->exchange;
    struct private_call call = {.private = private, .view = fields_whole(&private->fields)};
    const struct method *method = find(name);
    const struct fault_reply fault = faults_call(&exchange->clients.faults);
    if (fault.status == 200) {
        rest_refuse(exchange, reply, fault.error);
        return;
    }
    if (fault.status != 0 && !fault.after) {
        server_answer(reply, fault.status, "text/html", NULL, "<html>", 6);
        return;
    }
    const char *error = admit(private, request, method, &call.key);
    socket_hold_rows(private);
    if (!error) {
        call.account = call.key->account;
        call.key->used_ns = private_now(private);
        private->changed = true; /* the nonce at least */
        json_writer_init(&call.writer, exchange->text, sizeof exchange->text);
        json_begin_object(&call.writer, NULL);
        json_begin_array(&call.writer, "error");
        json_end_array(&call.writer);
        error = method->put(&call);
    }
    if (fault.after) {
        server_answer(reply, fault.status, "text/html", NULL, "<html>", 6);
    } else if (error) {
        rest_refuse(exchange, reply, error);
    } else {
        json_end_object(&call.writer);
        CHECK(json_writer_ok(&call.writer));
        const struct json_writer *answer = &call.writer;
        if (!fault.slow || !faults_keep_reply(&exchange->clients.faults, reply, answer->text,
                                              answer->len, exchange_mono_ns(exchange)))
            server_answer(reply, 200, "application/json", NULL, answer->text, answer->len);
    }
    socket_release_rows(private);
}
