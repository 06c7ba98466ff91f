/* SPDX-License-Identifier: MIT */
/* What the broker does where it cannot know: each of these once went wrong in the simulator. */
#include "core/execution/broker.h"

#include "broker_bench.h"

static struct ticket *find_stop(struct bench *bench, uint64_t txid)
{
    struct ticket *tickets = bench->broker->lanes[0].tickets;
    for (uint32_t i = 0; i < LANE_TICKET_MAX; i++) {
        if (venue_id_same(tickets[i].txid, id(txid))) {
            return &tickets[i];
        }
    }
    EXPECT(false);
    return NULL;
}

TEST(a_fill_beyond_the_size_we_know_is_ours_while_an_amendment_is_in_doubt)
{
    struct bench *bench = bench_holding(0);
    find_stop(bench, 11)->qty_lots = LOTS - 1000;
    wait_for(bench, 3 * NS_PER_S); /* it is made larger, and nobody hears whether it was */
    const struct request amend = *asked(bench, REQUEST_AMEND);
    EXPECT_INT(amend.qty_lots, LOTS);
    answer(bench, &amend, NEWS_LOST, 0);
    fill(bench, 2, 11, SIDE_SELL, LOTS - 500);
    fill(bench, 3, 11, SIDE_SELL, 500); /* nor does it end before the venue says so */
    EXPECT(told(bench, BRACKET, REPORT_FILL));
    EXPECT(!bench->broker->blocked);
    EXPECT_INT(bench->broker->lanes[0].held_lots, 0);
    bench_free(bench);
}

TEST(a_row_of_a_stop_as_it_was_before_makes_no_stranger_of_its_fill)
{
    struct bench *bench = bench_holding(0);
    find_stop(bench, 11)->qty_lots = LOTS - 6000;
    wait_for(bench, 3 * NS_PER_S);
    const struct request amend = *asked(bench, REQUEST_AMEND);
    EXPECT_INT(amend.qty_lots, LOTS);
    answer(bench, &amend, NEWS_ACCEPTED, 0);
    order_row(bench, (struct news_order){.txid = id(11),
                                         .parent = id(10),
                                         .state = NEWS_OPEN,
                                         .side = SIDE_SELL,
                                         .kind = VENUE_STOP,
                                         .qty_lots = LOTS - 6000, /* twenty seconds old */
                                         .trigger_ticks = 9800});
    EXPECT_INT(find_stop(bench, 11)->qty_lots, LOTS);
    fill(bench, 2, 11, SIDE_SELL, LOTS - 4000);
    EXPECT_INT(bench->broker->lanes[0].held_lots, 4000);
    fill(bench, 3, 11, SIDE_SELL, 4000);
    order_row(bench, ended(11, NEWS_FILLED, LOTS));
    EXPECT(told(bench, BRACKET, REPORT_FILL));
    EXPECT(!bench->broker->blocked);
    EXPECT_INT(bench->broker->lanes[0].held_lots, 0);
    bench_free(bench);
}

TEST(a_listing_that_may_be_older_than_a_lost_amendment_does_not_settle_it)
{
    struct bench *bench = bench_holding(0);
    struct broker_out out = out_of(bench);
    const struct matching_market market = market_of(bench);
    broker_amend(bench->broker, &market, BRACKET, LOTS, 9850, 0, &out);
    const struct request amend = *asked(bench, REQUEST_AMEND);
    answer(bench, &amend, NEWS_LOST, 0);
    const struct news_order row = {.txid = id(11),
                                   .parent = id(10),
                                   .state = NEWS_OPEN,
                                   .side = SIDE_SELL,
                                   .kind = VENUE_STOP,
                                   .listed = true,
                                   .qty_lots = LOTS,
                                   .trigger_ticks = 9800};
    order_row(bench, row);
    const struct ticket *stop = find_stop(bench, 11);
    EXPECT(stop->unsure);
    wait_for(bench, NS_PER_S);
    const struct request again =
        *asked(bench, REQUEST_AMEND); /* what was asked for is asked again */
    answer(bench, &again, NEWS_ACCEPTED, 0);
    EXPECT(!stop->unsure);
    EXPECT_INT(stop->trigger_ticks, 9850);
    bench_free(bench);
}

