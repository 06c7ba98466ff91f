/* SPDX-License-Identifier: MIT */
#include "research/learn/fit.h"

#include "core/model/sigmoid.h"
#include "planted.h"

#define COUNT 1200

static void fit_all(const struct examples *examples, const struct fit_terms *terms, struct fit *ret)
{
    static size_t rows[COUNT];
    char error[256] = "";
    for (size_t i = 0; i < examples->count; i++) {
        rows[i] = i;
    }
    const struct fit_data data = {
        .examples = examples, .rows = rows, .count = examples->count, .now_ns = INT64_C(1) << 60};
    const int code = fit_make(&data, terms, ret, error, sizeof error);
    if (code != 0) {
        print_error("%s\n", error);
    }
    EXPECT_INT(code, 0);
}

static struct fit_terms young_terms(void)
{
    struct fit_terms terms = fit_terms_usual();
    terms.half_life_days = 0;
    return terms;
}

static double loss_of(const struct examples *examples, const double *said)
{
    double sum = 0;
    for (size_t i = 0; i < examples->count; i++) {
        sum += log_loss(said[i], examples->list[i].won);
    }
    return sum / (double)examples->count;
}

static const struct planted strong = {
    .seed = 3, .count = COUNT, .strategies = 1, .low = 0.2, .high = 0.7};

TEST(what_was_held_out_shows_what_trees_see_and_a_logistic_model_does_not)
{
    if (!booster_supported()) {
        print_message("skipped: built without XGBoost\n");
        skip();
    }
    const struct fit_terms terms = young_terms();
    struct examples examples;
    struct fit fit;
    planted_make(&strong, &examples, NULL);
    fit_all(&examples, &terms, &fit);
    EXPECT(fit.known && fit.forest != NULL);
    EXPECT_NEAR(fit.base_rate, 0.45, 0.06);
    EXPECT(fit.effective > 300 && fit.effective < COUNT);
    const double forest = loss_of(&examples, fit.held_forest);
    const double logistic = loss_of(&examples, fit.held_logistic);
    EXPECT(forest < 0.65); /* who knew the truth would lose 0.556, who knew the rate alone 0.688 */
    EXPECT(logistic > 0.67);
    fit_free(&fit);
    examples_free(&examples);
}

TEST(the_same_examples_make_the_same_models_to_the_last_bit)
{
    const struct fit_terms terms = young_terms();
    struct examples examples;
    struct fit one, other;
    planted_make(&strong, &examples, NULL);
    fit_all(&examples, &terms, &one);
    fit_all(&examples, &terms, &other);
    EXPECT(memcmp(&one.logistic, &other.logistic, sizeof one.logistic) == 0);
    for (size_t i = 0; i < COUNT; i++) {
        struct fit_answer a, b;
        fit_ask(&one, examples_features(&examples, i), &a);
        fit_ask(&other, examples_features(&examples, i), &b);
        EXPECT(memcmp(&a, &b, sizeof a) == 0);
        EXPECT(isnan(a.forest) == !booster_supported());
        EXPECT(a.logistic > 0 && a.logistic < 1);
    }
    fit_free(&one), fit_free(&other);
    examples_free(&examples);
}

TEST(without_trees_the_logistic_model_is_what_it_was)
{
    struct fit_terms terms = young_terms();
    struct examples examples;
    struct fit with, without;
    planted_make(&strong, &examples, NULL);
    fit_all(&examples, &terms, &with);
    terms.trees = false;
    fit_all(&examples, &terms, &without);
    EXPECT(without.known && without.forest == NULL);
    EXPECT(memcmp(&with.logistic, &without.logistic, sizeof with.logistic) == 0);
    struct fit_answer answer;
    fit_ask(&without, examples_features(&examples, 0), &answer);
    EXPECT(isnan(answer.forest) && isfinite(answer.logistic));
    fit_free(&with), fit_free(&without);
    examples_free(&examples);
}

/* Were an outcome in its own held-out prediction, or one that overlaps it, changing the last third
 * would change what is said of it by more than what the others teach. */
TEST(what_is_held_out_of_a_block_does_not_hang_on_the_blocks_outcomes)
{
    const struct fit_terms terms = young_terms();
    struct examples examples;
    struct fit fit, turned;
    planted_make(&strong, &examples, NULL);
    fit_all(&examples, &terms, &fit);
    for (size_t i = 2 * COUNT / 3; i < COUNT; i++) {
        examples.list[i].won = !examples.list[i].won;
    }
    fit_all(&examples, &terms, &turned);
    /* Calibrated by all, but in the same order. */
    for (size_t i = 2 * COUNT / 3 + 1; i < COUNT; i++) {
        const double *one = booster_supported() ? fit.held_forest : fit.held_logistic;
        const double *other = booster_supported() ? turned.held_forest : turned.held_logistic;
        EXPECT((one[i] - one[i - 1]) * (other[i] - other[i - 1]) >= 0);
    }
    fit_free(&fit), fit_free(&turned);
    examples_free(&examples);
}

TEST(too_few_examples_or_one_outcome_alone_make_no_model)
{
    const struct fit_terms terms = young_terms();
    struct planted few = strong;
    struct examples examples;
    struct fit fit;
    few.count = FIT_LEAST;
    planted_make(&few, &examples, NULL);
    fit_all(&examples, &terms, &fit);
    EXPECT(!fit.known && fit.effective < FIT_LEAST);
    struct fit_answer answer;
    fit_ask(&fit, examples_features(&examples, 0), &answer);
    EXPECT(isnan(answer.forest) && isnan(answer.logistic));
    fit_free(&fit);
    examples_free(&examples);

    planted_make(&strong, &examples, NULL);
    for (size_t i = 0; i < COUNT; i++) {
        examples.list[i].won = true;
    }
    fit_all(&examples, &terms, &fit);
    EXPECT(!fit.known);
    EXPECT_NEAR(fit.base_rate, 1, 0);
    fit_free(&fit);
    examples_free(&examples);
}

TEST(an_example_counts_by_uniqueness_age_and_whose_trade_it_was)
{
    const struct fit_terms terms = {.half_life_days = 10, .own = 2};
    struct example example = {.known_ns = 0, .uniqueness = 0.5, .uniqueness_pooled = 0.25};
    EXPECT_NEAR(fit_weight(&terms, &example, 0, false), 0.5, 0);
    EXPECT_NEAR(fit_weight(&terms, &example, 20 * NS_PER_DAY, false), 0.125, 1e-12);
    EXPECT_NEAR(fit_weight(&terms, &example, 20 * NS_PER_DAY, true), 0.0625, 1e-12);
    example.own = true;
    EXPECT_NEAR(fit_weight(&terms, &example, 0, false), 1, 0);
}
