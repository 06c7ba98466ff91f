/* SPDX-License-Identifier: MIT */
/* Exit plans at the desk: candles raise the stop at the venue's side, and end what has to end. */
#include "command_fixture.h"

/* As holding_ten, by candles, with the first stop at 95 and no target near. */
static struct fixture *holding(const struct exit_config *exits)
{
    static const struct instruction buy = {
        .command = COMMAND_BUY, .ask = 1, .qty_lots = 100000, .stop_ticks = 9500};
    struct engine_config config = fixture_config();
    config.exits = *exits;
    struct fixture *fixture = open_desk(&config);
    EXPECT_INT(verdict_of(fixture, &buy), VERDICT_DONE);
    EXPECT_INT(fixture->engine->portfolio.positions[0].qty_lots, 100000);
    EXPECT_INT(fixture->engine->portfolio.positions[0].plan.risk_ticks, 500);
    return fixture;
}

static const struct order *bracket(const struct fixture *fixture)
{
    const struct portfolio *portfolio = &fixture->engine->portfolio;
    for (uint32_t i = 0; i < portfolio->order_count; i++) {
        if (portfolio->orders[i].purpose == PURPOSE_PROTECT) {
            return &portfolio->orders[i];
        }
    }
    return NULL;
}

TEST(candles_raise_the_stop_and_the_bracket_with_it_and_never_lower_it)
{
    struct fixture *fixture = holding(&(struct exit_config){.trail = 0.05});
    fixture_candle(fixture, 100, 104, 100, 103);
    EXPECT_INT(bracket(fixture)->stop_ticks, 9880); /* 5 % below 104 */
    const struct record *record = fixture_last(fixture, RECORD_STOP);
    EXPECT_INT(record->cause, EXIT_TRAIL);
    EXPECT_NEAR(record->stop_before, 95, 1e-9);
    EXPECT_NEAR(record->stop, 98.8, 1e-9);
    EXPECT_INT(record->risk, fixture->engine->portfolio.positions[0].risk);
    fixture_candle(fixture, 103, 103, 100, 100);
    EXPECT_INT(bracket(fixture)->stop_ticks, 9880);
    EXPECT_INT(fixture_count(fixture, RECORD_STOP), 1);
    fixture_free(fixture);
}

TEST(a_candle_that_began_before_the_entry_says_nothing_of_its_high_since)
{
    struct fixture *fixture = holding(&(struct exit_config){.trail = 0.05});
    fixture->engine->portfolio.positions[0].best_from_ns = fixture->now_ns + 1;
    fixture_candle(fixture, 100, 120, 100, 101);
    EXPECT_INT(fixture->engine->portfolio.positions[0].best_ticks, 10100);
    fixture_free(fixture);
}

TEST(what_has_been_held_too_long_is_sold_and_the_reason_is_recorded)
{
    struct fixture *fixture = holding(&(struct exit_config){.hold_ns = 3 * NS_PER_MIN});
    for (int i = 0; i < 3; i++) {
        EXPECT_INT(fixture_count(fixture, RECORD_PLANNED), 0);
        fixture_candle(fixture, 100, 100, 100, 100);
    }
    EXPECT_INT(fixture_last(fixture, RECORD_PLANNED)->cause, EXIT_TIME);
    EXPECT_INT(fixture->engine->portfolio.positions[0].qty_lots, 0);
    EXPECT_INT(fixture_last(fixture, RECORD_EXIT)->purpose, PURPOSE_EXIT);
    fixture_free(fixture);
}

TEST(a_stop_that_would_stand_at_the_close_sells)
{
    struct fixture *fixture = holding(&(struct exit_config){.trail = 0.02});
    fixture_candle(fixture, 100, 110, 100, 105);
    EXPECT_INT(fixture_last(fixture, RECORD_PLANNED)->cause, EXIT_TRAIL);
    EXPECT_INT(fixture->engine->portfolio.positions[0].qty_lots, 0);
    fixture_free(fixture);
}

TEST(a_trade_at_break_even_gives_back_what_it_cost_fees_included)
{
    struct fixture *fixture = holding(&(struct exit_config){.break_even = 1});
    fixture_candle(fixture, 100, 105, 100, 104);
    const struct position *position = &fixture->engine->portfolio.positions[0];
    EXPECT_INT(fixture_last(fixture, RECORD_STOP)->cause, EXIT_BREAK_EVEN);
    EXPECT_INT(position->risk, 0);
    EXPECT_INT(bracket(fixture)->stop_ticks, position->stop_ticks);
    /* Bought at 100.00, here without a fee; sold with 0.4 % at the next cent above 100.4016. */
    EXPECT_INT(position->stop_ticks, 10041);
    fixture_free(fixture);
}

TEST(an_atr_that_warms_up_moves_nothing)
{
    struct fixture *fixture =
        holding(&(struct exit_config){.trail_atr = 1, .atr_period = 3, .atr_timeframe = 0});
    fixture_candle(fixture, 100, 104, 100, 103);
    EXPECT_INT(fixture_count(fixture, RECORD_STOP), 0);
    for (int i = 0; i < 3; i++) {
        fixture_candle(fixture, 103, 104, 102, 103);
    }
    EXPECT_INT(fixture_last(fixture, RECORD_STOP)->cause, EXIT_TRAIL_ATR);
    EXPECT(bracket(fixture)->stop_ticks > 9500);
    fixture_free(fixture);
}
