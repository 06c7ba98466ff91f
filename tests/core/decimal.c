/* SPDX-License-Identifier: MIT */
#include "test.h"

#include <regex.h>

#include "core/base/decimal.h"
#include "core/base/prng.h"

static const int64_t untouched = -777;

static int64_t parsed(const char *text, uint32_t decimals)
{
    int64_t value = untouched;
    bool ok = decimal_parse(text, strlen(text), decimals, &value);
    EXPECT(ok);
    return value;
}

static void expect_refused(const char *text, uint32_t decimals)
{
    int64_t value = untouched;
    if (decimal_parse(text, strlen(text), decimals, &value)) {
        print_error("'%s' was taken as %lld\n", text, (long long)value);
        fail();
    }
    EXPECT_INT(value, untouched);
}

static int64_t rounded(const char *text, uint32_t decimals, enum rounding rounding)
{
    int64_t value = untouched;
    EXPECT(decimal_parse_rounded(text, strlen(text), decimals, rounding, &value));
    return value;
}

TEST(a_decimal_text_is_read_exactly)
{
    EXPECT_INT(parsed("45285.2", 1), 452852);
    EXPECT_INT(parsed("0.00100000", 8), 100000);
    EXPECT_INT(parsed("-12.3400", 2), -1234);
    EXPECT_INT(parsed("-12.3400", 4), -123400);
    EXPECT_INT(parsed("7", 0), 7);
    EXPECT_INT(parsed("007", 2), 700);
    EXPECT_INT(parsed("-0.0", 8), 0);
    EXPECT_INT(parsed("0.1", 18), INT64_C(100000000000000000));
}

TEST(exponents_move_the_point)
{
    EXPECT_INT(parsed("5e-8", 8), 5);
    EXPECT_INT(parsed("1E3", 0), 1000);
    EXPECT_INT(parsed("1.25e+2", 0), 125);
    EXPECT_INT(parsed("1250e-3", 2), 125);
    EXPECT_INT(parsed("0e999999999999999999999", 8), 0);
    EXPECT_INT(parsed("0.000e-999999999999999999999", 8), 0);
    EXPECT_INT(parsed("0.00000000000000000000000000000005e32", 0), 5);
    EXPECT_INT(parsed("50000000000000000000000000000000e-31", 0), 5);
    expect_refused("1e99999999999999999999", 0);
    expect_refused("1e-99999999999999999999", 8);
    expect_refused("1e19", 0);
    expect_refused("1e1", 18);
}

TEST(table_forms_are_numbers_too)
{
    EXPECT_INT(parsed("+1", 0), 1);
    EXPECT_INT(parsed("1.", 1), 10);
    EXPECT_INT(parsed(".5", 1), 5);
    EXPECT_INT(parsed("-.5", 1), -5);
    EXPECT_INT(parsed("1.e2", 0), 100);
}

