/* SPDX-License-Identifier: MIT */
#include "platform/json/json_scan.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "platform/json/utf8.h"

static const char ends_early[] = "the text ends early";

static const uint64_t ones = UINT64_C(0x0101010101010101);

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Eight bytes of text, the first in the lowest place. */
static uint64_t load8(const char *at)
{
    uint64_t word;
    memcpy(&word, at, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

/* Eight at a time: a digit is what stays below 10 when '0' is taken from it by exclusive or; the
 * lowest top bit in `stop` is the first byte that is none. */
static const char *pass_digits(const char *at, const char *end)
{
    while (end - at >= 8) {
        uint64_t word = load8(at) ^ (ones * '0');
        uint64_t stop = (word | ((word & (ones * 0x7f)) + ones * 0x76)) & (ones * 0x80);
        if (stop)
            return at + (__builtin_ctzll(stop) >> 3);
        at += 8;
    }
    while (at < end && is_digit(*at))
        at++;
    return at;
}

static const char *digits(const char *at, const char *end, const char **ret_error)
{
    if (at == end) {
        *ret_error = ends_early;
        return at;
    }
    if (!is_digit(*at)) {
        *ret_error = "expected a digit";
        return at;
    }
    return pass_digits(at + 1, end);
}

const char *json_scan_number(const char *at, const char *end, const char **ret_error)
{
    if (at < end && *at == '-')
        at++;
    if (at < end && *at == '0')
        at++;
    else
        at = digits(at, end, ret_error);
    if (!*ret_error && at < end && *at == '.')
        at = digits(at + 1, end, ret_error);
    if (!*ret_error && at < end && (*at | 0x20) == 'e') {
        at++;
        if (at < end && (*at == '+' || *at == '-'))
            at++;
        at = digits(at, end, ret_error);
    }
    if (!*ret_error && at < end && is_digit(*at))
        *ret_error = "a number does not begin with a zero that says nothing";
    return at;
}

int json_scan_hex4(const char *at, const char *end)
{
    if (end - at < 4)
        return -1;
    int value = 0;
    for (int i = 0; i < 4; i++) {
        int c = at[i] | 0x20;
        if (is_digit(at[i]))
            value = value * 16 + (at[i] - '0');
        else if (c >= 'a' && c <= 'f')
            value = value * 16 + (c - 'a' + 10);
        else
            return -1;
    }
    return value;
}

/* `at` is the byte after "\u". A high surrogate must be followed by the escape of a low one. */
static const char *unicode_escape(const char *at, const char *end, const char **ret_error)
{
    int unit = json_scan_hex4(at, end);
    if (unit < 0) {
        *ret_error = end - at < 4 ? ends_early : "expected four hexadecimal digits";
        return at;
    }
    if (unit < 0xd800 || unit > 0xdfff)
        return at + 4;
    int low = end - at >= 10 && at[4] == '\\' && at[5] == 'u' ? json_scan_hex4(at + 6, end) : -1;
    if (unit > 0xdbff || low < 0xdc00 || low > 0xdfff) {
        *ret_error = "half of a surrogate pair stands alone";
        return at;
    }
    return at + 10;
}

/* `at` is the backslash. */
static const char *escape(const char *at, const char *end, const char **ret_error)
{
    if (end - at < 2) {
        *ret_error = ends_early;
        return end;
    }
    if (at[1] == 'u')
        return unicode_escape(at + 2, end, ret_error);
    if (at[1] == '\0' || !strchr("\"\\/bfnrt", at[1])) {
        *ret_error = "no such escape";
        return at;
    }
    return at + 2;
}

/*
 * Passes plain ASCII eight bytes at a time. A byte's top bit is set in `stop` when it is a quote, a
 * backslash, a control character or not ASCII; a borrow may set it falsely only above the lowest
 * one, and the lowest is all that is asked for.
 */
static const char *pass_plain(const char *at, const char *end)
{
    while (end - at >= 8) {
        uint64_t word = load8(at);
        uint64_t quote = word ^ (ones * '"');
        uint64_t backslash = word ^ (ones * '\\');
        uint64_t stop = (quote - ones) & ~quote;
        stop |= (backslash - ones) & ~backslash;
        stop |= (word - ones * 0x20) & ~word;
        stop = (stop | word) & (ones * 0x80);
        if (stop)
            return at + (__builtin_ctzll(stop) >> 3);
        at += 8;
    }
    while (at < end && *at != '"' && *at != '\\' && (unsigned char)*at >= 0x20 &&
           (unsigned char)*at < 0x80)
        at++;
    return at;
}

const char *json_scan_string(const char *at, const char *end, const char **ret_error)
{
    for (;;) {
        at = pass_plain(at, end);
        if (at == end) {
            *ret_error = ends_early;
            return at;
        }
        if (*at == '"')
            return at;
        if (*at == '\\') {
            at = escape(at, end, ret_error);
            if (*ret_error)
                return at;
            continue;
        }
        size_t len = (unsigned char)*at < 0x20 ? 0 : utf8_length(at, (size_t)(end - at));
        if (len == 0) {
            *ret_error = (unsigned char)*at < 0x20 ? "a control character in a string"
                                                   : "a string that is not UTF-8";
            return at;
        }
        at += len;
    }
}
