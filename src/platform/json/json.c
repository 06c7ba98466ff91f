/* SPDX-License-Identifier: MIT */
#include "platform/json/json.h"

#include <stdio.h>

#include "core/base/check.h"
#include "platform/json/json_scan.h"

static const char ends_early[] = "the text ends early";

static bool fail(struct json *json, const char *at, const char *why)
{
    if (!json->error) {
        json->error = why;
        json->at = at;
    }
    return false;
}

/* The walk keeps its place in a register and writes it back once a call: through memory, every
 * step would wait for the one before. */
static inline const char *pass_space(const char *at, const char *end)
{
    if (at < end && (unsigned char)*at > ' ')
        return at;
    while (at < end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
        at++;
    return at;
}

/* The first byte of the value that is due, which is then taken as paid; NULL on an error. */
static inline const char *begin(struct json *json)
{
    if (json->error)
        return NULL;
    const char *at = pass_space(json->at, json->end);
    const char *error = !json->value_due  ? "no value is due here"
                        : at == json->end ? ends_early
                                          : NULL;
    if (error) {
        fail(json, at, error);
        return NULL;
    }
    json->value_due = false;
    return at;
}

void json_init(struct json *json, const char *text, size_t len)
{
    *json = (struct json){.start = text, .at = text, .end = text + len, .value_due = true};
}

enum json_kind json_peek(struct json *json)
{
    if (json->error || !json->value_due)
        return JSON_NONE;
    json->at = pass_space(json->at, json->end);
    if (json->at == json->end)
        return JSON_NONE;
    switch (*json->at) {
    case '{':
        return JSON_OBJECT;
    case '[':
        return JSON_ARRAY;
    case '"':
        return JSON_STRING;
    case 't':
    case 'f':
        return JSON_BOOL;
    case 'n':
        return JSON_NULL;
    default:
        return *json->at == '-' || (*json->at >= '0' && *json->at <= '9') ? JSON_NUMBER : JSON_NONE;
    }
}

static bool enter(struct json *json, char open, const char *expected)
{
    const char *at = begin(json);
    if (!at)
        return false;
    if (*at != open)
        return fail(json, at, expected);
    if (json->depth == JSON_DEPTH_MAX)
        return fail(json, at, "nested too deeply");
    json->at = at + 1;
    json->depth++;
    uint64_t bit = UINT64_C(1) << json->depth;
    json->first |= bit;
    json->object = open == '{' ? json->object | bit : json->object & ~bit;
    return true;
}

bool json_object(struct json *json)
{
    return enter(json, '{', "expected an object");
}

bool json_array(struct json *json)
{
    return enter(json, '[', "expected an array");
}

/* Passes the comma before a member; NULL at the container's end, which is passed too, and on an
 * error. */
static inline const char *next(struct json *json, bool object)
{
    if (json->error)
        return NULL;
    uint64_t bit = UINT64_C(1) << json->depth;
    CHECK(json->depth > 0 && ((json->object & bit) != 0) == object);
    const char *at = pass_space(json->at, json->end);
    const char *error = NULL;
    if (json->value_due) {
        error = "a value was neither read nor skipped";
    } else if (at == json->end) {
        error = ends_early;
    } else if (*at == (object ? '}' : ']')) {
        json->at = at + 1;
        json->depth--;
        return NULL;
    } else if (json->first & bit) {
        json->first &= ~bit;
        return at;
    } else if (*at == ',') {
        return at + 1;
    } else {
        error = object ? "expected ',' or '}'" : "expected ',' or ']'";
    }
    fail(json, at, error);
    return NULL;
}

/* The closing quote of a string that begins at `at`, after its opening one; NULL on an error. */
static inline const char *string_end(struct json *json, const char *at)
{
    const char *error = NULL;
    const char *stop = json_pass_plain(at, json->end);
    if (stop < json->end && *stop == '"')
        return stop;
    stop = json_scan_string(stop, json->end, &error);
    if (!error)
        return stop;
    fail(json, stop, error);
    return NULL;
}

/* The end of the everyday number: -12, 0.5, 12.50. NULL when it is any other, or none. */
static inline const char *plain_number_end(const char *at, const char *end)
{
    at += *at == '-';
    if (at == end || !json_is_digit(*at))
        return NULL;
    at = *at == '0' ? at + 1 : json_pass_digits(at + 1, end);
    if (at < end && *at == '.') {
        const char *dot = at;
        at = json_pass_digits(at + 1, end);
        if (at == dot + 1)
            return NULL;
    }
    return at < end && !json_is_digit(*at) && (*at | 0x20) != 'e' ? at : NULL;
}

bool json_key(struct json *json, struct json_text *ret_key)
{
    const char *at = next(json, true);
    if (!at)
        return false;
    at = pass_space(at, json->end);
    if (at == json->end || *at != '"')
        return fail(json, at, at == json->end ? ends_early : "expected a key");
    const char *stop = string_end(json, at + 1);
    if (!stop)
        return false;
    const char *colon = pass_space(stop + 1, json->end);
    if (colon == json->end || *colon != ':')
        return fail(json, colon, colon == json->end ? ends_early : "expected ':'");
    *ret_key = (struct json_text){at + 1, (size_t)(stop - at - 1)};
    json->at = colon + 1;
    json->value_due = true;
    return true;
}

bool json_element(struct json *json)
{
    const char *at = next(json, false);
    if (!at)
        return false;
    json->at = at;
    json->value_due = true;
    return true;
}

bool json_string(struct json *json, struct json_text *ret)
{
    const char *at = begin(json);
    if (!at)
        return false;
    if (*at != '"')
        return fail(json, at, "expected a string");
    const char *stop = string_end(json, at + 1);
    if (!stop)
        return false;
    *ret = (struct json_text){at + 1, (size_t)(stop - at - 1)};
    json->at = stop + 1;
    return true;
}

/* The end of the number that begins at `at`; NULL on an error. */
static inline const char *skip_number(struct json *json, const char *at)
{
    const char *error = NULL;
    const char *stop = plain_number_end(at, json->end);
    if (!stop)
        stop = json_scan_number(at, json->end, &error);
    if (error)
        fail(json, stop, error);
    return error ? NULL : stop;
}

bool json_number(struct json *json, struct json_text *ret)
{
    const char *at = begin(json);
    if (!at)
        return false;
    if (*at != '-' && (*at < '0' || *at > '9'))
        return fail(json, at, "expected a number");
    const char *stop = skip_number(json, at);
    if (!stop)
        return false;
    *ret = (struct json_text){at, (size_t)(stop - at)};
    json->at = stop;
    return true;
}

static bool word(struct json *json, const char *at, const char *text, const char *expected)
{
    size_t len = strlen(text);
    size_t left = (size_t)(json->end - at);
    if (memcmp(at, text, left < len ? left : len) != 0)
        return fail(json, at, expected);
    if (left < len)
        return fail(json, json->end, ends_early);
    json->at = at + len;
    return true;
}

bool json_bool(struct json *json, bool *ret)
{
    const char *at = begin(json);
    if (!at)
        return false;
    bool value = *at == 't';
    if (!word(json, at, value ? "true" : "false", "expected true or false"))
        return false;
    *ret = value;
    return true;
}

bool json_null(struct json *json)
{
    const char *at = begin(json);
    return at && word(json, at, "null", "expected null");
}

static const char *skip_value(struct json *json, const char *at, uint32_t depth);

static const char *refuse(struct json *json, const char *at, const char *why)
{
    fail(json, at, at == json->end ? ends_early : why);
    return NULL;
}

/* The place of a member's value, behind its key. */
static inline const char *skip_key(struct json *json, const char *at)
{
    at = pass_space(at, json->end);
    if (at == json->end || *at != '"')
        return refuse(json, at, "expected a key");
    const char *stop = string_end(json, at + 1);
    if (!stop)
        return NULL;
    at = pass_space(stop + 1, json->end);
    return at < json->end && *at == ':' ? at + 1 : refuse(json, at, "expected ':'");
}

/* `at` is behind the bracket that opens it. */
static const char *skip_members(struct json *json, const char *at, bool object, uint32_t depth)
{
    for (bool first = true;; first = false) {
        at = pass_space(at, json->end);
        if (at < json->end && *at == (object ? '}' : ']'))
            return at + 1;
        if (at == json->end || (!first && *at != ','))
            return refuse(json, at, object ? "expected ',' or '}'" : "expected ',' or ']'");
        at += !first;
        if (object && (at = skip_key(json, at)) == NULL)
            return NULL;
        at = skip_value(json, at, depth);
        if (!at)
            return NULL;
    }
}

/* As the walk would go through a value, without its bookkeeping: most of what a venue sends is
 * passed so, once to see that it is whole and once for what is of no interest. Recursion is bounded
 * by JSON_DEPTH_MAX. */
static const char *skip_value(struct json *json, const char *at, uint32_t depth)
{
    at = pass_space(at, json->end);
    if (at == json->end)
        return refuse(json, at, ends_early);
    if (*at == '{' || *at == '[') {
        if (depth == JSON_DEPTH_MAX)
            return refuse(json, at, "nested too deeply");
        return skip_members(json, at + 1, *at == '{', depth + 1);
    }
    if (*at == '"') {
        const char *stop = string_end(json, at + 1);
        return stop ? stop + 1 : NULL;
    }
    if (*at == '-' || json_is_digit(*at))
        return skip_number(json, at);
    const char *text = *at == 't' ? "true" : *at == 'f' ? "false" : *at == 'n' ? "null" : NULL;
    if (!text)
        return refuse(json, at, "expected a value");
    return word(json, at, text, *at == 'n' ? "expected null" : "expected true or false") ? json->at
                                                                                         : NULL;
}

bool json_skip(struct json *json)
{
    const char *at = begin(json);
    at = at ? skip_value(json, at, json->depth) : NULL;
    json->at = at ? at : json->at;
    return at != NULL;
}

struct json_text json_raw(struct json *json)
{
    json_peek(json); /* passes the space before it */
    const char *at = json->at;
    return json_skip(json) ? (struct json_text){at, (size_t)(json->at - at)}
                           : (struct json_text){0};
}

/* The member itself; `key_len` bytes at `name` are its key. */
static struct json_text member(struct json_text object, const char *name, size_t key_len)
{
    struct json json;
    struct json_text key, found = {0};
    json_init(&json, object.at, object.len);
    if (json_peek(&json) != JSON_OBJECT)
        return found;
    json_object(&json);
    while (json_key(&json, &key)) {
        struct json_text value = json_raw(&json);
        if (key.len == key_len && memcmp(key.at, name, key_len) == 0)
            found = value;
    }
    return found;
}

struct json_text json_find(struct json_text object, const char *path)
{
    while (*path && object.at) {
        size_t len = strcspn(path, " ");
        object = member(object, path, len);
        path += len + (path[len] == ' ');
    }
    return object;
}

bool json_done(struct json *json)
{
    if (json->error)
        return false;
    json->at = pass_space(json->at, json->end);
    if (json->depth > 0 || json->value_due)
        return fail(json, json->at, json->at == json->end ? ends_early : "not read to its end");
    if (json->at != json->end)
        return fail(json, json->at, "more text after the value");
    return true;
}

size_t json_explain(const struct json *json, char *out, size_t size)
{
    if (size == 0)
        return 0;
    out[0] = '\0';
    if (!json->error)
        return 0;
    snprintf(out, size, "at byte %zu: %s", (size_t)(json->at - json->start), json->error);
    return strlen(out);
}

void json_refuse(struct json *json, const char *why)
{
    fail(json, json->at, why);
}
