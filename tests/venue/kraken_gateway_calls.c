/* SPDX-License-Identifier: MIT */
/*
 * Signed REST: what the key is told to be, orders while the socket is down, listings and queries.
 */
#include "kraken_gateway.h"

#define OID "OQCLML-BW3P3-BUCMWZ"
#define OID2 "OAAAAA-BBBBB-CCCCCC"
#define CLIENT "c000zzz00000000005"

#define ORDER(id, status, filled, more)                                                            \
    "\"" id "\":{\"refid\":null,\"userref\":0,\"cl_ord_id\":\"" CLIENT "\",\"status\":\"" status   \
    "\",\"opentm\":1722816001.8974,\"descr\":{\"pair\":\"XBTUSD\",\"type\":\"buy\","               \
    "\"ordertype\":\"limit\",\"price\":\"26599.9\",\"price2\":\"0\",\"leverage\":\"none\"},"       \
    "\"vol\":\"0.00500000\",\"vol_exec\":\"" filled "\",\"price\":\"26599.9\","                    \
    "\"oflags\":\"fciq\"" more "}"
#define FILL(id)                                                                                   \
    "\"" id "\":{\"ordertxid\":\"" OID "\",\"postxid\":\"TKH2SE-M7IF5-CFI7LT\","                   \
    "\"pair\":\"XXBTZUSD\",\"time\":1722816002.88,\"type\":\"buy\",\"ordertype\":\"limit\","       \
    "\"price\":\"26599.90000\",\"cost\":\"66.49975\",\"fee\":\"0.17290\",\"vol\":\"0.0025\","      \
    "\"maker\":false}"

/* A gateway whose socket never comes up. */
static struct play *start_without_socket(void)
{
    struct play *play = play_new();
    play->config.ws_url = "nothing://at-all";
    play_open(play);
    play_run(play, 2 * NS_PER_S);
    play->line_count = play->news_count = 0;
    return play;
}

TEST(a_key_that_may_withdraw_is_refused_for_good_in_whichever_words)
{
    static const char *const bodies[] = {
        OK("\"permissions\":[\"query-funds\",\"withdraw-funds\"]"),
        OK("\"apiKeyName\":\"x\",\"permissions\":[\"queryFunds\",\"withdrawFunds\"]"),
        OK("\"api_key\":\"k\",\"permissions\":{\"query_funds\":true,\"withdraw_funds\":true}"),
    };
    for (uint32_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        struct play *play = play_new();
        play_script(play, "GetApiKeyInfo", bodies[i]);
        play_open(play);
        play_run(play, 60 * NS_PER_S);
        EXPECT(play->final && strstr(play->trouble, "withdraw") != NULL);
        EXPECT_INT(play->line_count, 1); /* and nothing else is asked */
        EXPECT_INT(net_sim_attempts(play->net), 0);
        const struct request buy = play_buy(5);
        const struct request list = {.sequence = 6, .kind = REQUEST_LIST};
        play_send(play, &buy);
        play_send(play, &list);
        play_run(play, NS_PER_S);
        EXPECT_NEWS(play, "refused 5 13", "listed 6 part");
        play_end(play);
    }
}

TEST(a_key_that_says_nothing_of_itself_is_taken)
{
    static const char *const bodies[] = {
        "{\"error\":[\"EGeneral:Unknown method\"]}",
        "{\"error\":[\"EGeneral:Permission denied\"]}",
        OK("\"api_key_name\":\"x\""),
        OK("\"permissions\":{\"withdraw_funds\":false}"),
    };
    for (uint32_t i = 0; i <= sizeof bodies / sizeof *bodies; i++) {
        struct play *play = play_new();
        if (i < sizeof bodies / sizeof *bodies)
            play_script(play, "GetApiKeyInfo", bodies[i]);
        else
            play_script_status(play, "GetApiKeyInfo", 404);
        play_open(play);
        play_run(play, 5 * NS_PER_S);
        EXPECT(play->gateway.ready(play->gateway.self));
        EXPECT_TEXT(play->trouble, "");
        play_end(play);
    }
}

