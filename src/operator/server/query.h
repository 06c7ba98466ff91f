/* SPDX-License-Identifier: MIT */
/*
 * The parameters of a request, read strictly: an unknown or repeated name, a broken percent escape
 * or a value out of range is refused with a sentence that says what would be right.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/limits.h"
#include "core/engine/action.h"
#include "core/market/pair.h"
#include "core/market/timeframe.h"

/* Letters of a value, with its terminator. */
#define QUERY_VALUE_MAX 192

enum query_name {
    QUERY_LIMIT = 1 << 0,
    QUERY_OFFSET = 1 << 1,
    QUERY_PAIR = 1 << 2,
    QUERY_KIND = 1 << 3,
    QUERY_TIMEFRAME = 1 << 4,
    QUERY_STRATEGY = 1 << 5,
    QUERY_FROM = 1 << 6,
    QUERY_TO = 1 << 7,
    QUERY_POINTS = 1 << 8,
    QUERY_NAMES = 1 << 9,
    QUERY_SEVERITY = 1 << 10,
};

struct query {
    uint32_t given; /* mask of enum query_name */
    int64_t limit;
    int64_t limit_most; /* of the route; 0: 1000 */
    int64_t offset;
    int64_t points;
    int64_t from_ns, to_ns; /* from_ns <= when < to_ns; all of time where they are not given */
    char strategy[STRATEGY_NAME_MAX + 1];
    char pair[SYMBOL_MAX];
    enum record_kind kind;
    enum timeframe timeframe;
    char names[QUERY_VALUE_MAX]; /* of indicators, with commas between */
    int32_t severity;            /* enum sentry_severity: the least */
};

/* `allowed` is a mask; *query arrives with the route's defaults. False, with the reason. */
bool query_parse(struct query *query, uint32_t allowed, const char *text, char *error,
                 size_t error_size);
