/* SPDX-License-Identifier: MIT */
/*
 * Requests over the socket: their exact bytes, each class of answer, and what is said when no
 * answer comes. Whatever happens, a request is answered once and sent once.
 */
#include "kraken_gateway.h"

#include "../support/allocations.h"

#define OID "OAAAAA-BBBBB-CCCCCC"

TEST(the_start_looks_at_the_key_the_balances_and_a_token_and_then_subscribes)
{
    struct play *play = play_new();
    play_open(play);
    play_run(play, 3 * NS_PER_S);
    static const char *const want[] = {
        "GetApiKeyInfo ",
        "BalanceEx ",
        "GetWebSocketsToken ",
        "{\"method\":\"subscribe\",\"params\":{\"channel\":\"executions\",\"snap_orders\":true,"
        "\"snap_trades\":true,\"order_status\":true,\"token\":\"T1\"},\"req_id\":1}",
        "{\"method\":\"subscribe\",\"params\":{\"channel\":\"balances\",\"snapshot\":true,"
        "\"token\":\"T1\"},\"req_id\":2}",
    };
    EXPECT_INT(play->line_count, 5);
    for (uint32_t i = 0; i < 5; i++)
        EXPECT_TEXT(play->lines[i], want[i]);
    EXPECT_NEWS(play, "link up");
    EXPECT_INT(play->balance_count, 2);
    EXPECT_TEXT(play->balances[0].asset, "USD");
    EXPECT_INT(play->balances[0].total, 2543521000000);
    EXPECT_INT(play->balances[0].held, 824976000000);
    EXPECT_TEXT(play->balances[1].asset, "BTC");
    EXPECT_INT((int64_t)play->gateway.stats(play->gateway.self)->malformed_count, 0);
    play_end(play);
}

static const char *const frames[] = {
    "{\"method\":\"add_order\",\"params\":{\"order_type\":\"limit\",\"side\":\"buy\","
    "\"order_qty\":1.25000000,\"symbol\":\"BTC/USD\",\"limit_price\":26500.4,"
    "\"time_in_force\":\"gtc\",\"fee_preference\":\"quote\",\"stp_type\":\"cancel_oldest\",\"cl_"
    "ord_id\":"
    "\"c000zzz00000000006\","
    "\"deadline\":\"2024-08-05T01:00:00.000Z\",\"token\":\"T1\"},\"req_id\":3}",
    "{\"method\":\"add_order\",\"params\":{\"order_type\":\"limit\",\"side\":\"buy\","
    "\"order_qty\":1.25000000,\"symbol\":\"BTC/USD\",\"limit_price\":26500.4,"
    "\"time_in_force\":\"gtd\",\"expire_time\":\"2024-08-05T00:10:00.000Z\",\"post_only\":true,"
    "\"fee_preference\":\"quote\",\"stp_type\":\"cancel_oldest\",\"conditional\":{\"order_type\":"
    "\"stop-loss\","
    "\"trigger_price\":25000.0},\"cl_ord_id\":\"c000zzz00000000007\","
    "\"deadline\":\"2024-08-05T01:00:00.000Z\",\"token\":\"T1\"},\"req_id\":4}",
    "{\"method\":\"add_order\",\"params\":{\"order_type\":\"market\",\"side\":\"sell\","
    "\"order_qty\":0.50000000,\"symbol\":\"ETH/"
    "USD\",\"fee_preference\":\"quote\",\"stp_type\":\"cancel_oldest\","
    "\"cl_ord_id\":\"c000zzz00000000008\",\"token\":\"T1\"},\"req_id\":5}",
    "{\"method\":\"add_order\",\"params\":{\"order_type\":\"stop-loss\",\"side\":\"sell\","
    "\"order_qty\":1.25000000,\"symbol\":\"BTC/USD\",\"triggers\":{\"reference\":\"last\","
    "\"price\":25000.5,\"price_type\":\"static\"},\"fee_preference\":\"quote\",\"stp_type\":"
    "\"cancel_oldest\","
    "\"cl_ord_id\":\"c000zzz00000000009\",\"token\":\"T1\"},\"req_id\":6}",
    "{\"method\":\"amend_order\",\"params\":{\"order_id\":\"" OID "\","
    "\"order_qty\":1.50000000,\"limit_price\":26501.0,"
    "\"deadline\":\"2024-08-05T00:01:00.000Z\",\"token\":\"T1\"},\"req_id\":7}",
    "{\"method\":\"amend_order\",\"params\":{\"cl_ord_id\":\"c000zzz00000000009\","
    "\"trigger_price\":25100.0,\"token\":\"T1\"},\"req_id\":8}",
    "{\"method\":\"cancel_order\",\"params\":{\"order_id\":[\"" OID "\"],"
    "\"token\":\"T1\"},\"req_id\":9}",
    "{\"method\":\"cancel_order\",\"params\":{\"cl_ord_id\":[\"c000zzz00000000009\"],"
    "\"token\":\"T1\"},\"req_id\":10}",
    "{\"method\":\"cancel_all_orders_after\",\"params\":{\"timeout\":60,"
    "\"token\":\"T1\"},\"req_id\":11}",
    "{\"method\":\"cancel_all_orders_after\",\"params\":{\"timeout\":0,"
    "\"token\":\"T1\"},\"req_id\":12}",
    "{\"method\":\"add_order\",\"params\":{\"order_type\":\"limit\",\"side\":\"buy\","
    "\"order_qty\":0.00000001,\"symbol\":\"BTC/USD\",\"limit_price\":0.1,"
    "\"time_in_force\":\"ioc\",\"fee_preference\":\"quote\",\"stp_type\":\"cancel_oldest\",\"cl_"
    "ord_id\":"
    "\"c000zzz0000000000g\","
    "\"token\":\"T1\"},\"req_id\":13}",
};

