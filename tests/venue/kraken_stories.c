/* SPDX-License-Identifier: MIT */
#include "kraken_feed.h"

TEST(a_happy_start_tells_pairs_history_candles_books_and_trades)
{
    struct play *play = play_new(1);
    play_open(play);
    play_run(play, 10 * NS_PER_S);
    static const char *const symbols[] = {"BTC/USD", "ETH/USD", "SOL/USD", "DOGE/USD"};
    for (uint32_t i = 0; i < 4; i++) {
        const struct play_pair *pair = &play->pairs[i];
        EXPECT_INT(pair->pair_calls, 1);
        EXPECT_TEXT(pair->terms.symbol, symbols[i]);
        EXPECT_INT(pair->history_ends, 1);
        EXPECT(pair->history_count > 30 && pair->history_count <= 100);
        EXPECT_INT(pair->health, FEED_FRESH);
        EXPECT(pair->book_known);
    }
    EXPECT_INT(play->connects, 1);
    EXPECT_INT(play->venue.ohlc_calls, 4); /* one a pair */
    EXPECT_INT(play->venue.subscribes, 4); /* one a channel */
    play_run(play, 10 * NS_PER_MIN);
    for (uint32_t i = 0; i < 4; i++) {
        const struct play_pair *pair = &play->pairs[i];
        EXPECT(play_compare(play, i, 1) > 40);
        EXPECT(play_same_book(&pair->book, &play->venue.pairs[i].book) || i < 2);
    }
    EXPECT(play->pairs[0].trade_count > 100);
    EXPECT(play->pairs[0].forming_count > 100);
    const struct feed_stats *stats = kraken_feed_stats(play->feed);
    EXPECT_INT((int64_t)stats->malformed_count, 0);
    EXPECT_INT((int64_t)stats->late_count, 0);
    EXPECT_INT((int64_t)stats->resync_count, 0);
    EXPECT_INT((int64_t)stats->reconnect_count, 0);
    EXPECT(play->time_ns > PLAY_START + 10 * NS_PER_MIN);
    play_free(play);
}

TEST(a_candle_is_told_within_four_seconds_of_its_end_even_where_nothing_trades)
{
    struct play *play = play_new(2);
    play_open(play);
    play_run(play, 30 * NS_PER_S);
    for (int minute = 0; minute < 20; minute++) {
        /* 4 s into the minute; BTC trades each two seconds, so its candle must be there. */
        int64_t into_ns = net_sim_now(play->net) % NS_PER_MIN;
        play_run(play, NS_PER_MIN - into_ns + 4 * NS_PER_S);
        int64_t now_ns = venue_sim_time(&play->venue);
        const struct play_pair *btc = &play->pairs[0];
        EXPECT_INT(btc->candles[btc->count - 1].time_ns, now_ns - now_ns % NS_PER_MIN - NS_PER_MIN);
        EXPECT(play->time_ns >= now_ns - 4 * NS_PER_S);
        EXPECT(play->time_ns <= now_ns);
        for (uint32_t i = 0; i < 4; i++)
            play_compare(play, i, 0);
    }
    play_free(play);
}

TEST(a_pair_that_is_not_listed_is_skipped_once_and_the_rest_goes_on)
{
    static const char *const symbols[] = {"FOO/BAR", "BTC/USD", "XBTUSD", "ETH/USD"};
    struct play *play = play_new(3);
    play->config.symbols = symbols;
    play_open(play);
    play_run(play, 5 * NS_PER_MIN);
    EXPECT_INT(play->pairs[0].unlisted_count, 1);
    EXPECT_INT(play->pairs[0].pair_calls, 0);
    EXPECT_INT(play->pairs[2].unlisted_count, 1); /* the same market as the one before */
    EXPECT(play->pairs[1].count > 50);
    EXPECT_TEXT(play->pairs[3].terms.symbol, "ETH/USD");
    EXPECT_INT(play->pairs[3].health, FEED_FRESH);
    play_free(play);
}

/* REST lists it, the WebSocket does not: with the name in the refusal, and without. */
TEST(a_pair_that_the_websocket_refuses_is_found_out_and_skipped)
{
    for (int nameless = 0; nameless < 2; nameless++) {
        struct play *play = play_new(4);
        play->venue.nameless = nameless;
        play->venue.pairs[2].symbol = "SOL2/USD"; /* what the channel would take */
        play_open(play);
        play_run(play, 3 * NS_PER_MIN);
        EXPECT_INT(play->pairs[2].unlisted_count, 1);
        EXPECT_INT(play->pairs[0].health, FEED_FRESH);
        EXPECT_INT(play->pairs[3].unlisted_count, 0);
        EXPECT(play->pairs[0].trade_count > 10);
        play_free(play);
    }
}

