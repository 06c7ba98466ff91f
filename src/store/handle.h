/* SPDX-License-Identifier: MIT */
/*
 * How the operator's other processes find and may command the session of a state directory:
 *
 *     STATE/token         64 hexadecimal digits, new at every start: who can read it may command
 *     STATE/server.json   {"address":"http://127.0.0.1:8080","pid":4711}, while a session runs
 *
 * Both are readable by their owner alone. A token whose mode lets others in is refused, not used.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define TOKEN_LEN 64
#define HANDLE_ADDRESS_MAX 192

struct handle {
    char address[HANDLE_ADDRESS_MAX];
    int64_t pid;
    char token[TOKEN_LEN + 1];
};

/* Makes a token of `random`'s 32 bytes. A new one each time: what an earlier session's tab, or a
 * program that stood in its place, has learned commands nothing any more. 0, or a negative errno
 * with the reason. */
int handle_token(const char *dir, const uint8_t random[TOKEN_LEN / 2], char ret[TOKEN_LEN + 1],
                 char *error, size_t error_size);

/* Says where the session is; handle_remove takes it back. */
int handle_write(const char *dir, const char *address, char *error, size_t error_size);
void handle_remove(const char *dir);

/* Both together, while the process that wrote them holds the directory's lock: -ENOENT when none
 * does, whatever listens at the address now. */
int handle_read(const char *dir, struct handle *ret, char *error, size_t error_size);
