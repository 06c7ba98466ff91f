/* SPDX-License-Identifier: MIT */
/*
 * A TCP proxy that misbehaves byte by byte, on the loop under test: it takes connections on a port
 * of its own and passes what comes to another, until told to cut, to dawdle or to mince. Faults are
 * of the way from the server to the client; bytes are counted a connection.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "platform/loop/loop.h"

struct proxy;

#define PROXY_NEVER SIZE_MAX

struct proxy_faults {
    size_t cut_after;  /* bytes passed to the client, then both sides are closed; PROXY_NEVER */
    bool cut_by_reset; /* with RST instead of FIN */
    size_t piece;      /* bytes passed to the client at once; 0: as they come */
    uint32_t delay_ms; /* between pieces, and before the first */
    size_t cut_request_after; /* likewise of bytes passed to the server */
};

struct proxy *proxy_open(struct loop *loop, uint16_t to_port);
void proxy_close(struct proxy *proxy);

uint16_t proxy_port(const struct proxy *proxy);

/* For connections from now on. */
void proxy_set(struct proxy *proxy, const struct proxy_faults *faults);

/* Bytes passed to the client by the last connection, and connections seen. */
size_t proxy_passed(const struct proxy *proxy);
int proxy_connections(const struct proxy *proxy);
