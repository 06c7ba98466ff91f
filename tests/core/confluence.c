/* SPDX-License-Identifier: MIT */
#include "core/decision/confluence.h"

#include "test.h"

static const struct decision_config normal = {
    .actionable = 0.3,
    .agree = 2,
    .alone = 0.55,
    .confidence = 0.5,
    .imbalance_bonus = 0.05,
    .imbalance_threshold = 0.2,
    .imbalance_levels = 10,
};
static const struct voice even[STRATEGY_MAX] = {
    {1, 0.55}, {1, 0.55}, {1, 0.55}, {1, 0.55}, {1, 0.55}};

static struct vote say(uint8_t strategy, int8_t direction, double strength, double confidence)
{
    return (struct vote){.strategy = strategy,
                         .direction = direction,
                         .strength = strength,
                         .confidence = confidence,
                         .stop = 90 + strategy,
                         .target = 110 + strategy};
}

static struct confluence weigh(struct vote *votes, uint32_t count, double imbalance)
{
    struct confluence all;
    confluence_weigh(&normal, votes, count, &(struct confluence_view){even, imbalance, 100, 0, 0.5},
                     &all);
    return all;
}

TEST(two_that_agree_pass_the_gate_with_their_mean_confidence)
{
    struct vote votes[] = {say(0, 1, 0.4, 0.5), say(1, 1, 0.8, 0.54)};
    const struct confluence all = weigh(votes, 2, 0);
    EXPECT(all.passed && all.direction == 1);
    EXPECT_INT(all.agree_count, 2);
    EXPECT_NEAR(all.strength, 0.6, 1e-12);    /* (0.4 + 0.8) / 2 */
    EXPECT_NEAR(all.confidence, 0.52, 1e-12); /* (0.5 + 0.54) / 2 */
}

static struct vote by_ladder(uint8_t strategy, double confidence, int64_t rungs)
{
    struct vote vote = say(strategy, 1, 0.9, confidence);
    vote.ladder = (struct ladder_terms){.first = 0.05, .step = 0.01, .high = 100, .rungs = rungs};
    return vote;
}

TEST(a_ladder_is_made_where_all_that_agree_ask_for_one_and_the_most_confident_gives_it)
{
    struct vote alone[] = {by_ladder(0, 0.6, 5)};
    EXPECT_INT(weigh(alone, 1, 0).ladder.rungs, 5);
    EXPECT_NEAR(weigh(alone, 1, 0).ladder.high, 100, 0);
    struct vote both[] = {by_ladder(0, 0.6, 5), by_ladder(1, 0.7, 3), by_ladder(2, 0.7, 4)};
    EXPECT_INT(weigh(both, 3, 0).ladder.rungs, 3);
    struct vote now[] = {by_ladder(0, 0.9, 5), say(1, 1, 0.5, 0.5), by_ladder(2, 0.9, 4)};
    EXPECT_INT(weigh(now, 3, 0).ladder.rungs, 0);
    struct vote first[] = {say(0, 1, 0.5, 0.5), by_ladder(1, 0.9, 5)};
    EXPECT_INT(weigh(first, 2, 0).ladder.rungs, 0);
    /* Whoever is not heard, or speaks against it, takes nothing from it. */
    struct vote weak[] = {say(0, 1, 0.2, 0.5), by_ladder(1, 0.9, 5), by_ladder(2, 0.9, 2),
                          say(3, -1, 0.5, 0.5)};
    EXPECT_INT(weigh(weak, 4, 0).ladder.rungs, 5);
}

TEST(one_alone_needs_more_confidence_than_two_together)
{
    struct vote weak[] = {say(0, 1, 0.9, 0.54)};
    EXPECT(weigh(weak, 1, 0).too_few);
    struct vote strong[] = {say(0, 1, 0.9, 0.55)};
    EXPECT(weigh(strong, 1, 0).passed);
}

TEST(a_signal_below_the_floor_is_not_counted)
{
    struct vote votes[] = {say(0, 1, 0.29, 0.9), say(1, 1, 0.9, 0.29), say(2, -1, 0.3, 0.6)};
    const struct confluence all = weigh(votes, 3, 0);
    EXPECT_INT(all.direction, -1);
    EXPECT_INT(all.actionable_count, 1);
    EXPECT(!votes[0].actionable && !votes[1].actionable && votes[2].actionable);
}

TEST(as_many_long_as_short_is_a_tie_and_no_direction)
{
    struct vote votes[] = {say(0, 1, 0.9, 0.9), say(1, -1, 0.4, 0.4)};
    const struct confluence all = weigh(votes, 2, 0);
    EXPECT(all.tie && !all.passed && all.direction == 0);
}

