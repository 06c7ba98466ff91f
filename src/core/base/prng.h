/* SPDX-License-Identifier: MIT */
/*
 * xoshiro256** (Blackman and Vigna, 2018), seeded through splitmix64: the same seed gives the same
 * stream on every machine. For simulation and tests; never for secrets.
 */
#pragma once

#include <stdint.h>

struct prng {
    uint64_t state[4];
};

void prng_init(struct prng *prng, uint64_t seed);

uint64_t prng_next(struct prng *prng);

/* Uniform in [0, bound), bound > 0, without modulo bias (Lemire 2019). */
uint64_t prng_below(struct prng *prng, uint64_t bound);

/* Uniform in [0, 1), 53 bits. */
double prng_real(struct prng *prng);

/* Standard normal (Marsaglia's polar method, no value kept back, so a copy replays exactly). */
double prng_normal(struct prng *prng);

/* A well mixed 64-bit hash of two words: a seed for something named by numbers. */
uint64_t prng_mix(uint64_t a, uint64_t b);
