/* SPDX-License-Identifier: MIT */
/* What the exchange says no to, and in which words. */
#include "trading_fixture.h"

TEST(what_is_wrong_in_form_is_named)
{
    const struct step story[] = {
        {"A buy 0 limit=99", "EGeneral:Invalid arguments:volume"},
        {"A buy 1", "EGeneral:Invalid arguments:price"},
        {"A buy 1 market limit=99", "EGeneral:Invalid arguments:price"},
        {"A buy 1 stop", "EGeneral:Invalid arguments:price"},
        {"A buy 1 limit=-200", "EOrder:Invalid price"},
        {"A buy 1 settle-position", "EOrder:Unknown position"},
        {"A buy 1 limit=99 margin", "EGeneral:Invalid arguments:leverage"},
        {"A buy 1 limit=99 display=1", "EGeneral:Invalid arguments:displayvol"},
        {"A buy 1 limit=99 expire=9 ioc", "EGeneral:Invalid arguments:expiretm"},
        {"A buy 1 limit=99 deadline=-1", "EService:Deadline elapsed"},
        {"A buy 1 limit=99 deadline=61", "EGeneral:Invalid arguments:deadline"},
        {"A buy 1 limit=99 deadline=60", "pending 1, new 1"},
        {"A buy 1 limit=99 id=a-word-of-nineteen-c", "EGeneral:Invalid arguments:cl_ord_id"},
        {"A buy 1 limit=99 id=6d1b345e-2821-40e2-ad83-4ecb18a06876", "pending 2, new 2"},
        {"A buy 1 limit=99 id=6d1b345e282140e2ad834ecb18a06876", "pending 3, new 3"},
        {"A buy 1 limit=99 id=6d1b345e282140e2ad834ecb18a0687x",
         "EGeneral:Invalid arguments:cl_ord_id"},
        {"A buy 1 limit=99 id=x ref=4", "EGeneral:Invalid arguments:cl_ord_id"},
        {"A buy 1 limit=99 validate", ""},
    };
    TELL(story);
}

TEST(minimums_are_kraken_s)
{
    const struct step story[] = {
        {"A buy 0.00009999 limit=99999", "EOrder:Order minimum not met"},
        {"A buy 0.0001 limit=4999.9", "EOrder:Cost minimum not met"},
        {"A buy 0.0001 limit=5000", "pending 1, new 1"},
        {"A sell 0.004 market", "EOrder:Cost minimum not met"},
        {"A buy 1 market cash=0.4", "EOrder:Cost minimum not met"},
        {"A sell 0.005 stop trigger=90", "EOrder:Cost minimum not met"},
    };
    TELL(story);
}

TEST(funds_are_what_no_order_holds)
{
    const struct step story[] = {
        {"A sell 10 limit=110", "pending 1, new 1"},
        {"A sell 0.01 limit=110", "EOrder:Insufficient funds"},
        {"A buy 99.6 limit=100", "pending 2, new 2"},
        /* 9960 + 39.84 leave 0.16. */
        {"A funds", "BTC 10/10 USD 10000/9999.84"},
        {"A buy 0.01 limit=50", "EOrder:Insufficient funds"},
        {"A cancel 2", "canceled 2 User requested"},
        {"A buy 99.6015 limit=100", "pending 3, new 3"},
        {"A cancel 3", "canceled 3 User requested"},
        {"A buy 99.6016 limit=100", "EOrder:Insufficient funds"},
    };
    TELL(story);
}

TEST(a_client_id_is_unique_among_the_open_orders_of_its_account)
{
    const struct step story[] = {
        {"A buy 1 limit=90 id=one", "pending 1, new 1"},
        {"A buy 1 limit=91 id=one", "EGeneral:Invalid arguments:cl_ord_id"},
        {"B buy 1 limit=91 id=one", "pending 2, new 2"},
        {"A cancel 1", "canceled 1 User requested"},
        {"A buy 1 limit=91 id=one", "pending 3, new 3"},
    };
    TELL(story);
}

