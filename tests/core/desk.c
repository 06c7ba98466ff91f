/* SPDX-License-Identifier: MIT */
/* What the desk must live through: markets, venues and moments that are out to break it. */
#include "core/engine/desk.h"

#include "desk_fixture.h"

struct cross_params {
    int32_t timeframe;
    int64_t fast, slow;
};

static struct engine_config cross_config(void)
{
    struct engine_config config = fixture_config();
    fixture_strategy(&config, "sma_pair", &(struct cross_params){TIMEFRAME_1M, 2, 3},
                     sizeof(struct cross_params));
    config.risk.sizing = SIZING_STAKE;
    config.risk.risk_per_trade = 0.1;
    config.risk.stop_required = false;
    return config;
}

static const struct matching_config by_candles = {.fills = FILLS_CANDLES};
static const struct matching_config by_book = {.fills = FILLS_BOOK};

static void closes(struct fixture *fixture, const double *list, int count)
{
    for (int i = 0; i < count; i++) {
        fixture_candle(fixture, list[i], list[i], list[i], list[i]);
    }
}

/* Flat, down, up: the fast average crosses the slow one at the last candle. */
static void turn_up(struct fixture *fixture)
{
    closes(fixture, (const double[]){100, 100, 100, 98, 97, 100}, 6);
}

static void send_book(struct fixture *fixture, uint32_t pair, const struct level_change *changes,
                      uint32_t count)
{
    const struct event event = {
        .kind = EVENT_BOOK,
        .time_ns = fixture->now_ns,
        .book = {pair, .snapshot = true, .depth = 100, .count = count, .changes = changes},
    };
    desk_step(&fixture->desk, &event);
}

static void one_level(struct fixture *fixture, int64_t bid_lots, int64_t ask_lots)
{
    const struct level_change changes[] = {{SIDE_BUY, {9999, bid_lots}},
                                           {SIDE_SELL, {10000, ask_lots}}};
    send_book(fixture, 0, changes, 2);
}

static void send_command(struct fixture *fixture, enum command command)
{
    const struct event event = {
        .kind = EVENT_COMMAND, .time_ns = fixture->now_ns, .command = {.command = command}};
    desk_step(&fixture->desk, &event);
}

/* 10 units bought at 100 with a stop at 95 and a target at 110, by the fixture's kind of fills. */
static void buy_ten(struct fixture *fixture)
{
    const struct order entry = {.kind = ORDER_MARKET,
                                .side = SIDE_BUY,
                                .qty_lots = 100000,
                                .cash = USD(2000),
                                .stop_ticks = 9500,
                                .target_ticks = 11000};
    const struct order *order = portfolio_add_order(&fixture->engine->portfolio, &entry);
    const struct matching_market market = {.terms = &fixture->engine->pairs[0].terms,
                                           .book = &fixture->engine->pairs[0].book};
    matching_place(fixture->matching, &market, order, &fixture->desk.reports);
    fixture_candle(fixture, 100, 100, 100, 100);
    EXPECT_INT(fixture->engine->portfolio.positions[0].qty_lots, 100000);
    EXPECT(fixture->engine->portfolio.positions[0].protect_order != 0);
}

TEST(the_days_loss_limit_stands_although_the_market_comes_back)
{
    struct engine_config config = cross_config();
    config.pair_count = 2;
    config.risk.risk_per_trade = 0.8;
    config.risk.max_position = config.risk.max_exposure = 1;
    struct fixture *fixture = fixture_new(&config, &by_candles);
    const double held[] = {100, 100, 100, 98, 97, 100, 100, 90, 120, 120, 120, 120, 120};
    const double other[] = {100, 100, 100, 100, 100, 100, 100, 100, 100, 98, 97, 100, 100};
    for (int i = 0; i < 13; i++) {
        fixture_batch(fixture,
                      (const struct candle[]){{0, held[i], held[i], held[i], held[i], 1},
                                              {0, other[i], other[i], other[i], other[i], 1}},
                      2);
    }
    /* 8 % lost at 90, 16 % won at 120; the limit is told once and the other pair stays out. */
    EXPECT_INT(fixture_count(fixture, RECORD_LOSS_LIMIT), 1);
    EXPECT_INT(fixture_last(fixture, RECORD_DECISION)->pair, 1);
    EXPECT_INT(fixture_last(fixture, RECORD_DECISION)->verdict, VERDICT_LOSS_LIMIT);
    fixture_free(fixture);
}

