/* SPDX-License-Identifier: MIT */
/* The rules of an order's life, one by one: what the broker asks of the venue, and what it tells
 * the engine, when things go as they should and when they do not. */
#include "core/execution/broker.h"

#include "broker_bench.h"

TEST(an_entry_carries_its_stop_and_waits_for_the_disk)
{
    struct bench *bench = bench_new();
    place_entry(bench, 9800);
    const struct request add = *asked(bench, REQUEST_ADD);
    EXPECT(add.life == LIFE_IOC && add.limit_ticks == 10050 && add.close_ticks == 9800);
    EXPECT_INT(add.deadline_ns - bench->now_ns, 10 * NS_PER_S);
    const struct matching_market market = market_of(bench);
    struct broker_out out = out_of(bench);
    durable(bench, &add);
    broker_cancel(bench->broker, &market, ENTRY, &out);
    EXPECT(asked(bench, REQUEST_CANCEL) == NULL); /* nothing is known there yet to cancel */
    answer(bench, &add, NEWS_ACCEPTED, 10);
    EXPECT(asked(bench, REQUEST_CANCEL) != NULL);
    bench_free(bench);
}

TEST(what_is_not_answered_is_unknown_until_a_listing_past_deadline_and_lag_lacks_it)
{
    struct bench *bench = bench_new();
    place_entry(bench, 9800);
    const struct request add = *asked(bench, REQUEST_ADD);
    durable(bench, &add);
    answer(bench, &add, NEWS_LOST, 0);
    EXPECT(told(bench, ENTRY, REPORT_UNKNOWN));
    wait_for(bench, 60 * NS_PER_S); /* past the deadline, within the lag */
    const struct request early = *asked(bench, REQUEST_LIST);
    listed(bench, &early);
    EXPECT(!told(bench, ENTRY, REPORT_REJECTED));
    wait_for(bench, 11 * NS_PER_S);
    const struct request late = *asked(bench, REQUEST_LIST);
    EXPECT(asked(bench, REQUEST_ADD) == NULL);
    listed(bench, &late);
    EXPECT(told(bench, ENTRY, REPORT_REJECTED));
    EXPECT(noted(bench, NOTE_ABSENT));
    bench_free(bench);
}

TEST(a_listing_that_did_not_come_whole_proves_nothing)
{
    struct bench *bench = bench_new();
    place_entry(bench, 9800);
    const struct request add = *asked(bench, REQUEST_ADD);
    durable(bench, &add);
    answer(bench, &add, NEWS_LOST, 0);
    wait_for(bench, 100 * NS_PER_S);
    const struct request list = *asked(bench, REQUEST_LIST);
    tell(bench,
         (struct news){.kind = NEWS_LISTED, .sequence = list.sequence, .begun_ns = bench->now_ns});
    EXPECT(!told(bench, ENTRY, REPORT_REJECTED));
    bench_free(bench);
}

TEST(a_lost_order_that_was_filled_is_found_and_its_fill_counts_once)
{
    struct bench *bench = bench_new();
    place_entry(bench, 9800);
    const struct request add = *asked(bench, REQUEST_ADD);
    durable(bench, &add);
    answer(bench, &add, NEWS_LOST, 0);
    order_row(bench, (struct news_order){.txid = id(10),
                                         .client = add.client,
                                         .state = NEWS_FILLED,
                                         .side = SIDE_BUY,
                                         .listed = true,
                                         .qty_lots = LOTS,
                                         .filled_lots = LOTS});
    EXPECT(told(bench, ENTRY, REPORT_ACCEPTED));
    EXPECT(!told(bench, ENTRY, REPORT_FILL)); /* the total says so, the fill itself must come */
    fill(bench, 1, 10, SIDE_BUY, LOTS);
    fill(bench, 1, 10, SIDE_BUY, LOTS);
    EXPECT(told(bench, ENTRY, REPORT_FILL));
    EXPECT(!told(bench, ENTRY, REPORT_FILL));
    EXPECT_INT(bench->broker->lanes[0].held_lots, LOTS);
    bench_free(bench);
}

