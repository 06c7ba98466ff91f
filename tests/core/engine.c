/* SPDX-License-Identifier: MIT */
#include "core/engine/engine.h"

#include "desk_fixture.h"

static const struct matching_config candles_free = {.fills = FILLS_CANDLES};

TEST(a_cross_up_buys_at_the_next_open_and_a_cross_down_sells)
{
    const struct engine_config config = fixture_averages_config();
    struct fixture *fixture = fixture_new(&config, &candles_free);
    fixture_turn_up(fixture);
    EXPECT_INT(fixture_last(fixture, RECORD_DECISION)->verdict, VERDICT_ENTER);
    EXPECT_INT(fixture->engine->portfolio.open_count, 0); /* not before the next open */
    fixture_candle(fixture, 100.2, 103, 100.2, 103);
    /* 10 % of 10,000 at the close of 100: 10 units, bought at 100.20. */
    const struct position *position = &fixture->engine->portfolio.positions[0];
    EXPECT_INT(position->qty_lots, 100000);
    EXPECT_INT(position->cost, USD(1002));
    EXPECT_INT(portfolio_equity(&fixture->engine->portfolio), USD(10028)); /* marked at 103 */
    fixture_candle(fixture, 99, 99, 95, 95);
    fixture_candle(fixture, 94, 94, 94, 94);
    fixture_candle(fixture, 93, 93, 93, 93);
    const struct record *exit = fixture_last(fixture, RECORD_EXIT);
    EXPECT(exit != NULL);
    EXPECT_INT(fixture->engine->portfolio.open_count, 0);
    EXPECT_INT(exit->pnl, exit->proceeds - USD(1002));
    EXPECT_INT(fixture->engine->portfolio.cash, USD(10000) + exit->pnl);
    fixture_free(fixture);
}

TEST(pnl_is_net_of_both_fees)
{
    const struct engine_config config = fixture_averages_config();
    const struct matching_config fees = {.fills = FILLS_CANDLES, .fees = config.fees};
    struct fixture *fixture = fixture_new(&config, &fees);
    fixture_turn_up(fixture);
    fixture_candle(fixture, 100, 100, 100, 100);
    fixture_candle(fixture, 100, 100, 90, 90);
    fixture_candle(fixture, 100, 100, 100, 100);
    const struct record *exit = fixture_last(fixture, RECORD_EXIT);
    /* Bought and sold 10 at 100: 1000 each way, 0.4 % of it twice. */
    EXPECT_INT(exit->pnl, USD(-8));
    EXPECT_INT(exit->fee, USD(8));
    EXPECT_INT(fixture->engine->portfolio.cash, USD(9992));
    EXPECT_INT(fixture->engine->portfolio.realised, USD(-8));
    fixture_free(fixture);
}

TEST(a_short_signal_with_nothing_to_close_opens_nothing)
{
    const struct engine_config config = fixture_averages_config();
    struct fixture *fixture = fixture_new(&config, &candles_free);
    const double closes[] = {100, 100, 100, 98};
    for (int i = 0; i < 4; i++) {
        fixture_candle(fixture, closes[i], closes[i], closes[i], closes[i]);
    }
    EXPECT_INT(fixture_last(fixture, RECORD_DECISION)->verdict, VERDICT_NO_SHORT);
    EXPECT_INT(fixture->place_count, 0);
    fixture_free(fixture);
}

TEST(a_candle_once_decided_is_never_decided_again)
{
    const struct engine_config config = fixture_averages_config();
    struct fixture *fixture = fixture_new(&config, &candles_free);
    fixture_turn_up(fixture);
    const uint32_t decided = fixture_count(fixture, RECORD_DECISION);
    fixture->now_ns -= timeframe_ns[TIMEFRAME_1M];
    fixture_candle(fixture, 100, 100, 100, 100);
    EXPECT_INT(fixture_count(fixture, RECORD_DECISION), decided);
    fixture_free(fixture);
}

