/* SPDX-License-Identifier: MIT */
/*
 * What the account is told: sparse rows made whole, in any order, twice or with one missing; trades
 * with their fees; balances and what came in or went out.
 */
#include "kraken_gateway.h"

#define OID "OQCLML-BW3P3-BUCMWZ"
#define CLIENT "c000zzz00000000005" /* number 5 of this instance */

/* One order's life as the real venue tells it (recorded shapes, sparse). */
#define PENDING                                                                                    \
    "{\"order_id\":\"" OID "\",\"symbol\":\"BTC/USD\",\"order_qty\":0.005,\"cum_cost\":0,"         \
    "\"time_in_force\":\"GTC\",\"exec_type\":\"pending_new\",\"side\":\"buy\","                    \
    "\"order_type\":\"limit\",\"order_userref\":0,\"limit_price_type\":\"static\","                \
    "\"limit_price\":26599.9,\"stop_price\":0,\"order_status\":\"pending_new\","                   \
    "\"fee_usd_equiv\":0,\"fee_ccy_pref\":\"fciq\",\"cl_ord_id\":\"" CLIENT "\","                  \
    "\"timestamp\":\"2024-08-05T00:00:01.000000Z\"}"
#define NEW                                                                                        \
    "{\"timestamp\":\"2024-08-05T00:00:01.100000Z\",\"order_status\":\"new\","                     \
    "\"exec_type\":\"new\",\"order_userref\":0,\"order_id\":\"" OID "\"}"
#define TRADE(exec, qty, cum, status)                                                              \
    "{\"order_id\":\"" OID "\",\"order_userref\":0,\"exec_id\":\"" exec "\","                      \
    "\"exec_type\":\"trade\",\"trade_id\":365573,\"symbol\":\"BTC/USD\",\"side\":\"buy\","         \
    "\"last_qty\":" qty ",\"last_price\":26599.9,\"liquidity_ind\":\"t\",\"cost\":66.49975,"       \
    "\"order_type\":\"limit\",\"timestamp\":\"2024-08-05T00:00:02.000000Z\","                      \
    "\"order_status\":\"" status "\",\"cum_qty\":" cum ",\"cum_cost\":66.49975,"                   \
    "\"avg_price\":26599.9,\"fee_usd_equiv\":0.1729,"                                              \
    "\"fees\":[{\"asset\":\"USD\",\"qty\":0.1729}]}"
#define FILLED                                                                                     \
    "{\"timestamp\":\"2024-08-05T00:00:02.000000Z\",\"order_status\":\"filled\","                  \
    "\"exec_type\":\"filled\",\"order_userref\":0,\"order_id\":\"" OID "\",\"cum_qty\":0.005,"     \
    "\"cum_cost\":132.9995,\"avg_price\":26599.9,\"fee_usd_equiv\":0.3458}"
#define CANCELED                                                                                   \
    "{\"timestamp\":\"2024-08-05T00:00:03.000000Z\",\"order_status\":\"canceled\","                \
    "\"exec_type\":\"canceled\",\"cum_qty\":0.0025,\"cum_cost\":66.49975,\"fee_usd_equiv\":0.1,"   \
    "\"avg_price\":26599.9,\"order_userref\":0,\"cancel_reason\":\"User requested\","              \
    "\"reason\":\"User requested\",\"order_id\":\"" OID "\"}"

TEST(sparse_rows_of_an_orders_life_are_told_whole)
{
    struct play *play = play_start();
    play_rows(play, 0, false, PENDING);
    play_rows(play, 0, false, NEW);
    play_rows(play, 0, false, TRADE("TAAAAA-AAAAA-AAAAAA", "0.0025", "0.0025", "partially_filled"));
    play_rows(play, 0, false, TRADE("TAAAAA-AAAAA-BBBBBB", "0.0025", "0.005", "filled"));
    play_rows(play, 0, false, FILLED);
    play_run(play, NS_PER_S);
    EXPECT_NEWS(play, "order " OID " #5 p0 pending buy k1 0/500000 @265999 !0",
                "order " OID " #5 p0 open buy k1 0/500000 @265999 !0",
                "trade TAAAAA-AAAAA-AAAAAA of " OID " #5 p0 buy 250000 @265999 fee 17290000",
                "order " OID " #5 p0 open buy k1 250000/500000 @265999 !0",
                "trade TAAAAA-AAAAA-BBBBBB of " OID " #5 p0 buy 250000 @265999 fee 17290000",
                "order " OID " #5 p0 filled buy k1 500000/500000 @265999 !0",
                "order " OID " #5 p0 filled buy k1 500000/500000 @265999 !0");
    play_end(play);
}

