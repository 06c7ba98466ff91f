/* SPDX-License-Identifier: MIT */
#include "core/base/decimal.h"

#include <math.h>
#include <string.h>

__extension__ typedef __int128 int128;
__extension__ typedef unsigned __int128 uint128;

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "digits are laid out, and candle files mapped, little end first");

const int64_t decimal_pow10_table[DECIMAL_PLACES_MAX + 1] = {
    INT64_C(1),
    INT64_C(10),
    INT64_C(100),
    INT64_C(1000),
    INT64_C(10000),
    INT64_C(100000),
    INT64_C(1000000),
    INT64_C(10000000),
    INT64_C(100000000),
    INT64_C(1000000000),
    INT64_C(10000000000),
    INT64_C(100000000000),
    INT64_C(1000000000000),
    INT64_C(10000000000000),
    INT64_C(100000000000000),
    INT64_C(1000000000000000),
    INT64_C(10000000000000000),
    INT64_C(100000000000000000),
    INT64_C(1000000000000000000),
};

static uint64_t magnitude_of(int64_t value)
{
    return value < 0 ? -(uint64_t)value : (uint64_t)value;
}

/* The int64 of that sign and magnitude; false when there is none. */
static bool join_sign(bool negative, uint128 magnitude, int64_t *ret)
{
    if (magnitude > (uint64_t)INT64_MAX + negative)
        return false;
    *ret = (int64_t)(negative ? -(uint64_t)magnitude : (uint64_t)magnitude);
    return true;
}

