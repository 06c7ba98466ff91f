/* SPDX-License-Identifier: MIT */
#include "research/rerun.h"

#include "drift_fixture.h"

TEST(a_session_filled_by_candles_does_what_a_backtest_does)
{
    const struct engine_config config = fixture_averages_config();
    struct pair_of_runs *runs =
        runs_new(&config, &plain, &(struct rerun_config){.matching = plain});
    struct prng prng;
    prng_init(&prng, test_seed());
    walk(runs, &prng, 500);
    end(runs);
    const struct drift_totals *totals = &runs->drift->totals;
    EXPECT_INT(runs->drift->first.cause, DRIFT_NONE);
    EXPECT(totals->both_count > 20);
    EXPECT_INT((int64_t)totals->closed_count[0], (int64_t)totals->closed_count[1]);
    EXPECT_INT(totals->equity[0], totals->equity[1]);
    EXPECT_INT((int64_t)(totals->only_count[0] + totals->only_count[1]), 0);
    runs_free(runs);
}

TEST(money_that_came_in_is_told_to_both)
{
    struct pair_of_runs *runs = venue_runs();
    give(runs, &(struct event){.kind = EVENT_NEWS,
                               .time_ns = runs->now_ns,
                               .news = {.kind = NEWS_FLOW, .money = USD(5000)}});
    turn_up(runs);
    EXPECT_INT(runs->order.qty_lots, 150000); /* a tenth of 15,000 */
    fill(runs, 2 * NS_PER_S, 10000, 150000);
    closes(runs, (const double[]){100}, 1);
    end(runs);
    EXPECT_INT(runs->drift->first.cause, DRIFT_NONE);
    EXPECT_INT(runs->drift->totals.flow, USD(5000));
    EXPECT_INT(runs->drift->totals.equity[0], runs->drift->totals.equity[1]);
    runs_free(runs);
}

/* It was started again between two minutes: its candles are learned anew, its position stays. */
TEST(a_session_that_was_started_again_goes_on_in_both)
{
    struct pair_of_runs *runs = venue_runs();
    turn_up(runs);
    fill(runs, 2 * NS_PER_S, 10000, 100000);
    closes(runs, (const double[]){100}, 1);
    const struct engine_config config = runs->engine->config;
    struct engine *engine = calloc(1, engine_size(1));
    engine_init(engine, &config);
    EXPECT(engine_adopt(engine, runs->engine, (const uint32_t[]){0}));
    free(runs->engine);
    runs->engine = engine;
    desk_init(&runs->desk, runs->engine, NULL, session_step, runs);
    EXPECT(rerun_renew(&runs->rerun, runs->engine));
    EXPECT_INT(runs->rerun.engine->portfolio.positions[0].qty_lots, 100000);
    closes(runs, (const double[]){100, 101, 102}, 3);
    turn_down(runs);
    fill(runs, NS_PER_S, 9900, 100000);
    closes(runs, (const double[]){99}, 1);
    end(runs);
    EXPECT_INT(runs->drift->first.cause, DRIFT_NONE);
    EXPECT_INT((int64_t)runs->drift->totals.both_count, 1);
    EXPECT_INT((int64_t)runs->drift->totals.closed_count[DRIFT_RERUN], 1);
    runs_free(runs);
}

#define MINUTES 7

/* The session's own minutes as a store has them. */
static void fill_rows(struct candle *rows)
{
    static const double prices[MINUTES] = {100, 100, 100, 98, 97, 100, 100};
    for (int i = 0; i < MINUTES; i++) {
        rows[i] = (struct candle){
            FIXTURE_START_NS + i * NS_PER_MIN, prices[i], prices[i], prices[i], prices[i], 1};
    }
}

static struct pair_of_runs *store_runs(const struct candle_rows *rows)
{
    const struct engine_config config = fixture_averages_config();
    return runs_new(&config, &plain, &(struct rerun_config){.matching = plain, .rows = rows});
}

TEST(the_same_candles_in_the_store_are_no_difference)
{
    struct candle candles[MINUTES];
    fill_rows(candles);
    const struct candle_rows rows = {candles, MINUTES - 1, TIMEFRAME_1M};
    struct pair_of_runs *runs = store_runs(&rows);
    turn_up(runs);
    closes(runs, (const double[]){100}, 1);
    EXPECT_INT(runs->drift->first.cause, DRIFT_NONE);
    EXPECT_INT((int64_t)runs->drift->totals.candle_count, 6);
    EXPECT_INT((int64_t)runs->drift->totals.candle_beyond_count, 1);
    runs_free(runs);
}

/* A low of the fourth minute: nothing is decided by it. The close of the sixth: nothing crosses. */
TEST(a_candle_that_differs_is_data_and_it_says_which_figure)
{
    struct candle candles[MINUTES];
    fill_rows(candles);
    candles[3].low = 97.5;
    const struct candle_rows rows = {candles, MINUTES, TIMEFRAME_1M};
    struct pair_of_runs *runs = store_runs(&rows);
    turn_up(runs);
    const struct drift_difference *first = &runs->drift->first;
    EXPECT_INT(first->cause, DRIFT_DATA);
    EXPECT_INT(first->field, DRIFT_LOW);
    EXPECT_INT(first->time_ns, FIXTURE_START_NS + 3 * NS_PER_MIN);
    EXPECT_NEAR(first->candles[DRIFT_SESSION].low, 98, 0);
    EXPECT_NEAR(first->candles[DRIFT_RERUN].low, 97.5, 0);
    EXPECT_INT(runs->drift->shows.cause, DRIFT_NONE);
    runs_free(runs);

    fill_rows(candles);
    candles[5].close = candles[5].low = 96;
    runs = store_runs(&rows);
    turn_up(runs);
    EXPECT_INT(runs->drift->first.field, DRIFT_LOW);
    EXPECT_INT(runs->drift->first.time_ns, FIXTURE_START_NS + 5 * NS_PER_MIN);
    EXPECT_INT(runs->drift->shows.cause, DRIFT_DECISION);
    EXPECT(runs->drift->shows.has[DRIFT_SESSION] && !runs->drift->shows.has[DRIFT_RERUN]);
    runs_free(runs);
}

TEST(a_candle_that_only_one_has_is_data)
{
    struct candle candles[MINUTES];
    fill_rows(candles);
    memmove(candles + 2, candles + 3, 4 * sizeof candles[0]);
    const struct candle_rows rows = {candles, MINUTES - 1, TIMEFRAME_1M};
    struct pair_of_runs *runs = store_runs(&rows);
    turn_up(runs);
    EXPECT_INT(runs->drift->first.cause, DRIFT_DATA);
    EXPECT_INT(runs->drift->first.field, DRIFT_CANDLE);
    EXPECT(runs->drift->first.has[DRIFT_SESSION] && !runs->drift->first.has[DRIFT_RERUN]);
    EXPECT_INT((int64_t)runs->drift->totals.candle_differ_count, 1);
    runs_free(runs);
}