TEST(a_pause_keeps_entries_out_and_says_so)
{
    const struct engine_config config = fixture_averages_config();
    struct fixture *fixture = fixture_new(&config, &candles_free);
    const struct event pause = {.kind = EVENT_COMMAND, .command = {.command = COMMAND_PAUSE}};
    desk_step(&fixture->desk, &pause);
    fixture_turn_up(fixture);
    EXPECT_INT(fixture_last(fixture, RECORD_DECISION)->verdict, VERDICT_PAUSED);
    EXPECT_INT(fixture->place_count, 0);
    fixture_free(fixture);
}

TEST(a_stale_pair_is_not_traded_and_comes_back)
{
    const struct engine_config config = fixture_averages_config();
    struct fixture *fixture = fixture_new(&config, &candles_free);
    struct event health = {.kind = EVENT_HEALTH, .health = {.pair = 0, .stale = true}};
    desk_step(&fixture->desk, &health);
    desk_step(&fixture->desk, &health);
    EXPECT_INT(fixture_count(fixture, RECORD_STALE), 1);
    fixture_turn_up(fixture);
    EXPECT_INT(fixture_last(fixture, RECORD_DECISION)->verdict, VERDICT_STALE);
    health.health.stale = false;
    desk_step(&fixture->desk, &health);
    EXPECT_INT(fixture_count(fixture, RECORD_FRESH), 1);
    fixture_free(fixture);
}

TEST(a_batch_that_comes_late_is_learned_from_but_not_acted_on)
{
    const struct engine_config config = fixture_averages_config();
    struct fixture *fixture = fixture_new(&config, &candles_free);
    const double closes[] = {100, 100, 100, 98, 97, 100};
    for (int i = 0; i < 6; i++) {
        const struct batch_entry entry = {
            .candle = {fixture->now_ns, closes[i], closes[i], closes[i], closes[i], 1}};
        const struct event event = {
            .kind = EVENT_BATCH,
            .time_ns = fixture->now_ns + 4 * NS_PER_MIN, /* three minutes behind */
            .batch = {.boundary_ns = fixture->now_ns, .count = 1, .entries = &entry}};
        desk_step(&fixture->desk, &event);
        fixture->now_ns += NS_PER_MIN;
    }
    EXPECT_INT(fixture_last(fixture, RECORD_DECISION)->verdict, VERDICT_LATE);
    fixture_free(fixture);
}

TEST(the_days_loss_limit_stops_entries_until_the_next_utc_day)
{
    struct engine_config config = fixture_averages_config();
    config.risk.risk_per_trade = 0.9;
    config.risk.max_position = config.risk.max_exposure = 1;
    struct fixture *fixture = fixture_new(&config, &candles_free);
    fixture_turn_up(fixture);
    fixture_candle(fixture, 100, 100, 100, 100);
    fixture_candle(fixture, 90, 90, 90, 90); /* 9 % of equity is gone */
    fixture_candle(fixture, 89, 89, 89, 89);
    EXPECT_INT(fixture_count(fixture, RECORD_LOSS_LIMIT), 1);
    fixture_turn_up(fixture);
    EXPECT_INT(fixture_last(fixture, RECORD_DECISION)->verdict, VERDICT_LOSS_LIMIT);
    EXPECT_INT(fixture_count(fixture, RECORD_LOSS_LIMIT), 1);
    fixture->now_ns = timestamp_day(fixture->now_ns) + NS_PER_DAY;
    fixture_turn_up(fixture);
    EXPECT_INT(fixture_count(fixture, RECORD_NEW_DAY), 1);
    EXPECT_INT(fixture_last(fixture, RECORD_DECISION)->verdict, VERDICT_ENTER);
    fixture_free(fixture);
}

