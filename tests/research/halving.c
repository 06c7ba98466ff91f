/* SPDX-License-Identifier: MIT */
#include "research/halving.h"

#include "core/base/prng.h"
#include "test.h"

struct want {
    size_t trials;
    double part;
};

static void expect_rungs(const struct halving *halving, const struct want *want, uint32_t count)
{
    EXPECT_INT(halving->rung_count, count);
    for (uint32_t i = 0; i < count; i++) {
        EXPECT_INT((int64_t)halving->rungs[i].trials, (int64_t)want[i].trials);
        EXPECT_NEAR(halving->rungs[i].part, want[i].part, 1e-12);
    }
}

TEST(twenty_seven_trials_are_nine_on_a_third_and_three_on_all)
{
    struct halving halving;
    halving_plan(&halving, 27, 0, 0.1);
    expect_rungs(&halving, (struct want[]){{27, 1.0 / 9}, {9, 1.0 / 3}, {3, 1}}, 3);
    EXPECT_NEAR(halving.cost, 9, 1e-12);
    EXPECT_INT(halving.eta, 3);
}

/* 100: 33, 11, 3, 1, the last part of each division lost. */
TEST(a_number_that_does_not_divide_loses_the_rest)
{
    struct halving halving;
    halving_plan(&halving, 100, 3, 0);
    expect_rungs(
        &halving,
        (struct want[]){{100, 1.0 / 81}, {33, 1.0 / 27}, {11, 1.0 / 9}, {3, 1.0 / 3}, {1, 1}}, 5);
    halving_plan(&halving, 10, 2, 0.25);
    expect_rungs(&halving, (struct want[]){{10, 0.25}, {5, 0.5}, {2, 1}}, 3);
    EXPECT_NEAR(halving.cost, 2.5 + 2.5 + 2, 1e-12);
}

TEST(few_trials_or_little_data_to_spare_is_one_rung_on_all)
{
    struct halving halving;
    halving_plan(&halving, 1, 3, 0);
    expect_rungs(&halving, (struct want[]){{1, 1}}, 1);
    halving_plan(&halving, 50, 3, 0.5);
    expect_rungs(&halving, (struct want[]){{50, 1}}, 1);
    halving_plan(&halving, 50, 3, 2);
    expect_rungs(&halving, (struct want[]){{50, 1}}, 1);
}

TEST(there_are_never_more_rungs_than_there_is_room_for)
{
    struct halving halving;
    halving_plan(&halving, SIZE_MAX, 2, 0);
    EXPECT_INT(halving.rung_count, HALVING_RUNG_MAX);
    EXPECT_NEAR(halving.rungs[HALVING_RUNG_MAX - 1].part, 1, 0);
}

static double cost_of(size_t trials, double part_least)
{
    struct halving halving;
    halving_plan(&halving, trials, 3, part_least);
    return halving.cost;
}

/* 8 trials have two rungs, 8 / 3 + 2; 9 have three, 1 + 1 + 1: less. */
TEST(a_budget_buys_as_many_trials_as_cost_no_more)
{
    EXPECT_NEAR(cost_of(8, 0.01), 8.0 / 3 + 2, 1e-12);
    EXPECT_NEAR(cost_of(9, 0.01), 3, 1e-12);
    EXPECT_INT((int64_t)halving_trials(9, 3, 0.1), 27);
    EXPECT_INT((int64_t)halving_trials(9, 3, 1.0 / 9), 27);
    EXPECT_INT((int64_t)halving_trials(50, 3, 0.5), 50);
    EXPECT_INT((int64_t)halving_trials(0.5, 3, 0.5), 0);
    for (int budget = 1; budget < 60; budget++) {
        size_t most = 0;
        for (size_t trials = 1; trials < 6000; trials++) {
            most = cost_of(trials, 0.02) <= budget ? trials : most;
        }
        EXPECT_INT((int64_t)halving_trials(budget, 3, 0.02), (int64_t)most);
    }
}

TEST(the_best_go_on_and_of_equals_the_earlier)
{
    const double scores[] = {1, 5, NAN, 3, 5, -INFINITY, 3, 5};
    size_t out[8];
    EXPECT_INT((int64_t)halving_promote(scores, 8, 4, out), 4);
    const size_t want[] = {1, 4, 7, 3};
    for (int i = 0; i < 4; i++) {
        EXPECT_INT((int64_t)out[i], (int64_t)want[i]);
    }
    EXPECT_INT((int64_t)halving_promote(scores, 8, 8, out), 7);
    EXPECT_INT((int64_t)out[6], 5);
    EXPECT_INT((int64_t)halving_promote(scores, 8, 0, out), 0);
    EXPECT_INT((int64_t)halving_promote(scores, 0, 3, out), 0);
}

TEST(the_best_are_those_that_sorting_all_would_find)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    for (int run = 0; run < 300; run++) {
        double scores[60];
        size_t out[60];
        const size_t count = prng_below(&prng, 60), keep = prng_below(&prng, 60);
        for (size_t i = 0; i < count; i++) {
            const uint64_t drawn = prng_below(&prng, 20);
            scores[i] = drawn == 0 ? NAN : (double)drawn;
        }
        const size_t kept = halving_promote(scores, count, keep, out);
        size_t place = 0;
        /* From the best score down, by index: each is the next of those kept. */
        for (int score = 19; score > 0; score--) {
            for (size_t i = 0; i < count; i++) {
                if (scores[i] == score && place < keep) {
                    EXPECT(place < kept);
                    EXPECT_INT((int64_t)out[place++], (int64_t)i);
                }
            }
        }
        EXPECT_INT((int64_t)kept, (int64_t)place);
    }
}