TEST(rows_that_come_before_the_reply_or_after_it_are_the_same)
{
    for (int before = 0; before < 2; before++) {
        struct play *play = play_start();
        struct request buy = play_buy(5);
        buy.qty_lots = 500000;
        buy.limit_ticks = 265999;
        play_send(play, &buy);
        play_run(play, NS_PER_S);
        if (before)
            play_rows(play, 0, false, PENDING "," NEW);
        play_answer_frame(play, "add_order",
                          "\"order_id\":\"" OID "\",\"cl_ord_id\":\"" CLIENT "\"", NULL);
        if (!before)
            play_rows(play, 0, false, NEW); /* all that is needed: we know what we asked for */
        play_run(play, NS_PER_S);
        if (before)
            EXPECT_NEWS(play, "order " OID " #5 p0 pending buy k1 0/500000 @265999 !0",
                        "order " OID " #5 p0 open buy k1 0/500000 @265999 !0", "accepted 5 " OID);
        else
            EXPECT_NEWS(play, "accepted 5 " OID,
                        "order " OID " #5 p0 open buy k1 0/500000 @265999 !0");
        play_end(play);
    }
}

TEST(an_end_is_final_whatever_comes_late_or_twice)
{
    struct play *play = play_start();
    play_rows(play, 0, false, PENDING);
    play_rows(play, 0, false, CANCELED);
    play_run(play, NS_PER_S);
    play->news_count = 0;
    play_rows(play, 0, false, NEW "," PENDING "," CANCELED);
    play_run(play, NS_PER_S);
    EXPECT_NEWS(play, "order " OID " #5 p0 cancelled buy k1 250000/500000 @265999 !0",
                "order " OID " #5 p0 cancelled buy k1 250000/500000 @265999 !0",
                "order " OID " #5 p0 cancelled buy k1 250000/500000 @265999 !0");
    play_end(play);
}

TEST(an_amendment_counts_and_an_older_row_does_not_undo_it)
{
    struct play *play = play_start();
    play_rows(play, 0, false, PENDING);
    play_rows(play, 0, false,
              "{\"timestamp\":\"2024-08-05T00:00:05Z\",\"exec_type\":\"amended\","
              "\"order_status\":\"new\",\"cum_qty\":0,\"reason\":\"User requested\","
              "\"amended\":true,\"order_qty\":0.01,\"limit_price\":26600.5,"
              "\"limit_price_type\":\"static\",\"order_userref\":0,\"order_id\":\"" OID "\"}");
    play_rows(play, 0, false, PENDING);
    play_run(play, NS_PER_S);
    EXPECT_NEWS(play, "order " OID " #5 p0 pending buy k1 0/500000 @265999 !0",
                "order " OID " #5 p0 open buy k1 0/1000000 @266005 !0",
                "order " OID " #5 p0 open buy k1 0/1000000 @266005 !0");
    play_end(play);
}

TEST(a_child_names_its_parent_and_a_stop_its_trigger)
{
    struct play *play = play_start();
    play_rows(play, 0, false,
              "{\"order_id\":\"OCHILD-AAAAA-AAAAAA\",\"ord_ref_id\":\"" OID "\","
              "\"symbol\":\"BTC/USD\",\"order_qty\":0.0025,\"exec_type\":\"pending_new\","
              "\"side\":\"sell\",\"order_type\":\"stop-loss\",\"order_status\":\"pending_new\","
              "\"triggers\":{\"reference\":\"last\",\"price\":25000.5,\"price_type\":\"static\","
              "\"status\":\"untriggered\"},\"timestamp\":\"2024-08-05T00:00:02Z\"}");
    play_run(play, NS_PER_S);
    EXPECT_NEWS(play,
                "order OCHILD-AAAAA-AAAAAA #0 p0 pending sell k3 0/250000 @0 !250005 of " OID);
    play_end(play);
}

