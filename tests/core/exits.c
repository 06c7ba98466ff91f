/* SPDX-License-Identifier: MIT */
/* Exit plans: what raises a stop, what ends a trade, and that nothing ever loosens one. */
#include "core/risk/exits.h"

#include "core/base/prng.h"
#include "core/base/timestamp.h"
#include "test.h"

/* Bought at 100.00, sold at no loss at 100.80, the stop at 95.00. */
static struct exit_view bought(void)
{
    return (struct exit_view){.held_ns = NS_PER_HOUR,
                              .close_ticks = 10000,
                              .best_ticks = 10000,
                              .entry_ticks = 10000,
                              .even_ticks = 10080,
                              .stop_ticks = 9500,
                              .tick_step = 5,
                              .atr_ticks = 150};
}

static const struct exit_config nothing;

TEST(a_plan_that_asks_for_nothing_leaves_all_as_it_is)
{
    const struct exit_plan plan = {.risk_ticks = 500};
    struct exit_view view = bought();
    view.best_ticks = view.close_ticks = 20000;
    EXPECT_INT(exit_tighten(&nothing, &plan, &view).cause, EXIT_NONE);
}

TEST(a_stop_trails_the_highest_price_by_its_part_on_the_tick_grid)
{
    const struct exit_plan plan = exit_plan_of(0.07, 0, 0);
    struct exit_view view = bought();
    EXPECT_INT(exit_tighten(&nothing, &plan, &view).cause, EXIT_NONE); /* 93.00 is below 95.00 */
    view.best_ticks = 11003;
    view.close_ticks = 10900;
    const struct exit_move move = exit_tighten(&nothing, &plan, &view);
    EXPECT_INT(move.cause, EXIT_TRAIL);
    EXPECT(!move.sell);
    EXPECT_INT(move.stop_ticks, 10230); /* 10232.79, on steps of 5 */
    view.close_ticks = 10230;           /* the close is there already */
    EXPECT(exit_tighten(&nothing, &plan, &view).sell);
}

TEST(of_two_trailing_parts_the_tighter_holds)
{
    const struct exit_config config = {.trail = 0.05};
    struct exit_view view = bought();
    view.best_ticks = view.close_ticks = 12000;
    struct exit_plan plan = exit_plan_of(0.07, 0, 0);
    EXPECT_INT(exit_tighten(&config, &plan, &view).stop_ticks, 11400);
    plan = exit_plan_of(0.03, 0, 0);
    EXPECT_INT(exit_tighten(&config, &plan, &view).stop_ticks, 11640);
    plan = exit_plan_of(0, 0, 0);
    EXPECT_INT(exit_tighten(&config, &plan, &view).stop_ticks, 11400);
}

TEST(a_stop_trails_by_atrs_where_there_is_an_atr)
{
    const struct exit_config config = {.trail_atr = 2};
    const struct exit_plan plan = {0};
    struct exit_view view = bought();
    view.best_ticks = view.close_ticks = 10500;
    EXPECT_INT(exit_tighten(&config, &plan, &view).stop_ticks, 10200);
    EXPECT_INT(exit_tighten(&config, &plan, &view).cause, EXIT_TRAIL_ATR);
    view.atr_ticks = 0;
    EXPECT_INT(exit_tighten(&config, &plan, &view).cause, EXIT_NONE);
    view.atr_ticks = 1e9;
    EXPECT_INT(exit_tighten(&config, &plan, &view).cause, EXIT_NONE);
}

TEST(a_trade_that_went_far_enough_can_lose_nothing_any_more)
{
    const struct exit_config config = {.break_even = 1};
    const struct exit_plan plan = {.risk_ticks = 500};
    struct exit_view view = bought();
    view.close_ticks = 10400;
    view.best_ticks = 10499;
    EXPECT_INT(exit_tighten(&config, &plan, &view).cause, EXIT_NONE);
    view.best_ticks = 10500;
    const struct exit_move move = exit_tighten(&config, &plan, &view);
    EXPECT_INT(move.cause, EXIT_BREAK_EVEN);
    EXPECT_INT(move.stop_ticks, 10080);
    const struct exit_plan unknown = {0}; /* bought without a stop: no risk to measure by */
    EXPECT_INT(exit_tighten(&config, &unknown, &view).cause, EXIT_NONE);
}

