/* SPDX-License-Identifier: MIT */
/* Each kind of order, told as a story. Fees: taker 0.40 %, maker 0.25 %; dollars have four digits.
 */
#include "trading_fixture.h"

TEST(a_limit_order_reserves_its_cost_and_the_takers_fee_and_pays_the_makers)
{
    const struct step story[] = {
        {"A buy 1.5 limit=99.5", "pending 1, new 1"},
        /* 149.25 and 0.40 % of it. */
        {"A funds", "BTC 10/0 USD 10000/149.847"},
        {"trade sell 0.5 @ 99.5", "trade 1 0.5@99.5m"},
        /* 49.75 and 0.25 % of it, 0.124375, are paid; 99.5 and 0.398 stay reserved. */
        {"A funds", "BTC 10.5/0 USD 9950.1256/99.898"},
        {"trade sell 0.1 @ 99.4", "trade 1 1@99.5m, filled 1"},
        /* Traded through, it fills whole, at its own price: 99.5 + 0.24875. */
        {"A funds", "BTC 11.5/0 USD 9850.3768/0"},
    };
    TELL(story);
}

TEST(a_cancelled_order_gives_back_what_it_held)
{
    const struct step story[] = {
        {"A sell 2 limit=110", "pending 1, new 1"},  {"A funds", "BTC 10/2 USD 10000/0"},
        {"A cancel 1", "canceled 1 User requested"}, {"A funds", "BTC 10/0 USD 10000/0"},
        {"A cancel 1", "EOrder:Unknown order"},      {"B sell 1 limit=110", "pending 2, new 2"},
        {"A cancel 2", "EOrder:Unknown order"},
    };
    TELL(story);
}

TEST(a_market_order_walks_the_book_and_what_it_took_stays_taken_for_ten_seconds)
{
    const struct step story[] = {
        {"book asks 100:1 101:2 bids 99:5", ""},
        {"A buy 1.5 market", "pending 1, new 1, trade 1 1@100t, trade 1 0.5@101t, filled 1"},
        /* 150.5 and 0.4 + 0.202. */
        {"A funds", "BTC 11.5/0 USD 9848.898/0"},
        {"A buy 1 market", "pending 2, new 2, trade 2 1@101t, filled 2"},
        {"wait 10", ""},
        {"A buy 1 market", "pending 3, new 3, trade 3 1@100t, filled 3"},
        {"book asks 100:1.5 bids 99:5", ""},
        {"A buy 1.5 market", "pending 4, new 4, trade 4 1.5@100t, filled 4"},
        {"A sell 6 market", "pending 5, new 5, trade 5 5@99t, canceled 5 Insufficient liquidity"},
    };
    TELL(story);
}

TEST(a_market_order_by_cash_spends_no_more_than_that_and_ends_as_filled)
{
    const struct step story[] = {
        {"book asks 99.7:0.3 300:9 bids 99:5", ""},
        {"A buy 1 market cash=50", "pending 1, new 1, trade 1 0.3@99.7t, trade 1 0.06696666@300t, "
                                   "filled 1"},
        /* 29.91 + 20.09 (0.06696666 * 300 = 20.089998) and fees 0.1196 + 0.0804. */
        {"A funds", "BTC 10.36696666/0 USD 9949.8/0"},
        {"A buy 1 market cash=9960", "EOrder:Insufficient funds"},
        {"A sell 1 market cash=50", "EGeneral:Invalid arguments:oflags"},
    };
    TELL(story);
}

TEST(an_immediate_order_takes_what_is_there_and_the_rest_is_cancelled)
{
    const struct step story[] = {
        {"book asks 100:1 101:2 bids 99:5", ""},
        {"A buy 2 limit=100 ioc",
         "pending 1, new 1, trade 1 1@100t, canceled 1 Immediate or cancel"},
        {"A buy 2 limit=98 ioc", "pending 2, new 2, canceled 2 Immediate or cancel"},
        {"A buy 3 limit=101 fok", "pending 3, new 3, canceled 3 Fill or kill"},
        {"A buy 2 limit=101 fok", "pending 4, new 4, trade 4 2@101t, filled 4"},
        {"A buy 1 market fok", "EGeneral:Invalid arguments:timeinforce"},
    };
    TELL(story);
}

TEST(a_limit_order_that_crosses_takes_and_rests_with_what_is_left)
{
    const struct step story[] = {
        {"book asks 100:1 bids 99:5", ""},
        {"A buy 3 limit=100.5", "pending 1, new 1, trade 1 1@100t"},
        /* 2 at 100.5 stay reserved: 201 + 0.804. */
        {"A funds", "BTC 11/0 USD 9899.6/201.804"},
        {"B sell 1 market", "pending 2, new 2, trade 2 1@100.5t, filled 2, trade 1 1@100.5m"},
    };
    TELL(story);
}

