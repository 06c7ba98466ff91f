/* SPDX-License-Identifier: MIT */
/* The limits beside those of size, at the desk: for what strategies want and for what is asked by
 * hand. Pairs are AAA, BBA, CCA ... at 100; the account has 10,000. */
#include "command_fixture.h"

static struct engine_config pairs_of(uint32_t count)
{
    struct engine_config config = fixture_config();
    config.pair_count = count;
    return config;
}

static enum verdict buy(struct fixture *fixture, uint32_t pair, int64_t qty_lots,
                        int64_t stop_ticks)
{
    return verdict_of(fixture, &(struct instruction){.command = COMMAND_BUY,
                                                     .pair = pair,
                                                     .qty_lots = qty_lots,
                                                     .stop_ticks = stop_ticks});
}

static enum verdict sell(struct fixture *fixture, uint32_t pair)
{
    return verdict_of(fixture, &(struct instruction){.command = COMMAND_SELL, .pair = pair});
}

static enum verdict say(struct fixture *fixture, enum command command)
{
    const struct event event = {
        .kind = EVENT_COMMAND, .time_ns = fixture->now_ns, .command = {.command = command}};
    desk_step(&fixture->desk, &event);
    return VERDICT_DONE;
}

static void still(struct fixture *fixture)
{
    fixture_candle(fixture, 100, 100, 100, 100);
}

static void flow(struct fixture *fixture, int64_t money)
{
    const struct event event = {
        .kind = EVENT_NEWS,
        .time_ns = fixture->now_ns,
        .news = {.kind = NEWS_FLOW, .money = money, .txid = {1, (uint64_t)money}}};
    desk_step(&fixture->desk, &event);
}

TEST(the_drawdown_guard_pauses_once_says_so_and_is_measured_anew_after_a_resume)
{
    struct engine_config config = pairs_of(1);
    config.risk.limits.max_drawdown = 0.2;
    struct fixture *fixture = open_desk(&config);
    struct engine *engine = fixture->engine;
    engine->portfolio.peak = USD(12500); /* 20 % above the 10,000 that are left */
    still(fixture);
    still(fixture);
    EXPECT_INT(fixture_count(fixture, RECORD_DRAWDOWN), 1);
    EXPECT_NEAR(fixture_last(fixture, RECORD_DRAWDOWN)->figure, 0.2, 1e-12);
    EXPECT_NEAR(fixture_last(fixture, RECORD_DRAWDOWN)->limit, 0.2, 1e-12);
    EXPECT(engine->paused && engine->halted);
    EXPECT_INT(buy(fixture, 0, 10000, 9500), VERDICT_DRAWDOWN);
    EXPECT_NEAR(fixture_last(fixture, RECORD_COMMAND)->figure, 0.2, 1e-12);
    say(fixture, COMMAND_RESUME);
    EXPECT(!engine->paused && !engine->halted);
    EXPECT_INT(buy(fixture, 0, 10000, 9500), VERDICT_DONE);
    EXPECT_INT(fixture_count(fixture, RECORD_DRAWDOWN), 1);
    engine->portfolio.cash -= USD(1999); /* from 10,000 at the resume, not from 12,500 */
    still(fixture);
    EXPECT_INT(fixture_count(fixture, RECORD_DRAWDOWN), 1);
    engine->portfolio.cash -= USD(2);
    still(fixture);
    EXPECT_INT(fixture_count(fixture, RECORD_DRAWDOWN), 2);
    fixture_free(fixture);
}

TEST(after_a_resume_the_guard_rises_with_equity_and_stays_the_part_that_it_was_over_deposits)
{
    struct engine_config config = pairs_of(1);
    config.risk.limits.max_drawdown = 0.2;
    struct fixture *fixture = open_desk(&config);
    struct engine *engine = fixture->engine;
    engine->portfolio.peak = USD(12500);
    still(fixture);
    say(fixture, COMMAND_RESUME);
    engine->portfolio.cash = USD(11000);
    still(fixture);
    EXPECT_INT(engine->guard_peak, USD(11000));
    engine->portfolio.cash = USD(10450); /* 5 % below it */
    flow(fixture, USD(950));
    EXPECT_INT(engine->guard_peak, USD(12000));
    engine->portfolio.cash = USD(14000); /* above the account's highest: that counts again */
    still(fixture);
    EXPECT_INT(engine->guard_peak, 0);
    fixture_free(fixture);
}

