/* SPDX-License-Identifier: MIT */
/*
 * Who may ask: a page of another site must not reach this server through the operator's browser.
 * Host has to be one of this machine's own names (which defeats DNS rebinding), and an Origin,
 * where the browser sends one, has to be this very server.
 */
#pragma once

#include <stdbool.h>

/* "localhost", "127.0.0.1" or "[::1]", with or without a port. */
bool guard_host(const char *host);

/* "http://HOST" or "https://HOST" with exactly that Host. */
bool guard_origin(const char *origin, const char *host);
