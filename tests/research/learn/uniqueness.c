/* SPDX-License-Identifier: MIT */
#include "research/learn/uniqueness.h"

#include "core/base/prng.h"
#include "core/base/timestamp.h"
#include "test.h"

#define MANY 400

static const struct uniqueness_config plain = {.own = UNIQUENESS_OWN};

static void unique_of(const struct outcome_span *spans, size_t count, double *ret)
{
    EXPECT_INT(uniqueness_weigh(&plain, spans, count, ret, NULL), 0);
}

/* Section 4.5.3 of the book: labels of the returns 0-3, 2-4 and 4-6, so that the third return is
 * shared by the first two. */
TEST(the_books_three_labels_are_unique_to_5_6_and_3_4_and_1)
{
    const struct outcome_span spans[] = {{0, 3, 0, false}, {2, 4, 0, false}, {4, 6, 0, false}};
    double unique[3];
    unique_of(spans, 3, unique);
    EXPECT_NEAR(unique[0], 5.0 / 6, 1e-15);
    EXPECT_NEAR(unique[1], 3.0 / 4, 1e-15);
    EXPECT_NEAR(unique[2], 1, 1e-15);
}

/* The book goes on: with the second label drawn, the next draw's chances are 5, 3 and 6 in 14. */
TEST(beside_the_books_second_label_the_chances_are_5_3_and_6_in_14)
{
    const struct outcome_span labels[] = {{0, 3, 0, false}, {2, 4, 0, false}, {4, 6, 0, false}};
    double next[3], sum = 0;
    for (size_t i = 0; i < 3; i++) {
        const struct outcome_span both[] = {labels[1], labels[i]};
        double unique[2];
        unique_of(both, 2, unique);
        next[i] = unique[1];
        sum += unique[1];
    }
    EXPECT_NEAR(next[0] / sum, 5.0 / 14, 1e-15);
    EXPECT_NEAR(next[1] / sum, 3.0 / 14, 1e-15);
    EXPECT_NEAR(next[2] / sum, 6.0 / 14, 1e-15);
}

TEST(one_outcome_told_ten_times_is_one_example)
{
    struct outcome_span spans[10];
    double unique[10], sum = 0;
    for (size_t i = 0; i < 10; i++) {
        spans[i] = (struct outcome_span){100, 700, 3, false};
    }
    unique_of(spans, 10, unique);
    for (size_t i = 0; i < 10; i++) {
        sum += unique[i];
    }
    EXPECT_NEAR(sum, 1, 1e-12);
}

TEST(outcomes_of_two_pairs_and_outcomes_that_only_touch_take_nothing_from_each_other)
{
    const struct outcome_span spans[] = {{0, 4, 0, false}, {0, 4, 1, false}, {4, 9, 0, false}};
    double unique[3];
    unique_of(spans, 3, unique);
    EXPECT(unique[0] == 1 && unique[1] == 1 && unique[2] == 1);
}

TEST(of_no_outcomes_there_is_nothing_to_say)
{
    EXPECT_INT(uniqueness_weigh(&plain, NULL, 0, NULL, NULL), 0);
}

/* As the book counts: bar by bar. */
static double slow_uniqueness(const struct outcome_span *spans, size_t count, size_t which)
{
    double sum = 0;
    for (int64_t bar = spans[which].begin_ns; bar < spans[which].end_ns; bar++) {
        int64_t together = 0;
        for (size_t i = 0; i < count; i++) {
            together += spans[i].pair == spans[which].pair && spans[i].begin_ns <= bar &&
                        bar < spans[i].end_ns;
        }
        sum += 1 / (double)together;
    }
    return sum / (double)(spans[which].end_ns - spans[which].begin_ns);
}

TEST(it_is_what_counting_bar_by_bar_gives)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    for (int run = 0; run < 20; run++) {
        struct outcome_span spans[MANY];
        double unique[MANY];
        const size_t count = 1 + (size_t)prng_below(&prng, MANY);
        const uint64_t room = 20 + prng_below(&prng, 2000);
        for (size_t i = 0; i < count; i++) {
            const int64_t begin = (int64_t)prng_below(&prng, room);
            spans[i] = (struct outcome_span){begin, begin + 1 + (int64_t)prng_below(&prng, 60),
                                             (uint32_t)prng_below(&prng, 3), false};
        }
        unique_of(spans, count, unique);
        for (size_t i = 0; i < count; i++) {
            EXPECT_NEAR(unique[i], slow_uniqueness(spans, count, i), 1e-11);
        }
    }
}

TEST(a_weight_halves_with_each_half_life_and_the_bots_own_trades_weigh_double)
{
    const int64_t now_ns = 1000 * NS_PER_DAY;
    const struct uniqueness_config config = {
        .now_ns = now_ns, .half_life_days = 180, .own = UNIQUENESS_OWN};
    const struct outcome_span spans[] = {
        {now_ns - NS_PER_DAY, now_ns, 0, false},
        {now_ns - 181 * NS_PER_DAY, now_ns - 180 * NS_PER_DAY, 0, false},
        {now_ns - 361 * NS_PER_DAY, now_ns - 360 * NS_PER_DAY, 0, true},
        {now_ns, now_ns + NS_PER_DAY, 0, false}, /* of the future none is young */
    };
    double unique[4], weights[4];
    EXPECT_INT(uniqueness_weigh(&config, spans, 4, unique, weights), 0);
    EXPECT_NEAR(weights[0], 1, 1e-12);
    EXPECT_NEAR(weights[1], 0.5, 1e-12);
    EXPECT_NEAR(weights[2], 2 * 0.25, 1e-12);
    EXPECT_NEAR(weights[3], 1, 1e-12);
    EXPECT(unique[1] == 1 && unique[2] == 1);
    EXPECT_INT(uniqueness_weigh(&plain, spans, 4, NULL, weights), 0);
    EXPECT_NEAR(weights[1], 1, 1e-12);
}
