/* SPDX-License-Identifier: MIT */
/* The operator sells, flattens, cancels and moves a stop: what is held is never left without one,
 * and what cannot stand is refused. */
#include "core/engine/engine_internal.h"

#include "command_fixture.h"

/* What the engine says to a sale of so many lots of the first pair. */
static enum verdict sold(struct fixture *fixture, int64_t qty_lots)
{
    return verdict_of(fixture,
                      &(struct instruction){.command = COMMAND_SELL, .qty_lots = qty_lots});
}

TEST(a_part_is_sold_while_the_rest_stays_under_its_stop)
{
    struct fixture *fixture = holding_ten();
    struct engine *engine = fixture->engine;
    const uint64_t bracket = engine->portfolio.positions[0].protect_order;
    EXPECT_INT(sold(fixture, 40000), VERDICT_DONE);
    const struct position *position = &engine->portfolio.positions[0];
    EXPECT_INT(position->qty_lots, 60000);
    EXPECT_INT(position->exit_wanted, false);
    EXPECT_INT(position->exit_lots, 0);
    EXPECT_INT((int64_t)position->protect_order, (int64_t)bracket);
    EXPECT_INT(bracket_of(fixture)->qty_lots, 60000);
    EXPECT_INT(engine->portfolio.trade_count, 0);
    show_book(fixture, 0, 9400, 100000000); /* and the stop sells what is left */
    const struct event trade = {
        .kind = EVENT_TRADE,
        .time_ns = fixture->now_ns,
        .trade = {.pair = 0, .trade = {.price_ticks = 9450, .qty_lots = 1, .taker = SIDE_SELL}}};
    desk_step(&fixture->desk, &trade);
    EXPECT_INT(engine->portfolio.open_count, 0);
    EXPECT_INT(fixture_last(fixture, RECORD_EXIT)->qty_lots, 100000);
    EXPECT(fixture_last(fixture, RECORD_EXIT)->stop_hit);
    EXPECT(!fixture_last(fixture, RECORD_EXIT)->by_hand);
    fixture_free(fixture);
}

TEST(a_sale_of_all_or_of_no_quantity_closes_the_position)
{
    for (int64_t qty = 0; qty <= 100000; qty += 100000) {
        struct fixture *fixture = holding_ten();
        EXPECT_INT(sold(fixture, qty), VERDICT_DONE);
        EXPECT_INT(fixture->engine->portfolio.open_count, 0);
        EXPECT_INT(fixture->engine->portfolio.order_count, 0);
        EXPECT(fixture_last(fixture, RECORD_EXIT)->by_hand);
        fixture_free(fixture);
    }
}

TEST(what_closes_a_position_by_hand_is_said_and_nothing_else_is)
{
    static const enum command commands[] = {COMMAND_CLOSE, COMMAND_FLATTEN};
    for (uint32_t i = 0; i < 2; i++) {
        struct fixture *fixture = holding_ten();
        EXPECT_INT(verdict_of(fixture, &(struct instruction){.command = commands[i]}),
                   VERDICT_DONE);
        EXPECT(fixture_last(fixture, RECORD_EXIT)->by_hand);
        fixture_free(fixture);
    }
    struct fixture *fixture = holding_ten();
    static struct actions actions;
    fixture->engine->portfolio.positions[0].exit_by_hand = true; /* of a close taken back */
    engine_close(fixture->engine, 0, &actions);
    EXPECT(!fixture->engine->portfolio.positions[0].exit_by_hand);
    engine_close_by_hand(fixture->engine, 0, &actions); /* it is under way already */
    EXPECT(!fixture->engine->portfolio.positions[0].exit_by_hand);
    fixture_free(fixture);
}

