/* SPDX-License-Identifier: MIT */
/* The operator buys, pauses and resumes: by story, and each thing that may stand against it. */
#include "command_fixture.h"

TEST(a_buy_fills_at_the_ask_and_stands_under_its_stop_and_target)
{
    const struct engine_config config = fixture_config();
    struct fixture *fixture = open_desk(&config);
    const struct record *record = order(fixture, &ten);
    EXPECT_INT(record->verdict, VERDICT_DONE);
    EXPECT_INT(record->cost, USD(1000));
    EXPECT_NEAR(record->price, 100, 1e-9);
    EXPECT_NEAR(record->stop, 95, 1e-9);
    /* 5 a unit, and 0.4 % of 1,000 and of 950. */
    EXPECT_INT(record->risk, USD(57.8));
    const struct position *position = &fixture->engine->portfolio.positions[0];
    EXPECT_INT(position->qty_lots, 100000);
    EXPECT_INT(bracket_of(fixture)->stop_ticks, 9500);
    EXPECT_INT(bracket_of(fixture)->target_ticks, 11000);
    EXPECT_INT(fixture_last(fixture, RECORD_ENTRY)->risk, USD(57.8));
    fixture_free(fixture);
}

TEST(a_buy_by_cash_spends_no_more_with_slack_and_fee_than_was_said)
{
    const struct engine_config config = fixture_config();
    struct fixture *fixture = open_desk(&config);
    struct instruction asked = ten;
    asked.qty_lots = 0;
    asked.cash = USD(1000);
    EXPECT_INT(verdict_of(fixture, &asked), VERDICT_DONE);
    /* 1,000 / 1.005 / 1.004 = 991.06, at 100: 9.9106 units. */
    EXPECT_INT(fixture->engine->portfolio.positions[0].qty_lots, 99106);
    fixture_free(fixture);
}

TEST(a_buy_with_a_limit_rests_until_the_market_comes_to_it)
{
    const struct engine_config config = fixture_config();
    struct fixture *fixture = open_desk(&config);
    struct instruction asked = ten;
    asked.limit_ticks = 9900;
    EXPECT_INT(verdict_of(fixture, &asked), VERDICT_DONE);
    EXPECT_INT(fixture->engine->portfolio.orders[0].limit_ticks, 9900);
    EXPECT_INT(fixture->engine->portfolio.orders[0].expire_ns,
               fixture->now_ns + config.execution.entry_life_ns);
    EXPECT_INT(fixture->engine->portfolio.open_count, 0);
    const struct event trade = {
        .kind = EVENT_TRADE,
        .time_ns = fixture->now_ns,
        .trade = {.pair = 0,
                  .trade = {.price_ticks = 9899, .qty_lots = 200000, .taker = SIDE_SELL}}};
    desk_step(&fixture->desk, &trade);
    EXPECT_INT(fixture->engine->portfolio.positions[0].qty_lots, 100000);
    EXPECT_INT(fixture->engine->portfolio.positions[0].cost, USD(990));
    fixture_free(fixture);
}

TEST(a_buy_larger_than_the_limits_allow_is_told_the_most_and_the_most_is_taken)
{
    const struct engine_config config = fixture_config();
    struct fixture *fixture = open_desk(&config);
    struct instruction asked = ten;
    asked.qty_lots = 200001;
    const struct record *record = order(fixture, &asked);
    EXPECT_INT(record->verdict, VERDICT_TOO_LARGE);
    EXPECT_INT(record->qty_lots, 200000); /* 20 % of 10,000 */
    EXPECT_INT(fixture->place_count, 0);
    asked.stop_ticks = 8000; /* a loss of 20.72 % at most 200: 965.25 */
    record = order(fixture, &(struct instruction){COMMAND_BUY, 0, 2, 0, 100000, 0, 0, 8000, 0});
    EXPECT_INT(record->verdict, VERDICT_TOO_LARGE);
    EXPECT(record->qty_lots > 90000 && record->qty_lots < 100000);
    asked.qty_lots = record->qty_lots;
    EXPECT_INT(verdict_of(fixture, &asked), VERDICT_DONE);
    EXPECT(fixture_last(fixture, RECORD_ENTRY)->risk <= USD(200));
    fixture_free(fixture);
}

