/* SPDX-License-Identifier: MIT */
/*
 * Exact decimals: an int64 count of 10^-decimals. A price is a count of ticks, a quantity a count
 * of lots, money a count of 1e-8 of the account currency; the pair says how many decimals each has.
 * Products go through 128 bits and name their rounding. 0 <= decimals <= DECIMAL_PLACES_MAX.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/check.h"

#define DECIMAL_PLACES_MAX 18
#define DECIMAL_TEXT_MAX 24 /* sign, 19 digits, dot, leading zero, terminator */

/* Money is held in units of 1e-8: up to 92 billion of the account currency. */
#define MONEY_DECIMALS 8

enum rounding {
    ROUND_DOWN,    /* towards zero */
    ROUND_UP,      /* away from zero */
    ROUND_NEAREST, /* half away from zero */
};

extern const int64_t decimal_pow10_table[DECIMAL_PLACES_MAX + 1];

/* 10^places as an integer; places <= 18. */
static inline int64_t decimal_pow10(uint32_t places)
{
    CHECK(places <= DECIMAL_PLACES_MAX);
    return decimal_pow10_table[places];
}

/*
 * Parses "-12.3400", "5e-8" or "1E3" exactly; also "+1", "1." and ".5", which JSON never sends but
 * tables of figures do. Returns false, *ret untouched, when the text is not a number (blanks, words
 * and commas are not), when a digit that is not zero lies beyond `decimals`, or when it exceeds
 * int64.
 */
bool decimal_parse(const char *text, size_t len, uint32_t decimals, int64_t *ret);

/* Like decimal_parse, but digits beyond `decimals` are rounded instead of refused. */
bool decimal_parse_rounded(const char *text, size_t len, uint32_t decimals, enum rounding rounding,
                           int64_t *ret);

/* Writes value with exactly `decimals` digits after the dot (none: no dot), terminates, returns
 * the length. `text` holds DECIMAL_TEXT_MAX bytes. */
size_t decimal_format(char *text, int64_t value, uint32_t decimals);

/* The digits of value alone: no sign, no leading zero, no dot, no terminator. Returns how many, at
 * most 20; `text` holds DECIMAL_TEXT_MAX bytes, all of which may be overwritten. */
size_t decimal_digits(char *text, uint64_t value);

/* a * b / divisor in 128 bits, rounded as named. CHECKs divisor > 0 and that the result fits. */
int64_t decimal_mul_div_wide(int64_t a, int64_t b, int64_t divisor, enum rounding rounding);

/* The same; inline for the usual amount, whose product 63 bits hold, as they then hold what is
 * rounded up from it. */
static inline int64_t decimal_mul_div(int64_t a, int64_t b, int64_t divisor, enum rounding rounding)
{
    int64_t product;
    if ((a | b) < 0 || divisor <= 0 || __builtin_mul_overflow(a, b, &product))
        return decimal_mul_div_wide(a, b, divisor, rounding);
    const uint64_t by = (uint64_t)divisor;
    const uint64_t quotient = (uint64_t)product / by, over = (uint64_t)product % by;
    const bool up =
        (rounding == ROUND_UP && over > 0) || (rounding == ROUND_NEAREST && over >= by - over);
    return (int64_t)(quotient + up);
}

/* The double nearest to value * 10^-decimals: the same one strtod gives for its text. */
double decimal_to_double(int64_t value, uint32_t decimals);

/*
 * The nearest decimal, where one product shows it beyond doubt: what decimal_from_double gives with
 * ROUND_NEAREST, sooner. False, *ret undefined, where it needs a closer look. Below 2^49 the
 * product is off by at most 1/16, so what lies within 1/4 of a whole number is nearest to it.
 */
static inline bool decimal_near(double x, uint32_t decimals, int64_t *ret)
{
    const double scaled = x * (double)decimal_pow10(decimals);
    if (!(scaled < 0x1p49 && scaled > -0x1p49))
        return false;
    *ret = (int64_t)(scaled + (scaled < 0 ? -0.5 : 0.5));
    const double off = scaled - (double)*ret;
    return off <= 0.25 && off >= -0.25;
}

/*
 * The only road from a double to a decimal. A double that stands for a decimal of that many places
 * (is decimal_to_double of one) becomes that decimal whatever the rounding: 0.3 with one place
 * rounded down is 3, though the double lies a little below. Any other is rounded by its exact
 * binary value. Returns false for NaN, infinity and what does not fit.
 */
bool decimal_from_double(double x, uint32_t decimals, enum rounding rounding, int64_t *ret);
