/* SPDX-License-Identifier: MIT */
#include "core/base/real.h"

#include <stdlib.h>

#include "core/base/prng.h"
#include "test.h"

/* The same number by the C library. */
static double by_strtod(uint64_t digits, int exponent)
{
    char text[64];
    snprintf(text, sizeof text, "%llue%d", (unsigned long long)digits, exponent);
    return strtod(text, NULL);
}

TEST(digits_and_a_power_of_ten_are_the_nearest_double)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    int taken = 0;
    for (int i = 0; i < 1000000; i++) {
        uint64_t digits = prng_next(&prng) >> prng_below(&prng, 64);
        int exponent = (int)prng_below(&prng, 60) - 30;
        double value;
        if (!real_from_digits(digits, exponent, &value))
            continue;
        taken++;
        if (value != by_strtod(digits, exponent))
            print_error("%llue%d\n", (unsigned long long)digits, exponent);
        EXPECT_NEAR(value, by_strtod(digits, exponent), 0);
    }
    EXPECT(taken > 500000);
}

TEST(halves_between_two_doubles_go_to_the_even_one)
{
    double value = 0;
    /* 2^53 + 1 lies between 2^53 and 2^53 + 2; 2^53 + 3 between that and 2^53 + 4. */
    EXPECT(real_from_digits((UINT64_C(1) << 53) + 1, 0, &value));
    EXPECT_NEAR(value, 9007199254740992.0, 0);
    EXPECT(real_from_digits((UINT64_C(1) << 53) + 3, 0, &value));
    EXPECT_NEAR(value, 9007199254740996.0, 0);
    EXPECT(real_from_digits(UINT64_MAX, 0, &value));
    EXPECT_NEAR(value, 18446744073709551616.0, 0);
}

TEST(what_is_beyond_it_is_left_to_others)
{
    double value = 7;
    EXPECT(!real_from_digits(1, 23, &value));
    EXPECT(!real_from_digits(1, -23, &value));
    EXPECT(!real_from_digits(UINT64_MAX, 1, &value));
    EXPECT(!real_from_digits(UINT64_MAX, -19, &value));
    EXPECT_NEAR(value, 7, 0);
    EXPECT(real_from_digits(0, 300, &value));
    EXPECT_NEAR(value, 0, 0);
}