TEST(the_end_of_an_order_waits_for_its_last_fill)
{
    struct bench *bench = bench_new();
    place_entry(bench, 9800);
    const struct request add = *asked(bench, REQUEST_ADD);
    durable(bench, &add);
    answer(bench, &add, NEWS_ACCEPTED, 10);
    order_row(bench, ended(10, NEWS_CANCELLED, 4000));
    EXPECT(!told(bench, ENTRY, REPORT_CANCELLED));
    wait_for(bench, 3 * NS_PER_S);
    EXPECT(asked(bench, REQUEST_QUERY) != NULL);
    fill(bench, 1, 10, SIDE_BUY, 4000);
    EXPECT(told(bench, ENTRY, REPORT_FILL));
    EXPECT(told(bench, ENTRY, REPORT_CANCELLED));
    bench_free(bench);
}

TEST(a_sale_waits_until_every_stop_is_gone)
{
    struct bench *bench = bench_holding(0);
    const struct matching_market market = market_of(bench);
    struct broker_out out = out_of(bench);
    broker_cancel(bench->broker, &market, BRACKET, &out);
    const struct request cancel = *asked(bench, REQUEST_CANCEL);
    EXPECT(venue_id_same(cancel.txid, id(11)));
    answer(bench, &cancel, NEWS_ACCEPTED, 0);
    EXPECT(!told(bench, BRACKET, REPORT_CANCELLED)); /* taken is not done */
    order_row(bench, ended(11, NEWS_CANCELLED, 0));
    EXPECT(told(bench, BRACKET, REPORT_CANCELLED));
    place_exit(bench);
    const struct request sale = *asked(bench, REQUEST_ADD);
    EXPECT(sale.side == SIDE_SELL && sale.order == VENUE_LIMIT && sale.limit_ticks == 9999);
    EXPECT_INT(sale.qty_lots, LOTS);
    bench_free(bench);
}

TEST(a_stop_that_fills_while_it_is_cancelled_was_the_sale)
{
    struct bench *bench = bench_holding(0);
    const struct matching_market market = market_of(bench);
    struct broker_out out = out_of(bench);
    broker_cancel(bench->broker, &market, BRACKET, &out);
    fill(bench, 2, 11, SIDE_SELL, LOTS);
    EXPECT(told(bench, BRACKET, REPORT_FILL));
    EXPECT_INT(bench->broker->lanes[0].held_lots, 0);
    EXPECT(asked(bench, REQUEST_ADD) == NULL);
    bench_free(bench);
}

TEST(two_stops_are_drawn_together_into_one)
{
    struct bench *bench = bench_new();
    place_entry(bench, 9800);
    const struct request add = *asked(bench, REQUEST_ADD);
    durable(bench, &add);
    answer(bench, &add, NEWS_ACCEPTED, 10);
    fill(bench, 1, 10, SIDE_BUY, 6000);
    place_bracket(bench, 6000, 0);
    for (uint64_t i = 0; i < 2; i++) {
        order_row(bench, (struct news_order){.txid = id(11 + i),
                                             .parent = id(10),
                                             .state = NEWS_OPEN,
                                             .side = SIDE_SELL,
                                             .kind = VENUE_STOP,
                                             .qty_lots = i == 0 ? 6000 : 4000,
                                             .trigger_ticks = 9800});
    }
    EXPECT(asked(bench, REQUEST_CANCEL) == NULL); /* the entry lives: its fill may be on its way */
    fill(bench, 2, 10, SIDE_BUY, 4000);
    struct broker_out out = out_of(bench);
    const struct matching_market market = market_of(bench);
    broker_amend(bench->broker, &market, BRACKET, LOTS, 9800, 0, &out);
    const struct request cancel = *asked(bench, REQUEST_CANCEL);
    EXPECT(venue_id_same(cancel.txid, id(12))); /* the smaller one goes, */
    answer(bench, &cancel, NEWS_ACCEPTED, 0);
    order_row(bench, ended(12, NEWS_CANCELLED, 0));
    wait_for(bench, 3 * NS_PER_S);
    const struct request grow = *asked(bench, REQUEST_AMEND);
    EXPECT(venue_id_same(grow.txid, id(11))); /* and the larger one takes its part */
    EXPECT_INT(grow.qty_lots, LOTS);
    bench_free(bench);
}

