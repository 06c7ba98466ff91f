/* SPDX-License-Identifier: MIT */
/* A part of what is held is sold at the venue: the rest keeps its stop throughout, and every fill
 * finds its order whichever was first. */
#include "core/execution/broker.h"

#include "broker_bench.h"

#define PART INT64_C(4000)

/* The engine's way to a part: the bracket for what stays, then the exit. */
static void sell_part(struct bench *bench)
{
    const struct matching_market market = market_of(bench);
    struct broker_out out = out_of(bench);
    broker_amend(bench->broker, &market, BRACKET, LOTS - PART, 9800, 0, &out);
    place(bench, &(struct order){
                     .id = EXIT, .purpose = PURPOSE_EXIT, .side = SIDE_SELL, .qty_lots = PART});
}

static struct ticket *lane_sale(struct bench *bench)
{
    struct ticket *tickets = bench->broker->lanes[0].tickets;
    uint32_t i = 0;
    while (i < LANE_TICKET_MAX - 1 && tickets[i].role != TICKET_EXIT) {
        i++;
    }
    EXPECT(tickets[i].role == TICKET_EXIT);
    return &tickets[i];
}

TEST(the_stop_is_made_smaller_before_the_part_is_sold_and_stands_all_the_while)
{
    struct bench *bench = bench_holding(0);
    sell_part(bench);
    for (uint32_t i = 0; i < bench->requests->count; i++) {
        EXPECT(bench->requests->list[i].kind == REQUEST_AMEND); /* nothing is cancelled or added */
    }
    const struct request less = *asked(bench, REQUEST_AMEND);
    EXPECT(venue_id_same(less.txid, id(11)));
    EXPECT_INT(less.qty_lots, LOTS - PART);
    answer(bench, &less, NEWS_ACCEPTED, 0);
    const struct request sale = *asked(bench, REQUEST_ADD);
    EXPECT_INT(sale.qty_lots, PART);
    EXPECT(sale.order == VENUE_LIMIT && sale.limit_ticks == 9999);
    durable(bench, &sale);
    answer(bench, &sale, NEWS_ACCEPTED, 20);
    fill(bench, 2, 20, SIDE_SELL, PART);
    EXPECT(told(bench, EXIT, REPORT_FILL));
    EXPECT_INT(bench->broker->lanes[0].held_lots, LOTS - PART);
    wait_for(bench, 20 * NS_PER_S);
    EXPECT(asked(bench, REQUEST_ADD) == NULL); /* the stop covers what is left, no more, no less */
    EXPECT(!noted(bench, NOTE_EMERGENCY));
    bench_free(bench);
}

TEST(a_stop_hit_before_it_was_made_smaller_sells_of_the_bracket_and_of_the_part)
{
    struct bench *bench = bench_holding(0);
    sell_part(bench);
    fill(bench, 2, 11, SIDE_SELL, LOTS);
    EXPECT(told(bench, BRACKET, REPORT_FILL));
    EXPECT(told(bench, EXIT, REPORT_FILL));
    int64_t lots = 0, fee = 0;
    for (uint32_t i = 0; i < bench->reports->count; i++) {
        const struct report *report = &bench->reports->list[i];
        const bool sold = report->kind == REPORT_FILL && report->side == SIDE_SELL;
        EXPECT_INT(report->before_lots, sold ? lots : 0);
        lots += sold ? report->qty_lots : 0;
        fee += sold ? report->fee : 0;
    }
    EXPECT_INT(lots, LOTS);
    EXPECT_INT(fee, USD(0.1));
    EXPECT_INT(bench->broker->lanes[0].held_lots, 0);
    EXPECT(!noted(bench, NOTE_STRAY));
    bench_free(bench);
}

TEST(a_stop_made_whole_again_that_sells_everything_leaves_no_exit_behind)
{
    struct bench *bench = bench_holding(0);
    sell_part(bench);
    const struct matching_market market = market_of(bench);
    struct broker_out out = out_of(bench);
    broker_amend(bench->broker, &market, BRACKET, LOTS, 9800, 0, &out); /* all is to be closed */
    fill(bench, 2, 11, SIDE_SELL, LOTS);
    EXPECT(told(bench, BRACKET, REPORT_FILL));
    EXPECT(told(bench, EXIT, REPORT_CANCELLED));
    EXPECT_INT(bench->broker->lanes[0].exit.id, 0);
    bench_free(bench);
}

TEST(a_part_of_which_too_little_is_left_to_sell_is_given_back)
{
    struct bench *bench = bench_holding(0);
    sell_part(bench);
    const struct request less = *asked(bench, REQUEST_AMEND);
    answer(bench, &less, NEWS_ACCEPTED, 0);
    const struct request sale = *asked(bench, REQUEST_ADD);
    durable(bench, &sale);
    answer(bench, &sale, NEWS_ACCEPTED, 20);
    fill(bench, 2, 20, SIDE_SELL, PART - 50); /* an order has at least 100 lots */
    order_row(bench, ended(20, NEWS_CANCELLED, PART - 50));
    EXPECT(told(bench, EXIT, REPORT_CANCELLED));
    EXPECT(!told(bench, BRACKET, REPORT_DUST));
    EXPECT_INT(bench->broker->lanes[0].held_lots, LOTS - PART + 50);
    bench_free(bench);
}

