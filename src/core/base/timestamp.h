/* SPDX-License-Identifier: MIT */
/*
 * Time is an int64 of nanoseconds since 1970-01-01T00:00:00Z. The core never asks what time it is;
 * it is told. Here are only the units and the two texts: RFC 3339 and "2h30m"-like durations.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NS_PER_US INT64_C(1000)
#define NS_PER_MS INT64_C(1000000)
#define NS_PER_S INT64_C(1000000000)
#define NS_PER_MIN (60 * NS_PER_S)
#define NS_PER_HOUR (60 * NS_PER_MIN)
#define NS_PER_DAY (24 * NS_PER_HOUR)

#define TIMESTAMP_TEXT_MAX 40

/*
 * Accepts "2024-08-01", "2024-08-01T12:30Z", "2024-08-01T12:30:05.123456789Z" and offsets
 * "+02:00"; a fraction has one to nine digits. Returns false, *ret_ns untouched, for anything else
 * (a leap second's :60 too) or out of the years 1970..2200.
 */
bool timestamp_parse(const char *text, size_t len, int64_t *ret_ns);

/* "2024-08-01T12:30:05.123456Z" with 0 to 9 fraction digits, the rest cut off. Returns the length;
 * `text` holds TIMESTAMP_TEXT_MAX bytes. */
size_t timestamp_format(char *text, int64_t time_ns, uint32_t fraction_digits);

/* "500ms" "180s" "10m" "2h" "3d" "1h30m", and us and ns; larger units first, each once. A bare
 * number is refused, and so is a sign. */
bool duration_parse(const char *text, size_t len, int64_t *ret_ns);

/* The shortest such text that says the same ("90m", not "1h30m"); a negative one gets a sign in
 * front, for the reader's eye alone. Returns the length; `text` holds TIMESTAMP_TEXT_MAX bytes. */
size_t duration_format(char *text, int64_t duration_ns);

/* Start of the UTC day that time_ns lies in. */
int64_t timestamp_day(int64_t time_ns);