TEST(what_is_no_number_is_refused)
{
    const char *const texts[] = {"",     "+",   "-",   ".",   "-.",    "e5",    "1e",    "1e+",
                                 "1e-",  "NaN", "nan", "inf", "-inf",  "0x10",  " 1",    "1 ",
                                 "1,5",  "1_0", "--1", "+-1", "1.2.3", "1e5.0", "1e5e5", "one",
                                 "1.5f", "1e ", "-e1", ".e1", "1..",   "12a",   "a12",   "\t1"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        expect_refused(texts[i], 8);
    int64_t value;
    EXPECT(!decimal_parse("1\0", 2, 8, &value));
}

TEST(the_length_is_obeyed_not_a_terminator)
{
    int64_t value = 0;
    EXPECT(decimal_parse("12.345", 4, 1, &value));
    EXPECT_INT(value, 123);
}

TEST(a_digit_beyond_the_places_is_refused_but_a_zero_is_not)
{
    EXPECT_INT(parsed("1.500000000000000000000000", 1), 15);
    expect_refused("1.51", 1);
    expect_refused("1.00000000000000000000000001", 1);
    expect_refused("0.5", 0);
}

TEST(the_ends_of_int64_are_reached_and_not_passed)
{
    EXPECT_INT(parsed("9223372036854775807", 0), INT64_MAX);
    EXPECT_INT(parsed("-9223372036854775808", 0), INT64_MIN);
    EXPECT_INT(parsed("9.223372036854775807", 18), INT64_MAX);
    EXPECT_INT(parsed("-9.223372036854775808", 18), INT64_MIN);
    EXPECT_INT(parsed("92233720368.54775807", 8), INT64_MAX);
    expect_refused("9223372036854775808", 0);
    expect_refused("-9223372036854775809", 0);
    expect_refused("18446744073709551616", 0);
    expect_refused("18446744073709551617", 0);
    expect_refused("99999999999999999999999999", 0);
    expect_refused("9.223372036854775808", 18);
    expect_refused("10", 18);
}

TEST(rounded_parsing_names_its_rounding)
{
    EXPECT_INT(rounded("1.29", 1, ROUND_DOWN), 12);
    EXPECT_INT(rounded("1.21", 1, ROUND_UP), 13);
    EXPECT_INT(rounded("1.24999", 1, ROUND_NEAREST), 12);
    EXPECT_INT(rounded("1.25", 1, ROUND_NEAREST), 13);
    EXPECT_INT(rounded("-1.29", 1, ROUND_DOWN), -12);
    EXPECT_INT(rounded("-1.21", 1, ROUND_UP), -13);
    EXPECT_INT(rounded("-1.25", 1, ROUND_NEAREST), -13);
    EXPECT_INT(rounded("1.20", 1, ROUND_UP), 12);
    EXPECT_INT(rounded("4e-9", 8, ROUND_NEAREST), 0);
    EXPECT_INT(rounded("5e-9", 8, ROUND_NEAREST), 1);
    EXPECT_INT(rounded("9e-10", 8, ROUND_NEAREST), 0);
    EXPECT_INT(rounded("9e-10", 8, ROUND_UP), 1);
    EXPECT_INT(rounded("1e-999999", 8, ROUND_UP), 1);
    EXPECT_INT(rounded("0e-999999", 8, ROUND_UP), 0);
    EXPECT_INT(rounded("9223372036854775807.4", 0, ROUND_NEAREST), INT64_MAX);
    int64_t value = untouched;
    EXPECT(!decimal_parse_rounded("9223372036854775807.5", 21, 0, ROUND_NEAREST, &value));
    EXPECT(!decimal_parse_rounded("18446744073709551615.9", 22, 0, ROUND_UP, &value));
    EXPECT(!decimal_parse_rounded("one", 3, 0, ROUND_UP, &value));
    EXPECT_INT(value, untouched);
}

static const char *formatted(int64_t value, uint32_t decimals)
{
    static char text[DECIMAL_TEXT_MAX];
    size_t len = decimal_format(text, value, decimals);
    EXPECT_INT((int64_t)len, (int64_t)strlen(text));
    return text;
}

TEST(a_decimal_is_written_with_all_its_places)
{
    EXPECT_TEXT(formatted(452852, 1), "45285.2");
    EXPECT_TEXT(formatted(100000, 8), "0.00100000");
    EXPECT_TEXT(formatted(0, 0), "0");
    EXPECT_TEXT(formatted(0, 2), "0.00");
    EXPECT_TEXT(formatted(-5, 2), "-0.05");
    EXPECT_TEXT(formatted(-500, 2), "-5.00");
    EXPECT_TEXT(formatted(123, 3), "0.123");
    EXPECT_TEXT(formatted(1234, 3), "1.234");
    EXPECT_TEXT(formatted(INT64_MAX, 0), "9223372036854775807");
    EXPECT_TEXT(formatted(INT64_MIN, 0), "-9223372036854775808");
    EXPECT_TEXT(formatted(INT64_MIN, 18), "-9.223372036854775808");
    EXPECT_TEXT(formatted(1, 18), "0.000000000000000001");
}

/* Any magnitude alike: a uniform word shifted by a uniform number of bits. */
static int64_t any_int64(struct prng *prng)
{
    uint64_t word = prng_next(prng) >> prng_below(prng, 64);
    return (int64_t)(prng_below(prng, 2) ? word : -word);
}

TEST(writing_and_reading_back_gives_the_same_number)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    for (int i = 0; i < 200000; i++) {
        int64_t value = any_int64(&prng);
        uint32_t decimals = (uint32_t)prng_below(&prng, DECIMAL_PLACES_MAX + 1);
        EXPECT_INT(parsed(formatted(value, decimals), decimals), value);
        char digits[DECIMAL_TEXT_MAX];
        char want[32];
        size_t len = decimal_digits(digits, (uint64_t)value);
        snprintf(want, sizeof want, "%llu", (unsigned long long)value);
        digits[len] = '\0';
        EXPECT_TEXT(digits, want);
    }
}