TEST(a_deposit_buys_no_further_loss_on_the_day_and_a_withdrawal_trips_no_limit)
{
    struct engine_config config = pairs_of(1);
    config.risk.max_daily_loss = 0.05;
    config.risk.limits.max_drawdown = 0.2;
    struct fixture *fixture = open_desk(&config);
    struct engine *engine = fixture->engine;
    still(fixture);
    engine->portfolio.cash = USD(9600); /* 4 % are lost */
    flow(fixture, USD(-8600));          /* 400 would be 29 % of the 1,400 that 10,000 become */
    still(fixture);
    EXPECT_INT(fixture_count(fixture, RECORD_LOSS_LIMIT), 0);
    EXPECT_INT(fixture_count(fixture, RECORD_DRAWDOWN), 0);
    flow(fixture, USD(19000));
    engine->portfolio.cash = USD(19600); /* 2 % more: 1 - 0.96 * 0.98 = 5.92 % */
    still(fixture);
    EXPECT_INT(fixture_count(fixture, RECORD_LOSS_LIMIT), 1);
    EXPECT_INT(buy(fixture, 0, 10000, 9500), VERDICT_LOSS_LIMIT);
    EXPECT_NEAR(fixture_last(fixture, RECORD_COMMAND)->figure, 0.0592, 1e-4);
    EXPECT_INT(fixture_last(fixture, RECORD_LOSS_LIMIT)->pnl, USD(-800)); /* as money */
    fixture_free(fixture);
}

TEST(a_restart_forgets_neither_the_guard_nor_the_tally)
{
    struct engine_config config = pairs_of(1);
    config.risk.limits.max_drawdown = 0.2;
    struct fixture *fixture = open_desk(&config), *next = open_desk(&config);
    fixture->engine->portfolio.peak = USD(12500);
    still(fixture);
    fixture->engine->guard_peak = USD(12400);
    fixture->engine->portfolio.tally = (struct tally){5, 3, 4000000, 2000000, 2, 77};
    EXPECT(engine_adopt(next->engine, fixture->engine, &(uint32_t){0}));
    EXPECT(next->engine->halted && next->engine->paused);
    EXPECT_INT(next->engine->guard_peak, USD(12400));
    EXPECT_INT((int64_t)next->engine->portfolio.tally.streak, 2);
    EXPECT_INT(next->engine->portfolio.tally.won_ppm, 4000000);
    EXPECT_INT(buy(next, 0, 10000, 9500), VERDICT_DRAWDOWN);
    fixture_free(next);
    fixture_free(fixture);
}

TEST(a_pause_of_the_operators_own_is_no_drawdown)
{
    struct engine_config config = pairs_of(1);
    config.risk.limits.max_drawdown = 0.2;
    struct fixture *fixture = open_desk(&config);
    say(fixture, COMMAND_PAUSE);
    EXPECT_INT(buy(fixture, 0, 10000, 9500), VERDICT_PAUSED);
    fixture_free(fixture);
}

TEST(all_positions_together_may_lose_so_much_at_their_stops)
{
    struct engine_config config = pairs_of(3);
    config.risk.limits.max_at_risk = 0.02; /* 200 */
    struct fixture *fixture = open_desk(&config);
    /* 12 units at 100, stop 90: 120 and fees of 4.80 and 4.32 are lost. */
    EXPECT_INT(buy(fixture, 0, 120000, 9000), VERDICT_DONE);
    EXPECT_INT(buy(fixture, 1, 120000, 9000), VERDICT_TOO_LARGE);
    const int64_t most = fixture_last(fixture, RECORD_COMMAND)->qty_lots;
    EXPECT(most > 60000 && most < 80000);
    EXPECT_INT(buy(fixture, 1, most, 9000), VERDICT_DONE);
    /* What is left buys less than a ten-thousandth. */
    fixture->engine->portfolio.positions[1].risk = USD(100);
    EXPECT_INT(buy(fixture, 2, 10000, 9000), VERDICT_AT_RISK);
    const struct record *record = fixture_last(fixture, RECORD_COMMAND);
    EXPECT_NEAR(record->limit, 0.02, 1e-12);
    EXPECT(record->figure > 0.02);
    fixture_free(fixture);
}

