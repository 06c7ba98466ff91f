/* SPDX-License-Identifier: MIT */
/*
 * Base64 (RFC 4648, section 4), strict: no white space, the padding is there, and the bits that
 * padding leaves over are zero, so that each sequence of bytes has exactly one text.
 */
#pragma once

#include <stddef.h>

/* What the text of `len` bytes needs, its closing zero included. */
#define BASE64_SIZE(len) (((len) + 2) / 3 * 4 + 1)

/* Writes BASE64_SIZE(len) characters, the last of them zero. */
void base64_encode(const void *bytes, size_t len, char *ret_text);

/* 0, or -EINVAL when the text is not base64, or -ENOSPC when it holds more than `size` bytes. On
 * failure `ret` may hold a part. */
int base64_decode(const char *text, size_t len, void *ret, size_t size, size_t *ret_len);
