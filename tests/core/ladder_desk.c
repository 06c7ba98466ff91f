/* SPDX-License-Identifier: MIT */
/* A ladder at the desk: one stake in several resting buys, one position, one stop, one target. */
#include "ladder_fixture.h"

static const struct matching_config by_book = {.fills = FILLS_BOOK};

/* After a high of 100 a close of 95, at which it buys: the first rung stands there. */
static void fall_to_95(struct fixture *fixture)
{
    fixture_closes(fixture, (const double[]){100, 100, 100, 100, 95}, 5);
}

static struct fixture *fallen(const struct engine_config *config,
                              const struct matching_config *matching)
{
    struct fixture *fixture = fixture_new(config, matching);
    fall_to_95(fixture);
    return fixture;
}

static struct fixture *fallen_by_candles(void)
{
    const struct engine_config config = dips(&five);
    return fallen(&config, &by_candles);
}

static uint32_t entries(const struct fixture *fixture)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < own(fixture)->order_count; i++) {
        count += own(fixture)->orders[i].purpose == PURPOSE_ENTRY;
    }
    return count;
}

static const struct order *entry_at(const struct fixture *fixture, int64_t limit_ticks)
{
    for (uint32_t i = 0; i < own(fixture)->order_count; i++) {
        const struct order *order = &own(fixture)->orders[i];
        if (order->purpose == PURPOSE_ENTRY && order->kind == ORDER_LIMIT &&
            order->limit_ticks == limit_ticks) {
            return order;
        }
    }
    return NULL;
}

/* What a unit of the position cost, in dollars. */
static double average(const struct fixture *fixture)
{
    const struct position *position = &own(fixture)->positions[0];
    return (double)position->cost / 1e8 / ((double)position->qty_lots / 1e4);
}

static void trade_at(struct fixture *fixture, int64_t price_ticks, int64_t qty_lots)
{
    const struct event event = {
        .kind = EVENT_TRADE,
        .time_ns = fixture->now_ns,
        .trade = {0,
                  {.time_ns = fixture->now_ns,
                   .price_ticks = price_ticks,
                   .qty_lots = qty_lots,
                   .taker = SIDE_SELL}},
    };
    desk_step(&fixture->desk, &event);
}

TEST(one_stake_goes_out_in_equal_shares_of_money_at_the_rungs)
{
    struct fixture *fixture = fallen_by_candles();
    const struct record *record = fixture_last(fixture, RECORD_DECISION);
    EXPECT_INT(record->verdict, VERDICT_ENTER);
    EXPECT_INT(record->rungs, 5);
    EXPECT_INT(entries(fixture), 5); /* that at 95 is at market */
    int64_t cash = 0, lots = 0;
    for (uint32_t i = 0; i < 5; i++) {
        const struct order *order = &own(fixture)->orders[i];
        EXPECT_INT(order->ladder, record->order_id);
        EXPECT_INT(order->kind, i == 0 ? ORDER_MARKET : ORDER_LIMIT);
        EXPECT_INT(order->stop_ticks, 8816);    /* 95 less 8 %, of which the fees are 0.8 */
        EXPECT_INT(order->target_ticks, 10526); /* 95 and 10.8 % */
        if (i > 0) {
            EXPECT_INT(order->limit_ticks, 9500 - 100 * (int64_t)i);
            EXPECT_INT(order->expire_ns, order->created_ns + NS_PER_HOUR);
            const double money = (double)(order->qty_lots * order->limit_ticks) / 1e6;
            EXPECT_NEAR(money, (double)record->cost / 5e8, 0.02);
        }
        cash += order->cash;
        lots += order->qty_lots;
    }
    EXPECT_INT(record->qty_lots, lots);
    EXPECT_INT(own(fixture)->reserved, cash);
    /* All bought and the stop hit: the fiftieth of 10,000 that a trade may lose, and no more. */
    EXPECT(record->risk <= USD(200) && record->risk > USD(199.5));
    fixture_free(fixture);
}