TEST(coins_without_a_stop_for_too_long_are_sold_at_market)
{
    struct bench *bench = bench_new();
    place_entry(bench, 9800);
    const struct request add = *asked(bench, REQUEST_ADD);
    durable(bench, &add);
    answer(bench, &add, NEWS_ACCEPTED, 10);
    fill(bench, 1, 10, SIDE_BUY, LOTS);
    place_bracket(bench, LOTS, 0);
    wait_for(bench, 3 * NS_PER_S); /* the venue's own stop does not come: ours is placed, */
    const struct request stop = *asked(bench, REQUEST_ADD);
    EXPECT(stop.order == VENUE_STOP && stop.trigger_ticks == 9800 && stop.qty_lots == LOTS);
    durable(bench, &stop);
    tell(bench,
         (struct news){.kind = NEWS_REFUSED, .sequence = stop.sequence, .reject = REJECT_RATE});
    wait_for(bench, 3 * NS_PER_S); /* and refused, and the time is over */
    const struct request sale = *asked(bench, REQUEST_ADD);
    EXPECT(sale.order == VENUE_MARKET && sale.side == SIDE_SELL && sale.qty_lots == LOTS);
    EXPECT(noted(bench, NOTE_EMERGENCY));
    bench_free(bench);
}

TEST(a_target_that_is_touched_is_sold_at_and_a_price_that_falls_back_restores_the_stop)
{
    struct bench *bench = bench_holding(10100);
    const struct request sale = sale_at_target(bench, 10100);
    EXPECT(sale.order == VENUE_LIMIT && sale.limit_ticks == 10100);
    durable(bench, &sale);
    answer(bench, &sale, NEWS_ACCEPTED, 20);
    set_book(bench, 10000);
    wait_for(bench, 2 * NS_PER_S);
    const struct request back = *asked(bench, REQUEST_CANCEL);
    EXPECT(venue_id_same(back.txid, id(20)));
    answer(bench, &back, NEWS_ACCEPTED, 0);
    order_row(bench, ended(20, NEWS_CANCELLED, 0));
    const struct request stop = *asked(bench, REQUEST_ADD);
    EXPECT(stop.order == VENUE_STOP && stop.trigger_ticks == 9800);
    EXPECT(noted(bench, NOTE_RESTORED));
    bench_free(bench);
}

TEST(a_stop_stands_where_it_was_last_put_higher_or_lower)
{
    struct bench *bench = bench_holding(0);
    const struct matching_market market = market_of(bench);
    struct broker_out out = out_of(bench);
    broker_amend(bench->broker, &market, BRACKET, LOTS, 9900, 0, &out);
    const struct request up = *asked(bench, REQUEST_AMEND);
    EXPECT_INT(up.trigger_ticks, 9900);
    answer(bench, &up, NEWS_ACCEPTED, 0);
    broker_amend(bench->broker, &market, BRACKET, LOTS, 9700, 0, &out);
    EXPECT_INT(asked(bench, REQUEST_AMEND)->trigger_ticks, 9700);
    bench_free(bench);
}

TEST(another_instance_under_our_tag_stops_entries)
{
    struct bench *bench = bench_new();
    order_row(bench, (struct news_order){.txid = id(99),
                                         .client = 4000,
                                         .state = NEWS_OPEN,
                                         .side = SIDE_BUY,
                                         .kind = VENUE_LIMIT,
                                         .qty_lots = LOTS});
    EXPECT(noted(bench, NOTE_SECOND_INSTANCE));
    place_entry(bench, 9800);
    EXPECT(told(bench, ENTRY, REPORT_REJECTED));
    EXPECT(asked(bench, REQUEST_CANCEL) == NULL); /* it is not ours to cancel */
    bench_free(bench);
}

