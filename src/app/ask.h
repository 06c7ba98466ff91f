/* SPDX-License-Identifier: MIT */
/*
 * The transport asked one question at a time, each waited for: for commands that check and end.
 * What an answer points to is valid until the next question.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "platform/seam.h"

struct ask;

/* `ca_file`: certificates to trust, or NULL for the system's. NULL with the reason in `error`. */
struct ask *ask_open(const char *ca_file, char *error, size_t error_size);
void ask_close(struct ask *ask);

/* From here on SIGINT and SIGTERM end the pauses, and a second one ends the wait for an answer. */
void ask_heed_signals(struct ask *ask);
bool ask_stopped(const struct ask *ask);

/* Waits; false when a signal has come. */
bool ask_pause(struct ask *ask, int64_t wait_ns);

struct ask_answer {
    const char *text; /* NULL: none came, and `error` says why in words */
    size_t len;
    char error[512];
    int status;            /* of HTTP; 0 or below: no whole reply came */
    int64_t began_wall_ns; /* of this machine */
    int64_t took_ns;
};

/* A reply with another status than 200 is no answer. */
bool ask_http(struct ask *ask, const struct http_request *request, struct ask_answer *ret);

/* One WebSocket at a time: a second ask_connect ends the first. */
bool ask_connect(struct ask *ask, const char *url, struct ask_answer *ret);

/* Sends a message, and waits for the one that carries its `req_id` at the top. */
bool ask_message(struct ask *ask, const char *text, uint64_t req_id, struct ask_answer *ret);
