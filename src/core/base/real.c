/* SPDX-License-Identifier: MIT */
#include "core/base/real.h"

#include <math.h>

#include "core/base/decimal.h"

__extension__ typedef unsigned __int128 uint128;

#define EXACT_MAX (UINT64_C(1) << 53)

/*
 * digits / 10^places, correctly rounded. Both sides are shifted until their top bits meet, so the
 * quotient has 63 or 64 bits: ten more than a double keeps; the remainder breaks ties.
 */
static double divide(uint64_t digits, uint32_t places)
{
    uint64_t divisor = (uint64_t)decimal_pow10(places);
    int digits_shift = __builtin_clzll(digits);
    int divisor_shift = __builtin_clzll(divisor);
    uint128 high = (uint128)(digits << digits_shift) << 63;
    divisor <<= divisor_shift;
    uint64_t quotient = (uint64_t)(high / divisor);
    bool inexact = high % divisor != 0;

    int drop = 64 - __builtin_clzll(quotient) - 53;
    uint64_t kept = quotient >> drop;
    uint64_t rest = quotient & ((UINT64_C(1) << drop) - 1);
    uint64_t half = UINT64_C(1) << (drop - 1);
    if (rest > half || (rest == half && (inexact || (kept & 1))))
        kept++;
    return ldexp((double)kept, drop + divisor_shift - digits_shift - 63);
}

bool real_from_digits(uint64_t digits, int exponent, double *ret)
{
    static const double exact_pow10[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                         1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                         1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    if (digits == 0)
        *ret = 0.0;
    else if (digits <= EXACT_MAX && exponent >= 0 && exponent <= 22)
        *ret = (double)digits * exact_pow10[exponent];
    else if (digits <= EXACT_MAX && exponent < 0 && exponent >= -22)
        *ret = (double)digits / exact_pow10[-exponent];
    else if (exponent <= 0 && exponent >= -DECIMAL_PLACES_MAX)
        *ret = divide(digits, (uint32_t)-exponent);
    else
        return false;
    return true;
}