TEST(a_sale_that_cannot_stand_is_refused)
{
    struct fixture *fixture = holding_ten();
    struct pair *terms = &fixture->engine->pairs[0].terms;
    const struct {
        int64_t qty_lots;
        enum verdict verdict;
    } cases[] = {{100001, VERDICT_NOT_SO_MUCH}, {999, VERDICT_TOO_SMALL},
                 {5000, VERDICT_TOO_SMALL},     {99001, VERDICT_REST_SMALL},
                 {94737, VERDICT_REST_SMALL},   {94736, VERDICT_DONE}};
    terms->qty_min_lots = 1000;
    terms->cost_min = USD(50); /* 0.50005 units at the bid, 0.5264 at the stop of 95 */
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        EXPECT_INT(sold(fixture, cases[i].qty_lots), cases[i].verdict);
    }
    EXPECT_INT(verdict_of(fixture, &(struct instruction){.command = COMMAND_CLOSE}), VERDICT_DONE);
    EXPECT_INT(verdict_of(fixture, &(struct instruction){.command = COMMAND_SELL}),
               VERDICT_NO_POSITION);
    EXPECT_INT(verdict_of(fixture, &(struct instruction){.command = COMMAND_CLOSE}),
               VERDICT_NO_POSITION);
    fixture_free(fixture);
}

TEST(an_exit_that_the_book_did_not_take_is_tried_again_when_the_pair_moves_once_a_second)
{
    struct fixture *fixture = holding_ten();
    const struct position *position = &fixture->engine->portfolio.positions[0];
    show_book(fixture, 0, 9998, 40000);
    const struct instruction close = {.command = COMMAND_CLOSE};
    EXPECT_INT(verdict_of(fixture, &close), VERDICT_DONE);
    EXPECT_INT(position->qty_lots, 60000);
    EXPECT_INT(verdict_of(fixture, &close), VERDICT_CLOSING);
    show_book(fixture, 0, 9997, 50000); /* within the second */
    EXPECT_INT(position->qty_lots, 60000);
    fixture->now_ns += NS_PER_S;
    show_book(fixture, 0, 9996, 50000);
    EXPECT_INT(position->qty_lots, 10000);
    fixture->now_ns += NS_PER_S;
    show_book(fixture, 0, 9995, 50000);
    EXPECT_INT(fixture->engine->portfolio.open_count, 0);
    fixture_free(fixture);
}

TEST(a_part_that_the_book_takes_only_half_is_finished_later_and_no_more_than_it)
{
    struct fixture *fixture = holding_ten();
    const struct position *position = &fixture->engine->portfolio.positions[0];
    show_book(fixture, 0, 9998, 10000);
    EXPECT_INT(sold(fixture, 40000), VERDICT_DONE);
    EXPECT_INT(position->qty_lots, 90000);
    EXPECT_INT(position->exit_lots, 30000);
    EXPECT_INT(bracket_of(fixture)->qty_lots, 60000);
    fixture->now_ns += NS_PER_S;
    show_book(fixture, 0, 9997, 100000000);
    EXPECT_INT(position->qty_lots, 60000);
    EXPECT_INT(position->exit_wanted, false);
    EXPECT_INT(bracket_of(fixture)->qty_lots, 60000);
    fixture_free(fixture);
}

TEST(the_scrap_of_a_part_too_small_for_an_order_is_kept_under_the_stop)
{
    struct fixture *fixture = holding_ten();
    fixture->engine->pairs[0].terms.qty_min_lots = 1000;
    const struct position *position = &fixture->engine->portfolio.positions[0];
    show_book(fixture, 0, 9998, 39500);
    EXPECT_INT(sold(fixture, 40000), VERDICT_DONE);
    EXPECT_INT(position->qty_lots, 60500);
    EXPECT_INT(position->exit_wanted, false);
    EXPECT_INT(bracket_of(fixture)->qty_lots, 60500);
    fixture_free(fixture);
}

TEST(a_close_in_the_middle_of_a_part_closes_all)
{
    struct fixture *fixture = holding_ten();
    const struct position *position = &fixture->engine->portfolio.positions[0];
    show_book(fixture, 0, 9998, 10000);
    EXPECT_INT(sold(fixture, 40000), VERDICT_DONE);
    EXPECT_INT(position->exit_lots, 30000);
    EXPECT_INT(verdict_of(fixture, &(struct instruction){.command = COMMAND_CLOSE}), VERDICT_DONE);
    EXPECT_INT(position->exit_lots, 0);
    EXPECT_INT(position->protect_order, 0);
    fixture->now_ns += NS_PER_S;
    show_book(fixture, 0, 9997, 100000000);
    EXPECT_INT(fixture->engine->portfolio.open_count, 0);
    EXPECT_INT(fixture->engine->portfolio.order_count, 0);
    fixture_free(fixture);
}

