/* SPDX-License-Identifier: MIT */
/* Private messages of a WebSocket client: its token, its subscriptions, and who answers them. */
#include <stdio.h>
#include <string.h>

#include "core/base/check.h"
#include "venue/local/private/inside.h"

struct json_writer socket_begin(const struct socket_call *call)
{
    struct exchange *exchange = call->private->exchange;
    struct fields_view whole = fields_whole(&call->private->fields);
    struct json_writer writer;
    int64_t req_id;
    json_writer_init(&writer, exchange->text, sizeof exchange->text);
    json_begin_object(&writer, NULL);
    json_put_string(&writer, "method", call->method);
    if (fields_int(&whole, "req_id", &req_id) == FIELD_FINE)
        json_put_int(&writer, "req_id", req_id);
    return writer;
}

void socket_end(const struct socket_call *call, struct json_writer *writer, bool success)
{
    struct exchange *exchange = call->private->exchange;
    json_put_bool(writer, "success", success);
    json_put_time(writer, "time_in", exchange->now_ns, 6);
    json_put_time(writer, "time_out", exchange->now_ns, 6);
    json_end_object(writer);
    CHECK(json_writer_ok(writer));
    clients_send(&exchange->clients, call->client, writer->text, writer->len,
                 exchange_mono_ns(exchange));
}

void socket_refuse(const struct socket_call *call, const char *error)
{
    struct json_writer writer = socket_begin(call);
    json_put_string(&writer, "error", error);
    socket_end(call, &writer, false);
}

/* A field nobody knows is refused by name; NULL when all are known. */
static const char *unknown_field(const struct socket_call *call, const char *known, char *out,
                                 size_t size)
{
    const struct fields *fields = &call->private->fields;
    for (uint32_t i = 0; i < fields->count; i++) {
        char name[FIELD_NAME_MAX + 2];
        if (strncmp(fields->list[i].name, "params[", 7) != 0)
            continue;
        const char *from = fields->list[i].name + 7;
        size_t len = strcspn(from, "]");
        snprintf(name, sizeof name, " %.*s ", (int)len, from);
        if (strstr(known, name))
            continue;
        snprintf(out, size, "Unsupported field: '%.*s' for the given msg type: %s", (int)len, from,
                 call->method);
        return out;
    }
    return NULL;
}

/* The token of the message, and the key it stands for: NULL, or the error. */
static const char *admit(struct socket_call *call)
{
    const char *error = NULL;
    struct private *private = call->private;
    call->token = token_find(&private->tokens, fields_text(&call->params, "token"),
                             private_now(private), &error);
    if (!call->token)
        return error;
    call->key = &private->keyring.keys[call->token->key];
    return NULL;
}

static void hold(struct client *client, struct private_channel *channel,
                 const struct socket_call *call)
{
    *channel = (struct private_channel){.token = call->token,
                                        .account = call->key->account,
                                        .sequence = channel->sequence,
                                        .order_status = true};
    token_hold(call->token);
    client->held_count++;
}

static void let_go(struct client *client, struct private_channel *channel)
{
    token_release(channel->token);
    channel->token = NULL;
    client->held_count--;
}

static void subscribe_executions(const struct socket_call *call)
{
    struct private_channel *channel = &call->client->executions;
    const struct fields_view *params = &call->params;
    bool orders = true, trades = false, statuses = true, ratecounter = false;
    if (fields_bool(params, "snap_orders", &orders) == FIELD_MALFORMED ||
        fields_bool(params, "snap_trades", &trades) == FIELD_MALFORMED ||
        fields_bool(params, "order_status", &statuses) == FIELD_MALFORMED ||
        fields_bool(params, "ratecounter", &ratecounter) == FIELD_MALFORMED) {
        socket_refuse(call, "EGeneral:Invalid arguments");
        return;
    }
    hold(call->client, channel, call);
    channel->order_status = statuses;
    channel->ratecounter = ratecounter;
    struct json_writer writer = socket_begin(call);
    json_begin_object(&writer, "result");
    json_put_string(&writer, "channel", "executions");
    json_put_int(&writer, "maxratecount",
                 trading_rate_max(call->private->trading, call->key->account) / RATE_COUNT);
    json_put_bool(&writer, "snap_orders", orders);
    json_put_bool(&writer, "snap_trades", trades);
    json_end_object(&writer);
    socket_end(call, &writer, true);
    socket_snapshot_executions(call->private, call->client, orders, trades);
}

static void subscribe_balances(const struct socket_call *call)
{
    bool snapshot = true;
    if (fields_bool(&call->params, "snapshot", &snapshot) == FIELD_MALFORMED) {
        socket_refuse(call, "EGeneral:Invalid arguments");
        return;
    }
    hold(call->client, &call->client->balances, call);
    struct json_writer writer = socket_begin(call);
    json_begin_object(&writer, "result");
    json_put_string(&writer, "channel", "balances");
    json_put_bool(&writer, "snapshot", snapshot);
    json_end_object(&writer);
    socket_end(call, &writer, true);
    if (snapshot)
        socket_snapshot_balances(call->private, call->client);
}

