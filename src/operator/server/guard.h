/* SPDX-License-Identifier: MIT */
/*
 * Who may ask: a page of another site must not reach this server through the operator's browser.
 * Host has to be one of this server's own names (which defeats DNS rebinding), and an Origin,
 * where the browser sends one, has to be this very server. localhost, 127.0.0.1 and ::1 are always
 * its own; the address it listens on and what the operator names come beside them.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GUARD_NAME_MAX 16
#define GUARD_NAME_SIZE 256 /* a host name has at most 253 letters */

struct guard {
    uint32_t count;
    char names[GUARD_NAME_MAX][GUARD_NAME_SIZE]; /* as a Host has them, without a port */
};

/* `address` is what the server listens on, `names` a list with spaces or commas between. False when
 * they are too many or too long. */
bool guard_init(struct guard *guard, const char *address, const char *names);

/* One of this machine's own three names, which nobody else reaches. */
bool guard_address(const char *address);

/* "127.0.0.1:8080", or "[::1]:8080": address and port as a URL and a Host have them. */
void guard_authority(char *out, size_t size, const char *address, uint16_t port);

/* One of its names as a Host has it, IPv6 in brackets, with or without a port. */
bool guard_host(const struct guard *guard, const char *host);

/* "http://HOST" or "https://HOST" with exactly that Host. */
bool guard_origin(const char *origin, const char *host);
