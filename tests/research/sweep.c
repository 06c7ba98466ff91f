/* SPDX-License-Identifier: MIT */
/*
 * The sweep kernel and the engine on the same candles: each set's trades are the engine's, candle
 * by candle, and its money is the engine's but for what whole lots and money of 1e-8 round, which
 * the kernel bounds itself.
 */
#include "research/sweep_run.h"

#include <errno.h>

#include "bench.h"
#include "core/base/prng.h"
#include "core/base/timestamp.h"
#include "fixture.h"

#define CANDLES 5000
#define SETS 7

/* The closed trades of one set, as the kernel told them. */
struct told {
    uint32_t set;
    size_t count;
    struct sweep_trade list[CANDLES];
};

struct market {
    struct candle candles[CANDLES];
    struct pair terms;
    struct engine_config engine;
    struct matching_config matching;
    struct candle_rows rows;
    struct pair_params sets[SETS];
    struct backtest_config backtest;
    struct told told;
};

static uint32_t below(struct prng *prng, uint32_t bound)
{
    return (uint32_t)prng_below(prng, bound);
}

/* Pauses of some candles, and a few of many days. */
static int64_t steps(struct prng *prng)
{
    const uint32_t kind = below(prng, 400);
    return kind == 0 ? 1 + below(prng, 5000) : kind < 20 ? 1 + below(prng, 15) : 1;
}

static double ticks(const struct pair *terms, double price)
{
    const double scale = pow(10, terms->price_decimals);
    return fmax(round(price * scale), 1) / scale;
}

/* Some markets stand still for a while, so that averages touch. */
static void walk(struct market *market, struct prng *prng, enum timeframe timeframe)
{
    const double volatility = 1e-4 + prng_real(prng) * 0.01,
                 start = pow(10, prng_real(prng) * 10 - 5);
    const bool still = below(prng, 3) == 0;
    const double places = 5 - floor(log10(start));
    market->terms = fine_pair;
    market->terms.price_decimals = (uint32_t)fmax(places, 0);
    double price = start;
    int64_t time_ns = INT64_C(1600000000) / 86400 * 86400 * NS_PER_S;
    for (size_t i = 0; i < CANDLES; i++) {
        struct candle *candle = &market->candles[i];
        const bool moves = !still || i / 300 % 3 != 1;
        const double open = moves ? price * (1 + volatility * (prng_real(prng) - 0.5)) : price;
        const double close = moves ? open * (1 + volatility * (prng_real(prng) * 2 - 1)) : open;
        candle->time_ns = time_ns;
        candle->open = ticks(&market->terms, open);
        candle->close = price = ticks(&market->terms, close);
        candle->high = fmax(candle->open, candle->close);
        candle->low = fmin(candle->open, candle->close);
        candle->volume = 1;
        time_ns += steps(prng) * timeframe_ns[timeframe];
    }
    market->rows = (struct candle_rows){market->candles, CANDLES, timeframe};
}

static void make_sets(struct market *market, struct prng *prng, enum timeframe timeframe)
{
    for (uint32_t i = 0; i < SETS; i++) {
        const int64_t slow = 2 + below(prng, i == 0 ? 510 : 120);
        market->sets[i] =
            (struct pair_params){(int32_t)timeframe, 1 + below(prng, (uint32_t)slow - 1), slow};
    }
}

static void make_market(struct market *market, struct prng *prng)
{
    static const enum timeframe timeframes[] = {TIMEFRAME_1M, TIMEFRAME_5M, TIMEFRAME_1H};
    const enum timeframe timeframe = timeframes[below(prng, 3)];
    walk(market, prng, timeframe);
    make_sets(market, prng, timeframe);
    market->engine = sma_config(timeframe, 1, 2);
    market->matching = (struct matching_config){.fills = FILLS_CANDLES};
    market->matching.slippage_ppm = below(prng, 2) * below(prng, 1000);
    market->matching.half_spread_ppm = below(prng, 2) * below(prng, 100);
    set_fee(&market->engine, &market->matching, below(prng, 3) == 0 ? 0 : below(prng, 3000));
    market->backtest = (struct backtest_config){.engine = &market->engine,
                                                .matching = &market->matching,
                                                .terms = &market->terms,
                                                .rows = &market->rows};
    if (below(prng, 2) == 0) {
        market->backtest.start_ns = market->candles[below(prng, CANDLES / 2)].time_ns + 1;
        market->backtest.history = 1 + below(prng, 1500);
    }
}

static void on_trade(void *context, uint32_t set, const struct sweep_trade *trade)
{
    struct told *told = context;
    if (set == told->set) {
        EXPECT(told->count < CANDLES);
        told->list[told->count++] = *trade;
    }
}