TEST(nobody_actionable_is_too_few_and_not_a_tie)
{
    struct vote votes[] = {say(0, 0, 0.9, 0.9)};
    const struct confluence all = weigh(votes, 1, 0);
    EXPECT(all.too_few && !all.tie && !all.passed);
}

TEST(the_book_adds_confidence_when_it_agrees_and_takes_it_when_it_opposes)
{
    struct vote votes[] = {say(0, 1, 0.5, 0.47), say(1, 1, 0.5, 0.47)};
    EXPECT(!weigh(votes, 2, 0.2).passed); /* exactly the threshold: does not count */
    EXPECT(weigh(votes, 2, 0.21).passed); /* 0.47 + 0.05 */
    EXPECT_NEAR(weigh(votes, 2, -0.5).confidence, 0.42, 1e-12);
}

TEST(a_short_is_helped_by_a_book_that_leans_down)
{
    struct vote votes[] = {say(0, -1, 0.5, 0.47), say(1, -1, 0.5, 0.47)};
    EXPECT(weigh(votes, 2, -0.6).passed);
}

TEST(the_nearest_stop_and_target_of_the_agreeing_are_taken)
{
    struct vote longs[] = {say(0, 1, 0.5, 0.6), say(2, 1, 0.5, 0.6), say(3, -1, 0.9, 0.9)};
    const struct confluence up = weigh(longs, 3, 0);
    EXPECT_NEAR(up.stop, 92, 0);    /* the higher of 90 and 92; 93 is a short's */
    EXPECT_NEAR(up.target, 110, 0); /* the lower of 110 and 112 */
    struct vote shorts[] = {say(0, -1, 0.5, 0.6), say(2, -1, 0.5, 0.6)};
    const struct confluence down = weigh(shorts, 2, 0);
    EXPECT_NEAR(down.stop, 90, 0);
    EXPECT_NEAR(down.target, 112, 0);
}

TEST(a_missing_stop_leaves_the_other_ones)
{
    struct vote votes[] = {say(0, 1, 0.5, 0.6), say(1, 1, 0.5, 0.6)};
    votes[1].stop = 0;
    EXPECT_NEAR(weigh(votes, 2, 0).stop, 90, 0);
}

TEST(a_trade_follows_its_stop_as_closely_as_the_closest_of_the_agreeing)
{
    struct vote votes[] = {say(0, 1, 0.5, 0.6), say(1, 1, 0.5, 0.6), say(2, 1, 0.5, 0.6),
                           say(3, -1, 0.9, 0.9), say(4, 1, 0.2, 0.9)};
    votes[1].trail = 0.07;
    votes[2].trail = 0.05;
    votes[3].trail = 0.01; /* a short's */
    votes[4].trail = 0.02; /* too weak to count */
    EXPECT_NEAR(weigh(votes, 5, 0).trail, 0.05, 0);
    votes[2].trail = 0; /* says nothing, not "at once" */
    EXPECT_NEAR(weigh(votes, 5, 0).trail, 0.07, 0);
    votes[1].trail = 0;
    EXPECT_NEAR(weigh(votes, 5, 0).trail, 0, 0);
}

TEST(a_trade_is_broken_at_the_nearest_price_of_the_agreeing)
{
    struct vote longs[] = {say(0, 1, 0.5, 0.6), say(1, 1, 0.5, 0.6), say(2, 1, 0.5, 0.6),
                           say(3, -1, 0.9, 0.9)};
    EXPECT_NEAR(weigh(longs, 4, 0).broken, 0, 0);
    longs[1].broken = 95;
    longs[2].broken = 97;
    longs[3].broken = 99;
    EXPECT_NEAR(weigh(longs, 4, 0).broken, 97, 0); /* for a long the highest */
    struct vote shorts[] = {say(0, -1, 0.5, 0.6), say(1, -1, 0.5, 0.6), say(2, -1, 0.5, 0.6)};
    shorts[1].broken = 105;
    shorts[2].broken = 103;
    EXPECT_NEAR(weigh(shorts, 3, 0).broken, 103, 0); /* for a short the lowest */
}

TEST(a_trade_lasts_as_long_as_the_shortest_of_the_agreeing)
{
    struct vote votes[] = {say(0, 1, 0.5, 0.6), say(1, 1, 0.5, 0.6), say(2, 1, 0.5, 0.6),
                           say(3, -1, 0.9, 0.9)};
    EXPECT_INT(weigh(votes, 4, 0).hold_ns, 0);
    votes[0].hold_ns = 300;
    votes[1].hold_ns = 200; /* the third says nothing, not "at once" */
    votes[3].hold_ns = 100;
    EXPECT_INT(weigh(votes, 4, 0).hold_ns, 200);
}