TEST(no_more_positions_are_opened_than_allowed_even_within_one_batch)
{
    struct engine_config config = fixture_averages_config();
    config.pair_count = 3;
    config.risk.max_positions = 2;
    struct fixture *fixture = fixture_new(&config, &candles_free);
    const double closes[] = {100, 100, 100, 98, 97, 100, 100};
    for (int i = 0; i < 7; i++) {
        const struct candle candle = {0, closes[i], closes[i], closes[i], closes[i], 1};
        fixture_batch(fixture, (const struct candle[]){candle, candle, candle}, 3);
    }
    EXPECT_INT(fixture->place_count, 2);
    EXPECT_INT(fixture->engine->portfolio.open_count, 2);
    fixture_free(fixture);
}

static struct fixture *protected_position(struct engine_config *config)
{
    *config = fixture_averages_config();
    struct fixture *fixture = fixture_new(config, &candles_free);
    /* An entry as a strategy with exits would give it. */
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
    return fixture;
}

TEST(a_filled_entry_is_protected_within_the_same_candle)
{
    struct engine_config config;
    struct fixture *fixture = protected_position(&config);
    fixture_candle(fixture, 100, 101, 94, 96); /* opened at 100, fell through 95 */
    const struct record *exit = fixture_last(fixture, RECORD_EXIT);
    EXPECT(exit != NULL && exit->stop_hit);
    EXPECT_INT(exit->pnl, USD(-50)); /* 10 units, 100 to 95 */
    EXPECT_INT(fixture->engine->portfolio.order_count, 0);
    EXPECT_INT(fixture->matching->order_count, 0);
    fixture_free(fixture);
}

TEST(a_target_ends_the_position_and_nothing_is_left_behind)
{
    struct engine_config config;
    struct fixture *fixture = protected_position(&config);
    fixture_candle(fixture, 100, 101, 99, 100);
    fixture_candle(fixture, 100, 111, 99, 110);
    const struct record *exit = fixture_last(fixture, RECORD_EXIT);
    EXPECT(exit != NULL && !exit->stop_hit);
    EXPECT_INT(exit->pnl, USD(100));
    EXPECT_INT(fixture->engine->portfolio.order_count, 0);
    EXPECT_INT(fixture->engine->portfolio.reserved, 0);
    fixture_free(fixture);
}

TEST(the_operators_close_cancels_the_bracket_before_it_sells)
{
    struct engine_config config;
    struct fixture *fixture = protected_position(&config);
    fixture_candle(fixture, 100, 101, 99, 100);
    EXPECT(fixture->engine->portfolio.positions[0].protect_order != 0);
    const struct event close = {
        .kind = EVENT_COMMAND, .time_ns = fixture->now_ns, .command = {.command = COMMAND_FLATTEN}};
    desk_step(&fixture->desk, &close);
    EXPECT_INT(fixture->engine->portfolio.positions[0].protect_order, 0);
    EXPECT(fixture->engine->portfolio.positions[0].exit_order != 0);
    fixture_candle(fixture, 102, 102, 102, 102);
    EXPECT_INT(fixture_last(fixture, RECORD_EXIT)->pnl, USD(20));
    EXPECT_INT(fixture_last(fixture, RECORD_EXIT)->purpose, PURPOSE_EXIT);
    fixture_free(fixture);
}

static void expect_same(const struct fixture *one, const struct fixture *two)
{
    const struct portfolio *a = &one->engine->portfolio, *b = &two->engine->portfolio;
    EXPECT_INT(a->cash, b->cash);
    EXPECT_INT(a->holdings, b->holdings);
    EXPECT_INT(a->realised, b->realised);
    EXPECT_INT((int64_t)a->fill_count, (int64_t)b->fill_count);
    EXPECT_INT((int64_t)a->order_next, (int64_t)b->order_next);
    EXPECT_INT((int64_t)one->engine->record_next, (int64_t)two->engine->record_next);
    EXPECT_INT((int64_t)one->engine->decision_count, (int64_t)two->engine->decision_count);
}

