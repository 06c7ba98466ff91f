/* SPDX-License-Identifier: MIT */
#include "venue/kraken/order_bytes.h"

#include <string.h>

#include "core/base/timestamp.h"
#include "platform/json/json_writer.h"

#define DEADLINE_DIGITS 3

static const char *const kind_words[] = {
    [VENUE_LIMIT] = "limit",
    [VENUE_MARKET] = "market",
    [VENUE_STOP] = "stop-loss",
};
static const char *const side_words[] = {[SIDE_BUY] = "buy", [SIDE_SELL] = "sell"};

static bool placeable(const struct request *request)
{
    return request->order >= VENUE_LIMIT && request->order <= VENUE_STOP && request->qty_lots > 0 &&
           (request->order != VENUE_LIMIT || request->limit_ticks > 0) &&
           (request->order != VENUE_STOP || request->trigger_ticks > 0);
}

/* In whole seconds, the last one begun counted whole. */
static uint64_t seconds_up(int64_t span_ns)
{
    return span_ns <= 0 ? 0 : (uint64_t)((span_ns - 1) / NS_PER_S + 1);
}

static void put_life(struct json_writer *writer, const struct request *request)
{
    static const char *const words[] = {
        [LIFE_GTC] = "gtc",
        [LIFE_GTD] = "gtd",
        [LIFE_IOC] = "ioc",
    };
    if (request->order == VENUE_LIMIT || request->life == LIFE_GTD)
        json_put_string(writer, "time_in_force", words[request->life]);
    if (request->life == LIFE_GTD)
        json_put_time(writer, "expire_time", request->expire_ns, DEADLINE_DIGITS);
}

static void put_triggers(struct json_writer *writer, int64_t ticks, uint32_t decimals)
{
    json_begin_object(writer, "triggers");
    json_put_string(writer, "reference", "last");
    json_put_decimal(writer, "price", ticks, decimals);
    json_put_string(writer, "price_type", "static");
    json_end_object(writer);
}

static void put_add(struct json_writer *writer, const struct kraken_wording *wording,
                    const struct request *request)
{
    const struct pair *terms = wording->terms;
    char client[CLIENT_ID_LEN + 1];
    json_put_string(writer, "order_type", kind_words[request->order]);
    json_put_string(writer, "side", side_words[request->side]);
    json_put_decimal(writer, "order_qty", request->qty_lots, terms->qty_decimals);
    json_put_string(writer, "symbol", terms->symbol);
    if (request->order == VENUE_LIMIT)
        json_put_decimal(writer, "limit_price", request->limit_ticks, terms->price_decimals);
    if (request->order == VENUE_STOP)
        put_triggers(writer, request->trigger_ticks, terms->price_decimals);
    put_life(writer, request);
    if (request->post_only)
        json_put_bool(writer, "post_only", true);
    json_put_string(writer, "fee_preference", "quote");
    json_put_string(writer, "stp_type", "cancel_oldest");
    if (request->close_ticks > 0) {
        json_begin_object(writer, "conditional");
        json_put_string(writer, "order_type", "stop-loss");
        json_put_decimal(writer, "trigger_price", request->close_ticks, terms->price_decimals);
        json_end_object(writer);
    }
    client_id_format(client, wording->tag, request->client);
    json_put_string(writer, "cl_ord_id", client);
    if (request->deadline_ns > 0)
        json_put_time(writer, "deadline", request->deadline_ns, DEADLINE_DIGITS);
    if (wording->validate)
        json_put_bool(writer, "validate", true);
}

/* The venue's own id where it is known: it also finds an order that has no other. */
static bool put_target(struct json_writer *writer, const struct kraken_wording *wording,
                       const struct request *request, bool list)
{
    char text[VENUE_ID_TEXT_MAX];
    bool by_venue = venue_id_known(request->txid);
    if (!by_venue && request->client == 0)
        return false;
    if (by_venue)
        venue_id_format(text, request->txid);
    else
        client_id_format(text, wording->tag, request->client);
    const char *key = by_venue ? "order_id" : "cl_ord_id";
    if (!list) {
        json_put_string(writer, key, text);
        return true;
    }
    json_begin_array(writer, key);
    json_put_string(writer, NULL, text);
    json_end_array(writer);
    return true;
}