TEST(a_pair_has_its_own_share_of_equity)
{
    struct engine_config config = pairs_of(2);
    snprintf(config.risk.limits.pairs, LIST_SIZE, "AAA 0.05");
    struct fixture *fixture = open_desk(&config);
    EXPECT_INT(buy(fixture, 0, 60000, 9500), VERDICT_TOO_LARGE);
    EXPECT_INT(fixture_last(fixture, RECORD_COMMAND)->qty_lots, 50000); /* 500 of 10,000 */
    EXPECT_INT(buy(fixture, 1, 60000, 9500), VERDICT_DONE);
    fixture->engine->pairs[0].terms.cost_min = USD(501);
    EXPECT_INT(buy(fixture, 0, 60000, 9500), VERDICT_PAIR_LIMIT);
    EXPECT_NEAR(fixture_last(fixture, RECORD_COMMAND)->limit, 0.05, 1e-12);
    fixture_free(fixture);
}

TEST(of_pairs_that_move_together_so_many_are_held)
{
    struct engine_config config = pairs_of(4);
    snprintf(config.risk.limits.groups, LIST_SIZE, "AAA BBA CCA | DDA");
    config.risk.limits.group_positions = 2;
    struct fixture *fixture = open_desk(&config);
    EXPECT_INT(buy(fixture, 0, 10000, 9500), VERDICT_DONE);
    EXPECT_INT(buy(fixture, 1, 10000, 9500), VERDICT_DONE);
    EXPECT_INT(buy(fixture, 2, 10000, 9500), VERDICT_GROUP_FULL);
    EXPECT_NEAR(fixture_last(fixture, RECORD_COMMAND)->figure, 2, 0);
    EXPECT_NEAR(fixture_last(fixture, RECORD_COMMAND)->limit, 2, 0);
    EXPECT_INT(buy(fixture, 3, 10000, 9500), VERDICT_DONE);
    EXPECT_INT(sell(fixture, 0), VERDICT_DONE);
    EXPECT_INT(buy(fixture, 2, 10000, 9500), VERDICT_DONE);
    fixture_free(fixture);
}

TEST(an_entry_that_still_rests_counts_as_held)
{
    struct engine_config config = pairs_of(2);
    snprintf(config.risk.limits.groups, LIST_SIZE, "AAA BBA");
    config.risk.limits.group_positions = 1;
    struct fixture *fixture = open_desk(&config);
    const struct instruction resting = {
        .command = COMMAND_BUY, .qty_lots = 10000, .limit_ticks = 9900, .stop_ticks = 9500};
    EXPECT_INT(verdict_of(fixture, &resting), VERDICT_DONE);
    EXPECT_INT(fixture->engine->portfolio.open_count, 0);
    EXPECT_INT(buy(fixture, 1, 10000, 9500), VERDICT_GROUP_FULL);
    fixture_free(fixture);
}

TEST(losses_in_a_row_cool_off_for_a_while_on_every_pair)
{
    struct engine_config config = pairs_of(2);
    config.risk.limits.cool_off_losses = 2;
    config.risk.limits.cool_off_ns = 3 * NS_PER_MIN;
    config.risk.max_daily_loss = 0;
    struct fixture *fixture = open_desk(&config);
    for (int i = 0; i < 2; i++) {
        EXPECT_INT(buy(fixture, 0, 10000, 9500), VERDICT_DONE);
        EXPECT_INT(sell(fixture, 0), VERDICT_DONE); /* a cent lower */
    }
    EXPECT_INT((int64_t)fixture->engine->portfolio.tally.streak, 2);
    EXPECT_INT(buy(fixture, 1, 10000, 9500), VERDICT_COOL_OFF);
    EXPECT_NEAR(fixture_last(fixture, RECORD_COMMAND)->figure, 2, 0);
    for (int i = 0; i < 3; i++) {
        still(fixture);
    }
    EXPECT_INT(buy(fixture, 1, 10000, 9500), VERDICT_DONE);
    fixture_free(fixture);
}