TEST(a_post_only_order_never_takes)
{
    const struct step story[] = {
        {"book asks 100:1 bids 99:5", ""},
        {"A buy 1 limit=100 post", "pending 1, canceled 1 Post only order"},
        {"A buy 1 limit=99.9 post", "pending 2, new 2"},
        /* It can only be maker, so it reserves the maker's fee. */
        {"A funds", "BTC 10/0 USD 10000/100.1498"},
        {"A buy 1 market post", "EGeneral:Invalid arguments:oflags"},
        {"A buy 1 limit=99 post ioc", "EGeneral:Invalid arguments:oflags"},
    };
    TELL(story);
}

TEST(a_good_till_date_order_dies_at_its_time)
{
    const struct step story[] = {
        {"A buy 1 limit=99 expire=4", "EGeneral:Invalid arguments:expiretm"},
        {"A buy 1 limit=99 expire=60", "pending 1, new 1"},
        {"A buy 1 limit=98 expire=30", "pending 2, new 2"},
        {"wait 29.999999999", ""},
        {"wait 40", "expired 2 Order expired, expired 1 Order expired"},
        {"A funds", "BTC 10/0 USD 10000/0"},
    };
    TELL(story);
}

TEST(a_scheduled_order_reserves_at_once_and_enters_the_book_at_its_time)
{
    const struct step story[] = {
        {"book asks 100:1 bids 99:5", ""},
        {"A buy 1 limit=100 start=10", "pending 1"},
        {"A funds", "BTC 10/0 USD 10000/100.4"},
        {"trade sell 1 @ 90", ""},
        {"wait 9", ""},
        {"wait 1", "new 1, trade 1 1@100t, filled 1"},
    };
    TELL(story);
}

TEST(stops_and_profits_fire_on_the_last_trade)
{
    const struct step story[] = {
        {"book asks 101:5 bids 99:5", ""},
        {"A sell 1 stop trigger=95", "pending 1, new 1"},
        {"A sell 1 profit trigger=105", "pending 2, new 2"},
        {"A buy 1 stop trigger=105", "pending 3, new 3"},
        {"A buy 1 profit trigger=95", "pending 4, new 4"},
        /* The buys are reserved at their triggers: 105.42 + 95.38. */
        {"A funds", "BTC 10/2 USD 10000/200.8"},
        {"trade sell 0.1 @ 95.1", ""},
        {"trade sell 0.1 @ 95",
         "status 1 fired 95, status 4 fired 95, trade 1 1@99t, filled 1, trade 4 1@101t, filled 4"},
        {"trade buy 0.1 @ 106", "status 2 fired 106, status 3 fired 106, trade 2 1@99t, filled 2, "
                                "trade 3 1@101t, filled 3"},
    };
    TELL(story);
}

TEST(a_stop_whose_trigger_is_met_already_fires_at_once)
{
    const struct step story[] = {
        {"book asks 101:5 bids 99:5", ""},
        {"A sell 1 stop trigger=100.5",
         "pending 1, new 1, status 1 fired 100, trade 1 1@99t, filled 1"},
    };
    TELL(story);
}

TEST(a_triggered_limit_order_enters_the_book_at_its_limit)
{
    const struct step story[] = {
        {"book asks 101:5 bids 95.5:5", ""},
        {"A sell 1 stop-limit trigger=96 limit=95.8", "pending 1, new 1"},
        {"trade sell 0.1 @ 95.5", "status 1 fired 95.5"},
        {"trade buy 0.1 @ 95.9", "trade 1 1@95.8m, filled 1"},
        {"A buy 1 profit-limit trigger=90 limit=+1%", "pending 2, new 2"},
        {"A funds", "BTC 9/0 USD 10095.5605/91.2636"},
    };
    TELL(story);
}

TEST(the_index_is_the_middle_of_the_book)
{
    const struct step story[] = {
        {"book asks 101:5 bids 99:5", ""},
        {"A sell 1 stop trigger=98 index", "pending 1, new 1"},
        {"trade sell 0.1 @ 90", ""},
        {"book asks 99:5 bids 97:5", "status 1 fired 98, trade 1 1@97t, filled 1"},
    };
    TELL(story);
}

