/* SPDX-License-Identifier: MIT */
#include "venue/kraken/backoff.h"

#include "core/base/timestamp.h"

#define WINDOW_NS (10 * NS_PER_MIN)
#define DELAY_FIRST_NS (1 * NS_PER_S)
#define DELAY_MAX_NS (60 * NS_PER_S)
#define DELAY_MAINTENANCE_NS (6 * NS_PER_S)
#define DELAY_POLICY_NS (11 * NS_PER_MIN)

void kraken_backoff_init(struct kraken_backoff *backoff, uint64_t seed)
{
    *backoff = (struct kraken_backoff){.next_ns = INT64_MIN};
    prng_init(&backoff->prng, seed);
}

/* When the window has room again; the ring's oldest entry is overwritten next. */
static int64_t window_ns(const struct kraken_backoff *backoff)
{
    if (backoff->attempt_count < KRAKEN_ATTEMPTS_MAX)
        return INT64_MIN;
    return backoff->attempts_ns[backoff->attempt_count % KRAKEN_ATTEMPTS_MAX] + WINDOW_NS;
}

bool kraken_backoff_due(const struct kraken_backoff *backoff, int64_t now_ns)
{
    return now_ns >= backoff->next_ns && now_ns >= window_ns(backoff);
}

void kraken_backoff_attempt(struct kraken_backoff *backoff, int64_t now_ns)
{
    backoff->attempts_ns[backoff->attempt_count % KRAKEN_ATTEMPTS_MAX] = now_ns;
    backoff->attempt_count++;
    if (backoff->attempt_count == 2 * KRAKEN_ATTEMPTS_MAX)
        backoff->attempt_count = KRAKEN_ATTEMPTS_MAX; /* full stays full, and never wraps */
}

int64_t kraken_backoff_fail(struct kraken_backoff *backoff, int64_t now_ns,
                            enum kraken_failure failure)
{
    uint32_t doublings = backoff->failure_count < 6 ? backoff->failure_count : 6;
    int64_t delay_ns = DELAY_FIRST_NS << doublings;
    if (delay_ns > DELAY_MAX_NS)
        delay_ns = DELAY_MAX_NS;
    /* Between half of the delay and all of it. */
    delay_ns -= (int64_t)prng_below(&backoff->prng, (uint64_t)delay_ns / 2 + 1);
    if (failure == KRAKEN_MAINTENANCE && delay_ns < DELAY_MAINTENANCE_NS)
        delay_ns = DELAY_MAINTENANCE_NS;
    if (failure == KRAKEN_POLICY)
        delay_ns += DELAY_POLICY_NS;
    backoff->failure_count++;
    backoff->next_ns = now_ns + delay_ns;
    if (window_ns(backoff) > backoff->next_ns)
        backoff->next_ns = window_ns(backoff);
    return backoff->next_ns - now_ns;
}

void kraken_backoff_good(struct kraken_backoff *backoff)
{
    backoff->failure_count = 0;
}