/* Replaces the book with one level a side. */
static void one_level(struct fixture *fixture, int64_t bid_ticks, int64_t bid_lots,
                      int64_t ask_ticks, int64_t ask_lots)
{
    const struct level_change changes[] = {
        {SIDE_BUY, {bid_ticks, bid_lots}},
        {SIDE_SELL, {ask_ticks, ask_lots}},
    };
    const struct event book = {
        .kind = EVENT_BOOK,
        .time_ns = fixture->now_ns,
        .book = {.pair = 0, .snapshot = true, .depth = 10, .count = 2, .changes = changes},
    };
    desk_step(&fixture->desk, &book);
}

TEST(an_exit_larger_than_the_book_sells_what_it_can_and_tries_again_with_the_next_batch)
{
    const struct engine_config config = fixture_averages_config();
    const struct matching_config live = {.fills = FILLS_BOOK};
    struct fixture *fixture = fixture_new(&config, &live);
    one_level(fixture, 9999, 40000, 10000, 1000000);
    fixture_turn_up(fixture);
    /* 10 % of 10,000 at the ask of 100: 10 units, and only 4 are bid for. */
    const struct position *position = &fixture->engine->portfolio.positions[0];
    EXPECT_INT(position->qty_lots, 100000);
    const uint32_t places = fixture->place_count;
    const struct event close = {.kind = EVENT_COMMAND, .command = {.command = COMMAND_CLOSE}};
    desk_step(&fixture->desk, &close);
    EXPECT_INT(position->qty_lots, 60000);
    EXPECT_INT(fixture->place_count, places + 1);
    const int64_t left[] = {20000, 0};
    for (int i = 0; i < 2; i++) {
        fixture_candle(fixture, 100, 100, 100, 100); /* a minute on, the level counts as whole */
        EXPECT_INT(position->qty_lots, left[i]);
        EXPECT_INT(fixture->place_count, places + 2 + (uint32_t)i);
    }
    EXPECT_INT(fixture->engine->portfolio.open_count, 0);
    fixture_free(fixture);
}

TEST(the_same_events_give_the_same_trades)
{
    struct engine_config config = fixture_averages_config();
    config.risk.max_daily_loss = 0;
    struct fixture *one = fixture_new(&config, &candles_free);
    struct fixture *two = fixture_new(&config, &candles_free);
    struct prng prng;
    prng_init(&prng, test_seed());
    for (int i = 0; i < 3000; i++) {
        const double price = 100 + 10 * prng_real(&prng);
        fixture_candle(one, price, price + 1, price - 1, price);
        fixture_candle(two, price, price + 1, price - 1, price);
    }
    EXPECT(one->engine->portfolio.trade_count > 100);
    expect_same(one, two);
    fixture_free(one);
    fixture_free(two);
}

static void tell_ahead(struct fixture *fixture, uint32_t pair, const struct candle *candle)
{
    struct event event = {.kind = EVENT_CANDLE,
                          .time_ns = fixture->now_ns,
                          .candle = {.pair = pair, .candle = *candle}};
    event.candle.candle.time_ns = fixture->now_ns;
    desk_step(&fixture->desk, &event);
}