TEST(a_trailing_stop_follows_the_price_and_never_turns_back)
{
    const struct step story[] = {
        {"book asks 101:5 bids 99:5", ""},
        {"A sell 1 trail trigger=+5", "pending 1, new 1"},
        {"trade buy 0.1 @ 104", "status 1 at 99"},
        {"trade buy 0.1 @ 103", ""},
        {"trade buy 0.1 @ 99.1", ""},
        {"trade buy 0.1 @ 99", "status 1 fired 99, trade 1 1@99t, filled 1"},
        {"A buy 1 trail trigger=+10%", "pending 2, new 2"},
        {"A funds", "BTC 9/0 USD 10098.604/109.3356"},
        {"trade sell 0.1 @ 90", "status 2 at 99"},
        {"A funds", "BTC 9/0 USD 10098.604/99.396"},
        {"trade sell 0.1 @ 99", "status 2 fired 99, trade 2 1@101t, filled 2"},
        {"A sell 1 trail trigger=5", "EOrder:Invalid price"},
    };
    TELL(story);
}

TEST(a_trailing_trigger_speaks_only_when_it_has_moved)
{
    const struct step story[] = {
        {"A sell 1 trail trigger=+90%", "pending 1, new 1"},
        {"trade buy 0.1 @ 100.4", ""},
        {"trade buy 0.1 @ 100.5", "status 1 at 10.1"},
    };
    TELL(story);
}

TEST(a_sign_left_to_the_exchange_goes_by_side_and_type)
{
    const struct {
        const char *what;
        int64_t trigger_ticks, limit_ticks;
    } rows[] = {
        {"A buy 1 stop trigger=#5", 1050, 0},
        {"A sell 1 stop trigger=#5%", 950, 0},
        {"A buy 1 profit trigger=#5", 950, 0},
        {"A sell 1 profit trigger=#5%", 1050, 0},
        {"A buy 1 stop-limit trigger=#5 limit=#1", 1050, 1060},
        {"A sell 1 stop-limit trigger=#5 limit=#1", 950, 940},
        {"A buy 1 limit=#5", 0, 950},
        {"A sell 1 limit=#5%", 0, 1050},
    };
    struct venue venue;
    venue_open(&venue);
    for (uint32_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        venue_step(&venue, rows[i].what);
        const struct trading_order *order = trading_order(venue.trading, 0, i + 1);
        EXPECT(order != NULL);
        EXPECT_INT(order->trigger_ticks, rows[i].trigger_ticks);
        EXPECT_INT(order->limit_ticks, rows[i].limit_ticks);
    }
    trading_close(venue.trading);
}

TEST(a_trailing_stop_limit_drags_its_limit_along)
{
    const struct step story[] = {
        {"book asks 120:5 bids 90:5", ""},
        {"trade buy 0.1 @ 100", ""},
        {"A sell 1 trail-limit trigger=+5 limit=-1", "pending 1, new 1"},
        {"trade buy 0.1 @ 110", "status 1 at 105"},
        {"trade sell 0.1 @ 104.5", "status 1 fired 104.5"},
        {"trade buy 0.1 @ 104.1", "trade 1 1@104m, filled 1"},
        {"A sell 1 trail-limit trigger=+5 limit=90", "EOrder:Invalid price"},
    };
    TELL(story);
}

TEST(an_iceberg_shows_a_part_and_queues_anew_with_each)
{
    const struct step story[] = {
        {"A sell 3 iceberg limit=101 display=0.1", "EGeneral:Invalid arguments:displayvol"},
        {"A sell 3 iceberg limit=101 display=1", "pending 1, new 1"},
        {"A sell 1 limit=101", "pending 2, new 2"},
        {"B buy 1.5 limit=101",
         "pending 3, new 3, trade 3 1@101t, trade 1 1@101m, refill 1, trade 3 0.5@101t, filled 3, "
         "trade 2 0.5@101m"},
        {"B buy 1 limit=101", "pending 4, new 4, trade 4 0.5@101t, trade 2 0.5@101m, filled 2, "
                              "trade 4 0.5@101t, filled 4, trade 1 0.5@101m"},
        {"trade buy 9 @ 102", "trade 1 0.5@101m, refill 1, trade 1 1@101m, filled 1"},
    };
    TELL(story);
}

TEST(a_conditional_close_is_made_by_each_fill_and_lives_on_its_own)
{
    const struct step story[] = {
        {"A buy 2 limit=99 close=stop-limit close-trigger=90 close-limit=89", "pending 1, new 1"},
        {"trade sell 0.5 @ 99", "trade 1 0.5@99m, pending 2, new 2"},
        /* The fee of 0.12375 to the nearest digit. */
        {"A funds", "BTC 10.5/0.5 USD 9950.3762/149.094"},
        {"A cancel 1", "canceled 1 User requested"},
        {"trade sell 1 @ 89.5", "status 2 fired 89.5"},
        {"trade buy 1 @ 89", "trade 2 0.5@89m, filled 2"},
        {"A buy 1 limit=99 close=market", "EGeneral:Invalid arguments:close"},
    };
    TELL(story);
}

