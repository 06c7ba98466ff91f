/* SPDX-License-Identifier: MIT */
/* Who trades with whom, in what order: clients, and the market between them. */
#include "trading_fixture.h"

TEST(better_prices_go_first_and_at_one_price_the_earlier_order)
{
    const struct step story[] = {
        {"A sell 1 limit=102", "pending 1, new 1"},
        {"A sell 1 limit=101", "pending 2, new 2"},
        {"A sell 1 limit=101", "pending 3, new 3"},
        {"B buy 2.5 limit=102", "pending 4, new 4, trade 4 1@101t, trade 2 1@101m, filled 2, "
                                "trade 4 1@101t, trade 3 1@101m, filled 3, "
                                "trade 4 0.5@102t, filled 4, trade 1 0.5@102m"},
    };
    TELL(story);
}

TEST(both_sides_of_a_trade_move_by_the_same_cost)
{
    const struct step story[] = {
        {"A sell 0.123456 limit=101.7", "pending 1, new 1"},
        {"B buy 0.123456 limit=103",
         "pending 2, new 2, trade 2 0.123456@101.7t, filled 2, trade 1 0.123456@101.7m, filled 1"},
        /* 12.5554752 is 12.5555; 0.25 % of it 0.0314, 0.40 % 0.0502. */
        {"A funds", "BTC 9.876544/0 USD 10012.5241/0"},
        {"B funds", "BTC 10.123456/0 USD 9987.3943/0"},
    };
    TELL(story);
}

TEST(a_resting_order_waits_for_the_queue_that_stood_before_it)
{
    const struct step story[] = {
        {"book bids 99:2 asks 101:1", ""},
        {"A buy 1 limit=99", "pending 1, new 1"},
        {"trade sell 1.5 @ 99", ""},
        {"book bids 99:0.5 asks 101:1", ""},
        {"trade sell 0.7 @ 99", "trade 1 0.2@99m"},
        {"trade sell 5 @ 99", "trade 1 0.8@99m, filled 1"},
    };
    TELL(story);
}

TEST(those_who_leave_the_queue_shorten_it)
{
    const struct step story[] = {
        {"book bids 99:2 asks 101:1", ""},        {"A buy 1 limit=99", "pending 1, new 1"},
        {"book bids 99:0.5 asks 101:1", ""},      {"book bids 99:7 asks 101:1", ""},
        {"trade sell 1 @ 99", "trade 1 0.5@99m"},
    };
    TELL(story);
}

TEST(clients_and_market_stand_in_one_queue)
{
    const struct step story[] = {
        {"book bids 99:1 asks 101:1", ""},
        {"A buy 1 limit=99", "pending 1, new 1"},
        {"book bids 99:3 asks 101:1", ""},
        {"B buy 1 limit=99", "pending 2, new 2"},
        /* 1 of the market, 1 of A, 2 more of the market, half of B. */
        {"trade sell 4.5 @ 99", "trade 1 1@99m, filled 1, trade 2 0.5@99m"},
    };
    TELL(story);
}

TEST(a_taker_meets_the_market_before_a_client_who_queued_behind_it)
{
    const struct step story[] = {
        {"book bids 99:1 asks 101:1", ""},
        {"A buy 1 limit=99", "pending 1, new 1"},
        {"book bids 99:2 98:9 asks 101:1", ""},
        {"B sell 2.5 limit=98",
         "pending 2, new 2, trade 2 1@99t, trade 2 1@99t, trade 1 1@99m, filled 1, "
         "trade 2 0.5@99t, filled 2"},
    };
    TELL(story);
}

TEST(a_market_that_comes_to_a_resting_order_fills_it_at_its_price)
{
    const struct step story[] = {
        {"book bids 99:1 asks 101:1", ""},
        {"A buy 1 limit=100", "pending 1, new 1"},
        {"book bids 98:1 asks 99.5:0.4", "trade 1 0.4@100m"},
        {"book bids 98:1 asks 99.5:0.4", ""},
        {"book bids 98:1 asks 99.5:0.9", "trade 1 0.6@100m, filled 1"},
    };
    TELL(story);
}

TEST(a_client_never_trades_with_itself)
{
    const struct step story[] = {
        {"A sell 1 limit=101", "pending 1, new 1"},
        {"B sell 1 limit=101.5", "pending 2, new 2"},
        {"A buy 2 limit=102", "pending 3, new 3, canceled 3 Self trade prevention"},
        {"A buy 2 limit=102 oldest",
         "pending 4, new 4, canceled 1 Self trade prevention, trade 4 1@101.5t, trade 2 1@101.5m, "
         "filled 2"},
        {"A sell 1 limit=102 both",
         "pending 5, new 5, canceled 4 Self trade prevention, canceled 5 Self trade prevention"},
        {"A funds", "BTC 11/0 USD 9898.094/0"},
    };
    TELL(story);
}

TEST(a_trade_of_clients_fires_the_triggers_of_others)
{
    const struct step story[] = {
        {"A sell 1 stop trigger=98", "pending 1, new 1"},
        {"A buy 1 limit=97.5", "pending 2, new 2"},
        {"B buy 1 limit=97", "pending 3, new 3"},
        {"B sell 1 market",
         "pending 4, new 4, trade 4 1@97.5t, filled 4, trade 2 1@97.5m, filled 2, "
         "status 1 fired 97.5, trade 1 1@97t, filled 1, trade 3 1@97m, filled 3"},
    };
    TELL(story);
}

TEST(a_triggered_buy_that_the_account_can_no_longer_pay_is_cut_short)
{
    const struct step story[] = {
        {"book bids 99:1 asks 101:1 150:999", ""},
        {"A buy 80 stop trigger=110", "pending 1, new 1"},
        {"trade buy 1 @ 110", "status 1 fired 110, trade 1 1@101t, trade 1 65.72772866@150t, "
                              "canceled 1 Insufficient funds"},
        /* 101.404 and then 9859.1593 with 39.4366: one lot more might come to a digit too much. */
        {"A funds", "BTC 76.72772866/0 USD 0.0001/0"},
    };
    TELL(story);
}

TEST(the_public_book_shows_clients_and_hides_what_they_took)
{
    struct venue venue;
    struct liquidity_side shown;
    venue_open(&venue);
    const struct step story[] = {
        {"book bids 99:1 98:1 asks 101:1 102:2", ""},
        {"A buy 1 limit=99", "pending 1, new 1"},
        {"A buy 3 iceberg limit=98.5 display=0.5", "pending 2, new 2"},
        {"A buy 1.5 market", "pending 3, new 3, trade 3 1@101t, trade 3 0.5@102t, filled 3"},
    };
    EXPECT(!trading_touched(venue.trading, BTC_USD));
    venue_tell(&venue, story, 4);
    EXPECT(trading_touched(venue.trading, BTC_USD));
    trading_shown(venue.trading, BTC_USD, SIDE_BUY, &shown);
    EXPECT_INT(shown.count, 3);
    EXPECT_INT(shown.levels[0].price_ticks, 990);
    EXPECT_INT(shown.levels[0].qty_lots, 200000000);
    EXPECT_INT(shown.levels[1].price_ticks, 985);
    EXPECT_INT(shown.levels[1].qty_lots, 50000000);
    trading_shown(venue.trading, BTC_USD, SIDE_SELL, &shown);
    EXPECT_INT(shown.count, 1);
    EXPECT_INT(shown.levels[0].price_ticks, 1020);
    EXPECT_INT(shown.levels[0].qty_lots, 150000000);
    EXPECT_INT((int64_t)venue.public_trades, 2);
    trading_close(venue.trading);
}
