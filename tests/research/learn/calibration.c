/* SPDX-License-Identifier: MIT */
#include "research/learn/calibration.h"

#include "core/base/prng.h"
#include "core/model/sigmoid.h"
#include "test.h"

#define MANY 20000

static double margins[MANY], weights[MANY];
static bool won[MANY];
static struct calibration_step scratch[MANY];

static double ask(const struct calibration *calibration, double margin)
{
    double probability = NAN;
    EXPECT(calibration_apply(calibration, margin, &probability));
    return probability;
}

/* Newton's method in Python on the same eight examples. */
TEST(platt_on_eight_examples)
{
    const double at[] = {-2, -1.5, -1, -0.5, 0.5, 1, 1.5, 2};
    const bool came[] = {false, false, true, false, true, false, true, true};
    const double weighed[] = {1, 2, 1, 1, 0.5, 1, 1, 0.25};
    struct calibration calibration;
    EXPECT(calibration_fit_platt(&(struct calibration_config){at, came, NULL, 8}, &calibration));
    EXPECT_NEAR(calibration.a, 0.5753995637184455, 1e-7);
    EXPECT_NEAR(calibration.b, 0, 1e-7);
    EXPECT_NEAR(calibration.least, 0.1, 1e-15);
    EXPECT_NEAR(ask(&calibration, 1), sigmoid(0.5753995637184455), 1e-7);
    EXPECT_NEAR(ask(&calibration, 100), 0.9, 1e-15); /* eight have not seen more */
    EXPECT(calibration_fit_platt(&(struct calibration_config){at, came, weighed, 8}, &calibration));
    EXPECT_NEAR(calibration.a, 0.4959777427956876, 1e-7);
    EXPECT_NEAR(calibration.b, -0.3369413464230489, 1e-7);
}

TEST(a_margin_that_points_the_wrong_way_means_the_base_rate)
{
    for (size_t i = 0; i < 1000; i++) {
        margins[i] = (double)(i % 100) / 50 - 1;
        won[i] = i % 100 < 30;
    }
    struct calibration_choice choice;
    EXPECT(calibration_choose(&(struct calibration_config){margins, won, NULL, 1000}, scratch,
                              &choice));
    EXPECT_NEAR(ask(&choice.chosen, -1), 0.3, 0.002);
    EXPECT_NEAR(ask(&choice.chosen, 1), 0.3, 0.002);
}

TEST(isotonic_pools_what_falls_by_hand)
{
    /* Rates by margin, fifty each: 0.2 0.6 0.4 0.8. The middle two fall: together 0.5 at 1.5. */
    const double rates[] = {0.2, 0.6, 0.4, 0.8};
    for (size_t i = 0; i < 200; i++) {
        margins[i] = (double)(i / 50);
        won[i] = (double)(i % 50) < 50 * rates[i / 50];
    }
    struct calibration fitted;
    const struct calibration_config config = {margins, won, NULL, 200};
    EXPECT(calibration_fit_isotonic(&config, scratch, &fitted));
    EXPECT_INT(fitted.knot_count, 3);
    EXPECT_NEAR(ask(&fitted, 0), 0.2, 1e-12);
    EXPECT_NEAR(ask(&fitted, 1.5), 0.5, 1e-12);
    EXPECT_NEAR(ask(&fitted, 0.75), 0.35, 1e-12); /* half way */
    EXPECT_NEAR(ask(&fitted, 3), 0.8, 1e-12);
    EXPECT_NEAR(ask(&fitted, -50), 0.2, 1e-12);
    EXPECT_NEAR(ask(&fitted, 50), 0.8, 1e-12);
}

TEST(a_step_of_few_examples_joins_its_neighbour)
{
    /* Three at the top that all won are no proof of certainty: 20 of 43 there. */
    for (size_t i = 0; i < 83; i++) {
        margins[i] = i < 40 ? 0 : i < 80 ? 1 : 2;
        won[i] = i < 40 ? i < 8 : i < 80 ? i < 57 : true;
    }
    struct calibration fitted;
    EXPECT(calibration_fit_isotonic(&(struct calibration_config){margins, won, NULL, 83}, scratch,
                                    &fitted));
    EXPECT_INT(fitted.knot_count, 2);
    EXPECT_NEAR(ask(&fitted, 2), 20.0 / 43, 1e-12);
}

TEST(a_margin_that_is_no_number_has_no_answer)
{
    struct calibration platt = {.kind = CALIBRATION_PLATT, .least = 0.01, .a = 1};
    double probability = 7;
    EXPECT(!calibration_apply(&platt, NAN, &probability));
    EXPECT(!calibration_apply(&platt, INFINITY, &probability));
    EXPECT(!calibration_apply(&(struct calibration){0}, 0, &probability));
    EXPECT_NEAR(probability, 7, 0);
    const double none[] = {NAN, NAN};
    struct calibration_choice choice;
    EXPECT(!calibration_choose(&(struct calibration_config){none, won, NULL, 2}, scratch, &choice));
}