TEST(a_close_is_no_larger_than_what_the_fee_in_base_has_left)
{
    struct venue venue;
    venue_open(&venue);
    const struct step story[] = {
        {"A sell 10 limit=150", "pending 1, new 1"},
        {"A buy 1 limit=99 fcib close=limit close-limit=120", "pending 2, new 2"},
        {"trade sell 1 @ 98", "trade 2 1@99m, filled 2, pending 3, new 3"},
        /* 1 - 0.25 % in base; the close in its turn keeps 0.40 % for its own fee. */
        {"A funds", "BTC 10.9975/10.9974999936 USD 9901/0"},
    };
    venue_tell(&venue, story, 4);
    const struct trading_order *order = trading_order(venue.trading, 0, 3);
    EXPECT_INT((int64_t)order->parent, 2);
    EXPECT_INT(order->qty_lots, 99352589);
    trading_close(venue.trading);
}

TEST(fees_in_base_are_taken_from_the_coins)
{
    const struct step story[] = {
        {"book asks 100:9 bids 99:9", ""},
        {"A buy 1 market fcib", "pending 1, new 1, trade 1 1@100t, filled 1"},
        {"A funds", "BTC 10.996/0 USD 9900/0"},
        {"A sell 10.96 limit=200 fcib", "EOrder:Insufficient funds"},
        {"A sell 10 limit=99 fcib", "pending 2, new 2, trade 2 9@99t"},
        /* 9 and 0.036 are gone; 1 and 0.004 stay reserved. */
        {"A funds", "BTC 1.96/1.004 USD 10791/0"},
    };
    TELL(story);
}

/* An account with so many dollars, of a venue with one step of fees. */
static void open_with(struct venue *venue, int64_t dollars, uint32_t fee_ppm_now)
{
    venue_open(venue);
    venue->trading->desks[BTC_USD].pair.fee_step_count = 1;
    venue->trading->desks[BTC_USD].pair.fees[0].maker_ppm = fee_ppm_now;
    venue->trading->desks[BTC_USD].pair.fees[0].taker_ppm = fee_ppm_now;
    EXPECT_INT(trading_account(venue->trading, "C", RATE_PRO), 2);
    EXPECT(trading_deposit(venue->trading, 2, USD, dollars) == NULL);
}

TEST(however_its_fills_round_an_order_never_takes_more_than_there_is)
{
    /* Each fill costs 0.00005, which rounds to 0.0001: twice what the order reserved. First the fee
     * gives way, then the cost. */
    for (uint32_t ppm = 0; ppm <= 4000; ppm += 4000) {
        struct venue venue;
        open_with(&venue, 5000 + (ppm ? 20 : 0), ppm);
        const struct step story[] = {{"C buy 0.01 limit=50", "pending 1, new 1"}};
        venue_tell(&venue, story, 1);
        for (int i = 0; i < 9999; i++)
            venue_step(&venue, "trade sell 0.000001 @ 50");
        EXPECT_INT(trading_balance(venue.trading, 2, USD), 0);
        EXPECT_INT(trading_balance(venue.trading, 2, BTC), 99990000);
        venue_step(&venue, "trade sell 0.000001 @ 50");
        EXPECT_TEXT(venue.said, "trade 1 0.000001@50m, filled 1");
        const struct trading_order *order = trading_order(venue.trading, 2, 1);
        EXPECT_INT(order->cost, 5000 + (ppm ? 20 : 0));
        EXPECT_INT(order->fee, 0);
        trading_close(venue.trading);
    }
}

TEST(a_fee_that_rose_while_an_order_rested_takes_no_more_than_was_reserved)
{
    struct venue venue;
    venue_open(&venue);
    EXPECT_INT(trading_account(venue.trading, "C", RATE_PRO), 2);
    EXPECT(trading_deposit(venue.trading, 2, USD, 10016000) == NULL);
    trading_add_volume(venue.trading, 2, 1000000 * decimal_pow10(MONEY_DECIMALS));
    /* 1000 and 0.16 % are 1001.6; forty days later the maker's fee is 0.25 %. */
    const struct step story[] = {
        {"C buy 10 limit=100", "pending 1, new 1"},
        {"C funds", "BTC 0/0 USD 1001.6/1001.6"},
        {"wait 3456000", ""},
        {"trade sell 0.01 @ 100", "trade 1 0.01@100m"},
        /* A thousandth of what was reserved: 1 and a fee of 0.0016. */
        {"C funds", "BTC 0.01/0 USD 1000.5984/1000.5984"},
        {"trade sell 9 @ 100", "trade 1 9@100m"},
        {"trade sell 9 @ 100", "trade 1 0.99@100m, filled 1"},
        {"C funds", "BTC 10/0 USD 0/0"},
    };
    venue_tell(&venue, story, 8);
    trading_close(venue.trading);
}