TEST(prices_stand_on_steps)
{
    struct venue venue;
    venue_open(&venue);
    venue.trading->desks[BTC_USD].pair.terms.tick_step = 5;
    const struct step story[] = {
        {"A buy 1 limit=99.3", "EOrder:Tick size check failed"},
        {"A sell 1 stop trigger=99.3", "EOrder:Tick size check failed"},
        {"A buy 1 limit=99 close=limit close-limit=120.1", "EOrder:Tick size check failed"},
        {"A buy 1 limit=99.5", "pending 1, new 1"},
        /* 1 % below 100 is 99; 0.7 below, at the nearest step, 99.5. */
        {"A buy 1 limit=-1%", "pending 2, new 2"},
        {"A buy 1 limit=#0.7", "pending 3, new 3"},
        {"A sell 1 limit=#0.7", "pending 4, new 4"},
    };
    venue_tell(&venue, story, 7);
    EXPECT_INT(trading_order(venue.trading, 0, 2)->limit_ticks, 990);
    EXPECT_INT(trading_order(venue.trading, 0, 3)->limit_ticks, 995);
    EXPECT_INT(trading_order(venue.trading, 0, 4)->limit_ticks, 1005);
    trading_close(venue.trading);
}

TEST(each_state_of_the_market_admits_its_own)
{
    const struct {
        enum trading_system system;
        enum pair_status status;
        const char *market, *limit, *post, *cancel;
    } states[] = {
        {TRADING_ONLINE, PAIR_ONLINE, NULL, NULL, NULL, NULL},
        {TRADING_CANCEL_ONLY, PAIR_ONLINE, "EService:Market in cancel_only mode",
         "EService:Market in cancel_only mode", "EService:Market in cancel_only mode", NULL},
        {TRADING_ONLINE, PAIR_CANCEL_ONLY, "EService:Market in cancel_only mode",
         "EService:Market in cancel_only mode", "EService:Market in cancel_only mode", NULL},
        {TRADING_POST_ONLY, PAIR_ONLINE, "EService:Market in post_only mode",
         "EService:Market in post_only mode", NULL, NULL},
        {TRADING_ONLINE, PAIR_POST_ONLY, "EService:Market in post_only mode",
         "EService:Market in post_only mode", NULL, NULL},
        {TRADING_LIMIT_ONLY, PAIR_ONLINE, "EService:Market in limit_only mode", NULL, NULL, NULL},
        {TRADING_ONLINE, PAIR_LIMIT_ONLY, "EService:Market in limit_only mode", NULL, NULL, NULL},
        {TRADING_ONLINE, PAIR_REDUCE_ONLY, "EService:Market in reduce_only mode",
         "EService:Market in reduce_only mode", "EService:Market in reduce_only mode", NULL},
        {TRADING_ONLINE, PAIR_OFFLINE, "EService:Unavailable", "EService:Unavailable",
         "EService:Unavailable", NULL},
        {TRADING_MAINTENANCE, PAIR_ONLINE, "EService:Unavailable", "EService:Unavailable",
         "EService:Unavailable", "EService:Unavailable"},
    };
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        struct venue venue;
        struct trading_order order;
        venue_open(&venue);
        venue_step(&venue, "book asks 101:9 bids 99:9");
        venue_step(&venue, "A buy 1 limit=90");
        trading_set_system(venue.trading, states[i].system);
        trading_set_status(venue.trading, BTC_USD, states[i].status);
        struct trading_add add = {.type = TRADING_MARKET, .qty_lots = 100000000};
        const char *error = trading_add(venue.trading, 0, &add, &order);
        EXPECT_TEXT(error ? error : "", states[i].market ? states[i].market : "");
        add.type = TRADING_LIMIT;
        add.limit = (struct trading_price){TRADING_PRICE_TICKS, 950};
        error = trading_add(venue.trading, 0, &add, &order);
        EXPECT_TEXT(error ? error : "", states[i].limit ? states[i].limit : "");
        add.post_only = true;
        error = trading_add(venue.trading, 0, &add, &order);
        EXPECT_TEXT(error ? error : "", states[i].post ? states[i].post : "");
        error = trading_cancel(venue.trading, 0, 1);
        EXPECT_TEXT(error ? error : "", states[i].cancel ? states[i].cancel : "");
        trading_close(venue.trading);
    }
}

