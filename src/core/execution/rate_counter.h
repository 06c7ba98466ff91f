/* SPDX-License-Identifier: MIT */
/*
 * Kraken's rate counters, exactly as documented: a counter goes up with each call, down with time,
 * and what would lift it above its limit is refused. One model for both ends: the local Kraken
 * refuses by it, our client schedules by it.
 *
 *   REST      one per API key: ledger and trade history 2, other private calls 1, orders 0
 *   trading   one per account and pair: a fixed part, and more the younger the order that is
 *             amended, edited or cancelled
 *
 * Costs are hundredths of a count. The value is kept in 1e-11 of a count, of which an exact number
 * passes in a nanosecond at every documented decay; so no sequence of calls ever drifts.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum rate_tier {
    RATE_STARTER,
    RATE_INTERMEDIATE,
    RATE_PRO,
    RATE_TIER_COUNT,
};

#define RATE_COUNT 100 /* one count, as a cost */

struct rate_limit {
    int32_t max;   /* hundredths of a count */
    int32_t decay; /* hundredths of a count a second */
};

/* Zeros are an empty counter. Time that goes back counts as none. */
struct rate_counter {
    int64_t value; /* 1e-11 counts, as of time_ns */
    int64_t time_ns;
};

struct rate_limit rate_limit_rest(enum rate_tier tier);
struct rate_limit rate_limit_trading(enum rate_tier tier);

/* Open orders an account may have in a pair. */
uint32_t rate_orders_max(enum rate_tier tier);

/* What the counter has come to, in hundredths, rounded up. */
int64_t rate_counter_now(const struct rate_counter *counter, const struct rate_limit *limit,
                         int64_t now_ns);

/* True when so much more stays within the limit. */
bool rate_counter_admits(const struct rate_counter *counter, const struct rate_limit *limit,
                         int64_t cost, int64_t now_ns);

/* Counts, whether admitted or not. */
void rate_counter_add(struct rate_counter *counter, const struct rate_limit *limit, int64_t cost,
                      int64_t now_ns);

/* How long until so much is admitted: 0 now, INT64_MAX never (it is above the limit alone). */
int64_t rate_counter_wait_ns(const struct rate_counter *counter, const struct rate_limit *limit,
                             int64_t cost, int64_t now_ns);

/* Costs by what is done, and by the age of the order it is done to. The fixed part is charged even
 * when the request is refused for another reason. */
enum rate_action {
    RATE_ADD,
    RATE_AMEND,
    RATE_EDIT,
    RATE_CANCEL,
};

int64_t rate_cost_fixed(enum rate_action action);
int64_t rate_cost_by_age(enum rate_action action, int64_t age_ns);

/* A batch of so many orders; whether it is n/2 or n is not settled by the documents. */
int64_t rate_cost_batch(uint32_t orders);