TEST(all_rungs_bought_are_one_position_at_one_average_under_one_bracket)
{
    struct fixture *fixture = fallen_by_candles();
    fixture_candle(fixture, 95, 95, 90.9, 91.5);
    const struct position *position = &own(fixture)->positions[0];
    EXPECT_INT(entries(fixture), 0);
    EXPECT_INT(own(fixture)->reserved, 0);
    EXPECT_INT(own(fixture)->order_count, 1);
    const struct order *bracket = bracket_of(fixture);
    EXPECT_INT(bracket->qty_lots, position->qty_lots);
    /* The same money at 95, 94, 93, 92, 91: their harmonic mean. */
    EXPECT_NEAR(average(fixture), 92.978, 0.001);
    EXPECT_INT(bracket->stop_ticks, 8816); /* as it was */
    /* 105.26 / 95 of 92.978 is 103.0202, on the cent above. */
    EXPECT_INT(bracket->target_ticks, 10303);
    EXPECT_INT(position->target_ticks, 10303);
    EXPECT_NEAR((double)position->risk / 1e8, 199.8, 0.3);
    fixture_candle(fixture, 91.5, 103.5, 91.5, 103);
    EXPECT_INT(fixture_count(fixture, RECORD_EXIT), 1);
    EXPECT_INT(fixture_last(fixture, RECORD_EXIT)->stop_hit, false);
    EXPECT_NEAR(fixture_last(fixture, RECORD_EXIT)->price, 103.03, 1e-6);
    EXPECT_INT(own(fixture)->open_count, 0);
    EXPECT_INT(own(fixture)->trade_count, 1);
    EXPECT_INT(own(fixture)->order_count, 0);
    fixture_free(fixture);
}

TEST(at_the_target_the_rungs_that_wait_are_taken_back)
{
    struct fixture *fixture = fallen_by_candles();
    fixture_candle(fixture, 95, 95, 93.5, 94); /* 95 and 94 */
    EXPECT_INT(entries(fixture), 3);
    EXPECT_INT(own(fixture)->positions[0].target_ticks, 10471); /* 105.26 / 95 of 94.497 */
    fixture_candle(fixture, 94, 106, 94, 105);
    EXPECT_INT(own(fixture)->trade_count, 1);
    EXPECT_INT(entries(fixture), 0);
    EXPECT_INT(own(fixture)->reserved, 0);
    EXPECT_INT(fixture->matching->order_count, 0);
    EXPECT_INT(fixture_count(fixture, RECORD_ORDER_ENDED), 3);
    fixture_free(fixture);
}

TEST(a_fall_through_every_rung_and_the_stop_is_one_trade_and_loses_what_was_allowed)
{
    struct fixture *fixture = fallen_by_candles();
    const int64_t risk = fixture_last(fixture, RECORD_DECISION)->risk;
    fixture_candle(fixture, 95, 95, 80, 99);
    EXPECT_INT(fixture_count(fixture, RECORD_EXIT), 1);
    EXPECT_INT(fixture_last(fixture, RECORD_EXIT)->stop_hit, true);
    EXPECT_INT(own(fixture)->open_count, 0);
    EXPECT_INT(own(fixture)->trade_count, 1);
    EXPECT_INT(fixture->engine->pairs[0].traded, 1); /* what the day's gate counts */
    EXPECT_INT(own(fixture)->order_count, 0);
    const int64_t lost = -fixture_last(fixture, RECORD_EXIT)->pnl;
    EXPECT(lost <= risk && lost > risk - USD(6)); /* rungs are the maker's, and cost less */
    fixture_free(fixture);
}

TEST(in_a_candle_that_bought_a_rung_the_target_is_not_sold_at)
{
    struct fixture *fixture = fallen_by_candles();
    fixture_candle(fixture, 95, 95, 94.5, 94.5);   /* bought at 95 */
    fixture_candle(fixture, 94.5, 106, 93.5, 105); /* which came first? */
    EXPECT_INT(own(fixture)->trade_count, 0);
    EXPECT_INT(entries(fixture), 3);
    fixture_candle(fixture, 105, 105, 104.8, 105);
    EXPECT_INT(own(fixture)->trade_count, 1);
    fixture_free(fixture);
}

