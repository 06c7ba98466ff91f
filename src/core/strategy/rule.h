/* SPDX-License-Identifier: MIT */
/*
 * What the strategies' rules are made of: a crossing, a distance measured in ATR, a share of 0..1.
 * Inline, because the parameter search runs the very same rules in its own loops.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/*
 * Two prices nearer than this part of the price are touching. In a market that stands still two
 * averages of the same closes differ by the rounding of their sums alone (at most about 2e-13), and
 * the sign of that is no crossing. Real distances are a hundredth of a tick or more: above 1e-11.
 */
#define RULE_TOUCH 1e-12

/*
 * +1 where a was at or below b and is now above it, -1 where it was at or above and is now below,
 * else 0.
 */
static inline int32_t rule_cross(double a_before, double b_before, double a, double b)
{
    double distance_before = a_before - b_before;
    double distance = a - b;
    double touch = b * RULE_TOUCH;
    if (distance > touch && distance_before <= touch)
        return 1;
    if (distance < -touch && distance_before >= -touch)
        return -1;
    return 0;
}

/* A distance in ATRs; 0 where the market has no range to measure by. */
static inline double rule_in_atr(double distance, double atr)
{
    return atr > 0 ? distance / atr : 0;
}

/* Held between low and high. */
static inline double rule_clamp(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

/* How much of the way from `from` to `to`, which is not `from`, x has gone: 0..1. */
static inline double rule_way(double x, double from, double to)
{
    return rule_clamp((x - from) / (to - from), 0, 1);
}

/* Whether x, a sum of parts of 0..1, reaches what is needed, its rounding forgiven: 0.3 + 0.15 +
 * 0.2 is 0.65. */
static inline bool rule_enough(double x, double needed)
{
    return x >= needed - RULE_TOUCH;
}

/* A price that was worked out; at or below zero there is none, and 0 says so. */
static inline double rule_price(double price)
{
    return price > 0 ? price : 0;
}
