/* SPDX-License-Identifier: MIT */
#include "core/execution/rate_counter.h"

#include "test.h"

#define SECOND INT64_C(1000000000)

TEST(fifty_adds_of_an_intermediate_account_are_twenty_six_point_six_ten_seconds_later)
{
    const struct rate_limit limit = rate_limit_trading(RATE_INTERMEDIATE);
    struct rate_counter counter = {0};
    for (int i = 0; i < 50; i++) {
        EXPECT(rate_counter_admits(&counter, &limit, rate_cost_fixed(RATE_ADD), SECOND));
        rate_counter_add(&counter, &limit, rate_cost_fixed(RATE_ADD), SECOND);
    }
    EXPECT_INT(rate_counter_now(&counter, &limit, SECOND), 5000);
    EXPECT_INT(rate_counter_now(&counter, &limit, 11 * SECOND), 2660);
    EXPECT_INT(rate_counter_now(&counter, &limit, 60 * SECOND), 0);
}

TEST(every_age_costs_what_the_table_says)
{
    const struct {
        int64_t age_ms, amend, edit, cancel;
    } bands[] = {
        {0, 300, 600, 800},    {4999, 300, 600, 800},  {5000, 200, 500, 600},
        {9999, 200, 500, 600}, {10000, 100, 400, 500}, {14999, 100, 400, 500},
        {15000, 0, 200, 400},  {44999, 0, 200, 400},   {45000, 0, 100, 200},
        {89999, 0, 100, 200},  {90000, 0, 0, 100},     {299999, 0, 0, 100},
        {300000, 0, 0, 0},     {86400000, 0, 0, 0},
    };
    for (size_t i = 0; i < sizeof bands / sizeof bands[0]; i++) {
        const int64_t age_ns = bands[i].age_ms * 1000000;
        EXPECT_INT(rate_cost_by_age(RATE_ADD, age_ns), 0);
        EXPECT_INT(rate_cost_by_age(RATE_AMEND, age_ns), bands[i].amend);
        EXPECT_INT(rate_cost_by_age(RATE_EDIT, age_ns), bands[i].edit);
        EXPECT_INT(rate_cost_by_age(RATE_CANCEL, age_ns), bands[i].cancel);
    }
    EXPECT_INT(rate_cost_fixed(RATE_CANCEL), 0);
    EXPECT_INT(rate_cost_fixed(RATE_EDIT), 100);
    EXPECT_INT(rate_cost_batch(15), 750);
}

TEST(a_full_counter_says_how_long_to_wait_to_the_nanosecond)
{
    const struct rate_limit limit = rate_limit_rest(RATE_STARTER);
    struct rate_counter counter = {0};
    for (int i = 0; i < 15; i++)
        rate_counter_add(&counter, &limit, RATE_COUNT, 0);
    EXPECT(!rate_counter_admits(&counter, &limit, RATE_COUNT, 0));
    /* One count at 0.33 a second is 100/33 s. */
    const int64_t wait_ns = rate_counter_wait_ns(&counter, &limit, RATE_COUNT, 0);
    EXPECT_INT(wait_ns, 3030303031);
    EXPECT(!rate_counter_admits(&counter, &limit, RATE_COUNT, wait_ns - 1));
    EXPECT(rate_counter_admits(&counter, &limit, RATE_COUNT, wait_ns));
    EXPECT_INT(rate_counter_wait_ns(&counter, &limit, 1501, 0), INT64_MAX);
}

TEST(time_that_goes_back_neither_drains_nor_fills)
{
    const struct rate_limit limit = rate_limit_trading(RATE_PRO);
    struct rate_counter counter = {0};
    rate_counter_add(&counter, &limit, 18000, 10 * SECOND);
    rate_counter_add(&counter, &limit, 0, 4 * SECOND);
    EXPECT_INT(rate_counter_now(&counter, &limit, 2 * SECOND), 18000);
    EXPECT_INT(rate_counter_now(&counter, &limit, 14 * SECOND), 16500);
    /* From before its own time one waits until then, and 1 / 3.75 s more. */
    EXPECT_INT(rate_counter_wait_ns(&counter, &limit, 100, 9 * SECOND), SECOND + 266666667);
}

TEST(many_small_steps_drain_exactly_as_much_as_one_large)
{
    const struct rate_limit limit = rate_limit_trading(RATE_INTERMEDIATE);
    struct rate_counter one = {0}, many = {0};
    rate_counter_add(&one, &limit, 12500, 0);
    rate_counter_add(&many, &limit, 12500, 0);
    for (int64_t now_ns = 0; now_ns <= 20 * SECOND; now_ns += 777777)
        rate_counter_add(&many, &limit, 0, now_ns);
    rate_counter_add(&one, &limit, 0, many.time_ns);
    EXPECT_INT(many.value, one.value);
    EXPECT(many.value > 0);
}

TEST(a_day_of_silence_empties_a_counter_that_was_far_above_its_limit)
{
    const struct rate_limit limit = rate_limit_trading(RATE_STARTER);
    struct rate_counter counter = {0};
    for (int i = 0; i < 1000; i++)
        rate_counter_add(&counter, &limit, 800, 0);
    EXPECT_INT(rate_counter_now(&counter, &limit, 0), 800000);
    EXPECT_INT(rate_counter_now(&counter, &limit, INT64_MAX), 0);
    EXPECT_INT(rate_orders_max(RATE_STARTER) + rate_orders_max(RATE_INTERMEDIATE) +
                   rate_orders_max(RATE_PRO),
               365);
}