TEST(every_request_has_exactly_these_bytes)
{
    struct play *play = play_start();
    struct request entry = play_buy(7);
    entry.post_only = true;
    entry.life = LIFE_GTD;
    entry.expire_ns = PLAY_START + 600 * NS_PER_S;
    entry.close_ticks = 250000;
    const struct request requests[] = {
        play_buy(6),
        entry,
        {.sequence = 8,
         .kind = REQUEST_ADD,
         .pair = 1,
         .client = 8,
         .order = VENUE_MARKET,
         .side = SIDE_SELL,
         .qty_lots = 50000000,
         .life = LIFE_IOC},
        {.sequence = 9,
         .kind = REQUEST_ADD,
         .pair = 0,
         .client = 9,
         .order = VENUE_STOP,
         .side = SIDE_SELL,
         .qty_lots = 125000000,
         .trigger_ticks = 250005},
        {.sequence = 10,
         .kind = REQUEST_AMEND,
         .pair = 0,
         .client = 7,
         .txid = play_id(OID),
         .qty_lots = 150000000,
         .limit_ticks = 265010,
         .deadline_ns = PLAY_START + 60 * NS_PER_S},
        {.sequence = 11, .kind = REQUEST_AMEND, .pair = 0, .client = 9, .trigger_ticks = 251000},
        {.sequence = 12, .kind = REQUEST_CANCEL, .pair = 0, .client = 7, .txid = play_id(OID)},
        {.sequence = 13, .kind = REQUEST_CANCEL, .pair = 0, .client = 9},
        {.sequence = 14, .kind = REQUEST_TIMER, .life_ns = 60 * NS_PER_S},
        {.sequence = 15, .kind = REQUEST_TIMER},
        {.sequence = 16,
         .kind = REQUEST_ADD,
         .pair = 0,
         .client = 16,
         .order = VENUE_LIMIT,
         .side = SIDE_BUY,
         .qty_lots = 1,
         .limit_ticks = 1,
         .life = LIFE_IOC},
    };
    const uint32_t count = sizeof requests / sizeof *requests;
    for (uint32_t i = 0; i < count; i++)
        play_send(play, &requests[i]);
    play_run(play, NS_PER_S);
    EXPECT_INT(play->line_count, count);
    for (uint32_t i = 0; i < count; i++)
        EXPECT_TEXT(play->lines[i], frames[i]);
    EXPECT_NO_NEWS(play);
    play_end(play);
}

TEST(in_validate_mode_every_add_is_only_checked)
{
    struct play *play = play_new();
    play->config.validate = true;
    play_open(play);
    play_run(play, 3 * NS_PER_S);
    play->line_count = play->news_count = 0;
    const struct request buy = play_buy(5);
    play_send(play, &buy);
    play_run(play, NS_PER_S);
    EXPECT(strstr(play->lines[0], "\"validate\":true,\"token\"") != NULL);
    play_answer_frame(play, "add_order", "\"order_id\":\"\"", NULL);
    play_run(play, NS_PER_S);
    EXPECT_NEWS(play, "accepted 5 ");
    play_end(play);
}

