/* SPDX-License-Identifier: MIT */
/* The rungs of a ladder at a venue: each an order of its own, all of them one position's. */
#include "broker_bench.h"

#define RUNG 100 /* the first one's number; the ladder's too */

static const int64_t prices[] = {9900, 9800, 9700};

static void place_rung(struct bench *bench, uint64_t index)
{
    place(bench, &(struct order){.id = RUNG + index,
                                 .purpose = PURPOSE_ENTRY,
                                 .kind = ORDER_LIMIT,
                                 .side = SIDE_BUY,
                                 .qty_lots = LOTS,
                                 .limit_ticks = prices[index],
                                 .stop_ticks = 9500,
                                 .expire_ns = bench->now_ns + NS_PER_DAY,
                                 .ladder = RUNG});
}

/* Three rungs, that the disk has. */
static struct bench *bench_laddered(struct request adds[3])
{
    struct bench *bench = bench_new();
    for (uint64_t i = 0; i < 3; i++) {
        place_rung(bench, i);
        adds[i] = *asked(bench, REQUEST_ADD);
    }
    durable(bench, &adds[2]);
    return bench;
}

/* ... and that rest at the venue as 10, 11 and 12. */
static struct bench *bench_resting(void)
{
    struct request adds[3];
    struct bench *bench = bench_laddered(adds);
    for (uint64_t i = 0; i < 3; i++) {
        answer(bench, &adds[i], NEWS_ACCEPTED, 10 + i);
    }
    return bench;
}

static void child(struct bench *bench, uint64_t txid, uint64_t parent, int64_t lots)
{
    order_row(bench, (struct news_order){.txid = id(txid),
                                         .parent = id(parent),
                                         .state = NEWS_OPEN,
                                         .side = SIDE_SELL,
                                         .kind = VENUE_STOP,
                                         .qty_lots = lots,
                                         .trigger_ticks = 9500});
}

static void bracket(struct bench *bench, int64_t lots)
{
    place(bench, &(struct order){.id = BRACKET,
                                 .purpose = PURPOSE_PROTECT,
                                 .kind = ORDER_BRACKET,
                                 .side = SIDE_SELL,
                                 .qty_lots = lots,
                                 .stop_ticks = 9500,
                                 .target_ticks = 11000});
}

/* The first rung bought whole, with the venue's stop 20 for it. */
static void buy_first(struct bench *bench)
{
    fill(bench, 1, 10, SIDE_BUY, LOTS);
    bracket(bench, LOTS);
    child(bench, 20, 10, LOTS);
}

static uint32_t cancels(struct bench *bench)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < bench->requests->count; i++) {
        count += bench->requests->list[i].kind == REQUEST_CANCEL;
    }
    bench->requests->count = 0;
    return count;
}

TEST(the_rungs_of_one_ladder_rest_beside_each_other_each_with_its_own_stop)
{
    struct request adds[3];
    struct bench *bench = bench_laddered(adds);
    for (uint64_t i = 0; i < 3; i++) {
        EXPECT_INT(adds[i].limit_ticks, prices[i]);
        EXPECT_INT(adds[i].close_ticks, 9500);
        EXPECT_INT(adds[i].life, LIFE_GTD);
        EXPECT(!told(bench, RUNG + i, REPORT_REJECTED));
    }
    bench_free(bench);
}

TEST(beside_a_ladder_no_other_entry_is_placed)
{
    struct bench *bench = bench_resting();
    place_entry(bench, 9500);
    EXPECT(told(bench, ENTRY, REPORT_REJECTED));
    place(bench, &(struct order){.id = 7,
                                 .purpose = PURPOSE_ENTRY,
                                 .kind = ORDER_LIMIT,
                                 .qty_lots = LOTS,
                                 .limit_ticks = 9000,
                                 .ladder = 7});
    EXPECT(told(bench, 7, REPORT_REJECTED));
    EXPECT(asked(bench, REQUEST_ADD) == NULL);
    bench_free(bench);
}