TEST(orders_of_others_are_left_alone)
{
    struct bench *bench = bench_new();
    order_row(bench, (struct news_order){
                         .txid = id(50), .state = NEWS_OPEN, .side = SIDE_BUY, .qty_lots = LOTS});
    fill(bench, 7, 50, SIDE_BUY, LOTS);
    EXPECT_INT(bench->broker->lanes[0].held_lots, 0);
    EXPECT(broker_open(bench->broker));
    bench_free(bench);
}

TEST(the_dead_mans_timer_runs_only_where_no_stop_could_be_cancelled_by_it)
{
    struct bench *bench = bench_new();
    place_entry(bench, 0); /* without a stop */
    const struct request add = *asked(bench, REQUEST_ADD);
    durable(bench, &add);
    answer(bench, &add, NEWS_ACCEPTED, 10);
    wait_for(bench, 30 * NS_PER_S);
    const struct request arm = *asked(bench, REQUEST_TIMER);
    EXPECT_INT(arm.life_ns, 60 * NS_PER_S);
    answer(bench, &arm, NEWS_ACCEPTED, 0);
    fill(bench, 1, 10, SIDE_BUY, 4000); /* something is held: it must go */
    wait_for(bench, NS_PER_S);
    EXPECT_INT(asked(bench, REQUEST_TIMER)->life_ns, 0);
    bench_free(bench);

    struct bench *stopped = bench_new();
    place_entry(stopped, 9800);
    const struct request with_stop = *asked(stopped, REQUEST_ADD);
    durable(stopped, &with_stop);
    answer(stopped, &with_stop, NEWS_ACCEPTED, 10);
    wait_for(stopped, 30 * NS_PER_S);
    EXPECT(asked(stopped, REQUEST_TIMER) == NULL);
    bench_free(stopped);
}

TEST(an_entry_leaves_room_on_the_counter_to_cancel)
{
    struct bench *bench = bench_new();
    const struct rate_limit limit = rate_limit_trading(RATE_INTERMEDIATE);
    rate_counter_add(&bench->broker->lanes[0].rate, &limit, limit.max - 10 * RATE_COUNT,
                     bench->now_ns);
    place_entry(bench, 9800);
    EXPECT(told(bench, ENTRY, REPORT_REJECTED));
    wait_for(bench, 60 * NS_PER_S);
    bench->heard = bench->reports->count;
    place_entry(bench, 9800);
    EXPECT(asked(bench, REQUEST_ADD) != NULL);
    bench_free(bench);
}

TEST(a_new_process_doubts_what_was_under_way_and_enters_nothing_before_the_venue_spoke)
{
    struct bench *bench = bench_new();
    place_entry(bench, 9800);
    const struct request add = *asked(bench, REQUEST_ADD);
    struct broker *before = malloc(sizeof *before);
    memcpy(before, bench->broker, sizeof *before);
    broker_adopt(bench->broker, before, (const uint32_t[]){0});
    broker_raise(bench->broker, add.sequence, add.client);
    EXPECT(!broker_open(bench->broker));
    EXPECT(bench->broker->number_next > add.client);
    tell(bench, (struct news){.kind = NEWS_LINK, .up = true});
    const struct request list = *asked(bench, REQUEST_LIST);
    EXPECT(list.since_ns <= add.deadline_ns - 10 * NS_PER_S);
    listed(bench, &list);
    EXPECT(broker_open(bench->broker));
    EXPECT_INT(bench->broker->lanes[0].entries[0].order.id, ENTRY); /* still unknown */
    free(before);
    bench_free(bench);
}