TEST(a_target_sold_down_to_what_is_too_little_to_sell_leaves_no_sale_to_the_next_position)
{
    struct bench *bench = bench_holding(10100);
    const struct request sale = sale_at_target(bench, 10100);
    durable(bench, &sale);
    answer(bench, &sale, NEWS_ACCEPTED, 20);
    fill(bench, 2, 20, SIDE_SELL, LOTS - 50);
    struct broker_out out = out_of(bench);
    const struct matching_market market = market_of(bench);
    const struct news end = {.kind = NEWS_ORDER, .order = ended(20, NEWS_CANCELLED, LOTS - 50)};
    broker_news(bench->broker, &end, bench->now_ns, &out);
    while (broker_stirred(bench->broker, 0)) { /* as the desk does, and no more often */
        broker_tend(bench->broker, &market, &out);
    }
    EXPECT(told(bench, BRACKET, REPORT_DUST));
    EXPECT_INT(bench->broker->lanes[0].sale, SALE_NONE);
    bench_free(bench);
}

TEST(a_total_above_an_orders_size_says_that_it_is_larger)
{
    struct bench *bench = bench_holding(0);
    struct news_order late = ended(11, NEWS_OPEN, 0);
    late.qty_lots = LOTS - PART; /* of before it was made larger */
    order_row(bench, late);
    late.state = NEWS_FILLED, late.filled_lots = LOTS;
    order_row(bench, late);
    fill(bench, 2, 11, SIDE_SELL, LOTS);
    EXPECT(told(bench, BRACKET, REPORT_FILL));
    EXPECT(!noted(bench, NOTE_STRAY));
    EXPECT_INT(bench->broker->lanes[0].held_lots, 0);
    bench_free(bench);
}

TEST(a_fill_of_a_stop_made_larger_counts_before_the_answer_does)
{
    struct bench *bench = bench_holding(0);
    const struct matching_market market = market_of(bench);
    struct broker_out out = out_of(bench);
    sell_part(bench);
    const struct request less = *asked(bench, REQUEST_AMEND);
    answer(bench, &less, NEWS_ACCEPTED, 0);
    asked(bench, REQUEST_ADD);
    broker_cancel(bench->broker, &market, EXIT, &out);
    tend(bench);
    const struct lane *lane = &bench->broker->lanes[0];
    EXPECT(told(bench, EXIT, REPORT_CANCELLED)); /* the sale never left */
    broker_amend(bench->broker, &market, BRACKET, LOTS, 9800, 0, &out);
    wait_for(bench, 3 * NS_PER_S);
    EXPECT_INT(asked(bench, REQUEST_AMEND)->qty_lots, LOTS);
    fill(bench, 2, 11, SIDE_SELL, LOTS);
    EXPECT(!noted(bench, NOTE_STRAY));
    EXPECT_INT(lane->held_lots, 0);
    bench_free(bench);
}

TEST(a_stop_that_ended_long_ago_is_no_news_when_a_listing_tells_it_again)
{
    struct bench *bench = bench_holding(0);
    fill(bench, 2, 11, SIDE_SELL, LOTS);
    order_row(bench, ended(11, NEWS_FILLED, LOTS));
    for (uint32_t i = 0; i < LANE_TICKET_MAX; i++) { /* its ticket gave way to others */
        struct ticket *ticket = &bench->broker->lanes[0].tickets[i];
        if (ticket->role == TICKET_STOP) {
            *ticket = (struct ticket){0};
        }
    }
    order_row(bench, (struct news_order){.txid = id(11),
                                         .parent = id(10),
                                         .state = NEWS_FILLED,
                                         .side = SIDE_SELL,
                                         .kind = VENUE_STOP,
                                         .listed = true,
                                         .qty_lots = LOTS,
                                         .filled_lots = LOTS,
                                         .trigger_ticks = 9800});
    EXPECT(!broker_busy(bench->broker, 0));
    bench_free(bench);
}

/* The target is touched, its stop gone, and the sale of everything stands at the venue as 20. */
static void begin_target(struct bench *bench)
{
    const struct request sale = sale_at_target(bench, 10100);
    EXPECT_INT(sale.qty_lots, LOTS);
    durable(bench, &sale);
    answer(bench, &sale, NEWS_ACCEPTED, 20);
}