TEST(an_entry_that_rests_when_trading_cools_off_is_taken_back)
{
    struct engine_config config = pairs_of(2);
    config.risk.limits.cool_off_losses = 1;
    config.risk.limits.cool_off_ns = NS_PER_MIN;
    struct fixture *fixture = open_desk(&config);
    EXPECT_INT(buy(fixture, 0, 10000, 9500), VERDICT_DONE);
    const struct instruction resting = {.command = COMMAND_BUY,
                                        .pair = 1,
                                        .qty_lots = 10000,
                                        .limit_ticks = 9900,
                                        .stop_ticks = 9500};
    EXPECT_INT(verdict_of(fixture, &resting), VERDICT_DONE);
    EXPECT_INT(sell(fixture, 0), VERDICT_DONE);
    EXPECT(!portfolio_working(&fixture->engine->portfolio, 1));
    fixture_free(fixture);
}

/* Two pairs that turn up one after the other under the averages' strategy. */
static struct fixture *averages(const char *limits)
{
    static const struct matching_config candles_free = {.fills = FILLS_CANDLES};
    struct engine_config config = fixture_averages_config();
    config.pair_count = 2;
    snprintf(config.risk.limits.strategies, LIST_SIZE, "%s", limits);
    struct fixture *fixture = fixture_new(&config, &candles_free);
    const double first[] = {100, 100, 100, 98, 97, 100, 101, 101};
    const double second[] = {100, 100, 100, 100, 100, 98, 97, 100};
    for (int i = 0; i < 8; i++) {
        const struct candle candles[] = {{0, first[i], first[i], first[i], first[i], 1},
                                         {0, second[i], second[i], second[i], second[i], 1}};
        fixture_batch(fixture, candles, 2);
    }
    return fixture;
}

TEST(a_strategy_has_so_many_positions_and_so_much_of_equity)
{
    const struct {
        const char *limits;
        enum verdict verdict;
    } rows[] = {{"", VERDICT_ENTER},
                {"sma_pair 1 2", VERDICT_ENTER},
                {"sma_pair 1 1", VERDICT_STRATEGY_FULL},
                {"sma_pair 0.11", VERDICT_ENTER},
                {"sma_pair 0.1", VERDICT_STRATEGY_LIMIT}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fixture *fixture = averages(rows[i].limits);
        const struct record *record = fixture_last(fixture, RECORD_DECISION);
        EXPECT_INT(record->pair, 1);
        EXPECT_INT(record->verdict, rows[i].verdict);
        EXPECT((record->limit != 0) == (rows[i].verdict != VERDICT_ENTER));
        fixture_free(fixture);
    }
}

TEST(a_decision_to_enter_tells_every_factor_of_its_size)
{
    struct fixture *fixture = averages("");
    const struct record *record = fixture_last(fixture, RECORD_DECISION);
    for (int i = 0; i < SIZE_FACTOR_COUNT; i++) {
        EXPECT(record->factors[i] == 1);
    }
    fixture_free(fixture);
}

TEST(a_size_follows_the_atr_of_its_pair_once_there_is_one)
{
    struct engine_config config = fixture_averages_config();
    config.risk.scale = (struct scale_config){.volatility = 0.01,
                                              .volatility_period = 2,
                                              .volatility_timeframe = TIMEFRAME_1M,
                                              .least = 0.25,
                                              .most = 1.5};
    static const struct matching_config candles_free = {.fills = FILLS_CANDLES};
    struct fixture *fixture = fixture_new(&config, &candles_free);
    fixture_turn_up(fixture);
    const struct record *record = fixture_last(fixture, RECORD_DECISION);
    /* True ranges of the closes 100 100 100 98 97 100, 0 0 2 1 3, in Wilder's average of two. */
    EXPECT(record->atr > 1 && record->atr < 3);
    EXPECT_NEAR(record->factors[SIZE_VOLATILITY], 1 / record->atr < 0.5 ? 0.5 : 1 / record->atr,
                1e-12);
    EXPECT_INT(record->cost, (int64_t)(1000 * record->factors[SIZE_ALL]) * USD(1));
    fixture_free(fixture);
}

