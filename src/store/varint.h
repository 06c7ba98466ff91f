/* SPDX-License-Identifier: MIT */
/*
 * Integers of variable length, seven bits a byte, the least significant first (LEB128); signed ones
 * folded so that small ones stay short. A cursor remembers that it ran out; one check at the end
 * is enough.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define VARINT_MAX 10 /* bytes of the longest */

struct varint_out {
    uint8_t *bytes;
    size_t size;
    size_t len;
    bool full; /* something did not fit: what was written is void */
};

struct varint_in {
    const uint8_t *at;
    const uint8_t *end;
    bool bad; /* ran out, or a varint beyond 64 bits */
};

static inline void varint_put_bytes(struct varint_out *out, const void *bytes, size_t len)
{
    if (out->size - out->len < len) {
        out->full = true;
        return;
    }
    if (len > 0)
        memcpy(out->bytes + out->len, bytes, len);
    out->len += len;
}

static inline void varint_put_byte(struct varint_out *out, uint8_t byte)
{
    varint_put_bytes(out, &byte, 1);
}

static inline void varint_put(struct varint_out *out, uint64_t value)
{
    uint8_t bytes[VARINT_MAX];
    size_t len = 0;
    while (value >= 0x80) {
        bytes[len++] = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    bytes[len++] = (uint8_t)value;
    varint_put_bytes(out, bytes, len);
}

static inline void varint_put_signed(struct varint_out *out, int64_t value)
{
    varint_put(out, (uint64_t)value << 1 ^ (uint64_t)(value >> 63));
}

/* b - a, wrapping: the pair of varint_get_delta gives b back whatever both were. */
static inline void varint_put_delta(struct varint_out *out, int64_t a, int64_t b)
{
    varint_put_signed(out, (int64_t)((uint64_t)b - (uint64_t)a));
}

static inline const void *varint_get_bytes(struct varint_in *in, size_t len)
{
    if ((size_t)(in->end - in->at) < len) {
        in->bad = true;
        in->at = in->end;
        return NULL;
    }
    const void *bytes = in->at;
    in->at += len;
    return bytes;
}

static inline uint8_t varint_get_byte(struct varint_in *in)
{
    const uint8_t *byte = varint_get_bytes(in, 1);
    return byte ? *byte : 0;
}

static inline uint64_t varint_get(struct varint_in *in)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 70; shift += 7) {
        uint8_t byte = varint_get_byte(in);
        if (shift == 63 && byte > 1)
            break;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return value;
    }
    in->bad = true;
    in->at = in->end;
    return 0;
}

static inline int64_t varint_get_signed(struct varint_in *in)
{
    uint64_t value = varint_get(in);
    return (int64_t)(value >> 1 ^ (0 - (value & 1)));
}

static inline int64_t varint_get_delta(struct varint_in *in, int64_t a)
{
    return (int64_t)((uint64_t)a + (uint64_t)varint_get_signed(in));
}

static inline void varint_put_text(struct varint_out *out, const char *text)
{
    const size_t len = strlen(text);
    varint_put(out, len);
    varint_put_bytes(out, text, len);
}

/* Terminated. False: there is none, or it has no room. */
static inline bool varint_get_text(struct varint_in *in, char *text, size_t size)
{
    const uint64_t len = varint_get(in);
    const void *got = len < size ? varint_get_bytes(in, (size_t)len) : NULL;
    if (got != NULL) {
        memcpy(text, got, (size_t)len);
        text[len] = '\0';
    }
    return got != NULL;
}
