/* SPDX-License-Identifier: MIT */
/* A sale that is no emergency, and a book too wide to sell into: what is held keeps its stop. */
#include "core/execution/broker.h"

#include "broker_bench.h"

#define WAIT_NS (300 * NS_PER_S)
#define STEP_NS (100 * NS_PER_MS)

/* A venue that answers each request a moment later, and fills nothing but a market order. */
struct obedient {
    struct bench *bench;
    uint64_t txid_next, exec_next;
    int64_t sold_lots;
    uint32_t cancel_count, market_count;
    int64_t limit_ticks; /* of the last limit asked for */
};

static const struct ticket *ticket_of(const struct bench *bench, uint64_t client,
                                      struct venue_id txid)
{
    for (uint32_t i = 0; i < LANE_TICKET_MAX; i++) {
        const struct ticket *ticket = &bench->broker->lanes[0].tickets[i];
        if (ticket->state != TICKET_FREE &&
            ((client != 0 && ticket->number == client) ||
             (venue_id_known(txid) && venue_id_same(ticket->txid, txid)))) {
            return ticket;
        }
    }
    return NULL;
}

static void sell_whole(struct obedient *venue, uint64_t txid, int64_t lots)
{
    fill(venue->bench, venue->exec_next++, txid, SIDE_SELL, lots);
    venue->sold_lots += lots;
}

static void obey(struct obedient *venue, const struct request *request)
{
    struct bench *bench = venue->bench;
    switch (request->kind) {
    case REQUEST_ADD: {
        const uint64_t txid = venue->txid_next++;
        durable(bench, request);
        answer(bench, request, NEWS_ACCEPTED, txid);
        venue->limit_ticks = request->limit_ticks != 0 ? request->limit_ticks : venue->limit_ticks;
        if (request->order == VENUE_MARKET) {
            venue->market_count++;
            sell_whole(venue, txid, request->qty_lots);
        }
        return;
    }
    case REQUEST_AMEND:
        venue->limit_ticks = request->limit_ticks != 0 ? request->limit_ticks : venue->limit_ticks;
        answer(bench, request, NEWS_ACCEPTED, 0);
        return;
    case REQUEST_CANCEL: {
        const struct ticket *ticket = ticket_of(bench, request->client, request->txid);
        const uint64_t txid = ticket->txid.lo;
        const int64_t filled = ticket->filled_lots;
        venue->cancel_count++;
        answer(bench, request, NEWS_ACCEPTED, 0);
        order_row(bench, ended(txid, NEWS_CANCELLED, filled));
        return;
    }
    case REQUEST_LIST:
        listed(bench, request);
        return;
    case REQUEST_QUERY:
    case REQUEST_TIMER:
        answer(bench, request, NEWS_ACCEPTED, 0);
        return;
    }
}

/* Time goes by; the engine asks for its exit when its bracket is taken back. */
static void pass(struct obedient *venue, int64_t ns)
{
    struct bench *bench = venue->bench;
    for (int64_t end_ns = bench->now_ns + ns; bench->now_ns < end_ns;) {
        wait_for(bench, STEP_NS);
        static struct requests round;
        round = *bench->requests;
        bench->requests->count = 0;
        for (uint32_t i = 0; i < round.count; i++) {
            obey(venue, &round.list[i]);
        }
        if (told(bench, BRACKET, REPORT_CANCELLED)) {
            place_exit(bench);
        }
    }
}

/* Nobody but somebody far below. */
static void set_wide(struct bench *bench, int64_t bid)
{
    const struct level_change changes[] = {{SIDE_BUY, {bid, 1000000}},
                                           {SIDE_SELL, {10001, 1000000}}};
    book_init(&bench->book, 10);
    book_apply(&bench->book, changes, 2);
}

static struct obedient venue_holding(void)
{
    struct bench *bench = bench_holding(0);
    bench->broker->config.spread_max = 0.01;
    bench->broker->config.wide_ns = WAIT_NS;
    return (struct obedient){.bench = bench, .txid_next = 20, .exec_next = 100};
}

static void decide_exit(struct obedient *venue)
{
    const struct matching_market market = market_of(venue->bench);
    struct broker_out out = out_of(venue->bench);
    broker_cancel(venue->bench->broker, &market, BRACKET, &out);
}

