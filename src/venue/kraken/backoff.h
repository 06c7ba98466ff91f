/* SPDX-License-Identifier: MIT */
/*
 * When to try again: exponential from 1 s to 60 s, each delay jittered by half, so that many
 * clients of one outage do not come back at once. Below it all a window: never more than
 * KRAKEN_ATTEMPTS_MAX in ten minutes, where Kraken bans an address at about 150.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/base/prng.h"

#define KRAKEN_ATTEMPTS_MAX 100 /* leaves 50 to the private socket and to restarts of cuttle */

enum kraken_failure {
    KRAKEN_FAILED,      /* offline, refused, dropped */
    KRAKEN_MAINTENANCE, /* at most one attempt in 5 s */
    KRAKEN_POLICY,      /* close code 1008: a ban lasts ten minutes */
};

struct kraken_backoff {
    struct prng prng;
    uint32_t failure_count; /* since it last went well */
    int64_t next_ns;        /* monotonic; not before */
    uint32_t attempt_count; /* ever */
    int64_t attempts_ns[KRAKEN_ATTEMPTS_MAX];
};

void kraken_backoff_init(struct kraken_backoff *backoff, uint64_t seed);

bool kraken_backoff_due(const struct kraken_backoff *backoff, int64_t now_ns);

/* An attempt is made now. */
void kraken_backoff_attempt(struct kraken_backoff *backoff, int64_t now_ns);

/* It failed; returns the delay until the next one may be made. */
int64_t kraken_backoff_fail(struct kraken_backoff *backoff, int64_t now_ns,
                            enum kraken_failure failure);

/* It has gone well long enough to be believed. */
void kraken_backoff_good(struct kraken_backoff *backoff);
