/* SPDX-License-Identifier: MIT */
#include "research/drift.h"

#include "core/desk_fixture.h"
#include "research/rerun.h"

/*
 * A session and its re-run, event by event. The session's orders are filled by its matching, or,
 * where `by_hand`, by what the test says a venue reported.
 */
struct pair_of_runs {
    struct engine *engine;
    struct matching *matching; /* NULL: by hand */
    struct desk desk;
    struct rerun rerun;
    struct drift *drift;
    struct order order; /* the newest that the session placed */
    uint64_t trade_next;
    int64_t now_ns, time_ns;
};

static void session_step(void *context, const struct event *event, const struct actions *actions)
{
    struct pair_of_runs *runs = context;
    for (uint32_t i = 0; i < actions->count; i++) {
        if (actions->list[i].kind == ACTION_PLACE) {
            runs->order = actions->list[i].place;
        }
    }
    drift_step(runs->drift, DRIFT_SESSION, event, actions, runs->engine);
}

static const struct matching_config plain = {.fills = FILLS_CANDLES, .fees = {2500, 4000}};

static struct pair_of_runs *runs_new(const struct engine_config *config,
                                     const struct matching_config *session,
                                     const struct rerun_config *rerun)
{
    struct pair_of_runs *runs = calloc(1, sizeof *runs);
    const struct pair terms = fixture_pair("BTC/USD");
    runs->engine = calloc(1, engine_size(config->pair_count));
    runs->drift = calloc(1, sizeof *runs->drift);
    runs->matching = session != NULL ? malloc(sizeof *runs->matching) : NULL;
    runs->now_ns = FIXTURE_START_NS;
    engine_init(runs->engine, config);
    engine_set_terms(runs->engine, 0, &terms);
    if (session != NULL) {
        matching_init(runs->matching, session);
    }
    desk_init(&runs->desk, runs->engine, runs->matching, session_step, runs);
    drift_init(runs->drift, config, session != NULL && session->fills == FILLS_CANDLES);
    EXPECT(rerun_possible(runs->engine));
    EXPECT(rerun_begin(&runs->rerun, rerun, runs->engine, runs->drift));
    return runs;
}

static void runs_free(struct pair_of_runs *runs)
{
    rerun_free(&runs->rerun);
    free(runs->engine), free(runs->matching), free(runs->drift);
    free(runs);
}

static void give(struct pair_of_runs *runs, const struct event *event)
{
    rerun_event(&runs->rerun, event);
    desk_step(&runs->desk, event);
    drift_settle(runs->drift, runs->rerun.engine);
    runs->time_ns = event->time_ns;
}

/* A closed minute, told a second after its end. */
static void minute(struct pair_of_runs *runs, double open, double high, double low, double close)
{
    const struct batch_entry entry = {.candle = {runs->now_ns, open, high, low, close, 1}};
    const struct event event = {
        .kind = EVENT_BATCH,
        .time_ns = runs->now_ns + NS_PER_MIN + NS_PER_S,
        .batch = {.boundary_ns = runs->now_ns, .count = 1, .entries = &entry},
    };
    runs->now_ns += NS_PER_MIN;
    give(runs, &event);
}

static void closes(struct pair_of_runs *runs, const double *prices, int count)
{
    for (int i = 0; i < count; i++) {
        minute(runs, prices[i], prices[i], prices[i], prices[i]);
    }
}

/* The averages of 2 and 3 cross upwards at its last minute, and downwards. */
static void turn_up(struct pair_of_runs *runs)
{
    closes(runs, (const double[]){100, 100, 100, 98, 97, 100}, 6);
}

static void turn_down(struct pair_of_runs *runs)
{
    closes(runs, (const double[]){103, 103, 99}, 3);
}