static int64_t stop_lots(const struct bench *bench)
{
    int64_t lots = 0;
    for (uint32_t i = 0; i < LANE_TICKET_MAX; i++) {
        const struct ticket *ticket = &bench->broker->lanes[0].tickets[i];
        if (ticket->role == TICKET_STOP && ticket->state == TICKET_OPEN && !ticket->ended_told) {
            lots += ticket->qty_lots - ticket->filled_lots;
        }
    }
    return lots;
}

TEST(an_exit_decided_in_a_wide_book_leaves_the_stop_where_it_is)
{
    struct obedient venue = venue_holding();
    set_wide(venue.bench, 5000);
    decide_exit(&venue);
    pass(&venue, 60 * NS_PER_S);
    EXPECT_INT(venue.cancel_count, 0);
    EXPECT_INT(stop_lots(venue.bench), LOTS);
    EXPECT_INT(venue.bench->broker->stats.bare_longest_ns, 0);
    EXPECT_INT(count_notes(venue.bench, NOTE_WIDE), 1); /* said once */
    set_book(venue.bench, 9990);
    pass(&venue, NS_PER_S);
    EXPECT_INT(venue.cancel_count, 1);
    EXPECT_INT(venue.limit_ticks, 9990); /* the stop was never touched: at once */
    EXPECT(!noted(venue.bench, NOTE_EMERGENCY));
    bench_free(venue.bench);
}

TEST(a_sale_that_finds_nobody_gives_its_stop_back_at_once)
{
    struct obedient venue = venue_holding();
    decide_exit(&venue);
    pass(&venue, 300 * NS_PER_MS);
    EXPECT_INT(stop_lots(venue.bench), 0); /* the sale rests at the touch, */
    set_wide(venue.bench, 5000);           /* which is taken before it */
    pass(&venue, 2 * NS_PER_S);
    EXPECT_INT(stop_lots(venue.bench), LOTS);
    EXPECT_INT(venue.market_count, 0);
    pass(&venue, 60 * NS_PER_S);
    EXPECT_INT(stop_lots(venue.bench), LOTS);
    EXPECT(venue.bench->broker->stats.bare_longest_ns <= 2 * NS_PER_S);
    EXPECT(!noted(venue.bench, NOTE_EMERGENCY));
    set_book(venue.bench, 9990);
    pass(&venue, NS_PER_S);
    EXPECT_INT(venue.limit_ticks, 9990);
    EXPECT_INT(stop_lots(venue.bench), 0);
    bench_free(venue.bench);
}

TEST(a_book_that_flickers_takes_the_stop_away_every_fifteen_seconds_at_most)
{
    struct obedient venue = venue_holding();
    decide_exit(&venue);
    for (int i = 0; i < 30; i++) {
        set_wide(venue.bench, 5000);
        pass(&venue, 1500 * NS_PER_MS);
        set_book(venue.bench, 9990);
        pass(&venue, 500 * NS_PER_MS);
    }
    EXPECT(venue.cancel_count <= 2 * 5); /* in a minute; a stop and a sale each */
    EXPECT(venue.bench->broker->stats.bare_longest_ns < 5 * NS_PER_S);
    bench_free(venue.bench);
}

TEST(a_stop_that_is_hit_while_the_exit_waits_was_the_sale)
{
    struct obedient venue = venue_holding();
    decide_exit(&venue);
    pass(&venue, 300 * NS_PER_MS);
    set_wide(venue.bench, 5000);
    pass(&venue, 3 * NS_PER_S);
    const struct ticket *stop = NULL;
    for (uint32_t i = 0; i < LANE_TICKET_MAX; i++) {
        const struct ticket *ticket = &venue.bench->broker->lanes[0].tickets[i];
        stop = ticket->role == TICKET_STOP && ticket->state == TICKET_OPEN ? ticket : stop;
    }
    EXPECT(stop != NULL);
    fill(venue.bench, 9, stop->txid.lo, SIDE_SELL, LOTS);
    EXPECT(told(venue.bench, EXIT, REPORT_FILL));
    EXPECT_INT(venue.bench->broker->lanes[0].held_lots, 0);
    EXPECT_INT(venue.bench->broker->lanes[0].exit.id, 0);
    EXPECT(!venue.bench->broker->blocked);
    bench_free(venue.bench);
}

