/* SPDX-License-Identifier: MIT */
/*
 * After a trade was closed, the strategies that had voted for it are not listened to in its
 * direction on its pair for a while: so many candles of the strategy's own timeframe, or so many
 * minutes; after a loss (which a trade that won nothing is) longer than after a gain. Off by
 * default; then 3 after a gain and 12 after a loss, in candles (the mission asks for a cooldown per
 * pair, strategy and direction; the lengths are ours).
 *
 * The trade counts as closed at the end of the base candle in which it ended, and whether it still
 * cools is asked with the end of the candle decided on, not with the time of its arrival: n candles
 * silence the strategy at the n next closes of its candles, the first of them included.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/base/option.h"
#include "core/market/timeframe.h"

enum cooldown_unit {
    COOLDOWN_CANDLES,
    COOLDOWN_MINUTES,
};

struct cooldown_config {
    bool enabled;
    int32_t unit;
    int64_t win, loss; /* 0: none */
};

extern const struct option cooldown_options[];
extern const uint32_t cooldown_option_count;

/* Of one pair, strategy and direction. Zeros: none. */
struct cooldown {
    int64_t until_ns;
    bool lost; /* it follows a loss */
};

/* A trade was closed. One that lasts longer already goes on. */
void cooldown_begin(struct cooldown *cooldown, const struct cooldown_config *config, bool won,
                    enum timeframe timeframe, int64_t now_ns);

static inline bool cooldown_active(const struct cooldown *cooldown, int64_t now_ns)
{
    return now_ns < cooldown->until_ns;
}

/* How much longer; 0 when it is over. */
static inline int64_t cooldown_left(const struct cooldown *cooldown, int64_t now_ns)
{
    return cooldown_active(cooldown, now_ns) ? cooldown->until_ns - now_ns : 0;
}

/* The two directions of a strategy: +1 and -1. */
static inline uint32_t cooldown_side(int32_t direction)
{
    return direction < 0;
}