TEST(digits_are_right_at_every_power_of_ten)
{
    for (uint64_t power = 1; power <= UINT64_C(10000000000000000000) && power > 0; power *= 10)
        for (uint64_t value = power - 1; value <= power + 1; value++) {
            char digits[DECIMAL_TEXT_MAX];
            char want[32];
            digits[decimal_digits(digits, value)] = '\0';
            snprintf(want, sizeof want, "%llu", (unsigned long long)value);
            EXPECT_TEXT(digits, want);
            if (power == UINT64_C(10000000000000000000) && value > power)
                return;
        }
}

TEST(a_decimal_as_double_is_what_strtod_reads_from_its_text)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    for (int i = 0; i < 200000; i++) {
        int64_t value = any_int64(&prng);
        uint32_t decimals = (uint32_t)prng_below(&prng, DECIMAL_PLACES_MAX + 1);
        double got = decimal_to_double(value, decimals);
        double want = strtod(formatted(value, decimals), NULL);
        if (got != want) {
            print_error("%s: %.20g, not %.20g\n", formatted(value, decimals), got, want);
            fail();
        }
    }
    EXPECT(decimal_to_double(INT64_MIN, 0) == -0x1p63);
    EXPECT(decimal_to_double(INT64_MAX, 18) == 9.223372036854775807);
}

TEST(a_double_that_stands_for_a_decimal_becomes_it_whatever_the_rounding)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    for (int i = 0; i < 200000; i++) {
        int64_t value = any_int64(&prng) / 2048; /* 53 bits: its double is its own */
        uint32_t decimals = (uint32_t)prng_below(&prng, DECIMAL_PLACES_MAX + 1);
        double x = decimal_to_double(value, decimals);
        for (enum rounding rounding = ROUND_DOWN; rounding <= ROUND_NEAREST; rounding++) {
            int64_t got = untouched;
            EXPECT(decimal_from_double(x, decimals, rounding, &got));
            EXPECT_INT(got, value);
        }
    }
    int64_t got = untouched;
    EXPECT(decimal_from_double(0.3, 1, ROUND_DOWN, &got)); /* the double is 0.29999999999999998 */
    EXPECT_INT(got, 3);
    EXPECT(decimal_from_double(0.1, 1, ROUND_UP, &got)); /* the double is 0.10000000000000001 */
    EXPECT_INT(got, 1);
}

static int64_t from_double(double x, uint32_t decimals, enum rounding rounding)
{
    int64_t value = untouched;
    EXPECT(decimal_from_double(x, decimals, rounding, &value));
    return value;
}

TEST(any_other_double_is_rounded_by_its_exact_value)
{
    EXPECT_INT(from_double(1.29, 1, ROUND_DOWN), 12);
    EXPECT_INT(from_double(1.21, 1, ROUND_UP), 13);
    EXPECT_INT(from_double(-1.21, 1, ROUND_UP), -13);
    EXPECT_INT(from_double(-1.29, 1, ROUND_DOWN), -12);
    EXPECT_INT(from_double(0.125, 2, ROUND_NEAREST), 13); /* a true half */
    EXPECT_INT(from_double(-0.125, 2, ROUND_NEAREST), -13);
    EXPECT_INT(from_double(1.005, 2, ROUND_NEAREST), 100); /* the double is 1.00499999999999989 */
    EXPECT_INT(from_double(0x1p-1074, 18, ROUND_UP), 1);
    EXPECT_INT(from_double(0x1p-1074, 18, ROUND_NEAREST), 0);
    EXPECT_INT(from_double(-0.0, 8, ROUND_UP), 0);
    EXPECT_INT(from_double(0x1.fffffffffffffp62, 0, ROUND_UP), INT64_C(9223372036854774784));
    EXPECT_INT(from_double(-0x1p63, 0, ROUND_UP), INT64_MIN);
}

TEST(rounding_a_double_agrees_with_rounding_its_exact_text)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    for (int i = 0; i < 50000; i++) {
        double x = ldexp(prng_real(&prng) - 0.5, (int)prng_below(&prng, 70) - 20);
        uint32_t decimals = (uint32_t)prng_below(&prng, 10);
        char text[128];
        snprintf(text, sizeof text, "%.90f", x); /* every digit it has */
        int64_t want = untouched;
        int64_t got = untouched;
        bool want_ok = decimal_parse_rounded(text, strlen(text), decimals, ROUND_NEAREST, &want);
        EXPECT(decimal_from_double(x, decimals, ROUND_NEAREST, &got) == want_ok);
        EXPECT_INT(got, want);
        if (!want_ok || decimal_to_double(want, decimals) == x)
            continue;
        for (enum rounding rounding = ROUND_DOWN; rounding <= ROUND_UP; rounding++) {
            EXPECT(decimal_parse_rounded(text, strlen(text), decimals, rounding, &want));
            EXPECT_INT(from_double(x, decimals, rounding), want);
        }
    }
}

