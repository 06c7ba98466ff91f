/* SPDX-License-Identifier: MIT */
/* The order's state machine: every state against every report, and fills counted once. */
#include "core/portfolio/order.h"

#include "desk_fixture.h"

static const struct pair *terms(void)
{
    static struct pair pair;
    pair = fixture_pair("AAA/USD");
    return &pair;
}

/* 10 units, of which `filled` are filled, by one trade with the id 5. */
static struct order order_in(enum order_state state, int64_t filled_lots)
{
    return (struct order){.id = 7,
                          .kind = ORDER_LIMIT,
                          .state = state,
                          .qty_lots = 100000,
                          .filled_lots = filled_lots,
                          .trade_id_last = filled_lots > 0 ? 5 : 0};
}

static struct report report_of(enum report_kind kind)
{
    return (struct report){.order_id = 7,
                           .kind = kind,
                           .trade_id = 6,
                           .price_ticks = 10000,
                           .target_ticks = 12000,
                           .qty_lots = 50000,
                           .fee = USD(1)};
}

TEST(the_parts_of_a_trade_cost_together_what_the_whole_does)
{
    struct pair pair = *terms();
    pair.price_decimals = 5;
    pair.qty_decimals = 8; /* a product of thirteen places, of which money keeps eight */
    struct report whole = {.price_ticks = 33333, .qty_lots = 29999};
    EXPECT_INT(report_cost(&whole, &pair), 10000); /* 9999.56667 */
    for (int64_t cut = 0; cut < whole.qty_lots; cut++) {
        struct report first = whole, second = whole;
        first.qty_lots = second.before_lots = cut;
        second.qty_lots = whole.qty_lots - cut;
        EXPECT(report_cost(&first, &pair) + report_cost(&second, &pair) == 10000);
    }
}

TEST(what_was_held_back_here_is_no_refusal_of_the_venue)
{
    static const enum reject_reason ours[] = {
        REJECT_NONE, REJECT_FULL, REJECT_NO_MARKET, REJECT_RATE,   REJECT_VENUE_DOWN,
        REJECT_LOST, REJECT_BUSY, REJECT_BREAKER,   REJECT_SPREAD, REJECT_STRAY};
    uint32_t count = 0;
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
        EXPECT(!reject_by_venue(ours[i]));
    for (uint32_t reject = 0; reject <= REJECT_STRAY; reject++)
        count += reject_by_venue((enum reject_reason)reject);
    EXPECT_INT(count, 10);
    EXPECT(reject_by_venue(REJECT_FUNDS) && reject_by_venue(REJECT_PERMISSION));
}

TEST(every_state_meets_every_report_as_the_table_says)
{
    enum { I = ORDER_INTENDED, S, O, P, U, F, C, E, R };
    static const uint8_t after[9][7] = {
        /*          accepted amended fill cancelled expired rejected unknown */
        [I] = {O, I, P, C, E, R, U}, [S] = {O, S, P, C, E, R, U}, [O] = {O, O, P, C, E, R, U},
        [P] = {P, P, F, C, E, R, U}, [U] = {O, U, P, C, E, R, U}, [F] = {F, F, F, F, F, F, F},
        [C] = {C, C, C, C, C, C, C}, [E] = {E, E, E, E, E, E, E}, [R] = {R, R, R, R, R, R, R},
    };
    for (uint32_t state = I; state <= R; state++) {
        for (uint32_t kind = REPORT_ACCEPTED; kind <= REPORT_UNKNOWN; kind++) {
            struct order order = order_in((enum order_state)state, state == P ? 50000 : 0);
            const struct report report = report_of((enum report_kind)kind);
            const bool applied = order_apply(&order, terms(), &report);
            EXPECT_INT(applied, state < F);
            EXPECT_INT(order.state, after[state][kind]);
            EXPECT_INT(order_alive(&order), after[state][kind] < F);
        }
    }
}

TEST(a_fill_counts_once_however_often_it_comes)
{
    struct order order = order_in(ORDER_OPEN, 0);
    struct report fill = report_of(REPORT_FILL);
    EXPECT(order_apply(&order, terms(), &fill));
    EXPECT(!order_apply(&order, terms(), &fill));
    fill.trade_id = 4; /* an older one, late */
    EXPECT(!order_apply(&order, terms(), &fill));
    EXPECT_INT(order.filled_lots, 50000);
    EXPECT_INT(order.cost, USD(500)); /* 5 units at 100 */
    EXPECT_INT(order.fee, USD(1));
    EXPECT_INT(order.state, ORDER_PARTIAL);
}

