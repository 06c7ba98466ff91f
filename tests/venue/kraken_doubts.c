/* SPDX-License-Identifier: MIT */
/*
 * What a venue says is believed as far as it is proven: channels that fall silent, terms that
 * cannot be, two names of one symbol, a past that nobody tells.
 */
#include "kraken_feed.h"

/* BTC/USD falls silent on every channel, and is stale by the end of it. */
static struct play *play_silence(uint64_t seed)
{
    struct play *play = play_new(seed);
    play_open(play);
    play_run(play, 65 * NS_PER_S);
    EXPECT(play->pairs[0].book_known);
    play->venue.mute[0] = true;
    play_run(play, 190 * NS_PER_S);
    EXPECT_INT(play->pairs[0].health, FEED_STALE);
    return play;
}

/* What an open connection does not bring nobody can know before it is doubted: from the minute on
 * in which BTC/USD went stale, each of its candles is told, but for the last `open`. */
static void expect_told_since_stale(const struct play *play, int64_t open)
{
    const struct play_pair *told = &play->pairs[0];
    const struct venue_pair *truth = &play->venue.pairs[0];
    int64_t end_ns = venue_sim_time(&play->venue) - (open + 1) * NS_PER_MIN;
    uint32_t i = 0, compared = 0;
    for (uint32_t t = 0; t < truth->candle_count && truth->candles[t].time_ns <= end_ns; t++) {
        if (truth->candles[t].time_ns < PLAY_START + 4 * NS_PER_MIN)
            continue;
        while (i < told->count && told->candles[i].time_ns < truth->candles[t].time_ns)
            i++;
        EXPECT(i < told->count);
        EXPECT(memcmp(&told->candles[i], &truth->candles[t], sizeof(struct candle)) == 0);
        compared++;
    }
    EXPECT(compared > 0 || end_ns < PLAY_START + 4 * NS_PER_MIN);
}

TEST(the_book_of_a_dead_channel_is_unknown_until_it_is_sent_anew)
{
    struct play *play = play_silence(1);
    play_run(play, 3 * NS_PER_MIN); /* REST tells of trades that no channel told */
    EXPECT(!play->pairs[0].book_known);
    EXPECT(play->pairs[0].book_unknown_count > 0);
    EXPECT(play->pairs[1].book_known);
    EXPECT_INT(play->pairs[1].book_unknown_count, 0);
    play->venue.mute[0] = false;
    play_run(play, 2 * NS_PER_MIN);
    EXPECT(play->pairs[0].book_known);
    EXPECT(play_same_book(&play->pairs[0].book, &play->venue.pairs[0].book));
    play_free(play);
}

TEST(a_channel_that_is_acknowledged_and_stays_mute_loses_no_candle)
{
    struct play *play = play_silence(2);
    for (int minute = 0; minute < 10; minute++) {
        play_run(play, NS_PER_MIN);
        expect_told_since_stale(play, 2);
        EXPECT_INT(play->pairs[0].health, FEED_STALE);
    }
    play->venue.mute[0] = false;
    play_run(play, 3 * NS_PER_MIN);
    expect_told_since_stale(play, 1);
    EXPECT_INT(play->pairs[0].health, FEED_FRESH);
    play_free(play);
}

TEST(news_of_another_channel_does_not_speak_for_the_candles)
{
    struct play *play = play_silence(3);
    play->venue.mute[0] = false;
    play->venue.mute_ohlc[0] = true;
    for (int minute = 0; minute < 10; minute++) {
        play_run(play, NS_PER_MIN);
        expect_told_since_stale(play, 2);
    }
    EXPECT(play->pairs[0].trade_count > 0);
    play->venue.mute_ohlc[0] = false;
    play_run(play, 2 * NS_PER_MIN);
    uint32_t repairs = kraken_feed_stats(play->feed)->rest_repair_count;
    play_run(play, 3 * NS_PER_MIN);
    expect_told_since_stale(play, 1);
    EXPECT_INT(play->pairs[0].health, FEED_FRESH);
    EXPECT_INT(kraken_feed_stats(play->feed)->rest_repair_count, repairs); /* the channel tells */
    play_free(play);
}