TEST(a_stop_that_was_counted_and_forgotten_is_not_waited_for_when_a_listing_shows_it_again)
{
    struct bench *bench = bench_holding(0);
    fill(bench, 2, 11, SIDE_SELL, LOTS);
    struct ticket *stop = find_stop(bench, 11);
    EXPECT_INT(stop->state, TICKET_ENDED);
    *stop = (struct ticket){0}; /* its place was taken long ago; the entry's was not */
    struct news_order row = ended(11, NEWS_FILLED, LOTS);
    row.parent = id(10);
    row.kind = VENUE_STOP;
    row.listed = true;
    row.qty_lots = LOTS;
    order_row(bench, row);
    fill(bench, 2, 11, SIDE_SELL, LOTS);
    for (uint32_t i = 0; i < LANE_TICKET_MAX; i++) { /* it is not taken up again */
        EXPECT(!venue_id_same(bench->broker->lanes[0].tickets[i].txid, id(11)));
    }
    EXPECT_INT(bench->broker->lanes[0].held_lots, 0);
    bench_free(bench);
}

TEST(stops_are_given_back_only_when_no_sale_is_in_doubt)
{
    struct bench *bench = bench_holding(0);
    place_exit(bench);
    clear_stop(bench);
    const struct request sale = *asked(bench, REQUEST_ADD);
    durable(bench, &sale);
    answer(bench, &sale, NEWS_LOST, 0);
    wait_for(bench, 3 * NS_PER_S);
    const struct request list = *asked(bench, REQUEST_LIST);
    wait_for(bench, NS_PER_S);
    EXPECT(asked(bench, REQUEST_ADD) == NULL); /* it may be sold: the venue is asked first */
    listed(bench, &list);
    wait_for(bench, NS_PER_S); /* nobody knows of the sale: a stop stands meanwhile */
    const struct request stop = *asked(bench, REQUEST_ADD);
    EXPECT_INT(stop.order, VENUE_STOP);
    durable(bench, &stop);
    answer(bench, &stop, NEWS_ACCEPTED, 12);
    struct broker_out out = out_of(bench);
    const struct matching_market market = market_of(bench);
    broker_cancel(bench->broker, &market, BRACKET, &out);
    wait_for(bench, NS_PER_S);
    EXPECT_INT(find_stop(bench, 12)->state, TICKET_OPEN);
    EXPECT(!find_stop(bench, 12)->cancelling);
    bench_free(bench);
}

/* A sale is sent, and the process dies before anybody hears of it. */
static struct bench *bench_started_selling(struct request *ret_sale)
{
    struct bench *bench = bench_holding(0);
    place_exit(bench);
    clear_stop(bench);
    *ret_sale = *asked(bench, REQUEST_ADD);
    durable(bench, ret_sale);
    struct broker *before = malloc(sizeof *before);
    memcpy(before, bench->broker, sizeof *before);
    broker_adopt(bench->broker, before, (const uint32_t[]){0});
    broker_raise(bench->broker, ret_sale->sequence, ret_sale->client);
    free(before);
    return bench;
}

TEST(after_a_start_no_stop_stands_for_a_sale_in_doubt_before_the_venue_has_listed)
{
    struct request sale;
    struct bench *bench = bench_started_selling(&sale);
    wait_for(bench, 60 * NS_PER_S); /* the venue cannot be reached */
    EXPECT(asked(bench, REQUEST_ADD) == NULL);
    tell(bench, (struct news){.kind = NEWS_LINK, .up = true});
    const struct request list = *asked(bench, REQUEST_LIST);
    wait_for(bench, NS_PER_S);
    EXPECT(asked(bench, REQUEST_ADD) == NULL);
    listed(bench, &list); /* it knows of no sale yet, and may still */
    wait_for(bench, NS_PER_S);
    const struct request *stop = asked(bench, REQUEST_ADD);
    EXPECT(stop != NULL && stop->order == VENUE_STOP);
    bench_free(bench);
}

TEST(where_no_listing_comes_a_stop_stands_for_a_sale_in_doubt_all_the_same)
{
    struct bench *bench = bench_holding(0);
    place_exit(bench);
    clear_stop(bench);
    const struct request sale = *asked(bench, REQUEST_ADD);
    durable(bench, &sale);
    answer(bench, &sale, NEWS_LOST, 0);
    wait_for(bench, 4 * NS_PER_S); /* it may still be on its way */
    EXPECT(asked(bench, REQUEST_ADD) == NULL);
    wait_for(bench, 2 * NS_PER_S);
    EXPECT(asked(bench, REQUEST_ADD) != NULL);
    bench_free(bench);
}