TEST(an_account_has_so_many_open_orders_in_a_pair_as_its_tier_says)
{
    struct venue venue;
    venue_open(&venue);
    EXPECT_INT(trading_account(venue.trading, "C", RATE_STARTER), 2);
    EXPECT(trading_deposit(venue.trading, 2, USD, INT64_C(100000000)) == NULL);
    for (int i = 1; i <= 60; i++) {
        venue_step(&venue, "C buy 0.1 limit=90");
        EXPECT(strncmp(venue.said, "pending", 7) == 0);
        venue_step(&venue, "wait 1");
    }
    venue_step(&venue, "C buy 0.1 limit=90");
    EXPECT_TEXT(venue.said, "EOrder:Orders limit exceeded");
    venue_step(&venue, "C cancel 1");
    venue_step(&venue, "C buy 0.1 limit=90");
    EXPECT(strncmp(venue.said, "pending", 7) == 0);
    trading_close(venue.trading);
}

static struct trading_add batch_row(int64_t ticks, int64_t lots)
{
    return (struct trading_add){
        .type = TRADING_LIMIT,
        .qty_lots = lots,
        .limit = {TRADING_PRICE_TICKS, ticks},
    };
}

TEST(a_batch_fails_whole_for_its_form_and_by_row_for_its_funds)
{
    struct venue venue;
    struct trading_batch_row rows[3];
    venue_open(&venue);
    struct trading_add adds[3] = {batch_row(900, 100000000), batch_row(900, 100000000000),
                                  batch_row(910, 100000000)};
    EXPECT(trading_add_batch(venue.trading, 0, adds, 3, rows) == NULL);
    EXPECT(rows[0].error == NULL && rows[0].order.id == 1);
    EXPECT_TEXT(rows[1].error, "EOrder:Insufficient funds");
    EXPECT(rows[2].error == NULL && rows[2].order.id == 2);
    EXPECT_TEXT(venue.said, "pending 1, new 1, pending 2, new 2");
    EXPECT_INT(trading_rate(venue.trading, 0, BTC_USD), 150);
    adds[1].qty_lots = 0;
    EXPECT_TEXT(trading_add_batch(venue.trading, 0, adds, 3, rows),
                "EGeneral:Invalid arguments:volume");
    EXPECT_TEXT(trading_add_batch(venue.trading, 0, adds, 1, rows),
                "EGeneral:Invalid arguments:orders");
    adds[1].pair = ETH_USD;
    EXPECT_TEXT(trading_add_batch(venue.trading, 0, adds, 3, rows),
                "EGeneral:Invalid arguments:pair");
    uint32_t count = 0;
    EXPECT(trading_cancel_batch(venue.trading, 0, (uint64_t[]){1, 77, 2}, 3, &count) == NULL);
    EXPECT_INT(count, 2);
    venue_expect_sound(&venue);
    trading_close(venue.trading);
}

TEST(deposits_and_withdrawals_are_entries_of_the_ledger)
{
    struct venue venue;
    venue_open(&venue);
    venue_step(&venue, "A buy 99 limit=100");
    /* 9900 + 39.6 are held. */
    EXPECT_TEXT(trading_withdraw(venue.trading, 0, USD, 600000, 5000),
                "EFunding:Insufficient funds");
    EXPECT(trading_withdraw(venue.trading, 0, USD, 600000, 4000) == NULL);
    const struct trading_ledger *row = trading_ledger_next(venue.trading, 0, NULL);
    EXPECT(row->kind == TRADING_LEDGER_WITHDRAWAL && row->amount == -600000 && row->fee == 4000);
    EXPECT_INT(row->balance, 99396000);
    EXPECT_TEXT(trading_deposit(venue.trading, 0, USD, 0), "EFunding:Invalid amount");
    EXPECT_TEXT(trading_deposit(venue.trading, 0, USD, INT64_MAX), "EFunding:Invalid amount");
    EXPECT_TEXT(trading_withdraw(venue.trading, 0, USD, INT64_MAX, 0), "EFunding:Invalid amount");
    venue_expect_sound(&venue);
    trading_close(venue.trading);
}
