/* SPDX-License-Identifier: MIT */
/*
 * Bollinger bands (J. Bollinger, 1983), in price: the mean of the last `period` closes, and that
 * many (`factor`) population standard deviations above and below it. The first value arrives with
 * close number `period`; in a flat market all three are its price. How the deviation keeps its
 * digits, and when it is worn, stands in core/indicator/stddev.h.
 */
#pragma once

#include "core/indicator/stddev.h"

struct bollinger {
    struct stddev stddev;
    double factor;
};

void bollinger_init(struct bollinger *bollinger, uint32_t period, double factor);

/* `leaving` is the close `period` candles before this one; ignored until the window is full.
 * Writes middle, upper, lower; false while warming up, ret_values is then untouched. */
bool bollinger_update(struct bollinger *bollinger, double close, double leaving,
                      double ret_values[3]);