/* Whether a stop is asked for within so many seconds, in which every cancel and every listing is
 * lost; each is asked for again. */
static bool guarded_within(struct bench *bench, int seconds)
{
    bool guarded = false;
    for (int i = 0; i < seconds && !guarded; i++) {
        wait_for(bench, NS_PER_S);
        for (uint32_t r = 0; r < bench->requests->count; r++) {
            const struct request request = bench->requests->list[r];
            guarded |= request.kind == REQUEST_ADD && request.order == VENUE_STOP;
            if (request.kind == REQUEST_CANCEL) {
                answer(bench, &request, NEWS_LOST, 0);
            }
        }
        bench->requests->count = 0;
    }
    return guarded;
}

TEST(what_is_asked_of_a_sale_in_doubt_puts_its_stop_off_no_further)
{
    struct bench *bench = bench_holding(10100);
    const struct request sale = sale_at_target(bench, 10100);
    durable(bench, &sale);
    set_book(bench, 9990); /* the target is gone, and the sale with it */
    wait_for(bench, 2 * NS_PER_S);
    answer(bench, &sale, NEWS_LOST, 0);
    EXPECT(asked(bench, REQUEST_ADD) == NULL);
    EXPECT(!guarded_within(bench, 2));
    EXPECT(guarded_within(bench, 2));
    bench_free(bench);
}

TEST(a_sale_in_doubt_that_the_engine_takes_back_leaves_nothing_bare)
{
    struct bench *bench = bench_holding(0);
    place_exit(bench);
    clear_stop(bench);
    const struct request sale = *asked(bench, REQUEST_ADD);
    durable(bench, &sale);
    answer(bench, &sale, NEWS_LOST, 0);
    struct broker_out out = out_of(bench);
    const struct matching_market market = market_of(bench);
    broker_cancel(bench->broker, &market, EXIT, &out);
    EXPECT(guarded_within(bench, 6));
    bench_free(bench);
}

TEST(more_sold_than_was_bought_is_said_once_a_listing_shows_no_purchase)
{
    struct bench *bench = bench_holding(0);
    fill(bench, 2, 11, SIDE_SELL, LOTS); /* the position is gone */
    EXPECT_INT(bench->broker->lanes[0].held_lots, 0);
    struct ticket *ticket = &bench->broker->lanes[0].tickets[LANE_TICKET_MAX - 1];
    *ticket = *find_stop(bench, 11); /* another stop of ours stands: the account has more coins */
    ticket->txid = id(12);
    ticket->state = TICKET_OPEN;
    ticket->filled_lots = ticket->told_lots = 0;
    fill(bench, 3, 12, SIDE_SELL, LOTS);
    EXPECT(!bench->broker->blocked); /* its purchase may still come */
    bench->broker->listed_ns = bench->now_ns + 10 * NS_PER_MIN;
    fill(bench, 3, 12, SIDE_SELL, LOTS);
    EXPECT(bench->broker->blocked && noted(bench, NOTE_STRAY));
    EXPECT_INT(bench->broker->lanes[0].held_lots, 0);
    fill(bench, 3, 12, SIDE_SELL, LOTS);
    EXPECT_INT((int64_t)bench->broker->stats.stray_count, 1);
    bench_free(bench);
}

TEST(a_sale_said_to_be_filled_and_not_how_much_is_waited_for_and_nothing_is_sold_again)
{
    struct bench *bench = bench_holding(0);
    place_exit(bench);
    clear_stop(bench);
    const struct request sale = *asked(bench, REQUEST_ADD);
    durable(bench, &sale);
    answer(bench, &sale, NEWS_ACCEPTED, 20);
    order_row(bench, ended(20, NEWS_FILLED, 0)); /* its fill was lost with the line */
    for (uint32_t i = 0; i < bench->requests->count; i++) {
        EXPECT(bench->requests->list[i].kind != REQUEST_ADD);
    }
    fill(bench, 2, 20, SIDE_SELL, LOTS);
    EXPECT(told(bench, EXIT, REPORT_FILL));
    EXPECT(!bench->broker->blocked);
    EXPECT_INT(bench->broker->lanes[0].held_lots, 0);
    bench_free(bench);
}

