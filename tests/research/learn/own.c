/* SPDX-License-Identifier: MIT */
/* The bot's own trades in the place of their labels. */
#include "research/learn/own.h"

#include <math.h>

#include "core/base/timestamp.h"
#include "test.h"

/* Of two pairs and two strategies a candidate each at the end of every hour, from the first on,
 * each over two hours later with a loss of one percent. */
static struct examples hours(uint32_t count)
{
    struct examples examples = {0};
    const float features[FEATURE_COUNT] = {0};
    for (uint32_t hour = 1; hour <= count; hour++) {
        for (uint32_t i = 0; i < 4; i++) {
            const struct example example = {
                .time_ns = hour * NS_PER_HOUR,
                .known_ns = (hour + 2) * NS_PER_HOUR,
                .hold_ns = NS_PER_HOUR,
                .price = 100,
                .reward = -0.01,
                .favourable = 0.02,
                .pair = i / 2,
                .strategy = (uint8_t)(i % 2),
                .direction = 1,
            };
            examples.counts[i % 2].kept++;
            examples.counts[i % 2].reward -= 0.01;
            EXPECT_INT(examples_add(&examples, &example, features), 0);
        }
    }
    EXPECT_INT(examples_weigh(&examples), 0);
    return examples;
}

/* Of the second hour's candidate of the first pair and strategy, decided on 3 s after its end. */
static const struct own_trade usual = {
    .ordered_ns = 2 * NS_PER_HOUR + 3 * NS_PER_S,
    .opened_ns = 2 * NS_PER_HOUR + 4 * NS_PER_S,
    .closed_ns = 7 * NS_PER_HOUR,
    .strategies = 1,
    .direction = 1,
    .price = 100.3,
    .reward = 0.02,
};

TEST(a_trade_takes_the_place_of_its_candidates_label)
{
    struct examples examples = hours(5);
    struct own_count count;
    const struct example before = examples.list[4];
    EXPECT_INT(own_mark(&examples, &usual, 1, TIMEFRAME_1H, &count), 0);
    EXPECT(count.trades == 1 && count.matched == 1 && count.examples == 1);
    const struct example *own = &examples.list[4];
    EXPECT(own->own && own->won);
    EXPECT_NEAR(own->reward, 0.02, 0);
    EXPECT_INT(own->known_ns, 7 * NS_PER_HOUR);
    EXPECT_INT(own->hold_ns, 5 * NS_PER_HOUR - 4 * NS_PER_S);
    EXPECT_NEAR(own->favourable, 0.02, 0);
    EXPECT(own->uniqueness < before.uniqueness); /* it was open for longer, beside more others */
    EXPECT_INT((int64_t)examples.counts[0].won, 1);
    EXPECT_NEAR(examples.counts[0].reward, -0.1 + 0.03, 1e-12);
    for (size_t i = 0; i < examples.count; i++) {
        EXPECT(i == 4 || (!examples.list[i].own && !examples.list[i].won));
    }
    examples_free(&examples);
}

TEST(a_trade_of_two_strategies_is_an_example_of_each)
{
    struct examples examples = hours(3);
    struct own_trade trade = usual;
    struct own_count count;
    trade.strategies = 3;
    EXPECT_INT(own_mark(&examples, &trade, 1, TIMEFRAME_1H, &count), 0);
    EXPECT(count.matched == 1 && count.examples == 2);
    EXPECT(examples.list[4].own && examples.list[5].own && !examples.list[6].own);
    examples_free(&examples);
}

TEST(a_trade_that_history_has_no_candidate_of_teaches_nothing_and_is_counted)
{
    struct own_trade trades[8];
    struct own_count count;
    struct examples examples = hours(5);
    for (int i = 0; i < 8; i++) {
        trades[i] = usual;
    }
    trades[0].ordered_ns = 9 * NS_PER_HOUR; /* after the candles */
    trades[0].closed_ns = 12 * NS_PER_HOUR;
    trades[1].pair = 2;
    trades[2].strategies = 0; /* by hand */
    trades[3].direction = -1;
    trades[4].price = 110; /* of another market */
    trades[5].reward = (double)NAN;
    trades[6].closed_ns = 2 * NS_PER_HOUR;
    trades[7].ordered_ns = 0; /* when is not known */
    EXPECT_INT(own_mark(&examples, trades, 8, TIMEFRAME_1H, &count), 0);
    EXPECT(count.trades == 8 && count.matched == 0 && count.examples == 0);
    EXPECT_NEAR(examples.counts[0].reward, -0.1, 1e-12);
    examples_free(&examples);
}

TEST(two_trades_of_one_candidate_are_one_example)
{
    struct examples examples = hours(5);
    struct own_trade trades[2] = {usual, usual};
    struct own_count count;
    trades[1].reward = -0.5;
    EXPECT_INT(own_mark(&examples, trades, 2, TIMEFRAME_1H, &count), 0);
    EXPECT(count.matched == 1 && count.examples == 1);
    EXPECT_NEAR(examples.list[4].reward, 0.02, 0);
    examples_free(&examples);
}