TEST(a_buy_that_cannot_stand_is_refused_and_nothing_is_placed)
{
    const struct engine_config config = fixture_config();
    const struct {
        struct instruction asked;
        enum verdict verdict;
    } cases[] = {
        {{COMMAND_BUY, 0, 0, 0, 100000, 0, 0, 0, 0}, VERDICT_NO_STOP},
        {{COMMAND_BUY, 0, 0, 0, 100000, 0, 0, 10000, 0}, VERDICT_BAD_STOP},
        {{COMMAND_BUY, 0, 0, 0, 100000, 0, 9400, 9400, 0}, VERDICT_BAD_STOP},
        {{COMMAND_BUY, 0, 0, 0, 100000, 0, 11000, 10000, 0}, VERDICT_BAD_STOP}, /* the ask */
        {{COMMAND_BUY, 0, 0, 0, 100000, 0, 0, 9500, 10080}, VERDICT_NO_REWARD},
        {{COMMAND_BUY, 0, 0, 0, 100000, 0, 0, 9501, 11000}, VERDICT_BAD_PRICE},
        {{COMMAND_BUY, 0, 0, 0, 100000, 0, 9999, 9500, 11000}, VERDICT_BAD_PRICE},
        {{COMMAND_BUY, 0, 0, 0, 999, 0, 0, 9500, 0}, VERDICT_TOO_SMALL},
        {{COMMAND_BUY, 0, 0, 0, 4999, 0, 0, 9500, 0}, VERDICT_TOO_SMALL},
        {{COMMAND_BUY, 0, 0, 0, 0, 1, 0, 9500, 0}, VERDICT_TOO_SMALL},
        {{COMMAND_BUY, 0, 0, 0, INT64_MAX, 0, 0, 9500, 0}, VERDICT_TOO_LARGE},
        {{COMMAND_BUY, 0, 0, 0, 0, INT64_MAX, 0, 9500, 0}, VERDICT_TOO_LARGE},
    };
    struct fixture *fixture = open_desk(&config);
    fixture->engine->pairs[0].terms.tick_step = 5; /* 9,500 is one, 9,501 is none */
    fixture->engine->pairs[0].terms.qty_min_lots = 1000;
    fixture->engine->pairs[0].terms.cost_min = USD(50);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        EXPECT_INT(verdict_of(fixture, &cases[i].asked), cases[i].verdict);
    }
    EXPECT_INT(fixture->place_count, 0);
    EXPECT_INT(fixture->engine->portfolio.reserved, 0);
    fixture_free(fixture);
}

TEST(a_buy_that_came_too_late_and_so_names_no_size_is_refused_with_a_record)
{
    const struct engine_config config = fixture_config();
    struct fixture *fixture = open_desk(&config);
    struct instruction late = ten;
    late.qty_lots = 0;
    EXPECT_INT(verdict_of(fixture, &late), VERDICT_LATE);
    EXPECT_INT(fixture->place_count, 0);
    EXPECT_INT(verdict_of(fixture, &ten), VERDICT_DONE);
    fixture_free(fixture);
}

TEST(a_buy_without_a_stop_is_taken_where_none_is_required_and_risks_all_that_it_costs)
{
    struct engine_config config = fixture_config();
    config.risk.stop_required = false;
    struct fixture *fixture = open_desk(&config);
    struct instruction asked = ten;
    asked.stop_ticks = asked.target_ticks = 0;
    const struct record *record = order(fixture, &asked);
    EXPECT_INT(record->verdict, VERDICT_DONE);
    EXPECT_INT(record->risk, USD(1000));
    EXPECT_INT(fixture->engine->portfolio.positions[0].protect_order, 0);
    fixture_free(fixture);
}

