/* SPDX-License-Identifier: MIT */
/*
 * Any bytes at all: the scanner never leaves its text, skipping and walking agree on what is JSON,
 * and what was walked can be written and is JSON again, with the same text the second time.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/check.h"
#include "platform/json/json.h"
#include "platform/json/json_writer.h"

#define OUT_SIZE (1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A string that cannot be a C string (U+0000, or longer than the buffer) is passed over. */
static void copy_string(struct json *json, struct json_writer *writer, const char *key)
{
    static char text[4096];
    struct json before = *json;
    if (json_string_copy(json, text, sizeof text)) {
        json_put_string(writer, key, text);
        return;
    }
    *json = before;
    if (json_skip(json))
        json_put_null(writer, key);
}

static void copy_number(struct json *json, struct json_writer *writer, const char *key)
{
    struct json before = *json;
    struct json_text text;
    double real;
    int64_t whole;
    if (!json_number(json, &text))
        return;
    json_put_raw(writer, key, text.at, text.len);
    struct json again = before;
    json_real(&again, &real);
    again = before;
    json_int(&again, &whole);
}

/* Keys lose their spelling, since only their place in the document matters here. */
static void copy(struct json *json, struct json_writer *writer, const char *key)
{
    struct json_text text;
    bool truth;
    switch (json_peek(json)) {
    case JSON_OBJECT:
        if (!json_object(json))
            break;
        json_begin_object(writer, key);
        while (json_key(json, &text))
            copy(json, writer, "k");
        json_end_object(writer);
        break;
    case JSON_ARRAY:
        if (!json_array(json))
            break;
        json_begin_array(writer, key);
        while (json_element(json))
            copy(json, writer, NULL);
        json_end_array(writer);
        break;
    case JSON_STRING:
        copy_string(json, writer, key);
        break;
    case JSON_NUMBER:
        copy_number(json, writer, key);
        break;
    case JSON_BOOL:
        if (json_bool(json, &truth))
            json_put_bool(writer, key, truth);
        break;
    case JSON_NULL:
        if (json_null(json))
            json_put_null(writer, key);
        break;
    case JSON_NONE:
        json_skip(json);
    }
}

static bool rewrite(const char *text, size_t len, char *out, size_t *ret_len, bool *ret_ok)
{
    struct json json;
    struct json_writer writer;
    json_init(&json, text, len);
    json_writer_init(&writer, out, OUT_SIZE);
    copy(&json, &writer, NULL);
    bool done = json_done(&json);
    *ret_ok = done && json_writer_ok(&writer);
    *ret_len = writer.len;
    return done;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char first[OUT_SIZE], second[OUT_SIZE];
    struct json json;
    char error[128];
    json_init(&json, (const char *)data, size);
    json_skip(&json);
    bool skipped = json_done(&json);
    CHECK((json_explain(&json, error, sizeof error) == 0) == skipped);
    CHECK(json.at >= json.start && json.at <= json.end);

    size_t first_len, second_len;
    bool ok;
    CHECK(rewrite((const char *)data, size, first, &first_len, &ok) == skipped);
    if (ok) {
        CHECK(rewrite(first, first_len, second, &second_len, &ok) && ok);
        CHECK(first_len == second_len && memcmp(first, second, first_len) == 0);
    }
    return 0;
}