TEST(a_part_sold_while_the_target_is_being_sold_leaves_the_rest_under_a_stop)
{
    struct bench *bench = bench_holding(10100);
    begin_target(bench);
    wait_for(bench, 2 * NS_PER_S); /* a stop of the venue's own is not waited for any more */
    set_book(bench, 10099);
    asked(bench, REQUEST_AMEND);
    sell_part(bench);
    const struct request cancel = *asked(bench, REQUEST_CANCEL); /* it would sell everything */
    EXPECT(venue_id_same(cancel.txid, id(20)));
    answer(bench, &cancel, NEWS_ACCEPTED, 0);
    fill(bench, 2, 20, SIDE_SELL, 1000); /* some of it was sold all the same */
    order_row(bench, ended(20, NEWS_CANCELLED, 1000));
    EXPECT(told(bench, EXIT, REPORT_FILL));
    int64_t stops = 0, sales = 0;
    for (uint32_t i = 0; i < bench->requests->count; i++) {
        const struct request *request = &bench->requests->list[i];
        const bool add = request->kind == REQUEST_ADD;
        stops += add && request->order == VENUE_STOP ? request->qty_lots : 0;
        sales += add && request->order != VENUE_STOP ? request->qty_lots : 0;
    }
    EXPECT_INT(stops, LOTS - PART);
    EXPECT_INT(sales, PART - 1000);
    EXPECT(!noted(bench, NOTE_EMERGENCY));
    bench_free(bench);
}

TEST(a_part_sold_of_coins_without_a_stop_leaves_the_rest_with_one)
{
    struct bench *bench = bench_new();
    place_entry(bench, 9800);
    const struct request add = *asked(bench, REQUEST_ADD);
    durable(bench, &add);
    answer(bench, &add, NEWS_ACCEPTED, 10);
    fill(bench, 1, 10, SIDE_BUY, LOTS);
    place_bracket(bench, LOTS, 0); /* and the venue makes no stop of its own */
    sell_part(bench);
    wait_for(bench, 3 * NS_PER_S);
    bool stop = false;
    for (uint32_t i = 0; i < bench->requests->count; i++) {
        const struct request *request = &bench->requests->list[i];
        stop |= request->kind == REQUEST_ADD && request->order == VENUE_STOP &&
                request->qty_lots == LOTS - PART;
    }
    EXPECT(stop);
    bench_free(bench);
}

TEST(a_stop_that_sells_more_than_was_asked_for_is_told_as_far_as_it_was)
{
    struct bench *bench = bench_holding(0);
    sell_part(bench);
    struct broker_out out = out_of(bench);
    const struct matching_market market = market_of(bench);
    broker_amend(bench->broker, &market, BRACKET, LOTS - PART - 1000, 9800, 0, &out);
    fill(bench, 2, 11, SIDE_SELL, LOTS);
    int64_t lots = 0;
    for (uint32_t i = 0; i < bench->reports->count; i++) {
        const struct report *report = &bench->reports->list[i];
        lots += report->kind == REPORT_FILL && report->side == SIDE_SELL ? report->qty_lots : 0;
    }
    EXPECT_INT(lots, LOTS - 1000);
    EXPECT(noted(bench, NOTE_STRAY));
    EXPECT_INT(bench->broker->lanes[0].held_lots, 0);
    bench_free(bench);
}

/* An amendment was lost, and then all was filled that we know it to have. */
TEST(a_sale_of_which_only_the_size_is_in_doubt_keeps_no_part_from_being_sold)
{
    struct bench *bench = bench_holding(0);
    sell_part(bench);
    answer(bench, asked(bench, REQUEST_AMEND), NEWS_ACCEPTED, 0);
    const struct request sale = *asked(bench, REQUEST_ADD);
    durable(bench, &sale);
    answer(bench, &sale, NEWS_ACCEPTED, 20);
    lane_sale(bench)->qty_lots = PART - 1000;
    set_book(bench, 9990);
    wait_for(bench, 5 * NS_PER_S);
    answer(bench, asked(bench, REQUEST_AMEND), NEWS_LOST, 0);
    wait_for(bench, NS_PER_MS);
    listed(bench, asked(bench, REQUEST_LIST));
    fill(bench, 2, 20, SIDE_SELL, PART - 1000);
    wait_for(bench, 2 * NS_PER_S);
    const struct request cancel = *asked(bench, REQUEST_CANCEL);
    EXPECT(venue_id_same(cancel.txid, id(20)));
    tell(bench, (struct news){.kind = NEWS_REFUSED,
                              .sequence = cancel.sequence,
                              .reject = REJECT_UNKNOWN_ORDER});
    wait_for(bench, NS_PER_S);
    listed(bench, asked(bench, REQUEST_LIST)); /* it lags, and does not tell how the sale ended */
    const struct request rest = *asked(bench, REQUEST_ADD);
    EXPECT_INT(rest.side, SIDE_SELL);
    EXPECT_INT(rest.qty_lots, 1000);
    bench_free(bench);
}
