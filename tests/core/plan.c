/* SPDX-License-Identifier: MIT */
/* What a plan's forests make of a signal's exits, by hand and at the edges. */
#include "core/model/plan.h"

#include <math.h>

#include "core/base/timestamp.h"
#include "core/decision/planned.h"

#include "model_fixture.h"

/* One whose parts each say one number, whatever they are asked. */
struct made {
    struct fixture_stump stumps[PLAN_PART_COUNT];
    struct plan_pair pairs[1];
    struct model_plan plan;
};

static void make(struct made *made, float target, float stop, float hours)
{
    const float said[PLAN_PART_COUNT] = {target, stop, hours};
    *made = (struct made){.plan = {.live = true, .edge = 0.1}};
    for (uint32_t i = 0; i < PLAN_PART_COUNT; i++) {
        made->plan.forests[i] =
            fixture_forest(&made->stumps[i], FEATURE_RSI, 1000, said[i], said[i]);
        made->plan.moves[i] = true;
        made->plan.alphas[i] = 0.5;
    }
    EXPECT(plan_check(&made->plan) == NULL);
}

/* A long at 100 with its target at 104, its stop at 98, for a day; all features known. */
static struct plan_question ask(const char *strategy, struct features *features)
{
    *features = (struct features){0};
    return (struct plan_question){.strategy = strategy,
                                  .symbol = "BTC/USD",
                                  .features = features,
                                  .direction = 1,
                                  .price = 100,
                                  .stop = 98,
                                  .target = 104,
                                  .hold_ns = NS_PER_DAY,
                                  .round_trip_fee = 0.005};
}

TEST(a_plan_moves_target_stop_and_time_by_what_its_forests_say)
{
    struct made made;
    struct features features;
    struct plan_said said;
    make(&made, 1.5F, 0.75F, 8);
    const struct plan_question question = ask("trend", &features);
    EXPECT(plan_ask(&made.plan, &question, &said));
    EXPECT_NEAR(said.target, 106, 1e-9);      /* 4 % times 1.5 */
    EXPECT_NEAR(said.stop, 98.5, 1e-9);       /* 2 % times 0.75 */
    EXPECT(said.hold_ns == 16 * NS_PER_HOUR); /* twice the median */
    EXPECT(said.expected_ns == 8 * NS_PER_HOUR);
}

TEST(a_short_has_its_target_below_and_its_stop_above)
{
    struct made made;
    struct features features;
    struct plan_said said;
    make(&made, 1.5F, 0.75F, 8);
    struct plan_question question = ask("trend", &features);
    question.direction = -1;
    question.stop = 102, question.target = 96;
    EXPECT(plan_ask(&made.plan, &question, &said));
    EXPECT_NEAR(said.target, 94, 1e-9);
    EXPECT_NEAR(said.stop, 101.5, 1e-9);
}

TEST(whatever_is_said_stays_within_half_and_twice_the_signals_own)
{
    static const struct {
        float said;
        double target, stop, hours;
    } rows[] = {{-5, 102, 99, 12}, {0.1F, 102, 99, 12}, {60, 108, 96, 48}, {1e30F, 108, 96, 24}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct made made;
        struct features features;
        struct plan_said said;
        make(&made, rows[i].said, rows[i].said, rows[i].said);
        const struct plan_question question = ask("trend", &features);
        EXPECT(plan_ask(&made.plan, &question, &said));
        EXPECT_NEAR(said.target, rows[i].target, 1e-9);
        EXPECT_NEAR(said.stop, rows[i].stop, 1e-9);
        EXPECT(said.hold_ns == (int64_t)rows[i].hours * NS_PER_HOUR);
    }
}

TEST(dca_keeps_to_three_to_fifteen_five_to_twelve_and_half_a_day_to_three)
{
    static const struct {
        float said;
        double target, stop, hours;
    } rows[] = {
        {0, 103, 95, 12}, {2, 108, 95, 12}, {3, 112, 94, 12}, {30, 115, 88, 60}, {90, 115, 88, 72}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct made made;
        struct features features;
        struct plan_said said;
        make(&made, rows[i].said, rows[i].said, rows[i].said);
        const struct plan_question question = ask("dca", &features);
        EXPECT(plan_ask(&made.plan, &question, &said));
        EXPECT_NEAR(said.target, rows[i].target, 1e-9);
        EXPECT_NEAR(said.stop, rows[i].stop, 1e-9);
        EXPECT(said.hold_ns == (int64_t)rows[i].hours * NS_PER_HOUR);
    }
}

TEST(what_a_signal_has_not_it_is_not_given_but_a_time)
{
    struct made made;
    struct features features;
    struct plan_said said;
    make(&made, 1.5F, 1.5F, 200);
    struct plan_question question = ask("trend", &features);
    question.stop = question.target = 0;
    question.hold_ns = 0;
    EXPECT(plan_ask(&made.plan, &question, &said));
    EXPECT(said.stop == 0 && said.target == 0);
    EXPECT(said.hold_ns == 7 * NS_PER_DAY);
}

TEST(a_part_that_does_not_move_leaves_the_signals_own)
{
    struct made made;
    struct features features;
    struct plan_said said;
    make(&made, 1.5F, 0.75F, 8);
    made.plan.moves[PLAN_TARGET] = made.plan.moves[PLAN_HOLD] = false;
    const struct plan_question question = ask("trend", &features);
    EXPECT(plan_ask(&made.plan, &question, &said));
    EXPECT(said.target == 104 && said.hold_ns == NS_PER_DAY);
    EXPECT_NEAR(said.stop, 98.5, 1e-9);
    EXPECT(said.expected_ns == 8 * NS_PER_HOUR); /* told all the same */
}

