/* SPDX-License-Identifier: MIT */
/*
 * The two tokens of JSON that have a grammar inside: numbers and strings (RFC 8259 sections 6, 7).
 * Used by json*.c alone. `end` is the end of the text. The json_scan functions return where the
 * token ends, or, with *ret_error set, where the fault is; the json_pass functions, inline because
 * a message calls them for its every token, pass the plain part eight bytes at a time.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define JSON_ONES UINT64_C(0x0101010101010101)

/* `at` is the number's first byte. */
const char *json_scan_number(const char *at, const char *end, const char **ret_error);

/* `at` is the byte after the opening quote; the closing quote is returned. Escapes are verified
 * (surrogates in pairs), and so is UTF-8. */
const char *json_scan_string(const char *at, const char *end, const char **ret_error);

/* The four digits of a \u escape; negative when they are not. */
int json_scan_hex4(const char *at, const char *end);

static inline bool json_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Eight bytes of text, the first in the lowest place. */
static inline uint64_t json_load8(const char *at)
{
    uint64_t word;
    memcpy(&word, at, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

/* A digit is what stays below 10 when '0' is taken from it by exclusive or; the lowest top bit in
 * `stop` is the first byte that is none. */
static inline const char *json_pass_digits(const char *at, const char *end)
{
    while (end - at >= 8) {
        uint64_t word = json_load8(at) ^ (JSON_ONES * '0');
        uint64_t stop =
            (word | ((word & (JSON_ONES * 0x7f)) + JSON_ONES * 0x76)) & (JSON_ONES * 0x80);
        if (stop)
            return at + (__builtin_ctzll(stop) >> 3);
        at += 8;
    }
    while (at < end && json_is_digit(*at))
        at++;
    return at;
}

/* A byte's top bit is set in `stop` when it is a quote, a backslash, a control character or not
 * ASCII; a borrow may set it falsely only above the lowest one, and the lowest is all we ask for.
 */
static inline const char *json_pass_plain(const char *at, const char *end)
{
    while (end - at >= 8) {
        uint64_t word = json_load8(at);
        uint64_t quote = word ^ (JSON_ONES * '"');
        uint64_t backslash = word ^ (JSON_ONES * '\\');
        uint64_t stop = (quote - JSON_ONES) & ~quote;
        stop |= (backslash - JSON_ONES) & ~backslash;
        stop |= (word - JSON_ONES * 0x20) & ~word;
        stop = (stop | word) & (JSON_ONES * 0x80);
        if (stop)
            return at + (__builtin_ctzll(stop) >> 3);
        at += 8;
    }
    while (at < end && *at != '"' && *at != '\\' && (unsigned char)*at >= 0x20 &&
           (unsigned char)*at < 0x80)
        at++;
    return at;
}
