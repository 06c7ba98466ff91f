/* SPDX-License-Identifier: MIT */
#include "research/learn/bandit_walk.h"

#include <string.h>

#include "core/base/prng.h"
#include "core/base/timestamp.h"
#include "test.h"

#define ROWS 3000
#define HOUR (3600 * NS_PER_S)

static struct forward_row rows[ROWS];
static struct example list[ROWS];
static float features[ROWS * FEATURE_COUNT];
static struct forward forward;
static struct examples examples;

/* Signals an hour apart, open for two and a half, with a stop at 2 %: of 0.3 or 0.7 the heuristic
 * says each of them wins 2 %, else it loses 2 %; they do so with 0.5 -+ `edge`. No fees. */
static void plant(uint64_t seed, double edge)
{
    struct prng draw;
    prng_init(&draw, seed);
    for (size_t i = 0; i < ROWS; i++) {
        const bool high = prng_below(&draw, 2) == 1;
        const bool won = prng_real(&draw) < 0.5 + (high ? edge : -edge);
        const int64_t time_ns = (int64_t)(i + 1) * HOUR;
        list[i] = (struct example){.time_ns = time_ns,
                                   .known_ns = time_ns + 5 * HOUR / 2,
                                   .price = 100,
                                   .stop = 98,
                                   .target = 102,
                                   .reward = won ? 0.02 : -0.02,
                                   .uniqueness = 0.4,
                                   .direction = 1,
                                   .won = won};
        rows[i] = (struct forward_row){
            .example = i, .ensemble = (double)NAN, .heuristic = high ? 0.7 : 0.3};
        for (uint32_t f = 0; f < FEATURE_COUNT; f++)
            features[i * FEATURE_COUNT + f] = (float)prng_real(&draw);
    }
    forward = (struct forward){.count = ROWS, .rows = rows};
    examples = (struct examples){.count = ROWS, .list = list, .features = features};
}

static struct bandit_walk walk_of(uint32_t live)
{
    struct bandit_walk walk;
    const struct bandit_walk_config config = {.live = live, .seed = 1};
    EXPECT_INT(bandit_walk(&config, &forward, &examples, &walk), 0);
    return walk;
}

TEST(where_the_probability_tells_winners_sizing_is_shown_to_help)
{
    plant(1, 0.25);
    const struct bandit_walk walk = walk_of(0);
    EXPECT_INT((int64_t)walk.count, ROWS);
    EXPECT(walk.shown);
    EXPECT_TEXT(bandit_walk_verdict(&walk), "shown to help");
    EXPECT(walk.arms[BANDIT_SKIP] > ROWS / 3 && walk.arms[BANDIT_LARGE] > ROWS / 3);
    /* Half of all is skipped and half sized at 1.5, of a mean of half a unit of risk. */
    EXPECT(walk.reward_sized > 0.3 && fabs(walk.reward_whole) < 0.1);
    EXPECT_NEAR(walk.paired.mean, walk.sized - walk.whole, 0.01); /* of whole blocks */
    EXPECT(walk.drawdown_sized < walk.drawdown_whole);
    EXPECT_NEAR(walk.overlap, 3, 0.01); /* the two before it are open still */
}

TEST(where_nothing_does_it_is_hardly_ever_shown_to)
{
    int helped = 0;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        plant(seed, 0);
        const struct bandit_walk walk = walk_of(0);
        EXPECT(walk.shown);
        /* A coin without an edge costs no more than the worth that a loss has beyond its size. */
        EXPECT(walk.sized - walk.whole > -0.1);
        helped += walk.paired.mean - 2 * walk.paired.error > 0 && walk.reward_sized > 0.05;
    }
    EXPECT(helped <= 2);
}

TEST(where_every_signal_loses_to_skip_them_is_not_called_help)
{
    plant(5, 0);
    for (size_t i = 0; i < ROWS; i++) /* a coin, less a fee of half of what it risks */
        list[i].reward -= 0.01;
    const struct bandit_walk walk = walk_of(0);
    EXPECT(walk.arms[BANDIT_SKIP] > ROWS * 9 / 10 && walk.sized > walk.whole);
    EXPECT_TEXT(bandit_walk_verdict(&walk),
                "it loses less than taking all, and more than taking none");
}

TEST(an_outcome_that_is_not_known_yet_teaches_nothing)
{
    plant(2, 0.25);
    for (size_t i = 0; i < ROWS; i++)
        list[i].known_ns = (ROWS + 1) * HOUR;
    const struct bandit_walk walk = walk_of(0);
    EXPECT_INT((int64_t)walk.arms[BANDIT_WHOLE], ROWS);
    EXPECT_NEAR(walk.sized, walk.whole, 0);
}

TEST(a_live_model_speaks_for_its_strategy_and_what_it_does_not_take_is_not_sized)
{
    plant(3, 0.25);
    for (size_t i = 0; i < ROWS; i++) {
        rows[i].ensemble = rows[i].heuristic;
        rows[i].heuristic = (double)NAN;
        rows[i].taken = i % 3 != 0;
    }
    EXPECT_INT((int64_t)walk_of(1).count, ROWS - ROWS / 3);
    const struct bandit_walk none = walk_of(0); /* the heuristic says nothing */
    EXPECT_INT((int64_t)none.count, 0);
    EXPECT_TEXT(bandit_walk_verdict(&none), "too few signals");
}

TEST(a_signal_without_a_stop_has_no_unit_of_risk)
{
    plant(4, 0);
    list[7].stop = 0;
    EXPECT_INT((int64_t)walk_of(0).count, ROWS - 1);
}
