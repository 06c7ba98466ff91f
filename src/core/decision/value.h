/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What a trade may be expected to bring, as a part of its cost, both fees paid:
 *
 *     p * (to the target - fees) - (1 - p) * (to the stop + fees)
 *
 * with the distances as parts of the price. One that is not known (a price of 0) is taken to be as
 * far as the other; where both are not, it is the fees that are lost.
 */
double expected_value(double probability, double price, double stop, double target,
                      double round_trip_fee);