TEST(a_listing_of_an_order_that_is_over_has_the_last_word_on_how_much_was_filled)
{
    struct bench *bench = bench_holding(0);
    order_row(bench, ended(11, NEWS_FILLED, 0)); /* all of it, so it seems: it was made smaller */
    struct news_order last = ended(11, NEWS_FILLED, LOTS - 4000);
    last.listed = true;
    fill(bench, 2, 11, SIDE_SELL, LOTS - 4000);
    EXPECT(find_stop(bench, 11)->state != TICKET_ENDED);
    order_row(bench, last);
    EXPECT_INT(find_stop(bench, 11)->state, TICKET_ENDED);
    bench_free(bench);
}

TEST(a_sale_that_is_heard_of_before_its_purchase_is_counted_after_it)
{
    struct bench *bench = bench_new();
    place_entry(bench, 9800);
    const struct request add = *asked(bench, REQUEST_ADD);
    durable(bench, &add);
    answer(bench, &add, NEWS_ACCEPTED, 10);
    struct news_order row = ended(11, NEWS_FILLED, LOTS);
    row.parent = id(10);
    row.kind = VENUE_STOP;
    row.listed = true;
    row.qty_lots = LOTS;
    order_row(bench, row);
    fill(bench, 2, 11, SIDE_SELL, LOTS); /* newest first */
    EXPECT(!bench->broker->blocked);
    fill(bench, 1, 10, SIDE_BUY, LOTS);
    place_bracket(bench, LOTS, 0);
    wait_for(bench, 3 * NS_PER_S);
    EXPECT(asked(bench, REQUEST_QUERY) != NULL);
    fill(bench, 2, 11, SIDE_SELL, LOTS);
    EXPECT(told(bench, BRACKET, REPORT_FILL));
    EXPECT_INT(bench->broker->lanes[0].held_lots, 0);
    bench_free(bench);
}

/* The venue breaks its word on how long a listing may lag. */
TEST(a_purchase_heard_of_after_its_sale_was_said_to_have_none_is_not_held)
{
    struct bench *bench = bench_new();
    place_entry(bench, 9800);
    const struct request add = *asked(bench, REQUEST_ADD);
    durable(bench, &add);
    answer(bench, &add, NEWS_ACCEPTED, 10);
    struct news_order row = ended(11, NEWS_FILLED, 4000);
    row.parent = id(10);
    row.kind = VENUE_STOP;
    row.qty_lots = 4000;
    order_row(bench, row);
    bench->broker->listed_ns = bench->now_ns + 10 * NS_PER_MIN; /* without the purchase */
    fill(bench, 2, 11, SIDE_SELL, 4000);
    EXPECT(bench->broker->blocked && noted(bench, NOTE_STRAY));
    fill(bench, 1, 10, SIDE_BUY, 4000); /* and here it is: its coins are sold */
    EXPECT_INT(bench->broker->lanes[0].held_lots, 0);
    EXPECT(!told(bench, ENTRY, REPORT_FILL));
    EXPECT_INT((int64_t)bench->broker->stats.stray_count, 2);
    wait_for(bench, NS_PER_S);
    fill(bench, 3, 10, SIDE_BUY, 6000); /* these are not */
    EXPECT_INT(bench->broker->lanes[0].held_lots, 6000);
    EXPECT(told(bench, ENTRY, REPORT_FILL));
    bench_free(bench);
}

TEST(while_the_disk_takes_no_intents_no_stop_is_taken_away_for_a_sale)
{
    struct bench *bench = bench_holding(10100);
    const struct matching_market market = market_of(bench);
    struct broker_out out = out_of(bench);
    broker_hold(bench->broker, true);
    set_book(bench, 10100); /* the target is touched, */
    tend(bench);
    broker_cancel(bench->broker, &market, BRACKET, &out); /* and the engine wants to sell */
    wait_for(bench, 30 * NS_PER_S);
    EXPECT(asked(bench, REQUEST_CANCEL) == NULL);
    EXPECT(!told(bench, BRACKET, REPORT_CANCELLED));
    broker_hold(bench->broker, false);
    tend(bench);
    const struct request cancel = *asked(bench, REQUEST_CANCEL);
    EXPECT(venue_id_same(cancel.txid, id(11)));
    answer(bench, &cancel, NEWS_ACCEPTED, 0);
    order_row(bench, ended(11, NEWS_CANCELLED, 0));
    EXPECT(told(bench, BRACKET, REPORT_CANCELLED));
    bench_free(bench);
}

