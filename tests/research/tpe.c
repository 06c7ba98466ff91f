/* SPDX-License-Identifier: MIT */
#include "research/tpe.h"

#include "test.h"

#define SEEDS 30
#define BUDGET_MAX 400

struct values {
    double a, b, c, d;
    int64_t whole, wide;
    int32_t colour;
    bool on;
};

static const char *const colours[] = {"red", "green", "blue", "grey", NULL};

static const struct option rows[] = {
    {"a", OPTION_REAL, "", "0", -5, 5, NULL, OPTION_FIELD(struct values, a), "a"},
    {"b", OPTION_REAL, "", "0", -5, 5, NULL, OPTION_FIELD(struct values, b), "b"},
    {"c", OPTION_REAL, "", "0", -5, 5, NULL, OPTION_FIELD(struct values, c), "c"},
    {"d", OPTION_REAL, "", "1", 0.001, 1000, NULL, OPTION_FIELD(struct values, d), "d"},
    {"whole", OPTION_INT, "", "1", 1, 200, NULL, OPTION_FIELD(struct values, whole), "e"},
    {"wide", OPTION_INT, "", "1", 1, 9, NULL, OPTION_FIELD(struct values, wide), "f"},
    {"colour", OPTION_CHOICE, "", "red", 0, 0, colours, OPTION_FIELD(struct values, colour), "g"},
    {"on", OPTION_BOOL, "", "true", 0, 0, NULL, OPTION_FIELD(struct values, on), "h"},
};

static const struct config_section section = {
    "strategy.x", rows, sizeof rows / sizeof rows[0], NULL, "a strategy", false};

static struct space space_of(const char *const *texts)
{
    struct space space = {0};
    char error[256] = "";
    for (; *texts != NULL; texts++) {
        if (space_add(&space, &section, 1, "x", *texts, error, sizeof error) != 0) {
            print_error("%s: %s\n", *texts, error);
            EXPECT(false);
        }
    }
    return space;
}

typedef double surface(const double *x);

/* The best score of `budget` trials, drawn evenly or proposed. */
static double best_of(const struct space *space, surface *score, size_t budget, uint64_t seed,
                      bool proposed)
{
    static struct point points[BUDGET_MAX];
    static double scores[BUDGET_MAX];
    struct prng prng;
    prng_init(&prng, prng_mix(seed, 77));
    double best = -INFINITY;
    EXPECT(budget <= BUDGET_MAX);
    for (size_t i = 0; i < budget; i++) {
        const struct scored history = {points, scores, i};
        if (!proposed) {
            space_draw(space, &prng, &points[i]);
        } else {
            struct point point;
            EXPECT(tpe_propose(space, &history, seed, i, &point));
            points[i] = point;
        }
        scores[i] = score(points[i].at);
        best = fmax(best, scores[i]);
    }
    return best;
}

/* The rank sum of Wilcoxon, Mann and Whitney as a standard normal: above 0 where the bests found by
 * proposals are better than those drawn. */
static double advantage(const char *const *texts, surface *score, size_t budget)
{
    const struct space space = space_of(texts);
    double drawn[SEEDS], proposed[SEEDS], wins = 0;
    const uint64_t seed = test_seed();
    for (uint64_t i = 0; i < SEEDS; i++) {
        drawn[i] = best_of(&space, score, budget, prng_mix(seed, i), false);
        proposed[i] = best_of(&space, score, budget, prng_mix(seed, i), true);
    }
    for (int i = 0; i < SEEDS; i++) {
        for (int k = 0; k < SEEDS; k++) {
            wins += proposed[i] > drawn[k] ? 1 : proposed[i] == drawn[k] ? 0.5 : 0;
        }
    }
    const double n = SEEDS, mean = n * n / 2, deviation = sqrt(n * n * (2 * n + 1) / 12);
    print_message("z = %.1f\n", (wins - mean) / deviation);
    return (wins - mean) / deviation;
}

/* One in a thousand that are equally good get there by luck. */
#define BEYOND_LUCK 3.1

static double bowl(const double *x)
{
    return -(x[0] - 1.3) * (x[0] - 1.3) - 2 * (x[1] + 2.2) * (x[1] + 2.2);
}

TEST(a_bowl_over_two_axes_is_found_sooner_than_by_drawing)
{
    EXPECT(advantage((const char *[]){"a", "b", NULL}, bowl, 60) > BEYOND_LUCK);
}

/* Of four axes one does nothing and one counts by its logarithm. */
static double bowl_of_four(const double *x)
{
    const double off = log10(x[3]) - 1;
    return bowl(x) - off * off;
}

TEST(an_axis_that_does_nothing_and_one_of_magnitudes_do_not_mislead)
{
    EXPECT(advantage((const char *[]){"a", "b", "c", "d=0.001..1000:log", NULL}, bowl_of_four, 80) >
           BEYOND_LUCK);
}

/* Blue is best, but only when the number is right for blue; green is good all over. */
static double by_colour(const double *x)
{
    const double off = (x[0] - 140) / 20;
    return x[1] == 2 ? 3 - off * off : x[1] == 1 ? 1 - fabs(x[0] - 60) / 200 : -1;
}

