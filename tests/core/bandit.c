/* SPDX-License-Identifier: MIT */
#include "core/model/bandit.h"

#include <math.h>
#include <string.h>

#include "test.h"

#define TRADES 1000

/* A market where a trade gains 1 or loses 1 of what is at stake, `edge` better on average where one
 * input is high and as much worse where it is low; the other inputs mean nothing. */
static struct bandit_context entry(struct prng *world)
{
    struct bandit_context context = {.inputs = {[BANDIT_BIAS] = 1}};
    for (int i = 1; i < BANDIT_INPUT_COUNT; i++)
        context.inputs[i] = 2 * prng_real(world) - 1;
    return context;
}

static double mean_of(const struct bandit_context *context, double edge)
{
    return edge * context->inputs[BANDIT_PROBABILITY];
}

static double outcome_of(struct prng *world, double mean)
{
    return prng_real(world) < 0.5 + mean / 2 ? 1 : -1;
}

static double best_worth(double mean)
{
    double best = 0;
    for (int arm = 0; arm < BANDIT_ARM_COUNT; arm++) {
        const double size = bandit_sizes[arm];
        best = fmax(best, (0.5 + mean / 2) * bandit_worth(1, size) +
                              (0.5 - mean / 2) * bandit_worth(-1, size));
    }
    return best;
}

struct life {
    double worth, always; /* of all trades; at size 1 */
    double regret[4];     /* a quarter of the trades each */
};

/* What is skipped is never seen, and teaches nothing. */
static struct life live(struct bandit *bandit, uint64_t seed, double edge)
{
    struct life life = {0};
    struct prng world;
    prng_init(&world, seed);
    for (int i = 0; i < TRADES; i++) {
        const struct bandit_context context = entry(&world);
        const double mean = mean_of(&context, edge), outcome = outcome_of(&world, mean);
        const enum bandit_arm arm = bandit_choose(bandit, &context, NULL);
        const double size = bandit_sizes[arm];
        life.worth += bandit_worth(outcome, size);
        life.always += bandit_worth(outcome, 1);
        life.regret[4 * i / TRADES] += best_worth(mean) - (0.5 + mean / 2) * bandit_worth(1, size) -
                                       (0.5 - mean / 2) * bandit_worth(-1, size);
        if (arm != BANDIT_SKIP)
            bandit_learn(bandit, &context, outcome);
    }
    return life;
}

TEST(a_loss_twice_as_large_is_worth_more_than_twice_as_little)
{
    EXPECT_NEAR(bandit_worth(1, 1.5), 1.5, 1e-15);
    EXPECT_NEAR(bandit_worth(-1, 0.5), -0.5 - 0.1 * 0.25, 1e-15);
    EXPECT_NEAR(bandit_worth(-1, 1), -1 - 0.1, 1e-15);
    EXPECT_NEAR(bandit_worth(-1, 1.5), -1.5 - 0.1 * 2.25, 1e-15);
    EXPECT_NEAR(bandit_worth(-1, 0), 0, 0);
    EXPECT_NEAR(bandit_worth(50, 1), 4, 0); /* one trade is not all there is */
    EXPECT_NEAR(bandit_worth(-50, 1), -2 - 0.1 * 4, 1e-15);
    EXPECT_NEAR(bandit_worth((double)NAN, 1), 0, 0);
}

TEST(until_enough_was_seen_every_entry_is_taken_whole)
{
    struct bandit bandit;
    const struct bandit_context context = {.inputs = {1, -1}};
    bandit_init(&bandit, 1);
    for (int i = 0; i < BANDIT_LEAST; i++) {
        EXPECT_INT(bandit_choose(&bandit, &context, NULL), BANDIT_WHOLE);
        bandit_learn(&bandit, &context, -1);
    }
    EXPECT_INT(bandit_choose(&bandit, &context, NULL), BANDIT_SKIP);
}

/* One input alone, all of them gains: f = n r, B = 1 + n, and of a worth of r n / (n + 1) the size
 * 1.5 is worth most. */
TEST(what_one_input_teaches_worked_by_hand)
{
    struct bandit bandit;
    const struct bandit_context context = {.inputs = {[BANDIT_BIAS] = 1}};
    double worths[BANDIT_ARM_COUNT];
    bandit_init(&bandit, 7);
    bandit_learn(&bandit, &context, 2);
    struct prng same = bandit.prng;
    const double draw = BANDIT_DOUBT * sqrt(0.5) * prng_normal(&same); /* x' B^-1 x = 1 / 2 */
    bandit_choose(&bandit, &context, worths);
    EXPECT_NEAR(worths[BANDIT_SKIP], 0, 0);
    EXPECT_NEAR(worths[BANDIT_HALF_SIZE], 1 / 2.0 + 0.5 * draw, 1e-12);
    EXPECT_NEAR(worths[BANDIT_WHOLE], 2 / 2.0 + draw, 1e-12);
    EXPECT_NEAR(worths[BANDIT_LARGE], 3 / 2.0 + 1.5 * draw, 1e-12);
}