TEST(a_calibration_from_outside_is_refused_when_it_is_not_sound)
{
    struct calibration good = {.kind = CALIBRATION_ISOTONIC,
                               .knot_count = 2,
                               .least = 0.01,
                               .margins = {0, 1},
                               .probabilities = {0.2, 0.4}};
    EXPECT(calibration_is_sound(&good));
    struct calibration bad = good;
    bad.probabilities[1] = 0.1;
    EXPECT(!calibration_is_sound(&bad));
    bad = good;
    bad.margins[1] = 0;
    EXPECT(!calibration_is_sound(&bad));
    bad = good;
    bad.margins[0] = NAN;
    EXPECT(!calibration_is_sound(&bad));
    bad = good;
    bad.knot_count = CALIBRATION_KNOT_MAX + 1;
    EXPECT(!calibration_is_sound(&bad));
    bad = good;
    bad.least = 0;
    EXPECT(!calibration_is_sound(&bad));
    bad = (struct calibration){.kind = CALIBRATION_PLATT, .least = 0.01, .a = -1};
    EXPECT(!calibration_is_sound(&bad));
    bad.kind = 77;
    EXPECT(!calibration_is_sound(&bad));
}

static void draw(struct prng *prng, size_t count, double (*truth)(double margin))
{
    for (size_t i = 0; i < count; i++) {
        margins[i] = 1.5 * prng_normal(prng);
        won[i] = prng_real(prng) < truth(margins[i]);
    }
}

static double straight(double margin)
{
    return sigmoid(0.5 * margin - 1);
}

static double stepped(double margin)
{
    return margin < -0.5 ? 0.3 : margin < 0.5 ? 0.35 : 0.65;
}

/* The mean distance from the truth over the margins that were drawn. */
static double distance(const struct calibration *calibration, double (*truth)(double margin))
{
    double sum = 0;
    for (double margin = -3; margin <= 3; margin += 0.01) {
        sum += fabs(ask(calibration, margin) - truth(margin)) / 601;
    }
    return sum;
}

TEST(a_straight_truth_is_found_by_platt_and_a_stepped_one_by_isotonic)
{
    struct prng prng;
    struct calibration_choice choice;
    int platt = 0, isotonic = 0;
    prng_init(&prng, test_seed());
    for (int run = 0; run < 10; run++) {
        draw(&prng, 4000, straight);
        const struct calibration_config config = {margins, won, NULL, 4000};
        EXPECT(calibration_choose(&config, scratch, &choice));
        platt += choice.chosen.kind == CALIBRATION_PLATT;
        EXPECT(distance(&choice.chosen, straight) < 0.05);
        draw(&prng, 4000, stepped);
        EXPECT(calibration_choose(&config, scratch, &choice));
        isotonic += choice.chosen.kind == CALIBRATION_ISOTONIC;
        EXPECT(distance(&choice.chosen, stepped) < 0.05);
        EXPECT(isfinite(choice.platt_loss) && isfinite(choice.isotonic_loss));
    }
    EXPECT(platt >= 8 && isotonic == 10);
}

TEST(few_examples_get_platts_however_they_fall)
{
    struct prng prng;
    struct calibration_choice choice;
    prng_init(&prng, test_seed());
    draw(&prng, 1000, stepped);
    for (size_t i = 0; i < 1000; i++) {
        weights[i] = 0.4; /* a thousand rows worth four hundred */
    }
    const struct calibration_config config = {margins, won, weights, 1000};
    EXPECT(calibration_choose(&config, scratch, &choice));
    EXPECT_INT(choice.chosen.kind, CALIBRATION_PLATT);
    EXPECT_NEAR(choice.effective, 400, 1e-9);
    EXPECT_NEAR(choice.chosen.least, 1.0 / 402, 1e-12);
    EXPECT(isnan(choice.platt_loss));
}

/* Whatever the examples: sound, never falling, within the bounds, and at most so many knots. */
TEST(every_calibration_is_monotone_and_held_within_its_bounds)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    for (int run = 0; run < 200; run++) {
        const size_t count = 1 + prng_below(&prng, run < 150 ? 300 : 5000);
        const double grain = run % 3 == 0 ? 0.1 : run % 3 == 1 ? 1e-3 : 0;
        for (size_t i = 0; i < count; i++) {
            const double x = 3 * prng_normal(&prng);
            margins[i] = prng_below(&prng, 50) == 0 ? NAN
                         : grain > 0                ? round(x / grain) * grain
                                                    : x;
            weights[i] = run % 2 == 0 ? 1 : prng_real(&prng) * (double)prng_below(&prng, 3);
            won[i] =
                run % 5 == 0 ? false : prng_real(&prng) < sigmoid(run % 7 == 0 ? -x : x * x - 1);
        }
        struct calibration fitted[3];
        struct calibration_choice choice;
        const struct calibration_config config = {margins, won, weights, count};
        if (!calibration_choose(&config, scratch, &choice)) {
            continue;
        }
        fitted[0] = choice.chosen;
        EXPECT(calibration_fit_platt(&config, &fitted[1]));
        EXPECT(calibration_fit_isotonic(&config, scratch, &fitted[2]));
        for (int k = 0; k < 3; k++) {
            EXPECT(calibration_is_sound(&fitted[k]));
            double before = 0;
            for (double margin = -12; margin <= 12; margin += 0.05) {
                const double p = ask(&fitted[k], margin);
                EXPECT(p >= before - 1e-15);
                EXPECT(p >= 1 / (choice.effective + 2) - 1e-15);
                EXPECT(p <= 1 - 1 / (choice.effective + 2) + 1e-15);
                before = p;
            }
        }
    }
}