TEST(candles_told_ahead_of_their_batch_change_nothing_that_is_decided)
{
    struct engine_config config = fixture_averages_config();
    config.risk.max_daily_loss = 0;
    config.pair_count = 3;
    struct fixture *one = fixture_new(&config, &candles_free);
    struct fixture *two = fixture_new(&config, &candles_free);
    struct prng prng;
    prng_init(&prng, test_seed());
    for (int i = 0; i < 3000; i++) {
        struct candle candles[3];
        for (uint32_t p = 0; p < 3; p++) {
            const double price = 100 + 10 * prng_real(&prng);
            candles[p] = (struct candle){0, price, price + 1, price - 1, price, 1};
            if (prng_below(&prng, 2) == 0) {
                tell_ahead(two, p, &candles[p]);
                EXPECT_INT(two->engine->pairs[p].learned, 1u << TIMEFRAME_1M);
                EXPECT_INT(two->engine->pairs[p].asked_ns, two->now_ns);
            }
        }
        fixture_batch(one, candles, 3);
        fixture_batch(two, candles, 3);
    }
    EXPECT(one->engine->portfolio.trade_count > 100);
    EXPECT_INT((int64_t)one->engine->decision_count, (int64_t)two->engine->decision_count);
    EXPECT(memcmp(&one->engine->portfolio, &two->engine->portfolio,
                  sizeof one->engine->portfolio) == 0);
    EXPECT(memcmp(one->engine->pairs, two->engine->pairs, 3 * sizeof one->engine->pairs[0]) == 0);
    fixture_free(one);
    fixture_free(two);
}

TEST(a_candle_told_ahead_twice_or_of_a_time_gone_by_is_learned_once)
{
    const struct engine_config config = fixture_averages_config();
    struct fixture *fixture = fixture_new(&config, &candles_free);
    const struct candle candle = {0, 100, 101, 99, 100, 1};
    tell_ahead(fixture, 0, &candle);
    tell_ahead(fixture, 0, &candle);
    EXPECT_INT((int64_t)fixture->engine->pairs[0].series.rings[TIMEFRAME_1M].count, 1);
    fixture_batch(fixture, &candle, 1);
    EXPECT_INT((int64_t)fixture->engine->pairs[0].series.rings[TIMEFRAME_1M].count, 1);
    EXPECT_INT((int64_t)fixture->engine->decision_count, 1);
    fixture_free(fixture);
}

TEST(a_copy_of_the_bytes_goes_on_exactly_where_the_original_was)
{
    const struct engine_config config = fixture_averages_config();
    struct fixture *one = fixture_new(&config, &candles_free);
    struct fixture *two = fixture_new(&config, &candles_free);
    struct prng prng;
    prng_init(&prng, test_seed());
    for (int i = 0; i < 2000; i++) {
        const double price = 100 + 10 * prng_real(&prng);
        fixture_candle(one, price, price + 1, price - 1, price);
        if (i == 1000) {
            memcpy(two->engine, one->engine, engine_size(1));
            memcpy(two->matching, one->matching, sizeof *two->matching);
            two->now_ns = one->now_ns;
        } else if (i > 1000) {
            fixture_candle(two, price, price + 1, price - 1, price);
        }
    }
    expect_same(one, two);
    fixture_free(one);
    fixture_free(two);
}

TEST(a_new_session_adopts_positions_orders_and_figures_by_symbol)
{
    struct engine_config config;
    struct fixture *before = protected_position(&config);
    fixture_candle(before, 100, 101, 99, 100);
    struct engine_config wider = fixture_averages_config();
    wider.pair_count = 2;
    struct fixture *after = fixture_new(&wider, &candles_free);
    const uint32_t map[] = {1};
    EXPECT(engine_adopt(after->engine, before->engine, map));
    matching_adopt(after->matching, before->matching, map);
    EXPECT_INT(after->engine->portfolio.positions[1].qty_lots, 100000);
    EXPECT_INT(after->engine->portfolio.orders[0].pair, 1);
    EXPECT_INT(portfolio_equity(&after->engine->portfolio),
               portfolio_equity(&before->engine->portfolio));
    const uint32_t gone[] = {UINT32_MAX};
    EXPECT(!engine_adopt(after->engine, before->engine, gone));
    EXPECT_INT(after->engine->time_ns, before->engine->time_ns);
    /* The adopted stop still protects. */
    after->now_ns = before->now_ns;
    const struct candle quiet = {0, 50, 50, 50, 50, 1};
    const struct candle crash = {0, 94, 94, 94, 94, 1};
    fixture_batch(after, (const struct candle[]){quiet, crash}, 2);
    EXPECT(fixture_last(after, RECORD_EXIT)->stop_hit);
    fixture_free(before);
    fixture_free(after);
}