/* Bought and died: what stands at the venue nobody here has heard of. */
static struct bench *bench_started_holding(void)
{
    struct bench *bench = bench_new();
    place_entry(bench, 9800);
    const struct request add = *asked(bench, REQUEST_ADD);
    durable(bench, &add);
    answer(bench, &add, NEWS_ACCEPTED, 10);
    fill(bench, 1, 10, SIDE_BUY, LOTS);
    place_bracket(bench, LOTS, 0);
    struct broker *before = malloc(sizeof *before);
    memcpy(before, bench->broker, sizeof *before);
    broker_adopt(bench->broker, before, (const uint32_t[]){0});
    broker_raise(bench->broker, add.sequence, add.client);
    free(before);
    tell(bench, (struct news){.kind = NEWS_LINK, .up = true});
    return bench;
}

TEST(a_start_sells_nothing_as_bare_before_the_venue_has_listed_what_stands)
{
    struct bench *bench = bench_started_holding();
    const struct request list = *asked(bench, REQUEST_LIST);
    for (int i = 0; i < 4; i++) {
        wait_for(bench, 2 * NS_PER_S);
        const struct request *add = asked(bench, REQUEST_ADD);
        EXPECT(add == NULL || add->order == VENUE_STOP); /* which the venue would refuse */
        if (add != NULL) {
            const struct request stop = *add;
            durable(bench, &stop);
            tell(bench, (struct news){.kind = NEWS_REFUSED,
                                      .sequence = stop.sequence,
                                      .reject = REJECT_FUNDS});
        }
    }
    order_row(bench, (struct news_order){.txid = id(11),
                                         .parent = id(10),
                                         .state = NEWS_OPEN,
                                         .side = SIDE_SELL,
                                         .kind = VENUE_STOP,
                                         .listed = true,
                                         .qty_lots = LOTS,
                                         .trigger_ticks = 9800});
    listed(bench, &list);
    wait_for(bench, 6 * NS_PER_S);
    EXPECT(!noted(bench, NOTE_EMERGENCY));
    EXPECT(asked(bench, REQUEST_ADD) == NULL && asked(bench, REQUEST_CANCEL) == NULL);
    bench_free(bench);
}

TEST(a_start_sells_what_the_venue_lists_no_stop_for)
{
    struct bench *bench = bench_started_holding();
    const struct request list = *asked(bench, REQUEST_LIST);
    wait_for(bench, 6 * NS_PER_S);
    listed(bench, &list);
    wait_for(bench, NS_PER_S);
    EXPECT(noted(bench, NOTE_EMERGENCY));
    bench_free(bench);
}

TEST(entries_that_fail_again_and_again_are_left_alone_then_tried_once)
{
    struct bench *bench = bench_new();
    bench->broker->config.failure_limit = 2;
    bench->broker->config.failure_pause_ns = 120 * NS_PER_S;
    for (int i = 0; i < 2; i++) {
        place_entry(bench, 9800);
        const struct request add = *asked(bench, REQUEST_ADD);
        durable(bench, &add);
        tell(bench,
             (struct news){.kind = NEWS_REFUSED, .sequence = add.sequence, .reject = REJECT_OTHER});
    }
    EXPECT(noted(bench, NOTE_BREAKER_OPEN));
    place_entry(bench, 9800);
    EXPECT(asked(bench, REQUEST_ADD) == NULL);
    wait_for(bench, 121 * NS_PER_S);
    place_entry(bench, 9800);
    const struct request trial = *asked(bench, REQUEST_ADD);
    durable(bench, &trial);
    answer(bench, &trial, NEWS_ACCEPTED, 10);
    EXPECT(noted(bench, NOTE_BREAKER_CLOSED));
    bench_free(bench);
}

/* Bids that stand at the touch, and under them a hole; what is left of the book then is wide. */
static void set_hole(struct bench *bench, int64_t bid, int64_t bid_lots, int64_t under)
{
    const struct level_change changes[] = {
        {SIDE_BUY, {bid, bid_lots}}, {SIDE_BUY, {under, 1000000}}, {SIDE_SELL, {10001, 1000000}}};
    book_init(&bench->book, 10);
    book_apply(&bench->book, changes, 3);
}

