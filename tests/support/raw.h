/* SPDX-License-Identifier: MIT */
/*
 * A TCP peer that does exactly what a test says, byte by byte, on the same thread as the loop under
 * test: every wait turns the loop. Also the WebSocket frames of RFC 6455 made by hand.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "platform/loop/loop.h"

struct raw {
    struct loop *loop;
    int fd;
    bool ended; /* the other side has closed */
    char *in;   /* all that came and was not taken; terminated */
    size_t in_len, in_size;
};

struct raw raw_connect(struct loop *loop, uint16_t port);
void raw_close(struct raw *raw);

void raw_send(struct raw *raw, const void *bytes, size_t len);
void raw_send_text(struct raw *raw, const char *text);

/* Turns the loop until `text` has come, the other side closed, or the time is over. */
bool raw_wait_text(struct raw *raw, const char *text, uint32_t timeout_ms);
bool raw_wait_len(struct raw *raw, size_t len, uint32_t timeout_ms);
bool raw_wait_end(struct raw *raw, uint32_t timeout_ms);
void raw_take(struct raw *raw, size_t len);
void raw_clear(struct raw *raw);

/* Turns the loop for some time, or until *flag is not 0. */
void raw_turn(struct loop *loop, uint32_t ms);
bool raw_until(struct loop *loop, const int *flag, uint32_t timeout_ms);

/* Until *count is `wanted` or more, two seconds at most; then some turns for what comes too much.
 */
void raw_until_count(struct loop *loop, const int *count, int wanted);

/* Asks for a WebSocket on `path` and waits for the 101. */
bool raw_upgrade(struct raw *raw, const char *path);

/* One masked frame; first_byte is FIN and opcode (0x81: a whole text). */
void raw_send_frame(struct raw *raw, uint8_t first_byte, const void *payload, size_t len);

/* Waits for one frame from the server; its payload is copied. False on time out or close. */
bool raw_read_frame(struct raw *raw, uint8_t *ret_first, char *payload, size_t size,
                    size_t *ret_len);

/* Sec-WebSocket-Accept for the 24 characters of a key. */
const char *raw_accept(const char *key);