static void say_terms(struct play *play, const char *members)
{
    char text[512];
    snprintf(text, sizeof text,
             "{\"channel\":\"instrument\",\"type\":\"update\",\"data\":{\"assets\":[],"
             "\"pairs\":[{\"symbol\":\"BTC/USD\",%s},"
             "{\"symbol\":\"ETH/USD\",\"status\":\"post_only\"}]}}",
             members);
    venue_sim_say(&play->venue, text);
    play_run(play, NS_PER_S);
}

TEST(terms_that_cannot_be_are_refused_and_the_old_ones_stay)
{
    static const char *const refused[] = {
        "\"qty_min\":-0.5",
        "\"cost_min\":-1",
        "\"price_increment\":-0.1",
        "\"cost_min\":1e30",
        "\"price_precision\":3", /* of 0.001 or of 0.1? */
        "\"qty_precision\":4",
        "\"price_precision\":40,\"price_increment\":0.1",
        "\"price_precision\":18,\"price_increment\":0.1,\"qty_precision\":18,\"qty_min\":1",
    };
    struct play *play = play_new(4);
    play_open(play);
    play_run(play, 10 * NS_PER_S);
    const struct pair old = play->pairs[0].terms;
    const struct feed_stats *stats = kraken_feed_stats(play->feed);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        say_terms(play, refused[i]);
        EXPECT_INT((int64_t)stats->malformed_count, (int64_t)i + 1);
        EXPECT_INT(play->pairs[0].pair_calls, 1);
    }
    EXPECT_INT(play->pairs[1].terms.status, PAIR_POST_ONLY); /* the row behind it is read */
    say_terms(play, "\"price_precision\":2,\"price_increment\":0.05,\"qty_min\":0.001");
    EXPECT_INT(play->pairs[0].pair_calls, 2);
    EXPECT_INT(play->pairs[0].terms.price_decimals, 2);
    EXPECT_INT(play->pairs[0].terms.tick_step, 5);
    EXPECT_INT(play->pairs[0].terms.qty_min_lots, 100000);
    EXPECT_INT(play->pairs[0].terms.cost_min, old.cost_min);
    EXPECT_INT((int64_t)stats->malformed_count, sizeof refused / sizeof *refused);
    play_free(play);
}

/* Kraken has had dark pools, with a key of their own and the symbol of the open market. */
TEST(two_keys_of_one_symbol_are_one_pair)
{
    static const char *const symbols[] = {"BTC/USD", "ETH/USD", "SOL/USD", "XBTUSD.d"};
    struct play *play = play_new(5);
    play->venue.pairs[3].key = "XXBTZUSD.d";
    play->venue.pairs[3].altname = "XBTUSD.d";
    play->venue.pairs[3].wsname = "XBT/USD";
    play->config.symbols = symbols;
    play_open(play);
    play_run(play, 3 * NS_PER_MIN);
    EXPECT_INT(play->pairs[3].unlisted_count, 1);
    EXPECT_INT(play->pairs[3].pair_calls, 0);
    EXPECT_INT(play->pairs[0].health, FEED_FRESH);
    play_compare(play, 0, 1);
    play_free(play);
}

/* SOL has never traded, DOGE not for hours. */
TEST(a_past_that_nobody_tells_is_not_waited_for_for_ever)
{
    struct play *play = play_new(6);
    play->venue.no_trade_rows = false;
    play->venue.pairs[2].trade_next_ns = PLAY_START + NS_PER_DAY;
    play->venue.pairs[3].gap_ns = NS_PER_HOUR;
    play_open(play);
    play_run(play, 5 * NS_PER_MIN);
    for (uint32_t i = 0; i < 4; i++)
        EXPECT_INT(play->pairs[i].history_ends, 1);
    EXPECT_INT(play->pairs[2].count, 0);
    play_compare(play, 0, 1);
    play_free(play);
}
