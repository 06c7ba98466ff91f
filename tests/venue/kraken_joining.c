/* SPDX-License-Identifier: MIT */
/*
 * By property: whatever the venue's liberties and the network's faults, each candle with trades is
 * told exactly once, in order, and equals the truth.
 */
#include "kraken_feed.h"

static void draw_venue(struct play *play, struct prng *prng)
{
    static const uint32_t rows[] = {0, 1, 2, 10, 60, 720};
    struct venue_sim *venue = &play->venue;
    venue->snapshot_rows = rows[prng_below(prng, 6)];
    venue->no_trade_rows = prng_below(prng, 3) > 0;
    venue->rest_lag_ns = (int64_t)prng_below(prng, 4) * 5 * NS_PER_S;
    venue->quoted = prng_below(prng, 4) == 0;
    play->config.history = (uint32_t)prng_below(prng, 3) * 60;
    net_sim_latency(play->net, NS_PER_MS, (int64_t)(1 + prng_below(prng, 200)) * NS_PER_MS);
}

static void harm(struct play *play, struct prng *prng)
{
    switch (prng_below(prng, 6)) {
    case 0:
    case 1:
        net_sim_cut_all(play->net, 1006, "reset");
        break;
    case 2:
        net_sim_stall(play->net, (int64_t)prng_below(prng, 12) * NS_PER_S);
        break;
    case 3:
        net_sim_online(play->net, false);
        play_run(play, (int64_t)prng_below(prng, 240) * NS_PER_S);
        net_sim_online(play->net, true);
        break;
    case 4:
        net_sim_silence(play->net, true);
        play_run(play, (int64_t)prng_below(prng, 40) * NS_PER_S);
        net_sim_silence(play->net, false);
        /* What was lost on an open connection no client can know: it must be a new one. */
        net_sim_cut_all(play->net, 1001, "going away");
        break;
    default:
        net_sim_http_online(play->net, false);
        net_sim_cut_all(play->net, 1006, "reset");
        play_run(play, (int64_t)prng_below(prng, 90) * NS_PER_S);
        net_sim_http_online(play->net, true);
        break;
    }
}

static void play_one(uint64_t seed)
{
    struct prng prng;
    prng_init(&prng, seed);
    struct play *play = play_new(seed);
    draw_venue(play, &prng);
    play_open(play);
    play_run(play, (int64_t)(1 + prng_below(&prng, 120)) * NS_PER_S);
    for (int i = 0; i < 6; i++) {
        harm(play, &prng);
        play_run(play, (int64_t)prng_below(&prng, 200) * NS_PER_S);
    }
    play_run(play, 6 * NS_PER_MIN); /* to heal */
    for (uint32_t i = 0; i < 4; i++) {
        play_compare(play, i, 1);
        EXPECT_INT(play->pairs[i].history_ends, 1);
    }
    EXPECT_INT(play->pairs[0].health, FEED_FRESH);
    EXPECT(play->pairs[0].book_known);
    play_free(play);
}

TEST(every_candle_with_trades_is_told_once_and_equals_the_truth)
{
    uint64_t seed = test_seed();
    for (uint64_t i = 0; i < 60; i++)
        play_one(prng_mix(seed, i));
}

/* Sixty times real time, and a venue that dies again and again: each time it goes on where it
 * stood, while our clock ran on by minutes; now and then before it was even reached again. */
static void play_deaths(uint64_t seed)
{
    struct prng prng;
    prng_init(&prng, seed);
    struct play *play = play_new(seed);
    draw_venue(play, &prng);
    net_sim_latency(play->net, NS_PER_MS, 5 * NS_PER_MS);
    play->venue.local = true;
    play->venue.speed = 60;
    play->config.rest_gap_ns = 0;
    play_open(play);
    for (int i = 0; i < 4; i++) {
        play_run(play, (int64_t)prng_below(&prng, 12000) * NS_PER_MS);
        venue_sim_die(&play->venue);
        play_run(play, (int64_t)(1 + prng_below(&prng, 12000)) * NS_PER_MS);
        venue_sim_live(&play->venue);
    }
    play_run(play, 75 * NS_PER_S); /* to heal */
    for (uint32_t i = 0; i < 4; i++)
        play_compare(play, i, 2);
    EXPECT_INT(play->pairs[0].health, FEED_FRESH);
    play_free(play);
}

TEST(no_death_of_the_venue_makes_our_clock_drop_or_cut_a_candle)
{
    uint64_t seed = test_seed();
    for (uint64_t i = 0; i < 30; i++)
        play_deaths(prng_mix(seed, i));
}