TEST(a_sale_that_stands_when_the_disk_fails_is_priced_deeper_and_not_given_up)
{
    struct bench *bench = bench_holding(0);
    const struct matching_market market = market_of(bench);
    struct broker_out out = out_of(bench);
    broker_cancel(bench->broker, &market, BRACKET, &out);
    clear_stop(bench);
    place_exit(bench);
    const struct request sale = *asked(bench, REQUEST_ADD);
    durable(bench, &sale);
    answer(bench, &sale, NEWS_ACCEPTED, 20);
    broker_hold(bench->broker, true);
    set_book(bench, 9900);
    wait_for(bench, 6 * NS_PER_S);
    for (uint32_t i = 0; i < bench->requests->count; i++) {
        EXPECT(bench->requests->list[i].kind != REQUEST_CANCEL);
    }
    const struct request deep = *asked(bench, REQUEST_AMEND);
    EXPECT_INT(deep.limit_ticks, 9900 - 9900 / 20);
    bench_free(bench);
}

/* Sent, filled and killed before a word came: the venue's listing lags, and lacks the order that is
 * over, but has its fill and the stop made for it. */
static struct bench *bench_killed_after_entry(void)
{
    struct bench *bench = bench_new();
    place_entry(bench, 9800);
    const struct request add = *asked(bench, REQUEST_ADD);
    durable(bench, &add);
    struct broker *before = malloc(sizeof *before);
    memcpy(before, bench->broker, sizeof *before);
    broker_adopt(bench->broker, before, (const uint32_t[]){0});
    free(before);
    tell(bench, (struct news){.kind = NEWS_LINK, .up = true});
    return bench;
}

static void list_fill(struct bench *bench)
{
    tell(bench, (struct news){.kind = NEWS_TRADE,
                              .trade = {.time_ns = bench->now_ns,
                                        .exec = {2, 1},
                                        .txid = id(10),
                                        .client = bench->broker->number_next - 1,
                                        .side = SIDE_BUY,
                                        .listed = true,
                                        .price_ticks = 10000,
                                        .qty_lots = LOTS,
                                        .fee = USD(0.1)}});
}

static void list_stop(struct bench *bench)
{
    order_row(bench, (struct news_order){.txid = id(11),
                                         .parent = id(10),
                                         .state = NEWS_OPEN,
                                         .side = SIDE_SELL,
                                         .kind = VENUE_STOP,
                                         .listed = true,
                                         .qty_lots = LOTS,
                                         .trigger_ticks = 9800});
}

TEST(a_stop_is_known_by_the_fill_it_was_made_for_where_its_order_is_not_listed)
{
    struct bench *bench = bench_killed_after_entry();
    const struct request list = *asked(bench, REQUEST_LIST);
    list_fill(bench);
    list_stop(bench);
    EXPECT_INT(find_stop(bench, 11)->role, TICKET_STOP);
    place_bracket(bench, LOTS, 0);
    listed(bench, &list);
    wait_for(bench, 10 * NS_PER_S);
    EXPECT(asked(bench, REQUEST_ADD) == NULL);
    EXPECT(!noted(bench, NOTE_EMERGENCY));
    bench_free(bench);
}

TEST(a_stop_listed_before_its_fill_is_asked_for_again_at_once)
{
    struct bench *bench = bench_killed_after_entry();
    const struct request list = *asked(bench, REQUEST_LIST);
    list_stop(bench);
    list_fill(bench);
    place_bracket(bench, LOTS, 0);
    listed(bench, &list);
    wait_for(bench, NS_PER_MS);
    const struct request *again = asked(bench, REQUEST_LIST);
    EXPECT(again != NULL);
    const struct request second = *again;
    list_fill(bench);
    list_stop(bench);
    EXPECT_INT(find_stop(bench, 11)->role, TICKET_STOP);
    listed(bench, &second);
    wait_for(bench, 10 * NS_PER_S);
    EXPECT(asked(bench, REQUEST_ADD) == NULL);
    EXPECT(!noted(bench, NOTE_EMERGENCY));
    bench_free(bench);
}
