/* SPDX-License-Identifier: MIT */
#include "platform/json/json_writer.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/check.h"
#include "core/base/decimal.h"
#include "core/base/timestamp.h"
#include "platform/json/json_scan.h"
#include "platform/json/utf8.h"

/* One byte stays free for the terminator. */
static void append(struct json_writer *writer, const char *text, size_t len)
{
    if (writer->overflow || len >= writer->size - writer->len) {
        writer->overflow = true;
        return;
    }
    memcpy(writer->text + writer->len, text, len);
    writer->len += len;
}

static inline void append_char(struct json_writer *writer, char c)
{
    if (writer->overflow || writer->size - writer->len <= 1) {
        writer->overflow = true;
        return;
    }
    writer->text[writer->len++] = c;
}

static void append_escaped(struct json_writer *writer, unsigned char c)
{
    static const char named[] = "\"\\\b\f\n\r\t";
    static const char letter[] = "\"\\bfnrt";
    const char *found = c ? strchr(named, c) : NULL;
    if (found) {
        append(writer, (char[]){'\\', letter[found - named]}, 2);
        return;
    }
    char text[8];
    snprintf(text, sizeof text, "\\u%04x", c);
    append(writer, text, 6);
}

static void append_string(struct json_writer *writer, const char *text, size_t len)
{
    append_char(writer, '"');
    if (json_pass_plain(text, text + len) == text + len) {
        append(writer, text, len);
        append_char(writer, '"');
        return;
    }
    size_t plain = 0; /* start of the bytes that go out as they are */
    for (size_t i = 0; i < len;) {
        i = (size_t)(json_pass_plain(text + i, text + len) - text);
        if (i == len)
            break;
        unsigned char c = (unsigned char)text[i];
        size_t step = c < 0x80 ? 1 : utf8_length(text + i, len - i);
        if (step > 0 && c >= 0x20 && c != '"' && c != '\\') {
            i += step;
            continue;
        }
        append(writer, text + plain, i - plain);
        if (step == 0)
            append(writer, "\xef\xbf\xbd", 3);
        else
            append_escaped(writer, c);
        plain = ++i;
    }
    append(writer, text + plain, len - plain);
    append_char(writer, '"');
}

/* The comma and the key before a value. */
static void begin(struct json_writer *writer, const char *key)
{
    uint64_t bit = UINT64_C(1) << writer->depth;
    CHECK(((writer->object & bit) != 0) == (key != NULL));
    CHECK(writer->depth > 0 || !(writer->started & bit));
    const bool comma = writer->started & bit;
    writer->started |= bit;
    const size_t len = key ? strlen(key) : 0;
    if (key && !writer->overflow && writer->size - writer->len > len + 4 &&
        json_pass_plain(key, key + len) == key + len) {
        char *at = writer->text + writer->len; /* room for all of it, and nothing to escape */
        *at = ',';
        at += comma;
        *at++ = '"';
        memcpy(at, key, len);
        memcpy(at + len, "\":", 2);
        writer->len += comma + len + 3;
        return;
    }
    if (comma)
        append_char(writer, ',');
    if (key) {
        append_string(writer, key, strlen(key));
        append_char(writer, ':');
    }
}

static void end(struct json_writer *writer)
{
    if (writer->depth == 0 && writer->size > 0)
        writer->text[writer->len] = '\0';
}

static void open(struct json_writer *writer, const char *key, char bracket)
{
    CHECK(writer->depth < JSON_WRITER_DEPTH_MAX);
    begin(writer, key);
    append_char(writer, bracket);
    writer->depth++;
    uint64_t bit = UINT64_C(1) << writer->depth;
    writer->started &= ~bit;
    writer->object = bracket == '{' ? writer->object | bit : writer->object & ~bit;
}

static void close(struct json_writer *writer, char bracket)
{
    CHECK(writer->depth > 0);
    CHECK(((writer->object >> writer->depth) & 1) == (bracket == '}'));
    append_char(writer, bracket);
    writer->depth--;
    end(writer);
}

static void put(struct json_writer *writer, const char *key, const char *text, size_t len)
{
    begin(writer, key);
    append(writer, text, len);
    end(writer);
}

void json_writer_init(struct json_writer *writer, char *text, size_t size)
{
    *writer = (struct json_writer){.text = text, .size = size};
    end(writer);
}

