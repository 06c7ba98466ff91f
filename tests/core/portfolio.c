/* SPDX-License-Identifier: MIT */
/* Cash, reserve and positions, by hand and by property. */
#include "core/portfolio/portfolio.h"

#include <math.h>
#include <signal.h>
#include <sys/wait.h>

#include "desk_fixture.h"

static struct portfolio portfolio;
static struct pair terms;

static void open_account(void)
{
    terms = fixture_pair("AAA/USD");
    portfolio_init(&portfolio, USD(10000));
}

static uint64_t add(enum order_purpose purpose, enum side side, int64_t qty_lots, int64_t cash)
{
    const struct order order = {.purpose = purpose,
                                .kind = ORDER_MARKET,
                                .side = side,
                                .qty_lots = qty_lots,
                                .cash = cash,
                                .stop_ticks = 9000};
    return portfolio_add_order(&portfolio, &order)->id;
}

static uint64_t trade_next = 1;
static struct portfolio_change change;

static bool fill(uint64_t id, int64_t price_ticks, int64_t qty_lots, int64_t fee)
{
    const struct report report = {.order_id = id,
                                  .kind = REPORT_FILL,
                                  .trade_id = trade_next++,
                                  .price_ticks = price_ticks,
                                  .qty_lots = qty_lots,
                                  .fee = fee};
    return portfolio_apply(&portfolio, 0, &terms, &report, 77, &change);
}

static bool tell(uint64_t id, enum report_kind kind)
{
    const struct report report = {.order_id = id, .kind = kind};
    return portfolio_apply(&portfolio, 0, &terms, &report, 77, &change);
}

TEST(what_is_filled_of_an_entry_risks_its_part_whatever_becomes_of_the_rest)
{
    open_account();
    const uint64_t buy = add(PURPOSE_ENTRY, SIDE_BUY, 100000, USD(1010));
    struct position *position = &portfolio.positions[0];
    portfolio.orders[0].risk = USD(100);
    EXPECT(fill(buy, 10000, 10000, 0));
    EXPECT_INT(position->risk, USD(10));
    position->risk = USD(2); /* its stop was raised meanwhile */
    EXPECT(fill(buy, 10000, 20001, 0));
    EXPECT_INT(position->risk, USD(2) + USD(20.001));
    EXPECT(tell(buy, REPORT_CANCELLED));
    EXPECT_INT(position->risk, USD(2) + USD(20.001));
}

TEST(a_trade_in_two_parts_worked_by_hand)
{
    open_account();
    const uint64_t buy = add(PURPOSE_ENTRY, SIDE_BUY, 100000, USD(1010));
    EXPECT_INT(portfolio_free(&portfolio), USD(8990));
    EXPECT(fill(buy, 10000, 40000, USD(1.6))); /* 4 at 100 */
    /* 1010 - 400 - 1.6 may still be spent. */
    EXPECT_INT(portfolio.reserved, USD(608.4));
    EXPECT_INT(portfolio.cash, USD(9598.4));
    EXPECT_INT(portfolio_equity(&portfolio), USD(9998.4));
    EXPECT(fill(buy, 10050, 60000, USD(2.4))); /* 6 at 100.50 */
    EXPECT_INT(portfolio.reserved, 0);
    EXPECT_INT(portfolio.order_count, 0);
    EXPECT_INT(portfolio.cash, USD(10000 - 400 - 603 - 4));
    EXPECT_INT(portfolio.positions[0].cost, USD(1003));
    EXPECT_INT(portfolio.positions[0].stop_ticks, 9000);
    EXPECT_INT(portfolio.positions[0].opened_ns, 77);
    EXPECT_INT(portfolio.open_count, 1);

    const uint64_t sell = add(PURPOSE_EXIT, SIDE_SELL, 100000, 0);
    EXPECT_INT(portfolio.reserved, 0); /* a sale reserves no cash */
    EXPECT(fill(sell, 11000, 50000, USD(2.2)));
    EXPECT(!change.closed);
    /* Half of 1003 and of 4 goes with it: 550 - 2.2 - 501.5 - 2. */
    EXPECT_INT(portfolio.positions[0].pnl, USD(44.3));
    EXPECT(fill(sell, 9000, 50000, USD(1.8)));
    EXPECT(change.closed);
    /* 450 - 1.8 - 501.5 - 2 = -55.3, together -11. */
    EXPECT_INT(change.position.pnl, USD(-11));
    EXPECT_INT(change.position.sold, USD(1000));
    EXPECT_INT(change.position.sold_fee, USD(8));
    EXPECT_INT(portfolio.realised, USD(-11));
    EXPECT_INT(portfolio.cash, USD(9989));
    EXPECT_INT(portfolio.fees, USD(8));
    EXPECT_INT(portfolio.holdings, 0);
    EXPECT_INT(portfolio.open_count, 0);
    EXPECT_INT((int64_t)portfolio.trade_count, 1);
    EXPECT_INT((int64_t)portfolio.trade_won_count, 0);
}

