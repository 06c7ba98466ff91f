/* SPDX-License-Identifier: MIT */
#include "research/learn/spend.h"

#include "core/base/prng.h"
#include "core/base/timestamp.h"
#include "test.h"

static int64_t at(const char *text)
{
    int64_t time_ns = 0;
    EXPECT(timestamp_parse(text, strlen(text), &time_ns));
    return time_ns;
}

TEST(a_week_begins_on_monday)
{
    const int64_t monday = at("2026-11-16T00:00Z");
    EXPECT_INT(spend_week(at("2026-11-22T23:59:59Z")), spend_week(monday));
    EXPECT_INT(spend_week(at("2026-11-23T00:00Z")), spend_week(monday) + 1);
    EXPECT_INT(spend_week(monday - 1), spend_week(monday) - 1);
    EXPECT_INT(spend_week_ns(spend_week(at("2026-11-19T12:00Z"))), monday);
    EXPECT_INT(spend_week(0), 0);
}

TEST(each_training_of_a_week_takes_half_of_what_is_left)
{
    struct spend spend = {0};
    EXPECT_NEAR(spend_training(&spend, at("2026-11-16T00:00Z")), 0.005, 1e-18);
    EXPECT_NEAR(spend_training(&spend, at("2026-11-18T09:00Z")), 0.0025, 1e-18);
    EXPECT_NEAR(spend_training(&spend, at("2026-11-22T23:59Z")), 0.00125, 1e-18);
    /* A clock that was put back does not buy the week before anew. */
    EXPECT_NEAR(spend_training(&spend, at("2026-11-15T12:00Z")), 0.000625, 1e-18);
    EXPECT_NEAR(spend_training(&spend, at("2026-11-23T00:00Z")), 0.005, 1e-18);
    EXPECT_INT(spend.trainings, 1);
}

TEST(however_often_one_trains_the_week_is_not_overspent)
{
    struct spend spend = {0};
    double sum = 0;
    for (int i = 0; i < 5000; i++) {
        sum += spend_training(&spend, at("2026-11-18T09:00Z"));
    }
    EXPECT(sum <= SPEND_WEEK);
}

/* Holm by hand: 0.004 * 5, 0.011 * 4, 0.012 * 3 (not below the one before), 0.2 * 2, 0.3 * 1. */
TEST(holm_worked_by_hand)
{
    const double p[] = {0.012, NAN, 0.3, 0.004, 0.2, 0.011};
    double adjusted[6];
    spend_holm(p, 6, adjusted);
    EXPECT_NEAR(adjusted[3], 0.02, 1e-15);
    EXPECT_NEAR(adjusted[5], 0.044, 1e-15);
    EXPECT_NEAR(adjusted[0], 0.044, 1e-15);
    EXPECT_NEAR(adjusted[4], 0.4, 1e-15);
    EXPECT_NEAR(adjusted[2], 0.4, 1e-15);
    EXPECT(isnan(adjusted[1]));
    spend_holm((double[]){0.7, 0.9}, 2, adjusted);
    EXPECT_NEAR(adjusted[0], 1, 0);
}

/* Ten strategies that share their luck to any degree, two trainings a week, none worth anything:
 * at 1 % a family thirty of three thousand weeks promote something; more than 45 come once in 200
 * times. */
TEST(of_worthless_weeks_one_in_a_hundred_promotes_anything)
{
    enum { WEEKS = 3000, STRATEGIES = 10 };
    struct prng prng;
    struct spend spend = {0};
    int wrong = 0;
    prng_init(&prng, test_seed());
    for (int week = 0; week < WEEKS; week++) {
        bool promoted = false;
        for (int training = 0; training < 2; training++) {
            double p[STRATEGIES], adjusted[STRATEGIES];
            const double shared = prng_normal(&prng), part = prng_real(&prng);
            for (int i = 0; i < STRATEGIES; i++) {
                const double z = sqrt(part) * shared + sqrt(1 - part) * prng_normal(&prng);
                p[i] = 0.5 * erfc(z / sqrt(2));
            }
            const double alpha =
                spend_training(&spend, spend_week_ns(3000 + week) + training * NS_PER_DAY);
            spend_holm(p, STRATEGIES, adjusted);
            for (int i = 0; i < STRATEGIES; i++) {
                promoted = promoted || adjusted[i] <= alpha;
            }
        }
        wrong += promoted;
    }
    print_message("%d of %d weeks\n", wrong, WEEKS);
    EXPECT(wrong <= 45);
    EXPECT(wrong > 0);
}
