/* SPDX-License-Identifier: MIT */
#include "platform/json/json_scan.h"

#include <string.h>

#include "platform/json/utf8.h"

static const char ends_early[] = "the text ends early";

static const char *digits(const char *at, const char *end, const char **ret_error)
{
    if (at == end) {
        *ret_error = ends_early;
        return at;
    }
    if (!json_is_digit(*at)) {
        *ret_error = "expected a digit";
        return at;
    }
    return json_pass_digits(at + 1, end);
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
    if (!*ret_error && at < end && json_is_digit(*at))
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
        if (json_is_digit(at[i]))
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

const char *json_scan_string(const char *at, const char *end, const char **ret_error)
{
    for (;;) {
        at = json_pass_plain(at, end);
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
