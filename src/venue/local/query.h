/* SPDX-License-Identifier: MIT */
/*
 * The parameters of a REST call: "pair=XBTUSD&count=10", percent-decoded.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Copies a parameter's decoded value; false when it is absent or does not fit. An absent one
 * leaves "". */
bool query_find(const char *query, const char *name, char *value, size_t size);

enum query_number {
    QUERY_ABSENT,
    QUERY_NUMBER,
    QUERY_MALFORMED,
};

/* A whole number. */
enum query_number query_int(const char *query, const char *name, int64_t *ret);
