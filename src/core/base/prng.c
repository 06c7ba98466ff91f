/* SPDX-License-Identifier: MIT */
#include "core/base/prng.h"

#include <math.h>

#include "core/base/check.h"

__extension__ typedef unsigned __int128 uint128;

static uint64_t rotate_left(uint64_t x, int by)
{
    return (x << by) | (x >> (64 - by));
}

/* splitmix64's output function: a bijection in which every input bit reaches every output bit. */
static uint64_t scramble(uint64_t x)
{
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

void prng_init(struct prng *prng, uint64_t seed)
{
    /* Four consecutive outputs of a bijection are never all zero, the one state that is stuck. */
    for (int i = 0; i < 4; i++) {
        seed += UINT64_C(0x9e3779b97f4a7c15);
        prng->state[i] = scramble(seed);
    }
}

uint64_t prng_next(struct prng *prng)
{
    uint64_t *s = prng->state;
    uint64_t result = rotate_left(s[1] * 5, 7) * 9;
    uint64_t shifted = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotate_left(s[3], 45);
    return result;
}

uint64_t prng_below(struct prng *prng, uint64_t bound)
{
    CHECK(bound > 0);
    uint128 product = (uint128)prng_next(prng) * bound;
    if ((uint64_t)product < bound) {
        /* 2^64 mod bound: the low words below it belong to results that would come once too often.
         */
        uint64_t unfair = -bound % bound;
        while ((uint64_t)product < unfair)
            product = (uint128)prng_next(prng) * bound;
    }
    return (uint64_t)(product >> 64);
}

double prng_real(struct prng *prng)
{
    return (double)(prng_next(prng) >> 11) * 0x1p-53;
}

double prng_normal(struct prng *prng)
{
    double x, square;
    do {
        x = 2 * prng_real(prng) - 1;
        double y = 2 * prng_real(prng) - 1;
        square = x * x + y * y;
    } while (square >= 1 || square == 0);
    return x * sqrt(-2 * log(square) / square);
}

uint64_t prng_mix(uint64_t a, uint64_t b)
{
    return scramble(scramble(a + UINT64_C(0x9e3779b97f4a7c15)) ^
                    (b + UINT64_C(0xd1b54a32d192ed03)));
}