TEST(once_something_is_held_no_rung_is_added)
{
    struct request adds[3];
    struct bench *bench = bench_laddered(adds);
    answer(bench, &adds[0], NEWS_ACCEPTED, 10);
    fill(bench, 1, 10, SIDE_BUY, LOTS);
    place(bench, &(struct order){.id = RUNG + 9,
                                 .purpose = PURPOSE_ENTRY,
                                 .kind = ORDER_LIMIT,
                                 .qty_lots = LOTS,
                                 .limit_ticks = 9600,
                                 .ladder = RUNG});
    EXPECT(told(bench, RUNG + 9, REPORT_REJECTED));
    bench_free(bench);
}

TEST(a_fill_is_its_own_rung_s_and_the_others_rest_on)
{
    struct bench *bench = bench_resting();
    fill(bench, 1, 11, SIDE_BUY, 4000);
    EXPECT(told(bench, RUNG + 1, REPORT_FILL));
    fill(bench, 2, 10, SIDE_BUY, LOTS);
    EXPECT(told(bench, RUNG, REPORT_FILL));
    const struct lane *lane = &bench->broker->lanes[0];
    EXPECT_INT(lane->held_lots, LOTS + 4000);
    EXPECT(broker_entering(bench->broker, 0));
    EXPECT_INT(cancels(bench), 0);
    bench_free(bench);
}

TEST(a_rung_that_rests_is_not_moved_to_the_touch)
{
    struct bench *bench = bench_resting();
    set_book(bench, 9990);
    for (int i = 0; i < 10; i++) {
        wait_for(bench, 6 * NS_PER_S);
        EXPECT(asked(bench, REQUEST_AMEND) == NULL);
    }
    bench_free(bench);
}

TEST(one_rung_is_taken_back_and_the_others_stay)
{
    struct bench *bench = bench_resting();
    struct broker_out out = out_of(bench);
    const struct matching_market market = market_of(bench);
    broker_cancel(bench->broker, &market, RUNG + 1, &out);
    const struct request *request = asked(bench, REQUEST_CANCEL);
    EXPECT(request != NULL && request->txid.lo == 11);
    order_row(bench, (struct news_order){.txid = id(11), .state = NEWS_CANCELLED});
    EXPECT(told(bench, RUNG + 1, REPORT_CANCELLED));
    EXPECT_INT(cancels(bench), 0);
    bench_free(bench);
}

TEST(a_sale_takes_every_rung_back_first)
{
    struct bench *bench = bench_resting();
    buy_first(bench);
    bench->requests->count = 0;
    place_exit(bench);
    EXPECT_INT(cancels(bench), 3); /* two rungs and the stop */
    bench_free(bench);
}

TEST(a_rung_whose_answer_is_lost_is_looked_for_and_the_others_are_not_in_doubt)
{
    struct request adds[3];
    struct bench *bench = bench_laddered(adds);
    answer(bench, &adds[0], NEWS_ACCEPTED, 10);
    answer(bench, &adds[1], NEWS_LOST, 0);
    answer(bench, &adds[2], NEWS_ACCEPTED, 12);
    EXPECT(told(bench, RUNG + 1, REPORT_UNKNOWN));
    bench->heard = 0;
    EXPECT(!told(bench, RUNG, REPORT_UNKNOWN) && !told(bench, RUNG + 2, REPORT_UNKNOWN));
    /* The venue has it after all, and its fill is its own. */
    order_row(bench, (struct news_order){.txid = id(11),
                                         .client = adds[1].client,
                                         .state = NEWS_OPEN,
                                         .side = SIDE_BUY,
                                         .kind = VENUE_LIMIT,
                                         .qty_lots = LOTS,
                                         .limit_ticks = 9800});
    EXPECT(noted(bench, NOTE_FOUND));
    fill(bench, 3, 11, SIDE_BUY, LOTS);
    bench->heard = 0;
    EXPECT(told(bench, RUNG + 1, REPORT_FILL));
    EXPECT(!bench->broker->blocked);
    bench_free(bench);
}

