/* SPDX-License-Identifier: MIT */
/* What the broker does while the venue takes little or nothing, and beside others on its account.
 */
#include "core/execution/broker.h"

#include "broker_bench.h"

static void set_system(struct bench *bench, enum pair_status system)
{
    tell(bench, (struct news){.kind = NEWS_SYSTEM, .system = system});
}

TEST(in_maintenance_nothing_is_asked_of_the_venue_and_afterwards_everything_that_was_missing)
{
    struct bench *bench = bench_holding(0);
    bench->requests->count = 0;
    set_system(bench, PAIR_OFFLINE);
    place_exit(bench);
    for (int second = 0; second < 90; second++) {
        wait_for(bench, NS_PER_S);
    }
    EXPECT_INT(bench->requests->count, 0);
    EXPECT(noted(bench, NOTE_CLOSED) && !noted(bench, NOTE_REOPENED));
    set_system(bench, PAIR_ONLINE);
    wait_for(bench, NS_PER_S / 10);
    EXPECT(noted(bench, NOTE_REOPENED));
    EXPECT(asked(bench, REQUEST_CANCEL) != NULL); /* of the stop, so that it can be sold */
    bench_free(bench);
}

TEST(after_maintenance_the_venue_is_asked_what_became_of_everything)
{
    struct bench *bench = bench_new();
    set_system(bench, PAIR_OFFLINE);
    EXPECT(asked(bench, REQUEST_LIST) == NULL);
    set_system(bench, PAIR_ONLINE);
    wait_for(bench, NS_PER_S / 10);
    EXPECT(asked(bench, REQUEST_LIST) != NULL);
    bench_free(bench);
}

TEST(no_entry_is_sent_in_a_state_that_would_refuse_it)
{
    static const enum pair_status states[] = {PAIR_CANCEL_ONLY, PAIR_POST_ONLY, PAIR_LIMIT_ONLY,
                                              PAIR_REDUCE_ONLY, PAIR_OFFLINE};
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        struct bench *bench = bench_new();
        set_system(bench, states[i]);
        place_entry(bench, 9800);
        EXPECT(told(bench, ENTRY, REPORT_REJECTED));
        EXPECT_INT(bench->reports->list[bench->reports->count - 1].reject, REJECT_PAIR_STATUS);
        EXPECT(asked(bench, REQUEST_ADD) == NULL);
        set_system(bench, PAIR_ONLINE);
        place_entry(bench, 9800);
        EXPECT(asked(bench, REQUEST_ADD) != NULL);
        bench_free(bench);
    }
}

TEST(in_cancel_only_a_stop_is_cancelled_and_the_sale_waits_for_the_market)
{
    struct bench *bench = bench_holding(0);
    set_system(bench, PAIR_CANCEL_ONLY);
    place_exit(bench);
    clear_stop(bench);
    for (int second = 0; second < 30; second++) {
        wait_for(bench, NS_PER_S);
    }
    EXPECT(asked(bench, REQUEST_ADD) == NULL);
    set_system(bench, PAIR_ONLINE);
    const struct request *sale = asked(bench, REQUEST_ADD);
    EXPECT(sale != NULL && sale->order == VENUE_MARKET && sale->qty_lots == LOTS);
    bench_free(bench);
}

TEST(where_limit_orders_alone_are_taken_a_sale_at_market_is_a_limit_deep_in_the_book)
{
    struct bench *bench = bench_holding(0);
    place_exit(bench);
    clear_stop(bench);
    set_system(bench, PAIR_LIMIT_ONLY);
    struct request last = *asked(bench, REQUEST_ADD);
    EXPECT_INT(last.limit_ticks, 9999);          /* at the touch */
    for (int second = 0; second < 7; second++) { /* bare for more than five: at any price */
        answer(bench, &last, NEWS_REFUSED, 0);
        wait_for(bench, 2 * NS_PER_S);
        last = *asked(bench, REQUEST_ADD);
        EXPECT_INT(last.order, VENUE_LIMIT);
    }
    EXPECT_INT(last.limit_ticks, 9999 - 9999 / 20);
    bench_free(bench);
}