TEST(a_refused_subscription_is_tried_again)
{
    struct play *play = play_new(5);
    play->venue.refuse_once = "EService:Busy";
    play_open(play);
    play_run(play, 90 * NS_PER_S);
    for (uint32_t i = 0; i < 4; i++)
        EXPECT(play->pairs[i].health == FEED_FRESH && play->pairs[i].unlisted_count == 0);
    EXPECT_INT(play->venue.subscribes, 5);
    play_free(play);
}

TEST(a_wrong_checksum_makes_the_book_unknown_until_a_new_snapshot)
{
    struct play *play = play_new(6);
    play_open(play);
    play_run(play, 10 * NS_PER_S);
    play->venue.break_checksums = 1;
    play_run(play, 10 * NS_PER_S);
    const struct feed_stats *stats = kraken_feed_stats(play->feed);
    EXPECT_INT((int64_t)stats->checksum_fault_count, 1);
    EXPECT_INT((int64_t)stats->resync_count, 1);
    EXPECT_INT(play->venue.unsubscribes, 1);
    EXPECT_INT(play->pairs[0].book_unknown_count + play->pairs[1].book_unknown_count, 1);
    EXPECT(play->pairs[0].book_known && play->pairs[1].book_known);
    play_free(play);
}

TEST(a_book_that_never_matches_is_asked_for_ever_more_rarely)
{
    struct play *play = play_new(7);
    play_open(play);
    play->venue.break_checksums = UINT32_MAX;
    play_run(play, 10 * NS_PER_MIN);
    EXPECT(!play->pairs[0].book_known || !play->pairs[1].book_known);
    EXPECT(play->venue.unsubscribes >= 10 && play->venue.unsubscribes < 60);
    play_free(play);
}

TEST(malformed_messages_are_counted_and_the_connection_kept)
{
    struct play *play = play_new(8);
    play_open(play);
    play_run(play, 10 * NS_PER_S);
    venue_sim_say(&play->venue, "{\"channel\":\"trade\",\"type\":");
    venue_sim_say(&play->venue, "null");
    venue_sim_say(&play->venue, "");
    venue_sim_say(&play->venue,
                  "{\"channel\":\"trade\",\"type\":\"update\",\"data\":[{\"symbol\":\"BTC/USD\","
                  "\"side\":\"buy\",\"price\":1.23,\"qty\":1}]}");
    venue_sim_say(&play->venue, "{\"channel\":\"book\",\"type\":\"update\",\"data\":[{\"symbol\":"
                                "\"BTC/USD\",\"bids\":[{\"price\":true}],\"asks\":[]}]}");
    venue_sim_say(&play->venue, "{\"channel\":\"news\",\"data\":[1,2],\"x\":{}}");
    play_run(play, 10 * NS_PER_S);
    const struct feed_stats *stats = kraken_feed_stats(play->feed);
    EXPECT_INT((int64_t)stats->malformed_count, 5);
    EXPECT_INT((int64_t)stats->resync_count, 1); /* the book's */
    EXPECT_INT((int64_t)stats->reconnect_count, 0);
    EXPECT(play->pairs[0].book_known);
    play_free(play);
}

TEST(numbers_in_quotes_are_numbers)
{
    struct play *play = play_new(9);
    play->venue.quoted = true;
    play_open(play);
    play_run(play, 10 * NS_PER_MIN);
    EXPECT_INT((int64_t)kraken_feed_stats(play->feed)->malformed_count, 0);
    for (uint32_t i = 0; i < 4; i++)
        EXPECT(play_compare(play, i, 1) > 40);
    play_free(play);
}

TEST(a_pair_without_news_is_stale_after_180_seconds_and_fresh_when_news_comes)
{
    struct play *play = play_new(10);
    play_open(play);
    play_run(play, 65 * NS_PER_S);
    play->venue.mute[0] = true;
    play_run(play, 170 * NS_PER_S);
    EXPECT_INT(play->pairs[0].stale_count, 0);
    play_run(play, 15 * NS_PER_S);
    EXPECT_INT(play->pairs[0].stale_count, 1);
    EXPECT_INT(play->pairs[1].stale_count, 0);
    uint32_t told = play->pairs[0].count;
    play_run(play, 3 * NS_PER_MIN);
    EXPECT(play->pairs[0].count > told); /* REST goes on telling */
    EXPECT(kraken_feed_stats(play->feed)->rest_repair_count > 0);
    EXPECT_INT(play->pairs[0].health, FEED_STALE);
    play->venue.mute[0] = false;
    play_run(play, 2 * NS_PER_MIN);
    EXPECT_INT(play->pairs[0].health, FEED_FRESH);
    play_free(play);
}