TEST(a_rung_that_never_arrived_ends_alone)
{
    struct request adds[3];
    struct bench *bench = bench_laddered(adds);
    answer(bench, &adds[0], NEWS_ACCEPTED, 10);
    answer(bench, &adds[1], NEWS_LOST, 0);
    answer(bench, &adds[2], NEWS_ACCEPTED, 12);
    for (int i = 0; i < 12; i++) {
        wait_for(bench, 10 * NS_PER_S);
        const struct request *list = asked(bench, REQUEST_LIST);
        if (list != NULL) {
            const struct request request = *list;
            for (uint64_t k = 10; k <= 12; k += 2) {
                order_row(bench, (struct news_order){.txid = id(k),
                                                     .state = NEWS_OPEN,
                                                     .listed = true,
                                                     .side = SIDE_BUY,
                                                     .qty_lots = LOTS});
            }
            listed(bench, &request);
        }
    }
    EXPECT(noted(bench, NOTE_ABSENT));
    bench->heard = 0;
    EXPECT(told(bench, RUNG + 1, REPORT_REJECTED));
    bench->heard = 0;
    EXPECT(!told(bench, RUNG, REPORT_REJECTED));
    EXPECT(broker_entering(bench->broker, 0));
    bench_free(bench);
}

TEST(a_ladder_refused_is_one_failure_to_the_breaker)
{
    struct bench *bench = bench_new();
    bench->broker->config.failure_limit = 2;
    bench->broker->config.failure_pause_ns = NS_PER_MIN;
    struct request adds[3];
    for (uint64_t i = 0; i < 3; i++) {
        place_rung(bench, i);
        adds[i] = *asked(bench, REQUEST_ADD);
    }
    durable(bench, &adds[2]);
    for (uint64_t i = 0; i < 3; i++) {
        tell(bench, (struct news){.kind = NEWS_REFUSED,
                                  .sequence = adds[i].sequence,
                                  .reject = REJECT_FUNDS});
        bench->heard = 0;
        EXPECT(told(bench, RUNG + i, REPORT_REJECTED));
    }
    EXPECT(!noted(bench, NOTE_BREAKER_OPEN));
    EXPECT(!broker_entering(bench->broker, 0));
    bench_free(bench);
}

/* A ladder may rest for days. */
TEST(while_rungs_rest_the_stops_of_those_bought_become_one)
{
    struct bench *bench = bench_resting();
    buy_first(bench);
    fill(bench, 2, 11, SIDE_BUY, LOTS);
    child(bench, 21, 11, LOTS);
    EXPECT_INT(cancels(bench), 0); /* more may be bought at any moment */
    wait_for(bench, 31 * NS_PER_S);
    const struct request *request = asked(bench, REQUEST_CANCEL);
    EXPECT(request != NULL);
    const uint64_t gone = request->txid.lo, stays = gone == 20 ? 21 : 20;
    EXPECT(gone == 20 || gone == 21);
    order_row(bench, ended(gone, NEWS_CANCELLED, 0));
    const struct request *grown = asked(bench, REQUEST_AMEND);
    EXPECT(grown != NULL && grown->txid.lo == stays);
    EXPECT_INT(grown->qty_lots, 2 * LOTS);
    bench_free(bench);
}

TEST(stops_for_more_than_is_held_are_too_much_though_a_rung_rests_on)
{
    struct bench *bench = bench_resting();
    buy_first(bench);
    child(bench, 21, 11, 3000); /* its fill may be on its way */
    wait_for(bench, 20 * NS_PER_S);
    EXPECT_INT(cancels(bench), 0);
    wait_for(bench, 11 * NS_PER_S);
    const struct request *request = asked(bench, REQUEST_CANCEL);
    EXPECT(request != NULL && request->txid.lo == 21);
    bench_free(bench);
}

TEST(who_starts_anew_knows_which_rung_is_which)
{
    static const uint32_t map[] = {0};
    struct bench *bench = bench_resting();
    buy_first(bench);
    struct broker *before = malloc(sizeof *before);
    EXPECT(before != NULL);
    memcpy(before, bench->broker, sizeof *before);
    broker_adopt(bench->broker, before, map);
    free(before);
    tell(bench, (struct news){.kind = NEWS_LINK, .up = true});
    bench->heard = bench->reports->count;
    fill(bench, 2, 12, SIDE_BUY, LOTS);
    EXPECT(told(bench, RUNG + 2, REPORT_FILL));
    EXPECT_INT(bench->broker->lanes[0].held_lots, 2 * LOTS);
    EXPECT(broker_entering(bench->broker, 0)); /* that at 9,800 */
    bench_free(bench);
}