TEST(each_answer_is_told_once_by_its_class)
{
    static const struct {
        const char *error, *told;
    } rows[] = {
        {"EOrder:Insufficient funds", "refused 5 1"},
        {"EOrder:Order minimum not met", "refused 5 2"},
        {"EOrder:Rate limit exceeded", "refused 5 10"},
        {"EService:Deadline elapsed", "refused 5 11"},
        {"EGeneral:Permission denied", "refused 5 13"},
        {"Unsupported field: 'price' for the given msg type: add order", "refused 5 9"},
        {"EService:Timeout", "lost 5"},
        {"EService:Unavailable", "lost 5"},
        {"EService:Busy", "lost 5"},
        {"EGeneral:Internal error:17", "lost 5"},
        {"EWhatever:Nobody knows", "lost 5"},
    };
    for (uint32_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct play *play = play_start();
        const struct request buy = play_buy(5);
        play_send(play, &buy);
        play_run(play, NS_PER_S);
        play_answer_frame(play, "add_order", "", rows[i].error);
        play_answer_frame(play, "add_order", "", rows[i].error); /* said twice */
        play_run(play, NS_PER_S);
        EXPECT_INT(play->news_count, 1);
        EXPECT_TEXT(play->news[0], rows[i].told);
        play_run(play, 20 * NS_PER_S);
        EXPECT_INT(play->news_count, 1);
        EXPECT_INT(play_count(play, "{\"method\":\"add_order\""), 1); /* and never sent again */
        play_end(play);
    }
}

TEST(a_reply_that_never_comes_is_lost_after_ten_seconds_and_a_late_one_is_not_told)
{
    struct play *play = play_start();
    const struct request buy = play_buy(5);
    play_send(play, &buy);
    play_run(play, 9 * NS_PER_S);
    EXPECT_NO_NEWS(play);
    play_run(play, 2 * NS_PER_S);
    EXPECT_NEWS(play, "lost 5");
    play_answer_frame(play, "add_order", "\"order_id\":\"" OID "\"", NULL);
    play_run(play, NS_PER_S);
    EXPECT_NO_NEWS(play);
    EXPECT_INT(play_count(play, "{\"method\":\"add_order\""), 1);
    EXPECT_INT((int64_t)play->gateway.stats(play->gateway.self)->lost_count, 1);
    play_end(play);
}

TEST(what_was_sent_when_the_connection_ends_is_lost_and_goes_nowhere_else)
{
    struct play *play = play_start();
    struct request buy = play_buy(5);
    play_send(play, &buy);
    play_run(play, NS_PER_S);
    buy = play_buy(6);
    play_send(play, &buy);
    net_sim_cut(play->net, play->id, 1006, "cut"); /* number 6 is still under way */
    play_run(play, 20 * NS_PER_S);
    EXPECT_NEWS(play, "lost 5", "lost 6", "link down", "link up");
    EXPECT_INT(play_count(play, "AddOrder"), 0);
    EXPECT_INT((int64_t)play->gateway.stats(play->gateway.self)->reconnect_count, 1);
    play_end(play);
}

TEST(a_deadline_that_is_past_is_refused_unsent)
{
    struct play *play = play_start();
    struct request buy = play_buy(5);
    buy.deadline_ns = PLAY_START + NS_PER_S;
    play_send(play, &buy);
    play_run(play, NS_PER_S);
    EXPECT_NEWS(play, "refused 5 11");
    EXPECT_INT(play->line_count, 0);
    play_end(play);
}

TEST(what_cannot_be_said_is_refused_unsent)
{
    struct play *play = play_start();
    struct request buy = play_buy(5);
    buy.pair = 77;
    play_send(play, &buy);
    buy = play_buy(6);
    buy.qty_lots = 0;
    play_send(play, &buy);
    const struct request nobody = {.sequence = 7, .kind = REQUEST_CANCEL};
    play_send(play, &nobody);
    play_run(play, NS_PER_S);
    EXPECT_NEWS(play, "refused 5 8", "refused 6 9", "refused 7 9");
    EXPECT_INT(play->line_count, 0);
    play_end(play);
}

TEST(a_session_that_is_not_valid_any_more_is_renewed_with_a_new_token)
{
    struct play *play = play_start();
    const struct request buy = play_buy(5);
    play_send(play, &buy);
    play_run(play, NS_PER_S);
    play_answer_frame(play, "add_order", "", "EAPI:Invalid token");
    play_run(play, 5 * NS_PER_S);
    EXPECT_NEWS(play, "refused 5 14", "link down", "link up");
    EXPECT_INT(play->token_count, 2);
    EXPECT(strstr(play->lines[play->line_count - 1], "\"token\":\"T2\"") != NULL);
    play_end(play);
}