TEST(a_double_without_a_decimal_is_refused)
{
    const double refused[] = {NAN, INFINITY, -INFINITY, 0x1p63, 1e300, -0x1.0000000000001p63};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        int64_t value = untouched;
        EXPECT(!decimal_from_double(refused[i], 0, ROUND_NEAREST, &value));
        EXPECT_INT(value, untouched);
    }
    int64_t value = untouched;
    EXPECT(!decimal_from_double(9.3, 18, ROUND_DOWN, &value));
    EXPECT_INT(value, untouched);
}

TEST(random_letters_are_numbers_exactly_when_the_grammar_says_so)
{
    regex_t grammar;
    EXPECT_INT(regcomp(&grammar, "^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?$",
                       REG_EXTENDED | REG_NOSUB),
               0);
    struct prng prng;
    prng_init(&prng, test_seed());
    const char letters[] = "0123456789012345678900.eE+-x ";
    int taken = 0;
    for (int i = 0; i < 300000; i++) {
        char text[16] = "";
        size_t len = prng_below(&prng, 12);
        for (size_t c = 0; c < len; c++)
            text[c] = letters[prng_below(&prng, sizeof letters - 1)];
        char *exact = malloc(len ? len : 1); /* so that the sanitizer sees a read beyond the end */
        memcpy(exact, text, len);
        uint32_t decimals = (uint32_t)prng_below(&prng, DECIMAL_PLACES_MAX + 1);
        long double want = strtold(text, NULL) * (long double)decimal_pow10(decimals);
        int64_t value = untouched;
        bool ok = decimal_parse_rounded(exact, len, decimals, ROUND_NEAREST, &value);
        free(exact);
        bool number = regexec(&grammar, text, 0, NULL, 0) == 0;
        if (ok != (number && fabsl(want) < 0x1p63L) || (!ok && value != untouched) ||
            (ok && fabsl((long double)value - want) > 0.5L + fabsl(want) * 1e-18L)) {
            print_error("'%s' with %u places: %d, %lld\n", text, decimals, ok, (long long)value);
            fail();
        }
        taken += ok;
    }
    regfree(&grammar);
    EXPECT(taken > 30000);
}

TEST(a_product_is_divided_and_rounded_as_named)
{
    EXPECT_INT(decimal_mul_div(7, 3, 2, ROUND_DOWN), 10); /* 10.5 */
    EXPECT_INT(decimal_mul_div(7, 3, 2, ROUND_UP), 11);
    EXPECT_INT(decimal_mul_div(7, 3, 2, ROUND_NEAREST), 11);
    EXPECT_INT(decimal_mul_div(-7, 3, 2, ROUND_DOWN), -10);
    EXPECT_INT(decimal_mul_div(-7, 3, 2, ROUND_UP), -11);
    EXPECT_INT(decimal_mul_div(7, -3, 2, ROUND_NEAREST), -11);
    EXPECT_INT(decimal_mul_div(5, 1, 4, ROUND_NEAREST), 1);
    EXPECT_INT(decimal_mul_div(0, -3, 2, ROUND_UP), 0);
    /* 45285.2 * 1.54571953 = 69998.218059956: ticks of 0.1 times lots of 1e-8, in 1e-8. */
    EXPECT_INT(decimal_mul_div(452852, 154571953, 10, ROUND_DOWN), INT64_C(6999821805995));
    EXPECT_INT(decimal_mul_div(INT64_MAX, INT64_MAX, INT64_MAX, ROUND_UP), INT64_MAX);
    EXPECT_INT(decimal_mul_div(INT64_MIN, INT64_MAX, INT64_MAX, ROUND_UP), INT64_MIN);
    EXPECT_INT(decimal_mul_div(INT64_MIN, 1, 1, ROUND_DOWN), INT64_MIN);
}

TEST(powers_of_ten_are_powers_of_ten)
{
    int64_t power = 1;
    for (uint32_t places = 0; places < DECIMAL_PLACES_MAX; places++, power *= 10)
        EXPECT_INT(decimal_pow10(places), power);
    EXPECT_INT(decimal_pow10(DECIMAL_PLACES_MAX), power);
}