TEST(sure_fire_wants_three_the_book_and_confidence)
{
    struct vote votes[] = {say(0, 1, 0.5, 0.62), say(1, 1, 0.5, 0.62), say(2, 1, 0.5, 0.62)};
    EXPECT(weigh(votes, 3, 0.5).sure_fire);  /* 0.62 + 0.05 */
    EXPECT(!weigh(votes, 3, 0.1).sure_fire); /* the book is silent */
    EXPECT(!weigh(votes, 2, 0.5).sure_fire);
}

TEST(weights_move_the_mean)
{
    struct vote votes[] = {say(0, 1, 0.4, 0.4), say(1, 1, 0.4, 0.8)};
    struct confluence all;
    const struct voice uneven[] = {{1, 0.55}, {3, 0.55}};
    confluence_weigh(&normal, votes, 2, &(struct confluence_view){uneven, 0, 100, 0, 0.5}, &all);
    EXPECT_NEAR(all.confidence, 0.7, 1e-12); /* (0.4 + 3 * 0.8) / 4 */
}

TEST(confidence_never_leaves_zero_to_one)
{
    struct vote votes[] = {say(0, 1, 1, 0.99), say(1, 1, 1, 0.99)};
    EXPECT_NEAR(weigh(votes, 2, 1).confidence, 1, 0);
}

static struct confluence best(struct vote *votes, uint32_t count)
{
    struct decision_config config = normal;
    config.rule = RULE_BEST;
    struct confluence all;
    confluence_weigh(&config, votes, count, &(struct confluence_view){even, 0, 100, 0, 0.5}, &all);
    return all;
}

TEST(where_the_best_decides_it_decides_alone)
{
    struct vote votes[] = {say(0, 1, 0.9, 0.6), say(1, -1, 0.5, 0.7), say(2, 1, 0.9, 0.65)};
    const struct confluence all = best(votes, 3);
    EXPECT(all.passed && all.direction == -1 && !all.tie);
    EXPECT_INT(all.strategies, 1 << 1);
    EXPECT_NEAR(all.confidence, 0.7, 1e-12);
    struct vote faint[] = {say(0, 1, 0.9, 0.45), say(1, 1, 0.9, 0.4)};
    EXPECT(!best(faint, 2).passed && !best(faint, 2).too_few); /* below `confidence` */
}

TEST(of_two_as_sure_the_one_worth_more_decides_and_of_two_alike_the_first)
{
    struct vote votes[] = {say(0, 1, 0.9, 0.6), say(1, 1, 0.9, 0.6), say(2, 1, 0.9, 0.6)};
    votes[1].target = 130;
    EXPECT_INT(best(votes, 3).strategies, 1 << 1);
    votes[1].target = votes[0].target;
    votes[2].stop = votes[1].stop = votes[0].stop;
    votes[2].target = votes[0].target;
    EXPECT_INT(best(votes, 3).strategies, 1 << 0);
}

TEST(a_strategy_may_be_enough_alone_with_less_than_others_need)
{
    struct vote votes[] = {say(0, 1, 0.9, 0.52)};
    EXPECT(weigh(votes, 1, 0).too_few);
    const struct voice fade[] = {{1, 0.52}};
    struct confluence all;
    confluence_weigh(&normal, votes, 1, &(struct confluence_view){fade, 0, 100, 0, 0.5}, &all);
    EXPECT(all.passed);
}

TEST(a_shadow_votes_for_nothing)
{
    struct vote votes[] = {say(0, 1, 0.9, 0.9), say(1, 1, 0.9, 0.9)};
    votes[0].shadow = votes[1].shadow = true;
    EXPECT_INT(weigh(votes, 2, 0).direction, 0);
    EXPECT(!votes[0].actionable);
}

TEST(an_entry_may_need_less_confidence_on_a_pair_and_a_close_never_does)
{
    struct confluence all;
    struct vote up[] = {say(0, 1, 0.9, 0.46), say(1, 1, 0.9, 0.46)};
    struct vote down[] = {say(0, -1, 0.9, 0.46), say(1, -1, 0.9, 0.46)};
    const struct confluence_view eased = {even, 0, 100, 0, 0.45};
    confluence_weigh(&normal, up, 2, &eased, &all);
    EXPECT(all.passed && all.gate == 0.45);
    confluence_weigh(&normal, down, 2, &eased, &all);
    EXPECT(!all.passed && all.gate == 0.5);
}