TEST(money_is_conserved_whatever_happens)
{
    struct engine_config config = fixture_averages_config();
    config.pair_count = 3;
    config.risk.max_daily_loss = 0;
    const struct matching_config fees = {
        .fills = FILLS_CANDLES, .half_spread_ppm = 100, .slippage_ppm = 300, .fees = config.fees};
    struct fixture *fixture = fixture_new(&config, &fees);
    struct prng prng;
    prng_init(&prng, test_seed());
    for (int i = 0; i < 5000; i++) {
        struct candle candles[3];
        for (int p = 0; p < 3; p++) {
            const double price = 100 + 10 * prng_real(&prng);
            candles[p] = (struct candle){0, price, price + 1, price - 1, price, 1};
        }
        fixture_batch(fixture, candles, 3);
        const struct portfolio *portfolio = &fixture->engine->portfolio;
        int64_t invested = 0;
        for (int p = 0; p < 3; p++) {
            invested += portfolio->positions[p].cost + portfolio->positions[p].fee;
        }
        EXPECT_INT(portfolio->cash + invested, portfolio->start + portfolio->realised);
        EXPECT(portfolio->reserved >= 0 && portfolio_free(portfolio) >= 0);
    }
    EXPECT(fixture->engine->portfolio.trade_count > 500);
    fixture_free(fixture);
}

static void hear(struct engine *engine, struct news news, int64_t time_ns)
{
    static struct actions actions;
    const struct event event = {.kind = EVENT_NEWS, .time_ns = time_ns, .news = news};
    engine_step(engine, &event, &actions);
}

TEST(money_that_comes_or_goes_moves_what_losses_are_measured_from_and_each_entry_counts_once)
{
    const struct engine_config config = fixture_averages_config();
    struct fixture *fixture = fixture_new(&config, &candles_free);
    struct engine *engine = fixture->engine;
    const struct news paid = {.kind = NEWS_FLOW, .txid = {1, 7}, .money = USD(500)};
    const struct news taken = {.kind = NEWS_FLOW, .txid = {1, 8}, .money = USD(-200)};
    hear(engine, paid, 0);
    hear(engine, taken, 0);
    hear(engine, paid, 0);
    EXPECT_INT(engine->portfolio.cash, USD(10300));
    EXPECT_INT(engine->portfolio.start, USD(10300));
    EXPECT_INT(engine->portfolio.day_equity, USD(10300));
    EXPECT_INT(engine->portfolio.day_reference, USD(10300)); /* nothing was lost */
    struct engine *next = calloc(1, engine_size(config.pair_count));
    const uint32_t map[] = {0};
    engine_init(next, &config);
    EXPECT(engine_adopt(next, engine, map));
    hear(next, taken, 0); /* the ledger is read from somewhat before the restart */
    EXPECT_INT(next->portfolio.cash, USD(10300));
    free(next);
    fixture_free(fixture);
}

TEST(an_account_is_followed_from_its_first_connection_on)
{
    const struct engine_config config = fixture_averages_config();
    struct fixture *fixture = fixture_new(&config, &candles_free);
    const int64_t now_ns = fixture->engine->time_ns + NS_PER_MIN;
    EXPECT_INT(fixture->engine->flows_from_ns, 0);
    hear(fixture->engine, (struct news){.kind = NEWS_LINK}, now_ns);
    EXPECT_INT(fixture->engine->flows_from_ns, 0);
    hear(fixture->engine, (struct news){.kind = NEWS_LINK, .up = true}, now_ns);
    hear(fixture->engine, (struct news){.kind = NEWS_LINK, .up = true}, now_ns + NS_PER_MIN);
    EXPECT_INT(fixture->engine->flows_from_ns, now_ns);
    fixture_free(fixture);
}