void json_begin_object(struct json_writer *writer, const char *key)
{
    open(writer, key, '{');
}

void json_end_object(struct json_writer *writer)
{
    close(writer, '}');
}

void json_begin_array(struct json_writer *writer, const char *key)
{
    open(writer, key, '[');
}

void json_end_array(struct json_writer *writer)
{
    close(writer, ']');
}

void json_put_string(struct json_writer *writer, const char *key, const char *text)
{
    json_put_text(writer, key, text, strlen(text));
}

void json_put_text(struct json_writer *writer, const char *key, const char *text, size_t len)
{
    begin(writer, key);
    append_string(writer, text, len);
    end(writer);
}

void json_put_int(struct json_writer *writer, const char *key, int64_t value)
{
    char text[24];
    put(writer, key, text, decimal_format(text, value, 0));
}

void json_put_uint(struct json_writer *writer, const char *key, uint64_t value)
{
    char text[DECIMAL_TEXT_MAX] = "0";
    put(writer, key, text, value == 0 ? 1 : decimal_digits(text, value));
}

void json_put_bool(struct json_writer *writer, const char *key, bool value)
{
    put(writer, key, value ? "true" : "false", value ? 4 : 5);
}

void json_put_null(struct json_writer *writer, const char *key)
{
    put(writer, key, "null", 4);
}

/*
 * The fewest digits after the dot that read back as `value`, for the everyday sizes. An integer
 * below 2^53 over a power of ten up to 10^15 is rounded once, so comparing with it is comparing
 * with what a reader will get.
 */
static size_t real_fixed(char *text, double value)
{
    double size = fabs(value);
    if (!(size == 0 ? !signbit(value) : size >= 1e-4 && size < 1e15))
        return 0;
    double scale = 1;
    for (uint32_t places = 0; places <= 15; places++, scale *= 10) {
        double digits = rint(size * scale);
        if (digits >= 9007199254740992.0)
            return 0;
        if (digits / scale == size)
            return decimal_format(text, (int64_t)copysign(digits, value), places);
    }
    return 0;
}

/* The fewest significant digits that read back, by trying; "1e-08" is written 1e-8. */
static size_t real_any(char *text, size_t size, double value)
{
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, size, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    char *exponent = strchr(text, 'e');
    if (exponent) {
        int power = (int)strtol(exponent + 1, NULL, 10);
        snprintf(exponent + 1, size - (size_t)(exponent + 1 - text), "%d", power);
    }
    return strlen(text);
}

size_t json_real_text(char *text, double value)
{
    const size_t len = real_fixed(text, value);
    return len ? len : real_any(text, JSON_REAL_TEXT_MAX, value);
}

void json_put_real(struct json_writer *writer, const char *key, double value)
{
    char text[JSON_REAL_TEXT_MAX];
    if (isfinite(value))
        put(writer, key, text, json_real_text(text, value));
    else
        json_put_null(writer, key);
}

void json_put_decimal(struct json_writer *writer, const char *key, int64_t value, uint32_t decimals)
{
    char text[DECIMAL_TEXT_MAX];
    put(writer, key, text, decimal_format(text, value, decimals));
}

void json_put_decimal_string(struct json_writer *writer, const char *key, int64_t value,
                             uint32_t decimals)
{
    char text[DECIMAL_TEXT_MAX];
    json_put_text(writer, key, text, decimal_format(text, value, decimals));
}

void json_put_time(struct json_writer *writer, const char *key, int64_t time_ns,
                   uint32_t fraction_digits)
{
    char text[TIMESTAMP_TEXT_MAX];
    json_put_text(writer, key, text, timestamp_format(text, time_ns, fraction_digits));
}

void json_put_time_or_null(struct json_writer *writer, const char *key, int64_t time_ns,
                           uint32_t fraction_digits)
{
    if (time_ns > 0) {
        json_put_time(writer, key, time_ns, fraction_digits);
    } else {
        json_put_null(writer, key);
    }
}

void json_put_raw(struct json_writer *writer, const char *key, const char *json, size_t len)
{
    CHECK(len > 0);
    put(writer, key, json, len);
}

bool json_writer_ok(const struct json_writer *writer)
{
    return writer->depth == 0 && !writer->overflow && (writer->started & 1);
}