TEST(flatten_sells_everything_takes_back_what_rests_and_lets_nothing_in_until_resumed)
{
    struct engine_config config = fixture_config();
    config.pair_count = 3;
    struct fixture *fixture = open_desk(&config);
    struct instruction asked = ten;
    EXPECT_INT(verdict_of(fixture, &asked), VERDICT_DONE);
    asked.pair = 1;
    EXPECT_INT(verdict_of(fixture, &asked), VERDICT_DONE);
    asked.pair = 2, asked.limit_ticks = 9900;
    EXPECT_INT(verdict_of(fixture, &asked), VERDICT_DONE);
    show_book(fixture, 1, 9999, 40000);
    const struct record *record =
        order(fixture, &(struct instruction){.command = COMMAND_FLATTEN, .ask = 77});
    EXPECT_INT(record->verdict, VERDICT_DONE);
    EXPECT_INT(record->agree_count, 2);
    EXPECT_INT(record->pair, UINT32_MAX);
    const struct portfolio *portfolio = &fixture->engine->portfolio;
    EXPECT_INT(portfolio->open_count, 1); /* the thin book took but 4 of 10 */
    EXPECT_INT(portfolio->reserved, 0);
    fixture->now_ns += NS_PER_S;
    show_book(fixture, 1, 9998, 100000000);
    EXPECT_INT(portfolio->open_count, 0);
    EXPECT_INT(portfolio->order_count, 0);
    EXPECT_INT(verdict_of(fixture, &ten), VERDICT_PAUSED);
    EXPECT_INT(order(fixture, &(struct instruction){.command = COMMAND_RESUME, .ask = 78})->kind,
               RECORD_RESUMED);
    EXPECT_INT(fixture->engine->flatten, false);
    EXPECT_INT(verdict_of(fixture, &ten), VERDICT_DONE);
    EXPECT_INT(portfolio->open_count, 1);
    fixture_free(fixture);
}

TEST(an_entry_that_fills_although_everything_is_to_be_sold_is_sold_too)
{
    const struct engine_config config = fixture_config();
    struct fixture *fixture = open_desk(&config);
    struct engine *engine = fixture->engine;
    struct instruction asked = ten;
    asked.limit_ticks = 9900;
    EXPECT_INT(verdict_of(fixture, &asked), VERDICT_DONE);
    const uint64_t entry = engine->portfolio.orders[0].id;
    /* The fill was on its way when the cancel was: an engine alone, its actions carried nowhere. */
    static struct actions out;
    engine_step(engine,
                &(struct event){.kind = EVENT_COMMAND, .command = {.command = COMMAND_FLATTEN}},
                &out);
    EXPECT_INT(out.list[out.count - 1].kind, ACTION_CANCEL);
    const struct report fill = {.order_id = entry,
                                .kind = REPORT_FILL,
                                .trade_id = 1,
                                .price_ticks = 9900,
                                .qty_lots = 100000};
    engine_step(engine, &(struct event){.kind = EVENT_REPORT, .report = fill}, &out);
    EXPECT(engine->portfolio.positions[0].exit_wanted);
    fixture_free(fixture);
}

TEST(a_session_that_goes_on_still_sells_everything)
{
    const struct engine_config config = fixture_config();
    struct fixture *before = open_desk(&config),
                   *after = fixture_new(&config, &before->matching->config);
    EXPECT_INT(verdict_of(before, &(struct instruction){.command = COMMAND_FLATTEN}), VERDICT_DONE);
    EXPECT(engine_adopt(after->engine, before->engine, (const uint32_t[]){0}));
    EXPECT(after->engine->flatten && after->engine->paused);
    fixture_free(before);
    fixture_free(after);
}