static bool put_amend(struct json_writer *writer, const struct kraken_wording *wording,
                      const struct request *request)
{
    const struct pair *terms = wording->terms;
    if (!put_target(writer, wording, request, false))
        return false;
    if (request->qty_lots > 0)
        json_put_decimal(writer, "order_qty", request->qty_lots, terms->qty_decimals);
    if (request->limit_ticks > 0)
        json_put_decimal(writer, "limit_price", request->limit_ticks, terms->price_decimals);
    if (request->trigger_ticks > 0)
        json_put_decimal(writer, "trigger_price", request->trigger_ticks, terms->price_decimals);
    if (request->post_only)
        json_put_bool(writer, "post_only", true);
    if (request->deadline_ns > 0)
        json_put_time(writer, "deadline", request->deadline_ns, DEADLINE_DIGITS);
    return true;
}

static bool put_params(struct json_writer *writer, const struct kraken_wording *wording,
                       const struct request *request)
{
    switch (request->kind) {
    case REQUEST_ADD:
        if (!placeable(request))
            return false;
        put_add(writer, wording, request);
        return true;
    case REQUEST_AMEND:
        return put_amend(writer, wording, request);
    case REQUEST_CANCEL:
        return put_target(writer, wording, request, true);
    case REQUEST_TIMER:
        json_put_uint(writer, "timeout", seconds_up(request->life_ns));
        return true;
    default:
        return false;
    }
}

size_t kraken_order_frame(const struct kraken_wording *wording, const struct request *request,
                          uint64_t req_id, char *out)
{
    static const char *const methods[] = {
        [REQUEST_ADD] = "add_order",
        [REQUEST_AMEND] = "amend_order",
        [REQUEST_CANCEL] = "cancel_order",
        [REQUEST_TIMER] = "cancel_all_orders_after",
    };
    struct json_writer writer;
    if (kraken_order_path(request->kind) == NULL)
        return 0;
    json_writer_init(&writer, out, KRAKEN_ORDER_BYTES);
    json_begin_object(&writer, NULL);
    json_put_string(&writer, "method", methods[request->kind]);
    json_begin_object(&writer, "params");
    if (!put_params(&writer, wording, request))
        return 0;
    json_put_string(&writer, "token", wording->token);
    json_end_object(&writer);
    json_put_uint(&writer, "req_id", req_id);
    json_end_object(&writer);
    return json_writer_ok(&writer) ? writer.len : 0;
}

/* A form: fields joined by '&'. What is written needs no escaping, by its making. */
struct form {
    char *text;
    size_t len;
    bool full;
};

static void form_text(struct form *form, const char *name, const char *value)
{
    size_t name_len = strlen(name), value_len = strlen(value);
    if (form->full || form->len + name_len + value_len + 3 > KRAKEN_ORDER_BYTES) {
        form->full = true;
        return;
    }
    char *at = form->text + form->len;
    if (form->len > 0)
        *at++ = '&';
    memcpy(at, name, name_len);
    at += name_len;
    *at++ = '=';
    memcpy(at, value, value_len + 1);
    form->len = (size_t)(at - form->text) + value_len;
}

static void form_decimal(struct form *form, const char *name, int64_t value, uint32_t decimals)
{
    char text[DECIMAL_TEXT_MAX];
    decimal_format(text, value, decimals);
    form_text(form, name, text);
}

static void form_uint(struct form *form, const char *name, uint64_t value)
{
    char text[DECIMAL_TEXT_MAX];
    size_t len = decimal_digits(text, value);
    text[len] = '\0';
    form_text(form, name, value == 0 ? "0" : text);
}

static void form_deadline(struct form *form, const struct request *request)
{
    char text[TIMESTAMP_TEXT_MAX];
    if (request->deadline_ns <= 0)
        return;
    timestamp_format(text, request->deadline_ns, DEADLINE_DIGITS);
    form_text(form, "deadline", text);
}

