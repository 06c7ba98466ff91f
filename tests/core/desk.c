/* SPDX-License-Identifier: MIT */
/* What the desk must live through: markets, venues and moments that are out to break it. */
#include "core/engine/desk.h"

#include "desk_fixture.h"

static const struct matching_config by_candles = {.fills = FILLS_CANDLES};
static const struct matching_config by_book = {.fills = FILLS_BOOK};

static void send_book(struct fixture *fixture, uint32_t pair, const struct level_change *changes,
                      uint32_t count)
{
    const struct event event = {
        .kind = EVENT_BOOK,
        .time_ns = fixture->now_ns,
        .book = {pair, .snapshot = true, .depth = 100, .count = count, .changes = changes},
    };
    desk_step(&fixture->desk, &event);
}

static void one_level(struct fixture *fixture, int64_t bid_lots, int64_t ask_lots)
{
    const struct level_change changes[] = {{SIDE_BUY, {9999, bid_lots}},
                                           {SIDE_SELL, {10000, ask_lots}}};
    send_book(fixture, 0, changes, 2);
}

static void send_trade(struct fixture *fixture, int64_t price_ticks, int64_t qty_lots)
{
    const struct event event = {
        .kind = EVENT_TRADE,
        .time_ns = fixture->now_ns,
        .trade = {.pair = 0, .trade = {.price_ticks = price_ticks, .qty_lots = qty_lots}},
    };
    desk_step(&fixture->desk, &event);
}

static void send_command(struct fixture *fixture, enum command command)
{
    const struct event event = {
        .kind = EVENT_COMMAND, .time_ns = fixture->now_ns, .command = {.command = command}};
    desk_step(&fixture->desk, &event);
}

static void send_terms(struct fixture *fixture, const struct pair *terms)
{
    const struct event event = {
        .kind = EVENT_PAIR, .time_ns = fixture->now_ns, .pair = {.pair = 0, .terms = *terms}};
    desk_step(&fixture->desk, &event);
}

/* 10 units bought at 100 with a stop at 95 and a target at 110, by the fixture's kind of fills. */
static void buy_ten(struct fixture *fixture)
{
    const struct order entry = {.kind = ORDER_MARKET,
                                .side = SIDE_BUY,
                                .qty_lots = 100000,
                                .cash = USD(2000),
                                .stop_ticks = 9500,
                                .target_ticks = 11000};
    const struct order *order = portfolio_add_order(&fixture->engine->portfolio, &entry);
    const struct matching_market market = {.terms = &fixture->engine->pairs[0].terms,
                                           .book = &fixture->engine->pairs[0].book};
    matching_place(fixture->matching, &market, order, &fixture->desk.reports);
    fixture_candle(fixture, 100, 100, 100, 100);
    EXPECT_INT(fixture->engine->portfolio.positions[0].qty_lots, 100000);
    EXPECT(fixture->engine->portfolio.positions[0].protect_order != 0);
}

TEST(the_days_loss_limit_stands_although_the_market_comes_back)
{
    struct engine_config config = fixture_averages_config();
    config.pair_count = 2;
    config.risk.risk_per_trade = 0.8;
    config.risk.max_position = config.risk.max_exposure = 1;
    struct fixture *fixture = fixture_new(&config, &by_candles);
    const double held[] = {100, 100, 100, 98, 97, 100, 100, 90, 120, 120, 120, 120, 120};
    const double other[] = {100, 100, 100, 100, 100, 100, 100, 100, 100, 98, 97, 100, 100};
    for (int i = 0; i < 13; i++) {
        fixture_batch(fixture,
                      (const struct candle[]){{0, held[i], held[i], held[i], held[i], 1},
                                              {0, other[i], other[i], other[i], other[i], 1}},
                      2);
    }
    /* 8 % lost at 90, 16 % won at 120; the limit is told once and the other pair stays out. */
    EXPECT_INT(fixture_count(fixture, RECORD_LOSS_LIMIT), 1);
    EXPECT_INT(fixture_last(fixture, RECORD_DECISION)->pair, 1);
    EXPECT_INT(fixture_last(fixture, RECORD_DECISION)->verdict, VERDICT_LOSS_LIMIT);
    fixture_free(fixture);
}

TEST(an_opposite_signal_takes_back_the_entry_that_still_rests)
{
    struct engine_config config = fixture_averages_config();
    config.execution.entry = 1;
    struct fixture *fixture = fixture_new(&config, &by_candles);
    fixture_turn_up(fixture);
    EXPECT_INT(fixture->engine->portfolio.order_count, 1);
    fixture_closes(fixture, (const double[]){104, 101, 100.5},
                   3); /* never through 100, and turned down */
    EXPECT_INT(fixture_last(fixture, RECORD_DECISION)->direction, -1);
    EXPECT_INT(fixture->engine->portfolio.order_count, 0);
    EXPECT_INT(fixture->matching->order_count, 0);
    EXPECT_INT(fixture->engine->portfolio.reserved, 0);
    fixture_free(fixture);
}