/* The engine's exit is asked for, its stop gone, in a book that may be 1 % wide. */
static struct request exit_of(struct bench *bench)
{
    struct broker_out out = out_of(bench);
    const struct matching_market market = market_of(bench);
    bench->broker->config.spread_max = 0.01;
    broker_cancel(bench->broker, &market, BRACKET, &out);
    clear_stop(bench);
    place_exit(bench);
    return *asked(bench, REQUEST_ADD);
}

static int64_t next_limit(struct bench *bench, int64_t wait_ns)
{
    wait_for(bench, wait_ns);
    const struct request *amend = asked(bench, REQUEST_AMEND);
    EXPECT(amend != NULL);
    const struct request held = *amend;
    durable(bench, &held);
    answer(bench, &held, NEWS_ACCEPTED, 0);
    return held.limit_ticks;
}

TEST(an_exit_is_not_sold_through_a_hole_while_it_is_no_emergency)
{
    struct bench *bench = bench_holding(0);
    set_hole(bench, 9999, 100, 5000);
    const struct request sale = exit_of(bench);
    EXPECT(sale.order == VENUE_LIMIT && sale.limit_ticks == 9999);
    durable(bench, &sale);
    answer(bench, &sale, NEWS_ACCEPTED, 20);
    set_hole(bench, 5000, 1000000, 4999); /* the touch was taken, and beneath it is nothing */
    EXPECT_INT(next_limit(bench, 1300 * NS_PER_MS), 9901); /* 10001 less a hundredth, no deeper */
    wait_for(bench, 1300 * NS_PER_MS);
    wait_for(bench, 1300 * NS_PER_MS);
    EXPECT(asked(bench, REQUEST_CANCEL) == NULL); /* the tries are over, and it still rests there */
    wait_for(bench, 2 * NS_PER_S);
    EXPECT(asked(bench, REQUEST_CANCEL) != NULL); /* bare for five seconds: now at any price */
    EXPECT(noted(bench, NOTE_EMERGENCY));
    bench_free(bench);
}

TEST(an_exit_that_nothing_drives_is_sold_through_a_hole_in_the_end)
{
    struct bench *bench = bench_holding(0);
    const struct request sale = exit_of(bench);
    bench->broker->lanes[0].guard_ticks = 0; /* it never had a stop */
    durable(bench, &sale);
    answer(bench, &sale, NEWS_ACCEPTED, 20);
    set_hole(bench, 5000, 1000000, 4999);
    EXPECT_INT(next_limit(bench, 1300 * NS_PER_MS), 9901);
    int64_t waited_ns = 0;
    while (asked(bench, REQUEST_CANCEL) == NULL && waited_ns < 60 * NS_PER_S) {
        wait_for(bench, 100 * NS_PER_MS);
        waited_ns += 100 * NS_PER_MS;
    }
    EXPECT(waited_ns > 20 * NS_PER_S && waited_ns < 40 * NS_PER_S);
    bench_free(bench);
}

TEST(after_its_tries_an_exit_goes_as_deep_as_there_is_a_market)
{
    struct bench *bench = bench_holding(0);
    const struct request sale = exit_of(bench);
    durable(bench, &sale);
    answer(bench, &sale, NEWS_ACCEPTED, 20);
    set_book(bench, 9990);
    EXPECT_INT(next_limit(bench, 1300 * NS_PER_MS), 9990);
    set_book(bench, 9980);
    EXPECT_INT(next_limit(bench, 1300 * NS_PER_MS), 9980);
    EXPECT_INT(next_limit(bench, 1), 9883); /* the third at once: 9982 less its hundredth, 99 */
    bench_free(bench);
}

TEST(a_book_that_is_too_wide_is_no_market_to_buy_on)
{
    struct bench *bench = bench_new();
    bench->broker->config.spread_max = 0.0001;
    place_entry(bench, 9800); /* 9999 to 10001: two in ten thousand */
    EXPECT(told(bench, ENTRY, REPORT_REJECTED));
    EXPECT(asked(bench, REQUEST_ADD) == NULL);
    bench_free(bench);
}