static void sweep(const struct market *market, const struct sweep_run_config *asked,
                  struct sweep_outcome *out, struct sweep_span *span)
{
    struct sweep_run_config config = *asked;
    char error[256] = "";
    config.backtest = &market->backtest;
    if (config.sets.count == 0) {
        config.sets = (struct sweep_sets){market->sets, sizeof market->sets[0], SETS};
    }
    EXPECT_TEXT(sweep_refusal(config.backtest) == NULL ? "" : sweep_refusal(config.backtest), "");
    EXPECT_INT(sweep_run(&config, out, span, error, sizeof error), 0);
}

static void run_engine(struct market *market, uint32_t set, struct backtest *ret)
{
    memcpy(market->engine.strategies[0].params, &market->sets[set], sizeof market->sets[set]);
    must_run(&market->backtest, ret);
}

/* Two ratios that may both be none. */
static void expect_ratio(double got, double want, double tolerance)
{
    EXPECT(isnan(got) == isnan(want));
    if (!isnan(want)) {
        EXPECT_NEAR(got, want, tolerance * (1 + fabs(want)));
    }
}

static void same_curves(const struct sweep_outcome *got, const struct backtest *want)
{
    const double equity = (double)want->equity[want->bar_count - 1];
    EXPECT(got->rounding < 1e-4);
    EXPECT_NEAR(log((double)got->equity / equity), 0, got->rounding + 1e-12);
    EXPECT_NEAR(got->exposure, want->exposure, 0);
    EXPECT_NEAR(got->curve.drawdown, want->ours.drawdown, got->rounding + 1e-7);
    EXPECT_NEAR(got->curve.bars_a_year, want->ours.bars_a_year, 0);
    expect_ratio(got->curve.cagr, want->ours.cagr, 1e-4);
    expect_ratio(got->curve.volatility, want->ours.volatility, 1e-6);
    expect_ratio(got->curve.sharpe, want->ours.sharpe, 1e-5);
    expect_ratio(got->curve.sortino, want->ours.sortino, 1e-5);
}

static void same_trades(const struct told *got, const struct backtest *want, double rounding)
{
    const struct account *account = &want->account;
    EXPECT_INT((int64_t)got->count, (int64_t)account->trade_count);
    for (size_t i = 0; i < got->count; i++) {
        const struct closed_trade *trade = &account->trades[i];
        EXPECT_INT(got->list[i].opened_ns, trade->opened_ns);
        EXPECT_INT(got->list[i].closed_ns, trade->closed_ns);
        EXPECT_NEAR(got->list[i].cost / (double)trade->cost, 1, rounding + 1e-4);
        EXPECT_NEAR(got->list[i].pnl, (double)trade->pnl, 1e-4 * (double)trade->cost);
    }
}

static void same_tallies(const struct trade_tally *got, const struct trade_tally *want)
{
    EXPECT_INT((int64_t)got->count, (int64_t)want->count);
    EXPECT_INT((int64_t)got->won, (int64_t)want->won);
    EXPECT_INT((int64_t)got->lost, (int64_t)want->lost);
    EXPECT_NEAR(got->held_s, want->held_s, 0);
    EXPECT_NEAR(got->gained, want->gained, 1e-4 * want->gained + 1e4);
    EXPECT_NEAR(got->given, want->given, 1e-4 * want->given + 1e4);
    EXPECT_NEAR(got->returns_won, want->returns_won, 1e-5 * (1 + want->returns_won));
}

static void same_set(struct market *market, uint32_t set, bool curves)
{
    struct sweep_outcome out[SETS];
    struct sweep_span span;
    struct backtest engine;
    market->told.set = set;
    market->told.count = 0;
    sweep(market, &(struct sweep_run_config){.on_trade = on_trade, .context = &market->told}, out,
          &span);
    run_engine(market, set, &engine);
    EXPECT_INT((int64_t)span.bar_count, (int64_t)engine.bar_count);
    EXPECT_INT(span.start_ns, engine.start_ns);
    EXPECT_INT(span.end_ns, engine.end_ns);
    same_trades(&market->told, &engine, out[set].rounding);
    same_tallies(&out[set].trades, &engine.account.all);
    if (curves) {
        same_curves(&out[set], &engine);
    }
    backtest_free(&engine);
}

TEST(kernel_and_engine_make_the_same_trades_and_the_same_money)
{
    static struct market market;
    const uint64_t seed = test_seed();
    uint64_t trades = 0;
    for (uint64_t i = 0; i < 24; i++) {
        struct prng prng;
        prng_init(&prng, seed + i);
        make_market(&market, &prng);
        for (uint32_t set = 0; set < SETS; set++) {
            same_set(&market, set, true);
            trades += market.told.count;
        }
    }
    EXPECT(trades > 1000);
}

