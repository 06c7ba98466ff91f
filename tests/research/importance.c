/* SPDX-License-Identifier: MIT */
#include "research/importance.h"

#include "test.h"

#define TRIALS_MAX 20000
#define PI 3.14159265358979323846

struct values {
    double a, b, c, d;
    int64_t whole;
    int32_t colour;
};

static const char *const colours[] = {"red", "green", "blue", NULL};

static const struct option rows[] = {
    {"a", OPTION_REAL, "", "0", -PI, PI, NULL, OPTION_FIELD(struct values, a), "a"},
    {"b", OPTION_REAL, "", "0", -PI, PI, NULL, OPTION_FIELD(struct values, b), "b"},
    {"c", OPTION_REAL, "", "0", -PI, PI, NULL, OPTION_FIELD(struct values, c), "c"},
    {"d", OPTION_REAL, "", "1", 0.01, 100, NULL, OPTION_FIELD(struct values, d), "d"},
    {"whole", OPTION_INT, "", "1", 1, 200, NULL, OPTION_FIELD(struct values, whole), "e"},
    {"colour", OPTION_CHOICE, "", "red", 0, 0, colours, OPTION_FIELD(struct values, colour), "f"},
};

static const struct config_section section = {
    "strategy.x", rows, sizeof rows / sizeof rows[0], NULL, "a strategy", false};

static struct point points[TRIALS_MAX];
static double scores[TRIALS_MAX];

typedef double surface(const double *x);

static struct space space_of(const char *const *texts)
{
    struct space space = {0};
    char error[256] = "";
    for (; *texts != NULL; texts++) {
        EXPECT_INT(space_add(&space, &section, 1, "x", *texts, error, sizeof error), 0);
    }
    return space;
}

static void measure(const char *const *texts, surface *score, size_t count, struct importance *ret)
{
    const struct space space = space_of(texts);
    struct prng prng;
    prng_init(&prng, test_seed());
    for (size_t i = 0; i < count; i++) {
        space_draw(&space, &prng, &points[i]);
        scores[i] = score(points[i].at);
    }
    importance_measure(&space, &(struct scored){points, scores, count}, ret);
}

/* 1 and 3 of the first word, 5 and 7 of the second: means 2 and 6, of all 4. Between 4 * 4 = 16,
 * within 4 * 1 = 4, total 20; one off for chance: (16 - 1 * 4 / 2) / 20 = 0.7. */
TEST(four_trials_of_two_words_worked_by_hand)
{
    const struct space space = space_of((const char *[]){"colour=green,red", NULL});
    const struct point four[] = {{{1}}, {{1}}, {{0}}, {{0}}};
    const double came[] = {1, 3, 5, 7};
    struct importance importance;
    importance_measure(&space, &(struct scored){four, came, 4}, &importance);
    EXPECT_INT((int64_t)importance.count, 4);
    EXPECT_NEAR(importance.share[0], 0.7, 1e-12);
    EXPECT(importance.first == 0 && importance.second == 0);
}

/* Two trials of each of three words, 0 and 2, 10 and 12, 0 and 2: between 2 * (3.33^2 + 6.67^2 +
 * 3.33^2) = 133.33, within 6, total 139.33; (133.33 - 2 * 6 / 3) / 139.33. */
TEST(each_word_is_a_bin_however_few_the_trials)
{
    const struct space space = space_of((const char *[]){"colour=red,green,blue", NULL});
    const struct point six[] = {{{0}}, {{0}}, {{1}}, {{1}}, {{2}}, {{2}}};
    const double came[] = {0, 2, 10, 12, 0, 2};
    struct importance importance;
    importance_measure(&space, &(struct scored){six, came, 6}, &importance);
    EXPECT_NEAR(importance.share[0], 129.0 / 139 + 0.0002, 0.0003);
}

TEST(the_ends_of_an_axis_are_in_its_first_and_last_bin)
{
    const struct space space = space_of((const char *[]){"a", NULL});
    struct point ends[40];
    double came[40];
    for (int i = 0; i < 40; i++) {
        ends[i] = (struct point){{i % 2 == 0 ? space.axes[0].min : space.axes[0].max}};
        came[i] = i % 2;
    }
    struct importance importance;
    importance_measure(&space, &(struct scored){ends, came, 40}, &importance);
    EXPECT_NEAR(importance.share[0], 1, 1e-12);
}

static double slopes(const double *x)
{
    return 3 * x[0] + x[1];
}

/* The variances of 3a and b are as 9 to 1; c does nothing. */
TEST(shares_of_a_sum_are_those_of_its_parts)
{
    struct importance importance;
    measure((const char *[]){"a", "b", "c", NULL}, slopes, 4000, &importance);
    EXPECT_NEAR(importance.share[0], 0.9, 0.02);
    EXPECT_NEAR(importance.share[1], 0.1, 0.02);
    EXPECT_NEAR(importance.share[2], 0, 0.01);
    EXPECT_NEAR(importance.pair[0][1], 1, 0.02);
    EXPECT_NEAR(importance.pair[1][0], importance.pair[0][1], 0);
    EXPECT_NEAR(importance.pair[1][1], importance.share[1], 0);
    EXPECT(importance.first == 0 && importance.second == 1);
}