TEST(what_bars_a_strategys_entry_bars_one_by_hand)
{
    struct engine_config config = fixture_config();
    config.pair_count = 2;
    config.risk.max_positions = 1;
    struct fixture *fixture = open_desk(&config);
    struct engine *engine = fixture->engine;
    engine->paused = true;
    EXPECT_INT(verdict_of(fixture, &ten), VERDICT_PAUSED);
    engine->paused = false, engine->held = true;
    EXPECT_INT(verdict_of(fixture, &ten), VERDICT_HELD);
    engine->held = false, engine->pairs[0].stale = true;
    EXPECT_INT(verdict_of(fixture, &ten), VERDICT_STALE);
    engine->pairs[0].stale = false, engine->pairs[0].terms.status = PAIR_REDUCE_ONLY;
    EXPECT_INT(verdict_of(fixture, &ten), VERDICT_PAIR_STATUS);
    engine->pairs[0].terms.status = PAIR_ONLINE;
    const struct pair terms = engine->pairs[0].terms;
    engine->pairs[0].terms = (struct pair){0}, engine->pairs[0].listed = false;
    EXPECT_INT(verdict_of(fixture, &ten), VERDICT_PAIR_STATUS);
    engine->pairs[0].terms = terms, engine->pairs[0].listed = true,
    engine->portfolio.cash = USD(9500);
    EXPECT_INT(verdict_of(fixture, &ten), VERDICT_LOSS_LIMIT);
    EXPECT_NEAR(fixture_last(fixture, RECORD_COMMAND)->figure, 0.05, 1e-12);
    EXPECT_NEAR(fixture_last(fixture, RECORD_COMMAND)->limit, 0.05, 0);
    EXPECT_INT(fixture_count(fixture, RECORD_LOSS_LIMIT), 1);
    engine->loss_limit_told = false, engine->portfolio.cash = USD(10000);
    engine->portfolio.reserved = USD(10000);
    EXPECT_INT(verdict_of(fixture, &ten), VERDICT_NO_FUNDS);
    engine->portfolio.reserved = USD(4500); /* half may be in the market: 500 are left of it */
    EXPECT_INT(verdict_of(fixture, &ten), VERDICT_TOO_LARGE);
    engine->portfolio.reserved = 0;
    EXPECT_INT(fixture->place_count, 0);

    struct instruction resting = ten;
    resting.limit_ticks = 9900;
    EXPECT_INT(verdict_of(fixture, &resting), VERDICT_DONE);
    EXPECT_INT(verdict_of(fixture, &ten), VERDICT_HAVE_ORDER);
    struct instruction other = ten;
    other.pair = 1;
    EXPECT_INT(verdict_of(fixture, &other), VERDICT_FULL);
    EXPECT_NEAR(fixture_last(fixture, RECORD_COMMAND)->figure, 1, 0);
    EXPECT_NEAR(fixture_last(fixture, RECORD_COMMAND)->limit, 1, 0);
    EXPECT_INT(verdict_of(fixture, &(struct instruction){.command = COMMAND_CLOSE}), VERDICT_DONE);
    EXPECT_INT(verdict_of(fixture, &other), VERDICT_DONE);
    EXPECT_INT(verdict_of(fixture, &other), VERDICT_HOLD);
    fixture_free(fixture);
}

TEST(a_pause_and_a_resume_answer_whoever_asked)
{
    const struct engine_config config = fixture_config();
    struct fixture *fixture = open_desk(&config);
    EXPECT_INT(order(fixture, &(struct instruction){.command = COMMAND_PAUSE, .ask = 3})->kind,
               RECORD_PAUSED);
    EXPECT(fixture->engine->paused);
    EXPECT_INT(order(fixture, &(struct instruction){.command = COMMAND_RESUME, .ask = 4})->kind,
               RECORD_RESUMED);
    EXPECT(!fixture->engine->paused);
    fixture_free(fixture);
}

/* Below the market, waiting for it to come down. */
static struct fixture *with_resting_buy(void)
{
    struct engine_config config = fixture_config();
    config.pair_count = 2;
    struct fixture *fixture = open_desk(&config);
    struct instruction asked = ten;
    asked.limit_ticks = 9900;
    EXPECT_INT(verdict_of(fixture, &asked), VERDICT_DONE);
    EXPECT_INT(fixture->engine->portfolio.order_count, 1);
    return fixture;
}

TEST(a_pause_a_hold_and_a_loss_limit_take_resting_entries_back)
{
    static const enum command commands[] = {COMMAND_PAUSE, COMMAND_HOLD, COMMAND_BUY};
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        struct fixture *fixture = with_resting_buy();
        const bool loss = commands[i] == COMMAND_BUY;
        if (loss) { /* another pair's, when the limit is found to be reached */
            fixture->engine->portfolio.cash -= USD(500);
        }
        const struct event event = {
            .kind = EVENT_COMMAND,
            .time_ns = fixture->now_ns,
            .command = {
                .command = commands[i], .pair = loss, .qty_lots = 10000, .stop_ticks = 9500}};
        desk_step(&fixture->desk, &event);
        EXPECT_INT(fixture_count(fixture, RECORD_LOSS_LIMIT), loss);
        EXPECT_INT(fixture->engine->portfolio.order_count, 0);
        EXPECT_INT(fixture->engine->portfolio.reserved, 0);
        EXPECT_INT(fixture_count(fixture, RECORD_ORDER_ENDED), 1);
        fixture_free(fixture);
    }
}