TEST(an_entry_cut_short_gives_back_what_it_did_not_spend)
{
    open_account();
    const uint64_t buy = add(PURPOSE_ENTRY, SIDE_BUY, 100000, USD(1010));
    EXPECT(fill(buy, 10000, 10000, USD(0.4)));
    EXPECT(tell(buy, REPORT_EXPIRED));
    EXPECT_INT(portfolio.reserved, 0);
    EXPECT_INT(portfolio_free(&portfolio), USD(10000 - 100.4));
    EXPECT_INT(portfolio.positions[0].qty_lots, 10000);
    EXPECT(!tell(buy, REPORT_EXPIRED)); /* it is nobody's any more */
}

TEST(what_is_unknown_keeps_its_reserve)
{
    open_account();
    const uint64_t buy = add(PURPOSE_ENTRY, SIDE_BUY, 100000, USD(1010));
    EXPECT(tell(buy, REPORT_UNKNOWN));
    EXPECT_INT(portfolio.reserved, USD(1010));
    EXPECT(portfolio_working(&portfolio, 0));
    EXPECT(!portfolio_working(&portfolio, 1));
}

TEST(a_bracket_alone_is_no_work)
{
    open_account();
    add(PURPOSE_PROTECT, SIDE_SELL, 100000, 0);
    EXPECT(!portfolio_working(&portfolio, 0));
}

TEST(a_fee_a_hair_above_the_bound_frees_no_cash)
{
    open_account();
    const uint64_t buy = add(PURPOSE_ENTRY, SIDE_BUY, 100000, USD(400));
    EXPECT(fill(buy, 10000, 40000, USD(1.6)));
    EXPECT_INT(portfolio.reserved, 0);
    EXPECT_INT(portfolio_free(&portfolio), portfolio.cash);
    EXPECT(tell(buy, REPORT_CANCELLED));
    EXPECT_INT(portfolio.reserved, 0);
}

TEST(more_sold_than_held_stops_the_program)
{
    open_account();
    const uint64_t sell = add(PURPOSE_EXIT, SIDE_SELL, 100000, 0);
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0) {
        fclose(stderr);
        signal(SIGABRT, SIG_DFL);
        fill(sell, 10000, 1, 0);
        _exit(0);
    }
    int status = 0;
    EXPECT(waitpid(child, &status, 0) == child);
    EXPECT(WIFSIGNALED(status));
}

TEST(a_full_list_takes_no_order)
{
    open_account();
    const struct order order = {.side = SIDE_BUY, .qty_lots = 1, .cash = 1};
    for (int i = 0; i < ORDER_MAX; i++) {
        EXPECT(portfolio_add_order(&portfolio, &order) != NULL);
    }
    EXPECT(portfolio_add_order(&portfolio, &order) == NULL);
    EXPECT_INT(portfolio.reserved, ORDER_MAX);
}

TEST(the_worst_drawdown_is_the_deepest_fall_below_the_peak_so_far)
{
    open_account();
    const struct {
        double cash;
        int64_t worst_ppm;
    } story[] = {{9000, 100000}, {9500, 100000}, {12000, 100000}, {11000, 100000}, {9600, 200000}};
    for (size_t i = 0; i < sizeof story / sizeof story[0]; i++) {
        portfolio.cash = USD(story[i].cash);
        portfolio_watch(&portfolio);
        EXPECT_INT(portfolio.drawdown_worst_ppm, story[i].worst_ppm);
    }
    EXPECT_NEAR(portfolio_drawdown(&portfolio), 0.2, 1e-9);
    EXPECT_INT(portfolio.peak, USD(12000));
}

