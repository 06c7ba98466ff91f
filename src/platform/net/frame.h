/* SPDX-License-Identifier: MIT */
/*
 * WebSocket frames as a client reads and writes them (RFC 6455, section 5): no I/O, no memory of
 * its own. What a server may not send (masked frames, reserved bits, cut or long control frames,
 * lengths not in their shortest form) is an error with its close code.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FRAME_HEAD_MAX 14 /* two bytes, eight of length, four of mask */
#define FRAME_CONTROL_MAX 125

enum frame_opcode {
    FRAME_CONTINUATION = 0,
    FRAME_TEXT = 1,
    FRAME_BINARY = 2,
    FRAME_CLOSE = 8,
    FRAME_PING = 9,
    FRAME_PONG = 10,
};

struct frame {
    enum frame_opcode opcode;
    bool final;
    size_t head_len;
    uint64_t len; /* of the payload, which follows the head */
};

/* 0 and *ret filled when the head is whole; 1 when more bytes are needed; else the close code that
 * refuses it, and *ret_why says why. */
int frame_parse(const char *bytes, size_t len, struct frame *ret, const char **ret_why);

/* Writes a final, masked frame to `out`, which holds len + FRAME_HEAD_MAX bytes; returns its
 * length. */
size_t frame_write(char *out, enum frame_opcode opcode, const uint8_t mask[4], const char *payload,
                   size_t len);
