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
        lots += sold ? report->qty_lots : 0;
        fee += sold ? report->fee : 0;
    }
    EXPECT_INT(lots, LOTS);
    EXPECT_INT(fee, USD(0.1));
    EXPECT_INT(bench->broker->lanes[0].held_lots, 0);
    EXPECT(!noted(bench, NOTE_STRAY));
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
    set_book(bench, 10100);
    tend(bench);
    const struct request cancel = *asked(bench, REQUEST_CANCEL);
    answer(bench, &cancel, NEWS_ACCEPTED, 0);
    order_row(bench, ended(11, NEWS_CANCELLED, 0));
    const struct request sale = *asked(bench, REQUEST_ADD);
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
    const struct lane *lane = &bench->broker->lanes[0];
    for (uint32_t i = 0; i < LANE_TICKET_MAX; i++) { /* the sale never left */
        if (lane->tickets[i].role == TICKET_EXIT && lane->tickets[i].state == TICKET_INTENDED) {
            const struct request sale = {.sequence = lane->tickets[i].asked};
            answer(bench, &sale, NEWS_UNSENT, 0);
        }
    }
    EXPECT(told(bench, EXIT, REPORT_CANCELLED));
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