TEST(an_acceptance_overtaken_by_a_fill_does_not_undo_it)
{
    struct order order = order_in(ORDER_SENT, 0);
    const struct report fill = report_of(REPORT_FILL), accepted = report_of(REPORT_ACCEPTED);
    EXPECT(order_apply(&order, terms(), &fill));
    EXPECT(order_apply(&order, terms(), &accepted));
    EXPECT_INT(order.state, ORDER_PARTIAL);
    EXPECT_INT(order.qty_lots, 100000);
}

TEST(an_order_lost_sight_of_after_a_part_was_filled_is_found_again_partly_filled)
{
    struct order order = order_in(ORDER_PARTIAL, 50000);
    const struct report unknown = report_of(REPORT_UNKNOWN), accepted = report_of(REPORT_ACCEPTED);
    EXPECT(order_apply(&order, terms(), &unknown));
    EXPECT(order_apply(&order, terms(), &accepted));
    EXPECT_INT(order.state, ORDER_PARTIAL);
}

TEST(an_order_by_cash_learns_its_quantity_from_the_acceptance)
{
    struct order order = order_in(ORDER_SENT, 0);
    order.qty_lots = 0;
    const struct report accepted = report_of(REPORT_ACCEPTED);
    EXPECT(order_apply(&order, terms(), &accepted));
    EXPECT_INT(order.qty_lots, 50000);
}

TEST(an_amendment_is_in_force_when_the_venue_says_so)
{
    struct order order = order_in(ORDER_OPEN, 0);
    struct report amended = report_of(REPORT_AMENDED);
    EXPECT(order_apply(&order, terms(), &amended));
    EXPECT_INT(order.qty_lots, 50000);
    EXPECT_INT(order.stop_ticks, 10000);
    EXPECT_INT(order.target_ticks, 12000);
}

TEST(whatever_is_reported_an_order_never_holds_more_than_it_asked_for_and_the_dead_stay_dead)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    for (int round = 0; round < 3000; round++) {
        struct order order = order_in(ORDER_SENT, 0);
        uint64_t trade_id = 1;
        int64_t seen = 0;
        bool dead = false;
        for (int i = 0; i < 12; i++) {
            struct report report = report_of((enum report_kind)prng_below(&prng, 7));
            const int64_t left = order.qty_lots - order.filled_lots;
            if (report.kind == REPORT_FILL && left == 0) {
                continue;
            }
            report.qty_lots = report.kind == REPORT_AMENDED
                                  ? order.filled_lots + 1 + (int64_t)prng_below(&prng, 90000)
                                  : 1 + (int64_t)prng_below(&prng, (uint64_t)(left > 0 ? left : 1));
            const bool again = prng_below(&prng, 4) == 0 && trade_id > 1;
            report.trade_id = again ? trade_id - 1 : trade_id++;
            const bool applied = order_apply(&order, terms(), &report);
            EXPECT(!dead || !applied);
            seen += applied && report.kind == REPORT_FILL ? report.qty_lots : 0;
            dead = !order_alive(&order);
            EXPECT_INT(order.filled_lots, seen);
            EXPECT(order.filled_lots <= order.qty_lots);
            EXPECT(order.state != ORDER_FILLED || order.filled_lots == order.qty_lots);
        }
    }
}

TEST(an_order_in_new_terms_is_the_same_order)
{
    struct pair finer = fixture_pair("AAA/USD");
    finer.price_decimals = 4;
    finer.qty_decimals = 5;
    struct order order = order_in(ORDER_PARTIAL, 30000);
    order.limit_ticks = 9999;
    order_move(&order, terms(), &finer);
    EXPECT_INT(order.limit_ticks, 999900);
    EXPECT_INT(order.stop_ticks, 0);
    EXPECT_INT(order.qty_lots, 1000000);
    EXPECT_INT(order.filled_lots, 300000);
    struct pair coarser = finer;
    coarser.price_decimals = 0;
    coarser.qty_decimals = 0;
    order.stop_ticks = 4999;
    order_move(&order, &finer, &coarser);
    EXPECT_INT(order.limit_ticks, 100); /* 99.99 */
    EXPECT_INT(order.stop_ticks, 1);    /* 0.4999 is below one step, and still a stop */
    EXPECT_INT(order.filled_lots, 3);
    EXPECT_INT(order.qty_lots, 10);
}