/*
 * The rule measures the distance of before by the average of now. The closes rise by a hundred
 * millionth at a time, then a hundred thousandfold at once: to the rule the averages, of which the
 * fast one has been above from the start, were touching and cross. (The moments of such a market
 * are not the engine's: sums over a block that hold a return of 100,000 have no digits left for
 * those of a hundred thousandth.)
 */
TEST(they_agree_where_an_average_leaps)
{
    static struct market market;
    struct prng prng;
    prng_init(&prng, 1);
    make_market(&market, &prng);
    market.terms.price_decimals = 8;
    market.matching.slippage_ppm = market.matching.half_spread_ppm = 0;
    for (int i = 0; i < CANDLES; i++) {
        struct candle *candle = &market.candles[i];
        candle->open = i > 0 ? candle[-1].close : 1;
        candle->close = i < 8 ? 1 + 1e-8 * i : i < 40 ? 100000 + i : 100000 - i;
        candle->high = fmax(candle->open, candle->close);
        candle->low = fmin(candle->open, candle->close);
    }
    market.backtest.end_ns = market.candles[60].time_ns;
    market.backtest.start_ns = 0;
    market.sets[0].fast = 1, market.sets[0].slow = 2;
    same_set(&market, 0, false);
    EXPECT_INT((int64_t)market.told.count, 1);
    EXPECT_INT(market.told.list[0].opened_ns, market.candles[9].time_ns);
}

TEST(the_equity_of_each_day_is_that_of_its_last_bar)
{
    static struct market market;
    struct prng prng;
    prng_init(&prng, 3);
    make_market(&market, &prng);
    const size_t room = sweep_days(&market.backtest);
    double *daily = malloc(SETS * room * sizeof *daily);
    EXPECT(daily != NULL);
    struct sweep_outcome out[SETS], plain[SETS];
    struct sweep_span span;
    sweep(&market, &(struct sweep_run_config){0}, plain, &span);
    EXPECT_INT((int64_t)span.day_count, 0);
    sweep(&market, &(struct sweep_run_config){.daily = daily, .day_room = room}, out, &span);
    EXPECT(span.day_count > 3 && span.day_count <= room);
    for (uint32_t set = 0; set < SETS; set++) {
        struct backtest engine;
        run_engine(&market, set, &engine);
        const int64_t step_ns = timeframe_ns[market.engine.base];
        size_t day = 0;
        for (size_t i = 0; i < engine.bar_count; i++) {
            const int64_t begun_ns = engine.times_ns[i] - step_ns;
            if (i + 1 == engine.bar_count ||
                timestamp_day(begun_ns) != timestamp_day(engine.times_ns[i + 1] - step_ns)) {
                const double want = (double)engine.equity[i];
                EXPECT_NEAR(daily[set * room + day++] / want, 1, 1e-6);
            }
        }
        EXPECT_INT((int64_t)day, (int64_t)span.day_count);
        EXPECT_NEAR((double)out[set].equity / (double)plain[set].equity, 1, 1e-9);
        EXPECT_INT((int64_t)out[set].trades.count, (int64_t)plain[set].trades.count);
        backtest_free(&engine);
    }
    free(daily);
}

TEST(a_part_of_the_sets_comes_to_what_it_comes_to_among_all)
{
    static struct market market;
    struct prng prng;
    prng_init(&prng, 5);
    make_market(&market, &prng);
    struct sweep_outcome all[SETS], part[2];
    struct sweep_span span;
    sweep(&market, &(struct sweep_run_config){0}, all, &span);
    sweep(&market, &(struct sweep_run_config){.sets = {&market.sets[3], sizeof market.sets[0], 2}},
          part, &span);
    EXPECT(memcmp(&all[3], part, sizeof part) == 0);
}

/* Whole coins of some thousand each, for an account of ten thousand. */
TEST(an_account_too_small_for_lots_says_so_in_its_rounding)
{
    static struct market market;
    struct prng prng;
    prng_init(&prng, 7);
    make_market(&market, &prng);
    const double scale = 3000 / market.candles[0].close;
    for (size_t i = 0; i < CANDLES; i++) {
        struct candle *candle = &market.candles[i];
        candle->open *= scale, candle->high *= scale, candle->low *= scale;
        candle->close *= scale;
    }
    market.terms.price_decimals = 4;
    market.terms.qty_decimals = 0;
    struct sweep_outcome out[SETS];
    struct sweep_span span;
    sweep(&market, &(struct sweep_run_config){0}, out, &span);
    EXPECT(out[1].trades.count > 0 && out[1].rounding > 0.01);
}