TEST(an_exit_cut_short_on_a_pair_gone_silent_is_tried_again_all_the_same)
{
    struct engine_config config = fixture_averages_config();
    config.pair_count = 2;
    struct fixture *fixture = fixture_new(&config, &by_book);
    one_level(fixture, 40000, 1000000);
    buy_ten(fixture);
    send_command(fixture, COMMAND_CLOSE);
    EXPECT_INT(fixture->engine->portfolio.positions[0].qty_lots, 60000);
    /* The pair is stale: the batches hold the other one alone. */
    for (int i = 0; i < 2; i++) {
        const struct batch_entry entry = {.pair = 1, .candle = {fixture->now_ns, 1, 1, 1, 1, 1}};
        const struct event batch = {
            .kind = EVENT_BATCH,
            .time_ns = fixture->now_ns + NS_PER_MIN,
            .batch = {.boundary_ns = fixture->now_ns, .count = 1, .entries = &entry}};
        fixture->now_ns += NS_PER_MIN;
        desk_step(&fixture->desk, &batch);
    }
    EXPECT_INT(fixture->engine->portfolio.positions[0].qty_lots, 0);
    fixture_free(fixture);
}

TEST(every_pair_may_walk_its_whole_book_at_once)
{
    struct engine_config config = fixture_averages_config();
    config.pair_count = PAIR_MAX;
    config.risk.max_positions = PAIR_MAX;
    config.risk.risk_per_trade = 0.004;
    config.risk.max_exposure = 1;
    config.execution.slack = 0.1;
    struct fixture *fixture = fixture_new(&config, &by_book);
    static struct level_change changes[200];
    for (int64_t i = 0; i < 100; i++) {
        changes[i] = (struct level_change){SIDE_BUY, {9999 - i, 40}};
        changes[100 + i] = (struct level_change){SIDE_SELL, {10000 + i, 40}};
    }
    for (uint32_t pair = 0; pair < PAIR_MAX; pair++) {
        send_book(fixture, pair, changes, 200);
    }
    const double list[] = {100, 100, 100, 98, 97, 100};
    static struct candle candles[PAIR_MAX];
    for (int i = 0; i < 6; i++) {
        for (uint32_t pair = 0; pair < PAIR_MAX; pair++) {
            candles[pair] = (struct candle){0, list[i], list[i], list[i], list[i], 1};
        }
        fixture_batch(fixture, candles, PAIR_MAX);
    }
    /* 40 dollars each: 4,000 lots, all hundred levels of 40. */
    EXPECT_INT(fixture->engine->portfolio.open_count, PAIR_MAX);
    EXPECT_INT((int64_t)fixture->engine->portfolio.fill_count, 100 * PAIR_MAX);
    fixture->now_ns += NS_PER_MIN;
    send_command(fixture, COMMAND_FLATTEN);
    EXPECT_INT(fixture->engine->portfolio.open_count, 0);
    fixture_free(fixture);
}

TEST(a_trade_at_a_price_beyond_all_money_is_no_value)
{
    const struct engine_config config = fixture_averages_config();
    struct fixture *fixture = fixture_new(&config, &by_book);
    one_level(fixture, 1000000, 1000000);
    buy_ten(fixture);
    const int64_t equity = portfolio_equity(&fixture->engine->portfolio);
    fixture->engine->portfolio.positions[0].target_ticks = 0;
    fixture->matching->orders[0].order.target_ticks = 0;
    send_trade(fixture, INT64_MAX, 1);
    EXPECT_INT(portfolio_equity(&fixture->engine->portfolio), equity);
    fixture_candle(fixture, 1e14, 1e14, 1e14, 1e14);
    fixture_candle(fixture, 1e300, 1e300, 1e300, 1e300);
    EXPECT_INT(portfolio_equity(&fixture->engine->portfolio), equity);
    fixture_free(fixture);
}

TEST(bids_beyond_all_money_are_not_sold_into)
{
    const struct engine_config config = fixture_averages_config();
    struct fixture *fixture = fixture_new(&config, &by_book);
    one_level(fixture, 1000000, 1000000);
    buy_ten(fixture);
    const struct level_change mad[] = {{SIDE_BUY, {INT64_MAX - 1, 1000000}},
                                       {SIDE_SELL, {INT64_MAX, 1000000}}};
    send_book(fixture, 0, mad, 2);
    send_trade(fixture, 9400, 1);
    send_command(fixture, COMMAND_CLOSE);
    EXPECT(portfolio_equity(&fixture->engine->portfolio) < USD(20000));
    fixture_free(fixture);
}

