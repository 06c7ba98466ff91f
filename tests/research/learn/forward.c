/* SPDX-License-Identifier: MIT */
#include "research/learn/forward.h"

#include <errno.h>

#include "core/decision/value.h"
#include "core/model/heuristic.h"
#include "planted.h"

#define COUNT 900

static const struct planted two = {
    .seed = 5, .count = COUNT, .strategies = 2, .low = 0.25, .high = 0.65};

static struct forward_config quick(void)
{
    struct forward_config config = forward_config_usual();
    config.terms.rounds = 20;
    config.tests = 4;
    config.round_trip_fee = PLANTED_FEE;
    return config;
}

static void walk(const struct forward_config *config, const struct examples *examples,
                 struct forward *ret)
{
    char error[256] = "";
    const int code = forward_run(config, examples, ret, error, sizeof error);
    if (code != 0) {
        print_error("%s\n", error);
    }
    EXPECT_INT(code, 0);
}

/* All but what hangs on the outcome. */
static bool same(const struct forward_row *a, const struct forward_row *b)
{
    return a->example == b->example && a->fold == b->fold && a->taken == b->taken &&
           memcmp(a->members, b->members, sizeof a->members) == 0 &&
           memcmp(&a->own, &b->own, 5 * sizeof a->own) == 0;
}

/* Outcomes that end after a moment are turned round: whatever was said by then was said without
 * them. */
TEST(later_outcomes_change_nothing_that_was_said_before)
{
    const struct forward_config config = quick();
    struct examples examples;
    struct forward before, after;
    planted_make(&two, &examples, NULL);
    walk(&config, &examples, &before);
    const struct forward_row *middle = &before.rows[before.count / 2];
    const int64_t now_ns = examples.list[middle->example].time_ns;
    size_t turned = 0;
    for (size_t i = 0; i < COUNT; i++) {
        if (examples.list[i].known_ns > now_ns) {
            examples.list[i].won = !examples.list[i].won;
            examples.list[i].reward = -examples.list[i].reward;
            turned++;
        }
    }
    walk(&config, &examples, &after);
    EXPECT_INT((int64_t)before.count, (int64_t)after.count);
    size_t earlier = 0, changed = 0;
    for (size_t i = 0; i < before.count; i++) {
        if (examples.list[before.rows[i].example].time_ns <= now_ns) {
            EXPECT(same(&before.rows[i], &after.rows[i]));
            earlier++;
        } else {
            changed += !same(&before.rows[i], &after.rows[i]);
        }
    }
    EXPECT(turned > COUNT / 4 && earlier > COUNT / 5);
    EXPECT(changed > COUNT / 5); /* and it is not for want of listening */
    forward_free(&before), forward_free(&after);
    examples_free(&examples);
}

TEST(each_test_example_is_told_once_in_order_by_models_of_its_past)
{
    const struct forward_config config = quick();
    struct examples examples;
    struct forward forward;
    planted_make(&two, &examples, NULL);
    walk(&config, &examples, &forward);
    EXPECT_INT((int64_t)forward.fold_count, 4);
    EXPECT_INT(forward.strategies, 3);
    size_t expected = 0, purged = 0, guessed = 0;
    for (size_t fold = 0; fold < forward.fold_count; fold++) {
        const struct walk_fold *span = &forward.folds[fold];
        EXPECT(span->train_until_ns + config.embargo_ns == span->test_from_ns);
        for (size_t i = 0; i < COUNT; i++) {
            const struct example *example = &examples.list[i];
            expected +=
                example->time_ns >= span->test_from_ns && example->time_ns < span->test_until_ns;
            purged +=
                example->time_ns < span->test_from_ns && example->known_ns > span->train_until_ns;
        }
    }
    EXPECT_INT((int64_t)forward.count, (int64_t)expected);
    EXPECT_INT((int64_t)forward.purged, (int64_t)purged);
    EXPECT(purged > 4);
    for (size_t i = 0; i < forward.count; i++) {
        const struct forward_row *row = &forward.rows[i];
        const struct example *example = &examples.list[row->example];
        const struct walk_fold *span = &forward.folds[row->fold];
        EXPECT(i == 0 || forward.rows[i - 1].example < row->example);
        EXPECT(example->time_ns >= span->test_from_ns && example->time_ns < span->test_until_ns);
        double least = 1, most = 0;
        for (int k = 0; k < FORWARD_MEMBER_COUNT; k++) {
            least = fmin(least, row->members[k]);
            most = fmax(most, row->members[k]);
        }
        EXPECT(row->ensemble >= least - 1e-12 && row->ensemble <= most + 1e-12);
        EXPECT(isnan(row->members[FORWARD_FOREST]) == !booster_supported());
        EXPECT(row->taken == (expected_value(row->ensemble, 100, 98, 103, PLANTED_FEE) > 0));
        EXPECT(row->heuristic_taken == (row->heuristic > 0.5)); /* 0.025 to win, 0.025 to lose */
        guessed += row->heuristic_taken;
    }
    print_message("the heuristic takes %zu of %zu\n", guessed, forward.count);
    EXPECT(guessed > 0 && guessed < forward.count);
    forward_free(&forward);
    examples_free(&examples);
}

