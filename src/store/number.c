/* SPDX-License-Identifier: MIT */
#include "store/number.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "core/base/real.h"

#define DIGITS_MAX 19 /* any 19 digits fit in 64 bits */
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
    if (count <= DIGITS_MAX && real_from_digits(digits, exponent, &value))
        *ret = negative ? -value : value;
    else
        *ret = strtod(start, NULL);
    return at;
}