TEST(a_lost_connection_comes_back_and_leaves_no_hole)
{
    struct play *play = play_new(11);
    play_open(play);
    play_run(play, 95 * NS_PER_S);
    net_sim_cut_all(play->net, 1006, "connection reset by peer");
    play_run(play, NS_PER_S / 10);
    EXPECT_INT(play->disconnects, 1);
    EXPECT_TEXT(play->reason, "connection reset by peer");
    EXPECT(!play->pairs[0].book_known);
    play_run(play, 5 * NS_PER_MIN);
    EXPECT_INT((int64_t)kraken_feed_stats(play->feed)->reconnect_count, 1);
    for (uint32_t i = 0; i < 4; i++)
        play_compare(play, i, 1);
    play_free(play);
}

/* Heartbeats stop, nobody says goodbye: a ping after 10 s, another connection after 15. */
TEST(a_silent_connection_is_left_after_fifteen_seconds)
{
    struct play *play = play_new(12);
    play_open(play);
    play_run(play, 20 * NS_PER_S);
    net_sim_silence(play->net, true);
    play_run(play, 14 * NS_PER_S);
    EXPECT_INT(play->disconnects, 0);
    play_run(play, 3 * NS_PER_S);
    EXPECT_INT(play->disconnects, 1);
    net_sim_silence(play->net, false);
    play_run(play, 4 * NS_PER_MIN);
    EXPECT_INT(play->pairs[0].health, FEED_FRESH);
    for (uint32_t i = 0; i < 4; i++)
        play_compare(play, i, 1);
    play_free(play);
}

TEST(a_day_of_outage_stays_within_the_venues_limit_of_attempts)
{
    struct play *play = play_new(13);
    play_open(play);
    play_run(play, 30 * NS_PER_S);
    net_sim_online(play->net, false);
    uint32_t worst = 0;
    for (int window = 0; window < 24 * 6; window++) {
        uint32_t before = net_sim_attempts(play->net);
        net_sim_run(play->net, 10 * NS_PER_MIN, TICK_NS, play_tick, play);
        if (net_sim_attempts(play->net) - before > worst)
            worst = net_sim_attempts(play->net) - before;
    }
    EXPECT(worst >= 10 && worst <= 30);
    EXPECT_INT(play->disconnects, 1); /* told once */
    EXPECT_INT(play->pairs[0].health, FEED_STALE);
    net_sim_online(play->net, true);
    play_run(play, 3 * NS_PER_MIN);
    EXPECT_INT(play->connects, 2);
    EXPECT_INT(play->pairs[0].health, FEED_FRESH);
    play_free(play);
}

/* It comes up and is cut at once, for an hour: the delays must grow all the same. */
TEST(a_flapping_venue_is_not_hammered)
{
    struct play *play = play_new(14);
    play_open(play);
    play_run(play, 5 * NS_PER_S);
    uint32_t before = net_sim_attempts(play->net);
    for (int second = 0; second < 600; second++) {
        net_sim_cut_all(play->net, 1006, "reset");
        play_run(play, NS_PER_S);
    }
    EXPECT(net_sim_attempts(play->net) - before <= 30);
    play_free(play);
}

TEST(a_policy_close_is_answered_by_ten_minutes_of_patience)
{
    struct play *play = play_new(15);
    play_open(play);
    play_run(play, 5 * NS_PER_S);
    uint32_t before = net_sim_attempts(play->net);
    net_sim_cut_all(play->net, 1008, "policy violation");
    play_run(play, 10 * NS_PER_MIN);
    EXPECT_INT(net_sim_attempts(play->net), before);
    play_run(play, 3 * NS_PER_MIN);
    EXPECT_INT(net_sim_attempts(play->net), before + 1);
    play_free(play);
}

TEST(maintenance_is_told_and_attempts_keep_five_seconds_apart)
{
    struct play *play = play_new(16);
    play_open(play);
    play_run(play, 5 * NS_PER_S);
    play->venue.system = "maintenance";
    venue_sim_status(&play->venue, false);
    play_run(play, NS_PER_S);
    EXPECT_TEXT(play->reason, "maintenance");
    uint32_t before = net_sim_attempts(play->net);
    net_sim_cut_all(play->net, 1012, "service restart");
    play_run(play, 5 * NS_PER_S);
    EXPECT_INT(net_sim_attempts(play->net), before);
    play->venue.system = "online";
    play_run(play, 10 * NS_PER_S);
    EXPECT_INT(net_sim_attempts(play->net), before + 1);
    EXPECT_TEXT(play->reason, "online");
    play_free(play);
}

