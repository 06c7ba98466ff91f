/* SPDX-License-Identifier: MIT */
/* What the heuristic makes of six features. */
#include "core/model/heuristic.h"

#include "core/base/prng.h"
#include "test.h"

/* A candidate, and how the book leans. */
struct asked {
    int32_t direction;
    double price, stop, target, book, majority;
};

/* By ADX and the ranks of volume and ATR; below 0 one still warms up. */
static struct features read_of(double adx, double volume, double atr, struct asked asked)
{
    struct features market, features;
    for (uint32_t i = 0; i < FEATURE_COUNT; i++) {
        market.values[i] = (double)NAN;
    }
    market.values[FEATURE_ADX] = adx >= 0 ? adx : (double)NAN;
    market.values[FEATURE_VOLUME_RANK] = volume >= 0 ? volume : (double)NAN;
    market.values[FEATURE_ATR_RANK] = atr >= 0 ? atr : (double)NAN;
    market.values[FEATURE_BOOK] = asked.book;
    const struct candidate candidate = {.direction = asked.direction,
                                        .price = asked.price,
                                        .stop = asked.stop,
                                        .target = asked.target,
                                        .majority = asked.majority};
    features_aim(&market, &candidate, &features);
    return features;
}

static struct model_answer answer_to(struct features features)
{
    struct model_answer answer;
    heuristic_ask(&features, &answer);
    return answer;
}

static double sum_of(const struct model_answer *answer)
{
    double sum = 0;
    for (uint32_t i = 0; i < answer->contribution_count; i++) {
        sum += answer->contributions[i].amount;
    }
    return sum;
}

static const struct asked usual = {
    .direction = 1, .price = 100, .stop = 98, .target = 102, .book = 0, .majority = 1};

TEST(what_is_usual_comes_to_a_half)
{
    const struct model_answer answer = answer_to(read_of(25, 50, 20, usual));
    EXPECT_INT(answer.kind, MODEL_HEURISTIC);
    EXPECT_NEAR(answer.probability, 0.5, 0);
    EXPECT_INT(answer.contribution_count, 6);
}

TEST(six_terms_worked_by_hand)
{
    const struct asked candidate = {
        .direction = 1, .price = 100, .stop = 97, .target = 109, .book = 0.3, .majority = 2};
    const struct model_answer answer = answer_to(read_of(31, 12, 65, candidate));
    /* 6 / 15, -38 / 50, 1 - 15 / 30, the book, 1 / 2, and 2 * 3 / 12 - 1. */
    const double terms[] = {0.4, -0.76, 0.5, 0.3, 0.5, -0.5};
    double sum = 0;
    for (uint32_t i = 0; i < 6; i++) {
        sum += terms[i];
    }
    EXPECT_NEAR(answer.probability, 0.5 + sum / 12, 1e-15);
    EXPECT_NEAR(answer.probability, 0.5366666666666667, 1e-15);
    const double figures[] = {31, 12, 65, 0.3, 2, 0.25};
    EXPECT_INT(answer.contribution_count, 6);
    for (uint32_t i = 0; i < 6; i++) {
        EXPECT_INT(answer.contributions[i].feature, i);
        EXPECT_NEAR(answer.contributions[i].figure, figures[i], 1e-15);
        EXPECT_NEAR(answer.contributions[i].amount, terms[i] / 12, 1e-15);
    }
}

TEST(no_term_counts_for_more_than_one)
{
    struct asked best = usual, worst = usual;
    best.book = 7, best.majority = 16, best.stop = 1e-9, best.target = 100.0001;
    worst.book = -7, worst.majority = -16, worst.stop = 99.99, worst.target = 1e9;
    EXPECT_NEAR(answer_to(read_of(100, 100, 50, best)).probability, 1, 1e-6);
    /* An ATR of the lowest rank is 2 / 3 of a term below what is usual. */
    const struct model_answer answer = answer_to(read_of(0, 0, 0, worst));
    EXPECT_NEAR(answer.probability, 0.5 - (5 + 2 / 3.) / 12, 1e-6);
}

