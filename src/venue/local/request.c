/* SPDX-License-Identifier: MIT */
#include "venue/local/request.h"

#include <stdio.h>

#include "platform/json/json.h"

static void refuse(struct request *request, const char *what)
{
    if (request->error[0] == '\0')
        snprintf(request->error, sizeof request->error, "%s", what);
}

/* "Unsupported field: 'x' for the given msg type: subscribe" is how Kraken says it of orders. */
static void refuse_field(struct request *request, struct json_text key)
{
    if (request->error[0] == '\0')
        snprintf(request->error, sizeof request->error,
                 "Unsupported field: '%.*s' for the given msg type: %s",
                 key.len < 40 ? (int)key.len : 40, key.at,
                 request->method[0] ? request->method : "subscribe");
}

static void read_symbols(struct request *request, struct json *json)
{
    if (json_peek(json) != JSON_ARRAY) {
        refuse(request, "Malformed request: symbol must be a list");
        json_skip(json);
        return;
    }
    json_array(json);
    while (json_element(json)) {
        if (request->symbol_count == REQUEST_SYMBOLS_MAX) {
            refuse(request, "Malformed request: too many symbols");
            json_skip(json);
            continue;
        }
        json_string_copy(json, request->symbols[request->symbol_count++], REQUEST_NAME_MAX);
    }
}

static void read_params(struct request *request, struct json *json)
{
    struct json_text key;
    json_object(json);
    while (json_key(json, &key)) {
        if (json_is(key, "channel")) {
            json_string_copy(json, request->channel, sizeof request->channel);
        } else if (json_is(key, "symbol")) {
            read_symbols(request, json);
        } else if (json_is(key, "depth")) {
            request->has_depth = json_int(json, &request->depth);
        } else if (json_is(key, "interval")) {
            request->has_interval = json_int(json, &request->interval);
        } else if (json_is(key, "snapshot")) {
            request->has_snapshot = json_bool(json, &request->snapshot);
        } else if (json_is(key, "event_trigger")) {
            json_string_copy(json, request->event_trigger, sizeof request->event_trigger);
        } else if (json_is(key, "token") || json_is(key, "include_tokenized_assets")) {
            json_skip(json);
        } else {
            refuse_field(request, key);
            json_skip(json);
        }
    }
}

void request_read(struct request *ret, const char *text, size_t len)
{
    struct json json;
    struct json_text key;
    ret->method[0] = ret->channel[0] = ret->event_trigger[0] = ret->error[0] = '\0';
    ret->has_req_id = ret->has_snapshot = ret->has_depth = ret->has_interval = false;
    ret->symbol_count = 0;
    json_init(&json, text, len);
    json_object(&json);
    while (json_key(&json, &key)) {
        if (json_is(key, "method"))
            json_string_copy(&json, ret->method, sizeof ret->method);
        else if (json_is(key, "params"))
            read_params(ret, &json);
        else if (json_is(key, "req_id"))
            ret->has_req_id = json_int(&json, &ret->req_id);
        else {
            refuse_field(ret, key);
            json_skip(&json);
        }
    }
    if (!json_done(&json)) {
        char why[96];
        json_explain(&json, why, sizeof why);
        snprintf(ret->error, sizeof ret->error, "Malformed request: %.90s", why);
    }
}
