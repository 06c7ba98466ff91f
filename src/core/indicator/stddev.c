/* SPDX-License-Identifier: MIT */
#include "core/indicator/stddev.h"

#include "core/base/check.h"

void stddev_init(struct stddev *stddev, uint32_t period)
{
    CHECK(period >= 1);
    *stddev = (struct stddev){.period = period, .weight = 1.0 / period};
}