/* A number's text, taken apart. Its digits are [digits, digits_end), with the dot among them. */
struct numeral {
    bool negative;
    const char *digits;
    const char *digits_end;
    int64_t point; /* digits before the decimal point, the exponent applied; may be negative */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Beyond any text's length, and far from overflow when lengths are added to it. */
#define EXPONENT_MAX INT64_C(1000000000000000)

static bool read_exponent(const char *at, const char *end, int64_t *ret)
{
    bool negative = at < end && *at == '-';
    if (at < end && (*at == '-' || *at == '+'))
        at++;
    if (at == end)
        return false;
    int64_t exponent = 0;
    for (; at < end; at++) {
        if (!is_digit(*at))
            return false;
        exponent = exponent * 10 + (*at - '0');
        if (exponent > EXPONENT_MAX)
            exponent = EXPONENT_MAX;
    }
    *ret = negative ? -exponent : exponent;
    return true;
}

static bool read_numeral(const char *at, const char *end, struct numeral *ret)
{
    *ret = (struct numeral){.negative = at < end && *at == '-'};
    if (at < end && (*at == '-' || *at == '+'))
        at++;
    ret->digits = at;
    while (at < end && is_digit(*at))
        at++;
    ret->point = at - ret->digits;
    int64_t fraction_count = 0;
    if (at < end && *at == '.') {
        const char *fraction = ++at;
        while (at < end && is_digit(*at))
            at++;
        fraction_count = at - fraction;
    }
    ret->digits_end = at;
    if (ret->point + fraction_count == 0)
        return false;
    if (at == end)
        return true;
    int64_t exponent;
    if ((*at != 'e' && *at != 'E') || !read_exponent(at + 1, end, &exponent))
        return false;
    ret->point += exponent;
    return true;
}

/* What is left of a number behind the digits that were kept. */
enum rest {
    REST_NONE,
    REST_BELOW_HALF,
    REST_HALF_OR_MORE,
};

/* Keeps the first `kept` digits (zeros follow the last one, or stand before the first when kept is
 * negative) as an integer. False when that exceeds what an int64 can hold. */
static bool read_digits(const struct numeral *numeral, int64_t kept, uint64_t *ret_magnitude,
                        enum rest *ret_rest)
{
    uint64_t magnitude = 0;
    enum rest rest = REST_NONE;
    int64_t place = 0;
    for (const char *at = numeral->digits; at < numeral->digits_end; at++) {
        if (*at == '.')
            continue;
        uint64_t digit = (uint64_t)(*at - '0');
        if (place < kept) {
            if (magnitude > (UINT64_MAX - digit) / 10)
                return false;
            magnitude = magnitude * 10 + digit;
        } else if (place == kept && digit >= 5) {
            rest = REST_HALF_OR_MORE;
        } else if (digit > 0 && rest == REST_NONE) {
            rest = REST_BELOW_HALF;
        }
        place++;
    }
    for (; place < kept && magnitude > 0; place++) {
        if (magnitude > UINT64_MAX / 10)
            return false;
        magnitude *= 10;
    }
    *ret_magnitude = magnitude;
    *ret_rest = rest;
    return true;
}

/* What markets send: a few digits, one dot, no exponent. False: take the long road. */
static bool parse_plain(const char *at, size_t len, uint32_t decimals, int64_t *ret)
{
    const char *end = at + len;
    if (len > DECIMAL_PLACES_MAX)
        return false; /* its digits might not fit */
    int64_t value = 0;
    const char *start = at;
    for (; at < end && is_digit(*at); at++)
        value = value * 10 + (*at - '0');
    if (at == start)
        return false;
    size_t fraction_count = 0;
    if (at < end && *at == '.') {
        const char *fraction = ++at;
        for (; at < end && is_digit(*at); at++)
            value = value * 10 + (*at - '0');
        fraction_count = (size_t)(at - fraction);
    }
    if (at != end || fraction_count > decimals)
        return false;
    return !__builtin_mul_overflow(value, decimal_pow10_table[decimals - fraction_count], ret);
}

static bool parse(const char *text, size_t len, uint32_t decimals, const enum rounding *rounding,
                  int64_t *ret)
{
    CHECK(decimals <= DECIMAL_PLACES_MAX);
    int64_t plain;
    if (parse_plain(text, len, decimals, &plain)) {
        *ret = plain;
        return true;
    }
    struct numeral numeral;
    uint64_t magnitude;
    enum rest rest;
    if (!read_numeral(text, text + len, &numeral) ||
        !read_digits(&numeral, numeral.point + (int64_t)decimals, &magnitude, &rest))
        return false;
    if (rest != REST_NONE && !rounding)
        return false;
    bool away = rest != REST_NONE && (*rounding == ROUND_UP ||
                                      (*rounding == ROUND_NEAREST && rest == REST_HALF_OR_MORE));
    return join_sign(numeral.negative, (uint128)magnitude + away, ret);
}

bool decimal_parse(const char *text, size_t len, uint32_t decimals, int64_t *ret)
{
    return parse(text, len, decimals, NULL, ret);
}

bool decimal_parse_rounded(const char *text, size_t len, uint32_t decimals, enum rounding rounding,
                           int64_t *ret)
{
    return parse(text, len, decimals, &rounding, ret);
}

/*
 * The eight digits of a number below 10^8, one a byte, the first in the lowest. Halves are divided
 * side by side in one register: by 100 as * 10486 >> 20 (exact below 10^4), by 10 as * 103 >> 10
 * (exact below 100).
 */
static uint64_t eight_digits(uint32_t value)
{
    uint64_t fours = value / 10000 | (uint64_t)(value % 10000) << 32;
    uint64_t high = (fours * 10486 >> 20) & UINT64_C(0x0000007f0000007f);
    uint64_t twos = high | (fours - high * 100) << 16;
    high = (twos * 103 >> 10) & UINT64_C(0x000f000f000f000f);
    return high | (twos - high * 10) << 8;
}

static const uint64_t ascii_zeros = UINT64_C(0x3030303030303030);

static char *put_eight(char *at, uint32_t value)
{
    uint64_t digits = eight_digits(value) + ascii_zeros;
    memcpy(at, &digits, 8);
    return at + 8;
}

/* Without leading zeros; a lone zero is kept. */
static char *put_first(char *at, uint32_t value)
{
    uint64_t digits = eight_digits(value);
    /* The eighth digit always stands, so the bit set there bounds the zeros that are dropped. */
    int dropped = __builtin_ctzll(digits | UINT64_C(1) << 56) / 8;
    digits = (digits + ascii_zeros) >> 8 * dropped;
    memcpy(at, &digits, 8);
    return at + 8 - dropped;
}

size_t decimal_digits(char *text, uint64_t value)
{
    const uint64_t e8 = 100000000;
    char *at = text;
    if (value < e8)
        return (size_t)(put_first(at, (uint32_t)value) - text);
    uint64_t high = value / e8;
    if (high < e8) {
        at = put_first(at, (uint32_t)high);
    } else {
        at = put_first(at, (uint32_t)(high / e8));
        at = put_eight(at, (uint32_t)(high % e8));
    }
    return (size_t)(put_eight(at, (uint32_t)(value % e8)) - text);
}

size_t decimal_format(char *text, int64_t value, uint32_t decimals)
{
    CHECK(decimals <= DECIMAL_PLACES_MAX);
    char digits[DECIMAL_TEXT_MAX];
    size_t digit_count = decimal_digits(digits, magnitude_of(value));
    size_t whole_count = digit_count > decimals ? digit_count - decimals : 0;
    char *at = text;
    if (value < 0)
        *at++ = '-';
    if (whole_count == 0)
        *at++ = '0';
    memcpy(at, digits, whole_count);
    at += whole_count;
    if (decimals > 0) {
        size_t zero_count = decimals - (digit_count - whole_count);
        *at++ = '.';
        memset(at, '0', zero_count);
        memcpy(at + zero_count, digits + whole_count, digit_count - whole_count);
        at += decimals;
    }
    *at = '\0';
    return (size_t)(at - text);
}

int64_t decimal_mul_div_wide(int64_t a, int64_t b, int64_t divisor, enum rounding rounding)
{
    CHECK(divisor > 0);
    bool negative = (a < 0) != (b < 0);
    uint128 product = (uint128)magnitude_of(a) * magnitude_of(b);
    uint128 quotient;
    uint64_t rest;
    if (product <= UINT64_MAX) {
        quotient = (uint64_t)product / (uint64_t)divisor;
        rest = (uint64_t)product % (uint64_t)divisor;
    } else {
        quotient = product / (uint64_t)divisor;
        rest = (uint64_t)(product % (uint64_t)divisor);
    }
    if ((rounding == ROUND_UP && rest > 0) ||
        (rounding == ROUND_NEAREST && rest >= (uint64_t)divisor - rest))
        quotient++;
    int64_t result = 0;
    bool fits = join_sign(negative, quotient, &result);
    CHECK(fits);
    return result;
}

double decimal_to_double(int64_t value, uint32_t decimals)
{
    CHECK(decimals <= DECIMAL_PLACES_MAX);
    uint64_t magnitude = magnitude_of(value);
    /* Both are exact as doubles (10^18 = 2^18 * 5^18, and 5^18 < 2^53), so one division rounds
     * once. */
    if (magnitude <= UINT64_C(1) << 53)
        return (double)value / (double)decimal_pow10_table[decimals];
    /* At least 57 bits of quotient; what is cut off below them survives as an odd last bit, so the
     * conversion rounds as if it saw everything. */
    uint64_t divisor = (uint64_t)decimal_pow10_table[decimals];
    uint128 scaled = (uint128)magnitude << 64;
    uint128 quotient = scaled / divisor;
    if (quotient * divisor != scaled)
        quotient |= 1;
    double result = (double)quotient * 0x1p-64;
    return value < 0 ? -result : result;
}

/* x * 10^decimals for x >= 0, exactly: its whole part and what kind of fraction is left. */
static bool split_double(double x, uint32_t decimals, uint64_t *ret_whole, enum rest *ret_rest)
{
    int exponent;
    double fraction = frexp(x, &exponent);
    uint128 scaled =
        (uint128)(uint64_t)(fraction * 0x1p53) * (uint64_t)decimal_pow10_table[decimals];
    int shift = 53 - exponent; /* x * 10^decimals is scaled / 2^shift, and scaled < 2^113 */
    *ret_rest = REST_NONE;
    if (shift <= 0) {
        /* x is whole; up to 2^64 its shift up is small. */
        uint128 whole = exponent <= 64 ? scaled << -shift : scaled;
        *ret_whole = (uint64_t)whole;
        return exponent <= 64 && whole <= UINT64_MAX;
    }
    if (shift > 114) {
        *ret_whole = 0;
        *ret_rest = scaled > 0 ? REST_BELOW_HALF : REST_NONE;
        return true;
    }
    uint128 whole = scaled >> shift;
    uint128 below = scaled - (whole << shift);
    if (below > 0)
        *ret_rest = below >> (shift - 1) ? REST_HALF_OR_MORE : REST_BELOW_HALF;
    *ret_whole = (uint64_t)whole;
    return whole <= UINT64_MAX;
}

bool decimal_from_double(double x, uint32_t decimals, enum rounding rounding, int64_t *ret)
{
    CHECK(decimals <= DECIMAL_PLACES_MAX);
    int64_t near;
    if (decimal_near(x, decimals, &near) &&
        (rounding == ROUND_NEAREST || decimal_to_double(near, decimals) == x)) {
        *ret = near;
        return true;
    }
    uint64_t whole;
    enum rest rest;
    if (!isfinite(x) || !split_double(fabs(x), decimals, &whole, &rest))
        return false;
    uint128 nearest = (uint128)whole + (rest == REST_HALF_OR_MORE);
    int64_t value;
    if (!join_sign(x < 0, nearest, &value)) {
        /* Only ROUND_DOWN can bring the largest of all back into range. */
        if (rounding != ROUND_DOWN)
            return false;
    } else if (rounding == ROUND_NEAREST || rest == REST_NONE ||
               decimal_to_double(value, decimals) == x) {
        *ret = value;
        return true;
    }
    return join_sign(x < 0, (uint128)whole + (rounding == ROUND_UP), ret);
}