TEST(what_is_not_known_says_nothing_and_the_others_count_for_more)
{
    struct asked alone = {
        .direction = 1, .price = 100, .book = (double)NAN, .majority = (double)NAN};
    EXPECT_INT(answer_to(read_of(-1, -1, -1, alone)).kind, MODEL_NONE);
    EXPECT_NEAR(answer_to(read_of(-1, -1, -1, alone)).probability, 0, 0);
    struct model_answer answer = answer_to(read_of(-1, 80, -1, alone));
    EXPECT_NEAR(answer.probability, 0.5 + 0.6 / 2, 1e-15);
    EXPECT_INT(answer.contribution_count, 1);
    alone.book = -0.2;
    answer = answer_to(read_of(-1, 80, -1, alone));
    EXPECT_NEAR(answer.probability, 0.5 + 0.4 / 4, 1e-15);
}

TEST(odds_need_a_stop_and_a_target_each_on_its_side_of_the_price)
{
    const struct {
        double stop, target;
        int32_t direction;
        bool known;
    } lines[] = {
        {95, 110, 1, true},   {105, 90, -1, true}, {0, 110, 1, false},   {95, 0, 1, false},
        {100, 110, 1, false}, {95, 100, 1, false}, {105, 110, 1, false}, {95, 90, 1, false},
        {95, 110, -1, false}, {105, 0, -1, false},
    };
    for (uint32_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct asked candidate = usual;
        candidate.stop = lines[i].stop, candidate.target = lines[i].target;
        candidate.direction = lines[i].direction;
        const double odds = read_of(25, 50, 20, candidate).values[FEATURE_ODDS];
        EXPECT(lines[i].known ? fabs(odds - 1 / 3.) < 1e-15 : isnan(odds));
    }
}

/* Now and then one that no market has. */
static double any(struct prng *prng, double low, double high)
{
    static const double odd[] = {(double)NAN, (double)INFINITY, -(double)INFINITY, 0, -1, 1e308,
                                 -1e308};
    return prng_below(prng, 4) == 0 ? odd[prng_below(prng, 7)]
                                    : low + (high - low) * prng_real(prng);
}

TEST(whatever_it_is_told_the_answer_is_a_probability_and_its_parts_add_up_to_it)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    uint32_t silent = 0;
    for (int i = 0; i < 20000; i++) {
        const struct asked candidate = {.direction = prng_below(&prng, 2) != 0 ? 1 : -1,
                                        .price = any(&prng, 1, 200),
                                        .stop = any(&prng, 1, 200),
                                        .target = any(&prng, 1, 200),
                                        .book = any(&prng, -1, 1),
                                        .majority = any(&prng, 0, 16)};
        const struct model_answer answer = answer_to(
            read_of(any(&prng, 0, 100), any(&prng, 0, 100), any(&prng, 0, 100), candidate));
        EXPECT(answer.probability >= 0 && answer.probability <= 1);
        if (answer.kind == MODEL_NONE) {
            EXPECT(answer.probability == 0 && answer.contribution_count == 0);
            silent++;
            continue;
        }
        EXPECT_NEAR(0.5 + sum_of(&answer), answer.probability, 1e-12);
        for (uint32_t k = 0; k < answer.contribution_count; k++) {
            EXPECT(isfinite(answer.contributions[k].figure));
            EXPECT(k == 0 || answer.contributions[k].feature > answer.contributions[k - 1].feature);
        }
    }
    EXPECT(silent < 100);
}

TEST(a_short_in_the_mirror_is_judged_as_the_long_is)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    for (int i = 0; i < 2000; i++) {
        /* Quarters, so that the distances are the same to the last bit. */
        const double stop = 0.25 * (double)(1 + prng_below(&prng, 100));
        const double target = 0.25 * (double)(1 + prng_below(&prng, 100));
        const double book = 2 * prng_real(&prng) - 1, adx = 100 * prng_real(&prng);
        const double volume = 100 * prng_real(&prng), atr = 100 * prng_real(&prng);
        const struct asked up = {1, 100, 100 - stop, 100 + target, book, 2};
        const struct asked down = {-1, 100, 100 + stop, 100 - target, -book, 2};
        const struct model_answer one = answer_to(read_of(adx, volume, atr, up));
        const struct model_answer two = answer_to(read_of(adx, volume, atr, down));
        EXPECT(memcmp(&one, &two, sizeof one) == 0);
    }
}
