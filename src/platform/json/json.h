/* SPDX-License-Identifier: MIT */
/*
 * A JSON pull scanner over the raw text: no tree, no allocation, and every number as the text it
 * was sent as, so that prices keep their digits. The caller walks:
 *
 *     json_init(&json, text, len);
 *     json_object(&json);
 *     while (json_key(&json, &key)) {
 *         if (json_is(key, "price"))
 *             json_number(&json, &price);
 *         else
 *             json_skip(&json);
 *     }
 *     if (!json_done(&json))
 *         ... json_error(&json) ...
 *
 * Errors stick: after the first one every call returns false and moves nothing, so a walk needs
 * one check, at its end. Each key and each element is read or skipped exactly once. Strict RFC
 * 8259: UTF-8, escapes, numbers and nesting (JSON_DEPTH_MAX) are verified, and the position of the
 * first fault is kept.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define JSON_DEPTH_MAX 32

struct json_text {
    const char *at;
    size_t len;
};

enum json_kind {
    JSON_NONE, /* end of text, or an error */
    JSON_OBJECT,
    JSON_ARRAY,
    JSON_STRING,
    JSON_NUMBER,
    JSON_BOOL,
    JSON_NULL,
};

struct json {
    const char *start;
    const char *at;
    const char *end;
    const char *error; /* NULL while all is well */
    uint32_t depth;
    bool value_due;  /* a value comes next; set by init, key and element, cleared by reading it */
    uint64_t first;  /* bit d: no member seen yet at depth d */
    uint64_t object; /* bit d: depth d is an object */
};

void json_init(struct json *json, const char *text, size_t len);

/* The kind of the value that comes next; reads nothing. */
enum json_kind json_peek(struct json *json);

/* Enter an object or array; then json_key / json_element until false. */
bool json_object(struct json *json);
bool json_array(struct json *json);

/* The next member's key (raw, escapes kept), or false at the end, which is then passed. */
bool json_key(struct json *json, struct json_text *ret_key);
bool json_element(struct json *json);

/* A number's text. json_amount also takes a number inside quotes, as some venues send. json_int
 * and json_uint refuse a fraction or an exponent, json_real what exceeds a double. */
bool json_number(struct json *json, struct json_text *ret);
bool json_amount(struct json *json, struct json_text *ret);
bool json_int(struct json *json, int64_t *ret);
bool json_uint(struct json *json, uint64_t *ret);
bool json_real(struct json *json, double *ret);
bool json_bool(struct json *json, bool *ret);
bool json_null(struct json *json);

/* A string's raw text between its quotes; json_string_copy decodes escapes into `out`, always
 * terminated, and refuses what does not fit and U+0000, which would end the text early. */
bool json_string(struct json *json, struct json_text *ret);
bool json_string_copy(struct json *json, char *out, size_t size);

/* Passes over one value of any kind. */
bool json_skip(struct json *json);

/* The next value's text as it stands there, passed over; `at` NULL after an error. */
struct json_text json_raw(struct json *json);

/* A member of an object by its path, "report strategies": keys with a space between. Of a key that
 * comes twice the last one; `at` NULL when there is none. */
struct json_text json_find(struct json_text object, const char *path);

/* True when the whole text was one value, walked to its end without an error. */
bool json_done(struct json *json);

/* "at byte 17: expected a number" for a log line, bytes counted from 0. Returns the length; 0 when
 * there is no error. */
size_t json_explain(const struct json *json, char *out, size_t size);

/* text equals the literal word. Inline, so that the word's length is known where it is compared: a
 * message of a dozen keys asks this a hundred times. */
static inline bool json_is(struct json_text text, const char *word)
{
    size_t len = strlen(word);
    return text.len == len && memcmp(text.at, word, len) == 0;
}

/* The caller refuses what it read: sets the error at the present position. */
void json_refuse(struct json *json, const char *why);