TEST(where_an_input_tells_winners_it_learns_to_skip_losers_and_to_size_winners_up)
{
    double first = 0, last = 0, gained = 0;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct bandit bandit;
        bandit_init(&bandit, seed);
        const struct life life = live(&bandit, 1000 + seed, 0.6);
        first += life.regret[0], last += life.regret[3], gained += life.worth - life.always;
        int skipped = 0, large = 0;
        for (int i = 0; i < 100; i++) {
            struct bandit_context context = {.inputs = {[BANDIT_BIAS] = 1}};
            context.inputs[BANDIT_PROBABILITY] = -0.9;
            skipped += bandit_choose(&bandit, &context, NULL) == BANDIT_SKIP;
            context.inputs[BANDIT_PROBABILITY] = 0.9;
            large += bandit_choose(&bandit, &context, NULL) == BANDIT_LARGE;
        }
        EXPECT(skipped >= 90 && large >= 90);
    }
    EXPECT(last < 0.5 * first);
    EXPECT(gained / 20 > 0.15 * TRADES); /* an oracle gains 0.27 a trade */
}

/* The mean of a coin is nothing, so what it sizes gains or loses nothing but by luck: the sum over
 * 1,000 trades has a deviation of about 25. */
TEST(where_nothing_tells_them_it_does_not_lose_against_always)
{
    double sum = 0, worst = INFINITY;
    for (uint64_t seed = 1; seed <= 50; seed++) {
        struct bandit bandit;
        bandit_init(&bandit, seed);
        const struct life life = live(&bandit, 2000 + seed, 0);
        sum += life.worth - life.always;
        worst = fmin(worst, life.worth - life.always);
    }
    EXPECT(sum / 50 > -15);
    EXPECT(worst > -100);
}

TEST(what_turned_round_is_unlearned)
{
    struct bandit bandit;
    bandit_init(&bandit, 3);
    live(&bandit, 1, 0.6);
    for (int i = 0; i < 3; i++)
        live(&bandit, 2 + (uint64_t)i, -0.6);
    struct bandit_context context = {.inputs = {[BANDIT_BIAS] = 1, [BANDIT_PROBABILITY] = 0.9}};
    int skipped = 0;
    for (int i = 0; i < 100; i++)
        skipped += bandit_choose(&bandit, &context, NULL) == BANDIT_SKIP;
    EXPECT(skipped >= 90);
}

static bool all_finite(const struct bandit *bandit)
{
    for (int i = 0; i < BANDIT_INPUT_COUNT; i++) {
        for (int k = 0; k < BANDIT_INPUT_COUNT; k++)
            if (!isfinite(bandit->b.at[i][k]))
                return false;
        for (int arm = 0; arm < BANDIT_ARM_COUNT; arm++)
            if (!isfinite(bandit->f[arm][i]))
                return false;
    }
    return true;
}

TEST(no_figure_makes_it_run_away)
{
    const double wild[] = {(double)NAN, INFINITY, -INFINITY, 1e308, -1e308, 0, 1e-308, 3};
    struct bandit bandit;
    struct prng world;
    bandit_init(&bandit, 1);
    prng_init(&world, 9);
    for (int i = 0; i < 20000; i++) {
        struct bandit_context context;
        double worths[BANDIT_ARM_COUNT];
        for (int k = 0; k < BANDIT_INPUT_COUNT; k++)
            context.inputs[k] = wild[prng_below(&world, 8)];
        bandit_learn(&bandit, &context, wild[prng_below(&world, 8)]);
        const enum bandit_arm arm = bandit_choose(&bandit, &context, worths);
        EXPECT(arm < BANDIT_ARM_COUNT && isfinite(worths[BANDIT_LARGE]));
    }
    EXPECT(all_finite(&bandit));
    const uint64_t seen = bandit.seen;
    bandit_learn(&bandit, &(struct bandit_context){.inputs = {1}}, (double)NAN);
    EXPECT(bandit.seen == seen);
}

TEST(a_copy_goes_on_as_the_original)
{
    struct bandit one, other;
    bandit_init(&one, 11);
    live(&one, 5, 0.3);
    other = one;
    const struct life a = live(&one, 6, 0.3), b = live(&other, 6, 0.3);
    EXPECT(memcmp(&one, &other, sizeof one) == 0);
    EXPECT_NEAR(a.worth, b.worth, 0);
}