/* The venue's word, so long after the newest minute was told. */
static void report(struct pair_of_runs *runs, int64_t after_ns, struct report said)
{
    const int64_t time_ns = runs->now_ns + NS_PER_S + after_ns;
    said.order_id = runs->order.id;
    said.side = runs->order.side;
    said.trade_id = ++runs->trade_next;
    give(runs, &(struct event){.kind = EVENT_TIME, .time_ns = time_ns});
    desk_step(&runs->desk,
              &(struct event){.kind = EVENT_REPORT, .time_ns = time_ns, .report = said});
    drift_settle(runs->drift, runs->rerun.engine);
}

static void fill(struct pair_of_runs *runs, int64_t after_ns, int64_t price_ticks, int64_t lots)
{
    const int64_t cost =
        pair_notional(&runs->engine->pairs[0].terms, price_ticks, lots, ROUND_NEAREST);
    report(runs, after_ns,
           (struct report){.kind = REPORT_FILL,
                           .price_ticks = price_ticks,
                           .qty_lots = lots,
                           .fee = fee_of(cost, 4000)});
}

static void end(struct pair_of_runs *runs)
{
    drift_end(runs->drift, runs->engine, runs->rerun.engine);
}

/* By hand, on the averages. */
static struct pair_of_runs *venue_runs(void)
{
    const struct engine_config config = fixture_averages_config();
    return runs_new(&config, NULL, &(struct rerun_config){.matching = plain});
}

static int64_t sum_of_parts(const struct drift_totals *totals)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < DRIFT_PART_COUNT; i++) {
        sum += totals->parts[i];
    }
    return sum;
}

static void walk(struct pair_of_runs *runs, struct prng *prng, int count)
{
    double price = 100;
    for (int i = 0; i < count; i++) {
        const double open = price;
        price = round((price + (prng_real(prng) - 0.5) * 2) * 100) / 100;
        price = price < 50 ? 50 : price;
        const double high = (open > price ? open : price) + 0.2;
        const double low = (open < price ? open : price) - 0.2;
        minute(runs, open, high, low, price);
    }
}

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

/* The next minute opens at 100.00 and the venue sold at 100.07: 7 bps, of 10 pieces 0.70. The
 * sale is at 99.00 in both. */
TEST(a_fill_at_another_price_is_named_with_its_gap)
{
    struct pair_of_runs *runs = venue_runs();
    turn_up(runs);
    EXPECT_INT(runs->order.qty_lots, 100000);
    fill(runs, 2 * NS_PER_S, 10007, 100000);
    EXPECT_INT(runs->drift->first.cause, DRIFT_NONE); /* the candle is not over */
    closes(runs, (const double[]){100}, 1);
    const struct drift_difference *first = &runs->drift->first;
    EXPECT_INT(first->cause, DRIFT_FILL_PRICE);
    EXPECT(!first->exit);
    EXPECT_NEAR(first->gap_bps, 7, 1e-9);
    EXPECT_INT(first->delay_ns, 3 * NS_PER_S);
    EXPECT_INT(first->fills[DRIFT_SESSION].low_ticks, 10007);
    EXPECT_INT(first->fills[DRIFT_RERUN].low_ticks, 10000);
    turn_down(runs);
    EXPECT_INT(runs->order.purpose, PURPOSE_EXIT);
    fill(runs, NS_PER_S, 9900, 100000);
    closes(runs, (const double[]){99}, 1);
    end(runs);
    const struct drift_totals *totals = &runs->drift->totals;
    EXPECT_INT((int64_t)totals->both_count, 1);
    EXPECT_INT(totals->parts[DRIFT_PART_PRICE], -USD(0.7));
    EXPECT_INT(totals->parts[DRIFT_PART_FEES], -USD(0.0028));
    EXPECT_INT(totals->parts[DRIFT_PART_SIZE], 0);
    EXPECT_INT(totals->parts[DRIFT_PART_OTHER], 0);
    EXPECT_INT(totals->equity[0] - totals->equity[1], -USD(0.7028));
    EXPECT_NEAR(totals->gap_bps.worst, 7, 1e-9);
    EXPECT_NEAR(totals->delay_s.sum, 3 + 2, 1e-9);
    runs_free(runs);
}

