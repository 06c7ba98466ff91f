/* SPDX-License-Identifier: MIT */
/*
 * Who may ask: a page of another site must not reach this server through the operator's browser.
 * Host has to be one of this machine's own names (which defeats DNS rebinding), and an Origin,
 * where the browser sends one, has to be this very server. Which names are this machine's own
 * stands here alone: localhost, 127.0.0.1 and ::1.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One of those names: nobody logs in, so a server that would be reached by another is refused. */
bool guard_address(const char *address);

/* "127.0.0.1:8080", or "[::1]:8080": address and port as a URL and a Host have them. */
void guard_authority(char *out, size_t size, const char *address, uint16_t port);

/* One of those names as a Host has it, ::1 in brackets, with or without a port. */
bool guard_host(const char *host);

/* "http://HOST" or "https://HOST" with exactly that Host. */
bool guard_origin(const char *origin, const char *host);
