/* SPDX-License-Identifier: MIT */
/*
 * Well-formed UTF-8 as the Unicode standard's table 3-7 draws it: no overlong forms, no surrogates,
 * nothing above U+10FFFF.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* The bytes, 1..4, of the character that `text` begins with; 0 when it is none or is cut short. */
size_t utf8_length(const char *text, size_t len);

/* Writes the character, a code point that is no surrogate; returns the bytes written, 1..4. */
size_t utf8_encode(char *out, uint32_t code_point);
