/* SPDX-License-Identifier: MIT */
/*
 * What a command that asks over the network stands on: a loop of its own, a transport on it, the
 * clock, and signals that are counted. app/ask.h and app/remote.h are made of it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "platform/loop/loop.h"
#include "platform/net/net.h"
#include "platform/seam.h"

#define CALLER_CLOSE_NORMAL 1000 /* RFC 6455: all is done that was to be done */

struct caller {
    struct loop *loop;
    struct net *net;
    struct transport transport;
    struct clock clock;
    uint32_t stop_count; /* signals that came */
};

/* `ca_file`: certificates to trust, or NULL for the system's. False with the reason in `error`;
 * the caller is then all zeros. */
bool caller_open(struct caller *caller, const char *ca_file, char *error, size_t error_size);

/* Also of one that was never opened, all zeros. */
void caller_close(struct caller *caller);

/* From here on the signal is counted instead of ending the process. */
void caller_heed(struct caller *caller, int signal);

int64_t caller_now_ns(const struct caller *caller); /* monotonic */

/* Turns the loop until then, or until a signal comes. False when one has come. */
bool caller_wait(struct caller *caller, int64_t until_mono_ns);

/* Turns the loop until *done, `wait_ns` at most, or until a second signal comes; *done. */
bool caller_await(struct caller *caller, const bool *done, int64_t wait_ns);