TEST(a_key_that_kraken_does_not_know_is_for_a_human)
{
    struct play *play = play_new();
    play_script(play, "GetApiKeyInfo", "{\"error\":[\"EAPI:Invalid signature\"]}");
    play_open(play);
    play_run(play, 60 * NS_PER_S);
    EXPECT(play->final && strstr(play->trouble, "EAPI:Invalid signature") != NULL);
    EXPECT_INT(play->line_count, 1);
    play_end(play);
}

TEST(a_lockout_is_waited_out_and_orders_are_not_kept_waiting)
{
    struct play *play = play_new();
    play_script(play, "GetApiKeyInfo", "{\"error\":[\"EGeneral:Temporary lockout\"]}");
    play_open(play);
    play_run(play, 2 * NS_PER_S);
    EXPECT(!play->final && strstr(play->trouble, "quarter of an hour") != NULL);
    const struct request buy = play_buy(5);
    play_send(play, &buy);
    play_run(play, 14 * NS_PER_MIN);
    EXPECT_INT(play->line_count, 1);
    EXPECT_NEWS(play, "unsent 5");
    play_run(play, 5 * NS_PER_MIN);
    EXPECT(play->gateway.ready(play->gateway.self));
    play_end(play);
}

TEST(a_number_that_is_too_low_is_followed_by_a_higher_one_at_once)
{
    struct play *play = play_new();
    play_script(play, "GetApiKeyInfo", "{\"error\":[\"EAPI:Invalid nonce\"]}");
    play_open(play);
    play_run(play, NS_PER_S);
    EXPECT(play_count(play, "GetApiKeyInfo") == 2);
    EXPECT(play_count(play, "GetWebSocketsToken") == 1);
    play_end(play);
}

TEST(offline_at_the_start_it_comes_up_when_the_network_does)
{
    struct play *play = play_new();
    net_sim_online(play->net, false);
    play_open(play);
    play_run(play, 30 * NS_PER_S);
    EXPECT_NO_NEWS(play);
    net_sim_online(play->net, true);
    play_run(play, 70 * NS_PER_S);
    EXPECT_NEWS(play, "link up");
    play_end(play);
}