static void form_add(struct form *form, const struct kraken_wording *wording,
                     const struct request *request)
{
    static const char *const lives[] = {
        [LIFE_GTC] = "GTC",
        [LIFE_GTD] = "GTD",
        [LIFE_IOC] = "IOC",
    };
    const struct pair *terms = wording->terms;
    char client[CLIENT_ID_LEN + 1];
    form_text(form, "ordertype", kind_words[request->order]);
    form_text(form, "type", side_words[request->side]);
    form_decimal(form, "volume", request->qty_lots, terms->qty_decimals);
    form_text(form, "pair", wording->rest_pair);
    if (request->order != VENUE_MARKET)
        form_decimal(form, "price",
                     request->order == VENUE_LIMIT ? request->limit_ticks : request->trigger_ticks,
                     terms->price_decimals);
    if (request->order == VENUE_LIMIT || request->life == LIFE_GTD)
        form_text(form, "timeinforce", lives[request->life]);
    if (request->life == LIFE_GTD)
        form_uint(form, "expiretm", seconds_up(request->expire_ns));
    form_text(form, "oflags", request->post_only ? "fciq,post" : "fciq");
    form_text(form, "stptype", "cancel-oldest");
    if (request->close_ticks > 0) {
        form_text(form, "close[ordertype]", "stop-loss");
        form_decimal(form, "close[price]", request->close_ticks, terms->price_decimals);
    }
    client_id_format(client, wording->tag, request->client);
    form_text(form, "cl_ord_id", client);
    form_deadline(form, request);
    if (wording->validate)
        form_text(form, "validate", "true");
}

static bool form_target(struct form *form, const struct kraken_wording *wording,
                        const struct request *request)
{
    char text[VENUE_ID_TEXT_MAX];
    if (venue_id_known(request->txid)) {
        venue_id_format(text, request->txid);
        form_text(form, "txid", text);
    } else if (request->client != 0) {
        client_id_format(text, wording->tag, request->client);
        form_text(form, "cl_ord_id", text);
    } else {
        return false;
    }
    return true;
}

static void form_amend(struct form *form, const struct kraken_wording *wording,
                       const struct request *request)
{
    const struct pair *terms = wording->terms;
    if (request->qty_lots > 0)
        form_decimal(form, "order_qty", request->qty_lots, terms->qty_decimals);
    if (request->limit_ticks > 0)
        form_decimal(form, "limit_price", request->limit_ticks, terms->price_decimals);
    if (request->trigger_ticks > 0)
        form_decimal(form, "trigger_price", request->trigger_ticks, terms->price_decimals);
    if (request->post_only)
        form_text(form, "post_only", "true");
    form_deadline(form, request);
}

size_t kraken_order_body(const struct kraken_wording *wording, const struct request *request,
                         uint64_t nonce, char *out)
{
    struct form form = {.text = out};
    form_uint(&form, "nonce", nonce);
    switch (request->kind) {
    case REQUEST_ADD:
        if (!placeable(request))
            return 0;
        form_add(&form, wording, request);
        break;
    case REQUEST_AMEND:
        if (!form_target(&form, wording, request))
            return 0;
        form_amend(&form, wording, request);
        break;
    case REQUEST_CANCEL:
        if (!form_target(&form, wording, request))
            return 0;
        break;
    case REQUEST_TIMER:
        form_uint(&form, "timeout", seconds_up(request->life_ns));
        break;
    default:
        return 0;
    }
    return form.full ? 0 : form.len;
}

const char *kraken_order_path(enum request_kind kind)
{
    switch (kind) {
    case REQUEST_ADD:
        return "/0/private/AddOrder";
    case REQUEST_AMEND:
        return "/0/private/AmendOrder";
    case REQUEST_CANCEL:
        return "/0/private/CancelOrder";
    case REQUEST_TIMER:
        return "/0/private/CancelAllOrdersAfter";
    default:
        return NULL;
    }
}