TEST(the_base_and_the_heuristic_are_what_they_say)
{
    const struct forward_config config = quick();
    struct planted one = two;
    struct examples examples;
    struct forward forward;
    one.strategies = 1;
    planted_make(&one, &examples, NULL);
    walk(&config, &examples, &forward);
    const struct forward_row *row = &forward.rows[0];
    const struct walk_fold *span = &forward.folds[0];
    double weight = 0, won = 0, squares = 0;
    for (size_t i = 0; i < COUNT; i++) {
        const struct example *example = &examples.list[i];
        if (example->known_ns <= span->train_until_ns) {
            const double counts = fit_weight(&config.terms, example, span->train_until_ns, false);
            weight += counts;
            squares += counts * counts;
            won += example->won ? counts : 0;
        }
    }
    const double effective = fmin(weight, weight * weight / squares);
    EXPECT_NEAR(row->members[FORWARD_BASE], (won / weight * effective + 1) / (effective + 2), 1e-9);
    struct features features;
    struct model_answer answer;
    examples_figures(&examples, row->example, features.values);
    heuristic_ask(&features, &answer);
    EXPECT_NEAR(row->heuristic, answer.probability, 0);
    EXPECT(!forward.pooled.known); /* one strategy has nobody to pool with */
    EXPECT_NEAR(forward.models[0].own_weight, 1, 0);
    forward_free(&forward);
    examples_free(&examples);
}

/* Of 900 examples 30 are of the second strategy: too few for a model of its own. */
TEST(a_strategy_with_few_examples_leans_on_the_pooled_model)
{
    const struct forward_config config = quick();
    struct planted mostly = two;
    struct examples examples;
    struct forward forward;
    mostly.strategies = 1;
    planted_make(&mostly, &examples, NULL);
    for (size_t i = 0; i < COUNT; i += 30) {
        examples.list[i].strategy = 1;
        examples.list[i].won = false;
    }
    EXPECT_INT(examples_weigh(&examples), 0);
    walk(&config, &examples, &forward);
    size_t young = 0;
    for (size_t i = 0; i < forward.count; i++) {
        const struct forward_row *row = &forward.rows[i];
        if (examples.list[row->example].strategy == 1) {
            EXPECT(isnan(row->own) && !isnan(row->pooled) && row->own_examples == 0);
            EXPECT(isnan(row->members[FORWARD_ONLINE]));
            /* 0.43 of all win; of its own, a dozen to two dozen, none did. */
            EXPECT(row->members[FORWARD_BASE] > 0.15 && row->members[FORWARD_BASE] < 0.4);
            young++;
        }
    }
    EXPECT(young > 10);
    EXPECT(forward.pooled.known && !forward.models[1].own.known);
    struct forward_row answer;
    forward_ask(&forward, 1, examples_features(&examples, 7), &answer);
    EXPECT(isfinite(answer.ensemble) && isnan(answer.own));
    forward_free(&forward);
    examples_free(&examples);
}

TEST(a_span_without_time_for_a_test_is_refused)
{
    const struct forward_config config = quick();
    struct planted none = two;
    struct examples examples;
    struct forward forward;
    char error[256] = "";
    none.count = 0;
    planted_make(&none, &examples, NULL);
    EXPECT_INT(forward_run(&config, &examples, &forward, error, sizeof error), -EINVAL);
    EXPECT_TEXT(error, "0 examples span too little time for 4 tests");
    forward_free(&forward);
    examples_free(&examples);
}

static bool give_up(void *context, double done)
{
    uint32_t *asked = context;
    EXPECT(done > 0 && done <= 1);
    return ++*asked < 3;
}

TEST(a_walk_ends_when_it_is_told_to)
{
    struct forward_config config = quick();
    struct examples examples;
    struct forward forward;
    uint32_t asked = 0;
    char error[256] = "";
    config.go_on = give_up;
    config.context = &asked;
    planted_make(&two, &examples, NULL);
    EXPECT_INT(forward_run(&config, &examples, &forward, error, sizeof error), -ECANCELED);
    EXPECT_INT(asked, 3);
    forward_free(&forward);
    examples_free(&examples);
}