TEST(above_its_first_rung_a_ladder_rests_and_dies_with_its_hold)
{
    const struct engine_config config = dips(&five);
    struct fixture *fixture = fixture_new(&config, &by_book);
    show_book(fixture, 0, 9510, 100000000);
    fall_to_95(fixture);
    EXPECT_INT(entries(fixture), 5);
    EXPECT(entry_at(fixture, 9500) != NULL && entry_at(fixture, 9100) != NULL);
    EXPECT_INT(own(fixture)->open_count, 0);
    for (int i = 0; i < 59; i++) {
        fixture_candle(fixture, 96, 96, 96, 96);
    }
    EXPECT_INT(entries(fixture), 5);
    EXPECT_INT(fixture->place_count, 5); /* it is one entry: nothing is added to it */
    fixture_candle(fixture, 96, 96, 96, 96);
    EXPECT_INT(entries(fixture), 0);
    EXPECT_INT(own(fixture)->reserved, 0);
    fixture_free(fixture);
}

TEST(a_trade_held_too_long_is_sold_and_its_rungs_go_with_it)
{
    struct dip_params brief = five;
    brief.hold_ns = 5 * NS_PER_MIN;
    const struct engine_config config = dips(&brief);
    struct fixture *fixture = fallen(&config, &by_candles);
    for (int i = 0; i < 8; i++) {
        fixture_candle(fixture, 95, 95.5, 94.5, 95);
    }
    EXPECT_INT(own(fixture)->trade_count, 1);
    EXPECT_INT(fixture_last(fixture, RECORD_PLANNED)->cause, EXIT_TIME);
    EXPECT_INT(own(fixture)->order_count, 0);
    fixture_free(fixture);
}

TEST(a_ladder_that_may_be_held_for_ever_rests_for_four_weeks)
{
    struct dip_params patient = five;
    patient.hold_ns = 0;
    const struct engine_config config = dips(&patient);
    struct fixture *fixture = fallen(&config, &by_candles);
    const struct order *order = entry_at(fixture, 9100);
    EXPECT_INT(order->expire_ns, order->created_ns + 28 * NS_PER_DAY);
    fixture_free(fixture);
}

static void command(struct fixture *fixture, enum command command)
{
    const struct event event = {
        .kind = EVENT_COMMAND, .time_ns = fixture->now_ns, .command = {.command = command}};
    desk_step(&fixture->desk, &event);
}

TEST(a_pause_takes_the_rungs_back_and_leaves_the_position_its_bracket)
{
    struct fixture *fixture = fallen_by_candles();
    fixture_candle(fixture, 95, 95, 93.5, 94);
    const int64_t held = own(fixture)->positions[0].qty_lots;
    command(fixture, COMMAND_PAUSE);
    EXPECT_INT(entries(fixture), 0);
    EXPECT_INT(own(fixture)->positions[0].qty_lots, held);
    EXPECT_INT(bracket_of(fixture)->qty_lots, held);
    fixture_free(fixture);
}

TEST(flatten_takes_the_rungs_back_and_sells)
{
    struct fixture *fixture = fallen_by_candles();
    fixture_candle(fixture, 95, 95, 93.5, 94);
    command(fixture, COMMAND_FLATTEN);
    EXPECT_INT(entries(fixture), 0);
    fixture_candle(fixture, 94, 94, 90, 91);
    EXPECT_INT(own(fixture)->open_count, 0);
    EXPECT_INT(own(fixture)->order_count, 0);
    fixture_free(fixture);
}

TEST(a_rung_that_fills_in_parts_grows_the_bracket_with_each)
{
    const struct engine_config config = dips(&five);
    struct fixture *fixture = fixture_new(&config, &by_book);
    show_book(fixture, 0, 9510, 100000000);
    fall_to_95(fixture);
    const int64_t whole = entry_at(fixture, 9500)->qty_lots;
    trade_at(fixture, 9500, 10000);
    EXPECT_INT(bracket_of(fixture)->qty_lots, 10000);
    EXPECT_INT(own(fixture)->positions[0].risk,
               decimal_mul_div(entry_at(fixture, 9500)->risk, 10000, whole, ROUND_UP));
    trade_at(fixture, 9500, 20000);
    EXPECT_INT(bracket_of(fixture)->qty_lots, 30000);
    EXPECT_INT(bracket_of(fixture)->target_ticks, 10526); /* 95 is what it is reckoned from */
    trade_at(fixture, 9399, 20000);                       /* through two rungs */
    EXPECT_INT(entries(fixture), 3);
    const int64_t held = own(fixture)->positions[0].qty_lots;
    EXPECT(held > 2 * whole);
    EXPECT_INT(bracket_of(fixture)->qty_lots, held);
    EXPECT_INT(own(fixture)->open_count, 1);
    fixture_free(fixture);
}