/* The stop is gone, and comes back in time or late. */
static uint64_t long_windows_after(int64_t bare_ns)
{
    struct bench *bench = bench_holding(0);
    bench->broker->config.bare_long_ns = 3 * NS_PER_S;
    place_exit(bench);
    clear_stop(bench);
    EXPECT_INT(bench->broker->stats.bare_long_count, 0);
    wait_for(bench, bare_ns);
    EXPECT_INT(bench->broker->stats.bare_long_count, 0); /* not before it is over */
    order_row(bench, (struct news_order){.txid = id(12),
                                         .parent = id(10),
                                         .state = NEWS_OPEN,
                                         .side = SIDE_SELL,
                                         .kind = VENUE_STOP,
                                         .qty_lots = LOTS,
                                         .trigger_ticks = 9800});
    wait_for(bench, NS_PER_MS);
    const uint64_t count = bench->broker->stats.bare_long_count;
    bench_free(bench);
    return count;
}

TEST(a_long_window_without_a_stop_is_counted_when_it_is_over)
{
    EXPECT_INT(long_windows_after(2900 * NS_PER_MS), 0);
    EXPECT_INT(long_windows_after(3000 * NS_PER_MS), 1);
    EXPECT_INT(long_windows_after(5200 * NS_PER_MS), 1); /* sold at market by then */
}

TEST(a_pair_that_is_closed_by_itself_is_spared_like_a_venue_that_is)
{
    struct bench *bench = bench_holding(0);
    place_exit(bench);
    clear_stop(bench);
    bench->requests->count = 0;
    bench->terms.status = PAIR_POST_ONLY;
    const struct request add = {.sequence = bench->broker->lanes[0].tickets[2].intent};
    answer(bench, &add, NEWS_REFUSED, 0);
    wait_for(bench, 20 * NS_PER_S);
    EXPECT(asked(bench, REQUEST_ADD) == NULL);
    bench->terms.status = PAIR_OFFLINE; /* a word we do not know: trying is better than not */
    wait_for(bench, NS_PER_S);
    EXPECT(asked(bench, REQUEST_ADD) != NULL);
    bench_free(bench);
}

TEST(another_clients_orders_and_fills_touch_nothing_and_are_said_once)
{
    struct bench *bench = bench_holding(0);
    for (uint64_t txid = 50; txid < 53; txid++) {
        order_row(bench, (struct news_order){.txid = id(txid),
                                             .state = NEWS_OPEN,
                                             .side = SIDE_SELL,
                                             .kind = VENUE_LIMIT,
                                             .qty_lots = 700,
                                             .limit_ticks = 10100});
        fill(bench, txid, txid, SIDE_SELL, 700);
    }
    wait_for(bench, 5 * NS_PER_S);
    EXPECT_INT(count_notes(bench, NOTE_FOREIGN), 1);
    EXPECT_INT(bench->broker->lanes[0].held_lots, LOTS);
    EXPECT(!bench->broker->blocked);
    EXPECT(asked(bench, REQUEST_LIST) == NULL); /* nothing of ours is missing */
    bench_free(bench);
}

TEST(a_fill_of_an_order_that_nobody_has_heard_of_is_still_looked_up)
{
    struct bench *bench = bench_holding(0);
    fill(bench, 70, 70, SIDE_SELL, 700);
    wait_for(bench, 2 * NS_PER_S);
    EXPECT(asked(bench, REQUEST_LIST) != NULL);
    bench_free(bench);
}

TEST(where_the_venue_counts_more_than_we_do_our_counter_stands_as_high_as_it_can)
{
    struct bench *bench = bench_holding(0);
    place_exit(bench);
    const struct request cancel = *asked(bench, REQUEST_CANCEL);
    tell(bench,
         (struct news){.kind = NEWS_REFUSED, .sequence = cancel.sequence, .reject = REJECT_RATE});
    wait_for(bench, 2 * NS_PER_S); /* 2.34 a second: a young order's cancel takes 8 */
    EXPECT(asked(bench, REQUEST_CANCEL) == NULL);
    wait_for(bench, 2 * NS_PER_S);
    EXPECT(asked(bench, REQUEST_CANCEL) != NULL);
    bench_free(bench);
}

TEST(a_sale_that_the_venue_ends_without_a_fill_is_not_made_again_in_the_same_breath)
{
    struct bench *bench = bench_holding(0);
    place_exit(bench);
    clear_stop(bench);
    const struct request sale = *asked(bench, REQUEST_ADD);
    durable(bench, &sale);
    answer(bench, &sale, NEWS_ACCEPTED, 20);
    order_row(bench, ended(20, NEWS_CANCELLED, 0));
    wait_for(bench, NS_PER_S / 2);
    EXPECT(asked(bench, REQUEST_ADD) == NULL);
    wait_for(bench, NS_PER_S);
    EXPECT(asked(bench, REQUEST_ADD) != NULL);
    bench_free(bench);
}