TEST(while_the_socket_is_down_requests_go_over_rest_in_exactly_these_bytes)
{
    struct play *play = start_without_socket();
    struct request entry = play_buy(5);
    entry.post_only = true;
    entry.life = LIFE_GTD;
    entry.expire_ns = PLAY_START + 600 * NS_PER_S;
    entry.close_ticks = 250000;
    const struct request requests[] = {
        entry,
        {.sequence = 6,
         .kind = REQUEST_ADD,
         .pair = 1,
         .client = 6,
         .order = VENUE_MARKET,
         .side = SIDE_SELL,
         .qty_lots = 50000000},
        {.sequence = 7,
         .kind = REQUEST_ADD,
         .pair = 0,
         .client = 7,
         .order = VENUE_STOP,
         .side = SIDE_SELL,
         .qty_lots = 1,
         .trigger_ticks = 250005},
        {.sequence = 8,
         .kind = REQUEST_AMEND,
         .pair = 0,
         .txid = play_id(OID),
         .qty_lots = 150000000,
         .limit_ticks = 265010,
         .trigger_ticks = 1},
        {.sequence = 9, .kind = REQUEST_CANCEL, .pair = 0, .client = 5},
        {.sequence = 10, .kind = REQUEST_CANCEL, .pair = 0, .txid = play_id(OID)},
        {.sequence = 11, .kind = REQUEST_TIMER, .life_ns = 1500 * NS_PER_MS},
    };
    static const char *const want[] = {
        "AddOrder ordertype=limit&type=buy&volume=1.25000000&pair=XBTUSD&price=26500.4&"
        "timeinforce=GTD&expiretm=1722816600&oflags=fciq,post&stptype=cancel-oldest&close["
        "ordertype]=stop-loss&"
        "close[price]=25000.0&cl_ord_id=c000zzz00000000005&deadline=2024-08-05T01:00:00.000Z",
        "AddOrder "
        "ordertype=market&type=sell&volume=0.50000000&pair=ETHUSD&oflags=fciq&stptype=cancel-"
        "oldest&"
        "cl_ord_id=c000zzz00000000006",
        "AddOrder ordertype=stop-loss&type=sell&volume=0.00000001&pair=XBTUSD&price=25000.5&"
        "oflags=fciq&stptype=cancel-oldest&cl_ord_id=c000zzz00000000007",
        "AmendOrder txid=" OID "&order_qty=1.50000000&limit_price=26501.0&trigger_price=0.1",
        "CancelOrder cl_ord_id=c000zzz00000000005",
        "CancelOrder txid=" OID,
        "CancelAllOrdersAfter timeout=2",
    };
    play_script(play, "AddOrder", OK("\"descr\":{\"order\":\"buy\"},\"txid\":[\"" OID "\"]"));
    play_script(play, "AddOrder", "{\"error\":[\"EOrder:Insufficient funds\"]}");
    play_script(play, "AddOrder", "{\"error\":[\"EService:Busy\"]}");
    play_script(play, "AmendOrder", OK("\"amend_id\":\"TEZA4R-DSDGT-IJBOJK\""));
    play_script(play, "CancelOrder", OK("\"count\":0"));
    play_script(play, "CancelOrder", OK("\"count\":0,\"pending\":true"));
    play_script_status(play, "CancelAllOrdersAfter", 520);
    const uint32_t count = sizeof requests / sizeof *requests;
    for (uint32_t i = 0; i < count; i++)
        play_send(play, &requests[i]);
    play_run(play, 5 * NS_PER_S);
    EXPECT_INT(play->line_count, count);
    for (uint32_t i = 0; i < count; i++)
        EXPECT_TEXT(play->lines[i], want[i]);
    EXPECT_NEWS(play, "accepted 5 " OID, "refused 6 1", "lost 7", "accepted 8 ", "refused 9 12",
                "accepted 10 ", "lost 11");
    EXPECT_INT((int64_t)play->gateway.stats(play->gateway.self)->fallback_count, count);
    play_end(play);
}

TEST(an_order_over_rest_whose_reply_does_not_come_is_lost_and_is_sent_once)
{
    struct play *play = start_without_socket();
    play_script_status(play, "AddOrder", -1);
    const struct request buy = play_buy(5);
    play_send(play, &buy);
    play_run(play, 60 * NS_PER_S);
    EXPECT_NEWS(play, "lost 5");
    EXPECT_INT(play_count(play, "AddOrder"), 1);
    play_end(play);
}

TEST(a_reply_that_is_cut_short_proves_nothing)
{
    static const char *const bodies[] = {
        "{\"error\":[],\"result\":{\"txid\":[\"OQCLML-",
        "{\"error\":[],\"result\":{\"txid\":[\"what is this?\"]}}",
        "{\"error\":[]}",
        "<html>520</html>",
    };
    for (uint32_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        struct play *play = start_without_socket();
        play_script(play, "AddOrder", bodies[i]);
        const struct request buy = play_buy(5);
        play_send(play, &buy);
        play_run(play, 5 * NS_PER_S);
        EXPECT_NEWS(play, "lost 5");
        play_end(play);
    }
}

TEST(an_order_whose_number_was_too_low_was_not_executed_and_is_not_sent_again)
{
    struct play *play = start_without_socket();
    play_script(play, "AddOrder", "{\"error\":[\"EAPI:Invalid nonce\"]}");
    const struct request buy = play_buy(5);
    play_send(play, &buy);
    play_run(play, 20 * NS_PER_S);
    EXPECT_NEWS(play, "refused 5 14");
    EXPECT_INT(play_count(play, "AddOrder"), 1);
    play_end(play);
}