TEST(a_trade_below_the_rungs_and_the_stop_buys_first_and_is_one_trade)
{
    const struct engine_config config = dips(&five);
    struct fixture *fixture = fixture_new(&config, &by_book);
    show_book(fixture, 0, 9510, 100000000);
    fall_to_95(fixture);
    trade_at(fixture, 9500, 10000);
    show_book(fixture, 0, 8700,
              100000000); /* an ask at 87.01 buys the rest; the stop is untouched */
    EXPECT_INT(entries(fixture), 0);
    EXPECT_INT(own(fixture)->trade_count, 0);
    EXPECT_INT(bracket_of(fixture)->qty_lots, own(fixture)->positions[0].qty_lots);
    trade_at(fixture, 8700, 10000);
    EXPECT_INT(own(fixture)->trade_count, 1);
    EXPECT_INT(fixture_count(fixture, RECORD_EXIT), 1);
    EXPECT_INT(own(fixture)->order_count, 0);
    fixture_free(fixture);
}

TEST(a_trade_through_everything_at_once_buys_before_it_sells)
{
    const struct engine_config config = dips(&five);
    struct fixture *fixture = fixture_new(&config, &by_book);
    show_book(fixture, 0, 9510, 100000000);
    fall_to_95(fixture);
    trade_at(fixture, 9500, 10000);
    trade_at(fixture, 8700, 10000); /* a wick: the book stands where it stood */
    EXPECT_INT(entries(fixture), 0);
    EXPECT_INT(own(fixture)->open_count, 1);
    EXPECT_INT(bracket_of(fixture)->qty_lots, own(fixture)->positions[0].qty_lots);
    trade_at(fixture, 8700, 10000);
    EXPECT_INT(own(fixture)->trade_count, 1);
    EXPECT_INT(fixture_count(fixture, RECORD_EXIT), 1);
    fixture_free(fixture);
}

TEST(the_whole_ladder_fits_the_money_there_is)
{
    struct engine_config config = dips(&five);
    config.risk.sizing = SIZING_STAKE;
    config.risk.risk_per_trade = config.risk.max_position = 1;
    for (int all = 0; all < 2; all++) {
        config.risk.sizing = all != 0 ? SIZING_ALL : SIZING_STAKE;
        struct fixture *fixture = fallen(&config, &by_candles);
        EXPECT_INT(entries(fixture), 5);
        EXPECT(portfolio_free(own(fixture)) >= 0);
        EXPECT(own(fixture)->reserved > USD(9900));
        fixture_candle(fixture, 95, 95, 90.9, 91.5);
        EXPECT_INT(entries(fixture), 0);
        EXPECT(own(fixture)->cash >= 0 && own(fixture)->cash < USD(100));
        fixture_free(fixture);
    }
}

TEST(rungs_that_a_coarse_tick_brings_together_are_one_order_with_their_shares)
{
    const struct engine_config config = dips(&five);
    struct fixture *fixture = fixture_new(&config, &by_candles);
    struct pair coarse = fixture_pair("AAA/USD");
    coarse.tick_step = 200;
    engine_set_terms(fixture->engine, 0, &coarse);
    fixture_closes(fixture, (const double[]){100, 100, 100, 100, 96}, 5);
    fixture_candle(fixture, 96, 96, 94,
                   95); /* buys at 94 and below: 94 (95, 94), 92 (93, 92), 90 */
    EXPECT_INT(entries(fixture), 3);
    const double first = (double)entry_at(fixture, 9400)->qty_lots * 94;
    EXPECT_NEAR((double)entry_at(fixture, 9200)->qty_lots * 92, first, 0.001 * first);
    EXPECT_NEAR((double)entry_at(fixture, 9000)->qty_lots * 90, first / 2, 0.001 * first);
    fixture_free(fixture);
}

TEST(a_ladder_whose_rungs_are_too_small_for_the_pair_is_not_begun)
{
    const struct engine_config config = dips(&five);
    struct fixture *fixture = fixture_new(&config, &by_candles);
    struct pair terms = fixture_pair("AAA/USD");
    terms.qty_min_lots = 100000; /* the stake would buy 36 units: 7 a rung */
    engine_set_terms(fixture->engine, 0, &terms);
    fall_to_95(fixture);
    EXPECT_INT(fixture_last(fixture, RECORD_DECISION)->verdict, VERDICT_TOO_SMALL);
    EXPECT_INT(fixture->place_count, 0);
    EXPECT_INT(own(fixture)->order_count, 0);
    fixture_free(fixture);
}

