/* SPDX-License-Identifier: MIT */
/*
 * The two tokens of JSON that have a grammar inside: numbers and strings (RFC 8259 sections 6, 7).
 * Used by json.c alone. Each returns where the token ends, or, with *ret_error set, where the fault
 * is; `end` is the end of the text.
 */
#pragma once

/* `at` is the number's first byte. */
const char *json_scan_number(const char *at, const char *end, const char **ret_error);

/* `at` is the byte after the opening quote; the closing quote is returned. Escapes are verified
 * (surrogates in pairs), and so is UTF-8. */
const char *json_scan_string(const char *at, const char *end, const char **ret_error);

/* The four digits of a \u escape; negative when they are not. */
int json_scan_hex4(const char *at, const char *end);