TEST(orders_of_another_instance_a_strange_pair_or_a_hand_are_told_as_such)
{
    struct play *play = play_start();
    static const char shape[] =
        "{\"order_id\":\"%s\",\"symbol\":\"%s\",\"order_qty\":0.5,\"cl_ord_id\":\"%s\","
        "\"exec_type\":\"new\",\"order_status\":\"new\",\"side\":\"buy\",\"order_type\":\"%s\","
        "\"limit_price\":100.1,\"timestamp\":\"2024-08-05T00:00:02Z\"}";
    char row[600];
    snprintf(row, sizeof row, shape, OID, "BTC/USD", "c000aaa00000000005", "limit");
    play_rows(play, 0, false, row);
    snprintf(row, sizeof row, shape, "OBBBBB-BBBBB-BBBBBB", "XRP/EUR", "", "limit");
    play_rows(play, 0, false, row);
    snprintf(row, sizeof row, shape, "OCCCCC-CCCCC-CCCCCC", "ETH\\/USD",
             "6d1b345e-2821-40e2-ad83-4ecb18a06876", "trailing-stop");
    play_rows(play, 0, false, row);
    play_run(play, NS_PER_S);
    EXPECT_NEWS(play, "order " OID " #0 p0 open buy k1 0/50000000 @1001 !0 other",
                "order OBBBBB-BBBBB-BBBBBB #0 p-1 open buy k1 0/0 @0 !0",
                "order OCCCCC-CCCCC-CCCCCC #0 p1 open buy k4 0/50000000 @10010 !0");
    play_end(play);
}

TEST(a_row_that_says_too_little_is_held_back_and_looked_up)
{
    struct play *play = play_start();
    play_script(play, "QueryOrders",
                "{\"error\":[],\"result\":{\"" OID "\":{\"refid\":null,\"userref\":0,"
                "\"cl_ord_id\":\"" CLIENT "\",\"status\":\"open\",\"opentm\":1722816001.8974,"
                "\"starttm\":0,\"expiretm\":0,\"descr\":{\"pair\":\"XBTUSD\",\"type\":\"buy\","
                "\"ordertype\":\"limit\",\"price\":\"26599.9\",\"price2\":\"0\","
                "\"leverage\":\"none\",\"order\":\"\",\"close\":\"\"},\"vol\":\"0.00500000\","
                "\"vol_exec\":\"0.00250000\",\"cost\":\"66.5\",\"fee\":\"0.1\","
                "\"price\":\"26599.9\",\"stopprice\":\"0\",\"limitprice\":\"0\",\"misc\":\"\","
                "\"oflags\":\"fciq\",\"trades\":[\"TAAAAA-AAAAA-AAAAAA\"]}}}");
    play_script(play, "QueryTrades",
                "{\"error\":[],\"result\":{\"TAAAAA-AAAAA-AAAAAA\":{\"ordertxid\":\"" OID "\","
                "\"pair\":\"XXBTZUSD\",\"time\":1722816002.8802,\"type\":\"buy\","
                "\"ordertype\":\"limit\",\"price\":\"26599.90000\",\"cost\":\"66.49975\","
                "\"fee\":\"0.17290\",\"vol\":\"0.00250000\",\"margin\":\"0.00000\","
                "\"misc\":\"\",\"trade_id\":40274859,\"maker\":true}}}");
    play_rows(play, 0, false, NEW);
    play_rows(play, 0, false, NEW);
    play_run(play, 2 * NS_PER_S);
    EXPECT_NEWS(play, "order " OID " #5 p0 open buy k1 250000/500000 @265999 !0 listed",
                "trade TAAAAA-AAAAA-AAAAAA of " OID " #5 p0 buy 250000 @265999 fee 17290000 maker "
                "listed");
    EXPECT_TEXT(play->lines[0], "QueryOrders txid=" OID "&trades=true&consolidate_taker=false");
    EXPECT_TEXT(play->lines[1], "QueryTrades txid=TAAAAA-AAAAA-AAAAAA");
    EXPECT_INT((int64_t)play->gateway.stats(play->gateway.self)->held_count, 1);
    /* From now on it is known. */
    play_rows(play, 0, false, CANCELED);
    play_run(play, NS_PER_S);
    EXPECT_NEWS(play, "order " OID " #5 p0 cancelled buy k1 250000/500000 @265999 !0");
    play_end(play);
}