TEST(a_closed_trade_counts_by_what_its_entry_risked_wherever_its_stop_went)
{
    struct fixture *fixture = holding_ten(); /* 10 at 100, stop 95 */
    struct engine *engine = fixture->engine;
    const int64_t sized = engine->portfolio.positions[0].sized;
    EXPECT_INT(sized, engine->portfolio.positions[0].risk);
    EXPECT_INT(
        verdict_of(fixture, &(struct instruction){.command = COMMAND_BRACKET, .stop_ticks = 9900}),
        VERDICT_DONE);
    EXPECT(engine->portfolio.positions[0].risk < sized);
    EXPECT_INT(engine->portfolio.positions[0].sized, sized);
    show_book(fixture, 0, 10500, 100000000);
    EXPECT_INT(sell(fixture, 0), VERDICT_DONE);
    const struct record *exit = fixture_last(fixture, RECORD_EXIT);
    const struct tally *tally = &engine->portfolio.tally;
    EXPECT(exit->pnl > 0);
    EXPECT_INT((int64_t)tally->count, 1);
    EXPECT_INT((int64_t)tally->won_count, 1);
    EXPECT_NEAR((double)tally->won_ppm / 1e6, (double)exit->pnl / (double)sized, 1e-6);
    EXPECT_INT(tally->lost_ppm, 0);
    fixture_free(fixture);
}

/* Buys at random under random limits; whatever is let through, no limit is exceeded after it. */
TEST(no_entry_by_hand_ever_exceeds_a_limit)
{
    struct prng prng;
    uint32_t done = 0;
    prng_init(&prng, test_seed());
    for (int world = 0; world < 60; world++) {
        struct engine_config config = pairs_of(6);
        struct limit_config *limits = &config.risk.limits;
        limits->max_at_risk = prng_below(&prng, 8) == 0 ? NAN : 0.001 + 0.05 * prng_real(&prng);
        limits->group_positions = 1 + (int64_t)prng_below(&prng, 2);
        snprintf(limits->groups, LIST_SIZE, "AAA BBA CCA | CCA DDA EEA");
        snprintf(limits->pairs, LIST_SIZE, "BBA 0.03 | EEA/USD 0.05");
        struct fixture *fixture = open_desk(&config);
        const struct portfolio *portfolio = &fixture->engine->portfolio;
        for (int i = 0; i < 20; i++) {
            const int64_t stop = 8000 + (int64_t)prng_below(&prng, 1990);
            const uint32_t pair = (uint32_t)prng_below(&prng, 6);
            const int64_t equity = portfolio_equity(portfolio);
            if (buy(fixture, pair, 1 + (int64_t)prng_below(&prng, 150000), stop) != VERDICT_DONE) {
                continue;
            }
            done++;
            int64_t risk = 0;
            for (int p = 0; p < 6; p++) {
                risk += portfolio->positions[p].risk;
            }
            const double most = limits->max_at_risk > 0 ? limits->max_at_risk : 0;
            EXPECT((double)risk <= (double)equity * most + 1e6);
            EXPECT(portfolio->positions[1].cost <= equity * 3 / 100 + USD(0.01));
            EXPECT(portfolio->positions[4].cost <= equity * 5 / 100 + USD(0.01));
            int first = 0, second = 0;
            for (int p = 0; p < 5; p++) {
                const bool held = portfolio->positions[p].qty_lots > 0;
                first += held && p <= 2;
                second += held && p >= 2;
            }
            EXPECT(first <= limits->group_positions && second <= limits->group_positions);
        }
        fixture_free(fixture);
    }
    EXPECT(done > 60);
}

TEST(what_stands_against_an_entry_is_known_before_anybody_votes)
{
    struct engine_config config = pairs_of(2);
    config.risk.max_positions = 1;
    struct fixture *fixture = open_desk(&config);
    struct engine *engine = fixture->engine;
    still(fixture);
    EXPECT_INT(engine_against(engine, 0), 0);
    EXPECT_INT(buy(fixture, 0, 10000, 9500), VERDICT_DONE);
    still(fixture);
    EXPECT_INT(engine_against(engine, 0), VERDICT_HOLD);
    EXPECT_INT(engine_against(engine, 1), VERDICT_FULL);
    say(fixture, COMMAND_PAUSE);
    EXPECT_INT(engine_against(engine, 0), VERDICT_PAUSED);
    EXPECT_INT(engine_against(engine, 1), VERDICT_PAUSED);
    say(fixture, COMMAND_RESUME);
    engine->pairs[1].stale = true;
    EXPECT_INT(engine_against(engine, 1), VERDICT_STALE);
    fixture_free(fixture);
}