TEST(an_offline_start_keeps_trying_and_then_starts)
{
    struct play *play = play_new(17);
    net_sim_online(play->net, false);
    play_open(play);
    play_run(play, 5 * NS_PER_MIN);
    EXPECT_INT(play->pairs[0].pair_calls, 0);
    EXPECT_INT(net_sim_attempts(play->net), 0); /* REST first: no pairs, no subscription */
    net_sim_online(play->net, true);
    play_run(play, 2 * NS_PER_MIN);
    EXPECT_INT(play->pairs[0].health, FEED_FRESH);
    EXPECT_INT(play->pairs[3].history_ends, 1);
    play_free(play);
}

TEST(rest_that_refuses_is_waited_out)
{
    struct play *play = play_new(18);
    play->venue.http_status = 520;
    play_open(play);
    play_run(play, NS_PER_MIN);
    EXPECT(play->venue.all_calls > 2 && play->venue.all_calls < 15);
    play->venue.http_status = 0;
    play->venue.rest_error = "EAPI:Rate limit exceeded";
    play_run(play, NS_PER_MIN);
    EXPECT_INT(play->pairs[0].pair_calls, 0);
    play->venue.rest_error = NULL;
    play_run(play, 2 * NS_PER_MIN);
    EXPECT_INT(play->pairs[0].history_ends, 1);
    play_free(play);
}

TEST(a_wrong_clock_of_this_machine_closes_no_candle_early_or_late)
{
    static const int64_t skews_s[] = {-86400, -40, 40, 300, 86400};
    for (size_t i = 0; i < sizeof skews_s / sizeof *skews_s; i++) {
        for (int64_t into_s = 5; into_s < 60; into_s += 25) {
            struct play *play = play_new(19);
            net_sim_skew(play->net, skews_s[i] * NS_PER_S);
            play_run(play, into_s * NS_PER_S); /* the venue alone */
            play_open(play);
            play_run(play, 6 * NS_PER_MIN);
            for (uint32_t p = 0; p < 4; p++)
                play_compare(play, p, 1);
            EXPECT_INT((int64_t)kraken_feed_stats(play->feed)->late_count, 0);
            EXPECT(play->pairs[0].count > 100);
            EXPECT_NEAR((double)(kraken_feed_time(play->feed) - venue_sim_time(&play->venue)), 0,
                        2e8);
            play_free(play);
        }
    }
}

TEST(a_wrong_clock_closes_nothing_either_while_the_venue_has_not_told_its_own)
{
    struct play *play = play_new(22);
    net_sim_skew(play->net, 300 * NS_PER_S);
    play->venue.no_pong = true;
    play_open(play);
    play_run(play, 40 * NS_PER_S); /* longer than a ping may take */
    EXPECT_INT(play->time_calls, 0);
    play->venue.no_pong = false;
    play_run(play, 6 * NS_PER_MIN);
    play_compare(play, 0, 1);
    EXPECT_INT((int64_t)kraken_feed_stats(play->feed)->late_count, 0);
    EXPECT_NEAR((double)(kraken_feed_time(play->feed) - venue_sim_time(&play->venue)), 0, 2e8);
    play_free(play);
}

TEST(a_venue_without_a_status_message_is_a_real_one)
{
    struct play *play = play_new(20);
    play->venue.no_status = true;
    play_open(play);
    play_run(play, 3 * NS_PER_MIN);
    EXPECT_INT(play->pairs[0].health, FEED_FRESH);
    play_compare(play, 0, 1);
    play_free(play);
}

TEST(a_session_without_history_begins_with_the_present_candle)
{
    struct play *play = play_new(21);
    play->config.history = 0;
    play_open(play);
    play_run(play, 5 * NS_PER_MIN);
    EXPECT_INT(play->pairs[0].history_ends, 1);
    EXPECT_INT(play->pairs[0].history_count, 0);
    EXPECT_INT(play->pairs[0].candles[0].time_ns, PLAY_START);
    play_compare(play, 0, 1);
    play_free(play);
}