TEST(an_exit_that_waited_long_enough_is_sold_at_any_price)
{
    struct obedient venue = venue_holding();
    set_wide(venue.bench, 5000);
    decide_exit(&venue);
    pass(&venue, WAIT_NS - NS_PER_S);
    EXPECT_INT(venue.market_count, 0);
    EXPECT_INT(stop_lots(venue.bench), LOTS);
    pass(&venue, 2 * NS_PER_S);
    EXPECT_INT(venue.market_count, 1);
    EXPECT_INT(venue.sold_lots, LOTS);
    EXPECT(venue.bench->broker->stats.bare_longest_ns < NS_PER_S); /* it waited long enough */
    bench_free(venue.bench);
}

TEST(an_emergency_waits_for_no_book)
{
    struct obedient venue = venue_holding();
    set_wide(venue.bench, 5000);
    decide_exit(&venue);
    pass(&venue, NS_PER_S);
    order_row(venue.bench, ended(11, NEWS_CANCELLED, 0)); /* the venue's own doing, */
    venue.bench->terms.status = PAIR_LIMIT_ONLY;          /* which takes no stop now */
    pass(&venue, 6 * NS_PER_S);
    EXPECT(noted(venue.bench, NOTE_EMERGENCY));
    EXPECT_INT(venue.limit_ticks, 4750); /* as good as at market, where there is none */
    bench_free(venue.bench);
}

TEST(while_a_part_waits_to_be_sold_the_stop_stands_for_everything)
{
    struct obedient venue = venue_holding();
    struct bench *bench = venue.bench;
    const struct matching_market market = market_of(bench);
    struct broker_out out = out_of(bench);
    set_wide(bench, 5000);
    broker_amend(bench->broker, &market, BRACKET, LOTS - 4000, 9800, 0, &out);
    place(bench, &(struct order){
                     .id = EXIT, .purpose = PURPOSE_EXIT, .side = SIDE_SELL, .qty_lots = 4000});
    EXPECT(asked(bench, REQUEST_AMEND) == NULL);
    pass(&venue, 60 * NS_PER_S);
    EXPECT_INT(stop_lots(bench), LOTS);
    EXPECT_INT(count_notes(bench, NOTE_WIDE), 1);
    set_book(bench, 9990);
    pass(&venue, NS_PER_S);
    EXPECT_INT(stop_lots(bench), LOTS - 4000);
    EXPECT_INT(venue.limit_ticks, 9990);
    set_wide(bench, 5000);
    pass(&venue, 4 * NS_PER_S);
    EXPECT_INT(stop_lots(bench), LOTS); /* the part's sale found nobody */
    EXPECT_INT(bench->broker->stats.bare_longest_ns, 0);
    bench_free(bench);
}

TEST(an_exit_that_is_taken_back_while_it_waits_leaves_the_stop)
{
    struct obedient venue = venue_holding();
    struct bench *bench = venue.bench;
    decide_exit(&venue);
    pass(&venue, 300 * NS_PER_MS);
    set_wide(bench, 5000);
    pass(&venue, 3 * NS_PER_S);
    const struct matching_market market = market_of(bench);
    struct broker_out out = out_of(bench);
    broker_cancel(bench->broker, &market, EXIT, &out);
    EXPECT(told(bench, EXIT, REPORT_CANCELLED));
    place_bracket(bench, LOTS, 0);
    pass(&venue, 3 * NS_PER_S);
    EXPECT_INT(stop_lots(bench), LOTS);
    EXPECT(told(bench, BRACKET, REPORT_ACCEPTED));
    EXPECT_INT(bench->broker->lanes[0].wide_since_ns, 0);
    bench_free(bench);
}

TEST(a_target_that_is_touched_is_sold_at_its_price_in_a_wide_book_too)
{
    struct bench *bench = bench_holding(10100);
    bench->broker->config.spread_max = 0.01;
    bench->broker->config.wide_ns = WAIT_NS;
    const struct level_change changes[] = {{SIDE_BUY, {10100, 1000000}},
                                           {SIDE_SELL, {12000, 1000000}}};
    book_init(&bench->book, 10);
    book_apply(&bench->book, changes, 2);
    tend(bench);
    clear_stop(bench);
    EXPECT_INT(asked(bench, REQUEST_ADD)->limit_ticks, 10100); /* and no hundredth below 12000 */
    bench_free(bench);
}