TEST(a_flow_leaves_the_days_loss_and_the_drawdown_the_parts_that_they_were)
{
    open_account();
    portfolio.day_reference = portfolio.day_equity = USD(9900);
    portfolio.cash = USD(9500); /* 5 % below 10,000, 400 / 9,900 below the day's first */
    portfolio_watch(&portfolio);
    const double day = portfolio_day_loss(&portfolio);
    EXPECT_NEAR(day, 400.0 / 9900, 1e-15);
    portfolio_flow(&portfolio, USD(9500)); /* 1,000 of 20,000 */
    EXPECT_INT(portfolio.peak, USD(20000));
    EXPECT_NEAR(portfolio_drawdown(&portfolio), 0.05, 1e-15);
    EXPECT_NEAR(portfolio_day_loss(&portfolio), day, 1e-12);
    EXPECT_INT(portfolio.day_equity - portfolio_equity(&portfolio), USD(400)); /* as money */
    portfolio_flow(&portfolio, USD(-18050));                                   /* 50 of 1,000 */
    EXPECT_INT(portfolio.peak, USD(1000));
    EXPECT_NEAR(portfolio_day_loss(&portfolio), day, 1e-12);
    EXPECT_INT(portfolio.day_equity - portfolio_equity(&portfolio), USD(400));
    EXPECT_INT(portfolio.drawdown_worst_ppm, 50000);
    portfolio.cash = USD(900);
    portfolio_watch(&portfolio);
    EXPECT_INT(portfolio.drawdown_worst_ppm, 100000);
}

TEST(an_account_that_was_emptied_begins_anew)
{
    open_account();
    portfolio.cash = USD(9500);
    portfolio_flow(&portfolio, USD(-9500));
    EXPECT_NEAR(portfolio_drawdown(&portfolio), 0, 0);
    EXPECT_NEAR(portfolio_day_loss(&portfolio), 0, 0);
    portfolio_watch(&portfolio);
    EXPECT_INT(portfolio.drawdown_worst_ppm, 0);
    portfolio_flow(&portfolio, USD(-100)); /* of the account's other money */
    portfolio_watch(&portfolio);
    portfolio_flow(&portfolio, USD(1100));
    EXPECT_INT(portfolio.peak, USD(1000));
    EXPECT_INT(portfolio.day_reference, USD(1000));
    portfolio.cash = USD(900);
    portfolio_watch(&portfolio);
    EXPECT_NEAR(portfolio_drawdown(&portfolio), 0.1, 1e-15);
    EXPECT_NEAR(portfolio_day_loss(&portfolio), 0.1, 1e-15);
    EXPECT_INT(portfolio.drawdown_worst_ppm, 100000);
    portfolio_flow(&portfolio, 1 - USD(900)); /* as good as empty */
    EXPECT_NEAR(portfolio_drawdown(&portfolio), 0, 0);
}

TEST(what_was_all_but_lost_stays_lost_however_much_comes)
{
    open_account();
    portfolio.cash = 20000;
    portfolio_flow(&portfolio, USD(10000000));
    EXPECT_INT(portfolio.peak, PORTFOLIO_REFERENCE_MAX);
    EXPECT(portfolio_drawdown(&portfolio) > 0.99 && portfolio_day_loss(&portfolio) > 0.99);
}

TEST(no_flow_makes_a_loss_less)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    for (int i = 0; i < 20000; i++) {
        open_account();
        portfolio.cash = USD(1) + (int64_t)(prng_real(&prng) * 2e12);
        portfolio_watch(&portfolio);
        const double day = portfolio_day_loss(&portfolio), down = portfolio_drawdown(&portfolio);
        for (int flow = 0; flow < 5; flow++) {
            const int64_t equity = portfolio_equity(&portfolio);
            const double part = prng_real(&prng) * 3 - 0.99;
            portfolio_flow(&portfolio, (int64_t)(part * (double)equity));
            EXPECT(portfolio_day_loss(&portfolio) >= day - 1e-12);
            EXPECT(portfolio_drawdown(&portfolio) >= down - 1e-12);
            EXPECT_NEAR(portfolio_day_loss(&portfolio), day, 1e-3 * (1 + fabs(day)));
            EXPECT_NEAR(portfolio_drawdown(&portfolio), down, 1e-3);
        }
    }
}