TEST(a_broken_range_and_a_time_that_is_over_end_a_trade)
{
    struct exit_plan plan = exit_plan_of(0, 9800, 12 * NS_PER_HOUR);
    struct exit_view view = bought();
    view.close_ticks = 9800;
    EXPECT_INT(exit_tighten(&nothing, &plan, &view).cause, EXIT_NONE);
    view.close_ticks = 9799;
    struct exit_move move = exit_tighten(&nothing, &plan, &view);
    EXPECT(move.cause == EXIT_BROKEN && move.sell);
    view.close_ticks = 10000;
    view.held_ns = 12 * NS_PER_HOUR - 1;
    EXPECT_INT(exit_tighten(&nothing, &plan, &view).cause, EXIT_NONE);
    view.held_ns++;
    move = exit_tighten(&nothing, &plan, &view);
    EXPECT(move.cause == EXIT_TIME && move.sell);
    const struct exit_config shorter = {.hold_ns = NS_PER_HOUR};
    view.held_ns = NS_PER_HOUR;
    EXPECT_INT(exit_tighten(&shorter, &plan, &view).cause, EXIT_TIME);
}

TEST(a_stop_is_not_raised_by_less_than_a_step)
{
    const struct exit_config config = {.trail = 0.05, .step = 0.01};
    const struct exit_plan plan = {0};
    struct exit_view view = bought();
    view.close_ticks = 10000;
    view.best_ticks = 10100;
    EXPECT_INT(exit_tighten(&config, &plan, &view).cause, EXIT_NONE); /* 95.95: 0.95 % more */
    view.best_ticks = 10110;
    EXPECT_INT(exit_tighten(&config, &plan, &view).stop_ticks, 9600);
    view.stop_ticks = 0; /* the first one is worth any step */
    view.best_ticks = 10000;
    EXPECT_INT(exit_tighten(&config, &plan, &view).stop_ticks, 9500);
}

TEST(no_plan_no_configuration_and_no_path_of_prices_ever_loosens_a_stop)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    for (int round = 0; round < 2000; round++) {
        const struct exit_config config = {
            .trail = prng_below(&prng, 2) ? 0.3 * prng_real(&prng) : 0,
            .trail_atr = prng_below(&prng, 2) ? 5 * prng_real(&prng) : 0,
            .break_even = prng_below(&prng, 2) ? 3 * prng_real(&prng) : 0,
            .step = 0.01 * prng_real(&prng),
        };
        struct exit_plan plan = exit_plan_of(prng_below(&prng, 2) ? prng_real(&prng) : 0, 0, 0);
        plan.risk_ticks = (int64_t)prng_below(&prng, 1000);
        struct exit_view view = bought();
        view.tick_step = 1 + (int64_t)prng_below(&prng, 9);
        view.stop_ticks = 9500 - 9500 % view.tick_step;
        for (int step = 0; step < 50; step++) {
            const int64_t moved = view.close_ticks + (int64_t)prng_below(&prng, 401) - 200;
            view.close_ticks = moved > 1 ? moved : 1;
            view.best_ticks =
                view.close_ticks > view.best_ticks ? view.close_ticks : view.best_ticks;
            view.atr_ticks = prng_below(&prng, 4) ? 300 * prng_real(&prng) : 0;
            const struct exit_move move = exit_tighten(&config, &plan, &view);
            if (move.cause == EXIT_NONE || move.sell) {
                continue;
            }
            EXPECT(move.stop_ticks > view.stop_ticks && move.stop_ticks < view.close_ticks);
            EXPECT(move.stop_ticks % view.tick_step == 0 || move.cause == EXIT_BREAK_EVEN);
            view.stop_ticks = move.stop_ticks;
        }
    }
}
