/* SPDX-License-Identifier: MIT */
#include "core/execution/rate_counter.h"

#include <stddef.h>

#include "core/base/check.h"

#define NS_PER_SECOND INT64_C(1000000000)
#define UNIT_PER_HUNDREDTH INT64_C(1000000000) /* 1e-11 counts in a hundredth */

struct rate_limit rate_limit_rest(enum rate_tier tier)
{
    static const struct rate_limit limits[RATE_TIER_COUNT] = {{1500, 33}, {2000, 50}, {2000, 100}};
    CHECK(tier < RATE_TIER_COUNT);
    return limits[tier];
}

struct rate_limit rate_limit_trading(enum rate_tier tier)
{
    static const struct rate_limit limits[RATE_TIER_COUNT] = {
        {6000, 100}, {12500, 234}, {18000, 375}};
    CHECK(tier < RATE_TIER_COUNT);
    return limits[tier];
}

uint32_t rate_orders_max(enum rate_tier tier)
{
    static const uint32_t most[RATE_TIER_COUNT] = {60, 80, 225};
    CHECK(tier < RATE_TIER_COUNT);
    return most[tier];
}

/* A hundredth a second is one unit a nanosecond. */
static int64_t value_at(const struct rate_counter *counter, const struct rate_limit *limit,
                        int64_t now_ns)
{
    if (now_ns <= counter->time_ns)
        return counter->value;
    const uint64_t passed_ns = (uint64_t)now_ns - (uint64_t)counter->time_ns;
    const uint64_t empty_ns = (uint64_t)counter->value / (uint64_t)limit->decay;
    if (passed_ns > empty_ns)
        return 0;
    return counter->value - (int64_t)passed_ns * limit->decay;
}

int64_t rate_counter_now(const struct rate_counter *counter, const struct rate_limit *limit,
                         int64_t now_ns)
{
    return (value_at(counter, limit, now_ns) + UNIT_PER_HUNDREDTH - 1) / UNIT_PER_HUNDREDTH;
}

bool rate_counter_admits(const struct rate_counter *counter, const struct rate_limit *limit,
                         int64_t cost, int64_t now_ns)
{
    return rate_counter_wait_ns(counter, limit, cost, now_ns) == 0;
}

void rate_counter_add(struct rate_counter *counter, const struct rate_limit *limit, int64_t cost,
                      int64_t now_ns)
{
    counter->value = value_at(counter, limit, now_ns) + cost * UNIT_PER_HUNDREDTH;
    if (now_ns > counter->time_ns)
        counter->time_ns = now_ns;
}

int64_t rate_counter_wait_ns(const struct rate_counter *counter, const struct rate_limit *limit,
                             int64_t cost, int64_t now_ns)
{
    if (cost > limit->max)
        return INT64_MAX;
    const int64_t room = (limit->max - cost) * UNIT_PER_HUNDREDTH;
    const int64_t over = value_at(counter, limit, now_ns) - room;
    if (over <= 0)
        return 0;
    const int64_t back_ns = now_ns < counter->time_ns ? counter->time_ns - now_ns : 0;
    return back_ns + (over + limit->decay - 1) / limit->decay;
}

int64_t rate_cost_fixed(enum rate_action action)
{
    return action == RATE_CANCEL ? 0 : RATE_COUNT;
}

/* A younger order costs more; from the last age on, nothing. */
struct rate_band {
    int64_t below_s;
    int64_t counts;
};

int64_t rate_cost_by_age(enum rate_action action, int64_t age_ns)
{
    static const struct rate_band amend[] = {{5, 3}, {10, 2}, {15, 1}, {0}};
    static const struct rate_band edit[] = {{5, 6}, {10, 5}, {15, 4}, {45, 2}, {90, 1}, {0}};
    static const struct rate_band cancel[] = {{5, 8},  {10, 6},  {15, 5}, {45, 4},
                                              {90, 2}, {300, 1}, {0}};
    const struct rate_band *band = action == RATE_AMEND    ? amend
                                   : action == RATE_EDIT   ? edit
                                   : action == RATE_CANCEL ? cancel
                                                           : NULL;
    for (; band != NULL && band->below_s > 0; band++)
        if (age_ns < band->below_s * NS_PER_SECOND)
            return band->counts * RATE_COUNT;
    return 0;
}

int64_t rate_cost_batch(uint32_t orders)
{
    return (int64_t)orders * RATE_COUNT / 2;
}