TEST(a_fill_a_candle_later_is_latency_and_says_by_how_much)
{
    struct pair_of_runs *runs = venue_runs();
    turn_up(runs);
    closes(runs, (const double[]){100}, 1);
    const struct drift_difference *first = &runs->drift->first;
    EXPECT_INT(first->cause, DRIFT_LATENCY);
    EXPECT_INT((int64_t)first->fills[DRIFT_SESSION].count, 0);
    EXPECT_INT((int64_t)first->fills[DRIFT_RERUN].count, 1);
    fill(runs, 2 * NS_PER_S, 10000, 100000); /* the market did not move meanwhile */
    EXPECT_INT(first->delay_ns, NS_PER_MIN + 3 * NS_PER_S);
    EXPECT_NEAR(first->gap_bps, 0, 0);
    runs_free(runs);
}

TEST(an_order_filled_in_part_is_latency_with_both_quantities)
{
    struct pair_of_runs *runs = venue_runs();
    turn_up(runs);
    fill(runs, 2 * NS_PER_S, 10000, 40000);
    report(runs, 3 * NS_PER_S, (struct report){.kind = REPORT_CANCELLED});
    closes(runs, (const double[]){100}, 1);
    const struct drift_difference *first = &runs->drift->first;
    EXPECT_INT(first->cause, DRIFT_LATENCY);
    EXPECT_INT(first->fills[DRIFT_SESSION].qty_lots, 40000);
    EXPECT_INT(first->fills[DRIFT_RERUN].qty_lots, 100000);
    runs_free(runs);
}

TEST(an_order_that_the_venue_refused_is_named_with_its_reason)
{
    struct pair_of_runs *runs = venue_runs();
    turn_up(runs);
    report(runs, NS_PER_S, (struct report){.kind = REPORT_REJECTED, .reject = REJECT_DEADLINE});
    closes(runs, (const double[]){100}, 1);
    const struct drift_difference *first = &runs->drift->first;
    EXPECT_INT(first->cause, DRIFT_REFUSED);
    EXPECT_INT(first->reject, REJECT_DEADLINE);
    EXPECT(first->ended[DRIFT_SESSION] && !first->ended[DRIFT_RERUN]);
    end(runs);
    EXPECT_INT((int64_t)runs->drift->totals.only_count[DRIFT_RERUN], 1);
    runs_free(runs);
}

TEST(the_same_fill_with_another_fee_is_fees)
{
    struct pair_of_runs *runs = venue_runs();
    turn_up(runs);
    report(runs, 2 * NS_PER_S,
           (struct report){
               .kind = REPORT_FILL, .price_ticks = 10000, .qty_lots = 100000, .fee = USD(2.6)});
    closes(runs, (const double[]){100}, 1);
    const struct drift_difference *first = &runs->drift->first;
    EXPECT_INT(first->cause, DRIFT_FEES);
    EXPECT_INT(first->fills[DRIFT_SESSION].fee, USD(2.6));
    EXPECT_INT(first->fills[DRIFT_RERUN].fee, USD(4));
    runs_free(runs);
}

/* The trade would have come at the sixth minute; the operator had paused. */
TEST(an_entry_missed_because_the_operator_paused_is_the_accounts)
{
    struct pair_of_runs *runs = venue_runs();
    give(runs, &(struct event){.kind = EVENT_COMMAND,
                               .time_ns = runs->now_ns,
                               .command = {.command = COMMAND_PAUSE}});
    turn_up(runs);
    const struct drift_difference *first = &runs->drift->first;
    EXPECT_INT(first->cause, DRIFT_ACCOUNT);
    EXPECT_INT(first->command, COMMAND_PAUSE);
    EXPECT_INT(first->command_ns, FIXTURE_START_NS);
    EXPECT_INT(first->records[DRIFT_SESSION].verdict, VERDICT_PAUSED);
    EXPECT_INT(first->records[DRIFT_RERUN].verdict, VERDICT_ENTER);
    closes(runs, (const double[]){100}, 1);
    end(runs);
    EXPECT_INT((int64_t)runs->drift->totals.only_count[DRIFT_RERUN], 1);
    EXPECT_INT((int64_t)runs->drift->totals.only_count[DRIFT_SESSION], 0);
    runs_free(runs);
}