/* Kraken's clock, and sixty times it: the same candles. */
TEST(a_fast_local_market_is_followed_at_its_own_speed)
{
    struct play *play = play_new(22);
    play->venue.local = true;
    play->venue.speed = 60;
    play->venue.origin_ns = PLAY_START;
    play->config.rest_gap_ns = 0;
    play_open(play);
    play_run(play, 30 * NS_PER_S); /* 30 market minutes */
    EXPECT(kraken_feed_speed(play->feed) == 60);
    EXPECT_NEAR((double)(kraken_feed_time(play->feed) - venue_sim_time(&play->venue)), 0, 8e9);
    for (uint32_t i = 0; i < 4; i++)
        play_compare(play, i, 2);
    EXPECT(play->time_ns > PLAY_START + 29 * NS_PER_MIN);
    EXPECT_INT((int64_t)kraken_feed_stats(play->feed)->late_count, 0);
    venue_sim_status(&play->venue, true);
    play_run(play, NS_PER_S);
    EXPECT(kraken_feed_ended(play->feed));
    play_free(play);
}

/*
 * While it is dead, our clock runs on at sixty times real time: 10 s are 10 minutes that its market
 * never had. What REST does not show of them when it is back is still to come.
 */
static void die_and_come_back(uint64_t seed, bool no_trade_rows, int64_t dead_ns)
{
    struct play *play = play_new(seed);
    play->venue.local = true;
    play->venue.speed = 60;
    play->venue.no_trade_rows = no_trade_rows;
    play->config.rest_gap_ns = 0;
    play_open(play);
    play_run(play, 10 * NS_PER_S);
    venue_sim_die(&play->venue);
    play_run(play, dead_ns);
    EXPECT_INT(play->pairs[0].health, FEED_STALE);
    venue_sim_live(&play->venue);
    play_run(play, 60 * NS_PER_S); /* the delay before the next attempt, and half an hour */
    for (uint32_t i = 0; i < 4; i++)
        play_compare(play, i, 2);
    EXPECT_INT(play->pairs[0].health, FEED_FRESH);
    EXPECT_INT((int64_t)kraken_feed_stats(play->feed)->reconnect_count, 1);
    play_free(play);
}

TEST(a_venue_that_dies_and_goes_on_where_it_stood_loses_no_candle_to_our_clock)
{
    for (uint64_t seed = 100; seed < 120; seed++)
        die_and_come_back(seed, seed % 2 == 0, (int64_t)(4 + seed % 9) * NS_PER_S);
}

TEST(in_lock_step_each_step_is_one_minute_told_whole)
{
    struct play *play = play_new(23);
    play->venue.local = true;
    play->venue.lockstep = true;
    play->config.rest_gap_ns = 0;
    play->steps = true;
    play_open(play);
    play_run(play, NS_PER_MIN);
    EXPECT(kraken_feed_lockstep(play->feed));
    EXPECT(play->venue.pings > 60); /* as fast as the session decides */
    play->steps = false;
    play_run(play, 2 * NS_PER_S);
    EXPECT_INT(play->time_ns, PLAY_START + (int64_t)play->venue.pings * NS_PER_MIN);
    EXPECT_INT(play->time_calls, play->venue.pings + 1);
    for (uint32_t i = 0; i < 4; i++)
        play_compare(play, i, 0); /* at a step's end nothing is outstanding */

    /* Nobody decides: the market stands, and silence is no fault. */
    uint32_t pings = play->venue.pings;
    play_run(play, NS_PER_MIN);
    EXPECT_INT(play->venue.pings, pings);
    EXPECT_INT(play->disconnects, 0);

    /* The answer to a step is lost with the connection: it is not waited for. */
    play->steps = true;
    kraken_feed_step_done(play->feed);
    net_sim_cut_all(play->net, 1006, "reset");
    play_run(play, 30 * NS_PER_S);
    EXPECT(play->venue.pings > pings + 10);
    play->steps = false;
    play_run(play, 2 * NS_PER_S);
    for (uint32_t i = 0; i < 4; i++)
        play_compare(play, i, 0);
    play_free(play);
}

TEST(a_bad_configuration_is_refused_with_the_reason)
{
    struct play *play = play_new(24);
    char error[200];
    play->config.depth = 11;
    EXPECT(kraken_feed_open(&play->config, &play->transport, &play->clock, &play_events, play,
                            error, sizeof error) == NULL);
    EXPECT(strstr(error, "depth is 10, 25 or 100") != NULL);
    play->config.depth = 10;
    play->config.symbol_count = 0;
    EXPECT(kraken_feed_open(&play->config, &play->transport, &play->clock, &play_events, play,
                            error, sizeof error) == NULL);
    net_sim_free(play->net);
    free(play);
}
