/* SPDX-License-Identifier: MIT */
/*
 * A decimal as the double nearest to it, ties to even, without strtod: candles and messages arrive
 * by the million.
 *
 *   up to 2^53, 10^-22 .. 10^22   one exact multiplication or division   (Clinger 1990)
 *   up to 2^64, 10^-18 .. 0       a 128-bit division
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* digits * 10^exponent; false, *ret untouched, where that is beyond both: strtod knows. */
bool real_from_digits(uint64_t digits, int exponent, double *ret);