/* Ten at 100, half of them filled where `half`; all sold at `price_ticks`. */
static void trade(int64_t risk, int64_t price_ticks, bool half)
{
    const struct order order = {.purpose = PURPOSE_ENTRY,
                                .kind = ORDER_MARKET,
                                .side = SIDE_BUY,
                                .qty_lots = 100000,
                                .cash = USD(1010),
                                .stop_ticks = 9000,
                                .risk = risk};
    const uint64_t buy = portfolio_add_order(&portfolio, &order)->id;
    const int64_t bought = half ? 50000 : 100000;
    EXPECT(fill(buy, 10000, bought, 0));
    if (half) {
        EXPECT(tell(buy, REPORT_CANCELLED));
    }
    portfolio.positions[0].risk = 1; /* its stop was moved */
    EXPECT(fill(add(PURPOSE_EXIT, SIDE_SELL, bought, 0), price_ticks, bought, 0));
    EXPECT(change.closed);
}

TEST(closed_trades_are_tallied_in_multiples_of_what_they_risked_as_sized)
{
    const struct tally *tally = &portfolio.tally;
    open_account();
    trade(USD(100), 12500, false); /* 250 won of 100 risked */
    EXPECT_INT(tally->won_ppm, 2500000);
    trade(USD(100), 9000, true); /* 50 lost, and half of the entry risked 50 */
    EXPECT_INT(tally->lost_ppm, 1000000);
    trade(USD(100), 8900, false);
    EXPECT_INT(tally->lost_ppm, 2100000);
    EXPECT_INT((int64_t)tally->count, 3);
    EXPECT_INT((int64_t)tally->won_count, 1);
    EXPECT_INT((int64_t)tally->streak, 2);
    EXPECT_INT(tally->lost_ns, 77);
    trade(USD(100), 10000, false); /* even: no loss in the row, and no end of it */
    EXPECT_INT((int64_t)tally->streak, 2);
    EXPECT_INT((int64_t)tally->count, 4);
    EXPECT_INT((int64_t)tally->won_count, 1);
    trade(0, 9000, false); /* its risk is not known: it counts in the row alone */
    EXPECT_INT((int64_t)tally->streak, 3);
    EXPECT_INT((int64_t)tally->count, 4);
    trade(1, 11000, false); /* a thousand R at most */
    EXPECT_INT(tally->won_ppm, 1002500000);
    EXPECT_INT((int64_t)tally->streak, 0);
}

TEST(whatever_is_filled_cash_holdings_and_reserve_add_up)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    open_account();
    for (int i = 0; i < 20000; i++) {
        struct position *position = &portfolio.positions[0];
        const bool buy = position->qty_lots == 0 || prng_below(&prng, 2) == 0;
        const uint64_t most = buy ? 5000 : (uint64_t)position->qty_lots;
        const bool all = !buy && prng_below(&prng, 4) == 0;
        const int64_t qty = all ? (int64_t)most : 1 + (int64_t)prng_below(&prng, most);
        const int64_t price = 1 + (int64_t)prng_below(&prng, 20000);
        const uint64_t id = add(buy ? PURPOSE_ENTRY : PURPOSE_EXIT, buy ? SIDE_BUY : SIDE_SELL, qty,
                                buy ? USD(200) : 0);
        const int64_t part = all ? qty : 1 + (int64_t)prng_below(&prng, (uint64_t)qty);
        fill(id, price, part, (int64_t)prng_below(&prng, 1000000));
        if (part < qty) {
            tell(id, prng_below(&prng, 2) ? REPORT_CANCELLED : REPORT_EXPIRED);
        }
        EXPECT_INT(portfolio.order_count, 0);
        EXPECT_INT(portfolio.reserved, 0);
        EXPECT_INT(portfolio.cash + position->cost + position->fee,
                   portfolio.start + portfolio.realised);
        EXPECT_INT(portfolio.holdings, position->value);
        EXPECT_INT(portfolio.open_count, position->qty_lots > 0);
    }
    EXPECT(portfolio.trade_count > 50);
}