static double product(const double *x)
{
    return x[1] * x[2] + 0.5 * x[0];
}

/* b and c act only together: var(bc) = (pi^2 / 3)^2 = 10.8, var(a / 2) = pi^2 / 12 = 0.82. */
TEST(axes_that_act_only_together_are_found_as_a_pair)
{
    struct importance importance;
    measure((const char *[]){"a", "b", "c", NULL}, product, 4000, &importance);
    EXPECT_NEAR(importance.share[1], 0, 0.02);
    EXPECT_NEAR(importance.share[2], 0, 0.02);
    EXPECT_NEAR(importance.share[0], 0.82 / 11.65, 0.02);
    EXPECT_NEAR(importance.pair[1][2], 10.8 / 11.65, 0.04);
    EXPECT(importance.first == 1 && importance.second == 2);
}

static double ishigami(const double *x)
{
    return sin(x[0]) + 7 * sin(x[1]) * sin(x[1]) + 0.1 * pow(x[2], 4) * sin(x[0]);
}

/* T. Ishigami and T. Homma's function (1990), whose shares are known: 0.314, 0.442, 0, and 0.244 of
 * the first and the third together. */
TEST(the_function_that_such_methods_are_tried_on)
{
    struct importance importance;
    measure((const char *[]){"a", "b", "c", NULL}, ishigami, TRIALS_MAX, &importance);
    EXPECT_NEAR(importance.share[0], 0.314, 0.02);
    EXPECT_NEAR(importance.share[1], 0.442, 0.03);
    EXPECT_NEAR(importance.share[2], 0, 0.01);
    EXPECT_NEAR(importance.pair[0][2], 0.314 + 0.244, 0.04);
    EXPECT_NEAR(importance.pair[0][1], 0.314 + 0.442, 0.04);
}

static double by_magnitude(const double *x)
{
    return log(x[0]) / log(10) + 2 * (x[1] == 1) + 0 * x[2];
}

/* The logarithm runs evenly over -2..2: variance 16 / 12. A third has 2 more: 4 * 2 / 9. */
TEST(magnitudes_words_and_whole_numbers_have_bins_too)
{
    struct importance importance;
    measure((const char *[]){"d=0.01..100:log", "colour=red,green,blue", "whole", NULL},
            by_magnitude, 3000, &importance);
    const double all = 16.0 / 12 + 8.0 / 9;
    EXPECT_NEAR(importance.share[0], 16.0 / 12 / all, 0.03);
    EXPECT_NEAR(importance.share[1], 8.0 / 9 / all, 0.03);
    EXPECT_NEAR(importance.share[2], 0, 0.01);
}

static double noise(const double *x)
{
    static struct prng prng;
    static bool begun;
    if (!begun) {
        prng_init(&prng, 4);
        begun = true;
    }
    return prng_normal(&prng) + 0 * x[0];
}

/* Without taking chance off, sixty trials in six bins would show 5 / 59 of noise as explained. */
TEST(noise_is_explained_by_nothing)
{
    double mean = 0;
    for (int run = 0; run < 40; run++) {
        struct importance importance;
        measure((const char *[]){"a", "b", NULL}, noise, 60, &importance);
        mean += importance.share[0] / 40;
        EXPECT(importance.share[1] >= 0);
    }
    EXPECT(mean < 0.06);
}

TEST(what_has_no_score_does_not_count_and_too_little_has_no_share)
{
    const struct space space = space_of((const char *[]){"colour=green,red", "a", NULL});
    const struct point some[] = {{{1}}, {{1}}, {{0}}, {{0}}, {{0}}, {{1}}};
    const double came[] = {1, 3, 5, 7, NAN, INFINITY}, same[] = {2, 2, 2, 2, 2, 2};
    struct importance importance;
    importance_measure(&space, &(struct scored){some, came, 6}, &importance);
    EXPECT_INT((int64_t)importance.count, 4);
    EXPECT_NEAR(importance.share[0], 0.7, 1e-12);
    importance_measure(&space, &(struct scored){some + 1, came + 1, 2}, &importance);
    EXPECT(isnan(importance.share[0]));
    EXPECT(importance.first == 0 && importance.second == 1);
    importance_measure(&space, &(struct scored){some, same, 6}, &importance);
    EXPECT(isnan(importance.share[0]));
    importance_measure(&space, &(struct scored){some, came, 0}, &importance);
    EXPECT(isnan(importance.share[0]) && importance.count == 0);
}
