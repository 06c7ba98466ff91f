/* SPDX-License-Identifier: MIT */
/* The order book in a decision: its imbalance, or the score where the configuration asks for it. */
#include "chain_fixture.h"

/* The score is its imbalance halved by the parts that say nothing, so that the two differ. */
static struct engine_config config_of(enum decision_book book)
{
    struct engine_config config = fixture_averages_config();
    options_default(book_score_options, book_score_option_count, &config.book);
    config.book.imbalance_weight = config.book.delta_weight = 0.5;
    config.book.whales_weight = config.book.voids_weight = config.book.spoofing_weight = 0;
    config.decision.book = (int32_t)book;
    return config;
}

static void tell_book(struct fixture *fixture, bool snapshot, int64_t bid_lots, int64_t ask_lots)
{
    const struct level_change changes[] = {{SIDE_BUY, {9999, bid_lots}},
                                           {SIDE_SELL, {10001, ask_lots}}};
    const struct event event = {
        .kind = EVENT_BOOK,
        .time_ns = fixture->now_ns,
        .book = {.snapshot = snapshot, .depth = 10, .count = 2, .changes = changes}};
    desk_step(&fixture->desk, &event);
}

/* The decision for a long that follows a book of 70 bids and 130 asks, of which `added` asks came
 * last. The strategy is as confident as can be: only what is taken shows. */
static struct record decided(enum decision_book book, int64_t added)
{
    const struct engine_config config = config_of(book);
    struct fixture *fixture = fixture_new(&config, &by_candles);
    fixture_closes(fixture, (const double[]){100, 100, 100, 98, 97}, 5);
    fixture->now_ns += 55 * NS_PER_S;
    tell_book(fixture, true, 70, 130 - added);
    tell_book(fixture, false, 70, 130);
    fixture->now_ns -= 55 * NS_PER_S;
    fixture_candle(fixture, 100, 100, 100, 100);
    EXPECT(decision(fixture) != NULL);
    const struct record record = *decision(fixture);
    fixture_free(fixture);
    return record;
}

TEST(by_default_it_is_the_imbalance_that_takes_and_the_score_is_only_told)
{
    const struct record record = decided(DECISION_BOOK_IMBALANCE, 0);
    EXPECT_NEAR(record.imbalance, -0.3, 1e-15);
    EXPECT_NEAR(record.book.imbalance, -0.3, 1e-15);
    EXPECT_NEAR(record.book.delta, 0, 0);
    EXPECT_NEAR(record.book.score, -0.15, 1e-15);
    /* 0.3 is beyond the threshold of 0.2, 0.15 is not. */
    EXPECT_NEAR(record.confidence, 0.95, 1e-15);
    EXPECT_NEAR(decided(DECISION_BOOK_SCORE, 0).confidence, 1, 0);
}

TEST(asked_for_the_score_takes_when_what_was_added_lately_carries_it_over_the_threshold)
{
    const struct record record = decided(DECISION_BOOK_SCORE, 60);
    EXPECT_NEAR(record.book.delta, -60 / 200., 1e-15);
    EXPECT_NEAR(record.book.score, -0.3, 1e-15);
    EXPECT_NEAR(record.confidence, 0.95, 1e-15);
}

TEST(a_pair_counted_otherwise_from_now_on_begins_a_new_score)
{
    const struct engine_config config = config_of(DECISION_BOOK_SCORE);
    struct fixture *fixture = fixture_new(&config, &by_candles);
    tell_book(fixture, true, 10, 10);
    tell_book(fixture, false, 20, 10);
    struct book_figures figures;
    const struct book_score *score = &fixture->engine->pairs[0].score;
    book_score_read(score, &config.book, fixture->now_ns, &figures);
    EXPECT_NEAR(figures.delta, 10 / 30., 1e-15);
    struct pair finer = fixture->engine->pairs[0].terms;
    finer.qty_decimals++;
    engine_set_terms(fixture->engine, 0, &finer);
    tell_book(fixture, true, 200, 100);
    book_score_read(score, &config.book, fixture->now_ns, &figures);
    EXPECT_NEAR(figures.delta, 0, 0);
    fixture_free(fixture);
}

TEST(a_trade_clears_the_wall_that_it_ate)
{
    const struct engine_config config = config_of(DECISION_BOOK_SCORE);
    struct fixture *fixture = fixture_new(&config, &by_candles);
    const struct level_change wall[] = {{SIDE_BUY, {9999, 1}},    {SIDE_BUY, {9998, 1}},
                                        {SIDE_BUY, {9997, 1}},    {SIDE_BUY, {9996, 1}},
                                        {SIDE_BUY, {9995, 1000}}, {SIDE_SELL, {10001, 1}}};
    desk_step(
        &fixture->desk,
        &(struct event){.kind = EVENT_BOOK,
                        .time_ns = fixture->now_ns,
                        .book = {.snapshot = true, .depth = 10, .count = 6, .changes = wall}});
    const struct walls *bids = &fixture->engine->pairs[0].score.walls[SIDE_BUY];
    EXPECT_INT(bids->count, 1);
    desk_step(&fixture->desk,
              &(struct event){.kind = EVENT_TRADE,
                              .time_ns = fixture->now_ns,
                              .trade = {.trade = {fixture->now_ns, 9995, 600, 1, SIDE_SELL}}});
    EXPECT_INT(bids->list[0].traded_lots, 600);
    fixture_free(fixture);
}
