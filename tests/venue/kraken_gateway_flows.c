/* SPDX-License-Identifier: MIT */
/* Money that comes into the account or leaves it, heard on the channel or read from the ledger. */
#include "kraken_gateway.h"

TEST(after_an_outage_a_listing_asks_for_deposits_that_were_not_heard)
{
    struct play *play = play_start();
    net_sim_cut(play->net, play->id, 1006, "cut");
    play_run(play, 10 * NS_PER_S);
    play->news_count = play->line_count = 0;
    play_script(play, "Ledgers",
                OK("\"ledger\":{\"LAAAAA-AAAAA-AAAAAA\":{\"refid\":\"R\",\"time\":1722816003,"
                   "\"type\":\"deposit\",\"subtype\":\"\",\"aclass\":\"currency\",\"asset\":"
                   "\"ZUSD\",\"amount\":\"100.0000\",\"fee\":\"0.5000\",\"balance\":\"1\"}},"
                   "\"count\":1"));
    play_script(play, "Ledgers", OK("\"ledger\":{},\"count\":0"));
    const struct request list = {.sequence = 9, .kind = REQUEST_LIST};
    play_send(play, &list);
    play_run(play, 5 * NS_PER_S);
    EXPECT_NEWS(play, "flow 9950000000", "listed 9 whole");
    EXPECT_INT(play_count(play, "Ledgers ofs=0&start="), 2);
    play_send(play, &list);
    play_run(play, 5 * NS_PER_S);
    EXPECT_INT(play_count(play, "Ledgers"), 2); /* once an outage */
    play_end(play);
}

#define DEPOSIT(time)                                                                              \
    OK("\"ledger\":{\"LAAAAA-AAAAA-AAAAAA\":{\"refid\":\"R\",\"time\":" time                       \
       ",\"type\":\"deposit\",\"subtype\":\"\",\"aclass\":\"currency\",\"asset\":\"ZUSD\","        \
       "\"amount\":\"100.0000\",\"fee\":\"0.5000\",\"balance\":\"1\"}},\"count\":1")

TEST(the_first_listing_after_a_restart_asks_for_deposits_that_were_made_meanwhile)
{
    struct play *play = play_new();
    play->config.flows_since_ns = PLAY_START - 3600 * NS_PER_S;
    play_open(play);
    play_run(play, 3 * NS_PER_S);
    play->news_count = play->line_count = 0;
    play_script(play, "Ledgers", DEPOSIT("1722815000"));
    const struct request list = {.sequence = 9, .kind = REQUEST_LIST};
    play_send(play, &list);
    play_run(play, 5 * NS_PER_S);
    EXPECT_NEWS(play, "flow 9950000000", "listed 9 whole");
    EXPECT_INT(play_count(play, "Ledgers ofs=0&start=1722812399&type=deposit"), 1);
    play_end(play);
}

TEST(a_deposit_whose_row_was_lost_is_found_by_a_listing_within_minutes)
{
    struct play *play = play_start();
    const struct request list = {.sequence = 9, .kind = REQUEST_LIST};
    play_send(play, &list);
    play_run(play, 5 * NS_PER_S);
    EXPECT_INT(play_count(play, "Ledgers"), 0); /* nothing is missing that we know of */
    play_run(play, 300 * NS_PER_S);
    play->news_count = 0;
    play_script(play, "Ledgers", DEPOSIT("1722816200"));
    play_send(play, &list);
    play_run(play, 5 * NS_PER_S);
    EXPECT_NEWS(play, "flow 9950000000", "listed 9 whole");
    play_end(play);
}

/* Other rows that come behind it must not carry the beginning of the next reading past it. */
TEST(a_deposit_whose_row_was_lost_is_found_though_others_were_heard_since)
{
    struct play *play = play_start();
    play_run(play, 120 * NS_PER_S);
    play_rows(play, 1, false,
              "{\"ledger_id\":\"LAAAAA-AAAAA-BBBBBB\",\"ref_id\":\"RAAAAA-AAAAA-AAAAAA\","
              "\"timestamp\":\"2024-08-05T00:02:00Z\",\"type\":\"trade\",\"asset\":\"USD\","
              "\"wallet_type\":\"spot\",\"amount\":1,\"fee\":0,\"balance\":30000.5}");
    play_run(play, 200 * NS_PER_S);
    play->news_count = 0;
    const struct request list = {.sequence = 9, .kind = REQUEST_LIST};
    play_script(play, "Ledgers", DEPOSIT("1722816030"));
    play_send(play, &list);
    play_run(play, 5 * NS_PER_S);
    EXPECT_NEWS(play, "flow 9950000000", "listed 9 whole");
    play_end(play);
}
