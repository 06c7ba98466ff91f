/* SPDX-License-Identifier: MIT */
#include "store/number.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

static const double exact_pow10[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                     1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                     1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

static const uint64_t integer_pow10[] = {
    UINT64_C(1),
    UINT64_C(10),
    UINT64_C(100),
    UINT64_C(1000),
    UINT64_C(10000),
    UINT64_C(100000),
    UINT64_C(1000000),
    UINT64_C(10000000),
    UINT64_C(100000000),
    UINT64_C(1000000000),
    UINT64_C(10000000000),
    UINT64_C(100000000000),
    UINT64_C(1000000000000),
    UINT64_C(10000000000000),
    UINT64_C(100000000000000),
    UINT64_C(1000000000000000),
    UINT64_C(10000000000000000),
    UINT64_C(100000000000000000),
    UINT64_C(1000000000000000000),
    UINT64_C(10000000000000000000),
};

__extension__ typedef unsigned __int128 uint128;

#define DIGITS_MAX 19 /* any 19 digits fit in 64 bits */
#define EXACT_MAX (UINT64_C(1) << 53)

/*
 * digits / 10^places, correctly rounded. Both sides are shifted until their top bits meet, so the
 * quotient has 63 or 64 bits: ten more than a double keeps; the remainder breaks ties.
 */
static double divide(uint64_t digits, unsigned places)
{
    uint64_t divisor = integer_pow10[places];
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

/* digits * 10^exponent when that is cheap and exact to the last bit. */
static bool convert(uint64_t digits, int exponent, double *ret)
{
    if (digits == 0)
        *ret = 0.0;
    else if (digits <= EXACT_MAX && exponent >= 0 && exponent <= 22)
        *ret = (double)digits * exact_pow10[exponent];
    else if (digits <= EXACT_MAX && exponent < 0 && exponent >= -22)
        *ret = (double)digits / exact_pow10[-exponent];
    else if (exponent <= 0 && exponent >= -DIGITS_MAX)
        *ret = divide(digits, (unsigned)-exponent);
    else
        return false;
    return true;
}

static const char *take_digits(const char *at, uint64_t *digits)
{
    uint64_t value = *digits;
    for (unsigned digit; (digit = (unsigned)(unsigned char)*at - '0') <= 9; at++)
        value = value * 10 + digit;
    *digits = value;
    return at;
}

/* The exponent after the digits, if there is one; saturates far beyond any double. */
static const char *take_exponent(const char *at, int *exponent)
{
    const char *mark = at + 1;
    bool negative = *mark == '-';
    if (*mark == '-' || *mark == '+')
        mark++;
    if (*mark < '0' || *mark > '9')
        return at;
    int value = 0;
    for (; *mark >= '0' && *mark <= '9'; mark++)
        value = value < 100000 ? value * 10 + (*mark - '0') : value;
    *exponent += negative ? -value : value;
    return mark;
}

const char *number_parse(const char *at, double *ret)
{
    const char *start = at;
    bool negative = *at == '-';
    at += negative;
    const char *first = at;
    uint64_t digits = 0;
    int exponent = 0;
    at = take_digits(at, &digits);
    ptrdiff_t count = at - first;
    if (count == 0)
        return NULL;
    if (*at == '.') {
        const char *fraction = at + 1;
        at = take_digits(fraction, &digits);
        if (at == fraction)
            return NULL;
        count += at - fraction;
        exponent = at - fraction < 100000 ? -(int)(at - fraction) : -100000;
    }
    if (*at == 'e' || *at == 'E')
        at = take_exponent(at, &exponent);
    double value;
    if (count <= DIGITS_MAX && convert(digits, exponent, &value))
        *ret = negative ? -value : value;
    else
        *ret = strtod(start, NULL);
    return at;
}