TEST(an_entry_can_be_cancelled_a_bracket_not_and_what_is_not_there_neither)
{
    struct engine_config config = fixture_config();
    config.pair_count = 2;
    struct fixture *fixture = open_desk(&config);
    struct instruction asked = ten;
    asked.pair = 1;
    EXPECT_INT(verdict_of(fixture, &asked), VERDICT_DONE);
    const uint64_t bracket = fixture->engine->portfolio.positions[1].protect_order;
    asked.pair = 0, asked.limit_ticks = 9900;
    EXPECT_INT(verdict_of(fixture, &asked), VERDICT_DONE);
    const uint64_t entry = fixture->engine->portfolio.order_next - 1;
    const struct record *record = order(
        fixture, &(struct instruction){.command = COMMAND_CANCEL, .ask = 5, .order_id = bracket});
    EXPECT_INT(record->verdict, VERDICT_BRACKET);
    EXPECT_INT(record->pair, 1);
    record = order(fixture,
                   &(struct instruction){.command = COMMAND_CANCEL, .ask = 6, .order_id = entry});
    EXPECT_INT(record->verdict, VERDICT_DONE);
    EXPECT_INT(record->pair, 0);
    EXPECT_INT(fixture->engine->portfolio.reserved, 0);
    EXPECT_INT(fixture->engine->portfolio.order_count, 1);
    record = order(fixture,
                   &(struct instruction){.command = COMMAND_CANCEL, .ask = 7, .order_id = entry});
    EXPECT_INT(record->verdict, VERDICT_NO_ORDER);
    EXPECT_INT(record->pair, UINT32_MAX);
    fixture_free(fixture);
}

/* On candles an exit waits for the next open, so it can be thought better of. */
TEST(an_exit_taken_back_leaves_the_position_under_its_stop_again)
{
    const struct engine_config config = fixture_config();
    static const struct matching_config by_candles = {.fills = FILLS_CANDLES};
    struct fixture *fixture = fixture_new(&config, &by_candles);
    fixture_candle(fixture, 100, 100, 100, 100);
    EXPECT_INT(verdict_of(fixture, &ten), VERDICT_DONE);
    fixture_candle(fixture, 100, 100, 100, 100);
    const struct position *position = &fixture->engine->portfolio.positions[0];
    EXPECT_INT(position->qty_lots, 100000);
    EXPECT_INT(verdict_of(fixture, &(struct instruction){.command = COMMAND_CLOSE}), VERDICT_DONE);
    struct instruction cancel = {.command = COMMAND_CANCEL, .order_id = position->exit_order};
    EXPECT(position->exit_order != 0 && position->protect_order == 0);
    EXPECT_INT(verdict_of(fixture, &cancel), VERDICT_DONE);
    EXPECT_INT(position->exit_order, 0);
    EXPECT_INT(position->exit_wanted, false);
    EXPECT_INT(bracket_of(fixture)->stop_ticks, 9500);
    const struct instruction flatten = {.command = COMMAND_FLATTEN};
    EXPECT_INT(verdict_of(fixture, &flatten), VERDICT_DONE);
    cancel.order_id = position->exit_order;
    EXPECT_INT(verdict_of(fixture, &cancel), VERDICT_FLATTENING);
    fixture_candle(fixture, 100, 100, 100, 100);
    EXPECT_INT(fixture->engine->portfolio.open_count, 0);
    fixture_free(fixture);
}

TEST(stop_and_target_move_either_way_and_the_record_says_from_where)
{
    struct fixture *fixture = holding_ten();
    const struct position *position = &fixture->engine->portfolio.positions[0];
    const struct record *record = order(
        fixture, &(struct instruction){.command = COMMAND_BRACKET, .ask = 9, .stop_ticks = 9000});
    EXPECT_INT(record->verdict, VERDICT_DONE);
    EXPECT_NEAR(record->stop_before, 95, 1e-9);
    EXPECT_NEAR(record->stop, 90, 1e-9);
    EXPECT_NEAR(record->target, 110, 1e-9);
    EXPECT_INT(record->risk, USD(103.6)); /* 100, and 0.4 % of 900; the matching took no fee */
    EXPECT_INT(position->risk, record->risk);
    EXPECT_INT(bracket_of(fixture)->stop_ticks, 9000);
    EXPECT_INT(bracket_of(fixture)->target_ticks, 11000);
    record = order(fixture, &(struct instruction){.command = COMMAND_BRACKET,
                                                  .ask = 10,
                                                  .stop_ticks = 9900,
                                                  .target_ticks = 10500});
    EXPECT_NEAR(record->stop_before, 90, 1e-9);
    EXPECT_INT(bracket_of(fixture)->stop_ticks, 9900);
    EXPECT_INT(bracket_of(fixture)->target_ticks, 10500);
    EXPECT_INT(bracket_of(fixture)->qty_lots, 100000);
    fixture_free(fixture);
}

