/* SPDX-License-Identifier: MIT */
/* From the text of a scalar to a C value; json.c has found where the text begins and ends. */
#include "platform/json/json.h"

#include <math.h>
#include <stdlib.h>

#include "core/base/real.h"
#include "platform/json/json_scan.h"
#include "platform/json/utf8.h"

/* A double is decided by 768 digits at most; longer texts are nobody's honest number. */
#define REAL_TEXT_MAX 800

/* Refuses at the value's first byte rather than after it. */
static bool refuse_at(struct json *json, const char *at, const char *why)
{
    json_refuse(json, why);
    json->at = at;
    return false;
}

bool json_amount(struct json *json, struct json_text *ret)
{
    if (json_peek(json) != JSON_STRING)
        return json_number(json, ret);
    struct json_text text;
    if (!json_string(json, &text))
        return false;
    const char *error = NULL;
    const char *end = text.at + text.len;
    const char *stop = json_scan_number(text.at, end, &error);
    if (error || stop != end)
        return refuse_at(json, text.at, "expected a number between the quotes");
    *ret = text;
    return true;
}

/* The digits of a whole number of at most `max`. */
static bool whole(struct json_text text, uint64_t max, uint64_t *ret)
{
    uint64_t value = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned digit = (unsigned)(text.at[i] - '0');
        if (digit > 9 || value > (max - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *ret = value;
    return true;
}

bool json_int(struct json *json, int64_t *ret)
{
    struct json_text text;
    uint64_t value;
    if (!json_number(json, &text))
        return false;
    const char *start = text.at;
    bool negative = *text.at == '-';
    if (negative)
        text = (struct json_text){text.at + 1, text.len - 1};
    if (!whole(text, (uint64_t)INT64_MAX + negative, &value))
        return refuse_at(json, start, "expected a whole number of 64 bits");
    *ret = negative ? (int64_t)(0 - value) : (int64_t)value;
    return true;
}

bool json_uint(struct json *json, uint64_t *ret)
{
    struct json_text text;
    uint64_t value;
    if (!json_number(json, &text))
        return false;
    if (!whole(text, UINT64_MAX, &value))
        return refuse_at(json, text.at, "expected a whole number of 64 bits, not negative");
    *ret = value;
    return true;
}

/* Without an exponent and of few enough digits, as nearly every number is. */
static bool real_plainly(struct json_text text, double *ret)
{
    uint64_t digits = 0;
    int places = 0;
    bool dot = false;
    if (text.len > 19) /* any 19 digits fit in 64 bits */
        return false;
    for (size_t i = *text.at == '-'; i < text.len; i++) {
        char c = text.at[i];
        if (c == '.') {
            dot = true;
            continue;
        }
        if (c < '0' || c > '9')
            return false;
        digits = digits * 10 + (uint64_t)(c - '0');
        places += dot;
    }
    double value;
    if (!real_from_digits(digits, -places, &value))
        return false;
    *ret = *text.at == '-' ? -value : value;
    return true;
}

bool json_real(struct json *json, double *ret)
{
    struct json_text text;
    if (!json_number(json, &text))
        return false;
    if (real_plainly(text, ret))
        return true;
    char copy[REAL_TEXT_MAX + 1];
    if (text.len > REAL_TEXT_MAX)
        return refuse_at(json, text.at, "a number of too many digits");
    memcpy(copy, text.at, text.len);
    copy[text.len] = '\0';
    double value = strtod(copy, NULL); /* LC_NUMERIC is never set, so '.' it is */
    if (!isfinite(value))
        return refuse_at(json, text.at, "a number too large for a double");
    *ret = value;
    return true;
}

/* Decodes the escape at `*at`, which json_string has verified, and passes it. */
static uint32_t unescape(const char **at, const char *end)
{
    static const char from[] = "\"\\/bfnrt";
    static const char to[] = "\"\\/\b\f\n\r\t";
    char c = (*at)[1];
    if (c != 'u') {
        *at += 2;
        return (unsigned char)to[strchr(from, c) - from];
    }
    uint32_t unit = (uint32_t)json_scan_hex4(*at + 2, end);
    *at += 6;
    if (unit < 0xd800 || unit > 0xdfff)
        return unit;
    uint32_t low = (uint32_t)json_scan_hex4(*at + 2, end);
    *at += 6;
    return 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
}

bool json_string_copy(struct json *json, char *out, size_t size)
{
    struct json_text text;
    if (size == 0)
        return refuse_at(json, json->at, "no room for a string");
    out[0] = '\0';
    if (!json_string(json, &text))
        return false;
    const char *at = text.at;
    const char *end = text.at + text.len;
    size_t len = 0;
    while (at < end) {
        char bytes[4] = {*at};
        size_t count = 1;
        if (*at == '\\') {
            uint32_t code_point = unescape(&at, end);
            if (code_point == 0) {
                out[0] = '\0';
                return refuse_at(json, text.at, "a string with U+0000 in it");
            }
            count = utf8_encode(bytes, code_point);
        } else {
            at++;
        }
        if (len + count >= size) {
            out[0] = '\0';
            return refuse_at(json, text.at, "a string too long for its place");
        }
        memcpy(out + len, bytes, count);
        len += count;
    }
    out[len] = '\0';
    return true;
}