TEST(a_missing_message_takes_the_link_down_until_a_fresh_snapshot_is_in)
{
    for (int shared = 0; shared < 2; shared++) {
        struct play *play = play_new();
        play->shared_sequence = shared;
        play_open(play);
        play_run(play, 3 * NS_PER_S);
        play_rows(play, 0, false, PENDING);
        play_rows(play, 1, false,
                  "{\"ledger_id\":\"LAAAAA-AAAAA-AAAAAA\",\"type\":\"trade\",\"asset\":\"USD\","
                  "\"amount\":-1,\"fee\":0,\"balance\":25434.21,\"wallet_type\":\"spot\"}");
        play_rows(play, 0, false, NEW);
        play_run(play, NS_PER_S);
        EXPECT_INT((int64_t)play->gateway.stats(play->gateway.self)->sequence_gap_count, 0);
        play->news_count = 0;
        play->sequence[0]++; /* one is lost */
        play->snap_orders = PENDING;
        play_rows(play, 0, false, NEW);
        play_run(play, 2 * NS_PER_S);
        EXPECT_NEWS(play, "order " OID " #5 p0 open buy k1 0/500000 @265999 !0", "link down",
                    "order " OID " #5 p0 open buy k1 0/500000 @265999 !0 listed", "link up");
        EXPECT_INT((int64_t)play->gateway.stats(play->gateway.self)->sequence_gap_count, 1);
        EXPECT_INT(play->subscribe_count, 3);
        play_end(play);
    }
}

TEST(a_message_said_twice_is_no_gap)
{
    struct play *play = play_start();
    play_rows(play, 0, false, PENDING);
    play->sequence[0]--;
    play_rows(play, 0, false, PENDING);
    play_run(play, NS_PER_S);
    EXPECT_INT(play->news_count, 2);
    EXPECT_INT((int64_t)play->gateway.stats(play->gateway.self)->sequence_gap_count, 0);
    play_end(play);
}

TEST(numbers_that_never_fit_are_asked_about_ever_more_rarely)
{
    struct play *play = play_start();
    for (int i = 0; i < 600; i++) {
        play->sequence[0] += 10;
        play_rows(play, 0, false, PENDING);
        play->news_count = 0;
        play_run(play, NS_PER_S / 2);
    }
    EXPECT(play->subscribe_count < 40);
    play_end(play);
}

TEST(a_market_that_stands_moves_by_its_rows)
{
    struct play *play = play_new();
    play->status = "{\"channel\":\"status\",\"type\":\"update\",\"data\":[{\"system\":\"online\","
                   "\"api_version\":\"v2\",\"connection_id\":1,\"version\":\"2.0.10\",\"market\":{"
                   "\"time\":\"2020-01-01T00:00:00Z\",\"speed\":1,\"lockstep\":true}}]}";
    play_open(play);
    play_run(play, 60 * NS_PER_S);
    EXPECT_INT(play->ping_count, 0); /* which would let it step */
    EXPECT_INT(play->time_ns, INT64_C(1577836800000000000));
    play_rows(play, 0, false,
              "{\"order_id\":\"" OID "\",\"symbol\":\"BTC/USD\",\"order_qty\":1,\"side\":\"buy\","
              "\"order_type\":\"limit\",\"limit_price\":1,\"exec_type\":\"new\","
              "\"order_status\":\"new\",\"timestamp\":\"2020-01-01T00:01:00Z\"}");
    play_run(play, NS_PER_S);
    EXPECT_INT(play->time_ns, INT64_C(1577836860000000000));
    play_end(play);
}

TEST(the_link_comes_up_without_a_snapshots_message_too)
{
    struct play *play = play_new();
    play->snap_orders = play->snap_trades = NULL;
    play_open(play);
    play_run(play, 2 * NS_PER_S);
    EXPECT_NO_NEWS(play);
    play_run(play, 3 * NS_PER_S);
    EXPECT_NEWS(play, "link up");
    play_end(play);
}

TEST(a_row_that_is_not_what_it_should_be_spoils_no_other)
{
    struct play *play = play_start();
    play_rows(play, 0, false, "{\"exec_type\":\"new\"}," PENDING ",[1]");
    play_rows(play, 0, false,
              TRADE("TAAAAA-AAAAA-AAAAAA", "0.00250000001", "0.0025", "partially_filled"));
    play_rows(play, 0, false, TRADE("TAAAAA-AAAAA-AAAAAA", "0.0025", "0.0025", "partially_filled"));
    play_say(play, "{\"channel\":\"executions\",\"data\":[");
    play_run(play, NS_PER_S);
    EXPECT_NEWS(play, "order " OID " #5 p0 pending buy k1 0/500000 @265999 !0",
                "trade TAAAAA-AAAAA-AAAAAA of " OID " #5 p0 buy 250000 @265999 fee 17290000",
                "order " OID " #5 p0 open buy k1 250000/500000 @265999 !0");
    EXPECT_INT((int64_t)play->gateway.stats(play->gateway.self)->malformed_count, 4);
    EXPECT_INT(play_count(play, "QueryOrders txid=" OID), 1);
    play_end(play);
}

