/* SPDX-License-Identifier: MIT */
#include "core/decision/value.h"

#include <math.h>

static double distance(double price, double other)
{
    return other > 0 ? fabs(other - price) / price : 0;
}

double expected_value(double probability, double price, double stop, double target,
                      double round_trip_fee)
{
    const double to_stop = distance(price, stop), to_target = distance(price, target);
    const double gain = (to_target > 0 ? to_target : to_stop) - round_trip_fee;
    const double loss = (to_stop > 0 ? to_stop : to_target) + round_trip_fee;
    return probability * gain - (1 - probability) * loss;
}
