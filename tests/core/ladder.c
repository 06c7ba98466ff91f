/* SPDX-License-Identifier: MIT */
#include "core/risk/ladder.h"

#include <math.h>

#include "core/base/prng.h"
#include "test.h"

static const struct pair cents = {.price_decimals = 2, .qty_decimals = 8, .tick_step = 1};
static const struct ladder_terms five = {.first = 0.05, .step = 0.01, .rungs = 5};

/* Of a high in ticks, with no stop. */
static void plan(struct ladder_plan *ladder, const struct ladder_terms *terms,
                 const struct pair *pair, int64_t high_ticks, int64_t price_ticks)
{
    struct ladder_terms from = *terms;
    from.high = pair_price_to_double(pair, high_ticks);
    ladder_init(ladder, &from, pair, price_ticks, 0);
}

static void expect_orders(const struct ladder_plan *ladder, const struct ladder_order *orders,
                          uint32_t count)
{
    EXPECT_INT(ladder->count, count);
    for (uint32_t i = 0; i < count; i++) {
        EXPECT_INT(ladder->orders[i].price_ticks, orders[i].price_ticks);
        EXPECT_INT(ladder->orders[i].shares, orders[i].shares);
    }
}

TEST(above_its_first_rung_the_whole_ladder_rests)
{
    struct ladder_plan ladder;
    plan(&ladder, &five, &cents, 10000, 9600);
    const struct ladder_order orders[] = {{9500, 1}, {9400, 1}, {9300, 1}, {9200, 1}, {9100, 1}};
    expect_orders(&ladder, orders, 5);
    EXPECT_INT(ladder.reached, 0);
    EXPECT_INT(ladder.shares, 5);
}

TEST(rungs_that_are_reached_are_bought_at_once_and_together)
{
    struct ladder_plan ladder;
    plan(&ladder, &five, &cents, 10000, 9340);
    const struct ladder_order orders[] = {{9340, 2}, {9300, 1}, {9200, 1}, {9100, 1}};
    expect_orders(&ladder, orders, 4);
    EXPECT_INT(ladder.reached, 2);
}

TEST(a_rung_at_the_market_s_own_price_is_reached_and_one_a_tick_below_rests)
{
    struct ladder_plan ladder;
    plan(&ladder, &five, &cents, 10000, 9500);
    EXPECT_INT(ladder.reached, 1);
    const struct ladder_order orders[] = {{9500, 1}, {9400, 1}, {9300, 1}, {9200, 1}, {9100, 1}};
    expect_orders(&ladder, orders, 5);
    plan(&ladder, &five, &cents, 10000, 9501);
    EXPECT_INT(ladder.reached, 0);
    expect_orders(&ladder, orders, 5);
}

TEST(below_the_last_rung_the_whole_stake_is_bought_at_once)
{
    struct ladder_plan ladder;
    plan(&ladder, &five, &cents, 10000, 8000);
    expect_orders(&ladder, &(struct ladder_order){8000, 5}, 1);
    EXPECT_INT(ladder.reached, 5);
    EXPECT_INT(ladder_cash(&ladder, 0, 1001), 1001);
    EXPECT_INT(ladder_average(&ladder, 1), 8000);
}

TEST(a_price_between_two_steps_is_rounded_down_to_the_lower)
{
    /* 100.37 in steps of 0.05: 95.3515, 94.3478, 93.3441, 92.3404, 91.3367. */
    const struct pair coarse = {.price_decimals = 2, .qty_decimals = 8, .tick_step = 5};
    struct ladder_plan ladder;
    plan(&ladder, &five, &coarse, 10037, 10000);
    const struct ladder_order orders[] = {{9535, 1}, {9430, 1}, {9330, 1}, {9230, 1}, {9130, 1}};
    expect_orders(&ladder, orders, 5);
}

TEST(rungs_that_fall_on_one_price_are_one_order)
{
    /* 40: 38, 37.6, 37.2, 36.8, 36.4. */
    struct ladder_plan ladder;
    plan(&ladder, &five, &cents, 40, 39);
    const struct ladder_order orders[] = {{38, 1}, {37, 2}, {36, 2}};
    expect_orders(&ladder, orders, 3);
    EXPECT_INT(ladder_cash(&ladder, 0, 500), 100);
    EXPECT_INT(ladder_cash(&ladder, 1, 500), 200);
    EXPECT_INT(ladder_cash(&ladder, 2, 500), 200);
}

TEST(a_rung_below_the_smallest_price_is_left_out_with_its_money)
{
    /* Of 4, parts of 0.5, 0.2 and -0.1: 2, then 0.8, which is none, and nothing at all. */
    const struct ladder_terms deep = {.first = 0.5, .step = 0.3, .rungs = 3};
    struct ladder_plan ladder;
    plan(&ladder, &deep, &cents, 4, 4);
    expect_orders(&ladder, &(struct ladder_order){2, 1}, 1);
    EXPECT_INT(ladder_cash(&ladder, 0, 300), 100);
    plan(&ladder, &deep, &cents, 1, 1);
    EXPECT_INT(ladder.count, 0);
}