TEST(a_word_and_the_number_that_goes_with_it_are_found_together)
{
    EXPECT(advantage((const char *[]){"whole", "colour=red,green,blue,grey", "b", NULL}, by_colour,
                     100) > BEYOND_LUCK);
}

/* A hundredth of the space is good, on a slope that leads there only from near. */
static double needle(const double *x)
{
    const double away = hypot(x[0] - 2.5, x[1] - 3.5);
    return away < 0.6 ? 10 - away : 1 / (1 + away);
}

TEST(a_needle_is_found_sooner_than_by_drawing)
{
    EXPECT(advantage((const char *[]){"a", "b", NULL}, needle, 100) > BEYOND_LUCK);
}

/* Good is where both are alike, which neither axis shows by itself. */
static double ridge(const double *x)
{
    const double across = x[0] - x[1], along = (x[0] + x[1]) / 2 - 3;
    return -20 * across * across - along * along;
}

TEST(a_ridge_across_two_axes_is_followed)
{
    EXPECT(advantage((const char *[]){"a", "b", NULL}, ridge, 80) > BEYOND_LUCK);
}

TEST(the_same_trials_seed_and_index_give_the_same_proposal)
{
    const struct space space = space_of((const char *[]){"a", "whole", "colour=red,blue", NULL});
    struct point points[40], a, b, c, d;
    double scores[40];
    struct prng prng;
    prng_init(&prng, test_seed());
    for (int i = 0; i < 40; i++) {
        space_draw(&space, &prng, &points[i]);
        scores[i] = points[i].at[0];
    }
    const struct scored history = {points, scores, 40};
    EXPECT(tpe_propose(&space, &history, 1, 40, &a) && tpe_propose(&space, &history, 1, 40, &b));
    EXPECT(tpe_propose(&space, &history, 1, 41, &c) && tpe_propose(&space, &history, 2, 40, &d));
    EXPECT(space_same(&space, &a, &b));
    EXPECT(!space_same(&space, &a, &c) && !space_same(&space, &a, &d));
}

/* Whole numbers 1..9 and two words: eighteen points, each proposed once, and then none. */
TEST(every_point_of_a_finite_space_is_proposed_once_and_then_none)
{
    const struct space space = space_of((const char *[]){"wide", "on=true,false", NULL});
    struct point points[19];
    double scores[19];
    bool seen[10][2] = {{false}};
    for (size_t i = 0; i < 18; i++) {
        const struct scored history = {points, scores, i};
        EXPECT(tpe_propose(&space, &history, test_seed(), i, &points[i]));
        bool *place = &seen[(int)points[i].at[0]][(int)points[i].at[1]];
        EXPECT(!*place);
        *place = true;
        scores[i] = points[i].at[0];
    }
    struct point untouched = {{42}};
    EXPECT(!tpe_propose(&space, &(struct scored){points, scores, 18}, 1, 18, &untouched));
    EXPECT_NEAR(untouched.at[0], 42, 0);
}

/* Half of the space refuses; the other half is all alike but for one place. */
TEST(what_was_refused_is_bad_and_is_kept_away_from)
{
    const struct space space = space_of((const char *[]){"a", NULL});
    struct point points[120];
    double scores[120];
    int refused = 0;
    for (size_t i = 0; i < 120; i++) {
        const struct scored history = {points, scores, i};
        EXPECT(tpe_propose(&space, &history, test_seed(), i, &points[i]));
        scores[i] = points[i].at[0] < 0 ? NAN : -fabs(points[i].at[0] - 2);
        refused += i >= 20 && points[i].at[0] < 0;
    }
    EXPECT(refused < 25); /* of a hundred, when drawing has fifty */
}

TEST(when_all_were_refused_it_goes_on_drawing)
{
    const struct space space = space_of((const char *[]){"a", "b", NULL});
    struct point points[60];
    double scores[60], least = 0, most = 0;
    for (size_t i = 0; i < 60; i++) {
        const struct scored history = {points, scores, i};
        EXPECT(tpe_propose(&space, &history, test_seed(), i, &points[i]));
        scores[i] = NAN;
        least = fmin(least, points[i].at[0]);
        most = fmax(most, points[i].at[0]);
    }
    EXPECT(least < -4 && most > 4);
}

TEST(a_proposal_is_always_a_point_that_the_axes_may_take)
{
    const struct space space = space_of((const char *[]){"a=-4..4:0.5", "d=0.01..100:log", "whole",
                                                         "colour=blue,red", "wide=1,4,9", NULL});
    struct point points[200];
    double scores[200];
    for (size_t i = 0; i < 200; i++) {
        const struct scored history = {points, scores, i};
        EXPECT(tpe_propose(&space, &history, test_seed(), i, &points[i]));
        struct point snapped = points[i];
        space_snap(&space, &snapped);
        EXPECT(space_same(&space, &snapped, &points[i]));
        scores[i] = -fabs(points[i].at[0] - 4) - fabs(log(points[i].at[1] / 0.01));
    }
}
