/* SPDX-License-Identifier: MIT */
#include "store/number.h"

#include "core/base/prng.h"
#include "test.h"

/* Same bits as strtod, and the same end. */
static void expect_like_strtod(const char *text)
{
    double got = -1.0;
    char *end;
    double want = strtod(text, &end);
    const char *stop = number_parse(text, &got);
    if (stop != end || memcmp(&got, &want, sizeof got) != 0)
        print_error("\"%s\" became %.17g, not %.17g\n", text, got, want);
    EXPECT(stop == end);
    EXPECT(memcmp(&got, &want, sizeof got) == 0);
}

TEST(a_number_is_the_double_that_strtod_gives)
{
    const char *const texts[] = {
        "0,",
        "0.0,",
        "-0,",
        "-0.000,",
        "1,",
        "56874.6,",
        "0.000011881,",
        "627298903.12671,",
        "42625316.299999997,",
        "13829362.4000000004,",
        "0.1,",
        "0.3,",
        "1e5,",
        "1.5E-7,",
        "2e+3,",
        "9007199254740993,",
        "9007199254740992.5,",
        "9007199254740993.5,",
        "18446744073709551615,",
        "18446744073709551616,",
        "99999999999999999999999,",
        "0.0000000000000000000000000000001,",
        "1e308,",
        "1e-308,",
        "4.9e-324,",
        "2e-324,",
        "1.7976931348623159e308,",
        "1e400,",
        "123456789012345678.9,",
        "0.9999999999999999999,",
        "5e-8,",
        "1e,",
        "1e+,",
        "000000000000000000000001.5,",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        expect_like_strtod(texts[i]);
}

TEST(what_is_no_number_is_refused)
{
    const char *const texts[] = {",", "-,", ".5,", "5.,", "abc,", "+1,", "nan,", "inf,", " 1,"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        double untouched = 7.0;
        EXPECT(number_parse(texts[i], &untouched) == NULL);
        EXPECT(untouched == 7.0);
    }
}

TEST(half_way_between_two_doubles_goes_to_the_even_one)
{
    double value;
    /* 2^53 + 1 lies half way between 2^53 and 2^53 + 2; with tenths it must go by division. */
    number_parse("9007199254740993.0,", &value);
    EXPECT(value == 9007199254740992.0);
    number_parse("9007199254740995.0,", &value);
    EXPECT(value == 9007199254740996.0);
    number_parse("9007199254740993.1,", &value);
    EXPECT(value == 9007199254740994.0);
}

TEST(any_digits_with_any_point_read_as_strtod_reads_them)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    for (int i = 0; i < 300000; i++) {
        char text[64];
        size_t len = 0;
        uint64_t digits = 1 + prng_below(&prng, 21);
        uint64_t point = prng_below(&prng, digits + 4);
        if (prng_below(&prng, 4) == 0)
            text[len++] = '-';
        for (uint64_t d = 0; d < digits; d++) {
            if (d == point && d > 0)
                text[len++] = '.';
            text[len++] = (char)('0' + prng_below(&prng, 10));
        }
        if (prng_below(&prng, 5) == 0)
            len += (size_t)snprintf(text + len, 8, "e%d", (int)prng_below(&prng, 60) - 30);
        text[len] = ',';
        text[len + 1] = '\0';
        expect_like_strtod(text);
    }
}

TEST(every_double_printed_with_17_digits_comes_back)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    for (int i = 0; i < 200000; i++) {
        double value = prng_real(&prng) * exp(prng_real(&prng) * 60.0 - 30.0);
        char text[64];
        snprintf(text, sizeof text, i % 2 ? "%.17g," : "%.15f,", value);
        expect_like_strtod(text);
    }
}