TEST(a_bracket_that_would_sell_at_once_or_names_nothing_is_refused)
{
    struct fixture *fixture = holding_ten();
    fixture->engine->pairs[0].terms.tick_step = 3;
    const struct {
        int64_t stop, target;
        enum verdict verdict;
    } cases[] = {{9999, 0, VERDICT_BAD_STOP},
                 {0, 9999, VERDICT_BAD_TARGET},
                 {0, 0, VERDICT_BAD_PRICE},
                 {9001, 0, VERDICT_BAD_PRICE}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct instruction move = {.command = COMMAND_BRACKET,
                                         .stop_ticks = cases[i].stop,
                                         .target_ticks = cases[i].target};
        EXPECT_INT(verdict_of(fixture, &move), cases[i].verdict);
    }
    EXPECT_INT(bracket_of(fixture)->stop_ticks, 9500);
    show_book(fixture, 0, 9999, 1);
    EXPECT_INT(verdict_of(fixture, &(struct instruction){.command = COMMAND_CLOSE}), VERDICT_DONE);
    const struct instruction move = {.command = COMMAND_BRACKET, .stop_ticks = 9000};
    EXPECT_INT(verdict_of(fixture, &move), VERDICT_CLOSING);
    fixture->now_ns += NS_PER_S;
    show_book(fixture, 0, 9999, 100000000);
    EXPECT_INT(verdict_of(fixture, &move), VERDICT_NO_POSITION);
    fixture_free(fixture);
}

TEST(a_position_that_had_no_stop_gets_one_by_hand)
{
    struct engine_config config = fixture_config();
    config.risk.stop_required = false;
    struct fixture *fixture = open_desk(&config);
    struct instruction asked = ten;
    asked.stop_ticks = asked.target_ticks = 0;
    EXPECT_INT(verdict_of(fixture, &asked), VERDICT_DONE);
    const struct instruction move = {.command = COMMAND_BRACKET, .stop_ticks = 9000};
    EXPECT_INT(verdict_of(fixture, &move), VERDICT_DONE);
    EXPECT_INT(bracket_of(fixture)->stop_ticks, 9000);
    EXPECT_INT(bracket_of(fixture)->qty_lots, 100000);
    fixture_free(fixture);
}

TEST(an_exit_between_two_tries_is_taken_back_by_the_number_of_its_last)
{
    struct fixture *fixture = holding_ten();
    const struct position *position = &fixture->engine->portfolio.positions[0];
    show_book(fixture, 0, 9998, 40000);
    EXPECT_INT(verdict_of(fixture, &(struct instruction){.command = COMMAND_CLOSE}), VERDICT_DONE);
    EXPECT_INT(position->qty_lots, 60000);
    EXPECT(position->exit_order == 0 && position->exit_wanted);
    struct instruction cancel = {.command = COMMAND_CANCEL, .order_id = position->exit_last};
    EXPECT_INT(verdict_of(fixture, &cancel), VERDICT_DONE);
    EXPECT_INT(position->exit_wanted, false);
    EXPECT_INT(bracket_of(fixture)->qty_lots, 60000);
    EXPECT_INT(verdict_of(fixture, &cancel), VERDICT_NO_ORDER);
    EXPECT_INT(verdict_of(fixture, &(struct instruction){.command = COMMAND_FLATTEN}),
               VERDICT_DONE);
    cancel.order_id = position->exit_last;
    EXPECT_INT(verdict_of(fixture, &cancel), VERDICT_FLATTENING);
    fixture_free(fixture);
}

TEST(a_part_too_small_at_the_bid_is_not_begun_whatever_the_position_is_valued_at)
{
    struct fixture *fixture = holding_ten();
    struct pair *terms = &fixture->engine->pairs[0].terms;
    terms->cost_min = USD(50);
    show_book(fixture, 0, 9600, 100000000); /* valued at 100, where it was bought */
    EXPECT_INT(sold(fixture, 5100), VERDICT_TOO_SMALL);
    EXPECT_INT(sold(fixture, 5300), VERDICT_DONE);
    fixture_free(fixture);
}