TEST(an_opposite_signal_takes_back_the_entry_that_still_rests)
{
    struct engine_config config = cross_config();
    config.execution.entry = 1;
    struct fixture *fixture = fixture_new(&config, &by_candles);
    turn_up(fixture);
    EXPECT_INT(fixture->engine->portfolio.order_count, 1);
    closes(fixture, (const double[]){104, 101, 100.5}, 3); /* never through 100, and turned down */
    EXPECT_INT(fixture_last(fixture, RECORD_DECISION)->direction, -1);
    EXPECT_INT(fixture->engine->portfolio.order_count, 0);
    EXPECT_INT(fixture->matching->order_count, 0);
    EXPECT_INT(fixture->engine->portfolio.reserved, 0);
    fixture_free(fixture);
}

TEST(an_exit_cut_short_on_a_pair_gone_silent_is_tried_again_all_the_same)
{
    struct engine_config config = cross_config();
    config.pair_count = 2;
    struct fixture *fixture = fixture_new(&config, &by_book);
    one_level(fixture, 40000, 1000000);
    buy_ten(fixture);
    send_command(fixture, COMMAND_CLOSE);
    EXPECT_INT(fixture->engine->portfolio.positions[0].qty_lots, 60000);
    /* The pair is stale: the batches hold the other one alone. */
    for (int i = 0; i < 2; i++) {
        const struct batch_entry entry = {.pair = 1, .candle = {fixture->now_ns, 1, 1, 1, 1, 1}};
        const struct event batch = {
            .kind = EVENT_BATCH,
            .time_ns = fixture->now_ns + NS_PER_MIN,
            .batch = {.boundary_ns = fixture->now_ns, .count = 1, .entries = &entry}};
        fixture->now_ns += NS_PER_MIN;
        desk_step(&fixture->desk, &batch);
    }
    EXPECT_INT(fixture->engine->portfolio.positions[0].qty_lots, 0);
    fixture_free(fixture);
}

TEST(every_pair_may_walk_its_whole_book_at_once)
{
    struct engine_config config = cross_config();
    config.pair_count = PAIR_MAX;
    config.risk.max_positions = PAIR_MAX;
    config.risk.risk_per_trade = 0.004;
    config.risk.max_exposure = 1;
    config.execution.slack = 0.1;
    struct fixture *fixture = fixture_new(&config, &by_book);
    static struct level_change changes[200];
    for (int64_t i = 0; i < 100; i++) {
        changes[i] = (struct level_change){SIDE_BUY, {9999 - i, 40}};
        changes[100 + i] = (struct level_change){SIDE_SELL, {10000 + i, 40}};
    }
    for (uint32_t pair = 0; pair < PAIR_MAX; pair++) {
        send_book(fixture, pair, changes, 200);
    }
    const double list[] = {100, 100, 100, 98, 97, 100};
    static struct candle candles[PAIR_MAX];
    for (int i = 0; i < 6; i++) {
        for (uint32_t pair = 0; pair < PAIR_MAX; pair++) {
            candles[pair] = (struct candle){0, list[i], list[i], list[i], list[i], 1};
        }
        fixture_batch(fixture, candles, PAIR_MAX);
    }
    /* 40 dollars each: 4,000 lots, all hundred levels of 40. */
    EXPECT_INT(fixture->engine->portfolio.open_count, PAIR_MAX);
    EXPECT_INT((int64_t)fixture->engine->portfolio.fill_count, 100 * PAIR_MAX);
    fixture->now_ns += NS_PER_MIN;
    send_command(fixture, COMMAND_CLOSE_ALL);
    EXPECT_INT(fixture->engine->portfolio.open_count, 0);
    fixture_free(fixture);
}