TEST(an_order_that_no_way_leads_out_is_unsent)
{
    struct play *play = start_without_socket();
    net_sim_http_online(play->net, false);
    const struct request buy = play_buy(5);
    play_send(play, &buy);
    play_run(play, NS_PER_S);
    EXPECT_NEWS(play, "unsent 5");
    EXPECT_INT(play_count(play, "AddOrder"), 0);
    play_end(play);
}

TEST(what_waits_for_rest_goes_over_the_socket_when_that_comes_first)
{
    struct play *play = play_new();
    struct request buy = play_buy(5);
    play_open(play);
    play->gateway.set_terms(play->gateway.self, 0,
                            &(struct pair){.symbol = "BTC/USD",
                                           .quote = "USD",
                                           .base = "BTC",
                                           .price_decimals = 1,
                                           .qty_decimals = 8});
    play_run(play, TICK_NS); /* AssetPairs is under way: REST is taken */
    play_send(play, &buy);
    play_run(play, 3 * NS_PER_S);
    EXPECT_INT(play_count(play, "AddOrder") + play_count(play, "{\"method\":\"add_order\""), 1);
    play_end(play);
}

TEST(an_order_that_waited_for_rest_has_its_full_time_on_the_socket)
{
    struct play *play = play_start();
    play_script(play, "OpenOrders", "{\"error\":[\"EService:Busy\"]}");
    play->answers[0].wait_ns = 95 * NS_PER_S / 10;
    const struct request list = {.sequence = 4, .kind = REQUEST_LIST};
    play_send(play, &list);
    play_run(play, NS_PER_S); /* the slow call is under way */
    EXPECT_INT(play_count(play, "OpenOrders"), 1);
    net_sim_online(play->net, false);
    play_run(play, NS_PER_S / 2);
    const struct request buy = play_buy(5);
    play_send(play, &buy);
    play_run(play, 3 * NS_PER_S);
    net_sim_online(play->net, true);
    play_run(play, 45 * NS_PER_S / 10);
    EXPECT_INT(play_count(play, "AddOrder"), 0);
    EXPECT_INT(play_count(play, "{\"method\":\"add_order\""), 1);
    play->news_count = 0;
    play_run(play, 4 * NS_PER_S);
    play_answer_frame(play, "add_order", "\"order_id\":\"" OID "\"", NULL);
    play_run(play, NS_PER_S);
    EXPECT_TEXT(play->news[play->news_count - 1], "accepted 5 " OID);
    play_end(play);
}