TEST(a_target_that_would_not_pay_the_fees_is_not_taken)
{
    struct made made;
    struct features features;
    struct plan_said said;
    make(&made, 0.5F, 1, 8);
    struct plan_question question = ask("trend", &features);
    question.round_trip_fee = 0.02;
    EXPECT(plan_ask(&made.plan, &question, &said));
    EXPECT(said.target == 104);
    question.round_trip_fee = 0.019;
    EXPECT(plan_ask(&made.plan, &question, &said));
    EXPECT_NEAR(said.target, 102, 1e-9);
}

TEST(a_pair_lies_beside_the_others_by_its_offset)
{
    struct made made;
    struct features features;
    struct plan_said said;
    make(&made, 1, 1, 8);
    made.pairs[0] = (struct plan_pair){"BTC/USD", {0.25, -0.25, 2}, {0.5, 0.5, 0.5}};
    made.plan.pairs = made.pairs;
    made.plan.pair_count = 1;
    EXPECT(plan_check(&made.plan) == NULL);
    struct plan_question question = ask("trend", &features);
    EXPECT(plan_ask(&made.plan, &question, &said));
    EXPECT_NEAR(said.target, 105, 1e-9);
    EXPECT_NEAR(said.stop, 98.5, 1e-9);
    EXPECT(said.hold_ns == 20 * NS_PER_HOUR);
    question.symbol = "PEPE/USD";
    EXPECT(plan_ask(&made.plan, &question, &said));
    EXPECT_NEAR(said.target, 104, 1e-9);
}

TEST(where_less_than_half_is_known_or_a_forest_says_nothing_the_signals_own_stays)
{
    struct made made;
    struct features features;
    struct plan_said said;
    make(&made, 1.5F, 0.75F, 8);
    struct plan_question question = ask("trend", &features);
    for (uint32_t i = 0; i < FEATURE_COUNT - PLAN_KNOWN_LEAST; i++) {
        features.values[i] = (double)NAN;
    }
    EXPECT(plan_ask(&made.plan, &question, &said)); /* a tree has a branch for it */
    features.values[FEATURE_COUNT - 1] = (double)NAN;
    EXPECT(!plan_ask(&made.plan, &question, &said));
    EXPECT(said.target == 104 && said.stop == 98 && said.hold_ns == NS_PER_DAY);
    EXPECT(said.expected_ns == 0);
    question = ask("trend", &features);
    question.price = 0;
    EXPECT(!plan_ask(&made.plan, &question, &said));
    const struct model_plan empty = {0};
    question = ask("trend", &features);
    EXPECT(plan_check(&empty) == NULL && !plan_is_there(&empty));
    EXPECT(!plan_ask(&empty, &question, &said) && said.target == 104);
    make(&made, 1.5F, 0.75F, 8);
    made.stumps[PLAN_TARGET].nodes[1].value = made.stumps[PLAN_TARGET].nodes[2].value = NAN;
    question = ask("trend", &features);
    EXPECT(plan_ask(&made.plan, &question, &said) && said.target == 104);
}

TEST(a_plan_that_is_broken_is_not_asked)
{
    struct made made;
    make(&made, 1, 1, 8);
    made.plan.edge = (double)NAN;
    EXPECT(plan_check(&made.plan) != NULL);
    make(&made, 1, 1, 8);
    made.plan.alphas[PLAN_STOP] = 1.5;
    EXPECT(plan_check(&made.plan) != NULL);
    make(&made, 1, 1, 8);
    made.plan.forests[PLAN_HOLD].feature_count = 3;
    EXPECT(plan_check(&made.plan) != NULL);
    make(&made, 1, 1, 8);
    made.plan.pairs = made.pairs;
    made.plan.pair_count = 1;
    made.pairs[0].offsets[PLAN_STOP] = (double)NAN;
    EXPECT(plan_check(&made.plan) != NULL);
    made.pairs[0].offsets[PLAN_STOP] = 0;
    made.pairs[0].weights[PLAN_STOP] = 2;
    EXPECT(plan_check(&made.plan) != NULL);
    made.pairs[0].weights[PLAN_STOP] = 0;
    memset(made.pairs[0].symbol, 'A', sizeof made.pairs[0].symbol);
    EXPECT(plan_check(&made.plan) != NULL);
}

TEST(kelly_stakes_by_the_signals_own_odds_and_the_size_is_that_over_the_usual)
{
    const struct candidate signal = {
        .direction = 1, .price = 100, .stop = 98, .target = 104.5, .round_trip_fee = 0.005};
    /* Odds 4 % to 2.5 %: 0.5 - 0.5 / 1.6. */
    EXPECT_NEAR(planned_edge(0.5, &signal), 0.1875, 1e-12);
    EXPECT_NEAR(planned_edge(1, &signal), 1, 1e-12);
    EXPECT(planned_edge(0.2, &signal) < 0);
    const struct candidate fees = {
        .direction = 1, .price = 100, .stop = 98, .target = 100.4, .round_trip_fee = 0.005};
    EXPECT(planned_edge(0.9, &fees) == 0);
    EXPECT_NEAR(planned_times(0.12, 0.1), 1.2, 1e-12);
    EXPECT(planned_times(0.3, 0.1) == 1.5);
    EXPECT(planned_times(-1, 0.1) == 0.5);
    EXPECT(planned_times((double)NAN, 0.1) == 0.5);
}
