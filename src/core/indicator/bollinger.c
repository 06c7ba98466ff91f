/* SPDX-License-Identifier: MIT */
#include "core/indicator/bollinger.h"

#include "core/base/check.h"

void bollinger_init(struct bollinger *bollinger, uint32_t period, double factor)
{
    CHECK(factor > 0);
    bollinger->factor = factor;
    stddev_init(&bollinger->stddev, period);
}

bool bollinger_update(struct bollinger *bollinger, double close, double leaving,
                      double ret_values[3])
{
    if (!stddev_update(&bollinger->stddev, close, leaving))
        return false;
    const double reach = bollinger->factor * stddev_read(&bollinger->stddev);
    ret_values[0] = bollinger->stddev.mean;
    ret_values[1] = bollinger->stddev.mean + reach;
    ret_values[2] = bollinger->stddev.mean - reach;
    return true;
}