static void unsubscribe(const struct socket_call *call, struct private_channel *channel,
                        const char *name)
{
    let_go(call->client, channel);
    struct json_writer writer = socket_begin(call);
    json_begin_object(&writer, "result");
    json_put_string(&writer, "channel", name);
    json_end_object(&writer);
    socket_end(call, &writer, true);
}

static void on_channel(struct socket_call *call, bool executions, bool subscribing)
{
    static const char execution_params[] = " channel token snap_orders snap_trades order_status "
                                           "ratecounter rebased users snapshot ";
    static const char balance_params[] = " channel token snapshot rebased users ";
    struct client *client = call->client;
    struct private_channel *channel = executions ? &client->executions : &client->balances;
    uint32_t permissions =
        executions ? PERMIT_QUERY_OPEN | PERMIT_QUERY_CLOSED : PERMIT_QUERY_FUNDS;
    char refusal[FIELD_NAME_MAX + 96];
    const char *error = unknown_field(call, executions ? execution_params : balance_params, refusal,
                                      sizeof refusal);
    if (!error)
        error = admit(call);
    if (!error && !(call->key->permissions & permissions))
        error = "EGeneral:Permission denied";
    if (!error && subscribing && channel->token)
        error = "Already subscribed";
    if (!error && !subscribing && !channel->token)
        error = "Subscription Not Found";
    if (error)
        socket_refuse(call, error);
    else if (!subscribing)
        unsubscribe(call, channel, executions ? "executions" : "balances");
    else if (executions)
        subscribe_executions(call);
    else
        subscribe_balances(call);
}

/* Method, the permissions of which one is asked for, and the members it knows. */
static const struct trade_method {
    const char *name;
    uint32_t permissions;
    bool all;
    const char *known;
} trade_methods[] = {
    {"add_order", PERMIT_MODIFY, false,
     " token order_type side order_qty cash_order_qty symbol limit_price limit_price_type triggers "
     "time_in_force margin post_only reduce_only effective_time expire_time deadline cl_ord_id "
     "order_userref conditional display_qty fee_preference no_mpp stp_type validate "
     "sender_sub_id "},
    {"amend_order", PERMIT_MODIFY, false,
     " token order_id cl_ord_id order_qty limit_price limit_price_type display_qty trigger_price "
     "trigger_price_type post_only deadline symbol "},
    {"edit_order", PERMIT_MODIFY | PERMIT_CLOSE, true,
     " token order_id symbol order_qty limit_price limit_price_type triggers display_qty "
     "fee_preference no_mpp order_userref post_only reduce_only deadline validate "},
    {"cancel_order", PERMIT_MODIFY | PERMIT_CLOSE, false,
     " token order_id cl_ord_id order_userref "},
    {"cancel_all", PERMIT_MODIFY | PERMIT_CLOSE, false, " token "},
    {"cancel_all_orders_after", PERMIT_MODIFY | PERMIT_CLOSE, false, " token timeout "},
    {"batch_add", PERMIT_MODIFY, false, " token symbol orders deadline validate "},
    {"batch_cancel", PERMIT_MODIFY | PERMIT_CLOSE, false, " token orders cl_ord_id "},
};

static const struct trade_method *find_trade(const char *name)
{
    for (size_t i = 0; i < sizeof trade_methods / sizeof trade_methods[0]; i++)
        if (strcmp(trade_methods[i].name, name) == 0)
            return &trade_methods[i];
    return NULL;
}

static void on_trade(struct socket_call *call, const struct trade_method *method)
{
    char refusal[FIELD_NAME_MAX + 96];
    const char *error = unknown_field(call, method->known, refusal, sizeof refusal);
    for (char *at = error ? strstr(refusal, "type: ") : NULL; at && *at; at++)
        if (*at == '_')
            *at = ' '; /* "for the given msg type: add order" */
    if (!error)
        error = admit(call);
    if (!error) {
        uint32_t has = call->key->permissions & method->permissions;
        if (method->all ? has != method->permissions : has == 0)
            error = "EGeneral:Permission denied";
    }
    if (error) {
        socket_refuse(call, error);
        return;
    }
    socket_hold_rows(call->private);
    CHECK(socket_trade(call));
    socket_release_rows(call->private);
}

bool private_on_text(struct private *private, struct client *client, const char *text, size_t len)
{
    fields_read_json(&private->fields, text, len);
    if (private->fields.error)
        return false;
    struct fields_view whole = fields_whole(&private->fields);
    struct socket_call call = {.private = private,
                               .client = client,
                               .method = fields_text(&whole, "method"),
                               .params = {.fields = &private->fields, .prefix = "params"}};
    const char *channel = fields_text(&call.params, "channel");
    const struct trade_method *method = find_trade(call.method);
    bool executions = strcmp(channel, "executions") == 0;
    bool subscribing = strcmp(call.method, "subscribe") == 0;
    if (method)
        on_trade(&call, method);
    else if ((executions || strcmp(channel, "balances") == 0) &&
             (subscribing || strcmp(call.method, "unsubscribe") == 0))
        on_channel(&call, executions, subscribing);
    else
        return false;
    return true;
}

void private_forget(struct private *private, struct client *client)
{
    (void)private;
    if (client->executions.token)
        let_go(client, &client->executions);
    if (client->balances.token)
        let_go(client, &client->balances);
}
