/* SPDX-License-Identifier: MIT */
/*
 * A circuit breaker (M. Nygard, "Release It!", 2007): what fails again and again is left alone for
 * a while, then tried once.
 *
 *     closed --`limit` failures within the pause--> open --the pause is over--> half open
 *       ^                                             ^                            |
 *       |                                             `---- the trial fails -------|
 *       `--------------------------- the trial succeeds ---------------------------'
 *
 * Each trial that fails doubles the pause, up to 32 times. Zeros are a closed breaker.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define BREAKER_DOUBLED_MAX 5 /* times: 32 pauses */

enum breaker_state {
    BREAKER_CLOSED,
    BREAKER_OPEN,
    BREAKER_TRIAL, /* half open: one is under way */
};

struct breaker {
    enum breaker_state state;
    uint32_t failures; /* since first_ns */
    uint32_t doubled;
    int64_t first_ns;
    int64_t opened_ns;
};

/* True when a try may be made now; of an open breaker whose pause is over, that is the trial. */
bool breaker_admits(struct breaker *breaker, int64_t pause_ns, int64_t now_ns);

/* When the pause of an open breaker is over; 0 of any other. */
int64_t breaker_until(const struct breaker *breaker, int64_t pause_ns);

/* How a try ended. True when that opened the breaker, or closed it again. limit 0: never opens. */
bool breaker_fail(struct breaker *breaker, uint32_t limit, int64_t pause_ns, int64_t now_ns);
bool breaker_succeed(struct breaker *breaker);
