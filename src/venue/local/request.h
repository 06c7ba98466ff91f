/* SPDX-License-Identifier: MIT */
/*
 * A client's WebSocket message, read: {"method":...,"params":{...},"req_id":...}, members in any
 * order. What is not understood is refused with Kraken's words.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REQUEST_SYMBOLS_MAX 1024
#define REQUEST_NAME_MAX 32

struct request {
    char method[REQUEST_NAME_MAX];
    char channel[REQUEST_NAME_MAX];
    char event_trigger[REQUEST_NAME_MAX];
    bool has_req_id;
    int64_t req_id;
    bool has_snapshot, snapshot;
    bool has_depth, has_interval;
    int64_t depth, interval;
    uint32_t symbol_count;
    char symbols[REQUEST_SYMBOLS_MAX][REQUEST_NAME_MAX];
    char error[128]; /* "" when all was understood */
};

/* Fills *ret; ret->error says what was wrong, and req_id and method are filled where possible. */
void request_read(struct request *ret, const char *text, size_t len);
