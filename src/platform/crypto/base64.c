/* SPDX-License-Identifier: MIT */
#include "platform/crypto/base64.h"

#include <errno.h>
#include <stdint.h>

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_encode(const void *bytes, size_t len, char *ret_text)
{
    const uint8_t *in = bytes;
    char *out = ret_text;
    for (size_t i = 0; i < len; i += 3) {
        const size_t left = len - i;
        const uint32_t group = (uint32_t)in[i] << 16 | (uint32_t)(left > 1 ? in[i + 1] : 0) << 8 |
                               (uint32_t)(left > 2 ? in[i + 2] : 0);
        *out++ = digits[group >> 18];
        *out++ = digits[group >> 12 & 63];
        *out++ = left > 1 ? digits[group >> 6 & 63] : '=';
        *out++ = left > 2 ? digits[group & 63] : '=';
    }
    *out = '\0';
}

/* 0 to 63, or negative for what is no digit. By arithmetic: a table would show a secret's
 * characters to whoever watches the cache. */
static int value_of(char digit)
{
    if (digit >= 'A' && digit <= 'Z')
        return digit - 'A';
    if (digit >= 'a' && digit <= 'z')
        return digit - 'a' + 26;
    if (digit >= '0' && digit <= '9')
        return digit - '0' + 52;
    return digit == '+' ? 62 : digit == '/' ? 63 : -1;
}

/* Four characters, the last `padding` of them "=". Returns 24 bits, or -EINVAL. */
static int32_t group_of(const char *text, size_t padding)
{
    int32_t group = 0;
    for (size_t i = 0; i < 4; i++) {
        const int value = i < 4 - padding ? value_of(text[i]) : 0;
        if (value < 0)
            return -EINVAL;
        group = group << 6 | value;
    }
    const int32_t unused = padding == 2 ? 0xFFFF : padding == 1 ? 0xFF : 0;
    return (group & unused) != 0 ? -EINVAL : group;
}

int base64_decode(const char *text, size_t len, void *ret, size_t size, size_t *ret_len)
{
    if (len % 4 != 0)
        return -EINVAL;
    size_t padding = 0;
    while (padding < 2 && padding < len && text[len - 1 - padding] == '=')
        padding++;
    const size_t wanted = len / 4 * 3 - padding;
    if (wanted > size)
        return -ENOSPC;
    uint8_t *out = ret;
    size_t held = 0;
    for (size_t i = 0; i < len; i += 4) {
        const int32_t group = group_of(text + i, i + 4 == len ? padding : 0);
        if (group < 0)
            return -EINVAL;
        for (int shift = 16; shift >= 0 && held < wanted; shift -= 8)
            out[held++] = (uint8_t)(group >> shift);
    }
    *ret_len = held;
    return 0;
}
