/* SPDX-License-Identifier: MIT */
#include "bench.h"

#include <math.h>

static const double two_pi = 6.28318530717958647692;

static uint64_t splitmix(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static double uniform(uint64_t *state)
{
    return ((double)(splitmix(state) >> 11) + 0.5) * 0x1p-53;
}

static double normal(uint64_t *state)
{
    const double a = uniform(state), b = uniform(state);
    return sqrt(-2 * log(a)) * cos(two_pi * b);
}

static double rounded(double x)
{
    return round(x * 1e4) / 1e4;
}

void bench_walk(struct candle *candles, size_t count)
{
    const double sigma = 2.5e-4;
    uint64_t state = 42;
    double price = 30000;
    for (size_t i = 0; i < count; i++) {
        double high = price, low = price;
        const double open = price;
        for (int step = 0; step < 4; step++) {
            price *= exp(sigma * normal(&state) - 0.5 * sigma * sigma);
            high = fmax(high, price);
            low = fmin(low, price);
        }
        candles[i] = (struct candle){
            .time_ns = (INT64_C(1599999960) + (int64_t)i * 60) * INT64_C(1000000000),
            .open = rounded(open),
            .high = rounded(high),
            .low = rounded(low),
            .close = rounded(price),
            .volume = exp(1 + normal(&state)),
        };
    }
}
