/* SPDX-License-Identifier: MIT */
/*
 * Writes JSON into the caller's buffer. Commas are its business; nesting is checked, up to
 * JSON_WRITER_DEPTH_MAX. When the buffer is full it stops and json_writer_ok is false: nothing half
 * is ever sent.
 *
 * `key` is NULL inside an array. Strings are escaped; bytes that are not UTF-8 become U+FFFD.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JSON_WRITER_DEPTH_MAX 32

struct json_writer {
    char *text;
    size_t size;
    size_t len;
    uint32_t depth;
    uint64_t started; /* bit d: depth d has a member */
    uint64_t object;  /* bit d: depth d is an object */
    bool overflow;
};

void json_writer_init(struct json_writer *writer, char *text, size_t size);

void json_begin_object(struct json_writer *writer, const char *key);
void json_end_object(struct json_writer *writer);
void json_begin_array(struct json_writer *writer, const char *key);
void json_end_array(struct json_writer *writer);

void json_put_string(struct json_writer *writer, const char *key, const char *text);
void json_put_text(struct json_writer *writer, const char *key, const char *text, size_t len);
void json_put_int(struct json_writer *writer, const char *key, int64_t value);
void json_put_uint(struct json_writer *writer, const char *key, uint64_t value);
void json_put_bool(struct json_writer *writer, const char *key, bool value);
void json_put_null(struct json_writer *writer, const char *key);

/* The shortest text that reads back as the same finite double, terminated; returns its length.
 * `text` holds JSON_REAL_TEXT_MAX bytes. */
#define JSON_REAL_TEXT_MAX 40
size_t json_real_text(char *text, double value);

/* That text; NaN and infinity become null. */
void json_put_real(struct json_writer *writer, const char *key, double value);

/* A decimal with exactly its digits: as a number, or as a string. */
void json_put_decimal(struct json_writer *writer, const char *key, int64_t value,
                      uint32_t decimals);
void json_put_decimal_string(struct json_writer *writer, const char *key, int64_t value,
                             uint32_t decimals);

/* RFC 3339 with the given fraction digits, as a string. */
void json_put_time(struct json_writer *writer, const char *key, int64_t time_ns,
                   uint32_t fraction_digits);
/* The same; null for 0: not yet, or never. */
void json_put_time_or_null(struct json_writer *writer, const char *key, int64_t time_ns,
                           uint32_t fraction_digits);

/* Text that is JSON already. */
void json_put_raw(struct json_writer *writer, const char *key, const char *json, size_t len);

/* Everything closed and nothing lost; text[len] is then a terminator. */
bool json_writer_ok(const struct json_writer *writer);
