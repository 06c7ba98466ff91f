/* SPDX-License-Identifier: MIT */
/*
 * What one question put to the market found: a figure and the limits it was held against. Limits
 * belong to what passes; `high` 0 is no upper limit. `above` asks for more than `low`, not as much.
 * A figure that is no number passes nothing, and is told as 0.
 */
#pragma once

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/strategy/rule.h"

enum finding_state {
    FINDING_NOT_ASKED,
    FINDING_WARMING, /* its indicators have seen too few candles: this does not pass either */
    FINDING_PASSED,
    FINDING_FAILED,
};

struct finding {
    enum finding_state state;
    bool above;
    double figure;
    double low, high;
};

static inline struct finding finding_judge(double figure, double low, double high, bool above)
{
    const bool passed =
        (above ? figure > low : figure >= low) && (high == 0 || figure <= high) && isfinite(figure);
    return (struct finding){
        .state = passed ? FINDING_PASSED : FINDING_FAILED,
        .above = above,
        .figure = isfinite(figure) ? figure : 0,
        .low = low,
        .high = high,
    };
}

static inline bool finding_stops(const struct finding *finding)
{
    return finding->state == FINDING_WARMING || finding->state == FINDING_FAILED;
}

/* How far a stands above b, in percent of b; 0 where they touch, or b is no price. */
static inline double finding_percent_above(double a, double b)
{
    const double percent = b > 0 ? 100 * (a / b - 1) : 0;
    return fabs(percent) <= 100 * RULE_TOUCH ? 0 : percent;
}