TEST(a_pause_that_changed_nothing_is_no_difference)
{
    struct pair_of_runs *runs = venue_runs();
    struct event event = {.kind = EVENT_COMMAND, .time_ns = runs->now_ns};
    event.command.command = COMMAND_PAUSE;
    give(runs, &event);
    event.command.command = COMMAND_RESUME;
    give(runs, &event);
    turn_up(runs);
    fill(runs, 2 * NS_PER_S, 10000, 100000);
    closes(runs, (const double[]){100}, 1);
    EXPECT_INT(runs->drift->first.cause, DRIFT_NONE);
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

/* Half the stake: the decision is the same, and the order is not. */
TEST(other_options_are_the_first_difference_and_it_says_where_they_show)
{
    const struct engine_config config = fixture_averages_config();
    struct engine_config other = config;
    other.risk.risk_per_trade = 0.05;
    struct pair_of_runs *runs =
        runs_new(&config, &plain, &(struct rerun_config){.matching = plain, .engine = &other});
    drift_configured(runs->drift, FIXTURE_START_NS);
    EXPECT_INT(runs->drift->shows.cause, DRIFT_NONE);
    turn_up(runs);
    const struct drift_difference *shows = &runs->drift->shows;
    EXPECT_INT(runs->drift->first.cause, DRIFT_CONFIGURATION);
    EXPECT_INT(shows->cause, DRIFT_DECISION);
    EXPECT(shows->ordered);
    EXPECT_INT(shows->time_ns, runs->time_ns);
    EXPECT_INT(shows->orders[DRIFT_SESSION].qty_lots, 100000);
    EXPECT_INT(shows->orders[DRIFT_RERUN].qty_lots, 50000);
    runs_free(runs);
}

/* Slower averages have not crossed by then. */
TEST(another_strategy_shows_in_a_decision)
{
    const struct engine_config config = fixture_averages_config();
    struct engine_config other = config;
    memcpy(other.strategies[0].params, &(struct fixture_averages){TIMEFRAME_1M, 5, 6},
           sizeof(struct fixture_averages));
    struct pair_of_runs *runs =
        runs_new(&config, &plain, &(struct rerun_config){.matching = plain, .engine = &other});
    turn_up(runs);
    const struct drift_difference *first = &runs->drift->first;
    EXPECT_INT(first->cause, DRIFT_DECISION);
    EXPECT(!first->ordered && first->has[DRIFT_SESSION] && !first->has[DRIFT_RERUN]);
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

/* Whatever the session's fills cost it, the parts of the gap add up to the last cent. */
TEST(the_parts_of_the_gap_add_up_whatever_was_filled)
{
    struct prng prng;
    prng_init(&prng, test_seed());
    for (int i = 0; i < 40; i++) {
        const struct engine_config config = fixture_averages_config();
        const struct matching_config session = {
            .fills = FILLS_CANDLES,
            .slippage_ppm = (int64_t)(prng_real(&prng) * 3000),
            .fees = {(int64_t)(prng_real(&prng) * 5000), (int64_t)(prng_real(&prng) * 5000)}};
        struct pair_of_runs *runs =
            runs_new(&config, &session, &(struct rerun_config){.matching = plain});
        walk(runs, &prng, 150);
        end(runs);
        const struct drift_totals *totals = &runs->drift->totals;
        EXPECT(totals->both_count > 3);
        EXPECT(runs->drift->first.cause == DRIFT_FILL_PRICE ||
               runs->drift->first.cause == DRIFT_FEES);
        EXPECT_INT(sum_of_parts(totals), totals->equity[0] - totals->equity[1]);
        EXPECT_INT(totals->parts[DRIFT_PART_OTHER], 0);
        EXPECT(totals->parts[DRIFT_PART_PRICE] <= 0);
        runs_free(runs);
    }
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
