/* SPDX-License-Identifier: MIT */
#include "core/risk/breaker.h"

int64_t breaker_until(const struct breaker *breaker, int64_t pause_ns)
{
    return breaker->state == BREAKER_OPEN ? breaker->opened_ns + (pause_ns << breaker->doubled) : 0;
}

bool breaker_admits(struct breaker *breaker, int64_t pause_ns, int64_t now_ns)
{
    if (breaker->state == BREAKER_OPEN && now_ns >= breaker_until(breaker, pause_ns)) {
        breaker->state = BREAKER_TRIAL;
        return true;
    }
    return breaker->state == BREAKER_CLOSED;
}

static bool open_breaker(struct breaker *breaker, int64_t now_ns)
{
    breaker->state = BREAKER_OPEN;
    breaker->opened_ns = now_ns;
    breaker->failures = 0;
    return true;
}

bool breaker_fail(struct breaker *breaker, uint32_t limit, int64_t pause_ns, int64_t now_ns)
{
    if (breaker->state == BREAKER_TRIAL) {
        breaker->doubled += breaker->doubled < BREAKER_DOUBLED_MAX;
        return open_breaker(breaker, now_ns);
    }
    if (breaker->state == BREAKER_OPEN || limit == 0) {
        return false; /* begun before it opened */
    }
    if (breaker->failures == 0 || now_ns - breaker->first_ns > pause_ns) {
        breaker->failures = 0;
        breaker->first_ns = now_ns;
    }
    return ++breaker->failures >= limit && open_breaker(breaker, now_ns);
}

bool breaker_succeed(struct breaker *breaker)
{
    const bool closes = breaker->state == BREAKER_TRIAL;
    if (closes || breaker->state == BREAKER_CLOSED) {
        *breaker = (struct breaker){0};
    }
    return closes;
}
