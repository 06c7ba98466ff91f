/* SPDX-License-Identifier: MIT */
/*
 * Examples of a market that is made up, in which it is known what there is to be found.
 *
 * Candidates come every six hours on average, on three pairs, and are open for two to thirty, so
 * that about three overlap. Features drift (each an AR(1) of its own pace, a third of each shared
 * with its neighbours of eight), some are whole numbers, some are not known now and then. Whether
 * one wins hangs on what the market does while it is open, half of it shared by all that are open
 * then, so that neighbours win and lose together.
 *
 *   noise   wins with probability `low`, whatever the features
 *   edge    wins with probability `high` where both of two features are in the middle of what is
 *           usual (half of all), else `low`: a logistic model, which sees slopes, sees nothing
 *   leak    noise, but one feature has the outcome in it: openly, winners ahead of losers, or
 *           hidden, winners on both sides of them
 */
#pragma once

#include "core/base/prng.h"
#include "core/base/timestamp.h"
#include "research/learn/gate.h"
#include "research/normal.h"
#include "test.h"

#define PLANTED_A FEATURE_RETURN_24
#define PLANTED_B FEATURE_RSI
#define PLANTED_LEAK FEATURE_MACD
#define PLANTED_MIDDLE 1.0518 /* |normal| is below it for the square root of half */
#define PLANTED_FEE 0.005
/* The least that passes the gate in four of five worlds of 2,000 examples (docs/learning.md). */
#define PLANTED_LOW 0.27
#define PLANTED_HIGH 0.60

struct planted {
    uint64_t seed;
    size_t count;
    uint32_t strategies; /* 1 or more: they take turns at random */
    double low, high;
    double leak; /* 0 none; by how many deviations winners lie apart from losers */
    bool hidden;
};

struct planted_state {
    struct prng prng;
    double drift[3][FEATURE_COUNT], shared[3][FEATURE_COUNT / 8];
    double market[1 << 15]; /* hour by hour */
};

static inline void planted_drift(double *at, double keep, struct prng *prng)
{
    *at = keep * *at + sqrt(1 - keep * keep) * prng_normal(prng);
}

static inline void planted_features(struct planted_state *state, uint32_t pair, float *ret)
{
    for (uint32_t p = 0; p < 3; p++) {
        for (uint32_t i = 0; i < FEATURE_COUNT / 8; i++) {
            planted_drift(&state->shared[p][i], 0.9, &state->prng);
        }
        for (uint32_t i = 0; i < FEATURE_COUNT; i++) {
            planted_drift(&state->drift[p][i], 0.5 + 0.06 * (i % 8), &state->prng);
        }
    }
    for (uint32_t i = 0; i < FEATURE_COUNT; i++) {
        const double value =
            sqrt(1.0 / 3) * state->shared[pair][i / 8] + sqrt(2.0 / 3) * state->drift[pair][i];
        const bool hidden = i % 5 == 4 && prng_below(&state->prng, 20) == 0;
        ret[i] = hidden ? NAN : (float)(i % 12 == 11 ? round(value) : value);
    }
}

static inline double planted_chance(const struct planted *planted, const float *features)
{
    const bool middle = fabsf(features[PLANTED_A]) < (float)PLANTED_MIDDLE &&
                        fabsf(features[PLANTED_B]) < (float)PLANTED_MIDDLE;
    return middle ? planted->high : planted->low;
}

/* `chances`, by example, is what was planted; NULL: nobody asks. */
static inline void planted_make(const struct planted *planted, struct examples *ret,
                                double *chances)
{
    struct planted_state *state = calloc(1, sizeof *state);
    EXPECT(state != NULL);
    *ret = (struct examples){0};
    prng_init(&state->prng, planted->seed);
    for (size_t i = 1; i < sizeof state->market / sizeof state->market[0]; i++) {
        state->market[i] = state->market[i - 1] + prng_normal(&state->prng);
    }
    int64_t hour = 1;
    for (size_t i = 0; i < planted->count; i++) {
        float features[FEATURE_COUNT];
        const uint32_t pair = (uint32_t)prng_below(&state->prng, 3);
        hour += (int64_t)prng_below(&state->prng, 13);
        const int64_t open = 2 + (int64_t)prng_below(&state->prng, 29);
        planted_features(state, pair, features);
        const double chance = planted_chance(planted, features);
        const double moved =
            (state->market[hour + open] - state->market[hour]) / sqrt((double)open);
        const double luck = sqrt(0.5) * moved + sqrt(0.5) * prng_normal(&state->prng);
        const bool won = luck < normal_quantile(chance);
        if (planted->leak > 0) {
            const double way = planted->hidden && prng_below(&state->prng, 2) == 0 ? -1 : 1;
            features[PLANTED_LEAK] =
                (float)(prng_normal(&state->prng) + (won ? way * planted->leak : 0));
        }
        const struct example example = {
            .time_ns = hour * NS_PER_HOUR,
            .known_ns = (hour + open) * NS_PER_HOUR,
            .hold_ns = open * NS_PER_HOUR,
            .price = 100,
            .stop = 98,
            .target = 103,
            .reward = (won ? 0.03 : -0.02) - PLANTED_FEE,
            .pair = pair,
            .strategy = (uint8_t)prng_below(&state->prng, planted->strategies),
            .direction = 1,
            .won = won,
        };
        EXPECT_INT(examples_add(ret, &example, features), 0);
        if (chances != NULL) {
            chances[i] = chance;
        }
    }
    EXPECT_INT(examples_weigh(ret), 0);
    free(state);
}
