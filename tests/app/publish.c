/* SPDX-License-Identifier: MIT */
/*
 * What the trading thread does four times a second for whoever looks: as many pairs as there may
 * be, each with a book. Nothing is allocated; how long it takes is printed.
 */
#include "app/session.h"

#include "core/base/timestamp.h"
#include "support/allocations.h"
#include "test.h"

#define ROUNDS 200
#define DEPTH 25

static struct options options;
static struct actions actions;

static void fill_book(struct engine *engine, uint32_t pair)
{
    struct level_change changes[2 * DEPTH];
    for (int64_t i = 0; i < DEPTH; i++) {
        changes[2 * i] = (struct level_change){SIDE_BUY, {10000 - i, 100 + i + pair}};
        changes[2 * i + 1] = (struct level_change){SIDE_SELL, {10001 + i, 200 + i}};
    }
    const struct event event = {
        .kind = EVENT_BOOK,
        .time_ns = NS_PER_S,
        .book = {.pair = pair,
                 .snapshot = true,
                 .depth = DEPTH,
                 .count = 2 * DEPTH,
                 .changes = changes},
    };
    engine_step(engine, &event, &actions);
}

static void name_pair(struct engine *engine, uint32_t pair)
{
    struct event event = {.kind = EVENT_PAIR, .time_ns = NS_PER_S};
    event.pair.pair = pair;
    event.pair.terms = (struct pair){
        .base = "X", .quote = "USD", .price_decimals = 2, .qty_decimals = 3, .tick_step = 1};
    snprintf(event.pair.terms.symbol, SYMBOL_MAX, "X%u/USD", pair);
    engine_step(engine, &event, &actions);
}

static struct session *open_session(uint32_t pair_count)
{
    char error[512];
    struct engine_config config;
    struct session *session = calloc(1, sizeof *session);
    session->options = &options;
    session->clock = clock_system();
    session->pair_count = pair_count;
    EXPECT_INT(options_engine(&options, pair_count, &config, error, sizeof error), 0);
    session->engine = calloc(1, engine_size(pair_count));
    session->view = calloc(1, sizeof *session->view);
    session->box = calloc(1, sizeof *session->box);
    view_box_init(session->box);
    engine_init(session->engine, &config);
    for (uint32_t i = 0; i < pair_count; i++) {
        session->symbols[i] = "X/USD";
        name_pair(session->engine, i);
        fill_book(session->engine, i);
    }
    return session;
}

static void close_session(struct session *session)
{
    free(session->box);
    free(session->view);
    free(session->engine);
    free(session);
}

static struct config *begin(void)
{
    char error[512];
    options = (struct options){0};
    options_declare(&options);
    struct config *config = config_new(options.sections, options.section_count);
    EXPECT_INT(config_set(config, "session.timeframe", "5m", "test"), 0);
    options.session.mode = MODE_PAPER;
    snprintf(options.session.pairs, sizeof options.session.pairs, "BTC/USD");
    EXPECT_INT(options_settle(&options, error, sizeof error), 0);
    return config;
}

/* So many 5m candles, each lower than the last by as much. */
static void let_fall(struct engine *engine, uint32_t pair, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        const double close = 1000 - (double)i;
        const struct candle candle = {i * 300 * NS_PER_S, close + 1, close + 1,
                                      close - 0.5,        close,     1};
        const struct event event = {.kind = EVENT_WARM,
                                    .warm = {.pair = pair, .count = 1, .candles = &candle}};
        engine_step(engine, &event, &actions);
    }
}

TEST(the_view_has_each_books_best_levels_its_score_and_the_regime)
{
    struct config *config = begin();
    struct session *session = open_session(3);
    let_fall(session->engine, 2, 27);
    session_publish(session);
    EXPECT_INT(view_read(session->box)->pairs[2].regime, REGIME_UNKNOWN); /* ADX wants 28 */
    let_fall(session->engine, 2, 28);
    session_publish(session);
    const struct view *view = view_read(session->box);
    EXPECT_INT(view->number, 2);
    EXPECT_INT(view->books[1].bid_count, VIEW_LEVEL_MAX);
    EXPECT_INT(view->books[1].bids[9].price_ticks, 9991);
    EXPECT_INT(view->books[1].bids[9].qty_lots, 110);
    EXPECT_INT(view->books[2].asks[0].price_ticks, 10001);
    EXPECT(view->pairs[0].book_known && view->pairs[0].book_score < 0); /* twice as many asks */
    EXPECT_INT(view->pairs[0].regime, REGIME_UNKNOWN);
    EXPECT_INT(view->pairs[2].regime, REGIME_FALLING);
    book_clear(&session->engine->pairs[1].book);
    session_publish(session);
    view = view_read(session->box);
    EXPECT_INT(view->books[1].bid_count + view->books[1].ask_count, 0);
    EXPECT(isnan(view->pairs[1].book_score) && !view->pairs[1].book_known);
    EXPECT_INT(view->books[2].bid_count, VIEW_LEVEL_MAX);
    close_session(session);
    config_free(config);
}

TEST(a_days_change_is_told_once_a_day_is_known)
{
    struct config *config = begin();
    struct session *session = open_session(1);
    struct session_pair *pair = &session->pairs[0];
    session->engine->pairs[0].price = 50;
    pair->hour_first = 1000;
    pair->hour_open[1000 % 25] = 40;
    pair->hour_last = 1012; /* half a day of history, as after a start */
    session_publish(session);
    EXPECT(isnan(view_read(session->box)->pairs[0].day_change));
    pair->hour_last = 1024;
    session_publish(session);
    EXPECT_NEAR(view_read(session->box)->pairs[0].day_change, 0.25, 1e-12); /* 40 to 50 */
    close_session(session);
    config_free(config);
}

TEST(a_book_too_wide_to_buy_on_stands_against_an_entry_where_a_broker_sends_it)
{
    struct config *config = begin();
    struct session *session = open_session(1);
    struct broker_config terms = {.spread_max = 0.00005}; /* 10000 to 10001: twice that */
    session_publish(session);
    const enum verdict before = view_read(session->box)->pairs[0].against;
    session->broker = malloc(sizeof *session->broker);
    session->orders = calloc(1, sizeof *session->orders);
    broker_init(session->broker, &terms, 1);
    session_publish(session);
    EXPECT_INT(before, 0);
    EXPECT_INT(view_read(session->box)->pairs[0].against, VERDICT_WIDE_BOOK);
    session->broker->config.spread_max = 0.01;
    session_publish(session);
    EXPECT_INT(view_read(session->box)->pairs[0].against, 0);
    free(session->broker);
    free(session->orders);
    close_session(session);
    config_free(config);
}

TEST(a_publication_allocates_nothing_whatever_the_number_of_pairs)
{
    struct config *config = begin();
    struct session *session = open_session(PAIR_MAX);
    const struct clock clock = clock_system();
    int64_t least_ns = INT64_MAX;
    counting = true;
    for (int i = 0; i < ROUNDS; i++) {
        const int64_t begin_ns = clock.mono_ns(clock.self);
        session_publish(session);
        const int64_t took_ns = clock.mono_ns(clock.self) - begin_ns;
        least_ns = took_ns < least_ns ? took_ns : least_ns;
    }
    counting = false;
    EXPECT_INT(allocations, 0);
    print_message("%d pairs are published in %lld ns at best\n", PAIR_MAX, (long long)least_ns);
    EXPECT_INT(view_read(session->box)->number, ROUNDS);
    close_session(session);
    config_free(config);
}
