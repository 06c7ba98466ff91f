/* SPDX-License-Identifier: MIT */
#include "test.h"

#include "core/base/prng.h"

TEST(the_generator_gives_its_authors_sequence)
{
    /* xoshiro256** from the state {1, 2, 3, 4}: s[1] * 5 = 10, rotated by 7 is 1280, times 9 is
     * 11520; then s[1] = 2 ^ (3 ^ 1) = 0 gives 0; the rest are the published test vector. */
    struct prng prng = {{1, 2, 3, 4}};
    const uint64_t want[] = {11520u,
                             0u,
                             1509978240u,
                             UINT64_C(1215971899390074240),
                             UINT64_C(1216172134540287360),
                             UINT64_C(607988272756665600),
                             UINT64_C(16172922978634559625),
                             UINT64_C(8476171486693032832),
                             UINT64_C(10595114339597558777),
                             UINT64_C(2904607092377533576)};
    for (size_t i = 0; i < sizeof want / sizeof *want; i++)
        EXPECT(prng_next(&prng) == want[i]);
}

TEST(a_seed_is_spread_by_splitmix64)
{
    /* splitmix64's published outputs for the seed 1234567. */
    struct prng prng;
    prng_init(&prng, 1234567);
    EXPECT(prng.state[0] == UINT64_C(6457827717110365317));
    EXPECT(prng.state[1] == UINT64_C(3203168211198807973));
    EXPECT(prng.state[2] == UINT64_C(9817491932198370423));
    EXPECT(prng.state[3] == UINT64_C(4593380528125082431));
}

TEST(a_copy_replays_what_the_original_gives)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    prng_normal(&prng);
    struct prng copy = prng;
    for (int i = 0; i < 100; i++) {
        EXPECT(prng_normal(&prng) == prng_normal(&copy));
        EXPECT(prng_next(&prng) == prng_next(&copy));
    }
}

TEST(numbers_below_a_bound_are_all_there_and_equally_often)
{
    struct prng prng;
    prng_init(&prng, 1);
    int counts[7] = {0};
    for (int i = 0; i < 70000; i++)
        counts[prng_below(&prng, 7)]++;
    for (int i = 0; i < 7; i++)
        EXPECT_NEAR(counts[i], 10000, 500); /* deviation about 93 */
    EXPECT_INT((int64_t)prng_below(&prng, 1), 0);
}

TEST(a_bound_that_does_not_divide_the_words_has_no_bias)
{
    /* Below 3 * 2^62, a plain multiply-shift would give a third of all numbers twice as often as
     * the others: those divisible by three. */
    struct prng prng;
    prng_init(&prng, 1);
    const uint64_t bound = UINT64_C(3) << 62;
    int divisible = 0;
    for (int i = 0; i < 30000; i++) {
        uint64_t x = prng_below(&prng, bound);
        EXPECT(x < bound);
        divisible += x % 3 == 0;
    }
    EXPECT_NEAR(divisible, 10000, 400); /* deviation about 82 */
}

TEST(reals_fill_the_unit_interval_and_never_reach_one)
{
    struct prng prng;
    prng_init(&prng, 1);
    double sum = 0;
    for (int i = 0; i < 100000; i++) {
        double x = prng_real(&prng);
        EXPECT(x >= 0 && x < 1);
        sum += x;
    }
    EXPECT_NEAR(sum / 100000, 0.5, 0.005);
}

TEST(normals_have_mean_zero_variance_one_and_the_right_tails)
{
    struct prng prng;
    prng_init(&prng, 1);
    double sum = 0, square_sum = 0;
    int beyond_two = 0;
    const int count = 200000;
    for (int i = 0; i < count; i++) {
        double x = prng_normal(&prng);
        sum += x;
        square_sum += x * x;
        beyond_two += fabs(x) > 2;
    }
    EXPECT_NEAR(sum / count, 0, 0.01);
    EXPECT_NEAR(square_sum / count, 1, 0.02);
    EXPECT_NEAR((double)beyond_two / count, 0.0455, 0.002);
}

TEST(mixing_tells_neighbours_and_orders_apart)
{
    EXPECT(prng_mix(1, 2) != prng_mix(2, 1));
    EXPECT(prng_mix(0, 0) != prng_mix(0, 1));
    /* One input bit flips about half of the output bits, in either word. */
    int flipped = 0;
    for (int bit = 0; bit < 64; bit++) {
        uint64_t base = prng_mix(42, 43);
        flipped += __builtin_popcountll(base ^ prng_mix(42 ^ UINT64_C(1) << bit, 43));
        flipped += __builtin_popcountll(base ^ prng_mix(42, 43 ^ UINT64_C(1) << bit));
    }
    EXPECT_NEAR(flipped / 128.0, 32, 2);
}
