/* SPDX-License-Identifier: MIT */
/* Whose word counts: the venue's when it takes an entry or will not move a stop, the operator's
 * when an order has not left yet, and a restart's. */
#include "core/execution/broker.h"

#include "broker_bench.h"

static void refuse(struct bench *bench, const struct request *request)
{
    tell(bench, (struct news){
                    .kind = NEWS_REFUSED, .sequence = request->sequence, .reject = REJECT_OTHER});
}

static void move_stop(struct bench *bench, int64_t stop_ticks)
{
    struct broker_out out = out_of(bench);
    const struct matching_market market = market_of(bench);
    broker_amend(bench->broker, &market, BRACKET, LOTS, stop_ticks, 0, &out);
}

TEST(a_stop_that_the_venue_will_not_move_is_told_once_and_asked_for_again)
{
    struct bench *bench = bench_holding(0);
    move_stop(bench, 9990);
    for (int i = 0; i < 3; i++) {
        const struct request amend = *asked(bench, REQUEST_AMEND);
        EXPECT_INT(amend.trigger_ticks, 9990);
        refuse(bench, &amend);
        wait_for(bench, NS_PER_S);
    }
    EXPECT_INT(count_notes(bench, NOTE_UNMOVED), 1);
    EXPECT_INT(bench->reports->list[bench->reports->count - 1].reject, REJECT_OTHER);
    const struct request amend = *asked(bench, REQUEST_AMEND);
    answer(bench, &amend, NEWS_ACCEPTED, 0);
    set_book(bench, 9980);
    tend(bench);
    EXPECT(asked(bench, REQUEST_CANCEL) == NULL); /* the venue has it: it fires there */
    bench_free(bench);
}

TEST(what_falls_below_a_stop_that_the_venue_would_not_move_is_sold)
{
    struct bench *bench = bench_holding(0);
    move_stop(bench, 9990);
    const struct request amend = *asked(bench, REQUEST_AMEND);
    refuse(bench, &amend);
    set_book(bench, 9985);
    tend(bench);
    EXPECT_INT(count_notes(bench, NOTE_PASSED), 1);
    clear_stop(bench);
    const struct request sale = *asked(bench, REQUEST_ADD);
    EXPECT_INT(sale.order, VENUE_MARKET);
    EXPECT_INT(sale.qty_lots, LOTS);
    bench_free(bench);
}

TEST(every_stop_of_a_resting_entry_is_moved)
{
    struct bench *bench = bench_new();
    place(bench, &(struct order){.id = ENTRY,
                                 .purpose = PURPOSE_ENTRY,
                                 .kind = ORDER_LIMIT,
                                 .side = SIDE_BUY,
                                 .qty_lots = LOTS,
                                 .limit_ticks = 9990,
                                 .stop_ticks = 9800,
                                 .expire_ns = bench->now_ns + 600 * NS_PER_S});
    const struct request add = *asked(bench, REQUEST_ADD);
    durable(bench, &add);
    answer(bench, &add, NEWS_ACCEPTED, 10);
    for (uint64_t i = 0; i < 2; i++) {
        fill(bench, 1 + i, 10, SIDE_BUY, 2000);
        order_row(bench, (struct news_order){.txid = id(11 + i),
                                             .parent = id(10),
                                             .state = NEWS_OPEN,
                                             .side = SIDE_SELL,
                                             .kind = VENUE_STOP,
                                             .qty_lots = 2000,
                                             .trigger_ticks = 9800});
    }
    place_bracket(bench, 4000, 0);
    move_stop(bench, 9850);
    bool moved[2] = {false, false};
    for (int i = 0; i < 2; i++) {
        const struct request amend = *asked(bench, REQUEST_AMEND);
        EXPECT_INT(amend.trigger_ticks, 9850);
        moved[amend.txid.lo - 11] = true;
        answer(bench, &amend, NEWS_ACCEPTED, 0);
    }
    EXPECT(moved[0] && moved[1]);
    bench_free(bench);
}

TEST(a_trial_whose_rows_come_before_its_answer_closes_the_breaker)
{
    struct bench *bench = bench_new();
    bench->broker->config.failure_limit = 1;
    bench->broker->config.failure_pause_ns = 120 * NS_PER_S;
    place_entry(bench, 9800);
    const struct request add = *asked(bench, REQUEST_ADD);
    durable(bench, &add);
    refuse(bench, &add);
    EXPECT(noted(bench, NOTE_BREAKER_OPEN));
    wait_for(bench, 121 * NS_PER_S);
    place_entry(bench, 9800);
    const struct request trial = *asked(bench, REQUEST_ADD);
    durable(bench, &trial);
    order_row(bench, (struct news_order){.txid = id(10),
                                         .client = trial.client,
                                         .state = NEWS_CANCELLED,
                                         .side = SIDE_BUY,
                                         .kind = VENUE_LIMIT,
                                         .qty_lots = LOTS}); /* nobody sold to it */
    EXPECT(told(bench, ENTRY, REPORT_CANCELLED));
    EXPECT(noted(bench, NOTE_BREAKER_CLOSED));
    answer(bench, &trial, NEWS_LOST, 0); /* and what is said of it later opens nothing */
    EXPECT_INT(bench->broker->breaker.state, BREAKER_CLOSED);
    bench_free(bench);
}

TEST(an_entry_that_waits_for_the_disk_can_be_taken_back_and_is_never_sent)
{
    struct bench *bench = bench_new();
    place_entry(bench, 9800);
    const struct request add = *asked(bench, REQUEST_ADD);
    EXPECT(broker_intends(bench->broker, add.sequence));
    struct broker_out out = out_of(bench);
    const struct matching_market market = market_of(bench);
    broker_cancel(bench->broker, &market, ENTRY, &out);
    EXPECT(told(bench, ENTRY, REPORT_CANCELLED));
    EXPECT(asked(bench, REQUEST_CANCEL) == NULL); /* there is nothing to cancel */
    durable(bench, &add);
    EXPECT(!broker_intends(bench->broker, add.sequence));
    EXPECT(!broker_busy(bench->broker, 0));
    EXPECT_INT(bench->broker->lanes[0].rate_asked, 0);
    bench_free(bench);
}

TEST(a_stray_fill_stops_entries_by_its_name_until_the_next_start)
{
    struct bench *bench = bench_holding(0);
    fill(bench, 2, 11, SIDE_SELL, LOTS);
    order_row(bench, (struct news_order){.txid = id(77),
                                         .client = 1000,
                                         .state = NEWS_OPEN,
                                         .side = SIDE_BUY,
                                         .kind = VENUE_LIMIT,
                                         .qty_lots = LOTS});
    EXPECT(noted(bench, NOTE_SECOND_INSTANCE));
    place_entry(bench, 9800);
    EXPECT(told(bench, ENTRY, REPORT_REJECTED));
    EXPECT_INT(bench->reports->list[bench->heard - 1].reject, REJECT_STRAY);
    struct broker *before = malloc(sizeof *before);
    memcpy(before, bench->broker, sizeof *before);
    broker_adopt(bench->broker, before, (const uint32_t[]){0});
    tell(bench, (struct news){.kind = NEWS_LINK, .up = true});
    listed(bench, asked(bench, REQUEST_LIST));
    EXPECT(broker_open(bench->broker));
    free(before);
    bench_free(bench);
}