TEST(the_peers_case_gives_202_trades_and_3620_98)
{
    static struct candle candles[20000];
    bench_walk(candles, 20000);
    struct engine_config engine = sma_config(TIMEFRAME_1M, 20, 50);
    struct matching_config matching = {.fills = FILLS_CANDLES};
    set_fee(&engine, &matching, 2600);
    const struct candle_rows rows = {candles, 20000, TIMEFRAME_1M};
    const struct backtest_config backtest = {
        .engine = &engine, .matching = &matching, .terms = &fine_pair, .rows = &rows};
    const struct sweep_run_config config = {
        .backtest = &backtest,
        .sets = {engine.strategies[0].params, sizeof engine.strategies[0].params, 1}};
    struct sweep_outcome out;
    struct sweep_span span;
    char error[256];
    EXPECT_INT(sweep_run(&config, &out, &span, error, sizeof error), 0);
    EXPECT_INT((int64_t)out.trades.count, 202);
    EXPECT_NEAR((double)out.equity / 1e8 / 3620.9805671105, 1, 1e-12);
}

TEST(a_span_without_candles_is_said)
{
    static struct market market;
    struct prng prng;
    prng_init(&prng, 9);
    make_market(&market, &prng);
    market.backtest.start_ns = market.candles[CANDLES - 1].time_ns + NS_PER_DAY;
    const struct sweep_run_config config = {.backtest = &market.backtest,
                                            .sets = {market.sets, sizeof market.sets[0], SETS}};
    struct sweep_outcome out[SETS];
    struct sweep_span span;
    char error[256] = "";
    EXPECT_INT(sweep_run(&config, out, &span, error, sizeof error), -ENOENT);
    EXPECT_TEXT(error, "there is not one candle between start and end");
    EXPECT_INT((int64_t)sweep_days(&market.backtest), 0);
}

/* What was changed is refused for this reason; afterwards all is as it was. */
static void refused(struct market *market, const char *why)
{
    const char *refusal = sweep_refusal(&market->backtest);
    EXPECT_TEXT(refusal == NULL ? "" : refusal, why);
    struct prng prng;
    prng_init(&prng, 11);
    make_market(market, &prng);
    memcpy(market->engine.strategies[0].params, &market->sets[0], sizeof market->sets[0]);
}

TEST(what_the_engine_would_do_otherwise_is_refused_with_its_reason)
{
    static struct market m;
    struct prng prng;
    prng_init(&prng, 11);
    make_market(&m, &prng);
    memcpy(m.engine.strategies[0].params, &m.sets[0], sizeof m.sets[0]);
    refused(&m, "");
    m.engine.pair_count = 2, refused(&m, "a kernel sweeps one pair");
    m.engine.strategy_count = 2, refused(&m, "a kernel sweeps one strategy that votes");
    m.engine.strategies[0].shadow = true, refused(&m, "a kernel sweeps one strategy that votes");
    EXPECT(strategy_find("trend", &m.engine.strategies[0].type) != NULL);
    refused(&m, "the strategy has no kernel");
    m.engine.base = TIMEFRAME_15M;
    refused(&m, "orders are filled on finer candles than the strategy looks at");

    static const char chain[] = "filters, regime, mood, cooldown, agreement or the model are on";
    m.engine.chain.cooldown.enabled = true, refused(&m, chain);
    m.engine.chain.agreement.asked[TIMEFRAME_1D] = true;
    m.engine.chain.agreement.period = 20, refused(&m, chain);
    m.engine.risk.sizing = SIZING_RISK, refused(&m, "risk.sizing is not all");
    m.engine.risk.stop_required = true, refused(&m, "risk.stop_required is on");

    static const char limits[] = "limits of loss or size are on";
    m.engine.risk.max_daily_loss = 0.05, refused(&m, limits);
    m.engine.risk.crash.fall = 0.1, refused(&m, limits);
    m.engine.risk.limits.max_drawdown = 0.2, refused(&m, limits);
    m.engine.risk.limits.max_at_risk = 0.1, refused(&m, limits);
    m.engine.risk.limits.cool_off_losses = 3, refused(&m, limits);

    static const char day[] = "a day's target or number of trades is set";
    m.engine.day.profit_target = 0.1, refused(&m, day);
    m.engine.day.trades = 2, refused(&m, day);
    m.engine.exits.trail = 0.1, refused(&m, "exits are configured");
    m.engine.execution.entry = 1, refused(&m, "entries are limit orders");
    m.terms.qty_min_lots = 1, refused(&m, "the pair has a smallest order");
    m.terms.cost_min = 1, refused(&m, "the pair has a smallest order");
    m.backtest.flow = &(struct flow_source){.queues = NULL};
    refused(&m, "recorded trades or books fill the orders");
}