TEST(a_candle_below_one_step_of_the_price_stops_out_and_one_beyond_all_prices_is_passed_over)
{
    const struct engine_config config = fixture_averages_config();
    struct fixture *fixture = fixture_new(&config, &by_candles);
    buy_ten(fixture);
    fixture_candle(fixture, 1e300, 1e300, 1e300, 1e300);
    EXPECT_INT(fixture->engine->portfolio.open_count, 1);
    fixture_candle(fixture, 0.001, 0.001, 0.001, 0.001);
    EXPECT_INT(fixture->engine->portfolio.open_count, 0);
    EXPECT(fixture_last(fixture, RECORD_EXIT)->stop_hit);
    EXPECT_INT(fixture_last(fixture, RECORD_EXIT)->proceeds, USD(0.1)); /* 10 at the last cent */
    fixture_free(fixture);
}

TEST(a_pair_that_counts_more_coarsely_keeps_its_position_its_stop_and_its_worth)
{
    const struct engine_config config = fixture_averages_config();
    struct fixture *fixture = fixture_new(&config, &by_book);
    one_level(fixture, 1000000, 1000000);
    buy_ten(fixture);
    const int64_t equity = portfolio_equity(&fixture->engine->portfolio);
    struct pair terms = fixture_pair("AAA/USD");
    terms.price_decimals = 1;
    terms.qty_decimals = 6;
    terms.tick_step = 5;
    send_terms(fixture, &terms);
    const struct position *position = &fixture->engine->portfolio.positions[0];
    EXPECT_INT(position->qty_lots, 10000000);
    EXPECT_INT(position->stop_ticks, 950);
    EXPECT_INT(portfolio_equity(&fixture->engine->portfolio), equity);
    EXPECT_INT(fixture->engine->pairs[0].book.bids.count, 0); /* its ticks meant something else */
    const struct level_change bids[] = {{SIDE_BUY, {945, 100000000}}, {SIDE_SELL, {995, 1000000}}};
    send_book(fixture, 0, bids, 2);
    send_trade(fixture, 995, 1);
    EXPECT_INT(position->qty_lots, 10000000);
    send_trade(fixture, 950, 1);
    const struct record *exit = fixture_last(fixture, RECORD_EXIT);
    EXPECT(exit != NULL && exit->stop_hit);
    EXPECT_INT(exit->proceeds, USD(945)); /* 10 units at 94.5 */
    EXPECT_INT(fixture->engine->portfolio.holdings, 0);
    fixture_free(fixture);
}

TEST(a_stop_between_two_new_price_steps_moves_to_the_nearer_one)
{
    const struct engine_config config = fixture_averages_config();
    struct fixture *fixture = fixture_new(&config, &by_book);
    one_level(fixture, 1000000, 1000000);
    buy_ten(fixture);
    struct pair terms = fixture_pair("AAA/USD");
    terms.tick_step = 30;
    send_terms(fixture, &terms);
    EXPECT_INT(fixture->engine->portfolio.positions[0].stop_ticks, 9510);
    EXPECT_INT(fixture->matching->orders[0].order.stop_ticks, 9510);
    EXPECT_INT(fixture->engine->portfolio.orders[0].target_ticks, 11010);
    fixture_free(fixture);
}

TEST(a_hold_keeps_entries_out_and_lets_exits_go_on)
{
    const struct engine_config config = fixture_averages_config();
    struct fixture *fixture = fixture_new(&config, &by_candles);
    send_command(fixture, COMMAND_HOLD);
    send_command(fixture, COMMAND_HOLD);
    EXPECT_INT(fixture_count(fixture, RECORD_HELD), 1);
    fixture_turn_up(fixture);
    EXPECT_INT(fixture_last(fixture, RECORD_DECISION)->verdict, VERDICT_HELD);
    EXPECT_INT(fixture->place_count, 0);
    buy_ten(fixture);
    fixture_candle(fixture, 94, 94, 94, 94);
    EXPECT(fixture_last(fixture, RECORD_EXIT)->stop_hit);
    send_command(fixture, COMMAND_RELEASE);
    send_command(fixture, COMMAND_RELEASE);
    EXPECT_INT(fixture_count(fixture, RECORD_RELEASED), 1);
    fixture_turn_up(fixture);
    EXPECT_INT(fixture_last(fixture, RECORD_DECISION)->verdict, VERDICT_ENTER);
    fixture_free(fixture);
}