TEST(a_rung_at_the_stop_or_below_it_is_left_out_with_its_money)
{
    struct ladder_terms terms = five;
    terms.high = 100;
    struct ladder_plan ladder;
    ladder_init(&ladder, &terms, &cents, 9600, 9200);
    const struct ladder_order orders[] = {{9500, 1}, {9400, 1}, {9300, 1}};
    expect_orders(&ladder, orders, 3);
    EXPECT_INT(ladder_cash(&ladder, 2, 500), 100);
    ladder_init(&ladder, &terms, &cents, 9340, 9340);
    EXPECT_INT(ladder.count, 0);
}

TEST(of_a_high_that_no_ticks_can_count_there_is_no_ladder)
{
    struct ladder_terms terms = five;
    struct ladder_plan ladder;
    const double highs[] = {0, -1, 1e300, NAN, INFINITY};
    for (uint32_t i = 0; i < sizeof highs / sizeof highs[0]; i++) {
        terms.high = highs[i];
        ladder_init(&ladder, &terms, &cents, 100, 0);
        EXPECT_INT(ladder.count, 0);
    }
}

TEST(the_shares_of_a_stake_that_cannot_be_split_evenly_are_still_all_of_it)
{
    struct ladder_plan ladder;
    plan(&ladder, &five, &cents, 10000, 9600);
    /* 13 / 5: up to each rung 2.6, 5.2, 7.8, 10.4, 13, without their fractions. */
    const int64_t cash[] = {2, 3, 2, 3, 3};
    for (uint32_t i = 0; i < 5; i++)
        EXPECT_INT(ladder_cash(&ladder, i, 13), cash[i]);
    EXPECT_INT(ladder_cash(&ladder, 4, 0), 0);
}

TEST(the_average_is_what_the_same_money_at_each_price_pays)
{
    /* 100 buys one at 100 and two at 50: 200 for three. */
    const struct ladder_terms halves = {.first = 0.5, .step = 0.25, .rungs = 2};
    struct ladder_plan ladder;
    plan(&ladder, &halves, &cents, 20000, 15000);
    const struct ladder_order orders[] = {{10000, 1}, {5000, 1}};
    expect_orders(&ladder, orders, 2);
    EXPECT_INT(ladder_average(&ladder, 1), 10000);
    EXPECT_INT(ladder_average(&ladder, 2), 6667);
    /* One reached at 70 and one at 50: 2 / (1/70 + 1/50) = 58.333. */
    plan(&ladder, &halves, &cents, 20000, 7000);
    EXPECT_INT(ladder_average(&ladder, 2), 5834);
}

TEST(the_parts_of_the_high_are_exact_where_doubles_are_not)
{
    /* 0.05 + 3 * 0.01 is a little above 0.08 in binary: 25 * 0.92 is 23 all the same. */
    struct ladder_plan ladder;
    plan(&ladder, &five, &cents, 2500, 2500);
    EXPECT_INT(ladder.orders[3].price_ticks, 2300);
    /* And a million times 0.0157 a little below 15,700. */
    const struct ladder_terms near = {.first = 0.0157, .step = 0.01, .rungs = 1};
    plan(&ladder, &near, &cents, 1000000, 1000000);
    EXPECT_INT(ladder.orders[0].price_ticks, 984300);
}

TEST(any_ladder_falls_rests_below_the_market_and_spends_its_stake_at_its_average)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    for (int round = 0; round < 20000; round++) {
        const struct pair pair = {.tick_step = 1 + (int64_t)prng_below(&prng, 50)};
        const struct ladder_terms terms = {
            .first = 0.001 * (double)(1 + prng_below(&prng, 200)),
            .step = 0.001 * (double)(1 + prng_below(&prng, 60)),
            .rungs = 1 + (int64_t)prng_below(&prng, LADDER_RUNG_MAX),
        };
        const int64_t high = 1000 + (int64_t)prng_below(&prng, INT64_C(1) << prng_below(&prng, 52));
        const int64_t price =
            1 + decimal_mul_div(high, (int64_t)prng_below(&prng, 1000), 1000, ROUND_DOWN);
        struct ladder_plan ladder;
        plan(&ladder, &terms, &pair, high, price);
        const int64_t stake = (int64_t)prng_below(&prng, INT64_C(1) << 60);
        int64_t shares = 0, cash = 0;
        double bought = 0;
        for (uint32_t i = 0; i < ladder.count; i++) {
            const struct ladder_order *order = &ladder.orders[i];
            const bool at_once = i == 0 && ladder.reached > 0;
            EXPECT(at_once
                       ? order->price_ticks == price && order->shares == ladder.reached
                       : order->price_ticks < price && order->price_ticks % pair.tick_step == 0);
            EXPECT(i == 0 || order->price_ticks < order[-1].price_ticks);
            shares += order->shares;
            cash += ladder_cash(&ladder, i, stake);
            bought += (double)order->shares / (double)order->price_ticks;
            const double average = (double)shares / bought;
            EXPECT_NEAR((double)ladder_average(&ladder, i + 1), average + 0.5,
                        0.5 + 1e-8 + 1e-12 * average);
        }
        EXPECT(shares <= terms.rungs && ladder.shares == terms.rungs);
        EXPECT(shares < terms.rungs || cash == stake);
    }
}