TEST(a_listing_is_a_fresh_snapshot_and_then_all_that_rest_has)
{
    struct play *play = play_start();
    play->snap_orders = "{\"order_id\":\"" OID2 "\",\"symbol\":\"ETH/USD\",\"order_qty\":2,"
                        "\"exec_type\":\"new\",\"side\":\"sell\",\"order_type\":\"limit\","
                        "\"limit_price\":3000.25,\"order_status\":\"new\",\"cum_qty\":0,"
                        "\"timestamp\":\"2024-08-05T00:00:01Z\"}";
    play_script(play, "OpenOrders", OK("\"open\":{" ORDER(OID, "open", "0.0025", "") "}"));
    play_script(
        play, "ClosedOrders",
        OK("\"closed\":{" ORDER(OID2, "canceled", "0", ",\"closetm\":1722816003.5") "},"
                                                                                    "\"count\":2"));
    play_script(
        play, "ClosedOrders",
        OK("\"closed\":{" ORDER("OZZZZZ-BBBBB-CCCCCC", "closed", "0.005", "") "},"
                                                                              "\"count\":2"));
    play_script(play, "TradesHistory",
                OK("\"trades\":{" FILL("TAAAAA-AAAAA-AAAAAA") "},"
                                                              "\"count\":1"));
    const struct request list = {
        .sequence = 9, .kind = REQUEST_LIST, .since_ns = PLAY_START - NS_PER_HOUR};
    play_send(play, &list);
    play_run(play, 5 * NS_PER_S);
    EXPECT_NEWS(play, "order " OID2 " #0 p1 open sell k1 0/200000000 @300025 !0 listed",
                "order " OID " #5 p0 open buy k1 250000/500000 @265999 !0 listed",
                "order " OID2 " #5 p0 cancelled buy k1 0/500000 @265999 !0 listed",
                "order OZZZZZ-BBBBB-CCCCCC #5 p0 filled buy k1 500000/500000 @265999 !0 listed",
                "trade TAAAAA-AAAAA-AAAAAA of " OID " #5 p0 buy 250000 @265999 fee 17290000 listed",
                "listed 9 whole");
    static const char *const want[] = {
        "{\"method\":\"unsubscribe\",\"params\":{\"channel\":\"executions\",\"token\":\"T1\"},"
        "\"req_id\":4}",
        "{\"method\":\"subscribe\",\"params\":{\"channel\":\"executions\",\"snap_orders\":true,"
        "\"snap_trades\":true,\"order_status\":true,\"token\":\"T1\"},\"req_id\":5}",
        "OpenOrders trades=true",
        "ClosedOrders ofs=0&start=1722812399&trades=true&consolidate_taker=false",
        "ClosedOrders ofs=1&start=1722812399&trades=true&consolidate_taker=false",
        "TradesHistory ofs=0&start=1722812399&consolidate_taker=false",
    };
    EXPECT_INT(play->line_count, 6);
    for (uint32_t i = 0; i < 6; i++)
        EXPECT_TEXT(play->lines[i], want[i]);
    play_end(play);
}

TEST(a_listing_tries_again_and_says_when_it_is_not_whole)
{
    struct play *play = play_start();
    play_script(play, "OpenOrders", "{\"error\":[\"EService:Busy\"]}");
    play_script_status(play, "OpenOrders", 520);
    const struct request list = {.sequence = 9, .kind = REQUEST_LIST};
    play_send(play, &list);
    play_run(play, 30 * NS_PER_S);
    EXPECT_NEWS(play, "listed 9 whole");
    EXPECT_INT(play_count(play, "OpenOrders"), 3);
    for (int i = 0; i < 4; i++)
        play_script_status(play, "TradesHistory", 503);
    play_send(play, &list);
    play_run(play, 60 * NS_PER_S);
    EXPECT_NEWS(play, "listed 9 part");
    play_script(play, "ClosedOrders", "{\"error\":[\"EGeneral:Permission denied\"]}");
    play_send(play, &list);
    play_run(play, 30 * NS_PER_S);
    EXPECT_NEWS(play, "listed 9 part");
    play_end(play);
}

TEST(a_listing_without_a_socket_is_not_whole)
{
    struct play *play = start_without_socket();
    const struct request list = {.sequence = 9, .kind = REQUEST_LIST};
    play_send(play, &list);
    play_run(play, 30 * NS_PER_S);
    EXPECT_NEWS(play, "listed 9 part");
    EXPECT_INT(play_count(play, "TradesHistory"), 1);
    play_end(play);
}