TEST(a_stop_raised_above_a_rung_takes_it_back)
{
    struct fixture *fixture = fallen_by_candles();
    fixture_candle(fixture, 95, 95, 93.5, 94);
    EXPECT_INT(entries(fixture), 3);
    const struct instruction raise = {.command = COMMAND_BRACKET, .stop_ticks = 9200};
    EXPECT_INT(verdict_of(fixture, &raise), VERDICT_DONE);
    EXPECT_INT(entries(fixture), 1);
    EXPECT(entry_at(fixture, 9300) != NULL);
    fixture_free(fixture);
}

TEST(a_target_set_by_hand_stays_whatever_is_bought_after)
{
    struct fixture *fixture = fallen_by_candles();
    fixture_candle(fixture, 95, 95, 94.5, 94.5);
    const struct instruction move = {.command = COMMAND_BRACKET, .target_ticks = 12000};
    EXPECT_INT(verdict_of(fixture, &move), VERDICT_DONE);
    fixture_candle(fixture, 94.5, 94.5, 90.9, 91.5);
    EXPECT_INT(entries(fixture), 0);
    EXPECT_INT(bracket_of(fixture)->target_ticks, 12000);
    EXPECT_INT(bracket_of(fixture)->qty_lots, own(fixture)->positions[0].qty_lots);
    fixture_free(fixture);
}

/* Bought lower, the highest price of before is no gain: a stop at break-even must not follow. */
TEST(what_a_rung_bought_in_a_fall_did_not_gain)
{
    struct engine_config config = dips(&five);
    config.exits.break_even = 0.2;
    struct fixture *fixture = fallen(&config, &by_candles);
    fixture_candle(fixture, 95, 95.5, 94.5, 95);
    fixture_candle(fixture, 95, 95, 90.9, 91.5);
    EXPECT_INT(entries(fixture), 0);
    EXPECT_INT(own(fixture)->positions[0].best_ticks, 9150); /* not its candle's high */
    EXPECT_INT(fixture_count(fixture, RECORD_STOP) + fixture_count(fixture, RECORD_PLANNED), 0);
    EXPECT_INT(own(fixture)->positions[0].stop_ticks, 8816);
    fixture_free(fixture);
}

TEST(the_rungs_of_a_ladder_are_one_of_the_positions_allowed)
{
    struct engine_config config = dips(&five);
    config.pair_count = 3;
    config.risk.max_positions = 2;
    config.risk.max_position = 0.2;
    struct fixture *fixture = fixture_new(&config, &by_candles);
    const double closes[] = {100, 100, 100, 100, 95};
    for (uint32_t i = 0; i < 5; i++) {
        const double close = closes[i];
        const struct candle candle = {0, close, close, close, close, 1};
        fixture_batch(fixture, (const struct candle[]){candle, candle, candle}, 3);
    }
    EXPECT_INT(entries(fixture), 10);
    EXPECT_INT(fixture_last(fixture, RECORD_DECISION)->verdict, VERDICT_FULL);
    EXPECT_NEAR(fixture_last(fixture, RECORD_DECISION)->figure, 2, 0);
    fixture_free(fixture);
}

TEST(who_starts_anew_goes_on_with_the_ladder)
{
    static const uint32_t map[] = {0};
    struct fixture *before = fallen_by_candles();
    fixture_candle(before, 95, 95, 93.5, 94);
    const struct engine_config config = dips(&five);
    struct fixture *fixture = fixture_new(&config, &by_candles);
    EXPECT(engine_adopt(fixture->engine, before->engine, map));
    matching_adopt(fixture->matching, before->matching, map);
    fixture->now_ns = before->now_ns;
    fixture_candle(fixture, 94, 94, 90.9, 91.5);
    EXPECT_INT(entries(fixture), 0);
    EXPECT_NEAR(average(fixture), 92.978, 0.001);
    EXPECT_INT(bracket_of(fixture)->target_ticks, 10303);
    EXPECT_INT(bracket_of(fixture)->qty_lots, own(fixture)->positions[0].qty_lots);
    fixture_free(before);
    fixture_free(fixture);
}