TEST(the_systems_state_is_told_when_it_changes_and_one_we_do_not_know_is_none_to_buy_in)
{
    static const char status[] = "{\"channel\":\"status\",\"type\":\"update\",\"data\":[{"
                                 "\"version\":\"2.0.10\",\"system\":\"%s\",\"api_version\":"
                                 "\"v2\",\"connection_id\":1}]}";
    static const char *const words[] = {"maintenance", "maintenance", "cancel_only", "half_moon",
                                        "online"};
    struct play *play = play_start();
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        char text[256];
        snprintf(text, sizeof text, status, words[i]);
        play_say(play, text);
        play_run(play, NS_PER_S);
    }
    EXPECT_NEWS(play, "system 5", "system 1", "system 4", "system 0");
    play_end(play);
}

TEST(a_session_that_ended_while_nothing_was_ordered_is_renewed_at_the_first_order)
{
    struct play *play = play_start();
    const struct request buy = play_buy(5), again = play_buy(6);
    play_send(play, &buy);
    play_run(play, NS_PER_S);
    play_answer_frame(play, "add_order", "", "ESession:Invalid session");
    play_run(play, 5 * NS_PER_S);
    play_send(play, &again);
    play_run(play, NS_PER_S);
    EXPECT(strstr(play->lines[play->line_count - 1], "\"token\":\"T2\"") != NULL);
    play_end(play);
}

TEST(a_token_that_is_old_is_fetched_anew_before_the_next_connection)
{
    struct play *play = play_start();
    net_sim_cut(play->net, play->id, 1006, "cut");
    play_run(play, 10 * NS_PER_S);
    EXPECT_INT(play->token_count, 1); /* young: used again */
    play_run(play, 500 * NS_PER_S);
    net_sim_cut(play->net, play->id, 1006, "cut");
    play_run(play, 10 * NS_PER_S);
    EXPECT_INT(play->token_count, 2);
    EXPECT(play->gateway.ready(play->gateway.self));
    play_end(play);
}

/* An answer that makes the broker ask for more, from inside the call. */
static void ask_more(struct play *play, const struct news *news)
{
    if (news->kind != NEWS_LOST || news->sequence >= 1000)
        return;
    struct request again = play_buy(news->sequence + 1000);
    play->gateway.send(play->gateway.self, &again);
}

TEST(whoever_is_told_may_send_from_inside_the_call)
{
    struct play *play = play_start();
    for (uint32_t i = 1; i <= 50; i++) {
        const struct request buy = play_buy(i);
        play_send(play, &buy);
    }
    play->on_news = ask_more;
    net_sim_http_online(play->net, false);
    net_sim_cut(play->net, play->id, 1006, "cut");
    play_run(play, 60 * NS_PER_S);
    uint32_t lost = 0, unsent = 0;
    for (uint32_t i = 0; i < play->news_count; i++) {
        lost += strncmp(play->news[i], "lost", 4) == 0;
        unsent += strncmp(play->news[i], "unsent", 6) == 0;
    }
    EXPECT_INT(lost + unsent, 100); /* each once */
    EXPECT(lost >= 50);
    play_end(play);
}

/* The network's own copy of what is sent is not ours to save. */
static char sent_frame[1024];

static int send_nowhere(void *self, connection_id id, const char *text, size_t len)
{
    (void)self, (void)id;
    EXPECT(len < sizeof sent_frame);
    memcpy(sent_frame, text, len);
    return 0;
}

TEST(an_order_on_an_established_socket_allocates_nothing)
{
    struct play *play = play_new();
    play->transport.send_text = play_send_text;
    play_open(play);
    play_run(play, 3 * NS_PER_S);
    /* The gateway has its own copy of the transport: the seam below it is what is replaced. */
    play->real.send_text = send_nowhere;
    counting = true;
    for (uint32_t i = 1; i <= 1000; i++) {
        struct request buy = play_buy(i);
        buy.close_ticks = 250000;
        play->gateway.send(play->gateway.self, &buy);
    }
    counting = false;
    EXPECT_INT((int64_t)allocations, 0);
    EXPECT(strstr(sent_frame, "\"cl_ord_id\":\"c000zzz000000000rs\"") != NULL);
    play_end(play);
}