TEST(an_order_is_found_by_its_id_or_by_our_name_with_its_trades)
{
    struct play *play = play_start();
    play_script(play, "QueryOrders",
                OK(ORDER(OID, "open", "0.0025", ",\"trades\":[\"TAAAAA-AAAAA-AAAAAA\"]")));
    play_script(play, "QueryTrades", OK(FILL("TAAAAA-AAAAA-AAAAAA")));
    const struct request by_id = {.sequence = 9, .kind = REQUEST_QUERY, .txid = play_id(OID)};
    play_send(play, &by_id);
    play_run(play, 2 * NS_PER_S);
    static const char fill[] =
        "trade TAAAAA-AAAAA-AAAAAA of " OID " #5 p0 buy 250000 @265999 fee 17290000 listed";
    EXPECT_TEXT(play->news[0], "order " OID " #5 p0 open buy k1 250000/500000 @265999 !0 listed");
    EXPECT_TEXT(play->news[1], fill);
    EXPECT_TEXT(play->news[2], "listed 9 whole");
    play->news_count = play->line_count = 0;

    play_script(play, "ClosedOrders",
                OK("\"closed\":{" ORDER(OID, "closed", "0.005",
                                        ",\"trades\":[\"TAAAAA-AAAAA-AAAAAA\"]") "},\"count\":1"));
    play_script(play, "QueryTrades", OK(FILL("TAAAAA-AAAAA-AAAAAA")));
    const struct request by_name = {.sequence = 10, .kind = REQUEST_QUERY, .client = 5};
    play_send(play, &by_name);
    play_run(play, 2 * NS_PER_S);
    EXPECT_TEXT(play->lines[0], "OpenOrders cl_ord_id=" CLIENT "&trades=true");
    EXPECT_TEXT(play->lines[1], "ClosedOrders cl_ord_id=" CLIENT "&trades=true&consolidate_taker="
                                "false");
    EXPECT_TEXT(play->lines[2], "QueryTrades txid=TAAAAA-AAAAA-AAAAAA");
    EXPECT_INT(play->news_count, 3);
    EXPECT_TEXT(play->news[2], "listed 10 whole");
    play->news_count = 0;

    play_script(play, "QueryOrders", "{\"error\":[\"EOrder:Invalid order\"]}");
    play_send(play, &by_id);
    play_run(play, 2 * NS_PER_S);
    EXPECT_NEWS(play, "listed 9 whole"); /* that there is none is an answer */
    play_end(play);
}

TEST(reads_stay_within_the_keys_counter_and_leave_something)
{
    struct play *play = play_new();
    play->config.tier = RATE_STARTER; /* 15, and one comes back in three seconds */
    play_open(play);
    play_run(play, 3 * NS_PER_S);
    const struct request list = {.sequence = 9, .kind = REQUEST_LIST};
    for (int i = 0; i < 5; i++)
        play_send(play, &list);
    play_run(play, 10 * NS_PER_S);
    EXPECT(play_count(play, "TradesHistory") < 5);
    play_run(play, 60 * NS_PER_S);
    EXPECT_INT(play_count(play, "TradesHistory"), 5);
    EXPECT(play->rate_most > 11 * RATE_COUNT && play->rate_most <= 12 * RATE_COUNT + 1);
    play_end(play);
}

TEST(a_clock_that_was_minutes_ahead_before_the_venue_told_the_time_holds_no_read_up)
{
    struct play *play = play_new();
    play->config.tier = RATE_STARTER;
    net_sim_skew(play->net, 5 * NS_PER_MIN);
    play_open(play);
    play_run(play, 3 * NS_PER_S);
    const struct request list = {.sequence = 9, .kind = REQUEST_LIST};
    for (int i = 0; i < 5; i++)
        play_send(play, &list);
    play_run(play, 70 * NS_PER_S);
    EXPECT_INT(play_count(play, "TradesHistory"), 5);
    play_end(play);
}

TEST(a_key_that_is_used_elsewhere_is_read_with_more_slowly)
{
    struct play *play = play_start();
    play_script(play, "OpenOrders", "{\"error\":[\"EAPI:Rate limit exceeded\"]}");
    const struct request list = {.sequence = 9, .kind = REQUEST_LIST};
    play_send(play, &list);
    play_run(play, 4 * NS_PER_S);
    EXPECT_INT(play_count(play, "OpenOrders"), 1);
    play_run(play, 20 * NS_PER_S);
    EXPECT_NEWS(play, "listed 9 whole");
    play_end(play);
}