TEST(a_pair_that_counts_otherwise_takes_its_orders_along)
{
    struct play *play = play_start();
    play_rows(play, 0, false, PENDING);
    play_run(play, NS_PER_S);
    play->news_count = 0;
    play->gateway.set_terms(play->gateway.self, 0,
                            &(struct pair){.symbol = "BTC/USD",
                                           .base = "BTC",
                                           .quote = "USD",
                                           .price_decimals = 2,
                                           .qty_decimals = 6,
                                           .tick_step = 1});
    play_rows(play, 0, false, NEW);
    play_run(play, NS_PER_S);
    EXPECT_NEWS(play, "order " OID " #5 p0 open buy k1 0/5000 @2659990 !0");
    play_end(play);
}

TEST(a_fee_in_coins_is_told_in_money)
{
    struct play *play = play_start();
    play_rows(play, 0, false, PENDING);
    play_rows(play, 0, false,
              "{\"order_id\":\"" OID
              "\",\"exec_id\":\"TAAAAA-AAAAA-AAAAAA\",\"exec_type\":\"trade\","
              "\"last_qty\":0.0025,\"last_price\":26599.9,\"liquidity_ind\":\"m\","
              "\"order_status\":\"partially_filled\",\"cum_qty\":0.0025,"
              "\"timestamp\":\"2024-08-05T00:00:02Z\","
              "\"fees\":[{\"asset\":\"BTC\",\"qty\":0.000001},{\"asset\":\"USD\",\"qty\":0.01}]}");
    play_run(play, NS_PER_S);
    /* 0.000001 BTC at 26599.9 is 0.0265999. */
    EXPECT_TEXT(play->news[1],
                "trade TAAAAA-AAAAA-AAAAAA of " OID " #5 p0 buy 250000 @265999 fee 3659990 maker");
    play_end(play);
}

#define LEDGER(id, type, asset, amount, fee)                                                       \
    "{\"ledger_id\":\"" id "\",\"ref_id\":\"RAAAAA-AAAAA-AAAAAA\","                                \
    "\"timestamp\":\"2024-08-05T00:00:09Z\",\"type\":\"" type "\",\"asset\":\"" asset "\","        \
    "\"asset_class\":\"currency\",\"category\":\"x\",\"wallet_type\":\"spot\","                    \
    "\"wallet_id\":\"main\",\"amount\":" amount ",\"fee\":" fee ",\"balance\":30000.5}"

TEST(money_that_comes_or_goes_is_told_once_and_trades_are_not)
{
    struct play *play = play_start();
    play_rows(play, 1, false, LEDGER("LAAAAA-AAAAA-AAAAAA", "deposit", "USD", "100.5", "0.5"));
    play_rows(play, 1, false, LEDGER("LAAAAA-AAAAA-AAAAAA", "deposit", "USD", "100.5", "0.5"));
    play_rows(play, 1, false, LEDGER("LAAAAA-AAAAA-BBBBBB", "withdrawal", "USD", "-40", "1.25"));
    play_rows(play, 1, false, LEDGER("LAAAAA-AAAAA-CCCCCC", "trade", "USD", "-5", "0.1"));
    play_rows(play, 1, false, LEDGER("LAAAAA-AAAAA-DDDDDD", "deposit", "BTC", "1", "0"));
    play_run(play, NS_PER_S);
    EXPECT_NEWS(play, "flow 10000000000", "flow -4125000000");
    EXPECT_INT(play->balances[0].total, 3000050000000);
    EXPECT_TEXT(play->balances[1].asset, "BTC");
    EXPECT_INT(play->balances[1].total, 3000050000000);
    play_end(play);
}

TEST(orders_hold_no_more_than_a_row_says_there_is_though_that_was_asked_for_earlier)
{
    struct play *play = play_start();
    EXPECT_INT(play->balances[0].held, 824976000000); /* by BalanceEx, seconds ago */
    play_rows(play, 1, false,
              "{\"ledger_id\":\"LAAAAA-AAAAA-EEEEEE\",\"type\":\"trade\",\"asset\":\"USD\","
              "\"amount\":-20435.21,\"fee\":0,\"balance\":5000,\"wallet_type\":\"spot\"}");
    play_run(play, NS_PER_S);
    EXPECT_INT(play->balances[0].total, 500000000000);
    EXPECT_INT(play->balances[0].held, 500000000000);
    play_end(play);
}
